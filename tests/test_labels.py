from __future__ import annotations

import sys

import numpy as np
import pytest

import detente
from detente.case.domain import Case
from detente.errors import RequestError
from detente.labels import SHARE, Variable, axis, case_labels, dataset


def test_without_xarray_the_message_says_how_to_get_it(
    river: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xarray", None)
    draws = detente.draw(river, draws=3)
    for ask in (
        detente.run(river, draws=3).to_xarray,
        lambda: draws.to_xarray(river),
        detente.judge(river, "step_by_step", draws).to_xarray,
    ):
        with pytest.raises(RequestError, match=r"pip install 'detente\[xarray\]'"):
            ask()


def test_only_labels_of_the_axes_in_use_are_added() -> None:
    labels = axis("party", "ab", "id", name=("name", ("Aland", None))) | axis("item", "x", "id")
    found = dataset({"share": Variable(("party",), [0.5, 1.0], "a share", SHARE)}, labels, {"n": 1})
    assert set(found.coords) == {"party", "party_name"}
    assert found.party_name.values.tolist() == ["Aland", ""]
    assert found.share.attrs == {"long_name": "a share", "units": "1"}
    assert found.attrs == {"n": 1}


def test_labels_follow_the_order_of_the_case(korea: Case) -> None:
    labels = case_labels(korea)
    assert np.array_equal(labels["party"].values, [party.id for party in korea.parties])
    assert np.array_equal(labels["phase"].values, range(1, korea.phases + 2))
    for name, label in labels.items():
        assert label.dims[0] == name or name.startswith(f"{label.dims[0]}_")
