"""What a search found, as texts: free of any layout, for the terminal and for its page.

All texts of the case in it are clean but not escaped, as everywhere in the report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from detente.case.domain import Case, Plan
from detente.case.fields import AS_WRITTEN
from detente.case.names import listed
from detente.report.figures import count
from detente.report.plan_text import (
    Column,
    differences,
    in_columns,
    last_phase,
    plan_text,
    step_count,
    typed,
)
from detente.report.reckoned import (
    bound_text,
    direction,
    figure_name,
    is_share,
    reckoned_range,
    reckoned_text,
)
from detente.report.speaker import Speaker
from detente.report.terms import FIGURES
from detente.report.text import clean
from detente.report.typed import explain_command, search_command
from detente.searching.proving import Bounds
from detente.searching.results import Course, Found, Reckoned, Reference, SearchResult

__all__ = ["MARKS", "REFERENCES", "Head", "Row", "Searched", "asked_text", "searched"]

#: Signs of the reference points, and what each is.
MARKS: dict[Reference, str] = {"nash": "N", "kalai_smorodinsky": "KS"}
REFERENCES: dict[Reference, str] = {
    "nash": (
        "the Nash point: of the plans that the search kept, the one with the greatest product of"
        " the signatories' mean surpluses over no agreement"
    ),
    "kalai_smorodinsky": (
        "the Kalai–Smorodinsky point: of the plans that the search kept, the one in which the"
        " signatory that gets least of the most that it could get gets most"
    ),
}
NO_FORECAST = "Such points answer what some axioms single out; they forecast nothing."
ACCEPTED_IS = (
    "Accepted says that nobody who must say yes would rather have no agreement, not that the sides"
    " would settle on this plan."
)
NONE_HOLDS = (
    "No plan that was found holds in any draw. Where all are at 0, that figure cannot guide a search:"
    " look for surplus or keep, ask for less, or see who refuses with detente explain."
)
BEATEN = "another plan shown is better on average for everyone with a say"
MISSES = "keeps not all that was asked for: by its steps, or in the draws shown here"


@dataclass(frozen=True, slots=True)
class Head:
    """One figure: what it is asked for as, what it is called, and which way is better."""

    text: str
    name: str
    better: str
    unit: str  #: ``of 100`` for shares


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as shown, with its interval."""

    symbol: str
    between: str


