"""A patched text says what it should, and is otherwise the text it was."""

from __future__ import annotations

import copy
import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.flow import in_flow, same
from detente.case.patching import patched
from detente.case.reading import read_document
from detente.errors import CaseError


def said(text: str) -> Any:
    document = read_document(text.encode(), "f")
    assert not document.problems
    return document.data


def patch(text: str, **changes: Any) -> str:
    """Patch *text*; ``a__b`` is a path, None removes what stands there."""
    old = said(text)
    new = copy.deepcopy(old)
    for path, value in changes.items():
        *way, last = path.split("__")
        place = new
        for part in way:
            place = place[int(part)] if isinstance(place, list) else place.setdefault(part, {})
        if value is None:
            del place[last]
        else:
            place[int(last) if isinstance(place, list) else last] = value
    return patched(text, "f", old, new)


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        # One number, in every way of writing.
        ("a: 1 # one\n", {"a": 2}, "a: 2 # one\n"),
        ("a: 1", {"a": 2}, "a: 2"),
        ("a: {b: 1, c: }\n", {"a__d": "x"}, "a: {b: 1, c: , d: x }\n"),
        ("é: ü\na: 1.50\n", {"a": 2}, "é: ü\na: 2\n"),
        ("{a: 1, b: 2}\n", {"b": [1, 2, 3]}, "{a: 1, b: [1, 2, 3]}\n"),
        ("a: [1, 2,  # two\n    3]\n", {"a": [1, 5, 3]}, "a: [1, 5,  # two\n    3]\n"),
        ("a:\n- 1\n- 2 # two\n- 3\nb: 1\n", {"a": [1, 5, 3]}, "a:\n- 1\n- 5 # two\n- 3\nb: 1\n"),
        ("a: # of a\n- 1\n- 2\n- 3\nb: 1\n", {"a": 7}, "a: 7 # of a\nb: 1\n"),
        ("a:\n  # above\n  - 1\n  - 2\n", {"a": 7}, "a: 7\n  # above\n"),
        ("a:\n  - 1\n  - 2", {"a": 7}, "a: 7"),
        ("a:\n  p5: 1\n  p50: 2 # two\n", {"a__p50": 3}, "a:\n  p5: 1\n  p50: 3 # two\n"),
        ("a:\n  p5: 1\n  p50: 2\nb: 1\n", {"a": [1, 2, 3]}, "a: [1, 2, 3]\nb: 1\n"),
        ('a: {value: [1.0, 2], why: "x, y"}\n', {"a__value": 3}, 'a: {value: 3, why: "x, y"}\n'),
        (
            "a: [1.50, 2]\n",
            {"a": {"value": [1.5, 2], "why": "w"}},
            "a: {value: [1.50, 2], why: w}\n",
        ),
        ("a: 'x'\n? b\n: 1\n", {"b": 2}, "a: 'x'\n? b\n: 2\n"),
        ("a: |\n  one\n  two\n\nb: 1\n", {"a": "three"}, "a: three\n\nb: 1\n"),
        # Entries that are added.
        ("a: {b: 1}\n", {"a__c": 2}, "a: {b: 1, c: 2}\n"),
        ("a: {}\n", {"a__c": 2}, "a: {c: 2}\n"),
        ("a: { # none\n}\n", {"a__c": 2}, "a: {c: 2 # none\n}\n"),
        ("a: {b: 1, # one\n}\n", {"a__c": 2}, "a: {b: 1, c: 2, # one\n}\n"),
        ("a: {b: 1 # one\n}\n", {"a__c": 2}, "a: {b: 1, c: 2 # one\n}\n"),
        ("a: {b: x, dams}\n", {"a__c": 2}, "a: {b: x, dams, c: 2}\n"),
        ("a:\n  b: 1 # one\n\nd: 1\n", {"a__c": 2}, "a:\n  b: 1 # one\n  c: 2\n\nd: 1\n"),
        ("a:\n  b: 1", {"a__c": 2}, "a:\n  b: 1\n  c: 2"),
        ("a:\r\n  b: 1\r\nd: 1\r\n", {"a__c": 2}, "a:\r\n  b: 1\r\n  c: 2\r\nd: 1\r\n"),
        ("a:\n  b:\n  - 1\n  - 2\nd: 1\n", {"a__c": 2}, "a:\n  b:\n  - 1\n  - 2\n  c: 2\nd: 1\n"),
        ("a:\n  b: |+\n    x\n\nd: 1\n", {"a__c": 2}, "a:\n  c: 2\n  b: |+\n    x\n\nd: 1\n"),
        ("a:\n- b: 1\n  c: 2\n- 3\n", {"a__0__d": 4}, "a:\n- b: 1\n  c: 2\n  d: 4\n- 3\n"),
        ("a: {b: 1}\n", {"a__w": {"x": 1, "yes": [1, 2]}}, 'a: {b: 1, w: {x: 1, "yes": [1, 2]}}\n'),
        ("a:\n  b: 1\n", {"a__w__x": 1}, "a:\n  b: 1\n  w: {x: 1}\n"),
        ("a:\n  b:\nc: 1\n", {"a__d": 1}, "a:\n  b:\n  d: 1\nc: 1\n"),
        # Entries that are removed.
        ("a: {b: 1, c: 2, d: 3}\n", {"a__b": None}, "a: {c: 2, d: 3}\n"),
        ("a: {b: 1, c: 2, d: 3}\n", {"a__c": None}, "a: {b: 1, d: 3}\n"),
        ("a: {b: 1, c: 2, d: 3}\n", {"a__d": None}, "a: {b: 1, c: 2}\n"),
        ("a: {b: 1, c: 2,}\n", {"a__c": None}, "a: {b: 1,}\n"),
        (
            "a: {b: 1, # one\n    c: 2, # two\n    d: 3}\n",
            {"a__c": None},
            "a: {b: 1, # one\n    d: 3}\n",
        ),
        ("a: {b: 1, # one\n    c: 2}\n", {"a__c": None}, "a: {b: 1 # one\n    }\n"),
        ("a: {b: 1,\n    # of c\n    c: 2}\n", {"a__b": None}, "a: {\n    # of c\n    c: 2}\n"),
        ("a: {b: 1, c: 2, d: 3}\n", {"a__c": None, "a__d": None}, "a: {b: 1}\n"),
        ("a: {b: 1, c: 2}\n", {"a__c": None, "a__d": 3}, "a: {b: 1, d: 3}\n"),
        ("a: {b: 1}\n", {"a__b": None}, "a: {}\n"),
        ("a: {b: 1}\n", {"a__b": None, "a__c": 2}, "a: {c: 2}\n"),
        (
            "a:\n  b: 1\n  # of c\n  c: 2 # two\nd: 1\n",
            {"a__b": None},
            "a:\n  # of c\n  c: 2 # two\nd: 1\n",
        ),
        ("a:\n  b: 1\n  c: 2 # two\nd: 1\n", {"a__c": None}, "a:\n  b: 1\nd: 1\n"),
        ("a:\n  b: 1\n  c: 2", {"a__c": None}, "a:\n  b: 1"),
        ("b: 1\nc: 2\n", {"b": None}, "c: 2\n"),
        (
            "a:\n  b: 1\n  c:\n    d: 1\n    e: 2\n",
            {"a__c__e": None, "a__f": 3},
            "a:\n  b: 1\n  c:\n    d: 1\n  f: 3\n",
        ),
        ("a:\n  b: 1\nd: 1\n", {"a__b": None}, "a: {}\nd: 1\n"),
        ("a:\n- b: 1\n  c: 2\n", {"a__0__b": None}, "a:\n- c: 2\n"),
        ("a:\n- b: 1\n  x: 0\n  c: 2\n", {"a__0__b": None, "a__0__x": None}, "a:\n- c: 2\n"),
        ("a:\n  b:\n  - 1\n  c: 2\n", {"a__b": None, "a__d": 3}, "a:\n  c: 2\n  d: 3\n"),
        # What comes from elsewhere is written out where it is used.
        ("a: &x 1\nb: *x\n", {"b": 2}, "a: &x 1\nb: 2\n"),
        ("a: &x {c: 1}\nb: *x\n", {"b__c": 2}, "a: &x {c: 1}\nb: {c: 2}\n"),
        ("a: &x 1\nb: 2\n", {"a": 2}, "a: 2\nb: 2\n"),
    ],
)
def test_only_what_changes_is_written_anew(
    text: str, changes: dict[str, Any], expected: str
) -> None:
    assert patch(text, **changes) == expected


