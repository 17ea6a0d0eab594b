"""Versions with pieces taken out or numbers changed: nothing moves that is not named, nothing breaks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import detente
from detente.report.comparing import versions_screen
from detente.report.comparison_documents import versions_document
from detente.report.document import as_json
from detente.report.reviewing import review_document
from tests.case.samples import example, loaded, written
from tests.insight.test_comparing import contrasts
from tests.report.test_comparing import shown

PathInFile = tuple[str | int, ...]


def paths(data: Any, path: PathInFile = ()) -> Iterator[PathInFile]:
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, (dict, list)):
            yield from paths(value, (*path, key))


def mutated(seed: int) -> dict[str, Any]:
    chance, data = random.Random(seed), example()
    for _ in range(chance.randint(1, 2)):
        *way, last = chance.choice(list(paths(data)))
        holder: Any = data
        for key in way:
            holder = holder[key]
        if isinstance(holder[last], (int, float)):
            holder[last] = chance.choice([0, 0.5, 3, [1, 2, 3]])
        else:
            del holder[last]
    return data


@pytest.mark.parametrize("seed", range(60))
def test_what_moves_a_result_is_named(tmp_path: Path, seed: int) -> None:
    base = loaded(tmp_path, example())
    path = written(tmp_path, mutated(seed), "other.yaml")
    if not detente.check(path).ok:
        return
    as_json(review_document(detente.review(path, draws=2)))
    if "draft_2" not in [proposal.id for proposal in detente.load_case(path).proposals]:
        return
    found = detente.compare_versions(base, path, draws=20)
    assert shown(versions_screen(found))
    assert as_json(versions_document(found)).isascii()
    if found.changes.is_empty:
        every = contrasts(found.comparisons[0]).values()
        assert all(contrast.difference.is_none for contrast in every)
