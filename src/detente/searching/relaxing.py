"""Linear conditions that a plan must meet in a draw to be worth as much as it is.

The page ``docs/explanation/bound.md`` derives them. In short, for one draw: let Q be the chance
that nobody breaks the plan. A decider that breaks at k takes from Q at least the chance pi that it
is in charge at k, so Q is 1 or at most 1 - the least such chance. Where Q is above rho, everyone's
value V is at most

    sum over entries of  U + (1 - rho) max(0, cap - U)

with U what the entry adds to the course as agreed and *cap* the most that it adds if somebody
breaks: nothing beyond U for a worth above 0, and for one below 0 what is left of it if it is
undone at once. That is linear in the plan. Who must say yes needs V >= r at the start, and who is
in charge with pi > 1 - rho must keep: V >= EXIT at every k. For who says yes there is a sharper bound:
V is a mean, with weight above rho on the course as agreed, of courses that somebody breaks off at
some k; one of these must reach r.

Terms
-----
regime
    A range of Q, with the most that the objective can be there. The last one is a refused plan.
row
    One condition in one regime: constant + sum of coefficients of the plan's entries >= 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.draws.sampler import Draws
from detente.errors import RequestError
from detente.model import _kernel
from detente.model.judgement import Bools, Floats
from detente.model.structure import ABSENT, NOBODY, Structure
from detente.searching.boxes import Asking, Entries, Rows
from detente.searching.space import PlanSpace

Objective = Literal["hold", "accept", "keep"]

#: What does not happen, in the kernel.
NOWHERE = -1e300
#: Regimes below "nobody breaks" reach down to these values of Q.
EDGES = (0.7, 0.4, 0.0)
#: Deciders in charge with less than this chance may break without being noticed.
SELDOM = 1e-8
#: A row may lack this share of its size, which covers ties, rounding and what SELDOM leaves out.
SLACK = 1e-6
#: Breaches of more parties than so many are bounded together.
MOST_OTHERS = 2
#: Numbers in rows for single courses; where there would be more, one row serves all courses.
MOST_NUMBERS = 20_000_000
#: Numbers that all rows and what they are made of may take: 4 GiB.
MOST_ROOM = 2**29
#: A crossed red line, in worth.
CROSSED = 1e6
#: Draws that the kernel takes at a time; see judge.inc.
LANES = 16


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One condition in all draws."""

    regime: int
    constant: Floats  #: float64[draw]
    coef: Floats  #: float64[entry, draw]
    heard: int | None = None  #: it stands where this constituency must say yes
    performs: int | None = None  #: it stands where this party performs a measure
    more: bool = False  #: the next row is an alternative: one of them must be met


@dataclass(frozen=True, slots=True, eq=False)
class Worths:
    """What entries are worth: at each corner of what is left open about them.

    A scaling may or may not apply, and an interaction is undone like one of its parts, which the
    box leaves open; what is largest is largest at a corner.
    """

    one_off: Floats  #: float64[corner, entry, constituency, draw]: o
    flow: Floats  #: f
    salvage: Floats  #: R

    @classmethod
    def of(cls, entries: Entries, draws: Draws) -> Worths:
        """Return the worths of *entries*."""
        here = entries.item != ABSENT
        item = np.where(here, entries.item, 0)
        u = draws.upfront[item][:, None]
        factors, decays = _factors(entries, draws), _decays(entries, draws)
        corners = [
            (factor * draws.worth[item] * here[:, None, None], decay)
            for factor, decay in product(factors, decays)
        ]
        forever = [(1.0 - u) * w for w, _ in corners]
        return cls(
            one_off=np.array([u * w for w, _ in corners]),
            flow=np.array([F * (1.0 - draws.discount) for F in forever]),
            salvage=np.array([F * (1.0 - d) for F, (_, d) in zip(forever, corners, strict=True)]),
        )


def _factors(entries: Entries, draws: Draws) -> list[Floats]:
    """Return the least and the largest factor on each worth, and 0 where the sign may change."""
    structure = entries.space.structure
    least = np.ones((len(entries.item), *draws.discount.shape))
    most = least.copy()
    for s, scaling in enumerate(structure.scalings):
        earliest = _earliest(entries, scaling.when_after)
        late = np.isin(entries.item, scaling.measures) & (entries.phase > earliest)
        where = np.ix_(np.flatnonzero(late), np.array(scaling.constituencies, dtype=np.intp))
        ends = [least[where], most[where]]
        ends += [end * draws.factor[s] for end in ends]
        least[where], most[where] = np.min(ends, axis=0), np.max(ends, axis=0)
    if (least == most).all():
        return [least]
    return [least, most, *([np.zeros_like(least)] if (least < 0.0).any() else [])]


