"""Comparing results: equal to the bit, equal but for rounding, equal but for sampling error.

Results are compared figure by figure, whatever figures they hold. A figure is called by its
*path*: the proposal, the attribute, and the key or position in it, such as
``swap.break_by[north][0]`` or ``swap.accept.mean``.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from math import hypot, inf, isfinite, isnan, sqrt
from typing import Final

from detente.errors import RequestError
from detente.verdict.results import Change, Estimate, RunResult, Verdict

Figures = Mapping[str, object]

_SHOWN: Final = 10
#: How far apart means without sampling error may lie: sums of more draws round differently.
_ROUNDING: Final = 1e-9
#: What says where a result was made, not what it is.
_VERSIONS: Final = frozenset({"version", "python", "numpy"})
#: Means over draws of numbers in [0, 1] that carry no standard error of their own.
_SHARES: Final = (
    "accept_by",
    "barred",
    "break_by",
    "first_break",
    "kept_through",
    "accident",
    "trust",
    "breaks",
    "unsettled",
)


@dataclass(frozen=True, slots=True)
class _Difference:
    """Two figures that should agree."""

    path: str
    first: object
    second: object
    size: float | None  #: how far apart; None for what are not both numbers
    unit: str = "apart"

    def __str__(self) -> str:
        apart = "" if self.size is None else f", {self.size:.3g} {self.unit}"
        return f"{self.path}: {self.first!r} and {self.second!r}{apart}"


def assert_same_results(first: RunResult, second: RunResult) -> None:
    """Assert that two results are the same, bit for bit.

    The case (by its hash), draws, seed and every verdict count, in order; the versions of
    Détente, Python and NumPy in the provenance do not. NaN is the same as NaN; 0.0 and -0.0
    differ.

    Args:
        first: what :func:`detente.run` returned.
        second: the same, another time.

    Raises:
        AssertionError: with the first differences by path, and the greatest.
    """
    _assert_none(_differences(_all(first), _all(second), _same), "the same")


def assert_close_results(
    first: RunResult, second: RunResult, *, atol: float = 1e-12, rtol: float = 1e-12
) -> None:
    """Assert that two results have the same verdicts but for rounding.

    What is no floating-point number (names, plans, who must sign, the weakest point, None) must
    be equal. Provenance does not count, so that results of two versions of a case, or of two
    machines, can be compared.

    Args:
        first: what :func:`detente.run` returned.
        second: the same, another time.
        atol: how far two numbers may lie apart, whatever their size. The default is what
            machines differ by (model.md, M53).
        rtol: how far they may lie apart in proportion to the larger.

    Raises:
        AssertionError: with the first differences by path, and the greatest.
        RequestError: where a tolerance is negative or no number.
    """
    for name, tolerance in (("atol", atol), ("rtol", rtol)):
        if not tolerance >= 0.0:
            raise RequestError(f"{name} must be 0 or more, not {tolerance}")

    def close(one: object, other: object) -> bool:
        if isinstance(one, float) and isinstance(other, float) and isfinite(one - other):
            return abs(one - other) <= atol + rtol * max(abs(one), abs(other))
        return _same(one, other) or (isinstance(one, float) and one == other)

    text = f"close (atol {atol:g}, rtol {rtol:g})"
    _assert_none(_differences(_verdicts(first), _verdicts(second), close), text)


def assert_within_error(first: RunResult, second: RunResult, *, z: float = 4.0) -> None:
    """Assert that two results, of different draws, differ by no more than sampling explains.

    Compared are the figures whose error is known: ``accept``, ``keep``, ``hold``, those of
    ``lower`` and the means of ``outcomes`` by their standard errors, and all other shares and
    chances by the error that something true or false in each draw would have, which is the most
    that it can be. Both results count as samples of one thing: their variances are pooled. For
    a share each side is allowed the doubt of one draw, so that what was never seen in few draws
    proves nothing. Shortfalls, values, slacks, exposures and percentiles are not compared.

    Args:
        first: what :func:`detente.run` returned.
        second: the same for another seed or number of draws, with the same proposals.
        z: by how many standard errors of their difference two figures may lie apart. Among
            hundreds of figures, chance alone passes 4 about once in a hundred comparisons.

    Raises:
        AssertionError: with the first differences by path, and the greatest.
        RequestError: where *z* is not above 0.
    """
    if not z > 0.0:
        raise RequestError(f"z must be above 0, not {z}")
    draws = first.provenance.draws, second.provenance.draws
    ones, others = dict(_means(first)), dict(_means(second))
    if alone := sorted(ones.keys() ^ others.keys()):
        raise AssertionError(f"the results are not of the same things: only one has {alone[0]}")
    apart = {path: _errors_apart(mean, others[path], draws) for path, mean in ones.items()}
    found = [
        _Difference(path, ones[path].mean, others[path].mean, errors, "standard errors apart")
        for path, errors in apart.items()
        if errors > z
    ]
    _assert_none(found, f"within {z:g} standard errors")


def _assert_none(found: Sequence[_Difference], claim: str) -> None:
    if not found:
        return
    count = "one figure differs" if len(found) == 1 else f"{len(found)} figures differ"
    lines = [f"the results are not {claim}: {count}", *(f"  {item}" for item in found[:_SHOWN])]
    if len(found) > _SHOWN:
        lines.append(f"  and {len(found) - _SHOWN} more")
    numbers = [item for item in found if item.size is not None]
    if numbers:
        lines.append(f"greatest: {max(numbers, key=lambda item: item.size or 0.0)}")
    raise AssertionError("\n".join(lines))


# --- figures by path ----------------------------------------------------------------------


def _all(result: RunResult) -> Figures:
    run = result.provenance
    said = {f.name: getattr(run, f.name) for f in fields(run) if f.name not in _VERSIONS}
    return {
        **dict(_flat("proposals", tuple(verdict.proposal for verdict in result))),
        "certain": result.certain,
        **{f"provenance.{name}": value for name, value in said.items()},
        **_verdicts(result),
    }


def _verdicts(result: RunResult) -> Figures:
    return {path: value for verdict in result for path, value in _flat(verdict.proposal, verdict)}


def _flat(path: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield every figure in *value* with its path."""
    if is_dataclass(value):
        for item in fields(value):
            yield from _flat(f"{path}.{item.name}", getattr(value, item.name))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{path}[{key}]", inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for i, inner in enumerate(value):
            yield from _flat(f"{path}[{i}]", inner)
    else:
        yield path, value


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


