"""What a report says, as texts: found in a result, free of any layout.

Page and brief show the same content. All texts of the case in it are clean (one line, no control
characters) but not escaped: that is up to whatever shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from detente.case.domain import Case, Proposal, Source
from detente.errors import RequestError
from detente.model.judgement import Deviation
from detente.report.answer import (
    answer,
    case_title,
    question,
    ranked,
    standing_when,
    start_year,
)
from detente.report.figures import Share, amount, amounts, count, share, share_range, worth
from detente.report.obstacles import Obstacle, obstacles
from detente.report.speaker import Speaker
from detente.report.terms import (
    AFTERWARDS,
    IN_FORCE,
    main_change,
    phase_title,
    quantity_name,
    quantity_title,
    quantity_unit,
)
from detente.report.text import clean, cut
from detente.report.typed import run_command
from detente.verdict.results import Estimate, Provenance, RunResult, Verdict

__all__ = ["Content", "Figure", "Part", "content", "figure", "made"]

#: Nothing is said of a breach, or a party's answer, rarer than this.
RARE = 0.005
#: Longer texts of a case are cut.
MOST_LETTERS = 1500
#: An exposure below this is shown as none.
LEAST_POINTS = 0.05


@dataclass(frozen=True, slots=True)
class Figure:
    """A share out of 100 with its 95 % interval, both as shown."""

    symbol: str  #: ``21``, ``≈ 40``, ``< 1``
    phrase: str  #: ``21 of 100``
    between: str  #: ``20–23``, empty where it would say nothing


@dataclass(frozen=True, slots=True)
class Answer:
    """What one party or constituency says to a text."""

    id: str
    name: str
    is_party: bool
    needed: bool
    yes: str
    short: str
    barred: str
    exposure: str


@dataclass(frozen=True, slots=True)
class Break:
    """One way in which a text is first broken."""

    by: str  #: id of the party
    party: str
    when: str
    how: str
    chance: str


@dataclass(frozen=True, slots=True)
class Side:
    """One party in the timeline: its steps, and by phase what it stands to lose."""

    name: str
    steps: tuple[tuple[str, ...], ...]  #: by column
    exposure: tuple[str, ...]  #: by column; empty where it is no matter


@dataclass(frozen=True, slots=True)
class Timeline:
    """Phases from left to right: names, time, sides, and the chance to stand."""

    names: tuple[str, ...]
    times: tuple[str, ...]
    sides: tuple[Side, ...]
    stands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one quantity by the horizon, against the path without agreement."""

    name: str
    unit: str
    better: str
    mean: str
    between: str
    is_main: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One proposal."""

    id: str
    name: str
    by: str
    date: str
    notes: tuple[tuple[str, str], ...]  #: label and text
    sources: tuple[str, ...]
    flaws: tuple[str, ...]
    accept: Figure
    keep: Figure
    hold: Figure
    lower: tuple[Figure, Figure, Figure]
    unsettled: str
    lower_unsettled: str
    beaten_by: tuple[str, ...]
    fitted: bool  #: the case was calibrated on it
    main: str
    obstacles: tuple[Obstacle, ...]
    answers: tuple[Answer, ...]
    breaks: tuple[Break, ...]
    accident: str
    timeline: Timeline
    effects: tuple[Effect, ...]
    course: tuple[tuple[str, str, str, str], ...]  #: year and the three medians of the main outcome
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Reference:
    """A source; the address only where a browser may follow it."""

    id: str
    text: str
    address: str
    status: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a report says of one result."""

    title: str
    question: str
    answer: str
    when: str
    certain: bool
    draws: str
    horizon: str
    main_title: str
    parts: tuple[Part, ...]  #: those that hold most often first
    calibrated_on: tuple[str, ...]
    fitted: bool  #: the text that holds most often is one of those
    sources: tuple[Reference, ...]
    made: tuple[tuple[str, str], ...]
    command: str


def content(result: RunResult) -> Content:
    """Return what there is to say of *result*."""
    if not result.verdicts:
        raise RequestError("there is nothing to report: no proposal was judged")
    case, speaker = result.case, Speaker(result)
    return Content(
        title=case_title(case),
        question=question(result),
        answer=answer(result),
        when=standing_when(case),
        certain=result.certain,
        draws=count(result.provenance.draws),
        horizon=f"{case.horizon_years:g} year{'' if case.horizon_years == 1 else 's'}",
        main_title=quantity_title(case, case.main_outcome) if case.main_outcome else "",
        parts=tuple(_part(result, speaker, verdict) for verdict in ranked(result)),
        calibrated_on=tuple(_calibration(case)),
        fitted=ranked(result)[0].proposal in case.calibrated_on,
        sources=tuple(_reference(source) for source in case.sources),
        made=tuple(made(result.case, result.provenance)),
        command=run_command(result),
    )


def figure(estimate: Estimate) -> Figure:
    """Return how *estimate* is shown."""
    shown = share(estimate)
    return Figure(shown.symbol, shown.phrase, "" if shown.bound else share_range(estimate))


