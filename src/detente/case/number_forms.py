"""The forms in which a case file may give a number, and the ranges its fields allow.

A *kind* says which values a field can take: a probability stays in [0, 1], a discount
rate is above 0. The same text may mean different things in fields of different kinds:
stated quantiles are joined on a logit scale in a probability and on a log scale where
the field cannot be negative.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast, get_args

from detente.case.names import did_you_mean, listed
from detente.case.numbers import (
    Basis,
    Beta,
    Certain,
    Discrete,
    Distribution,
    Lognormal,
    Normal,
    Number,
    NumberScale,
    Pert,
    Quantiles,
    Triangular,
    Uniform,
    support,
)

__all__ = [
    "BASES",
    "DISTRIBUTIONS",
    "NON_NEGATIVE",
    "NOTES",
    "PLAIN",
    "POSITIVE",
    "PROBABILITY",
    "PROBABILITY_BELOW_ONE",
    "Kind",
    "NumberError",
    "cut_off",
    "parse_number",
]

BASES: Final[tuple[str, ...]] = get_args(Basis)
NOTES: Final = ("basis", "source", "sources", "why", "description", "as_of")
LIMIT: Final = 1e18
MAX_S: Final = 10.0
PK_TOLERANCE: Final = 1e-9


class NumberError(ValueError):
    """What is wrong with a number; *at* leads from the number to the faulty part."""

    def __init__(self, text: str, at: tuple[str | int, ...] = ()) -> None:
        super().__init__(text)
        self.text = text
        self.at = at


@dataclass(frozen=True, slots=True)
class Kind:
    """Which values a field can take."""

    name: str
    phrase: str
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False
    scale: NumberScale = "plain"


PLAIN: Final = Kind("plain", "any number")
PROBABILITY: Final = Kind("probability", "must stay between 0 and 1", 0.0, 1.0, scale="logit")
PROBABILITY_BELOW_ONE: Final = Kind(
    "probability_below_one",
    "must be at least 0 and below 1",
    0.0,
    1.0,
    open_high=True,
    scale="logit",
)
NON_NEGATIVE: Final = Kind("non_negative", "must not be negative", 0.0, scale="log")
POSITIVE: Final = Kind("positive", "must be above 0", 0.0, open_low=True, scale="log")


def parse_number(raw: Any, kind: Kind = PLAIN) -> Number:
    """Return the number that *raw* (plain data of a case file) stands for in a field of *kind*.

    Raises:
        NumberError: saying what is wrong and what to write instead.
    """
    if not isinstance(raw, dict):
        return Number(_distribution(raw, kind))
    body = {key: value for key, value in raw.items() if key not in NOTES}
    distribution = _wrapped(raw, body, kind) if "value" in body else _distribution(body, kind)
    basis = raw.get("basis")
    if basis is not None and basis not in BASES:
        hint = did_you_mean(str(basis), BASES)
        raise NumberError(f"basis must be {listed(BASES)}{hint}", ("basis",))
    return Number(
        distribution,
        basis=cast("Basis | None", basis),
        sources=_sources(raw),
        why=_why(raw),
    )


def _wrapped(raw: Mapping[str, Any], body: Mapping[str, Any], kind: Kind) -> Distribution:
    for key, given in body.items():
        if key != "value" and not (given is None and "why" in raw):
            hint = did_you_mean(str(key), NOTES)
            raise NumberError(f"unknown key '{key}' beside value{hint}", (key,))
    value = body["value"]
    if isinstance(value, dict) and "value" in value:
        raise NumberError("value stands inside value; write it once", ("value",))
    try:
        return _distribution(value, kind)
    except NumberError as fault:
        raise NumberError(fault.text, ("value", *fault.at)) from None


def cut_off(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the rest of a ``why`` whose commas were left unquoted.

    ``{value: 3, why: forests, dams}`` is YAML for a key ``dams`` without value. What was
    meant is plain, so it is put together again, with a warning.
    """
    if "value" not in raw or not isinstance(raw.get("why"), str):
        return ()
    known = ("value", *NOTES)
    return tuple(str(key) for key, given in raw.items() if given is None and key not in known)


