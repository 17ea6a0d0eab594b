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
    from detente.case.load import CheckReport, load_case
    from detente.case.load import builtin_cases as cases
    from detente.case.load import check_case as check
    from detente.case.load import new_case as new
    from detente.case.plans import parse_plan
    from detente.case.schema import case_schema as schema
    from detente.errors import (
        CaseError,
        DetenteError,
        OutputError,
        PlanError,
        Problem,
        RequestError,
    )
    from detente.report.document import document
    from detente.report.tables import write_tables
    from detente.verdict.results import RunResult, Verdict
    from detente.verdict.run import run

    __version__: str

__all__ = [
    "Case",
    "CaseError",
    "CheckReport",
    "DetenteError",
    "OutputError",
    "Plan",
    "PlanError",
    "Problem",
    "RequestError",
    "RunResult",
    "Verdict",
    "__version__",
    "cases",
    "check",
    "document",
    "load_case",
    "new",
    "parse_plan",
    "run",
    "schema",
    "write_tables",
]

# Where each public name lives, and what it is called there.
_HOMES = {
    "Case": "case.domain:Case",
    "CaseError": "errors:CaseError",
    "CheckReport": "case.load:CheckReport",
    "DetenteError": "errors:DetenteError",
    "OutputError": "errors:OutputError",
    "Plan": "case.domain:Plan",
    "PlanError": "errors:PlanError",
    "Problem": "errors:Problem",
    "RequestError": "errors:RequestError",
    "RunResult": "verdict.results:RunResult",
    "Verdict": "verdict.results:Verdict",
    "cases": "case.load:builtin_cases",
    "check": "case.load:check_case",
    "document": "report.document:document",
    "load_case": "case.load:load_case",
    "new": "case.load:new_case",
    "parse_plan": "case.plans:parse_plan",
    "run": "verdict.run:run",
    "schema": "case.schema:case_schema",
    "write_tables": "report.tables:write_tables",
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
