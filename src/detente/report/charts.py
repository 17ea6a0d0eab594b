"""The plots of a report, as Vega-Lite specifications: data and marks, no drawing.

Texts of the case stand in them as data only. Sizes are in pixels. Colours come as a
:class:`Palette`, so that a page can name its own (light, dark, paper) and a picture fixed ones;
nothing is told by colour alone. A narrow plot takes half the width of a printed page, whatever
the number of phases: these go by their numbers there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from detente.case.domain import Case
from detente.insight.results import Balance, Explanation
from detente.report.answer import ranked, start_year
from detente.report.figures import share, worth
from detente.report.numbers import BASES, basis_counts
from detente.report.reasons import item_name
from detente.report.speaker import Speaker
from detente.report.terms import (
    AFTERWARDS,
    FIGURES,
    PROMISED,
    estimates,
    phase_title,
    quantity_title,
)
from detente.report.text import clean
from detente.verdict.results import Band, Estimate, Fan, RunResult, Verdict
from detente.verdict.views import Figure, ViewsResult

__all__ = [
    "PRINT",
    "WEB",
    "Palette",
    "Spec",
    "basis_chart",
    "contributions_chart",
    "exposure_chart",
    "outcome_chart",
    "spec",
    "standing_chart",
    "verdicts_chart",
    "views_chart",
]

Spec = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours and typeface of a plot, as CSS names them."""

    ink: str
    muted: str
    grid: str
    series: tuple[str, ...]
    font: str


#: For pages: each is a variable of the style sheet.
WEB = Palette(
    "var(--ink)",
    "var(--muted)",
    "var(--grid)",
    tuple(f"var(--c{i})" for i in range(1, 7)),
    "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif",
)
#: For pictures on white; told apart by most who see few colours (Okabe and Ito 2008). The
#: typeface comes with vl-convert: on every machine texts take the same room.
PRINT = Palette(
    "#1c1f24",
    "#5a616b",
    "#d5d9de",
    ("#0072b2", "#b34700", "#00735c", "#8f3f71", "#6b5b00", "#4a4f57"),
    "Liberation Sans",
)
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3])
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
#: A legend of lines as they are drawn.
_STROKES: Spec = {
    "title": None,
    "orient": "bottom",
    "symbolType": "stroke",
    "symbolSize": 500,
    "symbolStrokeWidth": 2.5,
    "symbolOpacity": 1,
}
#: What a mark is called for those who do not see it: rounded, as everywhere.
_LABEL: Spec = {"field": "label", "type": "nominal"}
#: Pixels and letters for each phase.
_STEP, _LETTERS = 68, 11
#: Pixels across and down a narrow plot, and how many lines it may have.
_NARROW, _LOW, _MOST_LINES = 300, 112, 6


def verdicts_chart(
    result: RunResult, palette: Palette = WEB, *, most: int | None = None, narrow: bool = False
) -> Spec:
    """Accepted, kept and held, with 95 % intervals, of the best proposals side by side."""
    kinds = tuple(FIGURES.values())
    shown = ranked(result)[:most]
    names = _labels({verdict.proposal: verdict.name for verdict in shown})
    rows = [
        {
            "text": names[verdict.proposal],
            "what": kind,
            "share": 100 * estimate.mean,
            "low": 100 * estimate.interval[0],
            "high": 100 * estimate.interval[1],
            "label": f"{names[verdict.proposal]}, {kind}: {share(estimate).phrase}",
        }
        for verdict in shown
        for kind, estimate in estimates(verdict)
    ]
    y: Spec = {"field": "text", "type": "nominal", "sort": None, "title": None}
    x: Spec = {"type": "quantitative", "scale": {"domain": [0, 100]}}
    x["axis"] = {"values": [0, 50, 100]}
    if narrow:
        y["axis"] = {"labelLimit": 400}
    dot: Spec = {
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
        "encoding": {"x": {**x, "field": "share", "title": "out of 100"}, "y": y},
    }
    rule: Spec = {
        "mark": {"type": "rule", "strokeWidth": 2},
        "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y},
    }
    facet = {"field": "what", "sort": list(kinds), "title": None, "header": {"labelFontSize": 13}}
    color = {"field": "what", "legend": None, "scale": _scale(palette, kinds)}
    told = {"color": color, "description": _LABEL}
    layers = [{**layer, "encoding": {**layer["encoding"], **told}} for layer in (rule, dot)]
    step = 17 if narrow and len(shown) > 8 else 22
    inner = {"layer": layers, "width": 130 if narrow else 150, "height": {"step": step}}
    about = f"Share of draws in which each of {len(shown)} texts is accepted, kept, both"
    return spec(palette, rows, about, {"facet": {"column": facet}, "spec": inner})


