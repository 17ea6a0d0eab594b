"""A draw is a pure map from independent uniforms; what each of them reaches; what units come out."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.linalg import expm

from detente.case.domain import Case, Correlation
from detente.case.numbers import Beta, Discrete, Distribution, Normal, Quantiles, Triangular
from detente.draws.quantiles import Floats, quantile
from detente.draws.sampler import LEAST_RATE, Draws, Sampler
from detente.draws.streams import uniforms
from detente.errors import CaseError
from detente.testing import random_case
from tests.draws.small import (
    Side,
    Value,
    certain_draws,
    read_case,
    red_line,
    small_case,
    step,
    together,
    uncertain_text,
)


def arrays(draws: Draws) -> Iterator[tuple[str, Floats]]:
    for spec in fields(draws):
        if spec.name == "case_hash":
            continue
        value = getattr(draws, spec.name)
        if isinstance(value, tuple):
            yield from ((f"{spec.name}[{i}]", block) for i, block in enumerate(value))
        else:
            yield spec.name, value


def same(a: Draws, b: Draws) -> bool:
    return all(np.array_equal(x, y) for (_, x), (_, y) in zip(arrays(a), arrays(b), strict=True))


# --- a pure map ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_sampling_is_drawing_with_the_uniforms_of_the_streams(seed: int) -> None:
    sampler = Sampler(random_case(seed))
    u = uniforms(seed, sampler.inputs, 17, 30)
    kept = u.copy()
    assert same(sampler.sample(seed, 17, 30), sampler.draws(u))
    assert np.array_equal(u, kept)


@pytest.mark.parametrize("seed", range(6))
def test_each_draw_depends_on_its_own_uniforms_only(seed: int) -> None:
    sampler = Sampler(random_case(seed))
    u = uniforms(seed, sampler.inputs, 0, 40)
    order = np.random.default_rng(seed).permutation(40)
    whole, mixed = sampler.draws(u), sampler.draws(np.ascontiguousarray(u[:, order]))
    for (name, x), (_, y) in zip(arrays(whole), arrays(mixed), strict=True):
        assert np.array_equal(x[..., order], y), name


@pytest.mark.parametrize("shape", [(0, 4), (3,), (400, 4)])
def test_uniforms_of_the_wrong_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="uniforms must be"):
        Sampler(read_case(uncertain_text())).draws(np.full(shape, 0.5))


def test_inputs_are_named_once_each_and_every_unknown_has_one_of_its_own() -> None:
    sampler = Sampler(read_case(uncertain_text()))
    assert len(set(sampler.inputs)) == len(sampler.inputs)
    assert [sampler.row(name) for name in sampler.inputs] == list(range(len(sampler.inputs)))
    assert set(sampler.unknowns.names) <= set(sampler.inputs)
    with pytest.raises(KeyError):
        sampler.row("nothing")


def rows(  # noqa: C901, PLR0911, PLR0912 - one branch for each kind of input
    case: Case, name: str
) -> set[tuple[str, int | tuple[int, int]]]:
    """Which (array, row) of the draws the input *name* may move, by the meaning of its path."""
    person, measure = case.constituency_index, case.measure_index
    interaction = {x.id: len(measure) + i for i, x in enumerate(case.interactions)}
    deciders = [(party.id, d.constituency) for party, d in case.deciders]
    quantity = {q.id: i for i, q in enumerate(case.quantities)}
    lines = [line.path for _, line in case.red_lines]

    def item(text: str) -> int:
        level = re.fullmatch(r"measures\.(\w+)\.levels\.(\w+)", text)
        if level:
            return measure[f"{level[1]}/{level[2]}"]
        kind, id_ = text.split(".")
        return measure[id_] if kind == "measures" else interaction[id_]

    def worths(items: list[int], people: list[int]) -> set[tuple[str, int | tuple[int, int]]]:
        return {("worth", (i, c)) for i in items for c in people}

    everyone = list(person.values())
    match name.split("."):
        case ["margin" | "false_alarm" as field]:
            return {(field, 0)}
        case ["correlation", "constituency", id_]:
            return worths(list(range(len(measure) + len(interaction))), [person[id_]])
        case ["correlation", "measure", id_]:
            return worths([measure[m.id] for m in case.measures if m.base == id_], everyone)
        case ["correlation", "interaction", id_]:
            return worths([interaction[id_]], everyone)
        case ["parties", party, "deciders", "start", _]:
            return {("start", i) for i, (p, _) in enumerate(deciders) if p == party}
        case ["parties", party, "deciders", "turnover", origin, _]:
            start = [c for p, c in deciders if p == party].index(origin)
            others = [i for i in range(len(deciders)) if i != start]
            p = case.party_index[party]
            return {(f"turnover[{p}]", i) for i in (start, *others)}
        case ["parties", *_, id_, "discount"]:
            decay = {("decay", (m, person[id_])) for m in range(len(measure))}
            return {("discount", person[id_]), *decay}
        case ["parties", *_, id_, "reservation" | "collapse" as field]:
            return {(field, person[id_])}
        case [*head, "worth", id_]:
            return worths([item(".".join(head))], [person[id_]])
        case [*head, "upfront" | "detection" as field]:
            return {(field, item(".".join(head)))}
        case [*head, "undo_years"]:
            return {("decay", (item(".".join(head)), c)) for c in everyone}
        case [*head, "raises_detection", watched]:
            row = item(".".join(head))
            watches = [(measure[m.id], target) for m, target, _ in case.watches]
            return {("gain", watches.index((row, watched)))}
        case [*head, "effects", changed, "change"]:
            row = item(".".join(head))
            return {
                (
                    "change",
                    [(measure[m.id], e.quantity) for m, e in case.effects].index((row, changed)),
                )
            }
        case ["interactions", _, "scale"]:
            return {("factor", 0)}
        case [*head, "chance" | "crossed"] if ".".join(head) in lines:
            return {("crossed", lines.index(".".join(head)))}
        case ["quantities", id_, "start"]:
            return {("quantity_start", quantity[id_])}
        case ["quantities", id_, "trend" | "floor" as field]:
            return {(field, quantity[id_])}
        case ["quantities", *_]:
            return {("summand_weight", 0)}
        case _:
            raise AssertionError(f"what is {name}?")


@pytest.mark.parametrize("correlated", [True, False])
def test_an_input_moves_only_what_depends_on_it(correlated: bool) -> None:
    case = read_case(uncertain_text(correlated=correlated))
    sampler = Sampler(case)
    u = uniforms(1, sampler.inputs, 0, 64)
    before = dict(arrays(sampler.draws(u)))
    for row, name in enumerate(sampler.inputs):
        moved = u.copy()
        moved[row] = uniforms(2, [name], 0, 64)[0]
        changed: set[tuple[str, int | tuple[int, int]]] = set()
        for field, after in arrays(sampler.draws(moved)):
            differs = np.any(after != before[field], axis=-1)
            if differs.ndim == 2 and field.startswith("turnover"):
                differs = differs.any(axis=-1)
            for cell in np.argwhere(np.atleast_1d(differs)).tolist():
                changed.add((field, cell[0] if len(cell) == 1 else (cell[0], cell[1])))
        assert changed, f"{name} moves nothing"
        assert changed <= rows(case, name), name


def test_uniforms_of_one_half_give_medians() -> None:
    case = read_case(uncertain_text())
    sampler = Sampler(case)
    draws = sampler.draws(np.full((len(sampler.inputs), 1), 0.5))
    half = np.array([0.5])
    for m, measure in enumerate(case.measures):
        for name, worth in measure.worth.items():
            median = quantile(worth.distribution, half)
            drawn = draws.worth[m, case.constituency_index[name]]
            np.testing.assert_allclose(drawn, median, rtol=1e-12, atol=1e-12)
    rate = float(stats.triang(0.375, loc=0.02, scale=0.08).median())
    assert draws.discount[0, 0] == pytest.approx(np.exp(-1.5 * rate), abs=1e-12)
    assert draws.discount[1, 0] == pytest.approx(np.exp(-1.5 * 0.05), abs=1e-12)
    assert draws.reservation[0, 0] == pytest.approx(0.0, abs=1e-12)


# --- correlation --------------------------------------------------------------------------

WORTH: dict[str, Value] = {
    "a": Triangular(-9.0, -2.0, 5.0),
    "b": Quantiles(1.0, 3.0, 20.0, "log"),
    "c": Normal(3.0, 9.0),
}
N = 20_000


def correlated(constituency: float, measure: float) -> Case:
    return small_case(
        [Side("x", {"a": 0.0, "b": 0.0}), Side("c")],
        [
            step("m", "x", WORTH),
            step("n/low", "c", WORTH, base="n"),
            step("n/high", "c", WORTH, base="n"),
        ],
        interactions=[together("m", ["m", "n/low"], WORTH)],
        correlation=Correlation(constituency, measure),
    )


def cdf(name: str, x: Floats) -> Floats:
    if name == "a":
        return np.asarray(stats.triang(0.5, loc=-9, scale=14).cdf(x))
    if name == "c":
        return np.asarray(stats.norm(3, 9).cdf(x))
    z95 = stats.norm.ppf(0.95)
    z = z95 * np.log(x / 3) / np.where(x < 3, np.log(3), np.log(20 / 3))
    return np.asarray(stats.norm.cdf(z))


def scores(case: Case, seed: int = 0) -> Floats:
    """Normal scores of the worths: float64[item * 3 + constituency, draw]."""
    worth = Sampler(case).sample(seed, 0, N).worth
    u = [cdf(name, worth[i, c]) for i in range(4) for c, name in enumerate("abc")]
    return np.asarray(stats.norm.ppf(np.array(u)))


@pytest.mark.parametrize("shares", [(0.3, 0.2), (0.5, 0.0), (0.0, 0.4), (0.7, 0.3), (1.0, 0.0)])
def test_normal_scores_of_worths_correlate_by_the_stated_shares(
    shares: tuple[float, float],
) -> None:
    found: Floats = np.asarray(np.corrcoef(scores(correlated(*shares))))
    base = [0, 1, 1, 2]  # levels of one measure share its part, the interaction has its own
    for i, j in np.ndindex(found.shape):
        if i == j:
            continue
        expected = shares[0] * (i % 3 == j % 3) + shares[1] * (base[i // 3] == base[j // 3])
        error = (1 - expected**2) / np.sqrt(N)
        assert found[i, j] == pytest.approx(expected, abs=5 * error + 1e-9), (i, j)


@pytest.mark.parametrize("shares", [(0.0, 0.0), (0.3, 0.2), (0.6, 0.4), (0.1, 0.9), (0.0, 1.0)])
def test_correlation_leaves_every_distribution_as_stated(shares: tuple[float, float]) -> None:
    worst = min(stats.kstest(row, "norm").pvalue for row in scores(correlated(*shares)))
    assert worst > 0.05 / 12 / 10


def test_shares_that_sum_to_1_leave_nothing_of_its_own_to_a_worth() -> None:
    sampler = Sampler(correlated(0.9, 0.1))  # 1 - 0.9 - 0.1 is below 0 in binary
    worth = sampler.sample(0, 0, 100).worth
    assert np.all(np.isfinite(worth))
    np.testing.assert_allclose(worth[1], worth[2], rtol=1e-6)


def test_worths_without_shares_are_the_raw_uniforms_at_work() -> None:
    sampler = Sampler(correlated(0.0, 0.0))
    assert not any(name.startswith("correlation") for name in sampler.inputs)
    u = uniforms(0, sampler.inputs, 0, 50)
    worth = sampler.draws(u).worth
    for c, (name, distribution) in enumerate(WORTH.items()):
        assert not isinstance(distribution, int | float)
        own = u[sampler.inputs.index(f"measures.m.worth.{name}")]
        assert np.array_equal(worth[0, c], quantile(distribution, own))


def test_certain_worths_are_certain_beside_correlated_ones() -> None:
    case = small_case(
        [Side("a"), Side("b")],
        [step("m", "a", {"a": -1.5, "b": Triangular(0.0, 1.0, 2.0)}), step("n", "b", {"a": 2.0})],
        correlation=Correlation(0.3, 0.2),
    )
    sampler = Sampler(case)
    assert set(sampler.inputs) == {
        "measures.m.worth.b",
        "correlation.constituency.b",
        "correlation.measure.m",
    }
    worth = sampler.sample(0, 0, 20).worth
    assert np.all(worth[0, 0] == -1.5)
    assert np.all(worth[1, 0] == 2.0)
    assert np.all(worth[1, 1] == 0.0)
    assert len(np.unique(worth[0, 1])) == 20


def test_a_case_without_uncertain_numbers_has_no_inputs_and_one_draw_over_and_over() -> None:
    case = small_case([Side("a")], [step("m", "a", {"a": 1.0})])
    sampler = Sampler(case)
    assert sampler.inputs == ()
    for name, block in arrays(sampler.sample(0, 0, 3)):
        assert np.array_equal(block, np.repeat(block[..., :1], 3, axis=-1)), name


# --- units --------------------------------------------------------------------------------

YEARS = [0.25, 1.0, 2.5]
CHANCE = [0.0, 1e-12, 0.1, 0.9, 1.0]


@pytest.mark.statement("M6")
@pytest.mark.parametrize("years", YEARS)
@pytest.mark.parametrize("p", CHANCE)
def test_chances_per_year_become_chances_per_period(years: float, p: float) -> None:
    measures = [step("m", "a", detection=p), step("v", "a", raises={"m": p})]
    draws = certain_draws(small_case([Side("a")], measures, years=years, false_alarm=p))
    expected = 1 - (1 - p) ** years
    assert draws.detection[0, 0] == pytest.approx(expected, abs=1e-15)
    assert draws.gain[0, 0] == pytest.approx(expected, abs=1e-15)
    assert draws.false_alarm[0] == pytest.approx(expected, abs=1e-15)


@pytest.mark.statement("M5", "M6")
@pytest.mark.parametrize("years", YEARS)
@pytest.mark.parametrize("rate", [LEAST_RATE, 0.05, 2.0])
def test_rates_become_discount_factors(years: float, rate: float) -> None:
    measures = [
        step("at_once", "a", undo_years=0.0),
        step("slowly", "a", undo_years=3.0),
        step("never", "a", undo_years=None),
    ]
    draws = certain_draws(small_case([Side("a", discount=rate)], measures, years=years))
    assert draws.discount[0, 0] == pytest.approx(np.exp(-rate * years), rel=1e-15)
    assert draws.decay[0, 0, 0] == 1.0
    assert draws.decay[1, 0, 0] == pytest.approx(np.exp(-3.0 * rate), rel=1e-15)
    assert draws.decay[2, 0, 0] == 0.0


@pytest.mark.statement("M5")
@pytest.mark.parametrize("rate", [-0.01, 0.0, 1e-12, 0.99e-4])
def test_a_rate_below_the_least_is_held_there(rate: float) -> None:
    measures = [step("slowly", "a", undo_years=3.0)]
    found, least = (
        certain_draws(small_case([Side("a", discount=r)], measures)) for r in (rate, LEAST_RATE)
    )
    assert found.discount[0, 0] == least.discount[0, 0] == pytest.approx(np.exp(-1e-4), rel=1e-15)
    assert found.decay[0, 0, 0] == least.decay[0, 0, 0]


def generator(case: Case, chances: dict[tuple[str, str], float]) -> Floats:
    names = case.parties[0].constituencies
    matrix = np.zeros((len(names), len(names)))
    for (a, b), p in chances.items():
        matrix[names.index(a), names.index(b)] = -np.log(1 - p)
    return matrix - np.diag(matrix.sum(axis=1))


chance = st.one_of(st.just(0.0), st.floats(0, 0.5), st.sampled_from([0.9, 0.999, 1 - 1e-9]))


@pytest.mark.statement("M6")
@settings(max_examples=60)
@given(st.sampled_from([2, 3, 4]), st.sampled_from([0.25, 1.0, 3.0]), st.data())
def test_turnover_is_the_matrix_exponential_of_the_rates(
    size: int, years: float, data: st.DataObject
) -> None:
    names = "pqrs"[:size]
    chances = {(a, b): data.draw(chance) for a in names for b in names if a != b}
    side = Side(
        "x", dict.fromkeys(names, 0.0), start=dict.fromkeys(names, 1 / size), turnover=chances
    )
    case = small_case([side], [step("m", "x")], years=years)
    turnover = certain_draws(case, 2).turnover[0]
    np.testing.assert_allclose(
        turnover[..., 0], expm(years * generator(case, chances)), rtol=0, atol=1e-12
    )
    np.testing.assert_allclose(turnover.sum(axis=1), 1.0, rtol=0, atol=1e-12)
    assert turnover.min() >= -1e-15


def test_turnover_between_two_is_the_closed_form() -> None:
    side = Side("x", {"p": 0, "q": 0}, start={"p": 1.0, "q": 0.0}, turnover={("p", "q"): 0.3})
    turnover = certain_draws(small_case([side], [step("m", "x")], years=2.0)).turnover[0]
    np.testing.assert_allclose(turnover[..., 0], [[0.49, 0.51], [0.0, 1.0]], rtol=0, atol=1e-15)


def test_without_turnover_control_stays_where_it_is() -> None:
    names = dict.fromkeys("pqr", 0.0)
    side = Side("x", names, start={"p": 0.5, "q": 0.25, "r": 0.25})
    turnover = certain_draws(small_case([side], [step("m", "x")]), 3).turnover[0]
    assert np.array_equal(turnover, np.repeat(np.eye(3)[..., None], 3, axis=-1))


def test_uncertain_turnover_is_exponentiated_in_each_draw_for_itself() -> None:
    names = dict.fromkeys("pqr", 0.0)
    chances: dict[tuple[str, str], float | Distribution] = {
        ("p", "q"): Triangular(0.0, 0.1, 0.9),
        ("q", "r"): Beta(0.5, 0.7),
        ("r", "p"): Quantiles(0.01, 0.3, 0.999, "logit"),
    }
    side = Side("x", names, start={"p": 0.5, "q": 0.25, "r": 0.25}, turnover=chances)
    case = small_case([side], [step("m", "x")], years=1.5)
    sampler = Sampler(case)
    u = uniforms(0, sampler.inputs, 0, 200)
    turnover = sampler.draws(u).turnover[0]
    for n in range(200):
        drawn = {
            key: float(
                quantile(d, u[sampler.row(f"parties.x.deciders.turnover.{'.'.join(key)}")])[n]
            )
            for key, d in chances.items()
            if not isinstance(d, float)
        }
        expected = expm(1.5 * generator(case, drawn))
        np.testing.assert_allclose(turnover[..., n], expected, rtol=0, atol=1e-12)


@pytest.mark.statement("M6")
@pytest.mark.parametrize("distribution", [Beta(1.0, 0.05), Quantiles(0.5, 0.9, 1 - 1e-8, "logit")])
def test_chances_of_turnover_that_round_to_1_give_finite_numbers(
    distribution: Distribution,
) -> None:
    side = Side(
        "x", {"p": 0, "q": 0}, start={"p": 1.0, "q": 0.0}, turnover={("p", "q"): distribution}
    )
    sampler = Sampler(small_case([side], [step("m", "x")]))
    u = np.array([[0.5, 0.999, 1 - 1e-6, 1 - 2.0**-53]])
    turnover = sampler.draws(u).turnover[0]
    assert np.all(np.isfinite(turnover))
    np.testing.assert_allclose(turnover.sum(axis=1), 1.0, rtol=0, atol=1e-12)


@pytest.mark.statement("M23")
def test_starting_probabilities_sum_to_1_in_every_draw() -> None:
    case = read_case(uncertain_text())
    start = Sampler(case).sample(0, 0, 500).start
    np.testing.assert_allclose(start[:2].sum(axis=0), 1.0, rtol=0, atol=1e-15)
    assert np.all(start[2] == 1.0)
    assert len(np.unique(start[0])) == 500


def test_starting_probabilities_keep_their_ratio() -> None:
    side = Side("x", {"p": 0, "q": 0}, start={"p": Discrete((0.2, 0.4), (0.5, 0.5)), "q": 0.6})
    start = Sampler(small_case([side], [step("m", "x")])).draws(np.array([[0.1, 0.9]])).start
    np.testing.assert_allclose(start, [[0.25, 0.4], [0.75, 0.6]], rtol=1e-15)


def test_deciders_who_may_all_be_drawn_at_0_are_refused_or_still_sum_to_1() -> None:
    either = "{dist: discrete, xk: [0, 1], pk: [0.5, 0.5]}"
    text = uncertain_text().replace("{p5: 0.5, p50: 0.8, p95: 0.9}", either)
    try:
        case = read_case(text.replace("field: [0.1, 0.2, 0.4]", f"field: {either}"))
    except CaseError:
        return
    start = Sampler(case).sample(0, 0, 50).start
    np.testing.assert_allclose(start[:2].sum(axis=0), 1.0, rtol=0, atol=1e-15)


@pytest.mark.statement("M15")
@pytest.mark.parametrize("p", [0.1, 0.5, 0.8, 0.999])
def test_a_red_line_is_drawn_in_the_stated_share_of_draws(p: float) -> None:
    side = Side("x", red_lines={"x": [red_line("m", chance=p)]})
    crossed = Sampler(small_case([side], [step("m", "x")])).sample(0, 0, N).crossed
    assert crossed.dtype == np.bool_
    assert crossed.mean() == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / N))


def test_an_uncertain_chance_of_a_red_line_has_its_own_stream() -> None:
    chance_of_it = Triangular(0.2, 0.5, 0.8)
    side = Side("x", red_lines={"x": [red_line("m", chance=chance_of_it)]})
    sampler = Sampler(small_case([side], [step("m", "x")]))
    assert sampler.inputs == ("red_lines.x.0.chance", "red_lines.x.0.crossed")
    assert sampler.sample(0, 0, N).crossed.mean() == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(N))


@pytest.mark.parametrize(("p", "expected"), [(1.0, True), (0.0, False)])
def test_certain_red_lines_are_drawn_always_or_never(p: float, expected: bool) -> None:
    side = Side("x", red_lines={"x": [red_line("m", chance=p)]})
    sampler = Sampler(small_case([side], [step("m", "x")]))
    u = np.full((len(sampler.inputs), 3), [2.0**-53, 0.5, 1 - 2.0**-53])
    assert np.all(sampler.draws(u).crossed == expected)


def test_quantities_without_floor_have_none() -> None:
    case = read_case(uncertain_text())
    floor = Sampler(case).sample(0, 0, 5).floor
    assert np.all(np.isfinite(floor[0]))
    assert np.all(floor[1:] == -np.inf)


def test_late_draws_take_no_more_memory_than_the_first() -> None:
    sampler = Sampler(read_case(uncertain_text()))
    peaks = []
    for first in (0, 10**9):
        tracemalloc.start()
        sampler.sample(0, first, 100)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_a_number_can_be_held_at_a_quantile_while_all_others_stay_as_drawn(river: Case) -> None:
    sampler = Sampler(river)
    u = uniforms(1, sampler.inputs, 0, 50)
    drawn = sampler.draws(u)
    held = sampler.draws(u, {"measures.releases.worth.cabinet": 0.5})
    row, column = river.measure_index["releases"], river.constituency_index["cabinet"]
    assert np.ptp(held.worth[row, column]) == 0.0
    held.worth[row, column] = drawn.worth[row, column]
    for spec in fields(drawn):
        if spec.name != "turnover":
            np.testing.assert_array_equal(getattr(held, spec.name), getattr(drawn, spec.name))