def _earliest(entries: Entries, groups: tuple[tuple[int, ...], ...]) -> int:
    """Return the earliest phase in which a measure of each group can be in place; 127 for never."""
    latest = 0
    for group in groups:
        found = entries.phase[entries.of_measures(group)]
        latest = max(latest, int(found.min()) if len(found) else 127)
    return latest


def _decays(entries: Entries, draws: Draws) -> list[Floats]:
    """Return the least and the largest decay of each entry: float64[entry, constituency, draw]."""
    structure = entries.space.structure
    quickest, slowest = [*draws.decay], [*draws.decay]
    for combination in structure.combinations:
        members = [draws.decay[list(group)] for group in combination.parts]
        quickest.append(np.max([group.max(axis=0) for group in members], axis=0))
        slowest.append(np.max([group.min(axis=0) for group in members], axis=0))
    found = [np.array(slowest)[entries.item], np.array(quickest)[entries.item]]
    return found[:1] if (found[0] == found[1]).all() else found


def in_charge(structure: Structure, draws: Draws) -> Floats:
    """Return the chance that each decider is in charge at k if none is dropped: [decider, k, draw]."""
    chance = np.zeros((len(structure.deciders), structure.phases + 1, draws.count))
    for p in range(structure.parties):
        rows = structure.decider_party == p
        now = draws.start[rows]
        for k in range(structure.phases + 1):
            chance[rows, k] = now
            now = np.einsum("in,ijn->jn", now, draws.turnover[p])
    return chance


def room(entries: Entries, draws: int) -> int:
    """Return about how many numbers a relaxation of *draws* draws keeps at once, at most."""
    structure, asking = entries.space.structure, Asking(entries)
    corners = (3 if structure.scalings else 1) * (2 if structure.combinations else 1)
    keeping = len(EDGES) * len(structure.deciders) * (structure.phases + 1)
    accepting = len(asking.may_be_heard) * (len(EDGES) + 1)
    rows = len(structure.deciders) * (structure.phases + 1) + keeping + accepting
    each = 3 * corners * structure.constituencies + 2 * rows
    return draws * len(entries.item) * each + 2 * MOST_NUMBERS


def check_room(space: PlanSpace, draws: int) -> None:
    """Refuse a proof that would not fit in memory.

    Raises:
        RequestError: saying in how many draws it would.
    """
    entries = Entries.of(space)
    if room(entries, draws) > MOST_ROOM:
        most = draws * MOST_ROOM // room(entries, draws)
        raise RequestError(
            f"to prove a bound for this case in {draws} draws takes too much memory: look at"
            f" {max(most, 2)} draws or fewer (--search-draws), or fix and forbid measures"
        )


