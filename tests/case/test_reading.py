from __future__ import annotations

import pytest
import yaml

from detente.case.reading import BROKEN, MAX_BYTES, read_document
from detente.errors import CaseError
from tests.case.samples import EXAMPLE


def problem(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(CaseError) as caught:
        read_document(data, "f")
    (only,) = caught.value.problems
    return str(only)


def noted(text: str) -> list[str]:
    return [str(item) for item in read_document(text.encode(), "f").problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("1:30", "1:30"),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000.0),
        ("+.5", 0.5),
        ("-7", -7),
        ("1_000", "1_000"),
        ("2021-03-01", "2021-03-01"),
        ("~", None),
        ("Null", None),
        ("True", True),
        ("'1'", "1"),
        ('"true"', "true"),
        ("=", "="),
        ("-", None),
    ],
)
def test_scalars_follow_yaml_1_2_core(text: str, value: object) -> None:
    read = read_document(f"a: {text}\n".encode(), "f").data["a"] if text != "-" else None
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.Inf", ".nan", "1e400", "9" * 5000, "0x" + "f" * 999])
def test_numbers_that_are_not_finite_are_refused_in_place(text: str) -> None:
    document = read_document(f"a: 1\nb:\n  - {text}\n".encode(), "f")
    assert document.data["b"] == [BROKEN]
    (only,) = document.problems
    assert (only.line, only.column) == (3, 5)
    assert len(only.message) < 80


def test_every_duplicate_key_is_reported_with_both_lines() -> None:
    found = noted("a: 1\nb: {c: 1, c: 2}\na: 2\n1: x\n0x1: y\n")
    assert found == [
        "f:2:11: key 'c' stands here again (first in line 2); keep one of them",
        "f:3:1: key 'a' stands here again (first in line 1); keep one of them",
        "f:5:1: key 1 stands here again (first in line 4); keep one of them",
    ]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("~: 1", "a key is missing"),
        ("true: 1", "put True in quotes"),
        ("1.5: 1", "put 1.5 in quotes"),
        ("? [a]\n: 1", "not a list or mapping"),
        (".nan: 1", "must be text or a whole number"),
        ("a: &x {b: 1}\nc:\n  <<: *x", "merge keys"),
    ],
)
def test_keys_are_text_or_whole_numbers(text: str, part: str) -> None:
    assert any(part in item for item in noted(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "f:1:1: the file is empty"),
        ("# only a comment\n", "f:1:1: the file is empty"),
        ("a: 1\n---\nb: 2\n", "f:2:1: a second document"),
        ("a: !!str 1", "f:1:4: tags such as tag:yaml.org,2002:str are not allowed"),
        ("a: !x [1]", "f:1:4: tags such as !x are not allowed"),
        ("a: *b", "f:1:4: alias *b has no anchor"),
        ("a: &a [*a]", "f:1:8: alias *a stands inside what it repeats"),
        ("a:\n\t- b", "f:2:1: a tab cannot be used"),
        ("a: [1, 2", "f:2:1: not valid YAML"),
        ("a: b: c", "f:1:5: not valid YAML"),
        ('a: "\\q"', "f:1:5: not valid YAML"),
        (b"a: 1\nb: caf\xe9\n", "f:2:7: not UTF-8: byte 0xe9"),
        (b"\xff\xfea\x00", "f:1:1: not UTF-8"),
        (b"a: \xc3\xa9\x00", "f:1:5: character U+0000"),
        (b"a: 1\n  \x1b[0m", "f:2:3: character U+001B"),
    ],
)
def test_what_cannot_be_read_names_its_place(text: str | bytes, expected: str) -> None:
    assert problem(text).startswith(expected)


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000])
def test_deep_nesting_is_refused_at_once(text: str) -> None:
    assert "nested deeper than 64 levels" in problem(text)


def test_nesting_through_aliases_counts() -> None:
    steps = ["a0: &a0 [1]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 80)]
    assert "nests deeper than 64" in problem("\n".join(steps))


def test_an_alias_bomb_is_refused_with_its_line() -> None:
    rows = ["a: &a [" + ",".join(["x"] * 9) + "]"]
    for this, before in zip("bcdefgh", "abcdefg", strict=True):
        rows.append(f"{this}: &{this} [" + ",".join([f"*{before}"] * 9) + "]")
    text = problem("\n".join(rows))
    assert text.startswith("f:6:")
    assert "more than 200,000 values" in text


def test_too_many_values_are_refused() -> None:
    assert "more than 200,000 values" in problem("[" + "1," * 200_001 + "]")


def test_a_large_file_is_refused() -> None:
    assert "larger than 2 MiB" in problem(b"#" * (MAX_BYTES + 1))


def test_aliases_repeat_what_they_name() -> None:
    document = read_document(b"a: &x {b: [1, 2]}\nc: *x\n", "f")
    assert document.data == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}
    assert document.place(("c", "b", 1)) == (1, 15)


def test_a_byte_order_mark_is_accepted() -> None:
    assert read_document(b"\xef\xbb\xbfa: 1", "f").data == {"a": 1}


def test_places_are_those_of_keys_and_values() -> None:
    document = read_document("é: 1\nb:\n  ü: [x, {y: z}]\n2: w\n".encode(), "f")
    assert document.place(("b", "ü"), key=True) == (3, 3)
    assert document.place(("b", "ü")) == (3, 6)
    assert document.place(("b", "ü", 1, "y")) == (3, 14)
    assert document.place(("2",)) == (4, 4)
    assert document.place(("b", "gone", "deeper")) == (2, 1)
    assert document.place(()) == (1, 1)


def test_without_libyaml_the_same_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read_document(EXAMPLE.encode(), "f")
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    slow = read_document(EXAMPLE.encode(), "f")
    assert slow.root == fast.root
    assert "nested deeper" in problem("[" * 100_000)
    assert problem("a:\n\t- b").startswith("f:2:1: a tab cannot be used")
    assert problem('a: "\\q"').startswith("f:1:")
