"""The promises on draws at the end of case.md."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.domain import Case
from detente.case.load import load_case
from detente.case.numbers import Number
from detente.draws.quantiles import Floats
from detente.draws.sampler import Sampler
from detente.draws.unknowns import _numbers
from detente.testing import random_case
from detente.verdict.run import run
from tests.draws.small import MEASURES, TAIL, read_case, uncertain_text
from tests.draws.test_sampler import arrays, same

TEXT = uncertain_text()


@pytest.mark.statement("M53")
@pytest.mark.parametrize("seed", range(4))
def test_the_same_case_seed_and_draws_give_the_same_numbers(seed: int) -> None:
    first = Sampler(random_case(seed)).sample(3, 0, 50)
    assert same(first, Sampler(random_case(seed)).sample(3, 0, 50))
    other = dict(arrays(Sampler(random_case(seed)).sample(4, 0, 50)))
    assert any(not np.array_equal(block, other[name]) for name, block in arrays(first))


@settings(max_examples=40)
@given(st.lists(st.integers(0, 61), max_size=6), st.integers(0, 9))
def test_blocks_of_any_size_make_the_same_draws(cuts: list[int], seed: int) -> None:
    sampler = Sampler(read_case(TEXT))
    whole = dict(arrays(sampler.sample(seed, 5, 61)))
    edges = [0, *sorted(cuts), 61]
    parts = [dict(arrays(sampler.sample(seed, 5 + a, b - a))) for a, b in pairwise(edges)]
    for name, block in whole.items():
        joined = np.concatenate([part[name] for part in parts], axis=-1)
        assert np.array_equal(joined, block), name


@pytest.mark.parametrize("more", [11, 64, 101])
def test_adding_draws_extends_the_sequence(more: int) -> None:
    sampler = Sampler(read_case(TEXT))
    few, many = sampler.sample(0, 0, 10), sampler.sample(0, 0, more)
    for (name, x), (_, y) in zip(arrays(few), arrays(many), strict=True):
        assert np.array_equal(x, y[..., :10]), name


@pytest.mark.statement("M53")
@pytest.mark.parametrize("case", [read_case(TEXT), random_case(2), random_case(3)])
def test_any_number_of_workers_gives_the_same_bits(case: Case) -> None:
    one = run(case, draws=5000, seed=1, workers=1)
    for workers in (2, 3):
        assert run(case, draws=5000, seed=1, workers=workers).verdicts == one.verdicts


# --- streams of their own -----------------------------------------------------------------


def of_measure(case: Case, id_: str) -> dict[str, Floats]:
    """Everything drawn for one measure, by name."""
    draws, m = Sampler(case).sample(0, 3, 50), case.measure_index[id_]
    found = {
        "upfront": draws.upfront[m],
        "detection": draws.detection[m],
        "decay": draws.decay[m],
        **{f"worth.{c}": draws.worth[m, i] for c, i in case.constituency_index.items()},
    }
    for row, (measure, target, _) in enumerate(case.watches):
        if measure.id == id_:
            found[f"raises.{target}"] = draws.gain[row]
    for row, (measure, effect) in enumerate(case.effects):
        if measure.id == id_:
            found[f"effects.{effect.quantity}"] = draws.change[row]
    return found


def of_the_rest(case: Case) -> dict[str, Floats]:
    """Everything drawn that belongs to no measure."""
    draws = Sampler(case).sample(0, 3, 50)
    drawn = dict(arrays(draws))
    names = ("discount", "reservation", "collapse", "false_alarm", "margin", "factor", "start")
    rest = {name: drawn[name] for name in (*names, "crossed", "quantity_start", "trend", "floor")}
    rest |= {name: block for name, block in drawn.items() if name.startswith("turnover")}
    items = len(case.measures)
    return rest | {"interactions": draws.worth[items:], "upfront": draws.upfront[items:]}


def assert_same(before: dict[str, Floats], after: dict[str, Floats]) -> None:
    assert before.keys() == after.keys()
    for name, block in before.items():
        assert np.array_equal(block, after[name]), name


CHANGED = {
    "numbers": MEASURES | {"talks": MEASURES["talks"].replace("[-9, -3, 0]", "[-90, -30, 70]")},
    "forms": MEASURES
    | {"talks": MEASURES["talks"].replace("[-9, -3, 0]", "{dist: normal, loc: 1, scale: 2}")},
    "certain": MEASURES | {"talks": MEASURES["talks"].replace("[-9, -3, 0]", "-3")},
    "worth to fewer": MEASURES | {"talks": "  talks: {by: us, worth: {them: [2, 5, 9]}}\n"},
    "more numbers": MEASURES
    | {"talks": MEASURES["talks"].replace("by: us", "by: us, upfront: [0.1, 0.2, 0.3]")},
    "added": {"new": "  new: {by: us, worth: {house: [1, 2, 3], them: [4, 5, 6]}}\n"} | MEASURES,
    "reordered": dict(reversed(MEASURES.items())),
}


@pytest.mark.parametrize("change", CHANGED)
@pytest.mark.parametrize("correlated", [True, False])
def test_changing_one_measure_leaves_the_draws_of_all_else(change: str, correlated: bool) -> None:
    before = read_case(uncertain_text(correlated=correlated))
    after = read_case(uncertain_text(CHANGED[change], correlated=correlated))
    for id_ in ("camp/half", "camp/full", "watch", "aid"):
        assert_same(of_measure(before, id_), of_measure(after, id_))
    assert_same(of_the_rest(before), of_the_rest(after))
    if change in {"added", "reordered"}:
        assert_same(of_measure(before, "talks"), of_measure(after, "talks"))


def test_removing_one_measure_leaves_the_draws_of_all_else() -> None:
    def text(names: list[str]) -> str:
        measures = {name: MEASURES[name] for name in names}
        measures["watch"] = measures["watch"].replace(", talks: [0, 0.1, 0.2]", "")
        both = "  both: {all_of: [talks, aid], worth: {house: [0, 2, 4], them: [0, 5, 9]}}\n"
        tail = TAIL.replace(both, "").replace("1: [talks, watch]", "1: [watch]")
        return uncertain_text(measures, tail=tail)

    before = read_case(text(["talks", "camp", "watch", "aid"]))
    after = read_case(text(["camp", "watch", "aid"]))
    for id_ in ("camp/half", "camp/full", "watch", "aid"):
        assert_same(of_measure(before, id_), of_measure(after, id_))
    assert_same(of_the_rest(before), of_the_rest(after))


def test_an_added_level_leaves_the_draws_of_the_others() -> None:
    more = MEASURES["camp"].replace("      full:", "      third: {}\n      full:")
    before, after = read_case(TEXT), read_case(uncertain_text(MEASURES | {"camp": more}))
    for id_ in ("talks", "camp/half", "camp/full", "watch", "aid"):
        found = of_measure(after, id_)
        found.pop("raises.camp/third", None)
        assert_same(of_measure(before, id_), found)


@pytest.mark.parametrize(
    "case", [load_case("korea-2019"), load_case("river"), read_case(TEXT)], ids=lambda c: c.name
)
def test_every_uncertain_number_has_a_stream_of_its_own(case: Case) -> None:
    uncertain: list[Number] = [n for n in _numbers(case) if not n.is_certain]
    paths = [n.path for n in uncertain]
    assert all(paths)
    assert len(set(paths)) == len(paths)
    assert not {p for p in paths if p.startswith("correlation.") or p.endswith(".crossed")}
