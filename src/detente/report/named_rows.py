"""Plots of rows under their names, for plots that have to be as narrow as a telephone.

Names are long and telephones narrow: a name stands above its marks, broken into lines, so that
no name is at the side of a plot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any
from unicodedata import east_asian_width

from detente.report.charts import Palette, Spec, spec

__all__ = [
    "DIGIT",
    "NARROW",
    "WIDE",
    "WIDTH",
    "Laid",
    "across",
    "interval_layer",
    "laid_out",
    "line_layer",
    "name_layers",
    "text_layers",
    "up",
    "whole",
    "wrapped",
]

#: Pixels across, of a plot beside another and of one by itself, and of any on a telephone.
WIDTH, WIDE, NARROW = 420, 640, 292
#: Letters and lines of a name; pixels of a line, of a mark, and between rows.
_LETTERS, _LINES = 46, 3
_LINE, _MARK, _GAP = 15, 15, 10
#: Pixels between a name and its marks.
_PAD = 3
#: Pixels that a digit takes across, at most.
DIGIT = 7.0


_TEXT: Spec = {
    "type": "text",
    "baseline": "middle",
    "aria": False,
    "fontWeight": {"expr": "datum.bold ? 'bold' : 'normal'"},
}
_AXIS: Spec = {"tickCount": 5, "titleLimit": NARROW}
#: How wide the plot is on a telephone: read by the script of the page.
_USER: Spec = {"usermeta": {"narrow": NARROW}}


@dataclass(frozen=True, slots=True)
class Laid:
    """Rows of a plot from above: lines of names, and where marks are."""

    lines: list[dict[str, Any]]  #: y in pixels from above, text, and whether it is a heading
    marks: list[list[float]]  #: y of each mark of each row
    height: float


def laid_out(
    rows: Sequence[tuple[str, int]],
    *,
    headings: dict[int, str] | None = None,
    below: float = 0.0,
) -> Laid:
    """Lay rows out from above: the lines of each name, then so many marks."""
    lines: list[dict[str, Any]] = []
    marks: list[list[float]] = []
    y = 4.0
    for i, (name, own) in enumerate(rows):
        texts = [(text, True) for text in wrapped((headings or {}).get(i, ""))]
        texts += [(text, False) for text in wrapped(name)]
        for text, heading in texts:
            lines.append({"x": 0, "y": y + _LINE / 2, "text": text, "bold": heading})
            y += _LINE
        y += _PAD
        marks.append([y + _MARK * (k + 0.5) for k in range(own)])
        y += _MARK * own + below + _GAP
    return Laid(lines, marks, max(y - _GAP + 2.0, 1.0))


def wrapped(name: str) -> list[str]:
    """Break a name into lines."""
    wide = any(east_asian_width(letter) in "WF" for letter in name)
    return wrap(name, _LETTERS // 2 if wide else _LETTERS, max_lines=_LINES, placeholder=" …")


def across(title: str | None, ends: tuple[float, float]) -> Spec:
    """Return the axis across a plot, which is between two ends and no wider."""
    scale = {"domain": list(ends), "nice": False, "zero": False, "padding": 0}
    return {"type": "quantitative", "title": title, "scale": scale, "axis": {**_AXIS}}


def up(laid: Laid) -> Spec:
    """Return the axis from above, in pixels."""
    scale = {"domain": [0, laid.height], "reverse": True, "nice": False, "zero": False}
    scale["padding"] = 0
    return {"field": "y", "type": "quantitative", "axis": None, "scale": scale}


def interval_layer(x: Spec, low: str, high: str, y: Spec, color: Spec) -> Spec:
    """Draw a line from one field of each row to another."""
    ends = {"x": {**x, "field": low}, "x2": {"field": high}, "y": y, "color": color}
    return {"mark": {"type": "rule", "strokeWidth": 2, "aria": False}, "encoding": ends}


def line_layer(rows: list[dict[str, Any]], x: Spec, color: str, dash: Sequence[int]) -> Spec:
    """Draw a line from top to bottom at the x of each row."""
    mark = {"type": "rule", "strokeWidth": 1.5, "color": color, "strokeDash": list(dash)}
    return {
        "data": {"values": rows},
        "mark": {**mark, "aria": False},
        "encoding": {"x": {**x, "field": "x"}},
    }


def name_layers(laid: Laid, palette: Palette) -> Iterator[Spec]:
    """Draw the names, from the left edge of the plot."""
    mark = {**_TEXT, "align": "left", "fontSize": 12}
    yield from _written(laid.lines, mark, {"x": {"value": 0}, "y": up(laid)}, palette)


def text_layers(
    rows: Sequence[dict[str, Any]], x: Spec, y: Spec, palette: Palette, *, apart: int = 0
) -> Iterator[Spec]:
    """Draw texts at marks, so many pixels apart from where they stand."""
    for align, sign in (("left", 1), ("center", 0), ("right", -1)):
        own = [row for row in rows if row["align"] == align]
        mark = {**_TEXT, "align": align, "dx": sign * apart, "fontSize": 11.5}
        if own:
            yield from _written(own, mark, {"x": {**x, "field": "x"}, "y": y}, palette)


def _written(
    rows: list[dict[str, Any]], mark: Spec, place: Spec, palette: Palette
) -> Iterator[Spec]:
    """Draw texts, on a ground that hides the lines behind them."""
    paper = "var(--paper)" if palette.ink.startswith("var(") else "#ffffff"
    ground = {"stroke": paper, "strokeWidth": 6, "strokeJoin": "round"}
    text: Spec = {"field": "text", "type": "nominal"}
    for own, color in ((ground, paper), ({}, palette.ink)):
        encoding = {**place, "text": text, "color": {"value": color}}
        if own:
            encoding["stroke"] = {"value": paper}
        yield {"data": {"values": rows}, "mark": {**mark, **own}, "encoding": encoding}


def whole(
    palette: Palette,
    rows: list[dict[str, Any]],
    about: str,
    layers: list[Spec],
    laid: Laid,
    width: int = WIDTH,
) -> Spec:
    """Put a plot of rows together."""
    body = {"layer": layers, "width": width, "height": laid.height}
    return spec(palette, rows, about, body) | _USER