def _sources(raw: Mapping[str, Any]) -> tuple[str, ...]:
    found: list[str] = []
    for key in ("source", "sources"):
        given = raw.get(key)
        for item in given if isinstance(given, list) else [given]:
            if isinstance(item, int) and not isinstance(item, bool):
                found.append(str(item))
            elif isinstance(item, str):
                found.append(item)
            elif item is not None or isinstance(given, list):
                raise NumberError(f"{key} must name a source", (key,))
    return tuple(dict.fromkeys(found))


def _why(raw: Mapping[str, Any]) -> str | None:
    why = raw.get("why")
    if why is None:
        return None
    if isinstance(why, str):
        return ", ".join((why, *cut_off(raw)))
    raise NumberError("why must be text; put it in quotes", ("why",))


def _distribution(raw: Any, kind: Kind) -> Distribution:
    if isinstance(raw, dict):
        if "dist" in raw:
            found = _named(raw)
        elif any(key in raw for key in _QUANTILES):
            found = _quantiles(raw, kind)
        else:
            raise NumberError(_unknown_form(raw))
    elif isinstance(raw, list):
        found = _triangle(raw)
    else:
        found = Certain(_plain_number(raw))
    _check_range(found, kind)
    return found


def _unknown_form(raw: Mapping[str, Any]) -> str:
    if not raw:
        return "a number is missing: write one, [low, mode, high] or {value: …}"
    forms = ("value", "dist", "p5", "p50", "p95")
    hint = next((h for key in raw if (h := did_you_mean(str(key), forms))), "")
    keys = listed([f"'{key}'" for key in raw], "and")
    return f"not a number: a mapping with {keys}; write {{value: …}}, {{p5, p50, p95}} or {{dist: …}}{hint}"


def _plain_number(raw: Any, at: tuple[str | int, ...] = ()) -> float:
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        raise NumberError(f"must be a number, not {_described(raw)}", at)
    if abs(raw) > LIMIT or not math.isfinite(raw):
        raise NumberError(f"must lie within ±{LIMIT:g}; choose a larger unit", at)
    return float(raw)


def _advice(text: str) -> str:
    """Return what to write instead of a number that came as *text*."""
    digits = text.strip().lstrip("+-")
    if digits.endswith("%") and digits[:-1].replace(".", "", 1).isdecimal():
        return "; write a share, 0.9 for 90 %"
    if digits.replace(".", "", 1).isdecimal():
        return "; leave out the quotes"
    return "; decimals take a point" if digits.replace(",", "", 1).isdecimal() else ""


def _described(raw: Any) -> str:
    if raw is None:
        return "empty"
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, str):
        shown = raw if len(raw) <= 30 else raw[:30] + "…"
        comma = _advice(raw)
        return f"the text {shown!r}{comma}"
    return "a list" if isinstance(raw, list) else "a mapping"


def _triangle(raw: Sequence[Any]) -> Distribution:
    if len(raw) != 3:
        raise NumberError(f"a range is [low, mode, high], three numbers, not {len(raw)}")
    low, mode, high = (_plain_number(item, (i,)) for i, item in enumerate(raw))
    return _ordered_triangle(low, mode, high)


def _ordered_triangle(low: float, mode: float, high: float) -> Distribution:
    if not low <= mode <= high:
        raise NumberError(f"must rise: low {low:g} ≤ mode {mode:g} ≤ high {high:g}")
    return Certain(low) if low == high else Triangular(low, mode, high)


_QUANTILES: Final = ("p5", "p50", "p95")


