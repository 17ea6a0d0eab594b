"""The brief on paper: plots drawn by Vega-Lite, pages set by typst, without network or browser.

Both come with the extra ``detente[brief]`` and are imported when they are used. The template is
fixed; what it shows goes in as data. Fonts are those inside typst, so the same result gives the
same bytes on every machine, unless a text needs a script that they lack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

from detente.report.answer import ranked
from detente.report.charts import (
    PRINT,
    Spec,
    exposure_chart,
    outcome_chart,
    standing_chart,
    verdicts_chart,
)
from detente.report.content import LEAST_POINTS
from detente.verdict.results import RunResult, Verdict

__all__ = ["PAGES", "typeset"]

#: A brief has so many pages.
PAGES = 2
#: Pixels per inch of pictures.
PPI = 144.0
_FONT = "Libertinus Serif"
# A word that may not fit on a line of a narrow column, and how much of it stays together.
_LONG, _PIECE = re.compile(r"\S{21,}"), re.compile(r"\S{1,6}")
_ASTRAL = re.compile("[\N{LINEAR B SYLLABLE B008 A}-\U0010ffff]")
_BREAK = "\N{ZERO WIDTH SPACE}"


def typeset(result: RunResult, data: Mapping[str, Any], *, most: int) -> dict[str, bytes]:
    """Return the brief as PDF and as one picture a page, by the names of the files.

    Args:
        result: what was found.
        data: what the template shows.
        most: how many texts the plot of all may show.
    """
    charts, specs = _charts(result, ranked(result)[0])
    specs["verdicts"] = verdicts_chart(result, PRINT, most=most, narrow=True)
    about = "Dots: in how many of 100 draws each text is accepted, kept, and both; lines: 95 %"
    shown = {**data, "charts": charts, "verdicts_alt": f"{about} intervals. As in the table above."}
    inputs = {name: _drawn(spec) for name, spec in specs.items()}
    inputs["data"] = json.dumps(_breakable(shown), allow_nan=False)
    return _pages(inputs)


def _breakable(value: Any) -> Any:  # noqa: ANN401 (whatever JSON may hold)
    """Return *value* with places to break inside long words, except where people copy from it."""
    match value:
        case str():
            return _LONG.sub(lambda word: _BREAK.join(_PIECE.findall(word[0])), value)
        case dict():
            return {
                key: each if key in {"made", "command"} else _breakable(each)
                for key, each in value.items()
            }
        case list() | tuple():
            return [_breakable(each) for each in value]
        case _:
            return value


def _charts(result: RunResult, best: Verdict) -> tuple[list[dict[str, str]], dict[str, Spec]]:
    """Return the two plots of the second page: what to say of each, and how to draw it."""
    main = result.case.main_outcome
    found: list[tuple[str, str, Spec]] = []
    if any(max(points) >= LEAST_POINTS for points in best.exposure_at.values()):
        title = "Exposure: below its reservation if another breaks"
        about = "Lines over the phases: points of worth that each side loses if another breaks"
        found.append((title, about, exposure_chart(result, best, PRINT, narrow=True)))
    if main is not None:
        title = "What it changes: medians and 90 % bands"
        about = "Lines with bands over the years: no agreement, this text put forward, and kept"
        found.append((title, about, outcome_chart(result, best, main, PRINT, narrow=True)))
    title = "Chance that it still stands"
    about = "Bars: chance in 100 that the text still stands in each phase, as in the table above"
    found.append((title, about, standing_chart(result, best, PRINT, narrow=True)))
    named = {f"plot-{i}": each for i, each in enumerate(found[:2], start=1)}
    said = [{"name": name, "title": title, "alt": alt} for name, (title, alt, _) in named.items()]
    return said, {name: spec for name, (_, _, spec) in named.items()}


def _drawn(spec: Spec) -> str:
    """Return the plot as SVG, in the typeface of the page."""
    import vl_convert  # noqa: PLC0415 (an extra)

    version = max(
        (v for v in vl_convert.get_vegalite_versions() if v.startswith("6.")),
        key=lambda v: int(v.partition(".")[2]),
    )
    # Vega cuts what is too long anywhere, even inside such a sign, and then cannot measure it.
    text = _ASTRAL.sub("\N{REPLACEMENT CHARACTER}", json.dumps(spec, ensure_ascii=False))
    drawn: str = vl_convert.vegalite_to_svg(text, vl_version=version, allowed_base_urls=[])
    return drawn.replace(f'font-family="{PRINT.font}"', f'font-family="{_FONT}"')


def _pages(inputs: Mapping[str, str]) -> dict[str, bytes]:
    """Return PDF and pictures.

    A text may need signs that the fonts inside typst do not have. Then the fonts of the system
    help out; where they have none either, boxes stand for them, and the file does not claim to
    be accessible (PDF/UA).
    """
    import typst  # noqa: PLC0415 (an extra)

    own = True
    try:
        pdf = _compiled(inputs, own=own, format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError:
        own = False
        try:
            pdf = _compiled(inputs, own=own, format="pdf", pdf_standards=["ua-1"])
        except typst.TypstError:
            pdf = _compiled(inputs, own=own, format="pdf")
    pictures = _compiled(inputs, own=own, format="png", ppi=PPI)
    files = {f"brief-{page}.png": picture for page, picture in enumerate(pictures, start=1)}
    return {"brief.pdf": pdf[0], **files}


def _compiled(inputs: Mapping[str, str], *, own: bool, **options: object) -> list[bytes]:
    """Return what typst makes of the template, *own* with its own fonts alone."""
    import typst  # noqa: PLC0415 (an extra)

    template = resources.files("detente.report").joinpath("templates", "brief.typ").read_bytes()
    compiler: Callable[..., bytes | list[bytes]] = typst.compile
    made = compiler(template, sys_inputs=dict(inputs), ignore_system_fonts=own, **options)
    return made if isinstance(made, list) else [made]
