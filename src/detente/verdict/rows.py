"""The rows of the result tables, and what each column means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from detente.case.fields import AS_WRITTEN
from detente.case.names import did_you_mean, listed, shortened
from detente.case.numbers import Quantiles, central, support
from detente.errors import RequestError
from detente.verdict.results import Estimate, RunResult, Verdict

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its SQL type and what stands in it."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row is, its columns, and how its rows come from a result."""

    name: str
    description: str
    own: tuple[Column, ...]
    """Its columns without the last, which all tables have: the view."""
    make: Callable[[RunResult], Iterator[Row]]

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, in the order of :meth:`rows`."""
        return (*self.own, _VIEW)

    def rows(self, results: Iterable[RunResult]) -> Iterator[Row]:
        """Yield the rows of *results*, one after another, each row with its view at the end."""
        for result in results:
            view = result.case.view
            for row in self.make(result):
                yield (*row, AS_WRITTEN if view is None else view.id)


_VIEW = Column("view", "VARCHAR", "id of the view; as_written for the case without any")
_PROPOSAL = Column("proposal", "VARCHAR", "id of the proposal")
_PARTY = Column("party", "VARCHAR", "id of the party")
_PHASE = Column("phase", "INTEGER", "k from 1; the last is maintenance")


def _estimate_columns(name: str, meaning: str) -> tuple[Column, ...]:
    return (
        Column(name, "DOUBLE", meaning),
        Column(f"{name}_error", "DOUBLE", f"standard error of {name}"),
        Column(f"{name}_low", "DOUBLE", f"lower end of the 95 % interval of {name}"),
        Column(f"{name}_high", "DOUBLE", f"upper end of the 95 % interval of {name}"),
    )


def _estimate(estimate: Estimate) -> Row:
    return (estimate.mean, estimate.standard_error, *estimate.interval)


def _proposals(result: RunResult) -> Iterator[Row]:
    for v in result.verdicts:
        lower = (v.lower.accept.mean, v.lower.keep.mean, v.lower.hold.mean, v.lower.unsettled)
        yield (
            v.proposal,
            v.name,
            *_estimate(v.accept),
            *_estimate(v.keep),
            *_estimate(v.hold),
            v.keep_given_accept,
            v.accident,
            v.unsettled,
            *lower,
            *_weakest(v),
            "; ".join(v.flaws) or None,
            "; ".join(v.beaten_by) or None,
        )


def _weakest(verdict: Verdict) -> Row:
    w = verdict.weakest
    if w is None:
        return (None,) * 6
    return (w.decider, w.phase, w.deviation, w.measure, w.share, w.slack)


def _acceptance(result: RunResult) -> Iterator[Row]:
    for v in result.verdicts:
        for party in result.case.parties:
            p = party.id
            lacks = (v.shortfall[p], v.barred[p], None, v.exposure[p])
            yield (v.proposal, p, "party", p, v.accept_by[p], p in v.necessary, *lacks)
        for constituency in result.case.constituencies:
            c = constituency.id
            gets = (None, None, v.value[c], v.exposure_by[c])
            of = constituency.party
            yield (v.proposal, c, "constituency", of, v.accept_by[c], c in v.necessary, *gets)


def _hazards(result: RunResult) -> Iterator[Row]:
    for v in result.verdicts:
        for party, hazards in v.break_by.items():
            rows = (hazards, v.first_break[party], v.trust[party], v.exposure_at[party])
            series = zip(*rows, strict=True)
            for k, values in enumerate(series, start=1):
                yield (v.proposal, party, k, *values)


def _breaches(result: RunResult) -> Iterator[Row]:
    for v in result.verdicts:
        for b in v.breaches:
            yield (v.proposal, b.party, b.phase, b.deviation, b.measure, b.chance)


def _standing(result: RunResult) -> Iterator[Row]:
    for v in result.verdicts:
        for k, chance in enumerate(v.kept_through, start=1):
            yield (v.proposal, k, chance)


def _deciders(result: RunResult) -> Iterator[Row]:
    for v in result.verdicts:
        for decider, slacks in v.slack.items():
            for k, values in enumerate(zip(slacks, v.breaks[decider], strict=True), start=1):
                yield (v.proposal, decider, k, *values)


def _units(result: RunResult) -> dict[str, str | None]:
    units = {effect.quantity: effect.unit for _, effect in result.case.effects}
    return units | {quantity.id: quantity.unit for quantity in result.case.quantities}


def _outcomes(result: RunResult) -> Iterator[Row]:
    units = _units(result)
    for v in result.verdicts:
        for name, change in v.outcomes.items():
            figures = (change.mean, change.standard_error, change.p5, change.p95)
            yield (v.proposal, name, units.get(name), *figures)


def _paths(result: RunResult) -> Iterator[Row]:
    units = _units(result)
    for v in result.verdicts:
        for name, fan in v.paths.items():
            lines = {"without": fan.without, "plan": fan.plan, "kept": fan.kept}
            for path, band in lines.items():
                for at in zip(fan.years, band.p5, band.p50, band.p95, strict=True):
                    yield (v.proposal, name, units.get(name), path, *at, fan.draws)


def _assumptions(result: RunResult) -> Iterator[Row]:
    for item in result.case.assumptions:
        number, form = item.number, item.number.distribution
        low, high = (form.p5, form.p95) if isinstance(form, Quantiles) else support(form)
        yield (
            ".".join(str(part) for part in item.path),
            type(form).__name__.lower(),
            low if isfinite(low) else None,
            central(form),
            high if isfinite(high) else None,
            number.basis,
            "; ".join(number.sources) or None,
            number.why,
        )


def _doubles(**meanings: str) -> tuple[Column, ...]:
    return tuple(Column(name, "DOUBLE", meaning) for name, meaning in meanings.items())


TABLES = (
    Table(
        "proposals",
        "a row for each proposal",
        (
            _PROPOSAL,
            Column("name", "VARCHAR", "name of the proposal"),
            *_estimate_columns("accept", "share of draws in which everyone who must say yes does"),
            *_estimate_columns("keep", "mean chance that nobody breaks it and no accident ends it"),
            *_estimate_columns("hold", "mean over draws of accepted times kept"),
            *_doubles(
                keep_given_accept="keep over the draws that accept; null where none does",
                accident="mean chance that a false alarm ends it before the last k",
                unsettled="share of draws whose expectations never come to rest",
                lower_accept="accept, if all begin by expecting breach",
                lower_keep="keep, if all begin by expecting breach",
                lower_hold="hold, if all begin by expecting breach",
                lower_unsettled="unsettled, if all begin by expecting breach",
            ),
            Column("weakest_decider", "VARCHAR", "decider that most often breaks"),
            Column("weakest_phase", "INTEGER", "where it most often breaks, if kept so far"),
            Column("weakest_deviation", "VARCHAR", "what it then most often does"),
            Column("weakest_measure", "VARCHAR", "the measure concerned, if one"),
            Column("weakest_share", "DOUBLE", "share of draws, weighted by who is in charge"),
            Column("weakest_slack", "DOUBLE", "mean of value less best deviation there"),
            Column("flaws", "VARCHAR", "rules of the case that the text breaks"),
            Column("beaten_by", "VARCHAR", "proposals that are better for every signatory"),
        ),
        _proposals,
    ),
    Table(
        "acceptance",
        "a row for each proposal and each party or constituency",
        (
            _PROPOSAL,
            Column("body", "VARCHAR", "id of the party or constituency"),
            Column("kind", "VARCHAR", "party or constituency"),
            _PARTY,
            Column("share", "DOUBLE", "share of draws in which it says yes"),
            Column("required", "BOOLEAN", "whether there is no agreement without its yes"),
            *_doubles(
                shortfall="parties: mean distance from yes where worth is what lacks",
                barred="parties: share of draws refused, by red lines, whatever the worth",
                value="constituencies: mean value of the plan at phase 1",
                exposure="mean loss against its reservation if another breaks at the worst moment",
            ),
        ),
        _acceptance,
    ),
    Table(
        "hazards",
        "a row for each proposal, party and phase",
        (
            _PROPOSAL,
            _PARTY,
            _PHASE,
            *_doubles(
                hazard="mean chance to break at k, given that it was kept so far",
                first_break="mean chance that the plan gets to k and the party breaks it there",
                trust="mean chance to keep it through the last k, given that it was kept so far",
                exposure="mean loss against its reservation if another breaks at k",
            ),
        ),
        _hazards,
    ),
    Table(
        "breaches",
        "a row for each proposal and each breach that may end it, likeliest first",
        (
            _PROPOSAL,
            Column("party", "VARCHAR", "id of the party that breaks"),
            _PHASE,
            Column("deviation", "VARCHAR", "what it does: exit, withhold or undo, all or one"),
            Column("measure", "VARCHAR", "the measure concerned, if one"),
            *_doubles(
                chance="mean chance that the plan gets to k and the party breaks it there so",
            ),
        ),
        _breaches,
    ),
    Table(
        "standing",
        "a row for each proposal and phase",
        (_PROPOSAL, _PHASE, *_doubles(kept_through="mean chance to stand in k")),
        _standing,
    ),
    Table(
        "deciders",
        "a row for each proposal, decider and phase",
        (
            _PROPOSAL,
            Column("decider", "VARCHAR", "id of the constituency that decides"),
            _PHASE,
            *_doubles(
                slack="mean of value less best deviation",
                breaks="share of draws in which it would break, weighted by who is in charge",
            ),
        ),
        _deciders,
    ),
    Table(
        "outcomes",
        "a row for each proposal and quantity: its change at the horizon against no agreement",
        (
            _PROPOSAL,
            Column("quantity", "VARCHAR", "id of the quantity"),
            Column("unit", "VARCHAR", "unit of the quantity"),
            *_doubles(
                mean="mean over draws",
                standard_error="standard error of the mean",
                p5="5th percentile over draws",
                p95="95th percentile over draws",
            ),
        ),
        _outcomes,
    ),
    Table(
        "paths",
        "a row for each proposal, quantity, path and time: percentiles of its level over draws",
        (
            _PROPOSAL,
            Column("quantity", "VARCHAR", "id of the quantity"),
            Column("unit", "VARCHAR", "unit of the quantity"),
            Column(
                "path",
                "VARCHAR",
                "without: no agreement; plan: expected, put forward; kept: accepted and kept",
            ),
            *_doubles(
                years="time from the start",
                p5="5th percentile over draws",
                p50="median over draws",
                p95="95th percentile over draws",
            ),
            Column("draws", "INTEGER", "how many draws count: the first so many"),
        ),
        _paths,
    ),
    Table(
        "assumptions",
        "a row for each number of the case, as written in its file",
        (
            Column("entry", "VARCHAR", "where it stands: keys and positions in lists, by dots"),
            Column("distribution", "VARCHAR", "certain, triangular, quantiles, normal, ..."),
            *_doubles(
                low="least value, or the 5th percentile of quantiles; null where there is none",
                central="the value an analyst would name first: mode, median or mean",
                high="greatest value, or the 95th percentile; null where there is none",
            ),
            Column("basis", "VARCHAR", "sourced, judgement or elicited; null where not stated"),
            Column("sources", "VARCHAR", "ids of its sources"),
            Column("why", "VARCHAR", "the reason given for it"),
        ),
        _assumptions,
    ),
)


def columns(results: Iterable[RunResult], name: str) -> dict[str, list[Any]]:
    """Return the table called *name* over *results* as columns; RequestError where there is none."""
    known = {table.name: table for table in TABLES}
    if name not in known:
        hint = f"{did_you_mean(str(name), known)}; there are {listed([*known], 'and')}"
        raise RequestError(f"no table {shortened(name)!r}{hint}")
    rows = list(known[name].rows(results))
    titles = [column.name for column in known[name].columns]
    return {title: [row[i] for row in rows] for i, title in enumerate(titles)}
