"""Plots of what matters to a plan: groups, boxes, values of finding out, swings, convergence.

As in :mod:`detente.report.charts`, texts of the case stand in them as data only, and nothing is
told by colour alone. Rows stand under their names (:mod:`detente.report.named_rows`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from detente.draws.unknowns import is_crossing
from detente.influence.estimates import share as estimated
from detente.influence.groups import WAYS, Way
from detente.influence.results import (
    Bound,
    Choice,
    Convergence,
    Finding,
    GroupIndices,
    Index,
    Scenario,
    Sensitivity,
    Swinging,
)
from detente.report.charts import WEB, Palette, Spec, spec
from detente.report.figures import count
from detente.report.influence_words import WAYS_TITLES, Words, number_text
from detente.report.mattering import (
    gain_text,
    gain_unit,
    share_text,
    shown_rows,
    swing_ends,
    value_text,
)
from detente.report.named_rows import (
    DIGIT,
    NARROW,
    WIDE,
    WIDTH,
    across,
    interval_layer,
    laid_out,
    line_layer,
    name_layers,
    text_layers,
    up,
    whole,
)
from detente.report.reckoned import is_share
from detente.report.terms import sentence

__all__ = [
    "INDICES",
    "MOST_ROWS",
    "box_chart",
    "course_chart",
    "findings_chart",
    "findings_shown",
    "groups_chart",
    "swings_chart",
]

#: What the three indices of a group are called, and their shapes.
INDICES = {"its share": "circle", "alone": "triangle-up", "with others": "diamond"}
#: A plot has so many rows at most; tables have them all.
MOST_ROWS = 20
#: Values of finding out that are shown of each way.
MOST_FINDINGS = 4


def groups_chart(found: Sensitivity, words: Words, way: Way, palette: Palette = WEB) -> Spec:
    """How much of the spread the groups of one way account for, with 95 % intervals."""
    shown = shown_rows(found, way)[0][:MOST_ROWS]
    each = [[*_indices_of(row)] for row in shown]
    names = [sentence(words.group(way, row.group)) for row in shown]
    laid = laid_out([(name, len(own)) for name, own in zip(names, each, strict=True)])
    rows = [
        {
            "what": what,
            "share": 100 * min(max(one.value, 0.0), 1.0),
            "low": 100 * one.interval[0],
            "high": 100 * one.interval[1],
            "y": y,
            "label": f"{name}, {what}: {share_text(one)} of 100",
        }
        for name, own, places in zip(names, each, laid.marks, strict=True)
        for (what, one), y in zip(own, places, strict=True)
    ]
    kinds = [*INDICES]
    color = {"scale": {"domain": kinds, "range": list(palette.series[:3])}}
    shape = {"scale": {"domain": kinds, "range": [*INDICES.values()]}}
    legend = {"title": None, "orient": "top", "columns": 3, "symbolSize": 70, "offset": 2}
    told: Spec = {"field": "what", "type": "nominal", "legend": legend}
    x = across("out of 100 of the spread", (0, 100))
    x["axis"] |= {"values": [0, 25, 50, 75, 100]}
    layers = [
        interval_layer(x, "low", "high", up(laid), {**told, **color}),
        {
            "mark": {"type": "point", "filled": True, "size": 75, "opacity": 1},
            "encoding": {
                "x": {**x, "field": "share"},
                "y": up(laid),
                "color": {**told, **color},
                "shape": {**told, **shape},
                "description": _LABEL,
            },
        },
        *name_layers(laid, palette),
    ]
    about = f"{WAYS_TITLES[way]}: shares of the spread of the figure"
    return whole(palette, rows, about, layers, laid)


def box_chart(words: Words, box: Scenario, palette: Palette = WEB) -> Spec:
    """The part of the range of each bounded unknown that lies in a box."""
    names = [sentence(words.unknown(bound.number)) for bound in box.limits]
    laid = laid_out([(name, 1) for name in names], below=14)
    rows, ends = [], []
    for bound, name, (y,) in zip(box.limits, names, laid.marks, strict=True):
        low, high = _inside(bound)
        label = f"{name}: {_told(bound)}"
        rows.append({"y": y, "least": 0, "greatest": 1, "low": low, "high": high, "label": label})
        ends += [{"y": y + 17, **end} for end in _ends(bound, low, high)]
    x = across(None, (0, 1))
    x["axis"] = None
    bar: Spec = {"type": "bar", "height": 11}
    layers: list[Spec] = [
        {
            "mark": {**bar, "color": palette.grid, "aria": False},
            "encoding": {"x": {**x, "field": "least"}, "x2": {"field": "greatest"}, "y": up(laid)},
        },
        {
            "mark": {**bar, "color": palette.series[0]},
            "encoding": {
                "x": {**x, "field": "low"},
                "x2": {"field": "high"},
                "y": up(laid),
                "description": _LABEL,
            },
        },
        *name_layers(laid, palette),
        *text_layers(ends, x, up(laid), palette),
    ]
    return whole(palette, rows, "Bounds of a box of unknowns within their ranges", layers, laid)


def findings_shown(choice: Choice) -> list[Finding]:
    """Return the values of finding out that a plot shows, none where chance may have shown all.

    Of each way those that are clear, or else the largest.
    """
    shown = list[Finding]()
    for way in WAYS:
        own = [one for one in choice.findings if one.way == way]
        clear = [one for one in own if one.clear]
        shown += (clear or own[:1])[:MOST_FINDINGS]
    return shown if any(one.clear for one in shown) else []


def findings_chart(
    found: Sensitivity, words: Words, choice: Choice, palette: Palette = WEB
) -> Spec:
    """What finding out groups is worth, beside what chance alone shows, and knowing everything."""
    times = 100.0 if is_share(found.figure) else 1.0
    shown = findings_shown(choice)
    heads = {way: next(i for i, one in enumerate(shown) if one.way == way) for way in _ways(shown)}
    names = [sentence(words.group(one.way, one.group)) for one in shown]
    laid = laid_out(
        [(name, 1) for name in names],
        headings={i: WAYS_TITLES[way] for way, i in heads.items()},
    )
    rows = [
        {
            "what": _CLEAR if one.clear else _CHANCE,
            "none": 0.0,
            "gain": times * max(one.value.value, 0.0),
            "low": times * max(one.value.interval[0], 0.0),
            "high": times * max(one.value.interval[1], 0.0),
            "zero": times * one.zero,
            "y": y,
            "label": f"{name}: {gain_text(found, words, one.value)},"
            f" {_CLEAR if one.clear else _CHANCE}",
        }
        for one, name, (y,) in zip(shown, names, laid.marks, strict=True)
    ]
    most = times * choice.perfect.value
    greatest = max(most, *(times * max(one.value.interval[1], one.zero) for one in shown))
    unit = gain_unit(found, words)
    x = across(f"gain from finding out{f', {unit}' if unit else ''}", (0, 1.06 * greatest or 1))
    legend = {"title": None, "orient": "top", "columns": 1, "offset": 2, "labelLimit": 280}
    told: Spec = {"field": "what", "type": "nominal", "legend": legend}
    told["scale"] = {"domain": [_CLEAR, _CHANCE], "range": [palette.series[0], palette.muted]}
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "height": 9, "opacity": 0.55},
            "encoding": {
                "x": {**x, "field": "none"},
                "x2": {"field": "gain"},
                "y": up(laid),
                "color": told,
                "description": _LABEL,
            },
        },
        interval_layer(x, "low", "high", up(laid), told),
        {
            "mark": {
                "type": "tick",
                "color": palette.ink,
                "thickness": 2,
                "size": 15,
                "aria": False,
            },
            "encoding": {"x": {**x, "field": "zero"}, "y": up(laid)},
        },
        line_layer([{"x": most}], x, palette.series[1], [6, 3]),
        *name_layers(laid, palette),
    ]
    about = "What finding out groups of unknowns is worth before a plan is chosen"
    return whole(palette, rows, about, layers, laid, WIDE)


def swings_chart(found: Sensitivity, words: Words, palette: Palette = WEB) -> Spec:
    """The figure with one unknown held low and high, all others as drawn: the widest on top."""
    times = 100.0 if is_share(found.figure) else 1.0
    shown = found.swings[:MOST_ROWS]
    names = [sentence(words.unknown(one.number)) for one in shown]
    laid = laid_out([(name, 1) for name in names])
    rows = [
        {**row, "y": y, "none": times * found.mean.value}
        for one, name, (y,) in zip(shown, names, laid.marks, strict=True)
        for row in _swing_rows(found, one, name, times)
    ]
    x = across(*_swing_axis(found, words, rows, times))
    sides = ["low", "high"]
    told: Spec = {"field": "side", "type": "nominal"}
    told["scale"] = {"domain": sides, "range": [palette.series[1], palette.series[0]]}
    told["legend"] = {"title": "unknown held", "titleFontWeight": "normal", "orient": "top"}
    told["legend"] |= {"offset": 2, "columns": 2}
    lines = [(found.mean.value, palette.ink, [1, 0])]
    if _target_in_sight(found):
        lines.append((found.target, palette.series[2], [6, 3]))
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "height": 11},
            "encoding": {
                "x": {**x, "field": "none"},
                "x2": {"field": "figure"},
                "y": up(laid),
                "color": told,
                "description": _LABEL,
            },
        },
        *(line_layer([{"x": times * at}], x, color, dash) for at, color, dash in lines),
        *name_layers(laid, palette),
        *text_layers(rows, x, up(laid), palette, apart=4),
    ]
    about = "The figure with one unknown at a time held low and high"
    return whole(palette, rows, about, layers, laid, WIDE)


def course_chart(convergence: Convergence, palette: Palette = WEB) -> Spec:
    """The largest share of a single unknown, from so many draws, with its interval."""
    rows = [
        {
            "draws": f"{count(draws)}",
            "share": 100 * value,
            "low": 100 * low,
            "high": 100 * high,
            "label": f"{count(draws)} draws: {100 * value:.0f} of 100",
        }
        for draws, value, error in convergence.course
        for low, high in [estimated(value, error).interval]
    ]
    axis = {"labelAngle": 0, "grid": False}
    x: Spec = {"field": "draws", "type": "ordinal", "sort": None, "title": "draws", "axis": axis}
    y: Spec = {"type": "quantitative", "title": "out of 100 of the spread"}
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "strokeWidth": 2, "aria": False},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 75, "opacity": 1},
            "encoding": {"x": x, "y": {**y, "field": "share"}, "description": _LABEL},
        },
    ]
    body = {"layer": layers, "width": WIDTH, "height": 130}
    body |= {"encoding": {"color": {"value": palette.series[0]}}}
    about = "The largest share of a single unknown by the number of draws"
    return spec(palette, rows, about, body) | {"usermeta": {"narrow": NARROW - 20}}


_LABEL: Spec = {"field": "label", "type": "nominal"}
_CLEAR, _CHANCE = "more than chance shows", "not more than chance shows"


def _indices_of(row: GroupIndices) -> Iterator[tuple[str, Index]]:
    for what, one in zip(INDICES, (row.shapley, row.first, row.total), strict=True):
        if one is not None:
            yield what, one


def _ways(shown: Sequence[Finding]) -> list[Way]:
    return [way for way in WAYS if any(one.way == way for one in shown)]


def _inside(bound: Bound) -> tuple[float, float]:
    """Return where a box begins and ends within the range of an unknown: both in [0, 1]."""
    if is_crossing(bound.number):
        return (0.5, 1.0) if bound.low is not None else (0.0, 0.5)
    width = bound.greatest - bound.least or 1.0
    low = 0.0 if bound.low is None else (bound.low - bound.least) / width
    high = 1.0 if bound.high is None else (bound.high - bound.least) / width
    return low, high


def _told(bound: Bound) -> str:
    if is_crossing(bound.number):
        return "yes" if bound.low is not None else "no"
    low, high = (number_text(end) for end in (bound.low, bound.high))
    within = f"of {number_text(bound.least)} to {number_text(bound.greatest)}"
    if not low:
        return f"up to {high}, {within}"
    return f"from {low}, {within}" if not high else f"{low} to {high}, {within}"


def _ends(bound: Bound, low: float, high: float) -> Iterator[dict[str, Any]]:
    """Yield what stands below a range: its ends, and where the box begins and ends in bold.

    An end of the range gives way where a bound is close to it.
    """
    if is_crossing(bound.number):
        for x, text in ((0.25, "no"), (0.75, "yes")):
            yield {"x": x, "align": "center", "text": text, "bold": low <= x <= high}
        return
    marked = []
    for at, value in ((low, bound.low), (high, bound.high)):
        if value is not None:
            text = number_text(value)
            half = DIGIT * len(text) / 2 / NARROW
            place = min(max(at, half), 1.0 - half)
            marked.append((place - half, place + half))
            yield {"x": place, "align": "center", "text": text, "bold": True}
    left, right = number_text(bound.least), number_text(bound.greatest)
    if all(begin > _room(left) for begin, _ in marked):
        yield {"x": 0, "align": "left", "text": left, "bold": False}
    if all(end < 1.0 - _room(right) for _, end in marked):
        yield {"x": 1, "align": "right", "text": right, "bold": False}


def _room(text: str) -> float:
    return (DIGIT * len(text) + 8) / NARROW


def _swing_rows(
    found: Sensitivity, one: Swinging, name: str, times: float
) -> Iterator[dict[str, Any]]:
    """Yield one bar for each end; what the unknown is there stands outside of the bars."""
    values = (times * one.at_low.value, times * one.at_high.value)
    for side, at, text, end in zip(
        ("low", "high"), values, swing_ends(one), (one.at_low, one.at_high), strict=True
    ):
        other = values[1] if side == "low" else values[0]
        right = at > other or (at == other and side == "high")
        yield {
            "side": side,
            "figure": at,
            "x": max(at, times * found.mean.value) if right else min(at, times * found.mean.value),
            "text": text,
            "align": "left" if right else "right",
            "bold": False,
            "label": f"{name}, {side} ({text}): {value_text(found, end)}",
        }


def _swing_axis(
    found: Sensitivity, words: Words, rows: Sequence[dict[str, Any]], times: float
) -> tuple[str, tuple[float, float]]:
    """Return the title of the axis and its ends, with room for what stands outside of bars."""
    name = sentence(words.figure(found))
    title = f"{name}, out of 100" if is_share(found.figure) else name
    if not is_share(found.figure) and words.unit(found) not in name:
        title = f"{name}, {words.unit(found)}"
    ends = [float(row["figure"]) for row in rows] + [times * found.mean.value]
    if _target_in_sight(found):
        ends.append(times * found.target)
    low, high = min(ends), max(ends)
    letters = max(len(str(row["text"])) for row in rows)
    room = (high - low or abs(high) or 1.0) / (1.0 - 2.0 * (DIGIT * letters + 10) / NARROW)
    spare = (room - (high - low)) / 2.0
    return title, (low - spare, high + spare)


def _target_in_sight(found: Sensitivity) -> bool:
    """Whether the target is not so far off that the bars would be too small to see."""
    ends = [end.value for one in found.swings for end in (one.at_low, one.at_high)]
    low, high = min(*ends, found.mean.value), max(*ends, found.mean.value)
    return low - (high - low) <= found.target <= high + (high - low)