_NOTHING: Final = _Nothing()


def _differences(
    first: Figures, second: Figures, agree: Callable[[object, object], bool]
) -> list[_Difference]:
    found = []
    for path in dict.fromkeys((*first, *second)):
        one, other = first.get(path, _NOTHING), second.get(path, _NOTHING)
        if not agree(one, other):
            found.append(_Difference(path, one, other, _distance(one, other)))
    return found


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return struct.pack("d", one) == struct.pack("d", other) or (isnan(one) and isnan(other))
    return type(one) is type(other) and one == other


def _distance(one: object, other: object) -> float | None:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        distance = abs(one - other)
        return inf if isnan(distance) else distance
    return None


# --- sampling error -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mean:
    """A mean over draws."""

    mean: float
    variance: float  #: of one draw
    doubt: float  #: by how much one draw more could move the sum


def _means(result: RunResult) -> Iterator[tuple[str, _Mean]]:
    """Yield every figure whose error is known, with its path."""
    draws, doubt = result.provenance.draws, 0.0 if result.certain else 1.0
    for verdict in result:
        for path, estimate in _estimates(verdict):
            variance = estimate.standard_error**2 * draws
            is_share = isinstance(estimate, Estimate)
            yield f"{path}.mean", _Mean(estimate.mean, variance, doubt if is_share else 0.0)
        for path, value in _shares(verdict):
            variance = 0.0 if result.certain else max(value * (1.0 - value), 0.0)
            yield path, _Mean(value, variance, doubt)


def _estimates(verdict: Verdict) -> Iterator[tuple[str, Estimate | Change]]:
    for holder, path in ((verdict, verdict.proposal), (verdict.lower, f"{verdict.proposal}.lower")):
        yield f"{path}.accept", holder.accept
        yield f"{path}.keep", holder.keep
        yield f"{path}.hold", holder.hold
    for quantity, change in verdict.outcomes.items():
        yield f"{verdict.proposal}.outcomes[{quantity}]", change


def _shares(verdict: Verdict) -> Iterator[tuple[str, float]]:
    for name in _SHARES:
        for path, value in _flat(f"{verdict.proposal}.{name}", getattr(verdict, name)):
            if isinstance(value, float):
                yield path, value
    yield f"{verdict.proposal}.lower.unsettled", verdict.lower.unsettled


def _errors_apart(one: _Mean, other: _Mean, draws: tuple[int, int]) -> float:
    """Return by how many standard errors of their difference two means lie apart."""
    n, m = draws
    distance = abs(one.mean - other.mean)
    pooled = (n * one.variance + m * other.variance) / (n + m)
    error = hypot(sqrt(pooled * (1 / n + 1 / m)), one.doubt / n, other.doubt / m)
    if error > 0.0:
        return distance / error
    return 0.0 if distance <= _ROUNDING * max(1.0, abs(one.mean)) else inf
