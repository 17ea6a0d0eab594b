"""Verdicts against a second reckoning, draw by draw, from the definitions (model.md 7, commands.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.domain import Case, Correlation, Effect, Measure, Party, Plan, Proposal, Rule
from detente.case.load import load_case
from detente.case.numbers import Distribution, Number, Triangular, certain
from detente.case.plans import plan_flaws
from detente.draws.quantiles import Floats
from detente.draws.sampler import Draws, Sampler
from detente.model.judgement import Judgement, deviation_of
from detente.model.kernel import Tables, judge
from detente.model.structure import PlanVector, Structure
from detente.testing import random_case
from detente.verdict.fans import Baseline, fans
from detente.verdict.judged import Judged, by_draw
from detente.verdict.results import RunResult, Verdict
from detente.verdict.run import BLOCK, run
from detente.verdict.tally import QUANTILE_DRAWS, Tally, tally
from detente.verdict.verdicts import verdict
from tests.draws.small import Side, Value, small_case, step

N = 40
SEEDS = [(seed, coarse) for seed in range(8) for coarse in (False, True)]


@dataclass(frozen=True)
class Reckoning:
    """One plan in N draws, with what the verdict says of it."""

    case: Case
    structure: Structure
    draws: Draws
    plan: PlanVector
    judged: Judgement
    by_draws: Judged
    verdict: Verdict

    @property
    def k(self) -> range:
        return range(1, self.case.phases + 2)

    def accepted(self, name: str, n: int, raised: float = 0.0, *, low: bool = False) -> bool:
        """Whether a constituency or a party accepts in draw n, all values raised by so much."""
        outcome = self.judged.pessimistic if low else self.judged.cooperative
        if name in self.case.party_index:
            party = self.case.parties[self.case.party_index[name]]
            people = {c: self._says_yes(c, n, raised, outcome.value) for c in party.constituencies}
            return met(party.accepts, people, party.constituencies)
        return self._says_yes(name, n, raised, outcome.value)

    def _says_yes(self, name: str, n: int, raised: float, value: Floats) -> bool:
        held = set(np.array([m.id for m in self.case.measures])[self.plan >= 0].tolist())
        for row, (constituency, line) in enumerate(self.case.red_lines):
            hit = any(m in held for group in line.never for m in group)
            lifted = bool(line.unless) and all(any(m in held for m in g) for g in line.unless)
            if constituency.id == name and hit and not lifted and self.draws.crossed[row, n]:
                return False
        c = self.case.constituency_index[name]
        return bool(value[c, n] + raised >= self.draws.reservation[c, n] - 1e-9)

    def signed(self, n: int, *, low: bool = False) -> bool:
        """Whether the agreement's rule is met in draw n."""
        steps = [m for m in self.case.measures if self.plan[self.case.measure_index[m.id]] >= 1]
        if not steps:
            return False
        consents = {name for m in steps for name in m.consent}
        named = {m.by for m in steps} | consents | set(self.case.must_sign)
        signing = tuple(p.id for p in self.case.parties if p.id in named)
        people = {p.id for p in self.case.parties} | {c.id for c in self.case.constituencies}
        yes = {name: self.accepted(name, n, low=low) for name in people}
        rule = self.case.agreement or Rule(vetoes=signing)
        bound = consents | {
            name for name in self.case.must_sign if name not in self.case.party_index
        }
        return all(yes[name] for name in bound) and met(rule, yes, signing)

    def stand(self, n: int, *, low: bool = False) -> list[float]:
        """Chance in draw n to stand in each k."""
        hazard = (self.judged.pessimistic if low else self.judged.cooperative).hazard[..., n]
        alarm = self.draws.false_alarm[n]
        kept = [float(np.prod(1 - hazard[:, :k])) for k in self.k]
        return [(1 - alarm) ** (k - 1) * kept[k - 1] for k in self.k]

    def shares(self, *, low: bool = False) -> Floats:
        """[accept, keep, hold] by draw."""
        signed = np.array([self.signed(n, low=low) for n in range(N)], dtype=float)
        keep = np.array([self.stand(n, low=low)[-1] for n in range(N)])
        return np.array([signed, keep, signed * keep])