def views_chart(result: ViewsResult, palette: Palette = WEB, *, most: int | None = None) -> Spec:
    """Accepted, kept and held: thin the sampling interval as written, thick the range of views."""
    figures = {name: figure for figure, name in FIGURES.items()}
    shown = ranked(result.written)[:most]
    names = _labels({verdict.proposal: verdict.name for verdict in shown})
    rows = [
        {"text": names[verdict.proposal], "what": what, **_spread(result, verdict, figure)}
        for verdict in shown
        for what, figure in figures.items()
    ]
    y: Spec = {"field": "text", "type": "nominal", "sort": None, "title": None}
    x: Spec = {"type": "quantitative", "scale": {"domain": [0, 100]}, "title": "of 100 draws"}
    color = {"field": "what", "legend": None, "scale": _scale(palette, tuple(figures))}

    def bar(low: str, high: str, width: float, opacity: float) -> Spec:
        mark = {"type": "rule", "strokeWidth": width, "opacity": opacity}
        ends = {"x": {**x, "field": low}, "x2": {"field": high}}
        return {"mark": mark, "encoding": {**ends, "y": y, "color": color}}

    dot: Spec = {
        "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1},
        "encoding": {"x": {**x, "field": "share"}, "y": y, "color": color},
    }
    layers = [bar("least", "greatest", 9, 0.35), bar("low", "high", 2, 1), dot]
    facet = {"field": "what", "sort": [*figures], "title": None, "header": {"labelFontSize": 13}}
    inner = {"layer": layers, "width": 150, "height": {"step": 22}}
    about = f"Range over {len(result)} views of the figures of {len(shown)} texts"
    return spec(palette, rows, about, {"facet": {"column": facet}, "spec": inner})


def _spread(result: ViewsResult, verdict: Verdict, figure: Figure) -> dict[str, float]:
    """Return a figure as written with its interval, and its range over the views."""
    written: Estimate = getattr(verdict, figure)
    found = result.range(verdict.proposal, figure)
    ends = {"low": written.interval[0], "high": written.interval[1]}
    ends |= {"least": found.low.mean, "greatest": found.high.mean}
    return {key: 100 * value for key, value in {"share": written.mean, **ends}.items()}


def exposure_chart(
    result: RunResult, verdict: Verdict, palette: Palette = WEB, *, narrow: bool = False
) -> Spec:
    """What each side stands to lose, phase by phase, if another breaks there."""
    speaker = Speaker(result)
    exposed = [party for party, points in verdict.exposure_at.items() if any(points)]
    if narrow:
        largest = sorted(exposed, key=lambda party: -max(verdict.exposure_at[party]))
        exposed = [party for party in exposed if party in largest[:_MOST_LINES]]
    phases = _phases(result.case, numbered=narrow)
    names = _labels({party: speaker.parties[party] for party in exposed})
    rows = [
        {
            "phase": phase,
            "party": name,
            "points": points,
            "label": f"{name}, {' '.join(phase.split())}: {worth(points, 0.0)} points",
        }
        for party, name in names.items()
        for phase, points in zip(phases, verdict.exposure_at[party], strict=True)
    ]
    body = _lines(palette, list(names.values()), "points", "points of worth", narrow=narrow)
    return spec(palette, rows, f"Exposure of each side by phase: {_short(verdict.name)}", body)


def standing_chart(
    result: RunResult, verdict: Verdict, palette: Palette = WEB, *, narrow: bool = False
) -> Spec:
    """The chance that the text still stands in each phase, signed or not."""
    speaker = Speaker(result)
    phases = _phases(result.case, numbered=narrow)
    rows = [
        {
            "phase": phase,
            "chance": 100 * chance,
            "label": f"{' '.join(phase.split())}: {speaker.share(chance).as_chance}",
        }
        for phase, chance in zip(phases, verdict.kept_through, strict=True)
    ]
    encoding = {
        "description": _LABEL,
        "x": _phase_axis(numbered=narrow),
        "y": {
            "field": "chance",
            "type": "quantitative",
            "title": "chance in 100",
            "scale": {"domain": [0, 100]},
        },
    }
    body = {
        "mark": {"type": "bar", "color": palette.series[0], "width": {"band": 0.7}},
        "encoding": encoding,
        "width": _NARROW if narrow else {"step": _STEP},
        "height": _LOW if narrow else 150,
    }
    return spec(palette, rows, f"Chance to stand in each phase: {_short(verdict.name)}", body)


