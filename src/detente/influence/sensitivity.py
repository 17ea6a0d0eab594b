"""What matters to a plan: all of it, in one go."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, isfinite, nan
from typing import TypeVar

import numpy as np

from detente.case.arguments import as_list, as_text
from detente.case.domain import Case, Plan
from detente.case.load import find_plan, load_case
from detente.case.names import shortened
from detente.draws.draw import whole
from detente.errors import RequestError
from detente.influence.choosing import (
    MOST_PLANS,
    VALUED_DRAWS,
    Candidates,
    choice,
    picked,
)
from detente.influence.estimates import Z, mean_of, share
from detente.influence.given import classes, dummies, given
from detente.influence.groups import WAYS, Way
from detente.influence.indices import shapley, sobol
from detente.influence.oneway import swings, unknown_rows
from detente.influence.panel import Panel, figure_by_draw
from detente.influence.results import (
    Choice,
    Convergence,
    GroupIndices,
    Scenario,
    Sensitivity,
    UnknownIndices,
)
from detente.influence.scenarios import scenarios, told_values
from detente.influence.sweep import Sweep, Sweeper
from detente.model.judgement import Floats
from detente.searching.figures import Figure
from detente.verdict.blocks import PROCESSORS
from detente.verdict.run import Progress, provenance

#: Fewer draws say nothing; more do not fit into memory, with every unknown in each.
LEAST_DRAWS, MOST_DRAWS = 1024, 200_000
#: Intervals of indices are to be no wider (Sarrazin, Pianosi and Wagener 2016).
WIDEST = 0.05
#: Unknowns held low and high, if none are named.
MOST_SWINGS = 8
#: What break-even is reckoned for: of shares, and of amounts.
HALF, NOTHING = 0.5, 0.0
#: Spread that is but rounding.
STILL = 1e-12

Item = TypeVar("Item")


def sensitivity(
    case: Case | str | os.PathLike[str],
    plan: Plan | str | os.PathLike[str],
    *,
    figure: str = "hold",
    draws: int = 10_000,
    seed: int = 0,
    against: Sequence[Plan | str | os.PathLike[str]] | None = None,
    numbers: Sequence[str] = (),
    target: float | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Say which unknowns matter to *plan*, where it fails, and what finding out is worth.

    Args:
        case: A case, or where to load one from: a path or the name of a built-in case.
        plan: A plan, the id of a proposal, text such as ``1:a,b;2:c/half``, or the path of a file
            with ``phases:``.
        figure: What of the plan: ``accept``, ``keep``, ``hold``, a quantity of the case,
            ``exposure.PARTY``, ``surplus.PARTY`` or ``score.PARTY``.
        draws: Number of draws, from 1 024 to 200 000: half of them as A, half as B.
        seed: Which sequence of draws, from 0 on.
        against: Plans to choose from besides, seven at most; by default those proposals of the
            case that are the best of all in at least 2 of 100 draws.
        numbers: Paths of unknowns to hold low and high; those that matter most, by default.
        target: What break-even is reckoned for: by default .5 for shares and 0 for amounts.
        workers: Threads, at most one for each processor (the default). The numbers do not depend
            on it.
        progress: Called with (draws done, draws asked for) after each block.

    Returns:
        Indices of groups and of single unknowns, boxes, and values of finding out, each with
        its interval.

    Raises:
        CaseError: For a case file that cannot be used.
        PlanError: For a plan that does not fit the case.
        RequestError: For an unknown figure or number, a plan without a step, or too few draws.
    """
    if not isinstance(case, Case):
        case = load_case(case)
    subject = _named(case, plan)
    others = None
    if against is not None:
        others = [_named(case, other) for other in as_list("against", against)]
    looked_at = figure_by_draw(case, as_text("figure", figure))
    request = _Request(
        case=case,
        figure=looked_at,
        draws=_draws(draws),
        seed=whole("seed", seed, 0),
        against=None if others is None else tuple(other for _, other in others),
        numbers=tuple(as_text("a number", one) for one in as_list("numbers", numbers)),
        target=_target(looked_at, target),
        workers=PROCESSORS if workers is None else min(whole("workers", workers, 1), PROCESSORS),
    )
    return _analysed(request, _offered(case, subject, others), progress)


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked for, checked."""

    case: Case
    figure: Figure
    draws: int
    seed: int
    against: tuple[Plan, ...] | None
    numbers: tuple[str, ...]
    target: float | None
    workers: int

    @property
    def breakeven(self) -> float:
        """What break-even is reckoned for."""
        if self.target is not None:
            return self.target
        return HALF if self.figure.is_share else NOTHING


def _target(figure: Figure, target: object) -> float | None:
    if target is None:
        return None
    try:
        number = nan if isinstance(target, (bool, str)) else float(target)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = nan
    if not isfinite(number):
        raise RequestError(f"target must be a number, not {shortened(repr(target))}")
    if figure.is_share and not 0.0 <= number <= 1.0:
        raise RequestError(f"the target of a share lies from 0 to 1, such as .4, not {number:g}")
    return number


def _draws(draws: int) -> int:
    draws = whole("draws", draws, LEAST_DRAWS)
    if draws > MOST_DRAWS:
        raise RequestError(f"draws can be {MOST_DRAWS} at most for this, not {draws}")
    return draws + draws % 2


def _named(case: Case, plan: Plan | str | os.PathLike[str]) -> tuple[str, Plan]:
    """Return a plan with its name: that of the proposal, or nothing."""
    found = plan if isinstance(plan, Plan) else find_plan(case, plan)
    if isinstance(found, str):
        proposal = case.proposal(found)
        name, found = proposal.name, proposal.plan
    else:
        name = ""
    if found.is_empty:
        raise RequestError("the plan has no step in any phase from 1 on: nothing matters to it")
    return name, found


def _offered(
    case: Case, subject: tuple[str, Plan], others: Sequence[tuple[str, Plan]] | None
) -> Candidates:
    """Return the subject and the plans that it stands against, each once."""
    are_named = others is not None
    if others is not None and len(others) >= MOST_PLANS:
        raise RequestError(
            f"there can be {MOST_PLANS - 1} plans at most to choose from besides, not {len(others)}"
        )
    if others is None:
        texts = [proposal for proposal in case.proposals if not proposal.plan.is_empty]
        others = [(proposal.name, proposal.plan) for proposal in texts]
    names = dict[Plan, str]()
    for i, (name, plan) in enumerate([subject, *others]):
        names.setdefault(plan, name or ("This plan" if i == 0 else f"Plan {i}"))
    return Candidates(tuple(names), tuple(names.values()), are_named)


def _analysed(request: _Request, offered: Candidates, progress: Progress | None) -> Sensitivity:
    case, figure = request.case, request.figure
    half = request.draws // 2
    set_of = picked(case, figure, offered, seed=request.seed, first=request.draws)
    panel = Panel(case, set_of.plans, figure)
    held = unknown_rows(panel.unknowns, request.numbers)
    sweeper = Sweeper(panel, request.seed, half)
    sweep = sweeper.swept(request.workers, progress)
    y = np.concatenate([sweep.a[0], sweep.b[0]])
    matters = float(y.var()) > STILL * max(1.0, float(np.abs(y).max()) ** 2)
    alone = _Alone.of(panel, sweep, y, request.seed) if matters else None
    held = held or (alone.most() if alone else [])
    indices = tuple(_indices(sweeper, sweep)) if matters else ()
    failing, holding = _boxes(panel, sweep) if matters and figure.is_share else ((), ())
    return Sensitivity(
        case=case,
        plan=set_of.plans[0],
        name=set_of.names[0],
        figure=figure.text,
        mean=mean_of(figure, y, certain=not panel.unknowns.inputs),
        variance=float(y.var()) if matters else 0.0,
        provenance=provenance(case, request.draws, request.seed),
        indices=indices,
        unknowns=alone.indices() if alone else (),
        zero=alone.found.zero if alone else 0.0,
        convergence=_convergence(request.draws, indices, alone) if alone else None,
        failing=failing,
        holding=holding,
        against=request.against,
        choice=_choice(request, panel, set_of, sweep),
        numbers=request.numbers,
        target=request.breakeven,
        swings=swings(
            panel,
            held,
            seed=request.seed,
            draws=request.draws,
            target=request.breakeven,
            workers=request.workers,
        ),
    )


def _indices(sweeper: Sweeper, sweep: Sweep) -> Iterator[GroupIndices]:
    """Yield the indices of all groups, by way, the largest Shapley effect first."""
    for way in WAYS:
        yield from sorted(_of_way(sweeper, sweep, way), key=_weight)


def _weight(found: GroupIndices) -> tuple[bool, float]:
    return found.shapley is None, -(found.shapley or found.total).value


def _of_way(sweeper: Sweeper, sweep: Sweep, way: Way) -> Iterator[GroupIndices]:
    found = sweeper.groupings[way]
    values, errors = sobol(sweep.sobol[way])
    effects, wrong = shapley(sweep.shapley[way])
    for i, name in enumerate(found.names):
        first, total = (
            share(float(v), float(e)) for v, e in zip(values[i], errors[i], strict=True)
        )
        own = i < found.count
        effect = share(float(effects[i]), float(wrong[i])) if own else None
        yield GroupIndices(way, name, int((found.of_unknown == i).sum()), first, total, effect)


class _Alone:
    """Indices of single unknowns from the draws of a sweep."""

    def __init__(self, panel: Panel, levels: Floats, y: Floats, seed: int) -> None:
        self.unknowns = panel.unknowns
        rows = np.flatnonzero(panel.moves_first)
        self.rows = rows.tolist()
        sorted_in = classes(panel.unknowns, self.rows, levels)
        self._classes = np.concatenate([sorted_in, dummies(seed, len(y))])
        self.y = y
        self.found = given(self._classes, y)

    @classmethod
    def of(cls, panel: Panel, sweep: Sweep, y: Floats, seed: int) -> _Alone:
        own = panel.moves_first[panel.at_play]
        levels = np.concatenate([sweep.levels_a[own], sweep.levels_b[own]], axis=1)
        return cls(panel, levels, y, seed)

    def indices(self) -> tuple[UnknownIndices, ...]:
        """Return the indices of all unknowns at play, the largest first."""
        found = self.found
        each = [
            UnknownIndices(
                self.unknowns.names[row],
                share(float(found.first[i]), float(found.first_error[i])),
                share(float(found.delta[i]), float(found.delta_error[i])),
            )
            for i, row in enumerate(self.rows)
        ]
        return tuple(sorted(each, key=lambda one: -one.first.value))

    def most(self) -> list[int]:
        """Return the rows of the unknowns of the largest first index, none that chance explains."""
        clear = self.found.delta > self.found.zero
        order = np.argsort(-self.found.first, kind="stable")
        rows = [self.rows[i] for i in order if clear[i] and self._is_number(self.rows[i])]
        return rows[:MOST_SWINGS]

    def _is_number(self, row: int) -> bool:
        return self.unknowns.number(row) is not None

    def course(self) -> Iterator[tuple[int, float, float]]:
        """Yield draws, the largest first index from so many, and its error."""
        top = int(np.argmax(self.found.first))
        for part in (8, 4, 2, 1):
            count = len(self.y) // part
            chosen = [top, *range(len(self.rows), len(self._classes))]
            if float(self.y[:count].var()) > 0.0:
                some = given(self._classes[chosen][:, :count], self.y[:count])
                yield count, float(some.first[0]), float(some.first_error[0])


def _convergence(draws: int, indices: Sequence[GroupIndices], alone: _Alone) -> Convergence:
    """Tell whether no interval of an index of a group is wider than a twentieth."""
    each = [one for g in indices for one in (g.first, g.total, g.shapley) if one is not None]
    widest = max(2.0 * Z * one.error for one in each)
    needed = ceil(draws * (widest / WIDEST) ** 2)
    return Convergence(draws, widest, widest <= WIDEST, needed, tuple(alone.course()))


def _boxes(panel: Panel, sweep: Sweep) -> tuple[tuple[Scenario, ...], tuple[Scenario, ...]]:
    """Return the boxes in which the plan fails, and those in which it holds."""
    own = panel.moves_first[panel.at_play]
    rows = np.flatnonzero(panel.moves_first).tolist()
    x, told = (
        told_values(panel.unknowns, rows, levels[own])
        for levels in (sweep.levels_a, sweep.levels_b)
    )
    a, b = sweep.a[0], sweep.b[0]
    failing = scenarios(panel.unknowns, rows, (x, 1.0 - a), (told, 1.0 - b))
    return failing, scenarios(panel.unknowns, rows, (x, a), (told, b))


def _choice(request: _Request, panel: Panel, set_of: Candidates, sweep: Sweep) -> Choice | None:
    """Return what finding out is worth; None where there is no choice."""
    if len(set_of) < 2 or not _has_direction(panel.case, panel.figure):
        return None
    levels = sweep.levels_a[:, :VALUED_DRAWS]
    left = VALUED_DRAWS - levels.shape[1]
    if left > 0:
        levels = np.concatenate([levels, sweep.levels_b[:, :left]], axis=1)
    read = np.concatenate([sweep.a, sweep.b], axis=1)
    return choice(panel, set_of, levels, read, seed=request.seed, workers=request.workers)


def _has_direction(case: Case, figure: Figure) -> bool:
    """Whether the figure says which way is better."""
    if figure.kind != "outcome":
        return True
    return any(q.id == figure.name and q.better is not None for q in case.quantities)
