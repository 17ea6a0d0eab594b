"""The figures by which plans are compared, and how they are read off a block of draws.

========================  ==================================================================
``accept keep hold``      as in a verdict (M34, M36, M37)
a quantity                its expected change at the horizon (M48), with ``.p10`` that percentile
                          over draws; ``outcome.NAME`` where the name is one of the others
``exposure[.PARTY]``      mean exposure (M45) of a party, or of the party that is most exposed
``surplus[.PARTY]``       mean over draws of its score where there is an agreement, red lines
                          aside, else 0; or that of the signatory with the least
                          (0 where nobody signs)
``score.PARTY``           mean over draws of a party's score (M29), red lines aside: by how much it is
                          better off than it must be, or worse where that is below 0
``phases steps``          the last phase with a step; the number of steps
========================  ==================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.case.arguments import as_text
from detente.case.domain import Case
from detente.case.names import did_you_mean, listed
from detente.draws.sampler import Draws
from detente.errors import RequestError
from detente.model.accepting import rule_score
from detente.model.ballots import Ballots, Plans
from detente.model.changes import Needs, changes_of
from detente.model.judgement import Bools, Floats
from detente.model.kernel import Tables
from detente.model.outcomes import quantity_names
from detente.model.sifting import sift
from detente.model.structure import Structure

Kind = Literal[
    "accept", "keep", "hold", "outcome", "exposure", "surplus", "score", "phases", "steps"
]

_SHARES: tuple[Kind, ...] = ("accept", "keep", "hold")
_BY_PARTY: tuple[Kind, ...] = ("exposure", "surplus")
#: Read off the values of all constituencies.
_WORTHS: tuple[Kind, ...] = (*_BY_PARTY, "score")
_COUNTS: tuple[Kind, ...] = ("phases", "steps")
_PERCENTILE = re.compile(r"(.+)\.p([1-9][0-9]?)\Z")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a plan."""

    kind: Kind
    name: str | None = None  #: the quantity, or the party
    percentile: int | None = None  #: over draws; None: the mean
    higher: bool = True  #: more of it is better

    def columns(self, structure: Structure) -> int:
        """Return of how many means it is the worst: of one, or of one for each party."""
        return structure.parties if self.kind in _BY_PARTY and self.name is None else 1

    @property
    def is_share(self) -> bool:
        """Whether it lies in [0, 1] in every draw."""
        return self.kind in _SHARES

    @property
    def is_count(self) -> bool:
        """Whether it follows from the plan alone."""
        return self.kind in _COUNTS

    @property
    def text(self) -> str:
        """The figure as it is asked for."""
        if self.kind == "outcome":
            taken = self.name in (*_SHARES, *_WORTHS, *_COUNTS)
            end = "" if self.percentile is None else f".p{self.percentile}"
            return f"{'outcome.' * taken}{self.name}{end}"
        return self.kind if self.name is None else f"{self.kind}.{self.name}"


def parse_figure(case: Case, text: str, *, directed: bool = True) -> Figure:
    """Return the figure that *text* asks for.

    Args:
        directed: The figure is an objective, so it must say which way is better.

    Raises:
        RequestError: For what is no figure of *case*, or a quantity that does not say which way
            is better.
    """
    head, _, name = as_text("a figure", text).partition(".")
    if text in _SHARES:
        return Figure(_kind(text))
    if text in _COUNTS:
        return Figure(_kind(text), higher=False)
    if head in _BY_PARTY and (not name or name in case.party_index):
        return Figure(_kind(head), name or None, higher=head == "surplus")
    if head == "score" and name in case.party_index:
        return Figure("score", name)
    return _outcome(case, text.removeprefix("outcome."), directed=directed)


def _kind(text: str) -> Kind:
    return next(kind for kind in (*_SHARES, *_COUNTS, *_WORTHS) if kind == text)


def _outcome(case: Case, text: str, *, directed: bool) -> Figure:
    found = _PERCENTILE.match(text)
    name, percentile = (found[1], int(found[2])) if found else (text, None)
    known = quantity_names(case)
    if name not in known:
        words = [*_SHARES, *known, *_BY_PARTY, *_COUNTS]
        words += [f"{kind}.{party.id}" for kind in _WORTHS for party in case.parties]
        raise RequestError(
            f"there is no figure {text[:80]!r}{did_you_mean(text, words) or _choice(words)}"
        )
    better = next((q.better for q in case.quantities if q.id == name), None)
    if better is None and directed:
        raise RequestError(f"quantity '{name}' does not say which way is better: add better: to it")
    return Figure("outcome", name, percentile, higher=better == "higher")


def _choice(words: Sequence[str]) -> str:
    return f"; there are {listed(words)}"


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """What figures are made of, of some plans in some draws: float64[plan, draw] by column.

    Columns are (kind, name of the quantity or party).
    """

    columns: Mapping[tuple[str, str | None], Floats]

    def taken(self, rows: NDArray[np.intp]) -> Readings:
        """Return those of some plans, by position."""
        return Readings({key: values[rows] for key, values in self.columns.items()})

    @classmethod
    def over_draws(cls, parts: Sequence[Readings]) -> Readings:
        """Return the readings of all draws of *parts*, which are of the same plans."""
        return cls._joined(parts, 1)

    @classmethod
    def over_plans(cls, parts: Sequence[Readings]) -> Readings:
        """Return the readings of all plans of *parts*, which are in the same draws."""
        return cls._joined(parts, 0)

    @classmethod
    def _joined(cls, parts: Sequence[Readings], axis: int) -> Readings:
        keys = parts[0].columns
        return cls({key: np.concatenate([p.columns[key] for p in parts], axis) for key in keys})


