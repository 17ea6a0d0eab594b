"""Results as datasets: every figure with its rows called by the names of the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from detente.case.domain import Case
from detente.labels import (
    OWN_UNIT,
    SHARE,
    WORTH,
    Variable,
    axis,
    case_labels,
    dataset,
    quantities,
    texts,
)
from detente.model.judgement import Floats, deviation_codes, deviation_of
from detente.model.outcomes import quantity_names
from detente.verdict.judged import Judged
from detente.verdict.results import Estimate, RunResult, Verdict

if TYPE_CHECKING:
    from xarray import Dataset

_PARTY: Final = ("party",)
_CONSTITUENCY: Final = ("constituency",)
_BY_PARTY: Final = ("party", "phase")
_BY_DECIDER: Final = ("decider", "phase")
_LOWER: Final = ", if all begin by expecting breach"

#: By attribute of a verdict: its axes after the proposal, what it is, its unit.
_FIGURES: Final = {
    "accident": ((), "chance that a false alarm ends it before the last k", SHARE),
    "unsettled": ((), "share of draws whose expectations never come to rest", SHARE),
    "kept_through": (("phase",), "mean chance to stand in k", SHARE),
    "shortfall": (_PARTY, "mean distance from yes where worth is what lacks", WORTH),
    "shortfall_error": (_PARTY, "standard error of shortfall", WORTH),
    "barred": (_PARTY, "share of draws refused, by red lines, whatever the worth", SHARE),
    "value": (_CONSTITUENCY, "mean value of the plan at phase 1", WORTH),
    "exposure": (_PARTY, "mean loss if another breaks at the worst moment", WORTH),
    "exposure_by": (_CONSTITUENCY, "mean loss if another breaks at the worst moment", WORTH),
    "exposure_at": (_BY_PARTY, "mean loss if another breaks at k", WORTH),
    "break_by": (_BY_PARTY, "mean chance to break at k, kept so far", SHARE),
    "first_break": (_BY_PARTY, "mean chance to get to k and break there", SHARE),
    "trust": (_BY_PARTY, "mean chance to keep from k on, kept so far", SHARE),
    "slack": (_BY_DECIDER, "mean of value less best deviation", WORTH),
    "breaks": (_BY_DECIDER, "mean chance to be in charge at k and break there, kept so far", SHARE),
}
#: By attribute of a Change.
_CHANGES: Final = {
    "mean": ("outcome", "mean change at the horizon against no agreement"),
    "standard_error": ("outcome_error", "standard error of outcome"),
    "p5": ("outcome_p5", "5th percentile over draws of the change"),
    "p95": ("outcome_p95", "95th percentile over draws of the change"),
}
#: By attribute of a Fan.
_PATHS: Final = {
    "without": "without agreement",
    "plan": "expected with the plan put forward",
    "kept": "if it is accepted and stands",
}
_PERCENTILES: Final = {"p5": 5, "p50": 50, "p95": 95}
#: By field of Judged: the axes before the draw, what it is, its unit.
_BY_DRAW: Final = {
    "accepted": ((), "whether there is an agreement", ""),
    "kept": ((), "chance to stand in the last k, accepted or not", SHARE),
    "hold": ((), "accepted times kept", SHARE),
    "score": ((), "score of the agreement; it accepts from 0 on", WORTH),
    "party_score": (_PARTY, "score of the party; it accepts from 0 on", WORTH),
    "constituency_score": (_CONSTITUENCY, "score; it accepts from 0 on", WORTH),
    "value": (_CONSTITUENCY, "value of the plan at phase 1", WORTH),
    "hazard": (_BY_PARTY, "chance to break at k, kept so far", SHARE),
    "reach": (("phase",), "chance that the plan gets to k", SHARE),
    "stand": (("phase",), "chance to stand in k", SHARE),
    "first_break": (_BY_PARTY, "chance to get to k and break there", SHARE),
    "accident": ((), "chance that a false alarm ends it before the last k", SHARE),
    "trust": (_BY_PARTY, "chance to keep from k on, kept so far", SHARE),
    "belief": (_BY_DECIDER, "chance to be in charge at k, kept so far", SHARE),
    "slack": (_BY_DECIDER, "value less best deviation", WORTH),
    "breaks": (_BY_DECIDER, "belief where it would break, else 0", SHARE),
    "deviation": (_BY_DECIDER, "best deviation: a position in deviation_name", ""),
    "exposure": (_PARTY, "loss if another breaks at the worst moment", WORTH),
    "exposure_by": (_CONSTITUENCY, "loss if another breaks at the worst moment", WORTH),
    "exposure_at": (_BY_PARTY, "loss if another breaks at k", WORTH),
    "unsettled": ((), "whether expectations never come to rest", ""),
    "lower_accepted": ((), f"accepted{_LOWER}", ""),
    "lower_kept": ((), f"kept{_LOWER}", SHARE),
    "lower_unsettled": ((), f"unsettled{_LOWER}", ""),
}


def labelled_result(result: RunResult) -> Dataset:
    """Return the figures of *result* as a dataset; what is None there is NaN, 0 or empty text."""
    run = result.provenance
    attrs: dict[str, str | int] = {
        "case": result.case.name,
        "case_hash": run.case_hash,
        "version": run.version,
        "draws": run.draws,
        "seed": str(run.seed),  # may be larger than any number that a file can hold
    }
    holding = _Holding(result)
    variables = {
        **holding.estimates(),
        **{
            name: holding.variable(name, dims, meaning, units)
            for name, (dims, meaning, units) in _FIGURES.items()
        },
        **holding.agreeing(),
        **holding.weakest(),
        **holding.outcomes(),
        **holding.paths(),
    }
    return dataset(variables, _labels(result), attrs)


def labelled_draws(judged: Judged) -> Dataset:
    """Return every figure of *judged* as a dataset."""
    case = judged.case
    variables = {
        name: Variable((*dims, "draw"), getattr(judged, name), meaning, units)
        for name, (dims, meaning, units) in _BY_DRAW.items()
    }
    names = quantity_names(case)
    nothing = np.zeros(len(judged.kept))
    changes = np.array([judged.outcomes.get(name, nothing) for name in names])
    variables["outcome"] = Variable(
        ("quantity", "draw"),
        changes.reshape(len(names), -1),
        "change at the horizon against no agreement",
        OWN_UNIT,
    )
    variables["deviation_name"] = Variable(
        ("code",), texts(_deviations(case)), "what a code of deviation stands for"
    )
    labels = case_labels(case) | quantities(case, names)
    labels["draw"] = Variable(("draw",), np.arange(len(judged.kept)), "number of the draw, from 0")
    return dataset(variables, labels, {"case": case.name, "case_hash": case.hash})


def _deviations(case: Case) -> list[str]:
    """Name each code of deviation: ``exit``, ``withhold gauges``."""
    named = []
    for code in range(deviation_codes(len(case.measures))):
        deviation, position = deviation_of(code, len(case.measures))
        measure = "" if position is None else f" {case.measures[position].id}"
        named.append(deviation + measure)
    return named


def _labels(result: RunResult) -> dict[str, Variable]:
    case, verdicts = result.case, result.verdicts
    percentiles = tuple(_PERCENTILES.values())
    return {
        **axis(
            "proposal",
            (v.proposal for v in verdicts),
            "id of the proposal",
            name=("name of the proposal", (v.name for v in verdicts)),
        ),
        **case_labels(case),
        **quantities(case, quantity_names(case)),
        **axis("bound", ("low", "high"), "end of the interval"),
        **axis("path", _PATHS, "course of events", name=("what it is", _PATHS.values())),
        "percentile": Variable(("percentile",), percentiles, "percentile over draws", "percent"),
        "year": Variable(("year",), _years(result), "time from now", "years"),
    }


def _years(result: RunResult) -> Sequence[float]:
    return next((fan.years for verdict in result for fan in verdict.paths.values()), ())


class _Holding:
    """The figures of a result on their way into arrays."""

    def __init__(self, result: RunResult) -> None:
        case = result.case
        self.result = result
        self.verdicts = result.verdicts
        self.sizes = {"phase": case.phases + 1, "bound": 2}
        self.ids = {
            "party": [party.id for party in case.parties],
            "constituency": [constituency.id for constituency in case.constituencies],
            "decider": [decider.constituency for _, decider in case.deciders],
            "quantity": list(quantity_names(case)),
        }
        self.sizes |= {dim: len(ids) for dim, ids in self.ids.items()}

    def variable(self, name: str, dims: tuple[str, ...], meaning: str, units: str) -> Variable:
        """Return one attribute of the verdicts: a number, or a mapping or list of them."""
        return self.put([getattr(v, name) for v in self.verdicts], dims, meaning, units)

    def put(
        self, figures: Sequence[Any], dims: tuple[str, ...], meaning: str, units: str = ""
    ) -> Variable:
        """Return *figures*, one for each verdict, as one array; mappings in the order of ids."""
        rows = [
            [figure[name] for name in self.ids[dims[0]]] if isinstance(figure, Mapping) else figure
            for figure in figures
        ]
        shape = (len(rows), *(self.sizes[dim] for dim in dims))
        return Variable(("proposal", *dims), np.array(rows).reshape(shape), meaning, units)

    def estimates(self) -> dict[str, Variable]:
        found: dict[str, Variable] = {}
        for name, meaning in (
            ("accept", "share of draws in which everyone who must say yes does"),
            ("keep", "mean chance that nobody breaks it and no accident ends it"),
            ("hold", "mean of accepted times kept"),
        ):
            own = [getattr(v, name) for v in self.verdicts]
            lower = [getattr(v.lower, name) for v in self.verdicts]
            found |= self._estimated(name, own, meaning)
            found |= self._estimated(f"lower_{name}", lower, f"{name}{_LOWER}")
        given = [nan if v.keep_given_accept is None else v.keep_given_accept for v in self.verdicts]
        unsettled = [v.lower.unsettled for v in self.verdicts]
        return found | {
            "keep_given_accept": self.put(given, (), "keep over the draws that accept", SHARE),
            "lower_unsettled": self.put(unsettled, (), f"unsettled{_LOWER}", SHARE),
        }

    def _estimated(
        self, name: str, estimates: Sequence[Estimate], meaning: str
    ) -> dict[str, Variable]:
        means = [e.mean for e in estimates]
        errors = [e.standard_error for e in estimates]
        intervals = [e.interval for e in estimates]
        return {
            name: self.put(means, (), meaning, SHARE),
            f"{name}_error": self.put(errors, (), f"standard error of {name}", SHARE),
            f"{name}_interval": self.put(intervals, ("bound",), f"95 % interval of {name}", SHARE),
        }

    def agreeing(self) -> dict[str, Variable]:
        """Who says yes, and whose yes is needed, apart for parties and constituencies."""
        found: dict[str, Variable] = {}
        for dim in ("party", "constituency"):
            yes = [v.accept_by for v in self.verdicts]
            needed = [[name in v.necessary for name in self.ids[dim]] for v in self.verdicts]
            share, whether = "share of draws in which it says yes", "whether its yes is needed"
            found[f"accept_by_{dim}"] = self.put(yes, (dim,), share, SHARE)
            found[f"necessary_{dim}"] = self.put(needed, (dim,), whether)
        signs = [[name in v.signatories for name in self.ids["party"]] for v in self.verdicts]
        found["signatory"] = self.put(signs, _PARTY, "whether it must sign")
        found["flaws"] = self._words(["; ".join(v.flaws) for v in self.verdicts], "rules it breaks")
        found["beaten_by"] = self._words(
            ["; ".join(v.beaten_by) for v in self.verdicts], "proposals better for every signatory"
        )
        return found

    def _words(self, items: Sequence[str | None], meaning: str) -> Variable:
        return Variable(("proposal",), texts(items), meaning)

    def weakest(self) -> dict[str, Variable]:
        points = [v.weakest for v in self.verdicts]
        found = {
            f"weakest_{name}": self._words([getattr(w, name, None) for w in points], meaning)
            for name, meaning in (
                ("decider", "decider that most often breaks"),
                ("party", "its party"),
                ("deviation", "what it then most often does"),
                ("measure", "the measure concerned, if one"),
            )
        }
        phases = [0 if w is None else w.phase for w in points]
        shares = [nan if w is None else w.share for w in points]
        slacks = [nan if w is None else w.slack for w in points]
        return found | {
            "weakest_phase": self.put(phases, (), "where it most often breaks; 0 for nowhere", "1"),
            "weakest_share": self.put(shares, (), "share of draws in which it does", SHARE),
            "weakest_slack": self.put(slacks, (), "mean of value less best deviation there", WORTH),
        }

    def outcomes(self) -> dict[str, Variable]:
        return {
            name: self.put(
                [{q: getattr(c, figure) for q, c in v.outcomes.items()} for v in self.verdicts],
                ("quantity",),
                meaning,
                OWN_UNIT,
            )
            for figure, (name, meaning) in _CHANGES.items()
        }

    def paths(self) -> dict[str, Variable]:
        years = len(_years(self.result))
        if not years:
            return {}
        rows = [[self._fan(v, q, years) for q in self.ids["quantity"]] for v in self.verdicts]
        dims = ("proposal", "quantity", "path", "year", "percentile")
        return {"level": Variable(dims, np.array(rows), "level of the quantity", OWN_UNIT)}

    def _fan(self, verdict: Verdict, quantity: str, years: int) -> Floats:
        """Return float64[path, year, percentile]; NaN where the quantity has no paths."""
        if quantity not in verdict.paths:
            return np.full((len(_PATHS), years, len(_PERCENTILES)), nan)
        bands = [getattr(verdict.paths[quantity], path) for path in _PATHS]
        return np.array([[getattr(band, p) for p in _PERCENTILES] for band in bands]).swapaxes(1, 2)
