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
    from detente.bulk.dataset import RunDataset, RunStage, run_dataset
    from detente.case.domain import Case, Plan, View
    from detente.case.judgement_lint import Hint
    from detente.case.load import BuiltinCase, CheckReport, load_case, load_views
    from detente.case.load import builtin_cases as cases
    from detente.case.load import check_case as check
    from detente.case.load import new_case as new
    from detente.case.plan_files import read_plans
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
        WorkError,
    )
    from detente.influence.results import (
        Bound,
        Choice,
        Convergence,
        Finding,
        GroupIndices,
        Index,
        Mattering,
        Scenario,
        Sensitivity,
        SensitivityViews,
        Swinging,
        UnknownIndices,
    )
    from detente.influence.sensitivity import sensitivity
    from detente.influence.viewed import sensitivity_views
    from detente.insight.changes import CaseChanges, NumberChange, RuleChange, StepChange
    from detente.insight.comparing import (
        Comparison,
        Turned,
        VersionComparison,
        compare,
        compare_versions,
    )
    from detente.insight.comparing_views import (
        ComparisonViews,
        DifferenceViews,
        VersionViews,
        compare_versions_views,
        compare_views,
    )
    from detente.insight.explain import explain
    from detente.insight.paired import Contrast, Difference
    from detente.insight.results import (
        Balance,
        Explanation,
        Flip,
        Reason,
        Remedy,
        Repair,
        Swing,
        Weight,
        Why,
    )
    from detente.insight.reviewing import Review, Swap, review
    from detente.insight.viewed import (
        ExplanationViews,
        FlipViews,
        ReasonViews,
        RepairViews,
        explain_views,
    )
    from detente.insight.why import why
    from detente.report.document import document
    from detente.report.explained import explanation_page, write_explanation
    from detente.report.explanation_documents import explanation_document
    from detente.report.folder import write_results, write_tables
    from detente.report.page import report_page, write_report
    from detente.report.search_document import repair_document, search_document
    from detente.report.searched import search_page, write_search
    from detente.report.sensitivity_documents import sensitivity_document
    from detente.report.sensitivity_page import sensitivity_page, write_sensitivity
    from detente.searching.edits import Edit
    from detente.searching.repairing import Mend, RepairResult, repair
    from detente.searching.results import Asked, Course, Found, Reckoned, SearchResult
    from detente.searching.search import Sight, search
    from detente.verdict.conclusions import Conclusion
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
    from detente.verdict.views import ViewRange, ViewsResult, run_views

    __version__: str

__all__ = [
    "Asked",
    "Balance",
    "Band",
    "Bound",
    "Breach",
    "BuiltinCase",
    "Case",
    "CaseChanges",
    "CaseError",
    "Change",
    "CheckReport",
    "Choice",
    "Comparison",
    "ComparisonViews",
    "Conclusion",
    "Contrast",
    "Convergence",
    "Course",
    "DetenteError",
    "Difference",
    "DifferenceViews",
    "Draws",
    "Edit",
    "Estimate",
    "Explanation",
    "ExplanationViews",
    "Fan",
    "Finding",
    "Flip",
    "FlipViews",
    "Found",
    "GroupIndices",
    "Hint",
    "Index",
    "Judged",
    "Lower",
    "Mattering",
    "Mend",
    "NumberChange",
    "OutputError",
    "Plan",
    "PlanError",
    "Problem",
    "Provenance",
    "Reason",
    "ReasonViews",
    "Reckoned",
    "Remedy",
    "Repair",
    "RepairResult",
    "RepairViews",
    "RequestError",
    "Review",
    "RuleChange",
    "RunDataset",
    "RunResult",
    "RunStage",
    "Scenario",
    "SearchResult",
    "Sensitivity",
    "SensitivityViews",
    "Sight",
    "StepChange",
    "Swap",
    "Swing",
    "Swinging",
    "TableExport",
    "TableImport",
    "Turned",
    "UnknownIndices",
    "Verdict",
    "VersionComparison",
    "VersionViews",
    "View",
    "ViewRange",
    "ViewsResult",
    "Weakest",
    "Weight",
    "Why",
    "WorkError",
    "__version__",
    "cases",
    "check",
    "compare",
    "compare_versions",
    "compare_versions_views",
    "compare_views",
    "document",
    "draw",
    "explain",
    "explain_views",
    "explanation_document",
    "explanation_page",
    "export_table",
    "import_table",
    "judge",
    "load_case",
    "load_views",
    "new",
    "parse_plan",
    "read_plans",
    "repair",
    "repair_document",
    "report_page",
    "review",
    "run",
    "run_dataset",
    "run_views",
    "schema",
    "search",
    "search_document",
    "search_page",
    "sensitivity",
    "sensitivity_document",
    "sensitivity_page",
    "sensitivity_views",
    "why",
    "write_explanation",
    "write_report",
    "write_results",
    "write_search",
    "write_sensitivity",
    "write_tables",
]