def met(rule: Rule, yes: Mapping[str, bool], members: tuple[str, ...]) -> bool:
    def of(item: str | Rule) -> bool:
        return yes[item] if isinstance(item, str) else met(item, yes, members)

    if not all(of(item) for item in rule.vetoes):
        return False
    if rule.at_least is None:
        return True
    weights = rule.weights if rule.weights is not None else tuple((name, 1.0) for name in members)
    return sum(weight for item, weight in weights if of(item)) >= rule.at_least - 1e-9


def reckon(case: Case, proposal: Proposal, draws: Draws) -> Reckoning:
    structure = Structure.of(case)
    plan = structure.vector(proposal.plan)
    judged = judge(Tables.of(structure), draws, [plan])[0]
    by_draws = by_draw(structure, draws, proposal.plan, judged)
    total = tally(structure, by_draws, fans(Baseline.of(case, draws), plan, by_draws))
    flaws = plan_flaws(case, proposal.plan)
    found = verdict(structure, proposal, plan, total, flaws=flaws, beaten_by=(), certain=False)
    return Reckoning(case, structure, draws, plan, judged, by_draws, found)


@cache
def random_reckonings(seed: int, coarse: bool) -> tuple[Reckoning, ...]:
    case = random_case(seed, coarse=coarse)
    draws = Sampler(case).sample(seed, 0, N)
    return tuple(reckon(case, proposal, draws) for proposal in case.proposals)


@pytest.fixture(params=SEEDS, ids=lambda key: f"{key[0]}{'c' * key[1]}")
def reckonings(request: pytest.FixtureRequest) -> tuple[Reckoning, ...]:
    seed, coarse = request.param
    return random_reckonings(seed, coarse)


