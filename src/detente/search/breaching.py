"""What a decider must lose by breaking, as conditions on a plan that are linear.

A breach makes the agreement collapse with chances h that depend on the plan, through
verification. What an entry adds to the worth of a breach falls with h where its worth is above
0, and rises where it is below; so with all verification that the space allows it is least for the
former, with none for the latter. A row says: where the measure concerned is chosen, the decider
does not gain by this breach. Elsewhere :data:`ELSEWHERE` makes it true.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from detente.model.judgement import Floats
from detente.search.relaxing import SELDOM, SLACK, Relaxation, Row

#: Stands for any worth that makes a row true.
ELSEWHERE = 1e9


class Breaches:
    """The rows of single breaches: undoing a measure at the end, withholding one when due."""

    def __init__(self, relaxation: Relaxation) -> None:
        self.relaxation, self.entries = relaxation, relaxation.entries
        self.structure, self.draws = relaxation.structure, relaxation.draws
        self.last = self.structure.phases + 1

    def rows(self, regime: int, rho: float, most: int) -> Iterator[Row]:
        """Yield up to *most* rows, undoing first: it does not depend on the phase."""
        for number, (d, m, k) in enumerate(self._listed()):
            if number >= most:
                return
            must = self.relaxation.chance[d, k - 1] > max(1.0 - rho, SELDOM) + SELDOM
            if must.any():
                yield self._row(regime, rho, d, m, k, must)

    def _listed(self) -> Iterator[tuple[int, int, int]]:
        """Yield decider, measure and k; a measure is undone at K+1 and withheld before."""
        structure, entries = self.structure, self.entries
        pairs = [
            (d, m)
            for m in range(structure.measures)
            for d in np.flatnonzero(structure.decider_party == structure.by[m]).tolist()
            if len(entries.of_measures((m,)))
        ]
        yield from ((d, m, self.last) for d, m in pairs if structure.secret[m])
        for d, m in pairs:
            phases = entries.phase[entries.of_measures((m,))]
            yield from ((d, m, k) for k in sorted(phases.tolist()) if k > 0)

    def _row(self, regime: int, rho: float, d: int, m: int, k: int, must: np.ndarray) -> Row:
        """Return the row of one breach in the draws where the decider *must* keep."""
        c = int(self.structure.deciders[d])
        agreed, stays = self.relaxation.value(c, k, 1.0, leaving=False)
        raised, caps = self.relaxation.value(c, k, 0.0, leaving=False)
        breach, broken = self._breach(c, m, k)
        leave = self._leave(c, k)
        gain = stays - broken
        coef = gain + (1.0 - rho) * np.maximum(caps - np.minimum(broken, leave) - gain, 0.0)
        b = self.draws.collapse[c]
        gain = agreed - breach
        constant = gain + (1.0 - rho) * np.maximum(raised - np.minimum(breach, b) - gain, 0.0)
        constant = constant - self.draws.margin
        constant = constant + SLACK * self.relaxation.size(constant, coef)
        chosen = self.entries.of_measures((m,))
        if k < self.last:
            chosen = chosen[self.entries.phase[chosen] == k]
        coef = coef * must
        a, z = self.entries.offset[self.entries.slot[chosen[0]] :][:2]
        others = np.setdiff1d(np.arange(a, z), chosen)
        coef[others] = ELSEWHERE
        return Row(regime, constant * must, coef, chosen=tuple(chosen.tolist()))

    def _leave(self, c: int, k: int) -> Floats:
        """Return the least that each entry adds to EXIT at k: float64[entry, draw]."""
        before = (self.entries.phase < k)[:, None]
        return np.asarray(np.where(before, self.relaxation.worths.salvage[:, :, c].min(axis=0), 0.0))

    def _breach(self, c: int, m: int, k: int) -> tuple[Floats, Floats]:
        """Return the least worth of a breach to c: constant, and by entry."""
        worths, b = self.relaxation.worths, self.draws.collapse[c]
        f, o, R = (x[:, :, c] for x in (worths.flow, worths.one_off, worths.salvage))
        little, much = self._hazards(m, k, watched=False), self._hazards(m, k, watched=True)
        seen, unseen = (self._course(c, k, h, f, o, R) for h in (much, little))
        value = np.where(o + f + R < 0.0, unseen, seen).min(axis=0)
        lumps = [self._lump(c, k, h) * b for h in (little, much)]
        return np.minimum(*lumps), self._without(c, m, k, value)

    def _without(self, c: int, m: int, k: int, value: Floats) -> Floats:
        """Return *value* without the measure *m* and the interactions of which it is a part."""
        own = self.entries.of_measures((m,))
        R = self.relaxation.worths.salvage[:, own, c].min(axis=0)
        value[own] = R if k == self.last else 0.0  # what is undone is worth R once
        for i, combination in enumerate(self.structure.combinations):
            slot = self.entries.issues + i
            a, z = self.entries.offset[slot : slot + 2]
            if (m,) in combination.parts:
                value[a:z] = 0.0
            elif any(m in group for group in combination.parts):
                value[a:z] = np.minimum(value[a:z], 0.0)
        return value

    def _hazards(self, m: int, k: int, *, watched: bool) -> list[Floats]:
        """Return h of periods k .. K+1, with all verification there may be or with none."""
        found = []
        for j in range(k, self.last + 1):
            unseen = (1.0 - self.draws.false_alarm) * (1.0 - self.draws.detection[m])
            for watch, (verifier, target) in enumerate(self.structure.watches):
                phases = self.entries.phase[self.entries.of_measures((verifier,))]
                able = target == m and verifier != m and (phases <= j).any()
                if watched and able:
                    unseen = unseen * (1.0 - self.draws.gain[watch])
            found.append(np.asarray(1.0 - unseen))
        return found

    def _course(
        self, c: int, k: int, hazards: list[Floats], f: Floats, o: Floats, R: Floats
    ) -> Floats:
        """Return what entries add from k on if the agreement collapses with *hazards*."""
        delta, phase = self.draws.discount[c], self.entries.phase[None, :, None]
        h = hazards[-1]
        U = (f + delta * h * R) / (1.0 - delta * (1.0 - h))
        for j, h in zip(range(self.last - 1, k - 1, -1), hazards[-2::-1], strict=True):
            here = f + delta * (h * R + (1.0 - h) * U)
            new, later = phase == j, phase > j
            U = np.where(later, delta * (1.0 - h) * U, here + np.where(new, o, 0.0))
        return U

    def _lump(self, c: int, k: int, hazards: list[Floats]) -> Floats:
        """Return the discounted chance of collapse from k on."""
        delta, h = self.draws.discount[c], hazards[-1]
        U = delta * h / (1.0 - delta * (1.0 - h))
        for h in hazards[-2::-1][: self.last - k]:
            U = delta * (h + (1.0 - h) * U)
        return np.asarray(U)