class Relaxation:
    """The rows of a space of plans in a block of draws, for one objective."""

    def __init__(self, entries: Entries, draws: Draws, objective: Objective = "hold") -> None:
        self.entries, self.draws, self.objective = entries, draws, objective
        self.structure = entries.space.structure
        self.worths = Worths.of(entries, draws)
        self.asking = Asking(entries)
        self.chance = in_charge(self.structure, draws)
        self.level = self._levels()

    # --- regimes ---------------------------------------------------------------------------

    @cached_property
    def floors(self) -> list[float]:
        """Return rho by regime: Q is above it."""
        return [0.0] if self.objective == "accept" else [1.0, *EDGES]

    @cached_property
    def _broken(self) -> Floats:
        """Return the most that Q can be if somebody breaks: float64[draw]."""
        able = np.isin(self.structure.decider_party, self.entries.by)
        chance = np.where(self.chance[able] > SELDOM, self.chance[able], np.inf)
        least = chance.min(axis=(0, 1), initial=np.inf)
        return np.asarray(1.0 - np.minimum(least, 2.0))

    def _levels(self) -> Floats:
        """Return the most that the objective can be in each regime: float64[regime, draw]."""
        if self.objective == "accept":
            return np.array([np.ones(self.draws.count), np.zeros(self.draws.count)])
        tops, floors = [1.0, 1.0, *EDGES], self.floors[1:]
        found = [np.ones(self.draws.count)]
        for top, floor in zip(tops[1:], floors, strict=False):
            most = np.minimum(top, self._broken)
            low = most < floor if floor == 0.0 else most <= floor
            found.append(np.where(low, NOWHERE, most))
        whole = (1.0 - self.draws.false_alarm) ** self.structure.phases
        levels = np.array(found)
        reached = np.where(levels == NOWHERE, NOWHERE, levels * whole)
        return np.concatenate([reached, np.zeros((1, self.draws.count))])

    # --- rows ------------------------------------------------------------------------------

    def value(self, c: int, j: int, rho: float, *, leaving: bool) -> tuple[Floats, Floats]:
        """Return a bound on V of constituency c at the start of j: constant, coefficients.

        Args:
            rho: Q is above it.
            leaving: Take what EXIT is worth at j off it.

        Returns:
            float64[draw] and float64[entry, draw].
        """
        draws, phase = self.draws, self.entries.phase[None, :, None]
        delta, alpha, b = draws.discount[c], draws.false_alarm, draws.collapse[c]
        stay = delta * (1.0 - alpha)
        o, f, R = (x[:, :, c] for x in (self.worths.one_off, self.worths.flow, self.worths.salvage))
        forever = (f + delta * alpha * R) / (1.0 - stay)
        before = phase < j
        U = np.where(before, forever, stay ** np.maximum(phase - j, 0) * (o + forever))
        measure = (self.entries.item < self.structure.measures)[None, :, None]
        cap = np.where(before & measure, R, 0.0)
        ends = o + f + R  # of the sign of the worth
        most = U + (1.0 - rho) * np.where(ends < 0.0, np.maximum(cap - U, 0.0), 0.0)
        fixed = delta * alpha * b / (1.0 - stay)
        fixed = fixed + (1.0 - rho) * np.where(b > 0.0, np.maximum(b - fixed, 0.0), 0.0)
        if leaving:
            most, fixed = most - np.where(before, R, 0.0), fixed - b
        return fixed, np.asarray(most.max(axis=0))

    def size(self, constant: Floats, coef: Floats) -> Floats:
        """Return how large the numbers of a row are: float64[draw]."""
        slots = np.maximum.reduceat(np.abs(coef), self.entries.offset[:-1], axis=0)
        return np.asarray(1.0 + np.abs(constant) + slots.sum(axis=0))

    def rows(self) -> list[Row]:
        """Return all rows."""
        found = []
        if self.objective != "keep":
            for c in self.asking.may_be_heard.tolist():
                found += list(self._accepting(c))
        for regime, rho in enumerate(self.floors):
            if self.objective != "accept" and rho > 0.0:
                found += list(self._keeping(regime, rho))
        return found

    def _accepting(self, c: int) -> Iterator[Row]:
        agreed = self.value(c, 1, 1.0, leaving=False)
        broken_off = self._broken_off(c) if self.detailed else []
        for regime, rho in enumerate(self.floors):
            if self.detailed and rho < 1.0:
                values = [agreed, *(_mixed(agreed, value, rho) for value in broken_off)]
            else:
                values = [self.value(c, 1, rho, leaving=False)]
            for i, (constant, coef) in enumerate(values):
                least = constant - self.draws.reservation[c]
                least = least + SLACK * self.size(least, coef)
                barred = self._barred(c, coef)
                yield Row(regime, least, barred, heard=c, more=i < len(values) - 1)

    @cached_property
    def detailed(self) -> bool:
        """Whether the courses that others break off have rows of their own."""
        rows = len(self.asking.may_be_heard) * len(self.floors) * (self.structure.phases + 1)
        return rows * len(self.entries.item) * self.draws.count <= MOST_NUMBERS

    def _barred(self, c: int, coef: Floats) -> Floats:
        """Return *coef* less the red lines of constituency c, as far as nothing lifts them."""
        coef = coef.copy()
        for at, line in enumerate(self.structure.red_lines):
            if line.constituency == c and not line.unless:
                never = tuple(m for group in line.never for m in group)
                coef[self.entries.of_measures(never)] -= CROSSED * self.draws.crossed[at]
        return coef

    def _broken_off(self, c: int) -> list[tuple[Floats, Floats]]:
        """Return bounds on c's value of going on until others break at k, for each k.

        One for each party that may, or for all of them together where they are many.
        """
        own = self.structure.party_of[c]
        others = [q for q in np.unique(self.entries.by).tolist() if q not in (own, NOBODY)]
        sets = [[q] for q in others] if len(others) <= MOST_OTHERS else [others]
        ks = range(1, self.structure.phases + 2)
        return [self.until(c, breaking, k) for breaking in sets for k in ks]

    def until(self, c: int, breaking: list[int], k: int) -> tuple[Floats, Floats]:
        """Return a bound on c's value of going on until k, when one of *breaking* breaks.

        Returns:
            Constant and coefficients: float64[draw] and float64[entry, draw].
        """
        draws, phase = self.draws, self.entries.phase[None, :, None]
        delta, alpha, b = draws.discount[c], draws.false_alarm, draws.collapse[c]
        o, f, R = (x[:, :, c] for x in (self.worths.one_off, self.worths.flow, self.worths.salvage))
        # it withholds or undoes at least one thing
        theirs = np.unique(self.entries.item[np.isin(self.entries.by, breaking)])
        seen = draws.detection[theirs].min(axis=0)
        stay, slow = delta * (1.0 - alpha), delta * (1.0 - alpha) * (1.0 - seen)
        h = 1.0 - (1.0 - alpha) * (1.0 - seen)
        going = (f + delta * h * R) / (1.0 - slow)  # in place while the breach goes unseen
        lost = (self.entries.by == breaking[0])[None, :, None] & (len(breaking) == 1)
        new = np.where(lost, 0.0, slow ** np.maximum(phase - k, 0) * (o + going))
        parts = (self.entries.item < self.structure.measures)[None, :, None]
        bad = np.where((phase < k) & parts, R, 0.0)
        after = np.where(o + f + R > 0.0, np.where(phase < k, going, new), bad)
        value, lump = after, np.where(b > 0.0, b, delta * h * b / (1.0 - slow))
        for j in range(k - 1, 0, -1):
            here = f + delta * alpha * R + stay * value
            value = np.where(phase > j, stay * value, here + np.where(phase == j, o, 0.0))
            lump = delta * alpha * b + stay * lump
        return lump, np.asarray(value.max(axis=0))

    def _keeping(self, regime: int, rho: float) -> Iterator[Row]:
        for d, c in enumerate(self.structure.deciders.tolist()):
            party = int(self.structure.decider_party[d])
            for k in range(1, self.structure.phases + 2):
                must = self.chance[d, k - 1] > max(1.0 - rho, SELDOM) + SELDOM
                if not must.any():
                    continue
                constant, coef = self.value(c, k, rho, leaving=True)
                constant = constant - self.draws.margin
                constant = constant + SLACK * self.size(constant, coef)
                yield Row(regime, constant * must, coef * must, performs=party)