def test_a_long_line_is_continued_under_its_first_entry() -> None:
    text = patch(
        "measures:\n  m: {by: a}\n", measures__m__worth={f"person_{i}": i for i in range(12)}
    )
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[2].index("worth") == lines[1].index("by")
    assert lines[3].index("person") == lines[2].index("person")
    wide = patch("m: {worth: {" + "a" * 80 + ": 1}}\n", m__worth__b=[10, 20, 30])
    assert wide.splitlines()[1] == " " * len("m: {worth: {") + "b: [10, 20, 30]}}"


@pytest.mark.parametrize(
    ("text", "changes", "place"),
    [
        ("a: &x 1\nb: *x\n", {"a": 2}, "f:1:4"),
        ("a: {c: &x 1}\nb: *x\n", {"a": 2}, "f:1:8"),
        ("a: &x {c: 1}\nb: *x\n", {"a__c": 2}, "f:1:4"),
        ("a: &x {c: 1}\nb: *x\n", {"a__d": 2}, "f:1:4"),
        ("a: {c: &x 1, d: 1}\nb: *x\n", {"a__c": None}, "f:1:8"),
    ],
)
def test_what_an_alias_repeats_is_not_changed(
    text: str, changes: dict[str, Any], place: str
) -> None:
    with pytest.raises(CaseError, match="repeats this value elsewhere") as caught:
        patch(text, **changes)
    assert str(caught.value).startswith(place)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("- - 1\n  - 2\n- 3\n", {"0": 1}),
        ("a: [b: 1]\n", {"a__0__c": 2}),
        ("a:\n- b: |\n    x\n", {"a__0__c": 2}),
        ("a: &x\n  - 1\n  - 2\n", {"a": 2}),
    ],
)
def test_rare_ways_of_writing_are_refused_and_not_guessed(
    text: str, changes: dict[str, Any]
) -> None:
    old = said(text)
    new = copy.deepcopy(old)
    if isinstance(new, list):
        new[0] = 1
        with pytest.raises(CaseError, match="only an editor can change"):
            patched(text, "f", old, new)
    else:
        with pytest.raises(CaseError, match="only an editor can change"):
            patch(text, **changes)


