"""An upper bound on what any plan can be worth, by branch and bound.

Boxes of plans are bounded (see :mod:`detente.searching.relaxing`), the most promising first; those
that cannot beat the best plan known are dropped, the others split, until none is left or time is
up. What is left then bounds everything: the bound is valid whenever one stops.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from heapq import heappop, heappush
from time import monotonic
from typing import get_args

import numpy as np

from detente.draws.sampler import Draws
from detente.errors import RequestError
from detente.model.ballots import Ballots, Plans
from detente.model.judgement import Bools, Floats
from detente.model.kernel import Tables
from detente.model.sifting import sift
from detente.model.structure import NOBODY, PlanVector
from detente.searching.boxes import Conditions, Entries, Rows
from detente.searching.relaxing import Objective, Relaxation, Table
from detente.searching.space import PlanSpace

#: Boxes split at a time.
BATCH = 32
#: Plans whose values differ by less count as equally good.
EQUAL = 1e-9


@dataclass(frozen=True, slots=True)
class Bound:
    """What no plan of a space exceeds in a sample of draws."""

    objective: Objective
    draws: int
    best: float  #: mean of the objective of the best plan known
    upper: float  #: no plan has more
    plan: tuple[int, ...] | None  #: plan vector of the best plan known
    proved: bool  #: the best plan known is the best there is
    nodes: int  #: boxes that were split or judged
    seconds: float
    interrupted: bool = False

    @property
    def gap(self) -> float:
        """How much better than the best known a plan could be, at most."""
        return max(self.upper - self.best, 0.0)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a proof stands."""

    nodes: int
    open: int  #: boxes that are left
    best: float
    upper: float


Watch = Callable[[Stage], None]


@dataclass(slots=True, eq=False)
class _Boxes:
    """Some boxes, and what is known of them."""

    allowed: Bools  #: bool[box, entry]
    signs: Bools  #: bool[box, party]: it has a step in phases 1 .. K
    bound: Floats  #: float64[box]: mean

    def taken(self, rows: Rows) -> _Boxes:
        return _Boxes(self.allowed[rows], self.signs[rows], self.bound[rows])


@dataclass(order=True, slots=True)
class _Open:
    """A box in the queue, the largest bound first, then the latest."""

    key: tuple[float, int]
    allowed: Bools = field(compare=False)
    signs: Bools = field(compare=False)


