"""The brief: two pages for someone with ten minutes, as PDF, pictures or Markdown.

It says part of what the report says, from the same content, and points to the report for the
rest. Both templates show the same data: the one in Markdown has every text of it escaped, the one
that is typeset reads it as JSON and never as markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from detente.errors import RequestError
from detente.report.markdown import Code, escape
from detente.report.selection import MOST_ROWS, selected
from detente.report.shortening import shortened
from detente.report.typesetting import PAGES, typeset
from detente.verdict.results import RunResult
from detente.verdict.views import ViewsResult

__all__ = ["FORMATS", "brief_files", "brief_names", "check_formats"]

#: What a brief can be written as.
FORMATS = ("pdf", "png", "md")
#: Packages of the extra.
_NEEDED = ("typst", "vl_convert")


def check_formats(formats: Sequence[str]) -> None:
    """Refuse formats that there are not, or that need more than is installed.

    Raises:
        RequestError: with the command that installs what is missing.
    """
    for name in formats:
        if name not in FORMATS:
            raise RequestError(f"--format can be {', '.join(FORMATS[:-1])} or {FORMATS[-1]}")
        if name != "md" and any(find_spec(package) is None for package in _NEEDED):
            raise RequestError(
                f"--format {name} needs more than is installed: pip install 'detente[brief]'"
            )


def brief_names(formats: Sequence[str]) -> list[str]:
    """Return the names of the files of a brief in *formats*."""
    names = {
        "pdf": ["brief.pdf"],
        "png": [f"brief-{page}.png" for page in range(1, PAGES + 1)],
        "md": ["brief.md"],
    }
    return [name for format_ in FORMATS if format_ in formats for name in names[format_]]


def brief_files(result: RunResult | ViewsResult, formats: Sequence[str]) -> dict[str, bytes]:
    """Return the brief on *result* by the names of its files, in *formats*.

    Of several views it is about the case as written, and says between what lies over them. The
    same result gives the same bytes.

    Raises:
        RequestError: where what a format needs is not installed.
    """
    check_formats(formats)
    if not formats:
        return {}
    views = None if isinstance(result, RunResult) else result
    found = shortened(result if isinstance(result, RunResult) else result.written)
    data = selected(found, views)
    files: dict[str, bytes] = {}
    if {"pdf", "png"} & set(formats):
        files |= typeset(found, data, most=MOST_ROWS)
    if "md" in formats:
        files["brief.md"] = _markdown(data).encode("utf-8")
    return {name: files[name] for name in brief_names(formats)}


def _markdown(data: Mapping[str, Any]) -> str:
    return (
        _environment().get_template("brief.md").render(**{**data, "command": Code(data["command"])})
    )


@cache
def _environment() -> Environment:
    """Return what renders Markdown; every text that a template shows is escaped."""
    return Environment(
        loader=PackageLoader("detente.report"),
        autoescape=False,  # noqa: S701 (for HTML; `finalize` escapes for Markdown)
        finalize=escape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
