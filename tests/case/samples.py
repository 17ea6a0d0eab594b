"""Cases for the tests: the example of the design page, small ones, and ways to change them."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml

from detente.case.domain import Case
from detente.case.load import check_case, load_case
from detente.case.reading import read_document
from detente.errors import CaseError, Problem

EXAMPLE = """\
detente: 1
title: Two neighbours and a dam
phases: {count: 2, years: 1.0, names: [Pause, Settle]}
horizon_years: 10
discount: 0.05
margin: 0
false_alarm: 0.02
defaults: {upfront: 0.2, collapse: [-20, -8, 0], reservation: 0}
correlation: {same_constituency: 0.3, same_measure: 0.2}
parties:
  upstream:
    name: Upstream state
    constituencies:
      cabinet: {name: Cabinet}
      provinces: {name: Provinces, discount: 0.1, reservation: [-5, 0, 5]}
    accepts: {all: [cabinet], at_least: 0.5, weights: {cabinet: 0.6, provinces: 0.4}}
    deciders:
      start: {cabinet: 0.9, provinces: 0.1}
      turnover: [{from: cabinet, to: provinces, per_year: 0.1}]
  downstream: {name: Downstream state}
agreement:
  must_sign: [upstream, downstream]
  accepts: {all: [upstream], at_least: 2}
measures:
  gauges: {by: downstream, worth: {cabinet: 3}}
  diversion: {by: upstream, worth: {cabinet: 10}}
  diversion_halt: {by: upstream, worth: {downstream: 9}}
  dam_removal: {by: upstream, undo_years: never, worth: {downstream: 30}}
  aid: {by: downstream, worth: {cabinet: [5, 10, 20]}}
  release_schedule:
    name: Agreed water releases
    by: upstream
    consent: [downstream]
    undo_years: 0.1
    detection: 0.9
    secret_undo: true
    upfront: 0.1
    requires: [gauges]
    excludes: [diversion]
    in_phases: [1, 2]
    raises_detection: {diversion_halt: 0.3}
    effects: {flow: {change: [5, 8, 12], unit: m3/s}}
    worth: {cabinet: [-30, -15, -5], downstream: {value: [20, 35, 50], basis: sourced, source: treaty_1996, why: it says so}}
    must_choose: true
    levels:
      half: {worth: {downstream: [10, 17, 25]}}
      full: {undo_years: 0.5, effects: {flow: {change: 14}}}
interactions:
  package: {all_of: [gauges, release_schedule], worth: {cabinet: [0, 5, 10]}}
  paid_alone: {all_of: [release_schedule], unless: [gauges], worth: {downstream: -10}}
  cheaper_later: {scale: [0.1, 0.25, 0.5], measures: [aid], constituencies: [cabinet], when_after: [gauges]}
red_lines:
  cabinet: [{never: [dam_removal]}, {never: [diversion_halt], unless: [aid], chance: 0.8}]
quantities:
  flow: {start: [60, 80, 100], unit: m3/s, trend: 0, floor: 0, better: higher}
  stored: {start: 500, unit: Mm3, grows_by: flow}
  welfare: {sum_of: {flow: 1.0, stored: 0.01}}
main_outcome: flow
proposals:
  draft_2: {name: Second draft, by: downstream, date: 2021-03-01, phases: {0: [aid], 1: [gauges], 2: [release_schedule/half]}, outcome: refused, sources: [treaty_1996]}
sources:
  treaty_1996: {title: The treaty, publisher: The two states, date: 1996, address: nowhere, status: FOUND}
"""


_PLAIN: dict[str, Any] = read_document(EXAMPLE.encode(), "example").data
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def example() -> dict[str, Any]:
    """Return the example as plain data, to be changed at will."""
    return copy.deepcopy(_PLAIN)


def put(data: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Set what stands at the dotted *path* of *data*, making what is missing on the way."""
    *way, last = path.split(".")
    place: Any = data
    for part in way:
        place = place[int(part)] if isinstance(place, list) else place.setdefault(part, {})
    place[last] = value
    return data


def changed(**changes: Any) -> dict[str, Any]:
    """Return the example with changes; ``measures__aid__by`` stands for ``measures.aid.by``."""
    data = example()
    for path, value in changes.items():
        put(data, path.replace("__", "."), value)
    return data


def written(folder: Path, data: dict[str, Any] | str | bytes, name: str = "case.yaml") -> Path:
    """Write a case into *folder* and return its path."""
    path = folder / name
    if isinstance(data, dict):
        data = yaml.dump(data, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=200)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def loaded(folder: Path, data: dict[str, Any] | str | bytes) -> Case:
    """Return the resolved case."""
    return load_case(written(folder, data))


def errors(folder: Path, data: dict[str, Any] | str | bytes) -> tuple[Problem, ...]:
    """Return the problems for which the case is refused; none where it is not."""
    try:
        load_case(written(folder, data))
    except CaseError as error:
        return error.problems
    return ()


def messages(folder: Path, data: dict[str, Any] | str | bytes) -> str:
    """Return the messages of those problems, one a line."""
    return "\n".join(problem.message for problem in errors(folder, data))


def warnings(folder: Path, data: dict[str, Any] | str | bytes) -> str:
    """Return the messages of the warnings, one a line."""
    report = check_case(written(folder, data))
    assert report.ok, report.errors
    return "\n".join(problem.message for problem in report.warnings)