class Proof:
    """A branch and bound under way."""

    def __init__(
        self,
        space: PlanSpace,
        draws: Draws,
        objective: Objective = "hold",
        known: Plans | None = None,
        workers: int = 1,
    ) -> None:
        """Bound all plans of *space* at once.

        Args:
            known: Plans of the space to begin with: int8[plan, measure].
        """
        self.space, self.draws, self.objective = space, draws, objective
        self.entries = Entries.of(space)
        self.conditions = Conditions(self.entries)
        self.relaxation = Relaxation(self.entries, draws, objective)
        self.table = Table.of(self.entries, self.relaxation.rows(), self.relaxation.level)
        self.tables = Tables.of(space.structure)
        self.ballots = Ballots.of(space.structure)
        self.workers, self.nodes, self.added = workers, 0, 0
        self.best = -np.inf
        self.plan: PlanVector | None = None
        self.queue: list[_Open] = []
        self.pending = -np.inf  # the largest bound of boxes that are being split
        if known is not None and len(known):
            self._offer(known)
        whole = self.entries.whole()[None]
        signs = np.zeros((1, space.structure.parties), dtype=np.bool_)
        most = self.relaxation.level.max(axis=0).mean()
        self._enter(_Boxes(whole, signs, np.array([most])))

    # --- state -----------------------------------------------------------------------------

    @property
    def upper(self) -> float:
        """What no plan exceeds."""
        most = -self.queue[0].key[0] if self.queue else -np.inf
        return max(self.best, most, self.pending, 0.0)

    @property
    def done(self) -> bool:
        """Whether no box is left that could hold a better plan."""
        return not self.queue and self.pending == -np.inf

    def stage(self) -> Stage:
        """Return where it stands."""
        return Stage(self.nodes, len(self.queue), max(self.best, 0.0), self.upper)

    # --- steps -----------------------------------------------------------------------------

    def step(self) -> None:
        """Split the most promising boxes.

        Whatever stops it half way, the bound from before stands.
        """
        self.pending = -self.queue[0].key[0]
        picked = [heappop(self.queue) for _ in range(min(BATCH, len(self.queue)))]
        self._split(
            _Boxes(
                np.array([box.allowed for box in picked]),
                np.array([box.signs for box in picked]),
                np.array([-box.key[0] for box in picked]),
            )
        )
        self.pending = -np.inf

    def _split(self, boxes: _Boxes) -> None:
        """Bound *boxes*, drop those that are no use, and put the parts of others in the queue."""
        self.nodes += len(boxes.bound)
        boxes, child = self._bounded(boxes)
        if not len(boxes.bound):
            return
        single = (self.entries.widths(boxes.allowed) == 1).all(axis=1)
        if single.any():
            self._offer(self.space.vectors(self.entries.choices(boxes.allowed[single])))
        rest = np.flatnonzero(~single)
        if len(rest):
            parts = [self._parts(boxes, row, child[row]) for row in rest.tolist()]
            self._enter(
                _Boxes(
                    np.concatenate([p.allowed for p in parts]),
                    np.concatenate([p.signs for p in parts]),
                    np.concatenate([p.bound for p in parts]),
                )
            )

    def _enter(self, boxes: _Boxes) -> None:
        """Narrow *boxes* and put what is left of them in the queue."""
        fine = self.conditions.narrow(boxes.allowed)
        able = boxes.allowed.astype(np.float32) @ self.entries.steps.astype(np.float32) > 0.0
        fine &= (able | ~boxes.signs).all(axis=1) & (boxes.bound > self.best + EQUAL)
        for row in np.flatnonzero(fine).tolist():
            self.added += 1
            heappush(
                self.queue,
                _Open(
                    (-float(boxes.bound[row]), -self.added), boxes.allowed[row], boxes.signs[row]
                ),
            )

    def _bounded(self, boxes: _Boxes) -> tuple[_Boxes, Floats]:
        """Bound *boxes* and what each entry could bring; drop boxes and entries of no use."""
        self.conditions.time(boxes.allowed)
        bound, child = self._bounds(boxes)
        bound = np.minimum(bound, boxes.bound)
        child = np.minimum(child, bound[:, None])
        n = self.entries.of_issues
        boxes.allowed[:, :n] &= child[:, :n] > self.best + EQUAL
        fine = self.conditions.narrow(boxes.allowed) & (bound > self.best + EQUAL)
        kept = np.flatnonzero(fine)
        return _Boxes(boxes.allowed[kept], boxes.signs[kept], bound[kept]), child[kept]

    def _bounds(self, boxes: _Boxes) -> tuple[Floats, Floats]:
        active = self._active(boxes)
        parts = np.array_split(np.arange(len(active)), min(self.workers, max(len(active), 1)))

        def work(rows: Rows) -> tuple[Floats, Floats]:
            return self.table.bounds(boxes.allowed[rows], active[rows])

        if len(parts) == 1:
            bound, child = work(parts[0])
        else:
            with ThreadPoolExecutor(len(parts), thread_name_prefix="detente") as pool:
                found = list(pool.map(work, parts))
            bound, child = (np.concatenate(x) for x in zip(*found, strict=True))
        return bound / self.draws.count, child / self.draws.count

    def _active(self, boxes: _Boxes) -> Bools:
        """Return which rows stand in every plan of each box: bool[box, row]."""
        asking, table = self.relaxation.asking, self.table
        performs = asking.performs(boxes.allowed, boxes.signs)
        heard = asking.heard(boxes.allowed, boxes.signs)
        active = np.zeros((len(performs), len(table.heard)), dtype=np.bool_)
        of_yes, of_steps = table.heard != NOBODY, table.performs != NOBODY
        active[:, of_yes] = heard[:, table.heard[of_yes]]
        active[:, of_steps] = performs[:, table.performs[of_steps]]
        return active

    def _parts(self, boxes: _Boxes, row: int, child: Floats) -> _Boxes:
        """Return the boxes into which one is split."""
        allowed, signs = boxes.allowed[row], boxes.signs[row]
        known = signs | self.relaxation.asking.performs(allowed[None], signs[None])[0]
        able = (allowed[:, None] & self.entries.steps).any(axis=0)
        unsure = np.flatnonzero(able & ~known)
        if len(unsure):
            return self._by_party(boxes, row, int(unsure[0]))
        slot = self._branching(allowed, child)
        a, b = self.entries.offset[slot : slot + 2]
        entries = a + np.flatnonzero(allowed[a:b])
        parts = np.tile(allowed, (len(entries), 1))
        parts[:, a:b] = False
        parts[np.arange(len(entries)), entries] = True
        return _Boxes(parts, np.tile(signs, (len(entries), 1)), child[entries])

    def _by_party(self, boxes: _Boxes, row: int, party: int) -> _Boxes:
        """Split by whether a party has a step."""
        allowed, signs = np.tile(boxes.allowed[row], (2, 1)), np.tile(boxes.signs[row], (2, 1))
        signs[0, party] = True
        allowed[1] &= ~self.entries.steps[:, party]
        return _Boxes(allowed, signs, np.tile(boxes.bound[row], 2))

    def _branching(self, allowed: Bools, child: Floats) -> int:
        """Return the issue to split: the one whose parts promise least together."""
        n, starts = self.entries.of_issues, self.entries.offset[: self.entries.issues]
        promise = np.where(allowed[:n], child[:n] - max(self.best, 0.0) + 1e-3, 0.0)
        total = np.add.reduceat(promise**2, starts)
        widths = np.add.reduceat(allowed[:n].astype(np.intp), starts)
        return int(np.argmin(np.where(widths > 1, total, np.inf)))

    def _offer(self, plans: Plans) -> None:
        """Judge whole plans; keep the best."""
        plans = plans[self.space.allows(self.space.choices(plans))]
        if not len(plans):
            return
        values = self.values(plans)
        at = int(np.argmax(values))
        if values[at] > self.best:
            self.best, self.plan = float(values[at]), plans[at]

    def values(self, plans: Plans) -> Floats:
        """Return the mean of the objective of *plans*: float64[plan]."""
        found = _objective(self.tables, self.ballots, self.draws, self.objective, plans)
        return np.asarray(found.mean(axis=1))

    def conditions_of(self, plans: Plans) -> Floats:
        """Return what *plans* could be worth by the conditions alone: float64[plan], means.

        The bound of a box that holds one of them beside others is not below that.
        """
        boxes = self.entries.boxes(self.space.choices(plans))
        signs = np.asarray((boxes[:, :, None] & self.entries.steps).any(axis=1))
        self.conditions.time(boxes)
        return self._bounds(_Boxes(boxes, signs, np.full(len(boxes), np.inf)))[0]

    @staticmethod
    def judge(space: PlanSpace, draws: Draws, objective: Objective, plans: Plans) -> Floats:
        """Return the objective of *plans* in each draw: float64[plan, draw]."""
        structure = space.structure
        return _objective(Tables.of(structure), Ballots.of(structure), draws, objective, plans)

    def result(self, seconds: float, *, interrupted: bool = False) -> Bound:
        """Return what is proved so far."""
        best = max(self.best, 0.0)
        plan = None if self.plan is None else tuple(int(k) for k in self.plan)
        proved = self.done or self.upper - best <= EQUAL
        return Bound(
            self.objective,
            self.draws.count,
            best,
            self.upper,
            plan,
            proved,
            self.nodes,
            seconds,
            interrupted,
        )


