"""What judging proposals in many draws yields: frozen results that say how they were got.

Lists over k hold k = 1 .. K+1 (K phases, then maintenance). Shares are shares of draws.
Nothing here says how it is shown: whoever asks a result to show itself is answered by
:mod:`detente.report.notebook`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detente.case.domain import Case, Plan
from detente.case.names import did_you_mean, listed, shortened
from detente.model.judgement import Deviation

if TYPE_CHECKING:
    from xarray import Dataset

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over draws of something in [0, 1], with its sampling error (M51)."""

    mean: float  #: share of draws, or mean chance
    standard_error: float  #: of the mean; 0 in a case without uncertain numbers
    interval: Interval  #: 95 % interval, (low, high) within [0, 1]


@dataclass(frozen=True, slots=True)
class Weakest:
    """The decider and phase that most often breaks (M41).

    Where nobody ever breaks, share is 0, deviation None, and the decider and phase are those
    with the least mean slack.
    """

    decider: str  #: id of the constituency that decides
    party: str  #: id of its party
    phase: int  #: k, from 1; the last, K+1, is maintenance
    deviation: Deviation | None  #: what it then most often does
    measure: str | None  #: id of the measure concerned, if it is one
    share: float  #: share of draws in which it breaks there, weighted by who is in charge
    slack: float  #: mean over those draws of value less best deviation, in points of worth


@dataclass(frozen=True, slots=True)
class Breach:
    """One way in which the plan ends: who breaks it first, where, and by which deviation.

    ``chance`` is the mean over draws of the chance that the plan reaches ``phase`` and the
    party breaks it there by this deviation, the best one of whoever is then in charge. For one
    party and phase the chances sum to ``first_break``, but for draws that did not settle.
    """

    party: str  #: id of the party that breaks it
    phase: int  #: k, from 1; the last, K+1, is maintenance
    deviation: Deviation  #: how
    measure: str | None  #: id of the measure concerned, if it is one
    chance: float  #: mean over draws of the chance to get there and be broken so


@dataclass(frozen=True, slots=True)
class Change:
    """What a plan changes in a quantity at the horizon, expected, against no agreement (M48).

    In the unit of the quantity; 0 in draws that do not accept.
    """

    mean: float  #: mean over all draws
    standard_error: float  #: of the mean
    p5: float  #: 5th percentile over draws
    p95: float  #: 95th percentile over draws


@dataclass(frozen=True, slots=True)
class Band:
    """Percentiles over draws of a quantity, at each time of a :class:`Fan`."""

    p5: tuple[float, ...]  #: 5th percentile
    p50: tuple[float, ...]  #: median
    p95: tuple[float, ...]  #: 95th percentile


@dataclass(frozen=True, slots=True)
class Fan:
    """A quantity from now to the horizon, on three paths."""

    years: tuple[float, ...]  #: 0, ends of periods, the horizon
    without: Band  #: without agreement
    plan: Band  #: expected level with the plan put forward, accepted or not, kept or not
    kept: Band  #: if it is accepted and stands to the horizon
    draws: int  #: the first so many draws are those that count


@dataclass(frozen=True, slots=True)
class Lower:
    """The pessimistic outcome: what follows if all begin by expecting breach (M26, M49)."""

    accept: Estimate  #: share of draws in which everyone who must say yes does
    keep: Estimate  #: mean chance that it is kept, accepted or not
    hold: Estimate  #: mean of accepted times kept
    unsettled: float  #: share of draws that did not settle from distrust


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one proposal fares: the figures of section 7 of the model, most of them means over draws.

    Mappings are by id of party, constituency, decider or quantity; tuples of floats run over
    k = 1 .. K+1. Shares and chances are in [0, 1]; shortfall, value, slack and exposure are in
    points of worth.
    """

    proposal: str  #: id of the proposal; ``plan_1`` and so on for plans of your own
    name: str  #: what people call it
    plan: Plan  #: what was judged
    flaws: tuple[str, ...]  #: rules of the case that the text breaks; it is judged as written
    accept: Estimate  #: share of draws in which everyone who must say yes does (M34)
    keep: Estimate  #: mean chance to stand in K+1, accepted or not (M36)
    hold: Estimate  #: mean of accepted times kept (M37)
    keep_given_accept: float | None  #: keep over the draws that accept; None where none does (M36)
    accept_by: Mapping[str, float]  #: party or constituency: share of draws with its yes (M34)
    signatories: tuple[str, ...]  #: parties that must sign (M31)
    necessary: tuple[str, ...]  #: parties and constituencies without whose yes there is none (M33)
    shortfall: Mapping[str, float]  #: party: mean distance from yes where worth lacks (M42)
    shortfall_error: Mapping[str, float]  #: party: standard error of that mean (M42)
    barred: Mapping[str, float]  #: party: share of draws refused by red lines (M43)
    value: Mapping[str, float]  #: constituency: mean of V at phase 1 (M44)
    break_by: Mapping[str, tuple[float, ...]]  #: party: mean hazard at each k (M38)
    first_break: Mapping[str, tuple[float, ...]]  #: party: chance to reach k and break there (M38)
    kept_through: tuple[float, ...]  #: chance to stand in each k (M35)
    accident: float  #: chance that a false alarm ends it before period K+1 (M38)
    trust: Mapping[str, tuple[float, ...]]  #: party: chance to keep on through K+1 (M39)
    slack: Mapping[str, tuple[float, ...]]  #: decider: mean of value less best deviation (M40)
    breaks: Mapping[str, tuple[float, ...]]  #: decider: chance to be in charge and break at k (M40)
    breaches: tuple[Breach, ...]  #: all that may come first, likeliest first
    weakest: Weakest | None  #: None where no party performs a measure (M41)
    exposure: Mapping[str, float]  #: party: mean loss if another breaks at the worst moment (M45)
    exposure_by: Mapping[str, float]  #: constituency: the same (M45)
    exposure_at: Mapping[str, tuple[float, ...]]  #: party: exposure to breaches at each k
    outcomes: Mapping[str, Change]  #: quantity: what it changes by the horizon (M48)
    paths: Mapping[str, Fan]  #: quantity: its course until the horizon
    beaten_by: tuple[str, ...]  #: proposals of the same run that are better for every signatory
    lower: Lower  #: the pessimistic outcome (M49)
    unsettled: float  #: share of draws that did not settle (M50)

    def __repr__(self) -> str:
        # Rendering is the report's, which knows results; they know it only when it is asked for.
        from detente.report.notebook import verdict_text  # noqa: PLC0415

        return verdict_text(self)

    def _repr_html_(self) -> str:
        from detente.report.notebook import verdict_html  # noqa: PLC0415 (as in __repr__)

        return verdict_html(self)


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a result was got."""

    version: str  #: of Détente
    case_hash: str  #: SHA-256 of the content of the case, in hex
    draws: int  #: number of draws
    seed: int  #: which sequence of draws
    quantile_draws: int  #: percentiles of outcomes come from the first so many draws (M48)
    tie: float  #: differences up to this count as ties (M52)
    rounds: int  #: after so many rounds a draw is left unsettled (M26)
    python: str  #: version of Python
    numpy: str  #: version of NumPy


