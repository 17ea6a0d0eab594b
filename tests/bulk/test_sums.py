from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from detente.bulk.sums import DAMAGES, header_of, packed, unpacked
from detente.case.domain import Case
from detente.testing import random_case
from detente.verdict.run import Blocks
from detente.verdict.tally import QUANTILE_DRAWS, Tally


def assert_same(one: Tally, two: Tally) -> None:
    for spec in fields(Tally):
        a, b = getattr(one, spec.name), getattr(two, spec.name)
        if spec.name == "samples":
            assert {k: np.concatenate(v).tobytes() for k, v in a.items()} == {
                k: np.concatenate(v).tobytes() for k, v in b.items()
            }
        elif isinstance(a, np.ndarray):
            assert a.tobytes() == b.tobytes()
        else:
            assert a == b
            assert type(a) is type(b)


@pytest.mark.parametrize("first", [0, 64, QUANTILE_DRAWS])
@pytest.mark.parametrize("seed", range(6))
def test_tallies_come_back_from_a_file_bit_for_bit(seed: int, first: int) -> None:
    case = random_case(seed)
    made = Blocks(case, tuple(p.plan for p in case.proposals), 0)(first, 64)
    content = packed(case, made, {"task": "t"})
    assert header_of(content) == {"task": "t"}
    for one, two in zip(made, unpacked(case, content), strict=True):
        assert_same(one, two)
    assert packed(case, made, {"task": "t"}) == content


def test_a_damaged_file_is_told(river: Case) -> None:
    made = Blocks(river, tuple(p.plan for p in river.proposals), 0)(0, 64)
    content = packed(river, made, {})
    for at in range(0, len(content), max(1, len(content) // 60)):
        for damaged in (content[:at], content[:at] + bytes([content[at] ^ 8]) + content[at + 1 :]):
            with pytest.raises(DAMAGES):
                header_of(damaged)
            with pytest.raises(DAMAGES):
                unpacked(river, damaged)