def _objective(
    tables: Tables, ballots: Ballots, draws: Draws, objective: Objective, plans: Plans
) -> Floats:
    """Return the objective in each draw: float64[plan, draw]."""
    found = sift(tables, ballots, draws, plans, keep=objective == "keep")
    if objective == "accept":
        return found.accepted.astype(np.float64)
    return found.stand[:, -1]


def bound(
    space: PlanSpace,
    draws: Draws,
    *,
    objective: Objective = "hold",
    known: Plans | None = None,
    seconds: float | None = None,
    nodes: int | None = None,
    workers: int = 1,
    watch: Watch | None = None,
) -> Bound:
    """Bound the mean of *objective* over *draws* over all plans of *space*.

    Interrupted (by the user, or *watch* raising KeyboardInterrupt), it returns the bound proved
    by then.

    Args:
        space: The plans.
        draws: A sample of draws.
        objective: ``hold``, ``accept`` or ``keep``.
        known: Good plans, int8[plan, measure]: the better they are, the sooner it is done.
        seconds: Stop after so many.
        nodes: Stop after about so many boxes; the same number gives the same bound.
        workers: Threads. The bound does not depend on it.
        watch: Called now and then.

    Raises:
        RequestError: For another objective.
    """
    if objective not in get_args(Objective):
        raise RequestError(f"what can be proved is hold, accept or keep, not {objective}")
    begun = monotonic()
    proof = Proof(space, draws, objective, known, workers)
    try:
        while not proof.done:
            if seconds is not None and monotonic() - begun >= seconds:
                break
            if nodes is not None and proof.nodes >= nodes:
                break
            proof.step()
            if watch is not None:
                watch(proof.stage())
    except KeyboardInterrupt:
        return proof.result(monotonic() - begun, interrupted=True)
    return proof.result(monotonic() - begun)