def _part(result: RunResult, speaker: Speaker, verdict: Verdict) -> Part:
    case = result.case
    proposal = next((p for p in case.proposals if p.id == verdict.proposal), None)
    names = {v.proposal: clean(v.name) for v in result.verdicts}
    lower = verdict.lower
    return Part(
        id=clean(verdict.proposal),
        name=clean(verdict.name),
        by=_author(speaker, proposal),
        date=clean(proposal.date or "") if proposal else "",
        notes=tuple(_notes(proposal)) if proposal else (),
        sources=proposal.sources if proposal else (),
        flaws=tuple(clean(flaw) for flaw in verdict.flaws),
        accept=figure(verdict.accept),
        keep=figure(verdict.keep),
        hold=figure(verdict.hold),
        lower=(figure(lower.accept), figure(lower.keep), figure(lower.hold)),
        unsettled=_unsettled(speaker, verdict.unsettled),
        lower_unsettled=_unsettled(speaker, lower.unsettled),
        beaten_by=tuple(names[other] for other in verdict.beaten_by),
        fitted=verdict.proposal in case.calibrated_on,
        main=main_change(case, verdict),
        obstacles=tuple(obstacles(speaker, verdict)),
        answers=tuple(_answers(result, speaker, verdict)),
        breaks=tuple(_breaks(speaker, verdict)),
        accident=_rarely(speaker.share(verdict.accident), verdict.accident),
        timeline=_timeline(result, speaker, verdict),
        effects=tuple(_effects(case, verdict)),
        course=tuple(_course(case, verdict)),
        verdict=verdict,
    )


def _author(speaker: Speaker, proposal: Proposal | None) -> str:
    """Say who put it forward: ``by Delta``, ``jointly``, or nothing."""
    if proposal is None or not clean(proposal.by or ""):
        return ""
    by = proposal.by or ""
    return "jointly" if by == "joint" else f"by {speaker.parties.get(by) or clean(by)}"


def _notes(proposal: Proposal) -> Iterator[tuple[str, str]]:
    """Yield what the case says of a proposal."""
    for label, text in (
        ("What it says", proposal.summary),
        ("What became of it", proposal.outcome),
        ("How it was put into measures", proposal.mapping_note),
    ):
        if text:
            yield label, cut(text, MOST_LETTERS)


def _rarely(figure: Share, mean: float) -> str:
    return figure.as_chance if mean >= RARE else ""


def _unsettled(speaker: Speaker, share: float) -> str:
    return speaker.share(share).of_draws if share > 0.0 else ""


def _answers(result: RunResult, speaker: Speaker, verdict: Verdict) -> Iterator[Answer]:
    """Yield parties that have a say in the text or something at stake, each with its groups."""
    for party in result.case.parties:
        touched = party.id in (*verdict.signatories, *verdict.necessary)
        inside = [name for name in party.constituencies if name in verdict.necessary]
        if not (touched or inside or verdict.exposure[party.id] >= LEAST_POINTS):
            continue
        yield _answer_of_party(speaker, verdict, party.id)
        if len(party.constituencies) > 1:
            yield from (_answer_of_group(speaker, verdict, c) for c in party.constituencies)


def _answer_of_party(speaker: Speaker, verdict: Verdict, party: str) -> Answer:
    short, barred = verdict.shortfall[party], verdict.barred[party]
    return Answer(
        id=party,
        name=speaker.parties[party],
        is_party=True,
        needed=party in verdict.necessary,
        yes=speaker.share(verdict.accept_by[party]).symbol,
        short=worth(short, verdict.shortfall_error[party]) if short > 0.0 else "",
        barred=speaker.share(barred).symbol if barred >= RARE else "",
        exposure=_points(verdict.exposure[party]),
    )


def _answer_of_group(speaker: Speaker, verdict: Verdict, name: str) -> Answer:
    return Answer(
        id=name,
        name=speaker.person(name, with_party=False),
        is_party=False,
        needed=name in verdict.necessary,
        yes=speaker.share(verdict.accept_by[name]).symbol,
        short="",
        barred="",
        exposure=_points(verdict.exposure_by[name]),
    )


def _points(exposure: float) -> str:
    """Show an exposure, nothing where it rounds to none."""
    return worth(exposure, 0.0) if exposure >= LEAST_POINTS else ""


def _breaks(speaker: Speaker, verdict: Verdict) -> Iterator[Break]:
    for breach in verdict.breaches:
        if breach.chance >= RARE:
            yield Break(
                by=breach.party,
                party=speaker.parties[breach.party],
                when=speaker.phase(breach.phase),
                how=_how(speaker, breach.deviation, breach.measure),
                chance=speaker.share(breach.chance).as_chance,
            )


def _how(speaker: Speaker, deviation: Deviation, measure: str | None) -> str:
    return speaker.deviation(deviation, measure).removeprefix("by ")


