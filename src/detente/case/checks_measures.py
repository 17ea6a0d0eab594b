"""What must be true of measures, interactions, red lines and proposals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from detente.case.file import CaseFile, InteractionSpec, LevelSpec, MeasureSpec, StepSpec
from detente.case.known import (
    MOST_CYCLES,
    Check,
    Names,
    cycles,
    duplicates,
    in_a_circle,
    steps,
    unknown,
    unknown_keys,
    unknown_name,
)
from detente.case.names import listed
from detente.case.reading import Path
from detente.case.wording import Finding

__all__ = ["CHECKS"]


def _base(name: str) -> str:
    return name.partition("/")[0]


def step_names(file: CaseFile, names: Names) -> Iterator[Finding]:
    """A measure names parties, constituencies and measures that are there."""
    for path, _, step in steps(file):
        if step.by is not None and step.by not in names.parties:
            yield unknown_name(step.by, names.parties, "party", (*path, "by"))
        yield from unknown(step.consent, names.bodies, "party or constituency", (*path, "consent"))
        yield from unknown(step.requires, names.measures, "measure", (*path, "requires"))
        yield from unknown(step.excludes, names.measures, "measure", (*path, "excludes"))
        yield from unknown_keys(
            step.raises_detection, names.measures, "measure", (*path, "raises_detection")
        )
        yield from unknown_keys(step.worth, names.constituencies, "constituency", (*path, "worth"))


def step_lists(file: CaseFile, _: Names) -> Iterator[Finding]:
    """The lists of a measure hold nothing twice."""
    for path, _id, step in steps(file):
        for key in ("consent", "requires", "excludes"):
            yield from duplicates(getattr(step, key), (*path, key))
        phases = [str(phase) for phase in step.in_phases or ()]
        yield from duplicates(phases, (*path, "in_phases"))


def names_itself(file: CaseFile, _: Names) -> Iterator[Finding]:
    """A measure does not require, exclude or watch itself or its own levels."""
    for path, id_, step in steps(file):
        for key, what in (("requires", "require"), ("excludes", "exclude")):
            for i, name in enumerate(getattr(step, key)):
                if _base(name) == id_:
                    extra = "; its levels exclude each other anyway" if "/" in name else ""
                    yield Finding((*path, key, i), f"a measure cannot {what} itself{extra}")
        for name in step.raises_detection:
            if _base(name) == id_:
                text = "a measure cannot raise its own detection; set its 'detection'"
                yield Finding((*path, "raises_detection", name), text, at_key=True)


def requires_cycles(file: CaseFile, _: Names) -> Iterator[Finding]:
    """No measure requires what requires it in turn."""
    edges: dict[str, list[str]] = {id_: [] for id_ in file.measures}
    for _path, id_, step in steps(file):
        edges[id_].extend(_base(name) for name in step.requires if _base(name) != id_)
    for cycle in islice(cycles(edges), MOST_CYCLES):
        text = f"requires goes in a circle: {in_a_circle(cycle)}"
        yield Finding(("measures", cycle[0], "requires"), text, at_key=True)


def phase_ranges(file: CaseFile, _: Names) -> Iterator[Finding]:
    """Phases are numbered 0 (already in force) to K."""
    last = file.phases.count
    for path, _id, step in steps(file):
        if step.in_phases == ():
            yield Finding(
                (*path, "in_phases"), "in_phases is empty: name the phases, or leave it out"
            )
        for i, phase in enumerate(step.in_phases or ()):
            if phase > last:
                yield Finding((*path, "in_phases", i), _out_of_range(phase, last))
    for id_, proposal in file.proposals.items():
        for phase in proposal.phases:
            if phase > last:
                path = ("proposals", id_, "phases", str(phase))
                yield Finding(path, _out_of_range(phase, last), at_key=True)


def _out_of_range(phase: int, last: int) -> str:
    return f"there is no phase {phase}: phases run from 1 to {last} (0: already in force)"


def levels_there(file: CaseFile, _: Names) -> Iterator[Finding]:
    """Only a measure with levels can be an issue of which one must be chosen."""
    for id_, spec in file.measures.items():
        if spec.levels is not None and not spec.levels:
            yield Finding(
                ("measures", id_, "levels"), "levels is empty: name them, or leave it out"
            )
        elif spec.must_choose and not spec.levels:
            text = "must_choose needs 'levels' to choose from"
            yield Finding(("measures", id_, "must_choose"), text, at_key=True, needs_whole=True)


def secret_undo_of_the_irreversible(file: CaseFile, _: Names) -> Iterator[Finding]:
    """What can never be undone cannot be undone unannounced."""
    for id_, spec in file.measures.items():
        cases: list[tuple[Path, LevelSpec | None]] = [
            (("measures", id_, "levels", level), own) for level, own in (spec.levels or {}).items()
        ]
        for path, own in cases or [(("measures", id_), None)]:
            undo = _set_by(spec, own, "undo_years")
            if undo is None:
                undo = file.defaults.undo_years
            if undo == "never" and _set_by(spec, own, "secret_undo") is True:
                text = "secret_undo: true beside undo_years: never; remove one of them"
                yield Finding((*path, "secret_undo"), text, at_key=True)


def _set_by(spec: MeasureSpec, own: LevelSpec | None, key: str) -> object:
    chosen: StepSpec = own if own is not None and key in own.model_fields_set else spec
    value: object = getattr(chosen, key)
    return value


def interaction_names(file: CaseFile, names: Names) -> Iterator[Finding]:
    """An interaction names measures and constituencies that are there, each once."""
    for id_, spec in file.interactions.items():
        path: Path = ("interactions", id_)
        if isinstance(spec, InteractionSpec):
            yield from _measure_list(spec.all_of, names, (*path, "all_of"), empty=False)
            yield from _measure_list(spec.unless, names, (*path, "unless"))
            yield from unknown_keys(
                spec.worth, names.constituencies, "constituency", (*path, "worth")
            )
        else:
            yield from _measure_list(spec.measures, names, (*path, "measures"), empty=False)
            yield from _measure_list(spec.when_after, names, (*path, "when_after"), empty=False)
            place = (*path, "constituencies")
            yield from unknown(spec.constituencies, names.constituencies, "constituency", place)
            yield from duplicates(spec.constituencies, place)
            if not spec.constituencies:
                yield Finding(place, "constituencies is empty: name those for whom it changes")


def _measure_list(
    listed_names: Sequence[str], names: Names, path: Path, *, empty: bool = True
) -> Iterator[Finding]:
    if not listed_names and not empty:
        yield Finding(path, f"{path[-1]} is empty: name at least one measure")
    yield from unknown(listed_names, names.measures, "measure", path)
    yield from duplicates(listed_names, path)


def red_line_names(file: CaseFile, names: Names) -> Iterator[Finding]:
    """A red line is a constituency's, over measures that are there."""
    yield from unknown_keys(file.red_lines, names.constituencies, "constituency", ("red_lines",))
    for id_, lines in file.red_lines.items():
        for i, line in enumerate(lines):
            path: Path = ("red_lines", id_, i)
            yield from _measure_list(line.never, names, (*path, "never"), empty=False)
            yield from _measure_list(line.unless, names, (*path, "unless"))


