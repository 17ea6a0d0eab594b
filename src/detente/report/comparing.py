"""A comparison in the terminal, in sentences, and as a JSON document.

Every sentence says what one figure of the comparison is about. A difference that cannot be told
from 0 is said to be so; the two sides are called by their names, and neither is praised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from math import ceil, floor, log10
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from detente.case.domain import Case, Proposal
from detente.case.flow import in_flow
from detente.case.names import listed, shortened
from detente.case.numbers import Distribution
from detente.case.plans import plan_flaws
from detente.insight.changes import CaseChanges, NumberChange, RuleChange, StepChange
from detente.insight.comparing import Comparison, Turned, VersionComparison
from detente.insight.paired import Contrast, Difference
from detente.report.document import plain
from detente.report.figures import amount, count, decimal
from detente.report.numbers import range_in_words
from detente.report.speaker import Speaker
from detente.report.text import clean
from detente.verdict.intervals import Z
from detente.verdict.results import RunResult

__all__ = [
    "comparison_document",
    "comparison_screen",
    "contrast_document",
    "difference",
    "sentences",
    "versions_document",
    "versions_screen",
]

#: Nothing is said of a clear difference below this share; the table and the document have it.
NOTICED = 0.005
#: Entries of a list in the terminal; the document has all.
SHOWN = 20
_NOT_TOLD = "cannot be told from 0"
_LEGEND = (
    "Shares and chances are out of 100 draws. Differences are second less first, with 95 % interval"
    " from the differences draw by draw; ≈ 0 cannot be told from 0, = is the same in every draw."
)


# --- screens ------------------------------------------------------------------------------


def comparison_screen(found: Comparison) -> RenderableType:
    """Return what a terminal shows of two plans of one case."""
    case = found.second_case
    facts = f"{clean(case.name)} · {_draws(found)}, the same for both"
    title = Text(clean(case.title), style="bold")
    return Group(
        Padding(Text("\n").join([title, Text(facts)]), (1, 1)),
        _grid([("first", _called(found.first)), ("second", _called(found.second))]),
        *_section("What differs in the steps", list(_steps(found)) or ["nothing"]),
        *_section("What differs in the result", list(sentences(found))),
        Padding(_table(found), (1, 1, 0, 1)),
        Padding(Text(_LEGEND, style="dim"), (0, 1)),
    )


def versions_screen(found: VersionComparison) -> RenderableType:
    """Return what a terminal shows of two versions of a case."""
    title = Text(clean(found.second.title), style="bold")
    facts = [f"first   {_version(found.first)}", f"second  {_version(found.second)}"]
    facts += [f"{_draws(one)}; {_shared(found.changes)}" for one in found.comparisons[:1]]
    return Group(
        Padding(Text("\n").join([title, *(Text(fact) for fact in facts)]), (1, 1, 0, 1)),
        *_section("What differs between the versions", list(_changes(found.changes))),
        *(part for one in found.comparisons for part in _of_proposal(one)),
        Padding(Text(_LEGEND, style="dim"), (1, 1, 0, 1)),
    )


def _of_proposal(found: Comparison) -> Iterator[RenderableType]:
    title = clean(found.second.name)
    if _is_same(found):
        yield from _section(title, ["the same in every draw"])
        return
    yield from _section(title, [*_steps(found), *sentences(found)])
    yield Padding(_table(found), (1, 1, 0, 1))


def _is_same(found: Comparison) -> bool:
    return not found.steps and all(contrast.difference.is_none for _, contrast in _rows(found))


def _version(case: Case) -> str:
    return f"{clean(case.name)}, {case.hash[:12]}"


def _draws(found: Comparison) -> str:
    run = found.provenance
    return f"{count(run.draws)} draw{'s' * (run.draws > 1)}, seed {run.seed}"


def _called(proposal: Proposal) -> str:
    name, id_ = clean(proposal.name), clean(proposal.id)
    return name if name.replace(" ", "_") == id_ else f"{name}  ({id_})"


def _grid(rows: Sequence[tuple[str, str]]) -> RenderableType:
    grid = Table.grid(Column(), Column(overflow="fold"), padding=(0, 2, 0, 0))
    for head, text in rows:
        grid.add_row(Text(head, style="dim"), Text(text))
    return Padding(grid, (0, 1, 0, 1))


def _section(title: str, lines: Sequence[str]) -> Iterator[RenderableType]:
    yield Padding(Text(title, style="bold"), (1, 1, 0, 1))
    for line in lines:
        yield Padding(Text(line), (0, 1, 0, 3))


def _table(found: Comparison) -> Table:
    table = Table(
        Column("", overflow="fold", ratio=1),
        *(Column(name, justify="right") for name in ("first", "second", "difference")),
        box=box.SIMPLE_HEAD,
        expand=True,
        show_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
    speaker = speaker_of(found)
    for name, contrast in _rows(found):
        share = name in _SHARE_ROWS
        ends = [_end(speaker, mean, error, share) for mean, error in _ends(contrast)]
        table.add_row(Text(name), *map(Text, ends), Text(difference(contrast.difference, share)))
    return table


_SHARE_ROWS = ("accepted", "kept", "holds", "holds if distrusted", "ended by accident")


def _rows(found: Comparison) -> Iterator[tuple[str, Contrast]]:
    """Yield the lines of the table: the shares, then what has another unit."""
    shares = (found.accept, found.keep, found.hold, found.distrusted, found.accident)
    yield from zip(_SHARE_ROWS, shares, strict=True)
    speaker = speaker_of(found)
    for party, contrast in found.exposure.items():
        yield f"exposure of {speaker.name(party)}, points of worth", contrast
    named = {quantity.id: quantity for quantity in found.second_case.quantities}
    for id_, contrast in found.outcomes.items():
        unit = clean(named[id_].unit or "") if id_ in named else ""
        name = clean(named[id_].name if id_ in named else id_)
        yield f"{name}, change by the horizon{f', {unit}' if unit else ''}", contrast


def _ends(contrast: Contrast) -> tuple[tuple[float, float], ...]:
    return (
        (contrast.first, contrast.first_error),
        (contrast.second, contrast.second_error),
    )


def _end(speaker: Speaker, mean: float, error: float, share: bool) -> str:
    return speaker.share(mean).symbol if share else amount(mean, error)


def difference(found: Difference, share: bool) -> str:
    """Return a difference as it is shown: ``+4.1 (3.2 to 5.0)``, ``≈ 0 (−0.2 to 0.3)`` or ``=``."""
    if found.is_none:
        return "="
    unit = 100.0 if share else 1.0
    mean, error = unit * found.mean, unit * found.standard_error
    step = _step(mean, error)
    low, high = (unit * end for end in found.interval)
    between = (
        f"({_figure(floor(low / step) * step, step)} to {_figure(ceil(high / step) * step, step)})"
    )
    if error == 0.0 and found.is_clear:
        return _signed(mean, step)
    return f"{_signed(mean, step)} {between}" if found.is_clear else f"≈ 0 {between}"


def _step(mean: float, error: float) -> float:
    """Return the power of ten to which a difference is rounded.

    It is no finer than half its interval: that stands beside it, or the difference is clear.
    """
    size = Z * error or abs(mean) / 10.0
    return float(10.0 ** floor(log10(size))) if size > 0.0 else 1.0


def _signed(value: float, step: float) -> str:
    shown = _figure(value, step)
    return shown if value < 0.0 else f"+{shown}"


def _figure(value: float, step: float) -> str:
    """Write *value*, rounded to *step*, with the digits that the step has."""
    steps = floor(abs(value) / step + 0.5)
    shown = decimal(steps * step, step) if steps else "0"
    return f"−{shown}" if steps and value < 0.0 else shown


# --- sentences ----------------------------------------------------------------------------


def speaker_of(found: Comparison) -> Speaker:
    """Return who speaks of both sides, by the names of the second case."""
    return Speaker(RunResult(found.second_case, found.certain, found.provenance, ()))


def sentences(found: Comparison) -> Iterator[str]:
    """Yield how the second differs from the first, in words; the most basic first."""
    if _is_same(found):
        yield "All figures are the same in every draw."
        return
    speaker = speaker_of(found)
    yield _overall("It holds", found.hold, speaker)
    yield from _turn(speaker, found.turned)
    for body in found.necessary:
        yield from _answer(speaker, found, body)
    if not found.keep.difference.is_none:
        yield _overall("Accepted or not, it is kept", found.keep, speaker)
    if _noticed(found.distrusted):
        yield _overall("If all begin by expecting breach, it holds", found.distrusted, speaker)
    for party in found.broken_by:
        yield from _breaking(speaker, found, party)
    for party, contrast in found.trust.items():
        if _noticed(contrast):
            yield (
                f"The chance that {speaker.name(party)} keeps to the end,"
                f" if nobody else breaks, {_from_to(speaker, contrast)}."
            )


def _overall(what: str, contrast: Contrast, speaker: Speaker) -> str:
    found = contrast.difference
    if found.is_none:
        return f"{what} as often in every draw."
    if not found.is_clear:
        return f"{what} as often, as far as these draws tell: the difference {_NOT_TOLD}."
    how = "more" if found.mean > 0.0 else "less"
    return f"{what} {how} often: {_points(found)} of 100 draws; the share {_from_to(speaker, contrast)}."


def _points(found: Difference) -> str:
    """Say how large a difference of shares is, without its sign."""
    mean, error = 100.0 * abs(found.mean), 100.0 * found.standard_error
    step = _step(mean, error)
    return f"{_figure(mean, step)} more" if found.mean > 0.0 else f"{_figure(mean, step)} fewer"


def _from_to(speaker: Speaker, contrast: Contrast) -> str:
    verb = "rises" if contrast.difference.mean > 0.0 else "falls"
    ends = [speaker.share(end).as_chance for end in (contrast.first, contrast.second)]
    if ends[0] == ends[1]:
        return f"{verb} by less than can be shown of either, {ends[0]}"
    return f"{verb} from {ends[0]} to {ends[1]}"


def _turn(speaker: Speaker, turned: Turned) -> Iterator[str]:
    """Say in what shares of draws the answer of all who must say yes turned."""
    turns = {"from no to yes": turned.to_yes, "from yes to no": turned.to_no}
    some = [f"{way} in {speaker.share(s).of_draws}" for way, s in turns.items() if s > 0.0]
    if some:
        yield f"Whether all who must say yes do so turns {listed(some, 'and')}."
    else:
        yield "Whether all who must say yes do so is the same in every draw."


def _answer(speaker: Speaker, found: Comparison, body: str) -> Iterator[str]:
    """Say how the answer of one whose yes is needed differs, and by how many points."""
    if body not in found.accept_by:
        yield f"The yes of {clean(body)} is asked for in one version only."
        return
    contrast, name = found.accept_by[body], _body(speaker, body)
    points = _worth(found.score_by.get(body) or found.value.get(body))
    if _noticed(contrast):
        how = "more" if contrast.difference.mean > 0.0 else "less"
        yield f"{name} says yes {how} often: the share {_from_to(speaker, contrast)}{points}."
    elif points and contrast.difference.is_none:
        yield f"{name} gives the same answer in every draw{points}."


def _body(speaker: Speaker, body: str) -> str:
    return speaker.name(body) if body in speaker.people or body in speaker.parties else clean(body)


def _worth(contrast: Contrast | None) -> str:
    """Say by how many points of worth a body is better off on average, if that is clear."""
    if contrast is None or not contrast.difference.is_clear:
        return ""
    apart = contrast.difference
    shown = _figure(abs(apart.mean), _step(apart.mean, apart.standard_error))
    more = "more" if apart.mean > 0.0 else "less"
    return f"; it can expect {shown} points {more} on average"


def _breaking(speaker: Speaker, found: Comparison, party: str) -> Iterator[str]:
    """Say how the chance differs that one party breaks it first, and where most of that is."""
    contrast = found.broken_by[party]
    if not _noticed(contrast):
        return
    how = "more" if contrast.difference.mean > 0.0 else "less"
    yield (
        f"{speaker.name(party)} breaks it first {how} often: the chance"
        f" {_from_to(speaker, contrast)}{_where(speaker, found.broken_at[party], contrast)}."
    )


def _where(speaker: Speaker, chances: Sequence[Contrast], whole: Contrast) -> str:
    """Say in which phase a difference is largest, in the direction of the whole."""
    sign = 1.0 if whole.difference.mean > 0.0 else -1.0
    apart = [sign * contrast.difference.mean for contrast in chances]
    if not apart or max(apart) <= 0.0:
        return ""
    k = apart.index(max(apart))
    return f", most of it {speaker.phase(k + 1)}" if apart[k] > sum(map(abs, apart)) / 2 else ""


def _noticed(contrast: Contrast) -> bool:
    return contrast.difference.is_clear and abs(contrast.difference.mean) >= NOTICED


# --- what differs -------------------------------------------------------------------------


def _steps(found: Comparison) -> Iterator[str]:
    speaker = speaker_of(found)
    names = {m.id: clean(m.name) for m in (*found.first_case.measures, *found.second_case.measures)}
    for step in found.steps:
        yield _step_in_words(speaker, names, step)
    for side, case in ((found.first, found.first_case), (found.second, found.second_case)):
        for flaw in plan_flaws(case, side.plan):
            yield f"judged as written: in “{clean(side.name)}”, {clean(flaw)}"


def _step_in_words(speaker: Speaker, names: Mapping[str, str], step: StepChange) -> str:
    before = "" if step.first_phase is None else _phase(speaker, step.first_phase)
    after = "" if step.second_phase is None else _phase(speaker, step.second_phase)
    first, second = (f"“{names.get(name or '', '')}”" for name in (step.first, step.second))
    match step.kind:
        case "added":
            return f"added: {second}, {after}"
        case "dropped":
            return f"dropped: {first}, {before}"
        case "moved":
            return f"moved: {second}, {before} in the first, {after} in the second"
        case _:
            when = after if before == after else f"{before} in the first, {after} in the second"
            return f"level: {second} instead of {first}, {when}"


def _phase(speaker: Speaker, k: int) -> str:
    return speaker.phase(k) if k else "in force already"


def _changes(found: CaseChanges) -> Iterator[str]:
    if found.is_empty:
        yield "nothing on which a result depends"
    lines = [*map(_rule_in_words, found.rules), *map(_number_in_words, found.numbers)]
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"and {len(lines) - SHOWN} more differences (--json has all)"
    if found.texts:
        number = "1 text differs" if len(found.texts) == 1 else f"{len(found.texts)} texts differ"
        yield f"{number}; no result depends on them"


def _number_in_words(change: NumberChange) -> str:
    ends = [_range(end) for end in (change.first, change.second)]
    return f"number: {clean(change.about)}: {ends[0]} → {ends[1]}"


def _range(distribution: Distribution | None) -> str:
    return "not there" if distribution is None else range_in_words(distribution)


def _rule_in_words(change: RuleChange) -> str:
    about = clean(change.about)
    if change.kind == "changed":
        ends = [_written(end) for end in (change.first, change.second)]
        return f"rule: {about}: {ends[0]} → {ends[1]}"
    numbers = f", with {change.numbers} number{'s' * (change.numbers > 1)}" * bool(change.numbers)
    value = change.second if change.kind == "added" else change.first
    shown = "" if isinstance(value, (dict, list)) else f" {_written(value)}"
    return f"{change.kind}: {about}{shown}{numbers}"


def _written(value: Any) -> str:  # noqa: ANN401 (of a file)
    return clean(shortened(in_flow(value)))


def _shared(changes: CaseChanges) -> str:
    """Say which random numbers the versions do not share."""
    if not changes.unshared:
        return "every uncertain number is drawn from the same random numbers in both"
    names = clean(listed([shortened(name) for name in changes.unshared], "and", limit=6))
    return f"all random numbers are the same in both but those of {names}"


# --- documents ----------------------------------------------------------------------------


def comparison_document(found: Comparison) -> dict[str, Any]:
    """Return two plans compared as plain data that JSON can hold."""
    content = {
        "kind": "plans",
        "case": found.second_case.name,
        "title": found.second_case.title,
        **_how(found),
        **_compared(found),
    }
    return dict(plain(content))


def versions_document(found: VersionComparison) -> dict[str, Any]:
    """Return two versions compared as plain data that JSON can hold."""
    versions = {"first": found.first, "second": found.second}
    content = {
        "kind": "versions",
        **{
            side: {"case": case.name, "title": case.title, "case_hash": case.hash}
            for side, case in versions.items()
        },
        **(_how(found.comparisons[0]) if found.comparisons else {}),
        "changes": {
            "numbers": [_number_entry(change) for change in found.changes.numbers],
            "rules": [_rule_entry(change) for change in found.changes.rules],
            "texts": found.changes.texts,
            "unshared": found.changes.unshared,
        },
        "proposals": {one.second.id: _compared(one) for one in found.comparisons},
    }
    return dict(plain(content))


def _how(found: Comparison) -> dict[str, Any]:
    provenance = asdict(found.provenance)
    return {
        "draws": provenance.pop("draws"),
        "seed": provenance.pop("seed"),
        "provenance": provenance,
    }


def _compared(found: Comparison) -> dict[str, Any]:
    many = ("accept_by", "score_by", "value", "broken_by", "trust", "exposure", "outcomes")
    one = ("accept", "keep", "hold", "distrusted", "accident")
    return {
        "first": _side(found.first),
        "second": _side(found.second),
        "steps": [{"kind": step.kind, **asdict(step)} for step in found.steps],
        "necessary": found.necessary,
        **{name: contrast_document(getattr(found, name)) for name in one},
        "turned": asdict(found.turned),
        "turned_by": {name: asdict(turned) for name, turned in found.turned_by.items()},
        **{
            name: {key: contrast_document(value) for key, value in getattr(found, name).items()}
            for name in many
        },
        "broken_at": {
            party: [contrast_document(value) for value in values]
            for party, values in found.broken_at.items()
        },
        "text": list(sentences(found)),
    }


def _side(proposal: Proposal) -> dict[str, Any]:
    phases = {str(k): list(names) for k, names in enumerate(proposal.plan.phases) if names}
    return {"proposal": proposal.id, "name": proposal.name, "phases": phases}


def contrast_document(found: Contrast) -> dict[str, Any]:
    """Return one figure under both as plain data that JSON can hold."""
    return {
        "first": found.first,
        "second": found.second,
        "difference": found.difference.mean,
        "standard_error": found.difference.standard_error,
        "interval": list(found.difference.interval),
        "clear": found.difference.is_clear,
    }


def _number_entry(change: NumberChange) -> dict[str, Any]:
    ends = {"first": change.first, "second": change.second}
    shown = {side: None if end is None else range_in_words(end) for side, end in ends.items()}
    return {"path": _dotted(change.path), "about": clean(change.about), **shown}


def _rule_entry(change: RuleChange) -> dict[str, Any]:
    return {
        "path": _dotted(change.path),
        "about": clean(change.about),
        "kind": change.kind,
        "first": change.first,
        "second": change.second,
        "numbers": change.numbers,
    }


def _dotted(path: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in path)