def _mixed(
    one: tuple[Floats, Floats], other: tuple[Floats, Floats], rho: float
) -> tuple[Floats, Floats]:
    """Return rho of *one* and the rest of *other*."""
    constant, coef = (
        a if rho == 1.0 else rho * a + (1.0 - rho) * b for a, b in zip(one, other, strict=True)
    )
    return constant, coef


@dataclass(frozen=True, eq=False)
class Table:
    """Rows as the kernel reads them: draws in chunks."""

    entries: Entries
    draws: int
    heard: Rows  #: intp[row]: the constituency that must say yes for the row to stand, or NOBODY
    performs: Rows  #: intp[row]: the party that must perform a measure, or NOBODY
    regime: NDArray[np.int32]
    more: NDArray[np.uint8]  #: uint8[row]: the next row is an alternative to it
    coef: Floats  #: float64[chunk, row, entry, lane]
    constant: Floats  #: float64[chunk, row, lane]
    level: Floats  #: float64[chunk, regime, lane]

    @classmethod
    def of(cls, entries: Entries, rows: list[Row], level: Floats) -> Table:
        """Return *rows* and the *level* of each regime in chunks."""
        draws = level.shape[-1]
        chunks = -(-draws // LANES)
        coef = np.empty((chunks, len(rows), len(entries.item), LANES))
        constant = np.empty((chunks, len(rows), LANES))
        for i, row in enumerate(rows):  # one by one: together they may be large
            coef[:, i], constant[:, i] = _chunked(row.coef), _chunked(row.constant)
        return cls(
            entries,
            draws,
            np.array([NOBODY if row.heard is None else row.heard for row in rows], dtype=np.intp),
            np.array(
                [NOBODY if row.performs is None else row.performs for row in rows], dtype=np.intp
            ),
            np.array([row.regime for row in rows], dtype=np.int32),
            np.array([row.more for row in rows], dtype=np.uint8),
            coef,
            constant,
            _chunked(level),
        )

    def bounds(self, boxes: Bools, active: Bools) -> tuple[Floats, Floats]:
        """Bound the sum over draws of the objective over the plans of *boxes*.

        Args:
            boxes: bool[box, entry].
            active: bool[box, row]: rows that stand in every plan of the box.

        Returns:
            float64[box], and float64[box, entry] for the plans that have the entry; of entries
            that are not allowed it means nothing.
        """
        bound, child = np.zeros(len(boxes)), np.zeros(boxes.shape)
        sizes = (
            self.draws,
            len(boxes),
            len(self.entries.offset) - 1,
            len(self.entries.item),
            len(self.heard),
            self.level.shape[1],
        )
        _kernel.bound(
            sizes,
            (
                self.entries.offset.astype(np.int32),
                self.regime,
                self.more,
                self.coef,
                self.constant,
                self.level,
                np.ascontiguousarray(boxes).view(np.uint8),
                np.ascontiguousarray(active).view(np.uint8),
                bound,
                child,
            ),
        )
        return bound, child


def _chunked(values: Floats) -> Floats:
    """Return float64[chunk, ..., lane] of *values*, float64[..., draw]; the last draw fills up."""
    draws = values.shape[-1]
    chunks = -(-draws // LANES)
    at = np.minimum(np.arange(chunks * LANES), draws - 1)
    spread = values[..., at].reshape(*values.shape[:-1], chunks, LANES)
    return np.ascontiguousarray(np.moveaxis(spread, -2, 0))