# Where each public name lives, and what it is called there.
_HOMES = {
    "Asked": "searching.results:Asked",
    "Balance": "insight.results:Balance",
    "Band": "verdict.results:Band",
    "Bound": "influence.results:Bound",
    "Breach": "verdict.results:Breach",
    "BuiltinCase": "case.load:BuiltinCase",
    "Case": "case.domain:Case",
    "CaseChanges": "insight.changes:CaseChanges",
    "CaseError": "errors:CaseError",
    "Change": "verdict.results:Change",
    "CheckReport": "case.load:CheckReport",
    "Choice": "influence.results:Choice",
    "Comparison": "insight.comparing:Comparison",
    "ComparisonViews": "insight.comparing_views:ComparisonViews",
    "Conclusion": "verdict.conclusions:Conclusion",
    "Contrast": "insight.paired:Contrast",
    "Convergence": "influence.results:Convergence",
    "Course": "searching.results:Course",
    "DetenteError": "errors:DetenteError",
    "Difference": "insight.paired:Difference",
    "DifferenceViews": "insight.comparing_views:DifferenceViews",
    "Draws": "draws.sampler:Draws",
    "Edit": "searching.edits:Edit",
    "Estimate": "verdict.results:Estimate",
    "Explanation": "insight.results:Explanation",
    "ExplanationViews": "insight.viewed:ExplanationViews",
    "Fan": "verdict.results:Fan",
    "Finding": "influence.results:Finding",
    "Flip": "insight.results:Flip",
    "FlipViews": "insight.viewed:FlipViews",
    "Found": "searching.results:Found",
    "GroupIndices": "influence.results:GroupIndices",
    "Hint": "case.judgement_lint:Hint",
    "Index": "influence.results:Index",
    "Judged": "verdict.judged:Judged",
    "Lower": "verdict.results:Lower",
    "Mattering": "influence.results:Mattering",
    "Mend": "searching.repairing:Mend",
    "NumberChange": "insight.changes:NumberChange",
    "OutputError": "errors:OutputError",
    "Plan": "case.domain:Plan",
    "PlanError": "errors:PlanError",
    "Problem": "errors:Problem",
    "Provenance": "verdict.results:Provenance",
    "Reason": "insight.results:Reason",
    "ReasonViews": "insight.viewed:ReasonViews",
    "Reckoned": "searching.results:Reckoned",
    "Remedy": "insight.results:Remedy",
    "Repair": "insight.results:Repair",
    "RepairResult": "searching.repairing:RepairResult",
    "RepairViews": "insight.viewed:RepairViews",
    "RequestError": "errors:RequestError",
    "Review": "insight.reviewing:Review",
    "RuleChange": "insight.changes:RuleChange",
    "RunDataset": "bulk.dataset:RunDataset",
    "RunResult": "verdict.results:RunResult",
    "RunStage": "bulk.dataset:RunStage",
    "Scenario": "influence.results:Scenario",
    "SearchResult": "searching.results:SearchResult",
    "Sensitivity": "influence.results:Sensitivity",
    "SensitivityViews": "influence.results:SensitivityViews",
    "Sight": "searching.search:Sight",
    "StepChange": "insight.changes:StepChange",
    "Swap": "insight.reviewing:Swap",
    "Swing": "insight.results:Swing",
    "Swinging": "influence.results:Swinging",
    "TableExport": "case.table:TableExport",
    "TableImport": "case.table:TableImport",
    "Turned": "insight.comparing:Turned",
    "UnknownIndices": "influence.results:UnknownIndices",
    "Verdict": "verdict.results:Verdict",
    "VersionComparison": "insight.comparing:VersionComparison",
    "VersionViews": "insight.comparing_views:VersionViews",
    "View": "case.domain:View",
    "ViewRange": "verdict.views:ViewRange",
    "ViewsResult": "verdict.views:ViewsResult",
    "Weakest": "verdict.results:Weakest",
    "Weight": "insight.results:Weight",
    "Why": "insight.results:Why",
    "WorkError": "errors:WorkError",
    "cases": "case.load:builtin_cases",
    "check": "case.load:check_case",
    "compare": "insight.comparing:compare",
    "compare_versions": "insight.comparing:compare_versions",
    "compare_versions_views": "insight.comparing_views:compare_versions_views",
    "compare_views": "insight.comparing_views:compare_views",
    "document": "report.document:document",
    "draw": "draws.draw:draw",
    "explain": "insight.explain:explain",
    "explain_views": "insight.viewed:explain_views",
    "explanation_document": "report.explanation_documents:explanation_document",
    "explanation_page": "report.explained:explanation_page",
    "export_table": "case.table:export_table",
    "import_table": "case.table:import_table",
    "judge": "verdict.judged:judge",
    "load_case": "case.load:load_case",
    "load_views": "case.load:load_views",
    "new": "case.load:new_case",
    "parse_plan": "case.plans:parse_plan",
    "read_plans": "case.plan_files:read_plans",
    "repair": "searching.repairing:repair",
    "repair_document": "report.search_document:repair_document",
    "report_page": "report.page:report_page",
    "review": "insight.reviewing:review",
    "run": "verdict.run:run",
    "run_dataset": "bulk.dataset:run_dataset",
    "run_views": "verdict.views:run_views",
    "schema": "case.schema:case_schema",
    "search": "searching.search:search",
    "search_document": "report.search_document:search_document",
    "search_page": "report.searched:search_page",
    "sensitivity": "influence.sensitivity:sensitivity",
    "sensitivity_document": "report.sensitivity_documents:sensitivity_document",
    "sensitivity_page": "report.sensitivity_page:sensitivity_page",
    "sensitivity_views": "influence.viewed:sensitivity_views",
    "why": "insight.why:why",
    "write_explanation": "report.explained:write_explanation",
    "write_report": "report.page:write_report",
    "write_results": "report.folder:write_results",
    "write_search": "report.searched:write_search",
    "write_sensitivity": "report.sensitivity_page:write_sensitivity",
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