# --- any content, written in any way ------------------------------------------------------


class Writer:
    """Writes plain data as YAML in ways chosen at random, with comments."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.notes = 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def note(self, share: float = 0.3) -> str:
        self.notes += 1
        return f" # note {self.notes}: {{x}}, é" if self.chance(share) else ""

    def block(self, data: Any, indent: int) -> str:
        """What stands after a colon, and the lines below."""
        if not isinstance(data, (dict, list)) or not data or self.chance(0.4):
            if isinstance(data, str) and self.chance(0.3):
                return (
                    f" {self.random.choice(['|', '>', '|-', '|+'])}\n{' ' * (indent + 2)}{data}\n"
                )
            return f" {self.flow(data, indent + 1)}{self.note()}\n"
        deeper = indent + self.random.choice([1, 2, 4])
        if isinstance(data, list):
            deeper = indent if self.chance(0.5) else deeper
            items = (f"{' ' * deeper}-{self.item(item, deeper)}" for item in data)
            return self.note() + "\n" + "".join(items)
        lines = [
            f"{' ' * deeper}{self.key(key)}:{self.block(item, deeper)}"
            for key, item in data.items()
        ]
        if self.chance(0.3):
            lines.insert(self.random.randrange(len(lines)), f"{' ' * deeper}# own line\n")
        if self.chance(0.2):
            lines.insert(self.random.randrange(len(lines)), "\n")
        return self.note() + "\n" + "".join(lines)

    def item(self, data: Any, indent: int) -> str:
        if isinstance(data, dict) and data and self.chance(0.6):
            lines = [
                f"{self.key(key)}:{self.block(item, indent + 2)}" for key, item in data.items()
            ]
            return " " + (" " * (indent + 2)).join(lines)
        return f" {self.flow(data, indent + 1)}{self.note()}\n"

    def key(self, key: str) -> str:
        return f'"{key}"' if self.chance(0.1) else f"{key} " if self.chance(0.1) else key

    def flow(self, data: Any, indent: int) -> str:
        if isinstance(data, dict):
            items = [f"{self.key(key)}: {self.flow(item, indent)}" for key, item in data.items()]
            return "{" + self.joined(items, indent) + "}"
        if isinstance(data, list):
            return "[" + self.joined([self.flow(item, indent) for item in data], indent) + "]"
        return in_flow(data)

    def joined(self, items: list[str], indent: int) -> str:
        text = self.gap(indent) if items and self.chance(0.2) else ""
        for i, item in enumerate(items):
            comma = "," if i + 1 < len(items) or self.chance(0.1) else ""
            text += item + (" " if self.chance(0.1) else "") + comma
            text += self.gap(indent) if self.chance(0.2) else " " if comma else ""
        return text

    def gap(self, indent: int) -> str:
        return f"{self.note()}\n{' ' * (indent + self.random.randrange(4))}"


words = st.sampled_from(["a", "b", "c", "d", "worth", "value", "why"])
leaves = st.one_of(
    st.integers(-9, 9), st.floats(-5, 5).map(lambda x: round(x, 2)), st.sampled_from(["x", "x y"])
)
contents = st.dictionaries(
    words,
    st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3) | st.dictionaries(words, inner, max_size=4)
        ),
        max_leaves=12,
    ),
    min_size=1,
    max_size=5,
)


def changed(data: Any, chooser: random.Random) -> Any:
    """The data with some parts changed, removed and added, as a table does it."""
    if isinstance(data, dict):
        kept = {k: changed(v, chooser) for k, v in data.items() if chooser.random() > 0.15}
        if chooser.random() < 0.25:
            kept.setdefault(chooser.choice("efg"), chooser.choice([1, [1, 2, 3], {"value": 1}]))
        return kept
    if isinstance(data, list) and chooser.random() > 0.2:
        return [changed(item, chooser) for item in data]
    return chooser.choice([data, data, 7, [1, 2.5, 3], {"value": data, "why": "so: it, is"}])


@settings(max_examples=400)
@given(contents, st.integers(0, 10**6), st.booleans())
def test_any_change_of_any_text_is_made_or_refused(
    data: dict[str, Any], seed: int, windows: bool
) -> None:
    text = f"top:{Writer(seed).block(data, 0)}"
    text = text.replace("\n", "\r\n") if windows else text
    old = said(text)
    new = {"top": changed(old["top"], random.Random(seed + 1))}
    try:
        made = patched(text, "f", old, new)
    except CaseError as error:
        refused = str(error)
    else:
        refused = ""
        assert same(said(made), new)
        assert patched(made, "f", new, new) is made
    assert not refused or "only an editor" in refused


def test_blank_lines_after_what_is_cut_do_not_become_part_of_the_text_above() -> None:
    text = "top:\n  a: |+\n    x\n  b: 1\n\n  c: 2\n"
    old = said(text)
    made = patched(text, "f", old, {"top": {"a": "x\n", "c": 2}})
    assert made == "top:\n  a: |+\n    x\n  c: 2\n"


@settings(max_examples=100)
@given(contents, st.integers(0, 10**6))
def test_changing_numbers_touches_nothing_but_their_digits(data: dict[str, Any], seed: int) -> None:
    def blank(text: str) -> str:
        return re.sub(r"(?<!note )(?<=[ \[])-?\d+(\.\d+)?(e-?\d+)?", "N", text)

    def risen(item: Any) -> Any:
        if isinstance(item, dict):
            return {key: risen(value) for key, value in item.items()}
        if isinstance(item, list):
            return [risen(value) for value in item]
        return item if isinstance(item, str) else item + 1

    text = f"top:{Writer(seed).block(data, 0)}"
    old = said(text)
    made = patched(text, "f", old, risen(old))
    assert blank(made) == blank(text)