def _quantiles(raw: Mapping[str, Any], kind: Kind) -> Distribution:
    p5, p50, p95 = _take(raw, _QUANTILES, {}, "stated quantiles").values()
    if not p5 <= p50 <= p95:
        raise NumberError(f"must rise: p5 {p5:g} ≤ p50 {p50:g} ≤ p95 {p95:g}")
    if p5 == p95:
        return Certain(p5)
    if kind.scale == "logit" and not (p5 > 0 and p95 < 1):
        raise NumberError(
            "quantiles of a probability must lie strictly between 0 and 1: "
            "use 0.001 or 0.999, or [low, mode, high]"
        )
    if kind.scale == "log" and p5 <= 0:
        raise NumberError("p5 must be above 0 here; use [low, mode, high] to include 0")
    return Quantiles(p5, p50, p95, kind.scale)


def _take(
    raw: Mapping[str, Any],
    required: Sequence[str],
    optional: Mapping[str, float],
    what: str,
) -> dict[str, float]:
    """Return the parameters of a form, all present, none unknown, all plain numbers."""
    allowed = (*required, *optional)
    for key in raw:
        if key != "dist" and key not in allowed:
            hint = did_you_mean(str(key), allowed) or f"; it takes {listed(allowed, 'and')}"
            raise NumberError(f"unknown parameter '{key}' of {what}{hint}", (key,))
    missing = [key for key in required if key not in raw]
    if missing:
        raise NumberError(f"{what} needs {listed(required, 'and')}; {missing[0]} is missing")
    values = dict(optional)
    values.update({key: _plain_number(raw[key], (key,)) for key in allowed if key in raw})
    return {key: values[key] for key in allowed}


def _named(raw: Mapping[str, Any]) -> Distribution:
    name = raw["dist"]
    if not isinstance(name, str) or name not in DISTRIBUTIONS:
        hint = did_you_mean(str(name), DISTRIBUTIONS)
        known = listed(tuple(DISTRIBUTIONS))
        raise NumberError(f"unknown distribution {name!r}{hint or f'; use {known}'}", ("dist",))
    return DISTRIBUTIONS[name](raw)


def _positive_parameter(name: str, value: float, what: str) -> None:
    if value <= 0:
        raise NumberError(f"{name} of {what} must be above 0", (name,))


def _not_negative(name: str, value: float, what: str) -> None:
    if value < 0:
        raise NumberError(f"{name} of {what} must not be negative", (name,))


def _uniform(raw: Mapping[str, Any]) -> Distribution:
    loc, scale = _take(raw, ("loc", "scale"), {}, "uniform").values()
    _not_negative("scale", scale, "uniform")
    high = loc + scale  # a width lost to rounding leaves one value
    return Certain(loc) if high == loc else Uniform(loc, high)


def _normal(raw: Mapping[str, Any]) -> Distribution:
    loc, scale = _take(raw, ("loc", "scale"), {}, "normal").values()
    _not_negative("scale", scale, "normal")
    return Certain(loc) if scale == 0 else Normal(loc, scale)


def _lognormal(raw: Mapping[str, Any]) -> Distribution:
    s, loc, scale = _take(raw, ("s",), {"loc": 0.0, "scale": 1.0}, "lognormal").values()
    _not_negative("s", s, "lognormal")
    if s > MAX_S:
        raise NumberError(f"s of lognormal must be at most {MAX_S:g}", ("s",))
    _positive_parameter("scale", scale, "lognormal")
    return Certain(loc + scale) if s == 0 else Lognormal(s, loc, scale)


def _beta(raw: Mapping[str, Any]) -> Distribution:
    a, b, loc, scale = _take(raw, ("a", "b"), {"loc": 0.0, "scale": 1.0}, "beta").values()
    _positive_parameter("a", a, "beta")
    _positive_parameter("b", b, "beta")
    _not_negative("scale", scale, "beta")
    return Certain(loc) if scale == 0 else Beta(a, b, loc, scale)


