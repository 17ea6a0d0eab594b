"""One number of a case as the cells of a table, and back.

A certain number stands in ``mode``, a range in ``low``, ``mode`` and ``high``. ``form`` says
what else they are: stated quantiles, a PERT distribution, or any other form as YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from detente.case.flow import figure, in_flow, same
from detente.case.names import did_you_mean
from detente.case.number_forms import NOTES, cut_off
from detente.case.numbers import Number
from detente.case.reading import read_document
from detente.errors import CaseError

__all__ = ["FIGURES", "CellError", "Style", "cells_of", "column_of", "filled", "style_of"]

FIGURES: Final = ("low", "mode", "high")
"""The columns that hold numbers."""

_QUANTILES: Final = ("p5", "p50", "p95")
_FORMS: Final = ("quantiles", "pert")
_SPACES: Final = " \t\r\n\xa0\u2007\u2009\u202f"
_NUMBER = re.compile(r"[-+]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][-+]?[0-9]+)?\Z")
#: Three digits after a point or comma, which may be a thousand.
_AMBIGUOUS = re.compile(r"[-+]?[1-9][0-9]{0,2}[.,][0-9]{3}\Z")
_THOUSANDS = re.compile(
    r"[-+]?[0-9]{1,3}(([  \u2007\u2009\u202f'’.][0-9]{3})+|([  \u2007\u2009\u202f'’,][0-9]{3})+)"
    r"([.,][0-9]*)?\Z"
)
_DATE = re.compile(
    r"[0-9]{1,4}[-./ ]+[0-9]{1,2}([-./ ]+[0-9]{0,4})?\Z"
    r"|([0-9]{1,4}[-./ ]*)?(?P<month>[^\W\d]{3,10})\.?([-./ ]*[0-9]{1,4})?\Z"
)
# How the names of months begin in the languages of most spreadsheets.
_MONTH = re.compile(
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mrz|mai|okt|dez|fév|fev|avr|jui|aoû|déc"
    "|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|out|maa|mei",
    re.IGNORECASE,
)
#: Digits that a spreadsheet keeps of a number.
_KEPT_DIGITS: Final = 15


class CellError(ValueError):
    """What is wrong with the cells of a row, and in which column."""

    def __init__(self, column: str, text: str) -> None:
        super().__init__(text)
        self.column = column
        self.text = text


@dataclass(frozen=True, slots=True)
class Style:
    """How a table writes decimals: what its cells do not say by themselves."""

    may_be_comma: bool
    """Whether decimals may follow a comma: commas do not separate the cells."""
    comma_is_sure: bool = False
    """Whether a comma before three digits begins decimals."""
    point_is_sure: bool = True
    """Whether a point before three digits does."""


def style_of(separator: str, cells: Iterable[str]) -> Style:
    """Return how the table writes decimals whose number cells are *cells*."""
    if separator == ",":
        return Style(may_be_comma=False)
    texts = [_tidy(cell) for cell in cells]
    clear = [text for text in texts if _NUMBER.match(text) and not _AMBIGUOUS.match(text)]
    commas = any("," in text for text in clear)
    points = any("." in text for text in clear)
    return Style(
        may_be_comma=True,
        comma_is_sure=not points and (commas or separator == ";"),
        point_is_sure=points and not commas,
    )


# --- from a number to cells ---------------------------------------------------------------


def cells_of(raw: Any, number: Number | None, *, comma: bool = False) -> dict[str, str]:
    """Return the cells of a number, all empty where there is none.

    Args:
        raw: What stands in the file, as plain data; None for nothing.
        number: What it was read as; None where it is no number (nothing, or ``never``).
        comma: Whether decimals follow a comma.
    """
    cells = dict.fromkeys((*FIGURES, "form", "basis", "source", "why"), "")
    if raw is None:
        return cells
    cells.update(_body_cells(_body(raw), comma=comma))
    if number is not None:
        cells["basis"] = number.basis or ""
        cells["source"] = _joined(number.sources)
        cells["why"] = number.why or ""
    return cells


def _body(raw: Any) -> Any:
    """Return what of *raw* is the number, without what it rests on."""
    if not isinstance(raw, dict):
        return raw
    return raw["value"] if "value" in raw else {k: v for k, v in raw.items() if k not in NOTES}


def _body_cells(body: Any, *, comma: bool) -> dict[str, str]:
    form, figures = "", None
    match body:
        case list():
            figures = body
        case {"p5": low, "p50": mode, "p95": high, **rest} if not rest:
            form, figures = "quantiles", [low, mode, high]
        case {"dist": "pert", "low": low, "mode": mode, "high": high, **rest} if not rest:
            form, figures = "pert", [low, mode, high]
        case int() | float():
            return {"mode": _figure(body, comma=comma)}
    if figures is None:
        return {"form": in_flow(body)}
    texts = [_figure(item, comma=comma) for item in figures]
    return {"form": form, **dict(zip(FIGURES, texts, strict=True))}


def _figure(number: float, *, comma: bool) -> str:
    return figure(number).replace(".", ",") if comma else figure(number)


def _joined(sources: Iterable[str]) -> str:
    """Return *sources* in one cell; semicolons where a space would not tell them apart."""
    names = list(sources)
    if not any(set(name) & set(_SPACES) for name in names):
        return " ".join(names)
    return "; ".join(names) + (";" if len(names) == 1 else "")


# --- from cells to a number ---------------------------------------------------------------


def filled(raw: Any, number: Number | None, cells: Mapping[str, str], style: Style) -> Any:
    """Return what shall stand in the file by the *cells* of a row: *raw* itself if nothing new.

    Args:
        raw: What stands there now, as plain data; None for nothing.
        number: What it was read as; None where it is no number.
        cells: The cells of the row; where columns for what a number rests on are missing, it
            rests on what it did.
        style: How the table writes decimals.

    Returns:
        Plain data; None for nothing.

    Raises:
        CellError: where the cells do not make a number.
    """
    before = cells_of(raw, number)
    notes = {
        name: _tidy_text(cells[name])
        for name in ("basis", "source", "why")
        if name in cells and not _reads_alike(name, cells[name], before[name])
    }
    body = _new_body(cells, style)
    if body is None:
        if any(notes.get(name, before[name]) for name in ("basis", "source", "why")):
            text = "there is no number beside it; give one, or empty the whole row to remove it"
            raise CellError(_first(cells, ("why", "source", "basis")), text)
        return None
    old = _body(raw)
    if raw is not None and _as_kept(old, body):
        body = old
    return raw if body is old and not notes else _with_notes(raw, body, notes)


def _first(cells: Mapping[str, str], names: Iterable[str]) -> str:
    """Return the first of *names* whose cell is there and not empty, else ``mode``."""
    return next((name for name in names if cells.get(name, "").strip()), "mode")


def _reads_alike(column: str, one: str, other: str) -> bool:
    if column == "source":
        return _names(one) == _names(other)
    return _tidy_text(one) == _tidy_text(other)


def _tidy_text(text: str) -> str:
    # A spreadsheet has line breaks of its own.
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _as_kept(old: Any, new: Any) -> bool:
    """Whether *new* is what a spreadsheet makes of *old*: it keeps 15 digits."""
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_as_kept, old, new))
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_as_kept(old[key], new[key]) for key in old)
    if same(old, new):
        return True
    if (
        isinstance(old, bool)
        or not isinstance(old, (int, float))
        or not isinstance(new, (int, float))
    ):
        return False
    return float(f"{old:.{_KEPT_DIGITS}g}") == new


def _with_notes(raw: Any, body: Any, notes: Mapping[str, str]) -> Any:
    """Return *raw* with *body* as its number, and with what is new of what it rests on."""
    old = raw if isinstance(raw, dict) else {}
    kept = {key: item for key, item in old.items() if key in NOTES}
    wrapped = "value" in old
    if wrapped:
        kept = {key: item for key, item in old.items() if key != "value"}
    if "why" in notes:
        kept = {key: item for key, item in kept.items() if key not in cut_off(old)}
    for name, text in notes.items():
        for key in ("source", "sources") if name == "source" else (name,):
            if not text or key == "sources":
                kept.pop(key, None)
        if text:
            named = _names(text)
            kept[name] = text if name != "source" else named[0] if len(named) == 1 else named
    if not kept and not wrapped:
        return body
    if not wrapped and isinstance(raw, dict) and isinstance(body, dict):
        return _in_order(raw, {**body, **kept})
    return _in_order(old, {"value": body, **kept}) if wrapped else {"value": body, **kept}


def _in_order(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return *new* with its keys in the order of *old*, those that are not there last."""
    return {
        key: new[key] for key in (*(k for k in old if k in new), *(k for k in new if k not in old))
    }


