"""The agreement model against a second one, written from model.md alone (independent.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, product

import numpy as np
import pytest

from detente.case.domain import Case, Group, Plan, Rule
from detente.draws.sampler import Draws, Sampler
from detente.model import kernel, plain
from detente.model.accepting import accepts, quota_score, rule_score, scores
from detente.model.judgement import Judgement, Outcome, deviation_of, undo_code, withhold_code
from detente.model.structure import Structure
from detente.model.survival import first_breaks, standing, trust
from detente.testing import random_case
from tests.model.independent import (
    Breach,
    Eta,
    Floats,
    Path,
    Simulation,
    World,
    holds,
    phases_of,
    world_of,
)

DRAWS = 2
PATHS = 6_000
ERRORS = 5.0  # standard errors allowed to a simulation

#: Seed, and whether the numbers are whole, which makes ties likely.
CASES = [(seed, seed % 3 == 2) for seed in range(40)]
every_case = pytest.mark.parametrize(("seed", "coarse"), CASES)


# --- cases, and how the program judges them -----------------------------------------------


def with_levels(case: Case) -> Case:
    """Let groups have two members, as the names of measures with levels do; plans hold one."""
    names = [m.id for m in case.measures]
    pairs = {a: (a, b) for a, b in zip(names[::2], names[1::2], strict=False)}

    def widen(groups: tuple[Group, ...]) -> tuple[Group, ...]:
        return tuple(dict.fromkeys(pairs.get(name, (name,)) for (name,) in groups))

    def one_each(plan: Plan) -> Plan:
        second = {b for a, b in pairs.values() if {a, b} <= set(plan.measures)}
        return Plan(tuple(tuple(m for m in phase if m not in second) for phase in plan.phases))

    return replace(
        case,
        interactions=tuple(
            replace(i, all_of=widen(i.all_of), unless=widen(i.unless)) for i in case.interactions
        ),
        scalings=tuple(replace(s, when_after=widen(s.when_after)) for s in case.scalings),
        proposals=tuple(replace(p, plan=one_each(p.plan)) for p in case.proposals),
    )


@cache
def case_of(seed: int, coarse: bool) -> Case:
    case = random_case(seed, coarse=coarse)
    return with_levels(case) if seed % 2 else case


@dataclass(frozen=True)
class Judged:
    """One draw of a random case as the program judges it, and the same draw as a world."""

    world: World
    path: Path
    game: plain.Game
    by: Mapping[str, Judgement]
    column: int  # of this draw in the program's arrays

    def outcomes(self) -> Iterator[tuple[str, bool, Outcome]]:
        """By whom, whether ties keep, and what: both fixed points of both programs."""
        for name, judgement in self.by.items():
            yield f"{name}, cooperative", True, judgement.cooperative
            yield f"{name}, pessimistic", False, judgement.pessimistic

    def eta(self, outcome: Outcome) -> Eta:
        return {
            (p, k): float(outcome.hazard[i, k - 1, self.column])
            for i, p in enumerate(self.world.parties)
            for k in range(1, self.world.K + 2)
        }

    def settled(self, outcome: Outcome) -> bool:
        return not outcome.unsettled[self.column]


@cache
def judged(seed: int, coarse: bool, first: int = 1) -> list[Judged]:
    case = case_of(seed, coarse)
    plan = case.proposals[seed % len(case.proposals)].plan
    structure, sampler = Structure.of(case), Sampler(case)
    vector, draws = structure.vector(plan), sampler.sample(seed, 0, DRAWS)
    tables = kernel.Tables.of(structure)
    by = {
        "plain": plain.judge_plain(structure, draws, vector, first),
        "kernel": kernel.judge(tables, draws, [vector], first)[0],
    }
    game = plain.Game(structure, draws, vector)
    worlds = [world_of(case, sampler.sample(seed, i, 1), plan) for i in range(DRAWS)]
    return [Judged(w, Path(w, first), game, by, i) for i, w in enumerate(worlds)]


def by_decider(one: Judged, values: Floats) -> dict[tuple[str, int], float]:
    """Turn an array [decider, k, draw] into numbers by name."""
    return {
        (d, k): float(values[i, k - 1, one.column])
        for i, d in enumerate(one.world.deciders)
        for k in one.path.periods
    }


def close(a: float, b: float, tolerance: float = 1e-8) -> bool:
    return abs(a - b) <= tolerance * max(1.0, abs(a))


# --- values, by an exact sum forward in time ----------------------------------------------


@pytest.mark.statement("M17", "M20", "M21")
@every_case
def test_value_at_the_start_is_the_sum_over_breaches_alarms_and_keeping(
    seed: int, coarse: bool
) -> None:
    for one in judged(seed, coarse):
        for name, _, outcome in one.outcomes():
            eta = one.eta(outcome)
            for i, c in enumerate(one.world.people):
                found = float(outcome.value[i, one.column])
                assert close(one.path.value(eta, c, 1), found), (name, one.column, c)


@pytest.mark.statement("M22")
@every_case
def test_slack_is_value_less_the_best_of_all_deviations_tried_one_by_one(
    seed: int, coarse: bool
) -> None:
    for one in judged(seed, coarse):
        for name, judgement in one.by.items():
            eta = one.eta(judgement.cooperative)
            for (d, k), found in by_decider(one, judgement.slack).items():
                assert close(one.path.slack(eta, d, k), found), (name, one.column, d, k)


@pytest.mark.statement("M22")
@every_case
def test_the_deviation_named_is_open_and_worth_as_much_as_the_best(seed: int, coarse: bool) -> None:
    for one in judged(seed, coarse):
        names = [m.id for m in one.world.case.measures]
        for judgement in one.by.values():
            eta = one.eta(judgement.cooperative)
            codes = by_decider(one, judgement.deviation.astype(np.float64))
            for (d, k), code in codes.items():
                kind, measure = deviation_of(int(code), len(names))
                worths = one.path.worths_of_deviating(eta, d, k)
                key = (kind, None if measure is None else names[measure])
                assert close(worths[key], max(worths.values())), (d, k, key, worths)


@pytest.mark.statement("M20", "M45")
@every_case
def test_exposure_is_the_worst_that_another_can_leave_one_with_at_each_phase(
    seed: int, coarse: bool
) -> None:
    for one in judged(seed, coarse):
        for judgement in one.by.values():
            for i, c in enumerate(one.world.people):
                for k, worst in one.path.exposure(c).items():
                    found = float(judgement.exposure[i, k - 1, one.column])
                    assert close(worst, found), (c, k)


@pytest.mark.statement("M13", "M18")
@every_case
def test_the_breaches_listed_are_those_of_the_table_with_their_values(
    seed: int, coarse: bool
) -> None:
    one = judged(seed, coarse)[0]
    for q, party in enumerate(one.world.parties):
        for k in one.path.periods:
            found = {b.code: one.game.breach_value(b) for b in one.game.breaches(q, k)}
            mine = {code_of(one.world, b): b for b in one.world.breaches(party, k)}
            assert found.keys() == mine.keys()
            for code, breach in mine.items():
                for i, c in enumerate(one.world.people):
                    value = float(found[code][i, one.column])
                    assert close(one.world.course(c, k, breach), value), (breach, c)


def code_of(world: World, breach: Breach) -> int:
    names = [m.id for m in world.case.measures]
    if breach.measure is None:
        return {"withhold_all": 1, "undo_all": 2}[breach.kind]
    row = names.index(breach.measure)
    return withhold_code(row) if breach.kind == "withhold" else undo_code(row, len(names))


# --- hazards and beliefs ------------------------------------------------------------------


@pytest.mark.statement("M25", "M26")
@every_case
def test_settled_hazards_follow_by_bayes_from_the_choices_that_they_cause(
    seed: int, coarse: bool
) -> None:
    for one in judged(seed, coarse):
        for name, ties_keep, outcome in one.outcomes():
            if one.settled(outcome):
                eta = one.eta(outcome)
                again, _ = one.path.hazards(one.path.keeps(eta, ties_keep=ties_keep))
                moved = max(abs(again[key] - eta[key]) for key in eta)
                assert moved <= 1e-9, (name, one.column)


@pytest.mark.statement("M26")
@every_case
def test_updating_all_parties_together_from_both_ends_reaches_the_same_hazards(
    seed: int, coarse: bool
) -> None:
    """Draws that never settle included: the larger of the last two rounds, and counted."""
    for one in judged(seed, coarse):
        ends = {keep: one.path.from_the_start(ties_keep=keep) for keep in (True, False)}
        for name, ties_keep, outcome in one.outcomes():
            eta, settled = ends[ties_keep]
            found = one.eta(outcome)
            assert settled == one.settled(outcome), (name, one.column)
            assert max(abs(eta[key] - found[key]) for key in eta) <= 1e-9, (name, one.column)


@pytest.mark.statement("M25")
@every_case
def test_beliefs_are_the_joint_chance_of_deciding_and_having_kept(seed: int, coarse: bool) -> None:
    for one in judged(seed, coarse):
        for judgement in one.by.values():
            keeps = one.path.keeps(one.eta(judgement.cooperative), ties_keep=True)
            _, belief = one.path.hazards(keeps)
            for key, found in by_decider(one, judgement.belief).items():
                assert close(belief[key], found), key


@pytest.mark.parametrize("seed", range(0, 40, 4))
def test_judging_from_a_later_phase_on_counts_the_earlier_ones_as_carried_out(seed: int) -> None:
    case = case_of(seed, False)
    first = min(2 + seed % 3, case.phases + 1)
    for one in judged(seed, False, first):
        ends = {keep: one.path.from_the_start(ties_keep=keep) for keep in (True, False)}
        for name, ties_keep, outcome in one.outcomes():
            eta, _ = ends[ties_keep]
            found = one.eta(outcome)
            assert max(abs(eta[key] - found[key]) for key in eta) <= 1e-9, name
            for i, c in enumerate(one.world.people):
                value = float(outcome.value[i, one.column])
                assert close(one.path.value(eta, c, first), value), (name, c)


# --- simulation: courses and breaches -----------------------------------------------------


def agrees(paths: Floats, value: float, scale: float) -> bool:
    """Whether a mean over paths is *value* within its error.

    The last term allows for events too rare to show in the error that the paths suggest.
    """
    error = float(paths.std()) / float(paths.size) ** 0.5
    allowed = ERRORS * error + 10.0 * scale / paths.size + 1e-9
    return bool(abs(float(paths.mean()) - value) <= allowed)


def scale_of(world: World, c: str) -> float:
    """About the most that one event can change of what c gets."""
    delta = world.discount[c]
    worths = (abs(a.one_off[c]) + abs(a.flow[c]) / (1 - delta) for a in world.assets)
    return abs(world.lump[c]) + sum(worths)


@pytest.mark.statement("M17")
@every_case
def test_simulated_course_as_agreed_is_worth_what_keeping_by_all_is(
    seed: int, coarse: bool
) -> None:
    one = judged(seed, coarse)[0]
    rng = np.random.default_rng([seed, 1])
    paths = Simulation(one.world, rng, PATHS).course(1)
    players = plain.Players(one.game, 1, one.game.draws.start)
    nobody = np.zeros((len(one.world.parties), one.world.K + 2, DRAWS))
    V = players.values(nobody)[1, :, one.column]
    for i, c in enumerate(one.world.people):
        assert agrees(paths[i], float(V[i]), scale_of(one.world, c)), c


@pytest.mark.statement("M18")
@every_case
def test_simulated_breach_of_every_kind_is_worth_what_the_model_says(
    seed: int, coarse: bool
) -> None:
    one = judged(seed, coarse)[1]
    rng = np.random.default_rng([seed, 2])
    simulation = Simulation(one.world, rng, PATHS)
    for q, party in enumerate(one.world.parties):
        for breach in one_of_each_kind(one.world, party, rng):
            code = code_of(one.world, breach)
            tested = next(b for b in one.game.breaches(q, breach.k) if b.code == code)
            value = one.game.breach_value(tested)[:, one.column]
            paths = simulation.course(breach.k, breach)
            for i, c in enumerate(one.world.people):
                fits = agrees(paths[i], float(value[i]), scale_of(one.world, c))
                assert fits, (breach, c, paths[i].mean(), value[i])


def one_of_each_kind(world: World, party: str, rng: np.random.Generator) -> list[Breach]:
    open_ = [b for k in range(1, world.K + 2) for b in world.breaches(party, k)]
    kinds = {b.kind: [a for a in open_ if a.kind == b.kind] for b in open_}
    return [choices[rng.integers(len(choices))] for choices in kinds.values()]


@pytest.mark.statement("M19")
@every_case
def test_leaving_openly_is_worth_collapse_of_what_is_in_place_before(
    seed: int, coarse: bool
) -> None:
    for one in judged(seed, coarse):
        for k in one.path.periods:
            value = one.game.exit_value(k)[:, one.column]
            for i, c in enumerate(one.world.people):
                before = [a.salvage[c] for a in one.world.assets if a.phase < k]
                assert close(one.world.lump[c] + sum(before), float(value[i]))


# --- simulation: the path with breaches by others -----------------------------------------


@pytest.mark.statement("M21")
@every_case
def test_simulated_breaches_with_given_hazards_give_the_cooperative_value(
    seed: int, coarse: bool
) -> None:
    """Each other party breaches with chance eta; one is charged, in proportion to eta."""
    one = judged(seed, coarse)[0]
    simulation = Simulation(one.world, np.random.default_rng([seed, 3]), PATHS)
    outcome = one.by["kernel"].cooperative
    eta = one.eta(outcome)
    for party in one.world.parties:
        paths = simulation.on_the_path(party, eta, simulation.by_hazard(eta))
        check_value(one, outcome, party, paths)


@pytest.mark.statement("M21", "M23", "M24")
@every_case
def test_simulated_deciders_and_turnover_give_the_cooperative_value(
    seed: int, coarse: bool
) -> None:
    """Whoever is in control breaches where its slack says so; control passes at random."""
    for one, keeps in settled_draws(seed, coarse):
        simulation = Simulation(one.world, np.random.default_rng([seed, 4]), PATHS)
        outcome = one.by["plain"].cooperative
        for party in one.world.parties:
            paths = simulation.on_the_path(party, one.eta(outcome), simulation.by_deciders(keeps))
            check_value(one, outcome, party, paths)


def check_value(one: Judged, outcome: Outcome, party: str, paths: Floats) -> None:
    for i, c in enumerate(one.world.people):
        if one.world.party_of[c] == party:
            value = float(outcome.value[i, one.column])
            fits = agrees(paths[i], value, 2 * scale_of(one.world, c))
            assert fits, (c, paths[i].mean(), value)


def choices_of(one: Judged, judgement: Judgement) -> dict[tuple[str, int], bool]:
    margin = one.world.margin
    return {k: x - margin >= -1e-9 for k, x in by_decider(one, judgement.slack).items()}


# --- how long the agreement lives ---------------------------------------------------------


def life(one: Judged) -> tuple[Floats, Floats, Floats]:
    """[k] standing, [party, k] first breaks and trust as the program has them."""
    hazard = one.by["kernel"].cooperative.hazard[:, :, one.column : one.column + 1]
    alarm = one.world.draws.false_alarm
    found = standing(hazard, alarm), first_breaks(hazard, alarm), trust(hazard)
    return found[0][:, 0], found[1][..., 0], found[2][..., 0]


def settled_draws(seed: int, coarse: bool) -> Iterator[tuple[Judged, dict[tuple[str, int], bool]]]:
    for one in judged(seed, coarse):
        judgement = one.by["kernel"]
        if one.settled(judgement.cooperative):
            yield one, choices_of(one, judgement)


@pytest.mark.statement("M24", "M35", "M38")
@every_case
def test_standing_and_first_breaks_are_sums_over_every_history_of_who_decides(
    seed: int, coarse: bool
) -> None:
    for one, keeps in settled_draws(seed, coarse):
        stand, breaks, _ = life(one)
        lives = {p: histories(one.world, p, keeps) for p in one.world.parties}
        calm = 1 - one.world.alarm
        for k in range(1, one.world.K + 2):
            kept = np.prod([survives(lives[p], k) for p in one.world.parties])
            assert close(float(stand[k - 1]), float(kept) * calm ** (k - 1), 1e-9)
            for i, p in enumerate(one.world.parties):
                others = np.prod([survives(lives[q], k - 1) for q in one.world.parties if q != p])
                here = survives(lives[p], k - 1) - survives(lives[p], k)
                chance = float(others) * here * calm ** (k - 1)
                assert close(float(breaks[i, k - 1]), chance, 1e-9), (p, k)


def histories(
    world: World, party: str, keeps: Mapping[tuple[str, int], bool]
) -> list[tuple[float, int]]:
    """Chance of each history of who decides, and the k at which it breaks (K+2: never)."""
    found = []
    for who in product(world.deciders_of(party), repeat=world.K + 1):
        chance = world.start[who[0]]
        for a, b in pairwise(who):
            chance *= world.passing[a, b]
        breaking = (k for k, d in enumerate(who, 1) if not keeps[d, k])
        end = next(breaking, world.K + 2) if party in world.performing else world.K + 2
        found.append((chance, end))
    return found


def survives(lives: Sequence[tuple[float, int]], k: int) -> float:
    return sum(chance for chance, end in lives if end > k)


@pytest.mark.statement("M27")
@every_case
def test_trust_is_the_share_of_histories_kept_so_far_that_keep_to_the_end(
    seed: int, coarse: bool
) -> None:
    for one, keeps in settled_draws(seed, coarse):
        _, _, trusted = life(one)
        for i, p in enumerate(one.world.parties):
            lives = histories(one.world, p, keeps)
            for k in range(1, one.world.K + 2):
                so_far = survives(lives, k - 1)
                if so_far > 1e-6:  # else k is not reached, and eta there is by definition
                    share = survives(lives, one.world.K + 1) / so_far
                    assert close(float(trusted[i, k - 1]), share), (p, k)


@pytest.mark.statement("M35", "M38")
@every_case
def test_simulated_agreements_stand_and_first_break_as_often_as_said(
    seed: int, coarse: bool
) -> None:
    for one, keeps in settled_draws(seed, coarse):
        stand, breaks, _ = life(one)
        simulation = Simulation(one.world, np.random.default_rng([seed, 5]), PATHS)
        breaking = simulation.by_deciders(keeps)
        alive = np.ones(PATHS, dtype=np.bool_)
        for k in range(1, one.world.K + 2):
            broken = [alive & breaking(p, k) for p in one.world.parties]
            for i, paths in enumerate(broken):
                assert agrees(paths.astype(np.float64), float(breaks[i, k - 1]), 1.0)
            alive &= ~np.any(broken, axis=0)
            assert agrees(alive.astype(np.float64), float(stand[k - 1]), 1.0), k
            alive &= ~simulation.ends(k, None, PATHS)


# --- accepting ----------------------------------------------------------------------------

NAMES = ("a", "b", "c", "d", "e")
QUOTA = Rule(at_least=0.7, weights=(("a", 0.1), ("b", 0.2), ("c", 0.3), ("d", 0.4)))
RULES = [
    Rule(vetoes=("a",)),
    Rule(at_least=3),
    QUOTA,
    Rule(vetoes=("e",), at_least=2),
    Rule(vetoes=("a", QUOTA)),  # a quota inside a veto
    Rule(at_least=2, weights=(("a", 1), (Rule(vetoes=("b", "c")), 1), (QUOTA, 1))),
    Rule(vetoes=(Rule(at_least=1, weights=(("a", 1), (Rule(vetoes=("b", "c")), 1))), "d")),
    Rule(vetoes=(Rule(at_least=4),), at_least=0.3, weights=(("a", 0.1), ("b", 0.2))),
    Rule(at_least=0.6, weights=((Rule(at_least=2), 0.3), (Rule(vetoes=("e",)), 0.3))),
    Rule(at_least=9),  # out of reach
]


def says_yes(rule: Rule, members: Sequence[str], yes: Mapping[str, bool]) -> bool:
    """Whether a body under *rule* accepts, from who does: the definition, in truth values."""

    def of(item: str | Rule) -> bool:
        return yes[item] if isinstance(item, str) else says_yes(item, members, yes)

    quota = True
    if rule.at_least is not None:
        weights = rule.weights or tuple((name, 1.0) for name in members)
        quota = sum(w for item, w in weights if of(item)) >= rule.at_least - 1e-9
    return quota and all(of(item) for item in rule.vetoes)


def random_rule(rng: np.random.Generator, names: Sequence[str], depth: int = 3) -> Rule:
    def item() -> str | Rule:
        if depth and rng.random() < 0.4:
            return random_rule(rng, names, depth - 1)
        return str(rng.choice(names))

    vetoes = tuple(item() for _ in range(rng.integers(0, 3)))
    if vetoes and rng.random() < 0.4:
        return Rule(vetoes=vetoes)
    if rng.random() < 0.3:
        return Rule(vetoes=vetoes, at_least=float(rng.integers(1, len(names) + 2)))
    weighted = tuple((item(), float(rng.integers(1, 5)) / 10) for _ in range(rng.integers(1, 5)))
    total = sum(weight for _, weight in weighted)
    return Rule(vetoes, max(0.1, round(float(rng.uniform(0, 1.1)) * total, 1)), weighted)


RULES += [random_rule(np.random.default_rng(seed), NAMES) for seed in range(60)]


@pytest.mark.statement("M29")
@pytest.mark.parametrize("rule", RULES)
def test_a_body_accepts_exactly_where_its_rule_does_in_the_truth_table(rule: Rule) -> None:
    rng = np.random.default_rng(11)
    table = np.array(list(product([False, True], repeat=len(NAMES)))).T
    sizes = rng.uniform(0.0, 5.0, table.shape)
    sizes[rng.random(table.shape) < 0.1] = 0.0  # exactly enough
    values = np.where(table, sizes, -sizes - 1e-6)
    values[~table & (rng.random(table.shape) < 0.1)] = -np.inf
    found = accepts(rule_score(rule, NAMES, dict(zip(NAMES, values, strict=True))))
    for column, row in enumerate(table.T.tolist()):
        assert found[column] == says_yes(rule, NAMES, dict(zip(NAMES, row, strict=True)))


@pytest.mark.statement("M29")
@pytest.mark.parametrize("seed", range(20))
def test_a_score_is_how_far_all_values_can_fall_before_the_answer_turns(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rule = random_rule(rng, NAMES)
    values = {name: rng.normal(size=50) for name in NAMES}
    score = rule_score(rule, NAMES, values)
    for column in range(50):
        for step, expected in ((-1e-7, True), (1e-7, False)):
            fall = float(score[column]) + step
            if np.isfinite(fall):
                yes = {name: bool(x[column] - fall >= 0) for name, x in values.items()}
                assert says_yes(rule, NAMES, yes) is expected


@pytest.mark.statement("M29", "M52")
def test_a_quota_out_of_reach_is_refused_by_all_and_tenths_add_up_to_one() -> None:
    items, tenths = np.arange(10.0)[:, None], [0.1] * 10
    assert quota_score(1.0, items, tenths)[0] == 0.0
    assert quota_score(0.3, items, tenths)[0] == 7.0
    assert quota_score(1.1, items, tenths)[0] == -np.inf


def test_a_quota_of_nothing_is_reached_by_nobody() -> None:
    nobody = {name: np.array([-1.0]) for name in NAMES}
    for rule in (Rule(at_least=0), Rule(at_least=0, weights=(("a", 1.0),)), Rule(at_least=-1)):
        assert says_yes(rule, NAMES, dict.fromkeys(NAMES, False))
        assert accepts(rule_score(rule, NAMES, nobody))[0]


def refuses(world: World, c: str) -> bool:
    """Whether a drawn red line of c bars the plan."""
    for i, (owner, line) in enumerate(world.case.red_lines):
        named = any(m in world.plan for group in line.never for m in group)
        lifted = line.unless != () and holds(world.plan, line.unless)
        if owner.id == c and world.draws.crossed[i, 0] and named and not lifted:
            return True
    return False


def consents_of(case: Case, plan: Mapping[str, int]) -> set[str]:
    return {name for m in case.measures if plan.get(m.id, 0) > 0 for name in m.consent}


def signing_of(case: Case, plan: Mapping[str, int]) -> list[str]:
    named = {m.by for m in case.measures if plan.get(m.id, 0) > 0}
    named |= consents_of(case, plan) | set(case.must_sign)
    return [p.id for p in case.parties if p.id in named]


def all_answers(world: World, value: Mapping[str, float]) -> tuple[dict[str, bool], bool]:
    """Who accepts among constituencies and parties, and whether the agreement is met."""
    case = world.case
    own = {
        c: value[c] >= world.reservation[c] - 1e-9 and not refuses(world, c) for c in world.people
    }
    bodies = {p.id: says_yes(p.accepts, p.constituencies, own) for p in case.parties}
    signing, yes = signing_of(case, world.plan), own | bodies
    necessary = consents_of(case, world.plan) | {
        name for name in case.must_sign if name not in bodies
    }
    if case.agreement is None:
        necessary |= set(signing)
    met = all(yes[name] for name in necessary)
    if case.agreement is not None:
        met = met and says_yes(case.agreement, signing, yes)
    return yes, met and any(k > 0 for k in world.plan.values())


def with_rules(case: Case, seed: int) -> Case:
    """Give parties, agreement and consents of every kind."""
    rng = np.random.default_rng([seed, 6])
    parties = [p.id for p in case.parties]
    everyone = sorted({*parties, *(c.id for c in case.constituencies)})

    def some(chance: float) -> tuple[str, ...]:
        return tuple(str(x) for x in rng.choice(everyone, 2)) if rng.random() < chance else ()

    return replace(
        case,
        parties=tuple(
            replace(p, accepts=random_rule(rng, p.constituencies, 2))
            if len(p.constituencies) > 1
            else p
            for p in case.parties
        ),
        measures=tuple(replace(m, consent=some(0.2)) for m in case.measures),
        must_sign=tuple(dict.fromkeys(some(0.4))),
        agreement=[
            None,
            Rule(at_least=float(rng.integers(1, len(parties) + 1))),  # k of n signatories
            random_rule(rng, everyone, 1),
        ][seed % 3],
    )


def near_the_reservation(draws: Draws, rng: np.random.Generator) -> Floats:
    """Values around what each needs, ties within and beyond the tolerance among them."""
    shape = draws.reservation.shape
    near = rng.choice([0.0, -5e-10, -2e-9, 1e-12], shape)
    return draws.reservation + np.where(rng.random(shape) < 0.3, near, rng.normal(1, 2, shape))


@pytest.mark.parametrize(
    "rule",
    [
        Rule(at_least=1),
        Rule(vetoes=("a",), at_least=1),
        Rule(at_least=2, weights=((Rule(at_least=1), 1), ("a", 1))),
    ],
)
def test_k_of_n_signatories_refuse_a_plan_that_nobody_signs(rule: Rule) -> None:
    case = replace(random_case(94, coarse=True), agreement=rule)  # m1 and m2 are joint
    structure, draws = Structure.of(case), Sampler(case).sample(94, 0, 2)
    vector = structure.vector(case.proposals[0].plan)
    found = scores(structure, draws, vector, draws.reservation + 1.0)
    assert not accepts(found.agreement).any()


@pytest.mark.statement("M31")
def test_a_party_whose_consent_is_needed_counts_among_the_signatories() -> None:
    case = random_case(3)
    case = replace(
        case,
        constituencies=tuple(replace(c, red_lines=()) for c in case.constituencies),
        measures=tuple(replace(m, by="a", consent=("b",)) for m in case.measures),
        must_sign=(),
        agreement=Rule(at_least=2),
    )
    structure, draws = Structure.of(case), Sampler(case).sample(3, 0, 1)
    vector = structure.vector(case.proposals[0].plan)
    found = scores(structure, draws, vector, draws.reservation + 1.0)
    assert accepts(found.agreement)[0]


@pytest.mark.statement("M15", "M28", "M30", "M31", "M32", "M33")
@every_case
def test_acceptance_follows_from_red_lines_reservations_rules_signatories_and_consent(
    seed: int, coarse: bool
) -> None:
    case = with_rules(case_of(seed, coarse), seed)
    structure, sampler, count = Structure.of(case), Sampler(case), 8
    draws = sampler.sample(seed, 0, count)
    value = near_the_reservation(draws, np.random.default_rng([seed, 7]))
    empty = Plan((tuple(case.proposals[0].plan.measures), *((),) * case.phases))
    single = [sampler.sample(seed, i, 1) for i in range(count)]
    for plan in (*(p.plan for p in case.proposals), empty):
        if case.agreement is not None and not signing_of(case, phases_of(plan)):
            continue  # see the test of plans that nobody signs
        found = scores(structure, draws, structure.vector(plan), value)
        for i in range(count):
            world = World(case, single[i], phases_of(plan))
            own = {c: float(value[row, i]) for row, c in enumerate(world.people)}
            yes, met = all_answers(world, own)
            for row, p in enumerate(world.parties):
                assert accepts(found.party)[row, i] == yes[p], (p, i)
            for row, c in enumerate(world.people):
                if c not in world.parties:
                    assert accepts(found.constituency)[row, i] == yes[c], (c, i)
            assert accepts(found.agreement)[i] == met, i