def proposal_measures(file: CaseFile, names: Names) -> Iterator[Finding]:
    """A proposal places each measure once, at one level."""
    for id_, proposal in file.proposals.items():
        placed: dict[str, str] = {}
        for phase, listed_names in sorted(proposal.phases.items()):
            for i, name in enumerate(listed_names):
                path = ("proposals", id_, "phases", str(phase), i)
                if name not in names.measures:
                    yield unknown_name(name, names.measures, "measure", path)
                elif complaint := _placing(name, placed, names):
                    yield Finding(path, complaint)
                placed.setdefault(_base(name), name)


def _placing(name: str, placed: dict[str, str], names: Names) -> str | None:
    before = placed.get(_base(name))
    if before == name:
        return f"'{name}' is in this plan already; name it once"
    levels = names.levels.get(name, ())
    if levels:
        return f"'{name}' has levels: write {listed([f'{name}/{level}' for level in levels])}"
    if before is not None:
        return f"'{name}' beside '{before}': a plan holds one level of a measure"
    return None


CHECKS: Final[tuple[Check, ...]] = (
    step_names,
    step_lists,
    names_itself,
    requires_cycles,
    phase_ranges,
    levels_there,
    secret_undo_of_the_irreversible,
    interaction_names,
    red_line_names,
    proposal_measures,
)