def _three_points(raw: Mapping[str, Any], what: str, optional: Mapping[str, float]) -> list[float]:
    """Return low, mode, high and the optional parameters, from either way of writing them."""
    if any(key in raw for key in ("low", "mode", "high")):
        return list(_take(raw, ("low", "mode", "high"), optional, what).values())
    given = _take(raw, ("c", "loc", "scale"), optional, what)
    c, loc, scale = given["c"], given["loc"], given["scale"]
    if not 0 <= c <= 1:
        raise NumberError(f"c of {what} must lie between 0 and 1", ("c",))
    _not_negative("scale", scale, what)
    high = loc + scale
    mode = min(max(loc + c * scale, loc), high)
    return [loc, mode, high, *(given[key] for key in optional)]


def _triangular(raw: Mapping[str, Any]) -> Distribution:
    low, mode, high = _three_points(raw, "triangular", {})
    return _ordered_triangle(low, mode, high)


def _pert(raw: Mapping[str, Any]) -> Distribution:
    low, mode, high, weight = _three_points(raw, "pert", {"weight": 4.0})
    _positive_parameter("weight", weight, "pert")
    if isinstance(flat := _ordered_triangle(low, mode, high), Certain):
        return flat
    return Pert(low, mode, high, weight)


def _discrete(raw: Mapping[str, Any]) -> Distribution:
    for key in raw:
        if key not in ("dist", "xk", "pk"):
            raise NumberError(f"unknown parameter '{key}' of discrete; it takes xk and pk", (key,))
    values, chances = _row(raw, "xk"), _row(raw, "pk")
    if len(values) != len(chances):
        raise NumberError(f"xk has {len(values)} values, pk {len(chances)}; they go in pairs")
    if any(chance < 0 for chance in chances):
        raise NumberError("pk must not be negative", ("pk",))
    if abs(math.fsum(chances) - 1) > PK_TOLERANCE:
        raise NumberError(f"pk must sum to 1, not {math.fsum(chances):.10g}", ("pk",))
    if len(set(values)) != len(values):
        raise NumberError("xk lists a value twice; add their chances instead", ("xk",))
    pairs = sorted((x, p) for x, p in zip(values, chances, strict=True) if p > 0)
    if len(pairs) == 1:
        return Certain(pairs[0][0])
    return Discrete(tuple(x for x, _ in pairs), tuple(p for _, p in pairs))


def _row(raw: Mapping[str, Any], key: str) -> list[float]:
    given = raw.get(key)
    if not isinstance(given, list) or not given:
        raise NumberError(f"discrete needs {key}: a list of numbers", (key,) if given else ())
    return [_plain_number(item, (key, i)) for i, item in enumerate(given)]


DISTRIBUTIONS: Final[dict[Any, Callable[[Mapping[str, Any]], Distribution]]] = {
    "uniform": _uniform,
    "normal": _normal,
    "lognormal": _lognormal,
    "beta": _beta,
    "pert": _pert,
    "triangular": _triangular,
    "discrete": _discrete,
}


def _check_range(distribution: Distribution, kind: Kind) -> None:
    low, high = support(distribution)
    # These never take the ends of their support, so that an open end of the field suits them.
    inside = isinstance(distribution, (Quantiles, Lognormal, Beta))
    low_ok = low > kind.low or (low == kind.low and (inside or not kind.open_low))
    high_ok = high < kind.high or (high == kind.high and (inside or not kind.open_high))
    if low_ok and high_ok:
        return
    if isinstance(distribution, Certain):
        raise NumberError(f"{kind.phrase}, not {distribution.value:g}")
    name = type(distribution).__name__.lower()
    reached = low if not low_ok else high
    if math.isinf(reached):
        advice = "is unbounded: use beta, triangular or p5/p50/p95"
    else:
        advice = f"reaches {reached:g}: use narrower limits"
    raise NumberError(f"{kind.phrase}, but this {name} {advice}")