def outcome_chart(
    result: RunResult,
    verdict: Verdict,
    quantity: str,
    palette: Palette = WEB,
    *,
    narrow: bool = False,
) -> Spec:
    """A quantity over the years: without agreement, with the text put forward, and as promised."""
    fan, start = verdict.paths[quantity], start_year(result.case) or 0.0
    named: dict[str, Band] = {
        "no agreement": fan.without,
        "this text put forward": fan.plan,
        PROMISED: fan.kept,
    }
    title = quantity_title(result.case, quantity)
    x, y = _year_axis(start), _level_axis(title, narrow=narrow)
    colors = Palette(
        palette.ink, palette.muted, palette.grid, (palette.ink, *palette.series), palette.font
    )
    color = {
        "field": "course",
        "type": "nominal",
        "scale": _scale(colors, tuple(named)),
        "legend": {**_STROKES, "columns": 1 if narrow else 3},
    }
    drawn = {"domain": list(named), "range": [[2, 3], [1, 0], [6, 3]]}
    dash = {"field": "course", "type": "nominal", "scale": drawn}
    ends = {"y": {**y, "field": "p5"}, "y2": {"field": "p95"}}
    band = {
        "transform": [{"filter": {"not": {"field": "course", "equal": PROMISED}}}],
        "mark": {"type": "area", "opacity": 0.22},
        "encoding": {"x": x, **ends, "color": color},
    }
    line = {
        "mark": {"type": "line", "strokeWidth": 2.5},
        "encoding": {"x": x, "y": {**y, "field": "p50"}, "color": color, "strokeDash": dash},
    }
    about = f"{title} over the years: {_short(verdict.name)}"
    size = {"width": _NARROW, "height": _LOW} if narrow else {"width": 420, "height": 220}
    return spec(palette, _courses(fan, named, start), about, {"layer": [band, line], **size})


def _year_axis(start: float) -> Spec:
    return {
        "field": "year",
        "type": "quantitative",
        "title": "year" if start else "years after the start",
        "axis": {"format": "d", "tickMinStep": 1, "grid": False},
        "scale": {"zero": False, "nice": False},
    }


def _level_axis(title: str, *, narrow: bool) -> Spec:
    limit = {"axis": {"titleLimit": _LOW}} if narrow else {}
    return {"type": "quantitative", "title": title, "scale": {"zero": False}, **limit}


def _courses(fan: Fan, named: dict[str, Band], start: float) -> list[dict[str, Any]]:
    """Return the percentiles of each course at each year.

    What comes later is drawn above: where nothing changes, the first shows on the second.
    """
    return [
        {"year": start + year, "course": name, "p5": low, "p50": middle, "p95": high}
        for name, band in reversed(named.items())
        for year, low, middle, high in zip(fan.years, band.p5, band.p50, band.p95, strict=True)
    ]


def basis_chart(case: Case, palette: Palette = WEB) -> Spec:
    """On what the numbers of a case rest: all of them, and the uncertain ones."""
    counts = basis_counts(case)
    names = tuple(BASES[basis] for basis in counts)
    rows = [
        {"numbers": label, "basis": BASES[basis], "count": found[i], "order": order}
        for order, (basis, found) in enumerate(counts.items())
        for i, label in enumerate(("all", "uncertain"))
        if any(pair[i] for pair in counts.values())
    ]
    encoding = {
        "y": {"field": "numbers", "type": "nominal", "title": None},
        "x": {
            "field": "count",
            "type": "quantitative",
            "stack": "normalize",
            "title": "share of the numbers",
            "axis": {"format": "%"},
        },
        "order": {"field": "order", "type": "quantitative"},
        "color": {
            "field": "basis",
            "type": "nominal",
            "scale": _scale(palette, names),
            "legend": {"title": None, "orient": "bottom"},
        },
    }
    body = {"mark": "bar", "encoding": encoding, "width": 420, "height": {"step": 26}}
    return spec(palette, rows, "On what the numbers of this case rest", body)