def _names(text: str) -> list[str]:
    """Return the sources that a cell names."""
    names = text.split(";") if ";" in text else text.split()
    return [tidy for name in names if (tidy := " ".join(name.split()))]


def _new_body(cells: Mapping[str, str], style: Style) -> Any:
    """Return the number that the cells make, None where all are empty."""
    form = cells["form"].strip(_SPACES)
    figures = {name: text for name in FIGURES if (text := _tidy(cells[name]))}
    if form and form.lower() not in _FORMS:
        if figures:
            text = "must be empty beside a distribution in 'form'; empty the one or the other"
            raise CellError(next(iter(figures)), text)
        return _from_yaml(form)
    if not figures and not form:
        return None
    values = {name: _number(text, name, style) for name, text in figures.items()}
    if list(values) == ["mode"] and not form:
        return values["mode"]
    for name in FIGURES:
        if name not in values:
            only = "" if form else ", a certain number 'mode' only"
            raise CellError(name, f"'{name}' is empty; a range needs low, mode and high{only}")
    match form.lower():
        case "quantiles":
            return dict(zip(_QUANTILES, values.values(), strict=True))
        case "pert":
            return {"dist": "pert", **values}
        case _:
            return list(values.values())


def _from_yaml(form: str) -> Any:
    """Return the distribution that stands in ``form``."""
    if not form.startswith(("{", "[")) and form != "never":
        hint = did_you_mean(form, _FORMS)
        text = f"{form[:40]!r} is no form; leave it empty for a number or range, or write quantiles, pert or a distribution such as {{dist: normal, loc: 0, scale: 1}}{hint}"
        raise CellError("form", text)
    try:
        document = read_document(form.encode("utf-8", "surrogatepass"), "form")
    except CaseError as error:
        raise CellError("form", error.problems[0].message) from None
    if document.problems:
        raise CellError("form", document.problems[0].message)
    beside = [
        key for key in ("value", *NOTES) if isinstance(document.data, dict) and key in document.data
    ]
    if beside:
        raise CellError("form", f"'{beside[0]}' cannot stand here; it has a column of its own")
    return document.data


