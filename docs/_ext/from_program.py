"""Tables of the reference that are made from the program, so that they cannot go stale.

Three directives and one transform:

``case-keys``
    The keys of one kind of entry of a case file, from its pydantic fields and their docstrings.
``table-columns``
    The columns of one result table, from :mod:`detente.verdict.rows`.
``program-help``
    What ``detente COMMAND --help`` prints.

Paragraphs that begin with the number of a statement of the model (**M7**) can be linked to by
that number: ``model.html#m7``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import types
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin, get_type_hints

from docutils import nodes
from docutils.parsers.rst import directives
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from detente.case import fields, file
from detente.case.numbers import Number
from detente.verdict.rows import TABLES

# What a reader calls each kind of field; a kind that is not here stops the build.
_WORDS = {
    "AnyNumber": "number",
    "ProbabilityNumber": "probability",
    "ProbabilityBelowOne": "probability below 1",
    "FactorNumber": "number ≥ 0",
    "PositiveNumber": "number > 0",
    "UndoYears": "number ≥ 0, or `never`",
    "Text": "text",
    "OptionalText": "text",
    "Id": "name",
    "ViewName": "name",
    "Name": "name",
    "Flag": "true or false",
    "Basis": "`sourced`, `judgement` or `elicited`",
    "Better": "`higher` or `lower`",
    "Format": "1 or 1.1",
    "Count": "whole, 1–30",
    "PhaseNumber": "phase, 0–K",
    "Years": "plain, above 0, ≤ 100",
    "Horizon": "plain, above 0, ≤ 1000",
    "Share": "plain, 0–1",
    "Weight": "plain, ≥ 0",
    "Quota": "plain",
    "SourceList": "name, or list of names",
    "TextList": "text, or list of texts",
}
_KINDS = {id(get_args(getattr(fields, name))[-1]): words for name, words in _WORDS.items()}
# Where each kind of entry has its section on the page of the case file.
_SECTIONS = {
    file.PhasesSpec: ("an entry", "phases"),
    file.Defaults: ("an entry", "defaults"),
    file.CorrelationSpec: ("an entry", "correlation"),
    file.RuleSpec: ("rule", "rules"),
    file.TurnoverSpec: ("entries", "turnover"),
    file.DecidersSpec: ("an entry", "deciders"),
    file.ConstituencySpec: ("constituency", "constituencies"),
    file.PartySpec: ("party", "parties"),
    file.AgreementSpec: ("an entry", "agreement"),
    file.EffectSpec: ("effect", "effects"),
    file.LevelSpec: ("level", "levels"),
    file.MeasureSpec: ("measure", "measures"),
    file.InteractionSpec: ("interaction", "interactions"),
    file.ScalingSpec: ("scaling", "scalings"),
    file.RedLineSpec: ("red line", "red-lines"),
    file.QuantitySpec: ("quantity", "quantities"),
    file.ProposalSpec: ("proposal", "proposals"),
    file.EventSpec: ("event", "events"),
    file.SourceSpec: ("source", "sources"),
    file.ViewSpec: ("view", "views"),
}


def type_in_words(kind: Any) -> str:  # noqa: ANN401 (any annotation)
    """Return what a field of type *kind* takes, in Markdown."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        known = [_KINDS[id(note)] for note in arguments[1:] if id(note) in _KINDS]
        return known[0] if known else type_in_words(arguments[0])
    if origin in (Union, types.UnionType):
        members = [type_in_words(part) for part in arguments if part is not type(None)]
        return " or ".join(dict.fromkeys(members))
    if origin is dict:
        return f"mapping: {type_in_words(arguments[0])} → {type_in_words(arguments[1])}"
    if origin is tuple:
        return f"list: {type_in_words(arguments[0])}"
    if kind is Any:
        return "anything"
    if kind in _SECTIONS:
        words, section = _SECTIONS[kind]
        return f"[{words}](#{section})"
    if kind is Number:
        return "number"
    raise TypeError(f"{kind} has no words in docs/_ext/from_program.py")


def default_in_words(field: FieldInfo) -> str:
    """Return what stands in the column of defaults."""
    if field.is_required():
        return "**required**"
    match field.default:
        case bool(value):
            return str(value).lower()
        case float(value):
            return f"{value:g}"
        case _:
            return ""


def own_fields(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """Return the fields that *model* does not have from its bases, in order."""
    inherited = {
        name
        for base in model.__mro__[1:]
        if issubclass(base, BaseModel)
        for name in base.model_fields
    }
    return {name: field for name, field in model.model_fields.items() if name not in inherited}


def key_rows(model: type[BaseModel]) -> list[tuple[str, str, str, str]]:
    """Return key, type, default and meaning of each own field of *model*."""
    hints = get_type_hints(model, vars(file), include_extras=True)
    return [
        (
            f"`{field.alias or name}`",
            type_in_words(hints[name]),
            default_in_words(field),
            field.description or "",
        )
        for name, field in own_fields(model).items()
    ]


def markdown_table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table; a column that is empty throughout is left out."""
    kept = [i for i in range(len(head)) if any(row[i] for row in rows)]
    lines = [
        [head[i] for i in kept],
        ["---"] * len(kept),
        *([row[i] for i in kept] for row in rows),
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


class CaseKeys(SphinxDirective):
    """The keys of one class of :mod:`detente.case.file`."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        self.env.note_dependency(file.__file__)
        model = getattr(file, self.arguments[0])
        return self.parse_text_to_nodes(
            markdown_table(("key", "type", "default", "meaning"), key_rows(model))
        )


class TableColumns(SphinxDirective):
    """The columns of one result table."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return what a row is, and the table of columns."""
        table = next(table for table in TABLES if table.name == self.arguments[0])
        rows = [(f"`{c.name}`", f"`{c.kind}`", c.meaning) for c in table.columns]
        text = markdown_table(("column", "type", "meaning"), rows)
        return self.parse_text_to_nodes(
            f"{table.description[:1].upper()}{table.description[1:]}.\n\n{text}"
        )


class ProgramHelp(SphinxDirective):
    """The help of a command (of the program, without an argument)."""

    optional_arguments = 1
    option_spec: ClassVar = {"width": directives.positive_int}

    def run(self) -> list[nodes.Node]:
        """Return the help as preformatted text."""
        words = [sys.executable, "-m", "detente", *self.arguments, "--help"]
        size = {"COLUMNS": str(self.options.get("width", 88)), "NO_COLOR": "1"}
        text = subprocess.run(  # noqa: S603 (this very program)
            words, check=True, capture_output=True, text=True, env={**os.environ, **size}
        ).stdout
        lines = [line.rstrip() for line in text.strip().splitlines()]
        block = nodes.literal_block("\n".join(lines), "\n".join(lines))
        block["language"] = "text"
        return [block]


def number_statements(_app: Sphinx, document: nodes.document) -> None:
    """Give paragraphs that begin with the number of a statement that number as their anchor."""
    for paragraph in document.findall(nodes.paragraph):
        # An empty text may stand before what is set in bold.
        first = next((child for child in paragraph.children if child.astext()), None)
        found = re.match(r"M\d+\b", first.astext()) if isinstance(first, nodes.strong) else None
        if found:
            paragraph["ids"].append(found.group().lower())


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("case-keys", CaseKeys)
    app.add_directive("table-columns", TableColumns)
    app.add_directive("program-help", ProgramHelp)
    app.connect("doctree-read", number_statements)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