class Gauge:
    """Reads figures of plans of one case."""

    def __init__(self, structure: Structure, figures: Sequence[Figure]) -> None:
        self.structure, self.figures = structure, tuple(figures)
        self.tables, self.ballots = Tables.of(structure), Ballots.of(structure)
        kinds = {figure.kind for figure in figures}
        self._keep = "keep" in kinds
        self._worths = [kind for kind in _WORTHS if kind in kinds]
        named = [f.name for f in figures if f.kind == "outcome" and f.name is not None]
        self._needs = Needs.of(structure, tuple(dict.fromkeys(named)))

    def read(self, draws: Draws, plans: Plans) -> Readings:
        """Return what the figures of *plans*, int8[plan, measure], are made of in *draws*."""
        found = sift(
            self.tables,
            self.ballots,
            draws,
            plans,
            keep=self._keep,
            worths=bool(self._worths),
        )
        kept = found.stand[:, -1]
        columns: dict[tuple[str, str | None], Floats] = {
            ("accept", None): found.accepted.astype(np.float64),
            ("hold", None): found.accepted * kept,
        }
        if self._keep:
            columns["keep", None] = kept
        if self._needs.names:
            changes = changes_of(self._needs, draws, plans, found.accepted, found.stand)
            columns |= {("outcome", name): change for name, change in changes.items()}
        if found.value is not None and {"surplus", "score"}.intersection(self._worths):
            columns |= self._scores(draws, found.accepted, found.value)
        if found.exposure is not None and "exposure" in self._worths:
            columns |= self._exposure(found.exposure)
        return Readings(columns)

    def _scores(
        self, draws: Draws, accepted: Bools, value: Floats
    ) -> dict[tuple[str, str | None], Floats]:
        over = value - draws.reservation
        columns: dict[tuple[str, str | None], Floats] = {}
        for party, score in self._by_party(over.transpose(1, 0, 2)).items():
            finite = np.where(np.isfinite(score), score, 0.0)
            columns["score", party] = finite
            columns["surplus", party] = np.where(accepted, finite, 0.0)
        return columns

    def _exposure(self, exposure: Floats) -> dict[tuple[str, str | None], Floats]:
        scores = self._by_party(-exposure.transpose(1, 0, 2))
        return {("exposure", party): np.maximum(-score, 0.0) for party, score in scores.items()}

    def _by_party(self, people: Floats) -> dict[str, Floats]:
        """Put scores, float64[constituency, plan, draw], together by the rules of the parties."""
        case = self.structure.case
        by_name = dict(zip(case.constituency_index, people, strict=True))
        return {p.id: rule_score(p.accepts, p.constituencies, by_name) for p in case.parties}

    def means(self, draws: Draws, plans: Plans) -> Floats:
        """Return the mean surplus of every party: float64[plan, party]."""
        columns = self.read(draws, plans).columns
        parties = [party.id for party in self.structure.case.parties]
        return np.array([columns["surplus", name].mean(axis=1) for name in parties]).T

    def figure(self, figure: Figure, plans: Plans, readings: Readings) -> Floats:
        """Return one figure of *plans*, of which *readings* are: float64[plan]."""
        if figure.kind == "phases":
            return np.asarray(plans.max(axis=1), dtype=np.float64)
        if figure.kind == "steps":
            return np.asarray((plans > 0).sum(axis=1), dtype=np.float64)
        if figure.kind not in _BY_PARTY or figure.name is not None:
            return _mean(readings.columns[figure.kind, figure.name], figure.percentile)
        parties = [party.id for party in self.structure.case.parties]
        means = np.array([readings.columns[figure.kind, party].mean(axis=1) for party in parties])
        if figure.kind == "exposure":
            return np.asarray(means.max(axis=0))
        signs = self.signs(plans)
        least = np.where(signs, means, np.inf).min(axis=0)
        return np.asarray(np.where(signs.any(axis=0), least, 0.0))

    def signs(self, plans: Plans) -> Bools:
        """Return who signs each of *plans*: bool[party, plan]."""
        return self.ballots.asked(plans).signs.T.astype(np.bool_)


def _mean(values: Floats, percentile: int | None) -> Floats:
    """Return the mean or a percentile over draws of *values*, float64[plan, draw]."""
    if percentile is None:
        return np.asarray(values.mean(axis=1))
    return np.asarray(np.percentile(values, percentile, axis=1))


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound on a figure."""

    figure: Figure
    least: bool  #: the figure must be *amount* at least; else at most
    amount: float

    @property
    def text(self) -> str:
        """The bound as it is asked for."""
        return f"{self.figure.text}={self.amount:g}"

    def missed(self, values: Floats) -> Floats:
        """Return by how much each of *values* misses the bound, 0 where it does not."""
        short = self.amount - values if self.least else values - self.amount
        return np.asarray(np.maximum(short, 0.0))


def parse_limit(case: Case, text: str, *, least: bool) -> Limit:
    """Return the bound that *text*, such as ``exposure.us=20``, sets.

    Raises:
        RequestError: For what is no figure of *case*, or no number.
    """
    name, _, number = text.partition("=")
    try:
        amount = float(number)
    except ValueError:
        amount = float("nan")
    if not np.isfinite(amount):
        raise RequestError(f"{text[:80]!r} sets no bound: write FIGURE=NUMBER, such as accept=.8")
    return Limit(parse_figure(case, name.strip(), directed=False), least, amount)
