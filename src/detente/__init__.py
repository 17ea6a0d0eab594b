"""Détente judges agreements before they are signed.

>>> import detente
>>> case = detente.load_case("river")
>>> result = detente.run(case, draws=200, seed=1)
>>> result["step_by_step"].hold.mean <= result["step_by_step"].accept.mean
True

Every command of the program is a thin shell over functions here, mostly of the same name. Names
are loaded when they are first used: importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.case.domain import Case, Plan
    from detente.case.load import BuiltinCase, CheckReport, load_case
    from detente.case.load import builtin_cases as cases
    from detente.case.load import check_case as check
    from detente.case.load import new_case as new
    from detente.case.plans import parse_plan
    from detente.case.schema import case_schema as schema
    from detente.case.table import TableExport, TableImport, export_table, import_table
    from detente.draws.draw import draw
    from detente.draws.sampler import Draws
    from detente.errors import (
        CaseError,
        DetenteError,
        OutputError,
        PlanError,
        Problem,
        RequestError,
    )
    from detente.report.document import document
    from detente.report.folder import write_results, write_tables
    from detente.report.page import report_page, write_report
    from detente.verdict.judged import Judged, judge
    from detente.verdict.results import (
        Band,
        Breach,
        Change,
        Estimate,
        Fan,
        Lower,
        Provenance,
        RunResult,
        Verdict,
        Weakest,
    )
    from detente.verdict.run import run

    __version__: str

__all__ = [
    "Band",
    "Breach",
    "BuiltinCase",
    "Case",
    "CaseError",
    "Change",
    "CheckReport",
    "DetenteError",
    "Draws",
    "Estimate",
    "Fan",
    "Judged",
    "Lower",
    "OutputError",
    "Plan",
    "PlanError",
    "Problem",
    "Provenance",
    "RequestError",
    "RunResult",
    "TableExport",
    "TableImport",
    "Verdict",
    "Weakest",
    "__version__",
    "cases",
    "check",
    "document",
    "draw",
    "export_table",
    "import_table",
    "judge",
    "load_case",
    "new",
    "parse_plan",
    "report_page",
    "run",
    "schema",
    "write_report",
    "write_results",
    "write_tables",
]

# Where each public name lives, and what it is called there.
_HOMES = {
    "Band": "verdict.results:Band",
    "Breach": "verdict.results:Breach",
    "BuiltinCase": "case.load:BuiltinCase",
    "Case": "case.domain:Case",
    "CaseError": "errors:CaseError",
    "Change": "verdict.results:Change",
    "CheckReport": "case.load:CheckReport",
    "DetenteError": "errors:DetenteError",
    "Draws": "draws.sampler:Draws",
    "Estimate": "verdict.results:Estimate",
    "Fan": "verdict.results:Fan",
    "Judged": "verdict.judged:Judged",
    "Lower": "verdict.results:Lower",
    "OutputError": "errors:OutputError",
    "Plan": "case.domain:Plan",
    "PlanError": "errors:PlanError",
    "Problem": "errors:Problem",
    "Provenance": "verdict.results:Provenance",
    "RequestError": "errors:RequestError",
    "RunResult": "verdict.results:RunResult",
    "TableExport": "case.table:TableExport",
    "TableImport": "case.table:TableImport",
    "Verdict": "verdict.results:Verdict",
    "Weakest": "verdict.results:Weakest",
    "cases": "case.load:builtin_cases",
    "check": "case.load:check_case",
    "document": "report.document:document",
    "draw": "draws.draw:draw",
    "export_table": "case.table:export_table",
    "import_table": "case.table:import_table",
    "judge": "verdict.judged:judge",
    "load_case": "case.load:load_case",
    "new": "case.load:new_case",
    "parse_plan": "case.plans:parse_plan",
    "report_page": "report.page:report_page",
    "run": "verdict.run:run",
    "schema": "case.schema:case_schema",
    "write_report": "report.page:write_report",
    "write_results": "report.folder:write_results",
    "write_tables": "report.folder:write_tables",
}


if not TYPE_CHECKING:  # a checker would take any name for an object

    def __getattr__(name: str) -> object:
        if name == "__version__":
            value = import_module("importlib.metadata").version("detente")
        elif name in _HOMES:
            module, _, attribute = _HOMES[name].partition(":")
            value = getattr(import_module(f"detente.{module}"), attribute)
        else:
            raise AttributeError(f"module 'detente' has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
