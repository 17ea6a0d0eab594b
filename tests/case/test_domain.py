from __future__ import annotations

import pytest

from detente.case.domain import Case
from detente.testing import make_case


def test_a_case_shows_itself_in_one_line(korea: Case) -> None:
    assert repr(korea).startswith("<Case korea-2019: ")
    assert len(repr(korea)) < 200
    assert repr(make_case(title="a\nb")).isprintable()


def test_a_case_counts_what_is_in_it() -> None:
    held = "phases 1, parties 2, constituencies 2, measures 2, proposals 1"
    assert repr(make_case()) == f"<Case made: 'Two sides and one step each', {held}>"


def test_a_proposal_is_found_by_its_id(river: Case) -> None:
    assert river.proposal("delta_demand").name == "Delta's demand"
    with pytest.raises(KeyError):
        river.proposal("delta")
