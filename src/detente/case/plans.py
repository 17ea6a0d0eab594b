"""Plans in writing: read one, and say where it breaks the conditions of its measures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from detente.case.domain import Case, Plan
from detente.case.names import did_you_mean, listed, quoted, shortened
from detente.errors import PlanError

__all__ = ["begins_as_plan", "parse_plan", "plan_flaws", "plan_text"]

_PART = re.compile(r"\s*([0-9]{1,3})\s*:(.*)\Z", re.DOTALL)


def parse_plan(case: Case, source: str | Mapping[Any, Any]) -> Plan:
    """Return the plan that *source* describes.

    Args:
        case: the case whose measures it names.
        source: the name of a proposal; text such as ``1:a,b;2:c/half``; a mapping from
            phases to lists of measures; or a mapping with such a one under ``phases``.

    Returns:
        The plan, which may break rules of the case, being judged as written.

    Raises:
        PlanError: where it names what the case does not have, or places a measure twice.
    """
    if isinstance(source, str):
        if source in {proposal.id for proposal in case.proposals}:
            return case.proposal(source).plan
        return _placed(case, _from_text(case, source))
    if not isinstance(source, Mapping):
        raise PlanError(f"a plan is text or a mapping from phases, not {shortened(repr(source))}")
    if "phases" in source:
        source = source["phases"]
        if not isinstance(source, Mapping):
            raise PlanError("phases must be a mapping from phases to lists of measures")
    return _placed(case, _from_mapping(source))


def plan_text(plan: Plan) -> str:
    """Return *plan* as it can be typed: ``1:a,b;2:c/half``."""
    return ";".join(f"{k}:{','.join(names)}" for k, names in enumerate(plan.phases) if names)


def begins_as_plan(text: str) -> bool:
    """Whether *text* begins as a plan does that is written out, with a phase and a colon."""
    return _PART.match(text) is not None


def _from_text(case: Case, text: str) -> Iterator[tuple[int, str]]:
    if ":" not in text:
        named = [proposal.id for proposal in case.proposals]
        hint = did_you_mean(text, named) or (f"; there are {listed(named, 'and')}" if named else "")
        raise PlanError(f"no proposal is called {text[:80]!r}{hint}; a plan is written 1:a,b;2:c")
    seen: set[int] = set()
    for part in text.strip().rstrip(";").split(";"):
        match = _PART.match(part)
        if match is None:
            raise PlanError(f"cannot read {part.strip()[:80]!r}; a plan is written 1:a,b;2:c")
        phase = int(match[1])
        if phase in seen:
            raise PlanError(f"phase {phase} stands in the plan twice")
        seen.add(phase)
        names = [name.strip() for name in match[2].split(",")]
        if not all(names) and len(names) > 1:
            raise PlanError(f"phase {phase} has a comma without a measure")
        yield from ((phase, name) for name in names if name)


def _from_mapping(phases: Mapping[Any, Any]) -> Iterator[tuple[int, str]]:
    seen: set[int] = set()
    for key, names in phases.items():
        is_phase = re.fullmatch(r"\d{1,3}", str(key), re.ASCII)
        if isinstance(key, bool) or not is_phase:
            raise PlanError(f"{key!r} is not the number of a phase")
        if int(key) in seen:
            raise PlanError(f"phase {int(key)} stands in the plan twice")
        seen.add(int(key))
        if isinstance(names, (str, bytes, Mapping)) or not isinstance(names, Sequence):
            raise PlanError(f"phase {key} must have a list of measures")
        if any(isinstance(name, (Mapping, list, tuple)) for name in names):
            raise PlanError(f"phase {key} must have a list of measures, each named by itself")
        yield from ((int(key), str(name)) for name in names)


def _placed(case: Case, steps: Iterable[tuple[int, str]]) -> Plan:
    phases: list[list[str]] = [[] for _ in range(case.phases + 1)]
    placed: dict[str, str] = {}
    for phase, name in steps:
        if phase > case.phases:
            raise PlanError(
                f"there is no phase {phase}: phases run from 1 to {case.phases}"
                " (0: already in force)"
            )
        base = _known_base(case, name)
        if base in placed:
            before = placed[base]
            if before == name:
                raise PlanError(f"'{name}' is in the plan twice")
            raise PlanError(f"'{name}' beside '{before}': a plan holds one level of a measure")
        placed[base] = name
        phases[phase].append(name)
    return Plan(tuple(tuple(names) for names in phases))


def _known_base(case: Case, name: str) -> str:
    if name in case.measure_index:
        return case.measures[case.measure_index[name]].base
    levels = [measure.id for measure in case.measures if measure.base == name]
    if levels:
        raise PlanError(f"'{name}' has levels: write {listed(levels)}")
    raise PlanError(f"unknown measure '{name[:80]}'{did_you_mean(name, case.measure_index)}")


def plan_flaws(case: Case, plan: Plan) -> tuple[str, ...]:
    """Say in plain words which conditions of its measures and issues *plan* breaks."""
    when = {name: k for k, names in enumerate(plan.phases) for name in names}
    flaws: list[str] = []
    for name, phase in when.items():
        measure = case.measures[case.measure_index[name]]
        flaws.extend(
            f"'{name}' requires {quoted(group)} in the same phase or an earlier one"
            for group in measure.requires
            if not any(when.get(other, phase + 1) <= phase for other in group)
        )
        for group in measure.excludes:
            flaws.extend(f"'{name}' excludes '{other}'" for other in group if other in when)
        if phase not in measure.in_phases:
            allowed = listed([str(k) for k in measure.in_phases])
            flaws.append(f"'{name}' stands in phase {phase}; it may stand in {allowed}")
    flaws.extend(
        f"one of {listed(group)} must be chosen"
        for group in case.must_choose
        if not any(name in when for name in group)
    )
    return tuple(flaws)
