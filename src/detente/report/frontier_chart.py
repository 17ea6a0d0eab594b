"""Plots of what a search found: plans and proposals by two of the figures looked for.

As in :mod:`detente.report.charts`, texts of the case stand in them as data only, and nothing is
told by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from detente.report.charts import WEB, Palette, Spec, spec
from detente.report.reckoned import is_share
from detente.report.searching import Head, Row, Searched
from detente.searching.results import Reckoned, SearchResult

__all__ = ["KINDS", "frontier_charts", "pairs"]

_Frame = tuple[float, float, float, float]  # ends of both axes

#: What the marks of the plot stand for, in the order of its legend, and their shapes.
KINDS = {
    "frontier": ("on the frontier", "circle"),
    "alternative": ("close to the frontier", "triangle-up"),
    "reference": ("reference point", "diamond"),
    "proposal": ("proposal of the case", "square"),
}
_WIDTH, _HEIGHT = 520, 360
_PROPOSAL = KINDS["proposal"][0]
#: Pixels that a label takes up and down, and what one letter takes across.
_LINE, _LETTER = 15, 6.4
#: Longer names of proposals are cut.
_MOST_LETTERS = 34
#: Marks closer together than so many pixels have one label.
_CLOSE = 16
#: More figures than this are set against the first only.
_MOST_FIGURES = 3


@dataclass(frozen=True, slots=True)
class _Dot:
    """One plan or proposal in a plot; shares out of 100."""

    name: str
    label: str
    kind: str
    x: float
    y: float
    ends: tuple[float, float, float, float]
    told: str
    place: str  #: of a plan: where on the page it is opened


def pairs(objectives: int) -> list[tuple[int, int]]:
    """Return which figures are set against each other: positions of heads."""
    if objectives <= _MOST_FIGURES:
        return list(combinations(range(objectives), 2))
    return [(0, other) for other in range(1, objectives)]


def frontier_charts(
    result: SearchResult, found: Searched, palette: Palette = WEB
) -> dict[str, Spec]:
    """Return the plots by the id of their place in the page."""
    objectives = len(result.asked.objectives)
    if objectives == 1:
        return {"frontier-1": _one_figure(result, found, palette)}
    return {
        f"frontier-{number}": _two_figures(result, found, pair, palette)
        for number, pair in enumerate(pairs(objectives), start=1)
    }


def _two_figures(
    result: SearchResult, found: Searched, pair: tuple[int, int], palette: Palette
) -> Spec:
    x, y = (found.heads[i] for i in pair)
    dots = list(_dots(result, found, pair))
    frame = _frame(dots)
    rows = [_row(dot) for dot in dots]
    for row, (label, label_x, label_y) in zip(rows, _labelled(dots, frame), strict=True):
        row |= {"label": label, "label_x": label_x, "label_y": label_y}
    across: Spec = {
        "type": "quantitative",
        "scale": _domain(frame[:2]),
        "title": _title(x),
    }
    up: Spec = {
        "type": "quantitative",
        "scale": _domain(frame[2:]),
        "title": _title(y),
    }
    layers = [
        _ends("x", across, up),
        _ends("y", across, up),
        _labels(across, up, palette),
        _marks(across, up),
    ]
    about = f"{len(rows)} plans and proposals by {x.name} and {y.name}"
    body = {"layer": layers, "width": _WIDTH, "height": _HEIGHT}
    return spec(palette, rows, about, {**body, "encoding": {"color": _color(palette)}})


def _one_figure(result: SearchResult, found: Searched, palette: Palette) -> Spec:
    head = found.heads[0]
    dots = list(_dots(result, found, (0, 0)))[::-1]
    across: Spec = {"type": "quantitative", "title": _title(head)}
    across |= {"scale": _domain(_frame(dots)[:2])}
    up: Spec = {"field": "name", "type": "nominal", "sort": None, "title": None}
    rule: Spec = {
        "mark": {"type": "rule", "strokeWidth": 2, "aria": False},
        "encoding": {"x": {**across, "field": "x_low"}, "x2": {"field": "x_high"}, "y": up},
    }
    layers = [rule, _marks(across, up)]
    body: Spec = {"layer": layers, "width": _WIDTH - 120, "height": {"step": 22}}
    about = f"{len(dots)} plans and proposals by {head.name}"
    rows = [_row(dot) for dot in dots]
    return spec(palette, rows, about, {**body, "encoding": {"color": _color(palette)}})


def _title(head: Head) -> str:
    better = f" ({head.better})" if head.better else ""
    return f"{head.name}{f', {head.unit}' if head.unit else ''}{better}"


def _dots(result: SearchResult, found: Searched, pair: tuple[int, int]) -> Iterator[_Dot]:
    figures: dict[str, Mapping[str, Reckoned]] = {p.id: p.figures for p in result.plans}
    figures |= result.proposals
    for row in (*found.proposals, *reversed(found.rows)):
        (x, sides), (y, ends) = (_place(found.heads[i].text, figures[row.id]) for i in pair)
        kind, place = KINDS[row.kind][0], "" if row.kind == "proposal" else row.id
        yield _Dot(row.name, _label(row), kind, x, y, (*sides, *ends), _told(found, row), place)


def _place(text: str, figures: Mapping[str, Reckoned]) -> tuple[float, tuple[float, float]]:
    times = 100.0 if is_share(text) else 1.0
    low, high = figures[text].interval
    return times * figures[text].value, (times * low, times * high)


def _label(row: Row) -> str:
    if row.kind != "proposal":
        return row.name.removeprefix("Plan ")
    return row.name if len(row.name) <= _MOST_LETTERS else f"{row.name[: _MOST_LETTERS - 1]}…"


def _told(found: Searched, row: Row) -> str:
    """Say what a mark is, as rounded as everywhere."""
    figures = (
        f"{head.name} {cell.symbol}{f' {head.unit}' if head.unit else ''}"
        f"{f' ({cell.between})' if cell.between else ''}"
        for head, cell in zip(found.heads, row.cells, strict=True)
    )
    return f"{row.name}, {KINDS[row.kind][0]}: {'; '.join(figures)}"


def _row(dot: _Dot) -> dict[str, object]:
    x_low, x_high, y_low, y_high = dot.ends
    return {
        "name": dot.name,
        "label": dot.label,
        "kind": dot.kind,
        "x": dot.x,
        "y": dot.y,
        "x_low": x_low,
        "x_high": x_high,
        "y_low": y_low,
        "y_high": y_high,
        "told": dot.told,
        "place": dot.place,
    }


def _frame(dots: Sequence[_Dot]) -> _Frame:
    """Return the ends of both axes: a little wider than all intervals."""
    ends = list(zip(*(dot.ends for dot in dots), strict=True))
    return (*_wider(min(ends[0]), max(ends[1])), *_wider(min(ends[2]), max(ends[3])))


def _wider(low: float, high: float) -> tuple[float, float]:
    room = 0.06 * (high - low) or abs(high) or 1.0
    return low - room, high + room


def _domain(ends: tuple[float, ...]) -> Spec:
    return {"domain": list(ends), "zero": False, "nice": False}


def _labelled(dots: Sequence[_Dot], frame: _Frame) -> Iterator[tuple[str, float, float]]:
    """Yield for each mark its label and where that stands; marks close together have one.

    Labels stand beside their marks, moved up or down where others stand.
    """
    left, right, low, high = frame
    taken: list[tuple[float, float, float]] = []
    told = dict[int, tuple[str, float, float]]()
    for group in sorted(_groups(dots, frame), key=lambda group: len(_joint(dots, group))):
        text = _joint(dots, group)
        places = [_place_of(dots[i], frame) for i in group]
        x, y = max(at for at, _ in places), places[0][1]
        wide = _LETTER * len(text)
        x = min(at for at, _ in places) - wide - 9 if x + 9 + wide > _WIDTH + 60 else x + 9
        free = (y + step * _LINE for step in (0, -1, 1, -2, 2, -3, 3))
        up = next((at for at in free if _has_room(taken, x, wide, at)), y)
        taken.append((x, x + wide, up))
        x, y = x / _WIDTH * (right - left) + left, high - up / _HEIGHT * (high - low)
        told[group[0]] = (text, x, y)
    for i, dot in enumerate(dots):
        yield told.get(i, ("", dot.x, dot.y))


def _groups(dots: Sequence[_Dot], frame: _Frame) -> list[list[int]]:
    """Return positions of marks of one sort that stand close to the first of them."""
    groups: list[list[int]] = []
    for i, dot in enumerate(dots):
        x, y = _place_of(dot, frame)
        for group in groups:
            first = dots[group[0]]
            at = _place_of(first, frame)
            apart = max(abs(x - at[0]), abs(y - at[1]))
            if apart < _CLOSE and (first.kind == _PROPOSAL) == (dot.kind == _PROPOSAL):
                group.append(i)
                break
        else:
            groups.append([i])
    return groups


def _joint(dots: Sequence[_Dot], group: Sequence[int]) -> str:
    """Return what a group of marks is called."""
    labels = [dots[i].label for i in group]
    if dots[group[0]].kind != _PROPOSAL:
        return ", ".join(sorted(labels, key=lambda label: (len(label), label)))
    return f"{len(labels)} proposals" if len(labels) > 1 else labels[0]


def _place_of(dot: _Dot, frame: _Frame) -> tuple[float, float]:
    """Return where a mark stands, in pixels from the left and from above."""
    left, right, low, high = frame
    return (dot.x - left) / (right - left) * _WIDTH, (high - dot.y) / (high - low) * _HEIGHT


def _has_room(
    taken: Sequence[tuple[float, float, float]], x: float, wide: float, up: float
) -> bool:
    inside = -4 <= up <= _HEIGHT + 4
    return inside and not any(
        abs(other - up) < _LINE and x < end and begin < x + wide for begin, end, other in taken
    )


def _ends(side: str, across: Spec, up: Spec) -> Spec:
    """Draw the intervals along one axis."""
    x, y = {**across, "field": "x"}, {**up, "field": "y"}
    along = {"x": x, "y": y}
    along[side] = {**along[side], "field": f"{side}_low"}
    along[f"{side}2"] = {"field": f"{side}_high"}
    return {"mark": {"type": "rule", "strokeWidth": 1.5, "aria": False}, "encoding": along}


def _marks(across: Spec, up: Spec) -> Spec:
    names, shapes = zip(*KINDS.values(), strict=True)
    shape = {"domain": list(names), "range": list(shapes)}
    encoding = {
        "x": {**across, "field": "x"},
        "y": {"field": "y", **up},  # a field of names goes first
        "shape": {"field": "kind", "type": "nominal", "scale": shape, "legend": _legend()},
        "tooltip": {"field": "told", "type": "nominal"},
        "description": {"field": "told", "type": "nominal"},
    }
    return {
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1, "cursor": "pointer"},
        "encoding": encoding,
    }


def _labels(across: Spec, up: Spec, palette: Palette) -> Spec:
    mark = {"type": "text", "align": "left", "baseline": "middle", "fontSize": 11, "aria": False}
    encoding = {
        "x": {**across, "field": "label_x"},
        "y": {**up, "field": "label_y"},
        "text": {"field": "label", "type": "nominal"},
        "color": {"value": palette.ink},
    }
    return {"mark": mark, "encoding": encoding}


def _color(palette: Palette) -> Spec:
    names = [name for name, _ in KINDS.values()]
    colors = [palette.series[i] for i in (0, 2, 3, 1)]
    scale = {"domain": names, "range": colors}
    return {"field": "kind", "type": "nominal", "scale": scale, "legend": _legend()}


def _legend() -> Spec:
    return {"title": None, "orient": "bottom", "columns": 2, "labelLimit": 260, "symbolSize": 80}
