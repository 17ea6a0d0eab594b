"""Détente judges agreements before they are signed.

>>> import detente
>>> case = detente.load_case("river")
>>> result = detente.run(case, draws=200, seed=1)
>>> result["step_by_step"].hold.mean <= result["step_by_step"].accept.mean
True

Every command of the program is a thin shell over the function of the same name here. Names
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
    from detente.insight.explain import explain
    from detente.insight.results import (
        Balance,
        Edit,
        Explanation,
        Flip,
        Reason,
        Remedy,
        Repair,
        Swing,
        Weight,
    )
    from detente.report.document import document, explanation_document
    from detente.report.explained import explanation_page, write_explanation
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
    "Balance",
    "Band",
    "Breach",
    "BuiltinCase",
    "Case",
    "CaseError",
    "Change",
    "CheckReport",
    "DetenteError",
    "Draws",
    "Edit",
    "Estimate",
    "Explanation",
    "Fan",
    "Flip",
    "Judged",
    "Lower",
    "OutputError",
    "Plan",
    "PlanError",
    "Problem",
    "Provenance",
    "Reason",
    "Remedy",
    "Repair",
    "RequestError",
    "RunResult",
    "Swing",
    "TableExport",
    "TableImport",
    "Verdict",
    "Weakest",
    "Weight",
    "__version__",
    "cases",
    "check",
    "document",
    "draw",
    "explain",
    "explanation_document",
    "explanation_page",
    "export_table",
    "import_table",
    "judge",
    "load_case",
    "new",
    "parse_plan",
    "report_page",
    "run",
    "schema",
    "write_explanation",
    "write_report",
    "write_results",
    "write_tables",
]

# Where each public name lives, and what it is called there.
_HOMES = {
    "Balance": "insight.results:Balance",
    "Band": "verdict.results:Band",
    "Breach": "verdict.results:Breach",
    "BuiltinCase": "case.load:BuiltinCase",
    "Case": "case.domain:Case",
    "CaseError": "errors:CaseError",
    "Change": "verdict.results:Change",
    "CheckReport": "case.load:CheckReport",
    "DetenteError": "errors:DetenteError",
    "Draws": "draws.sampler:Draws",
    "Edit": "insight.results:Edit",
    "Estimate": "verdict.results:Estimate",
    "Explanation": "insight.results:Explanation",
    "Fan": "verdict.results:Fan",
    "Flip": "insight.results:Flip",
    "Judged": "verdict.judged:Judged",
    "Lower": "verdict.results:Lower",
    "OutputError": "errors:OutputError",
    "Plan": "case.domain:Plan",
    "PlanError": "errors:PlanError",
    "Problem": "errors:Problem",
    "Provenance": "verdict.results:Provenance",
    "Reason": "insight.results:Reason",
    "Remedy": "insight.results:Remedy",
    "Repair": "insight.results:Repair",
    "RequestError": "errors:RequestError",
    "RunResult": "verdict.results:RunResult",
    "Swing": "insight.results:Swing",
    "TableExport": "case.table:TableExport",
    "TableImport": "case.table:TableImport",
    "Verdict": "verdict.results:Verdict",
    "Weakest": "verdict.results:Weakest",
    "Weight": "insight.results:Weight",
    "cases": "case.load:builtin_cases",
    "check": "case.load:check_case",
    "document": "report.document:document",
    "draw": "draws.draw:draw",
    "explain": "insight.explain:explain",
    "explanation_document": "report.document:explanation_document",
    "explanation_page": "report.explained:explanation_page",
    "export_table": "case.table:export_table",
    "import_table": "case.table:import_table",
    "judge": "verdict.judged:judge",
    "load_case": "case.load:load_case",
    "new": "case.load:new_case",
    "parse_plan": "case.plans:parse_plan",
    "report_page": "report.page:report_page",
    "run": "verdict.run:run",
    "schema": "case.schema:case_schema",
    "write_explanation": "report.explained:write_explanation",
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