def _timeline(result: RunResult, speaker: Speaker, verdict: Verdict) -> Timeline:
    """Lay the plan out in columns: what is in force, phases 1..K, and after."""
    case = result.case
    in_force = any(verdict.plan.phases[:1])
    names = [phase_title(k, name) for k, name in enumerate(speaker.phases, start=1)]
    times = [_when(case, k) for k in range(1, case.phases + 2)]
    gap = [""] * in_force
    return Timeline(
        names=(*[IN_FORCE] * in_force, *names, AFTERWARDS),
        times=(*gap, *times),
        sides=tuple(_sides(result, speaker, verdict, in_force=in_force)),
        stands=(*gap, *(speaker.share(chance).symbol for chance in verdict.kept_through)),
    )


def _when(case: Case, k: int) -> str:
    """Say when period *k* begins."""
    years = (k - 1) * case.years_per_phase
    start = start_year(case)
    if start is None:
        return "at the start" if k == 1 else f"from year {years:g}"
    year, fraction = divmod(start + years + 1e-9, 1)
    return f"from {_MONTHS[int(fraction * 12)]} {int(year)}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _sides(
    result: RunResult, speaker: Speaker, verdict: Verdict, *, in_force: bool
) -> Iterator[Side]:
    case = result.case
    performers = {measure.id: measure.by for measure in case.measures}
    written = verdict.plan.phases  # a plan of one's own may leave out its last phases
    phases = (*written, *((),) * (case.phases + 1 - len(written)))
    columns = [*phases[0 if in_force else 1 :], ()]
    gap = [""] * in_force
    for party in (*case.parties, None):
        id_ = None if party is None else party.id
        steps = tuple(_steps(speaker, performers, id_, column) for column in columns)
        exposed = verdict.exposure_at[id_] if id_ is not None else ()
        if any(steps) or any(points >= LEAST_POINTS for points in exposed):
            shown = (*gap, *(_points(points) for points in exposed))
            name = "Joint steps" if id_ is None else speaker.parties[id_]
            yield Side(name, steps, shown or ("",) * len(columns))


def _steps(
    speaker: Speaker, performers: Mapping[str, str | None], by: str | None, column: Sequence[str]
) -> tuple[str, ...]:
    return tuple(speaker.measures[name] for name in column if performers[name] == by)


def _effects(case: Case, verdict: Verdict) -> Iterator[Effect]:
    """Yield the quantities that the text moves, the main outcome first."""
    better = {quantity.id: quantity.better or "" for quantity in case.quantities}
    order = sorted(verdict.outcomes, key=lambda name: name != case.main_outcome)
    for name in order:
        change = verdict.outcomes[name]
        if (change.mean, change.p5, change.p95) == (0.0, 0.0, 0.0) and name != case.main_outcome:
            continue
        yield Effect(
            name=quantity_name(case, name),
            unit=clean(quantity_unit(case, name)),
            better=better.get(name, ""),
            mean=amount(change.mean, change.standard_error),
            between=amounts(change.p5, change.p95, change.standard_error),
            is_main=name == case.main_outcome,
        )


def _course(case: Case, verdict: Verdict) -> Iterator[tuple[str, str, str, str]]:
    """Yield the medians of the main outcome over the years: without, put forward, kept."""
    if case.main_outcome is None:
        return
    fan, start = verdict.paths[case.main_outcome], start_year(case) or 0.0
    for i, years in enumerate(fan.years):
        levels = (fan.without.p50[i], fan.plan.p50[i], fan.kept.p50[i])
        without, plan, kept = (amount(level, 0.0) for level in levels)
        yield f"{start + years:.4g}" if not start else f"{start + years:.1f}", without, plan, kept


def _calibration(case: Case) -> Iterator[str]:
    """Name the proposals, and say the other things, on which the case was calibrated."""
    names = {proposal.id: clean(proposal.name) for proposal in case.proposals}
    for text in case.calibrated_on:
        yield f"“{names[text]}”" if text in names else clean(text)


def _reference(source: Source) -> Reference:
    words = (source.title or source.id, source.publisher, source.date)
    return Reference(
        id=source.id,
        text=cut(", ".join(clean(word) for word in words if word), MOST_LETTERS),
        address=web_address(source.address or ""),
        status=clean(source.status or ""),
    )


def web_address(text: str) -> str:
    """Return *text* if it is an address of the web, else nothing.

    An address that a browser would run (``javascript:``), open from the disk or read in
    two ways is none.
    """
    if text != clean(text) or " " in text or "\\" in text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in {"http", "https"} and parts.hostname else ""


def made(case: Case, run: Provenance, *, percentiles: bool = True) -> Iterator[tuple[str, str]]:
    """Yield what another person needs in order to get the same figures of *case*."""
    yield "Program", f"Détente {run.version}, Python {run.python}, NumPy {run.numpy}"
    view = f" under the view {clean(case.view.id)}" if case.view else ""
    yield "Case", f"{clean(case.name)}{view}, SHA-256 {run.case_hash}"
    yield "Draws", f"{count(run.draws)}, seed {run.seed}"
    if percentiles:
        yield "Percentiles of outcomes", f"over the first {count(run.quantile_draws)} draws"
    yield "Ties", f"differences up to {run.tie:g} count as none; at most {run.rounds} rounds"