@dataclass(frozen=True, slots=True)
class RunResult:
    """Verdicts on the proposals of a case, and how they were got.

    ``result["id"]`` is the verdict on a proposal (KeyError where there is none), iterating
    yields all verdicts, ``len`` counts them and ``in`` asks for an id. :meth:`table` and
    :meth:`to_xarray` hand the figures to other libraries. In a notebook it shows itself as a
    table.
    """

    case: Case  #: what was judged
    certain: bool  #: the case has no uncertain number: all draws are one
    provenance: Provenance  #: how it was got
    verdicts: tuple[Verdict, ...]  #: in the order asked for

    def __getitem__(self, proposal: str) -> Verdict:
        """Return the verdict on a proposal by its id; KeyError, in words, where there is none."""
        for verdict in self.verdicts:
            if verdict.proposal == proposal:
                return verdict
        known = [verdict.proposal for verdict in self.verdicts]
        hint = did_you_mean(str(proposal), known) or f"; it has {listed(known, 'and') or 'none'}"
        raise KeyError(f"no proposal {shortened(proposal)!r} in this result{hint}")

    def __iter__(self) -> Iterator[Verdict]:
        """Yield the verdicts in the order asked for."""
        return iter(self.verdicts)

    def __len__(self) -> int:
        """Return the number of verdicts."""
        return len(self.verdicts)

    def __contains__(self, proposal: object) -> bool:
        """Whether there is a verdict on the proposal of that id (or whether it is one of them)."""
        return any(proposal in (verdict.proposal, verdict) for verdict in self.verdicts)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that :meth:`table` makes."""
        from detente.verdict.rows import TABLES  # noqa: PLC0415 (rows are made from results)

        return tuple(table.name for table in TABLES)

    def table(self, name: str) -> dict[str, list[Any]]:
        """Return one of the tables of results as plain columns, for any library of data frames.

        The tables are those that :func:`detente.write_tables` writes, one fact a row.

        Args:
            name: which of :attr:`tables`: ``proposals``, ``acceptance``, ``hazards`` and others.

        Returns:
            By name of column a list with an entry for each row, of floats (``DOUBLE`` in the list
            of columns), whole numbers (``INTEGER``), bools or text, and None where there is none.
            The last column is ``view``.

        Raises:
            RequestError: where there is no such table.
        """
        from detente.verdict.rows import columns  # noqa: PLC0415 (rows are made from results)

        return columns((self,), name)

    def to_xarray(self) -> Dataset:
        """Return all figures as a labelled dataset.

        Its axes are ``proposal``, ``party``, ``constituency``, ``decider``, ``quantity`` (ids,
        with names, parties and units beside them), ``phase`` (k = 1 .. K+1, with names), ``bound``
        (low, high), and the ``path``, ``year`` and ``percentile`` of levels of quantities.

        Variables are called as the attributes of :class:`~detente.Verdict`, with ``_error`` and
        ``_interval`` for estimates; ``accept_by`` and ``necessary`` stand apart by party and by
        constituency, ``outcomes`` are ``outcome``, ``paths`` are ``level``. Each says what it is
        (``long_name``) and its unit (``units``: 1, points of worth, or that of the quantity).
        What is None here is NaN there, 0 (``weakest_phase``) or empty text.

        Returns:
            The dataset. Its attributes are ``case``, ``case_hash``, ``version``, ``draws`` and
            ``seed`` (as text). It can be written to netCDF as it is.

        Raises:
            RequestError: where xarray is not installed (``pip install 'detente[xarray]'``).
        """
        from detente.verdict.datasets import labelled_result  # noqa: PLC0415 (made from results)

        return labelled_result(self)

    def __repr__(self) -> str:
        # Rendering is the report's, which knows results; they know it only when it is asked for.
        from detente.report.notebook import result_text  # noqa: PLC0415

        return result_text(self)

    def _repr_html_(self) -> str:
        from detente.report.notebook import result_html  # noqa: PLC0415 (as in __repr__)

        return result_html(self)