@dataclass(frozen=True, slots=True)
class Row:
    """One plan, or one proposal of the case."""

    id: str
    name: str
    kind: str  #: ``frontier``, ``alternative``, ``reference`` or ``proposal``
    marks: tuple[str, ...]
    cells: tuple[Cell, ...]
    extent: str  #: last phase and number of steps
    text: str  #: as it can be typed
    typed: str  #: the same, with spaces where lines may break
    columns: tuple[Column, ...]
    near: str  #: of an alternative: what the plan is called that it is near
    base: str  #: what the plan is called from which it differs in few steps only, if one is shown
    differs: tuple[str, ...]  #: in what
    same_as: str  #: the proposal of the case that has the same steps
    beaten_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the plans found hold one measure."""

    measure: str
    phases: tuple[str, ...]  #: by plan; empty where it is left out


@dataclass(frozen=True, slots=True)
class Searched:
    """Everything to say of a search but what stands in the verdicts."""

    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    proposals: tuple[Row, ...]
    asked: str
    notes: tuple[str, ...]
    proof: tuple[str, ...]  #: how good any plan could be
    command: str
    explain: str  #: what to type for the reasons of the first plan
    warning: str  #: what to know before anything else, if there is such a thing
    steps: tuple[Standing, ...]  #: the measures that any plan found holds

    @property
    def first(self) -> Row:
        """The first plan that no other beats for everyone, or else the first."""
        return _first(self.rows)


def _first(rows: tuple[Row, ...]) -> Row:
    return next((row for row in rows if not row.beaten_by), rows[0])


def searched(result: SearchResult) -> Searched:
    """Return what there is to say of *result*."""
    speaker = Speaker(result.run)
    heads = tuple(_heads(result, speaker))
    rows = tuple(_found(result, speaker, heads, found) for found in result.plans)
    proposals = tuple(_proposal(result, speaker, heads, name) for name in result.proposals)
    return Searched(
        heads=heads,
        rows=rows,
        proposals=proposals,
        asked=asked_text(result, speaker),
        notes=tuple(_notes(result, (*rows, *proposals))),
        proof=tuple(_proof(result)),
        command=search_command(result),
        explain=explain_command(result.run, result[_first(rows).id]),
        warning=NONE_HOLDS if all(result.run[p.id].hold.mean == 0.0 for p in result.plans) else "",
        steps=tuple(_standings(result, speaker)),
    )


def _standings(result: SearchResult, speaker: Speaker) -> Iterator[Standing]:
    """Yield the measures that plans hold: those of most plans first, then in the order of the case."""
    placed = [
        {name: str(k) for k, names in enumerate(found.plan.phases) for name in names}
        for found in result.plans
    ]
    held = [m.id for m in result.case.measures if any(m.id in phases for phases in placed)]
    for name in sorted(held, key=lambda name: -sum(name in phases for phases in placed)):
        yield Standing(speaker.measures[name], tuple(phases.get(name, "") for phases in placed))


def _heads(result: SearchResult, speaker: Speaker) -> Iterator[Head]:
    for text in result.plans[0].figures:
        unit = "of 100" if is_share(text) else ""
        name = figure_name(result.case, speaker, text)
        yield Head(text, name, direction(result.case, text), unit)


def _found(result: SearchResult, speaker: Speaker, heads: tuple[Head, ...], found: Found) -> Row:
    near = "" if found.near is None else clean(result[found.near].name)
    base, differs = _base(result, speaker, found)
    return Row(
        id=found.id,
        name=clean(result[found.id].name),
        kind=found.role,
        marks=(
            *(MARKS[point] for point in found.references),
            *_beaten(result, found.id),
            *_misses(result, found.plan, found.figures),
        ),
        cells=_cells(heads, found.figures),
        extent=f"{last_phase(found.plan)} / {step_count(found.plan)}",
        text=plan_text(found.plan),
        typed=typed(found.plan),
        columns=in_columns(speaker, found.plan),
        near=near,
        base=base,
        differs=differs,
        same_as=_same_as(result.case, found.plan),
        beaten_by=_names(result, found.id),
    )


def _proposal(result: SearchResult, speaker: Speaker, heads: tuple[Head, ...], name: str) -> Row:
    verdict = result.run[name]
    return Row(
        id=name,
        name=clean(verdict.name),
        kind="proposal",
        marks=(
            *("*",) * bool(verdict.flaws),
            *_beaten(result, name),
            *_misses(result, verdict.plan, result.proposals[name]),
        ),
        cells=_cells(heads, result.proposals[name]),
        extent=f"{last_phase(verdict.plan)} / {step_count(verdict.plan)}",
        text=plan_text(verdict.plan),
        typed=typed(verdict.plan),
        columns=in_columns(speaker, verdict.plan),
        near="",
        base="",
        differs=(),
        same_as="",
        beaten_by=_names(result, name),
    )


def _base(result: SearchResult, speaker: Speaker, found: Found) -> tuple[str, tuple[str, ...]]:
    """Return the plan of the frontier from which another differs least, and in what.

    Nothing for one of the frontier itself, or where it differs in over half of its steps.
    """
    others = [plan for plan in result.plans if plan.role == "frontier"]
    if found.role == "frontier" or not others:
        return "", ()
    changes = {plan.id: tuple(differences(speaker, plan.plan, found.plan)) for plan in others}
    nearest = min(changes, key=lambda name: (len(changes[name]), name != found.near))
    if len(changes[nearest]) > step_count(found.plan) / 2:
        return "", ()
    return clean(result[nearest].name), changes[nearest]


def _cells(heads: tuple[Head, ...], figures: Mapping[str, Reckoned]) -> tuple[Cell, ...]:
    found = [(head.text, figures[head.text]) for head in heads]
    return tuple(Cell(reckoned_text(*pair), reckoned_range(*pair)) for pair in found)


def _beaten(result: SearchResult, name: str) -> tuple[str, ...]:
    return ("†",) * bool(result.run[name].beaten_by)


def _misses(result: SearchResult, plan: Plan, figures: Mapping[str, Reckoned]) -> tuple[str, ...]:
    """Return the mark of plans that do not keep what was asked for, if *plan* is one."""
    asked = result.asked
    short = any(figures[name].value < amount for name, amount in asked.least.items())
    over = any(figures[name].value > amount for name, amount in asked.most.items())
    base = {measure.id: measure.base for measure in result.case.measures}
    where = {
        name: k
        for k, names in enumerate(plan.phases)
        for step in names
        for name in (step, base[step])
    }
    lacks = any(
        name not in where or phase not in (None, where[name]) for name, phase in asked.fix.items()
    )
    barred = any(name in where for name in asked.forbid) or last_phase(plan) > asked.phases
    return ("‡",) * (short or over or lacks or barred)


def _names(result: SearchResult, name: str) -> tuple[str, ...]:
    return tuple(clean(result.run[other].name) for other in result.run[name].beaten_by)


def _same_as(case: Case, plan: Plan) -> str:
    text = plan_text(plan)
    return next((clean(p.name) for p in case.proposals if plan_text(p.plan) == text), "")


# --- what was asked for ------------------------------------------------------------------


def asked_text(result: SearchResult, speaker: Speaker) -> str:
    """Say in one sentence what was searched for."""
    asked, case = result.asked, result.case
    pairs = zip(asked.objectives, asked.higher, strict=True)
    goals = [_goal(figure_name(case, speaker, text), text, higher) for text, higher in pairs]
    parts = [f"Looked for: {listed(goals, 'and')}", *_conditions(result, speaker)]
    views = [name for name in result.judged if name != AS_WRITTEN]
    if len(result.judged) > 1:
        named = listed([_view_name(name) for name in result.judged], "and")
        parts.append(f"each figure in the view that is worst for it, of {named}")
    elif views:
        parts.append(f"under the view “{clean(views[0])}”")
    return "; ".join(parts) + "."


def _view_name(name: str) -> str:
    return "the case as written" if name == AS_WRITTEN else f"“{clean(name)}”"


def _goal(name: str, text: str, higher: bool) -> str:
    if is_share(text):
        return f"{name} as often as possible"
    return f"{name} as {'high' if higher else 'low'} as possible"


def _conditions(result: SearchResult, speaker: Speaker) -> Iterator[str]:
    asked, case = result.asked, result.case
    for word, bounds in (("at least", asked.least), ("at most", asked.most)):
        for text, amount in bounds.items():
            yield f"{figure_name(case, speaker, text)} {word} {bound_text(text, amount)}"
    for name, phase in asked.fix.items():
        yield f"with “{_measure(speaker, name)}”" + ("" if phase is None else f" in phase {phase}")
    for name in asked.forbid:
        yield f"without “{_measure(speaker, name)}”"
    if asked.phases < case.phases:
        yield f"all steps in phases 1 to {asked.phases}" if asked.phases > 1 else "all in phase 1"


def _measure(speaker: Speaker, name: str) -> str:
    return speaker.measures.get(name, clean(name))


# --- how it went ----------------------------------------------------------------------------


def _notes(result: SearchResult, rows: Sequence[Row]) -> Iterator[str]:
    draws = result.run.provenance.draws
    if result.run.certain:
        yield "Every number of this case is certain: all draws are the same."
    else:
        yield (
            f"All figures are from {count(draws)} fresh draws that the search has not seen; with a"
            " chance of 95 % all intervals shown hold at once."
        )
    yield from _marks(result, rows)
    yield ACCEPTED_IS
    yield _course(result.course)


def _marks(result: SearchResult, rows: Sequence[Row]) -> Iterator[str]:
    """Say what the marks behind the names of *rows* mean."""
    marks = {mark for row in rows for mark in row.marks}
    named = [point for point, sign in MARKS.items() if sign in marks]
    for point in named:
        yield f"{MARKS[point]}: {REFERENCES[point]}."
    if named:
        yield NO_FORECAST
    if "†" in marks:
        yield f"†: {BEATEN}."
    if "*" in marks:
        yield "*: breaks a rule of the case, judged as written."
    if "‡" in marks:
        yield f"‡: {MISSES}."
    if len(result.judged) > 1 and (named or "†" in marks):
        yield f"† and reference points are those of {_view_name(next(iter(result.judged)))}."


def _proof(result: SearchResult) -> Iterator[str]:
    """Say what no plan exceeds, if that was to be proved, and of which plans that is said."""
    if result.bounds is not None:
        yield from _bounds(result.bounds)
        if result.asked.least or result.asked.most:
            yield "The proof is for all plans with the steps asked for: --min and --max play no part."


def _bounds(bounds: Bounds) -> Iterator[str]:
    """Say what no plan exceeds, and how far the best found is from it."""
    sample, truth = bounds.sample, bounds.truth
    name = FIGURES[sample.objective]
    if sample.proved:
        yield (
            f"Proved for the {count(sample.draws)} draws of the search: of all plans there are the"
            f" best {name} in {_of_100(sample.best)} of 100 there."
        )
    else:
        yield (
            f"Bound for the {count(sample.draws)} draws of the search: of all plans there are none"
            f" {name} in more than {_of_100(sample.upper)} of 100, and the best known there in"
            f" {_of_100(sample.best)}. What lies between is not known."
        )
    if truth is None:
        yield "The proof was interrupted: nothing is told of all draws there could be."
        return
    yield (
        f"In truth, by {len(truth.samples)} independent samples and with a confidence of 97.5 % each:"
        f" no plan {name} in more than {_of_100(truth.upper)} of 100, and the first plan here in no"
        f" fewer than {_of_100(truth.lower)}."
    )


def _of_100(share: float) -> str:
    return f"{100 * share:.1f}"


def _course(course: Course) -> str:
    """Say how much was looked at, and why the search ended."""
    return (
        f"{count(course.judged[0])} plans were looked at, of {_magnitude(course.magnitude)}"
        f" (conditions aside), {count(course.judged[-1])} of them in all {count(course.draws)}"
        f" draws of the search; {_ending(course)}. {_caution(course)}"
    )


def _caution(course: Course) -> str:
    """Say why there may be a better plan all the same."""
    if course.ending != "listed":
        return "That it found no better plan is no proof that there is none."
    if course.judged[-1] >= course.judged[0]:
        return "In other draws another of them may come first."
    return (
        f"The others were looked at in the first few draws only, {count(course.rungs[0])} or more,"
        " so a slightly better one may have been dropped."
    )


def _magnitude(magnitude: float) -> str:
    if magnitude < 6:
        return f"about {count(_two_digits(10**magnitude))}"
    return f"about 10^{magnitude:.0f}"


def _two_digits(number: float) -> int:
    digits = max(floor(number), 1)
    step = int(10 ** max(len(str(digits)) - 2, 0))
    return round(number / step) * step


def _ending(course: Course) -> str:
    after = f"after {count(course.generations)} generation{'s' * (course.generations != 1)}"
    match course.ending:
        case "time":
            return f"time was up {after}, before it came to rest"
        case "listed":
            return "these are all that keep the conditions"
        case "at_rest":
            return f"it came to rest {after}, the last without progress"