def _tidy(text: str) -> str:
    return text.strip(_SPACES).replace("\N{MINUS SIGN}", "-")


def _number(text: str, column: str, style: Style) -> float:
    """Return the number that *text* says, an int where it has no decimals."""
    if not _NUMBER.match(text):
        raise CellError(column, f"must be a number, not the text {_shown(text)}{_advice(text)}")
    comma = "," in text
    if comma and not style.may_be_comma:
        why = "; decimals take a point in this table" + (
            ", and thousands no separator" if _AMBIGUOUS.match(text) else ""
        )
        raise CellError(column, f"must be a number, not the text {_shown(text)}{why}")
    if _AMBIGUOUS.match(text) and not (style.comma_is_sure if comma else style.point_is_sure):
        text = f"{_shown(text)} may be a thousand or have three decimals; write it without the {'comma' if comma else 'point'}, or with other decimals"
        raise CellError(column, text)
    plain = text.replace(",", ".")
    if re.fullmatch(r"[-+]?[0-9]{1,400}", plain):
        return int(plain)
    value = float(plain)
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _shown(text: str) -> str:
    return repr(text if len(text) <= 30 else f"{text[:30]}…")


def _advice(text: str) -> str:
    """Return what to write instead of *text*, which is no number."""
    if text.startswith(("#", "Err:")):
        return ", an error of the spreadsheet; mend the formula there, or write the number itself"
    if text.startswith("="):
        return "; a formula is not computed here, write the number itself"
    if text == "never":
        return "; write it under 'form'"
    if text.endswith("%"):
        return "; write a share, 0.9 for 90 %"
    if _THOUSANDS.match(text):
        return "; write thousands without separators"
    date = _DATE.match(text)
    if date and _MONTH.match(date["month"] or "jan"):
        return ", a date made by the spreadsheet; format the column as numbers and enter it again"
    return ""


def column_of(cells: Mapping[str, str], inside: tuple[str | int, ...]) -> str:
    """Return the column in which the part of a number stands to which *inside* leads."""
    rest = inside[1:] if inside[:1] == ("value",) else inside
    part = rest[0] if rest else None
    if part in {"basis", "why"}:
        return str(part)
    if part in {"source", "sources"}:
        return "source"
    form = cells["form"].strip().lower()
    if form and form not in _FORMS:
        return "form"
    for parts in (FIGURES, _QUANTILES, (0, 1, 2)):
        if part in parts:
            return FIGURES[parts.index(part)]
    return _first(cells, FIGURES)