def contributions_chart(explanation: Explanation, balance: Balance, palette: Palette = WEB) -> Spec:
    """What each item of a plan contributes to its value to one constituency, in points."""
    speaker = Speaker(explanation.result)
    names = _labels(
        {
            str(number): item_name(speaker, weight.item).strip("“”")
            for number, weight in enumerate(balance.weights)
        }
    )
    sides = ("against", "for")
    rows = [
        {
            "item": names[str(number)],
            "points": weight.points,
            "side": sides[weight.points > 0.0],
        }
        for number, weight in enumerate(balance.weights)
        if weight.points != 0.0
    ]
    encoding = {
        "y": {"field": "item", "type": "nominal", "sort": None, "title": None},
        "x": {"field": "points", "type": "quantitative", "title": "points of worth"},
        "color": {"field": "side", "scale": _scale(palette, sides[::-1]), "legend": None},
    }
    body = {"mark": "bar", "encoding": encoding, "width": 340, "height": {"step": 20}}
    about = f"What each item contributes to the value to {speaker.person(balance.constituency)}"
    return spec(palette, rows, about, body)


def _lines(palette: Palette, names: Sequence[str], field: str, title: str, *, narrow: bool) -> Spec:
    """Lines over phases, one for each of *names*."""
    encoding = {
        "x": _phase_axis(numbered=narrow),
        "y": {"field": field, "type": "quantitative", "title": title},
        "color": {
            "field": "party",
            "type": "nominal",
            "scale": _scale(palette, names),
            "legend": {
                "title": None,
                "orient": "bottom",
                "columns": 1 if narrow else 2,
                "labelLimit": 260,
            },
        },
        "strokeDash": {
            "field": "party",
            "type": "nominal",
            "scale": _dashes(names),
        },
        "description": _LABEL,
        "shape": {
            "field": "party",
            "type": "nominal",
            "scale": {"domain": list(names), "range": _repeated(_SHAPES, len(names))},
        },
    }
    mark = {
        "type": "line",
        "strokeWidth": 2,
        "point": {"filled": True, "size": 55},
    }
    size = (
        {"width": _NARROW, "height": _LOW} if narrow else {"width": {"step": _STEP}, "height": 190}
    )
    return {"mark": mark, "encoding": encoding, **size}


def _phases(case: Case, *, numbered: bool = False) -> list[str]:
    """What the columns of a plot over phases are called; each name is there once."""
    if numbered:
        return [*(str(k) for k in range(1, case.phases + 1)), "after"]
    names = [phase_title(k, clean(name)) for k, name in enumerate(case.phase_names, start=1)]
    broken = ("\n".join(wrap(name, _LETTERS, max_lines=3, placeholder="…")) for name in names)
    return [*broken, AFTERWARDS]


def _phase_axis(*, numbered: bool) -> Spec:
    axis: Spec = {"labelAngle": 0, "labelLimit": _STEP, "labelOverlap": numbered, "grid": False}
    axis["labelExpr"] = r"split(datum.label, '\n')"
    return {
        "field": "phase",
        "type": "ordinal",
        "sort": None,
        "title": "phase" if numbered else None,
        "axis": axis,
    }


def _scale(palette: Palette, names: Sequence[str]) -> Spec:
    return {"domain": list(names), "range": _repeated(palette.series, len(names))}


def _dashes(names: Sequence[str]) -> Spec:
    return {"domain": list(names), "range": _repeated(_DASHES, len(names))}


def _repeated(items: Sequence[Any], count: int) -> list[Any]:
    return [items[i % len(items)] for i in range(count)]


def _labels(names: Mapping[str, str]) -> dict[str, str]:
    """Return *names* by id as they stand in a plot: short, and each of its own."""
    short = {id_: _short(name) for id_, name in names.items()}
    often = Counter(short.values())
    told = {id_: f"{name} ({id_})" if often[name] > 1 else name for id_, name in short.items()}
    if len(set(told.values())) < len(told):  # a name looks like another with its id
        return {id_: f"{name} ({id_})" for id_, name in short.items()}
    return told


def _short(name: str) -> str:
    """Return a name of the case that fits beside a plot."""
    text = clean(name)
    return text if len(text) <= 48 else f"{text[:47]}…"


def spec(palette: Palette, rows: list[dict[str, Any]], about: str, body: Spec) -> Spec:
    """Return the whole specification of a plot of *rows* whose marks *body* describes."""
    font = palette.font
    text = {"labelColor": palette.ink, "titleColor": palette.ink, "labelFont": font}
    config = {
        "background": None,
        "font": font,
        "view": {"stroke": None},
        "axis": {
            **text,
            "titleFont": font,
            "titleFontWeight": "normal",
            "gridColor": palette.grid,
            "domainColor": palette.muted,
            "tickColor": palette.muted,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "labelLimit": 320,
        },
        "legend": {**text, "labelFontSize": 12, "offset": 6, "rowPadding": 1},
        "header": {**text},
    }
    return {
        "$schema": SCHEMA,
        "description": about,
        "data": {"values": rows},
        "config": config,
        **body,
    }
