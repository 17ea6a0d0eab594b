"""A fixed set of plans to choose from, and what finding out is worth before choosing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from detente.case.domain import Case, Plan
from detente.draws.streams import uniforms
from detente.influence import finding_out
from detente.influence.estimates import index, mean_of
from detente.influence.exchange import Block
from detente.influence.groups import WAYS, Way, grouping
from detente.influence.panel import Panel
from detente.influence.results import Choice, Finding, Index
from detente.model.judgement import Floats
from detente.searching.figures import Figure

#: Plans to choose from; draws on which they are picked; draws on which finding out is valued.
MOST_PLANS, PICKING_DRAWS, VALUED_DRAWS = 8, 2048, 4096
#: A plan that is the best in a smaller share of draws is no choice.
LEAST_BEST = 0.02


@dataclass(frozen=True, slots=True)
class Candidates:
    """The subject and the plans that it stands against, with their names."""

    plans: tuple[Plan, ...]  #: the subject first
    names: tuple[str, ...]
    are_named: bool  #: somebody asked for these, so none is left out
    left_out: int = 0  #: plans that are hardly ever best

    def __len__(self) -> int:
        """Return how many plans there are."""
        return len(self.plans)


def picked(case: Case, figure: Figure, offered: Candidates, *, seed: int, first: int) -> Candidates:
    """Return the subject, the best, and others that are sometimes best, in draws from *first* on.

    Those draws are not looked at again: to choose and to value in the same draws would make a
    plan that was lucky in them look like one worth finding out about.
    """
    panel = Panel(case, offered.plans, figure)
    u = uniforms(seed, panel.unknowns.inputs, first, PICKING_DRAWS)
    read = panel.read(Block.of(panel.unknowns, u).values)
    gains = read if figure.higher else -read
    means, best = gains.mean(axis=1), gains.max(axis=0)
    often = ((gains == best) & (gains > gains.min(axis=0))).mean(axis=1)
    order = np.argsort(-means, kind="stable").tolist()
    least = 0.0 if offered.are_named else LEAST_BEST
    worthy = [i for i in order if i > 0 and (i == order[0] or often[i] >= least)]
    kept = [0, *worthy[: MOST_PLANS - 1]]
    plans, names = (tuple(each[i] for i in kept) for each in (offered.plans, offered.names))
    return Candidates(plans, names, offered.are_named, len(offered) - len(kept))


def choice(
    panel: Panel, offered: Candidates, levels: Floats, read: Floats, *, seed: int, workers: int
) -> Choice:
    """Return what knowing groups of unknowns is worth before one of the plans is chosen.

    Args:
        panel: the plans.
        offered: those plans, with their names.
        levels: float64[row, draw] of the unknowns that any plan hangs on, in some of the draws.
        read: float64[plan, draw]: the figure of each plan in all of them.
        seed: of the shuffling.
        workers: threads.
    """
    gains = read if panel.figure.higher else -read
    some = gains[:, : levels.shape[1]]
    order = np.argsort(-gains.mean(axis=1), kind="stable").tolist()

    def value(of: _Group) -> finding_out.Value:
        return finding_out.value(levels[of.rows], some, seed, f"{of.way}.{of.name}")

    groups = [*_groups(panel)]
    # Threads of BLAS beside ours would only wait for one another.
    with (
        threadpool_limits(1, "blas"),
        ThreadPoolExecutor(workers, thread_name_prefix="detente") as pool,
    ):
        values = [*pool.map(value, groups)]
    zeros = {
        way: _zero([v for g, v in zip(groups, values, strict=True) if g.way == way]) for way in WAYS
    }
    findings = [_finding(g, v, zeros[g.way]) for g, v in zip(groups, values, strict=True)]
    return Choice(
        plans=tuple(offered.names[i] for i in order),
        means=tuple(mean_of(panel.figure, read[i]) for i in order),
        perfect=_not_below_0(index(*finding_out.perfect(gains))),
        findings=tuple(sorted(findings, key=lambda one: (WAYS.index(one.way), -one.value.value))),
        draws=levels.shape[1],
        left_out=offered.left_out,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """A group of unknowns that may be found out."""

    way: Way
    name: str
    rows: NDArray[np.intp]  #: among those that any plan hangs on


def _groups(panel: Panel) -> Iterator[_Group]:
    for way in WAYS:
        found = grouping(panel.unknowns, panel.at_play, way)
        of_row = found.of_unknown[panel.at_play]
        for number, name in enumerate(found.names[: found.count]):
            yield _Group(way, name, np.flatnonzero(of_row == number))


def _not_below_0(found: Index) -> Index:
    """Return what cannot be below 0 with an interval that says so."""
    return replace(found, interval=(max(found.interval[0], 0.0), found.interval[1]))


def _finding(of: _Group, found: finding_out.Value, zero: float) -> Finding:
    value = index(found.mean, found.error)
    return Finding(of.way, of.name, value, zero, value.interval[0] > zero)


def _zero(values: Sequence[finding_out.Value]) -> float:
    """Return what chance alone shows at most in 19 of 20 shufflings of the groups of a way."""
    chance = [one for value in values for one in value.chance]
    return max(0.0, float(np.quantile(chance, 0.95, method="higher"))) if chance else 0.0