def close(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.statement("M34", "M36", "M37")
def test_accept_keep_and_hold_are_means_over_draws(reckonings: tuple[Reckoning, ...]) -> None:
    for r in reckonings:
        shares = r.shares()
        for estimate, values in zip(
            (r.verdict.accept, r.verdict.keep, r.verdict.hold), shares, strict=True
        ):
            close(estimate.mean, values.mean())
            error = values.std(ddof=1) / np.sqrt(N)
            assert estimate.standard_error == pytest.approx(error, abs=1e-8)
            assert estimate.interval[0] - 1e-12 <= estimate.mean <= estimate.interval[1] + 1e-12


@pytest.mark.statement("M49")
def test_lower_is_the_same_of_the_pessimistic_outcome(reckonings: tuple[Reckoning, ...]) -> None:
    for r in reckonings:
        lower = r.verdict.lower
        for estimate, values in zip(
            (lower.accept, lower.keep, lower.hold), r.shares(low=True), strict=True
        ):
            close(estimate.mean, values.mean())
            error = values.std(ddof=1) / np.sqrt(N)
            assert estimate.standard_error == pytest.approx(error, abs=1e-8)
            assert estimate.interval[0] - 1e-12 <= estimate.mean <= estimate.interval[1] + 1e-12


@pytest.mark.statement("M36")
def test_keep_given_accept_is_over_accepting_draws(reckonings: tuple[Reckoning, ...]) -> None:
    for r in reckonings:
        accepted, keep, _ = r.shares()
        if accepted.any():
            close(r.verdict.keep_given_accept, keep[accepted == 1].mean())
        else:
            assert r.verdict.keep_given_accept is None


def test_hold_is_no_more_than_accept_and_keep(reckonings: tuple[Reckoning, ...]) -> None:
    for r in reckonings:
        v = r.verdict
        assert v.hold.mean <= min(v.accept.mean, v.keep.mean) + 1e-15
        assert v.lower.hold.mean <= min(v.lower.accept.mean, v.lower.keep.mean) + 1e-15


@pytest.mark.statement("M34")
def test_accept_by_says_who_accepts(reckonings: tuple[Reckoning, ...]) -> None:
    for r in reckonings:
        parties, people = r.case.party_index, r.case.constituency_index
        assert r.verdict.accept_by.keys() == {*parties, *people}
        for name, share in r.verdict.accept_by.items():
            close(share, np.mean([r.accepted(name, n) for n in range(N)]))


@pytest.mark.statement("M42", "M43")
def test_shortfall_is_the_least_rise_that_would_bring_a_yes(
    reckonings: tuple[Reckoning, ...],
) -> None:
    for r in reckonings:
        value = r.judged.cooperative.value
        for party in r.case.parties:
            rows = [r.case.constituency_index[c] for c in party.constituencies]
            short, barred = [], 0
            for n in range(N):
                if r.accepted(party.id, n):
                    continue
                rises = sorted(float(r.draws.reservation[c, n] - value[c, n]) for c in rows)
                enough = [x for x in rises if r.accepted(party.id, n, raised=x)]
                if enough:
                    short.append(enough[0])
                barred += not enough
            close(r.verdict.shortfall[party.id], np.mean(short) if short else 0.0)
            close(r.verdict.barred[party.id], barred / N)
            error = np.std(short, ddof=1) / np.sqrt(len(short)) if len(short) > 1 else 0.0
            assert r.verdict.shortfall_error[party.id] == pytest.approx(error, abs=1e-6)


@pytest.mark.statement("M38")
def test_breaks_are_hazards_and_first_breaks_are_on_the_path(
    reckonings: tuple[Reckoning, ...],
) -> None:
    for r in reckonings:
        hazard = r.judged.cooperative.hazard
        for p, party in enumerate(r.case.parties):
            close(r.verdict.break_by[party.id], hazard[p].mean(axis=1))
            for k in r.k:
                reached = [
                    r.stand(n)[k - 2] * (1 - r.draws.false_alarm[n]) if k > 1 else 1.0
                    for n in range(N)
                ]
                close(r.verdict.first_break[party.id][k - 1], np.mean(reached * hazard[p, k - 1]))


@pytest.mark.statement("M35", "M36")
def test_kept_through_ends_in_keep(reckonings: tuple[Reckoning, ...]) -> None:
    for r in reckonings:
        close(r.verdict.kept_through, np.mean([r.stand(n) for n in range(N)], axis=0))
        close(r.verdict.kept_through[-1], r.verdict.keep.mean)
        assert np.all(np.diff(r.verdict.kept_through) <= 1e-15)


@pytest.mark.statement("M39")
def test_trust_is_the_mean_chance_to_keep_to_the_end(reckonings: tuple[Reckoning, ...]) -> None:
    for r in reckonings:
        kept = 1 - r.judged.cooperative.hazard
        for p, party in enumerate(r.case.parties):
            for k in r.k:
                close(r.verdict.trust[party.id][k - 1], np.prod(kept[p, k - 1 :], axis=0).mean())


@pytest.mark.statement("M40", "M44")
def test_values_and_slack_are_means(reckonings: tuple[Reckoning, ...]) -> None:
    for r in reckonings:
        close(list(r.verdict.value.values()), r.judged.cooperative.value.mean(axis=1))
        for d, (_, decider) in enumerate(r.case.deciders):
            close(r.verdict.slack[decider.constituency], r.judged.slack[d].mean(axis=1))


@pytest.mark.statement("M45")
def test_exposure_is_that_of_those_whom_the_rule_needs(reckonings: tuple[Reckoning, ...]) -> None:
    for r in reckonings:
        worst = r.judged.exposure.max(axis=1)
        for name, exposure in zip(r.case.constituency_index, worst, strict=True):
            close(r.verdict.exposure_by[name], exposure.mean())
        for party in r.case.parties:
            close(r.verdict.exposure[party.id], needed(r, party, worst).mean())
            assert r.verdict.exposure[party.id] >= 0.0


@pytest.mark.statement("M55")
def test_exposure_at_each_phase_is_to_breaches_in_it_alone(
    reckonings: tuple[Reckoning, ...],
) -> None:
    for r in reckonings:
        for party in r.case.parties:
            found = r.verdict.exposure_at[party.id]
            assert len(found) == len(r.k)
            for k in r.k:
                close(found[k - 1], needed(r, party, r.judged.exposure[:, k - 1]).mean())
            assert max(found) <= r.verdict.exposure[party.id] + 1e-12


def needed(r: Reckoning, party: Party, exposure: Floats) -> Floats:
    """By draw, the least loss such that the rule is met by those exposed by no more."""
    by_name = dict(zip(r.case.constituency_index, exposure, strict=True))
    members = party.constituencies
    worst = []
    for n in range(N):
        losses = sorted(float(by_name[c][n]) for c in members)
        safe = ({c: by_name[c][n] <= x for c in members} for x in losses)
        enough = [met(party.accepts, yes, members) for yes in safe]
        worst.append(losses[enough.index(True)] if True in enough else np.inf)
    return np.array(worst)


def breaking(r: Reckoning) -> Floats:
    """Belief in each decider where it would break: float64[decider, k, draw]."""
    found = np.zeros_like(r.judged.slack)
    performers = {m.by for m in r.case.measures if m.by and r.plan[r.case.measure_index[m.id]] >= 0}
    for d, (party, _) in enumerate(r.case.deciders):
        if party.id in performers:
            breaks = r.judged.slack[d] < r.draws.margin - 1e-9
            found[d] = np.where(breaks, r.judged.belief[d], 0.0)
    return found


@pytest.mark.statement("M41")
def test_the_weakest_most_often_breaks_by_its_commonest_deviation(
    reckonings: tuple[Reckoning, ...],
) -> None:
    for r in reckonings:
        broken, weakest = breaking(r), r.verdict.weakest
        shares = broken.mean(axis=-1)
        names = [decider.constituency for _, decider in r.case.deciders]
        if weakest is None:
            assert not shares.any()
            continue
        d, k = names.index(weakest.decider), weakest.phase - 1
        assert weakest.party == r.case.deciders[d][0].id
        close(weakest.share, shares.max())
        close(weakest.share, shares[d, k])
        if weakest.share == 0.0:
            assert weakest.deviation is None
            close(weakest.slack, r.judged.slack[d, k].mean())
            continue
        close(weakest.slack, np.average(r.judged.slack[d, k], weights=broken[d, k]))
        weights: dict[tuple[str, str | None], float] = {}
        for n in range(N):
            deviation, m = deviation_of(int(r.judged.deviation[d, k, n]), r.structure.measures)
            key = (deviation, None if m is None else r.case.measures[m].id)
            weights[key] = weights.get(key, 0.0) + float(broken[d, k, n])
        assert weakest.deviation is not None
        close(weights[weakest.deviation, weakest.measure], max(weights.values()))


@pytest.mark.statement("M56")
def test_breaches_are_the_chances_to_get_there_and_break_so(
    reckonings: tuple[Reckoning, ...],
) -> None:
    for r in reckonings:
        broken, expected = breaking(r), dict[tuple[str, int, str, str | None], float]()
        for (d, k, n), belief in np.ndenumerate(broken):
            if belief > 0.0:
                reached = r.stand(n)[k - 1] * (1 - r.draws.false_alarm[n]) if k else 1.0
                code = int(r.judged.deviation[d, k, n])
                deviation, m = deviation_of(code, r.structure.measures)
                measure = None if m is None else r.case.measures[m].id
                key = (r.case.deciders[d][0].id, k + 1, deviation, measure)
                expected[key] = expected.get(key, 0.0) + belief * reached / N
        found = {(b.party, b.phase, b.deviation, b.measure): b.chance for b in r.verdict.breaches}
        assert found.keys() == {key for key, chance in expected.items() if chance > 0.0}
        for key, chance in found.items():
            close(chance, expected[key])


def test_the_likeliest_breach_stands_first(reckonings: tuple[Reckoning, ...]) -> None:
    for r in reckonings:
        chances = [breach.chance for breach in r.verdict.breaches]
        assert chances == sorted(chances, reverse=True)
        assert all(0.0 < chance <= 1.0 + 1e-12 for chance in chances)


@given(seed=st.integers(0, 2**32), coarse=st.booleans())
@settings(max_examples=40)
def test_in_draws_that_settle_breaches_are_the_first_breaks_taken_apart(
    seed: int, coarse: bool
) -> None:
    case = random_case(seed, coarse=coarse)
    for proposal in case.proposals:
        r = reckon(case, proposal, Sampler(case).sample(seed, 0, N))
        parts = np.zeros_like(r.by_draws.first_break)
        np.add.at(parts, r.structure.decider_party, r.by_draws.breaks * r.by_draws.reach)
        settled = ~r.by_draws.unsettled
        close(parts[..., settled], r.by_draws.first_break[..., settled])
        if settled.all():
            for party, row in r.verdict.first_break.items():
                for k in r.k:
                    mine = [b for b in r.verdict.breaches if (b.party, b.phase) == (party, k)]
                    close(sum(b.chance for b in mine), row[k - 1])


@pytest.mark.statement("M25")
def test_hazards_are_the_beliefs_in_deciders_who_would_break(
    reckonings: tuple[Reckoning, ...],
) -> None:
    for r in reckonings:
        settled = ~r.judged.cooperative.unsettled
        by_party = np.zeros_like(r.judged.cooperative.hazard)
        np.add.at(by_party, r.structure.decider_party, breaking(r))
        close(by_party[..., settled], r.judged.cooperative.hazard[..., settled])


@pytest.mark.statement("M40")
def test_breaks_are_the_shares_of_draws_in_which_each_decider_would_break(
    reckonings: tuple[Reckoning, ...],
) -> None:
    for r in reckonings:
        shares = breaking(r).mean(axis=-1)
        for d, (_, decider) in enumerate(r.case.deciders):
            close(r.verdict.breaks[decider.constituency], shares[d])


@pytest.mark.statement("M50")
def test_unsettled_counts_the_draws_of_each_outcome_for_itself(
    reckonings: tuple[Reckoning, ...],
) -> None:
    for r in reckonings:
        close(r.verdict.unsettled, r.judged.cooperative.unsettled.mean())
        close(r.verdict.lower.unsettled, r.judged.pessimistic.unsettled.mean())


@pytest.mark.statement("M38")
def test_kept_broken_and_ended_by_accident_are_all_that_can_happen(
    reckonings: tuple[Reckoning, ...],
) -> None:
    """However many parties break in the same period: they do so independently."""
    for r in reckonings:
        broken = accident = 0.0
        for n in range(N):
            hazard, alarm = r.judged.cooperative.hazard[..., n], r.draws.false_alarm[n]
            reached = 1.0
            for k in r.k:
                broken += reached * (1 - float(np.prod(1 - hazard[:, k - 1])))
                stands = reached * float(np.prod(1 - hazard[:, k - 1]))
                accident += stands * alarm if k < r.k[-1] else 0.0
                reached = stands * (1 - alarm)
        close(r.verdict.accident, accident / N)
        assert r.verdict.keep.mean + r.verdict.accident + broken / N == pytest.approx(1, abs=1e-12)


# --- outcomes -----------------------------------------------------------------------------


def stock_change(r: Reckoning, n: int) -> float:
    """Expected level of the stock at the horizon with the plan less without, in draw n."""
    stand, case = r.stand(n), r.case
    horizon = max(1, ceil(case.horizon_years / case.years_per_phase))
    while len(stand) < horizon:
        stand.append(stand[-1] * (1 - r.draws.false_alarm[n]))
    chances = [1.0, *stand[:horizon], 0.0]
    base = r.draws.quantity_start[0, n] + case.horizon_years * r.draws.trend[0, n]
    floor = r.draws.floor[0, n]
    change = 0.0
    for j in range(horizon + 1):  # stands through period j and no longer
        shift = 0.0
        for row, (measure, _) in enumerate(case.effects):
            phase = r.plan[case.measure_index[measure.id]]
            if 0 <= phase <= j and (measure.undo_years is None or j == horizon):
                shift += r.draws.change[row, n]
        chance = chances[j] - chances[j + 1]
        change += chance * (max(floor, base + shift) - max(floor, base))
    return change


@pytest.mark.statement("M48")
def test_outcomes_are_changes_of_what_was_accepted_and_kept(
    reckonings: tuple[Reckoning, ...],
) -> None:
    for r in reckonings:
        changes = np.array([r.signed(n) * stock_change(r, n) for n in range(N)])
        found = r.verdict.outcomes["stock"]
        close(found.mean, changes.mean())
        close((found.p5, found.p95), np.quantile(changes, [0.05, 0.95]))
        assert found.standard_error == pytest.approx(changes.std(ddof=1) / np.sqrt(N), abs=1e-7)


@pytest.mark.statement("M46", "M47")
def test_an_effect_counts_with_the_chance_that_its_measure_is_in_place() -> None:
    """Without a floor: irreversible if kept through its phase, reversible while all stands."""
    lasting = step("lasting", "a", {"b": Triangular(0.0, 1.0, 2.0)}, undo_years=None)
    passing = step("passing", "b", {"a": 9.0, "b": -2.0}, undo_years=1.0)
    measures = [
        _with_effect(lasting, "forest", 7.0),
        _with_effect(passing, "forest", 100.0),
    ]
    plan = Plan(((), ("lasting",), ("passing",)))
    case = small_case(
        [Side("a"), Side("b")], measures, phases=2, false_alarm=0.1, plans={"p": plan}
    )
    draws = Sampler(case).sample(0, 0, N)
    r = reckon(case, case.proposals[0], draws)
    # the horizon of 10 years falls at the end of period 10: nine alarms can come before it
    expected = []
    for n in range(N):
        k1, _, k3 = r.stand(n)
        expected.append(r.signed(n) * (7.0 * k1 + 100.0 * k3 * 0.9**7))
    close(r.verdict.outcomes["forest"].mean, np.mean(expected))
    assert r.verdict.accept.mean > 0


@pytest.mark.parametrize("size", [1.0, 1e9, -1e12])
@pytest.mark.parametrize("draws", [5, 3 * BLOCK + 7])
def test_the_error_of_an_outcome_is_right_however_large_its_mean(size: float, draws: int) -> None:
    """The spread of 1 must not drown in the square of the mean."""
    worth: dict[str, Value] = {"a": 1.0, "b": 1.0}
    change = Number(Triangular(size - 1.0, size, size + 1.0), "measures.m.effects.money.change")
    measure = replace(step("m", "a", worth, undo_years=None), effects=(Effect("money", change),))
    case = small_case([Side("a"), Side("b")], [measure], plans={"p": Plan(((), ("m",)))})
    found = run(case, draws=draws, seed=4)["p"].outcomes["money"]
    values = Sampler(case).sample(4, 0, draws).change[0] - size  # exact: the numbers are near
    assert found.mean - size == pytest.approx(values.mean(), abs=4e-16 * abs(size) + 1e-12)
    assert found.standard_error == pytest.approx(
        values.std(ddof=1) / np.sqrt(draws), rel=max(1e-9, 1e-15 * abs(size))
    )


def _with_effect(measure: Measure, quantity: str, change: float) -> Measure:
    return replace(measure, effects=(Effect(quantity, certain(change)),))


# --- whole of chances ---------------------------------------------------------------------


def one_sided(false_alarm: float | Distribution) -> Case:
    """Only a has anything to break, and hawks in it who would."""
    worth: dict[str, Value] = {
        "doves": Triangular(-3.0, 4.0, 9.0),
        "hawks": Triangular(-9.0, -1.0, 5.0),
        "b": 5.0,
    }
    side = Side(
        "a",
        {"doves": 0.0, "hawks": 0.0},
        start={"doves": 0.7, "hawks": 0.3},
        turnover={("doves", "hawks"): 0.2},
        accepts=Rule(vetoes=("doves",)),
    )
    measures = [step("m", "a", worth, detection=0.5), step("n", "a", worth, undo_years=1.0)]
    plans = {"p": Plan(((), ("m",), ("n",), ()))}
    return small_case(
        [side, Side("b")],
        measures,
        phases=3,
        false_alarm=false_alarm,
        plans=plans,
        correlation=Correlation(0.3, 0.2),
    )


@pytest.mark.parametrize("alarm", [0.0, 0.07])
def test_kept_broken_and_collapsed_are_all_that_can_happen(alarm: float) -> None:
    v = run(one_sided(alarm), draws=500)["p"]
    broken = sum(v.first_break["a"])
    collapsed = sum(alarm * chance for chance in v.kept_through[:-1])
    assert 0.05 < broken < 0.95
    assert v.accident == pytest.approx(collapsed, abs=1e-12)
    assert v.keep.mean + broken + collapsed == pytest.approx(1.0, abs=1e-12)
    assert v.first_break["b"] == (0.0,) * 4


# --- sums ---------------------------------------------------------------------------------


def tally_of(case: Case, plan: Plan, first: int, count: int) -> Tally:
    structure = Structure.of(case)
    draws = Sampler(case).sample(0, first, count)
    vector = structure.vector(plan)
    judged = by_draw(structure, draws, plan, judge(Tables.of(structure), draws, [vector])[0])
    return tally(structure, judged, fans(Baseline.of(case, draws), vector, judged))


CASES = [random_case(1), random_case(3), random_case(6, coarse=True), load_case("river")]


@pytest.mark.statement("M54")
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("cuts", [(0, 1, 100), (0, 37, 50, 100), (0, 99, 100)])
def test_blocks_add_up_to_one_block(case: Case, cuts: tuple[int, ...]) -> None:
    plan = case.proposals[0].plan
    whole = tally_of(case, plan, 0, 100)
    parts = [tally_of(case, plan, a, b - a) for a, b in pairwise(cuts)]
    total = parts[0]
    for part in parts[1:]:
        total.add(part)
    for spec in fields(whole):
        mine, other = getattr(total, spec.name), getattr(whole, spec.name)
        if spec.name == "samples":
            assert mine.keys() == other.keys()
            for name, blocks in mine.items():
                assert np.array_equal(np.concatenate(blocks), other[name][0]), name
        elif spec.name == "outcomes":
            assert mine.keys() == other.keys()
            for name, part in mine.items():
                assert part.count == other[name].count
                close(part.mean, other[name].mean)
                close(part.spread, other[name].spread)
        elif spec.name == "paths":
            assert mine == parts[0].paths
        else:
            close(mine, other)


@pytest.mark.statement("M48")
def test_percentiles_rest_on_the_first_draws_only() -> None:
    case = random_case(1)
    plan = case.proposals[0].plan
    total, later = tally_of(case, plan, 0, 10), tally_of(case, plan, 10, 20)
    name = next(iter(total.samples))
    total.draws = QUANTILE_DRAWS - 5
    total.add(later)
    assert [len(part) for part in total.samples[name]] == [10, 5]
    total.add(later)
    assert [len(part) for part in total.samples[name]] == [10, 5]
    assert total.draws == QUANTILE_DRAWS + 35


def test_run_is_the_tally_of_its_draws() -> None:
    for seed in (1, 4):
        case = random_case(seed)
        found: RunResult = run(case, draws=N, seed=seed, workers=1)
        expected = tuple(r.verdict for r in random_reckonings(seed, False))
        assert tuple(replace(v, beaten_by=()) for v in found.verdicts) == expected
