"""What the pages tell people to type does what they say, and what they list is all there is."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

import detente
from detente.case import file
from detente.case.domain import Case
from detente.case.file import CaseFile
from detente.case.starter import starter_text
from detente.commands.main import main
from detente.verdict.rows import TABLES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
#: Pages whose commands and Python are run, each from top to bottom in a folder of its own.
RUN = (
    "README.md",
    "docs/tutorial/first-run.md",
    "docs/how-to/own-case.md",
    "docs/how-to/spreadsheet.md",
    "docs/how-to/views.md",
    "docs/how-to/wrong-input.md",
    "docs/how-to/explain.md",
    "docs/how-to/search.md",
    "docs/how-to/compare.md",
    "docs/how-to/review-a-case.md",
    "docs/how-to/big-case.md",
    "docs/how-to/big-runs.md",
    "docs/how-to/reproduce.md",
    "docs/how-to/cite.md",
    "docs/how-to/share.md",
    "docs/how-to/use-results.md",
    "docs/reference/testing.md",
    "docs/explanation/worked-draw.md",
)
#: As those, but their commands take minutes.
LONG = ("docs/explanation/korea-frontier.md",)
#: What made the installation in which these tests run.
NOT_RUN = frozenset({"make demo", "make test", ". .venv/bin/activate"})
ELLIPSIS = "…"
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """One fenced block of a page."""

    kind: str
    text: str
    follows: bool  # whether only blank lines separate it from the block before


class Command(NamedTuple):
    """One command line and the lines it is said to print."""

    line: str
    output: list[str]


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str) -> Iterator[Block]:
    text, end = page(name), 0
    for found in BLOCK.finditer(text):
        indent, kind, body = found.groups()
        body = "".join(line.removeprefix(indent) for line in body.splitlines(keepends=True))
        yield Block(kind, body, not text[end : found.start()].strip())
        end = found.end()


def commands(text: str) -> Iterator[Command]:
    lines = text.splitlines()
    while lines:
        line = lines.pop(0)
        assert line.startswith("$ "), f"no command: {line}"
        line = line[2:]
        if here := re.search(r"<<'(\w+)'$", line):
            while not line.endswith(f"\n{here[1]}"):
                line += "\n" + lines.pop(0)
        output = []
        while lines and not lines[0].startswith("$ "):
            output.append(lines.pop(0))
        yield Command(line, output)


def assert_prints(expected: list[str], printed: str) -> None:
    """Each line stands in *printed*, in order; only where an ellipsis stands may lines be left out."""
    actual = [words for line in printed.splitlines() if (words := " ".join(line.split()))]
    at, free = 0, False
    for words in (words for line in expected if (words := " ".join(line.split()))):
        if words == ELLIPSIS:
            free = True
            continue
        assert words in actual[at:], f"not printed (any more): {words}\n\n{printed}"
        found = actual.index(words, at)
        assert free or found == at, f"lines left out before: {words}\n\n{printed}"
        at, free = found + 1, False
    assert free or not expected or at == len(actual), f"more is printed than stated:\n\n{printed}"


def run_command(command: Command, folder: Path) -> None:
    code, printed = here(command.line) if is_plain(command.line) else in_shell(command.line, folder)
    wrong = command.output and re.match(r"\S+:\d+:\d+: (?!warning)", command.output[0])
    assert code == (2 if wrong else 0), f"{command.line}\n{printed}"
    assert_prints(command.output, printed if command.output else "")


def is_plain(line: str) -> bool:
    """Whether it needs no shell; such lines spare the time to start the program."""
    return line.startswith("detente ") and not set(line) & set("<>|'\"$\\")


def here(line: str) -> tuple[int, str]:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        code = main(shlex.split(line)[1:])
    return code, out.getvalue()


def in_shell(line: str, folder: Path) -> tuple[int, str]:
    programs = Path(sys.executable).parent
    search = os.pathsep.join([str(programs), os.environ.get("PATH", "")])
    done = subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env={**os.environ, "PATH": search, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    "name", [*RUN, *(pytest.param(name, marks=pytest.mark.worked) for name in LONG)]
)
def test_what_a_page_says_to_type_prints_what_it_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A copy of the sources, as far as pages use it.
    (tmp_path / "src").symlink_to(ROOT / "src")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    monkeypatch.chdir(tmp_path)
    for variable in ("COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    names: dict[str, Any] = {}
    printed: str | None = None
    ran = 0
    for block in blocks(name):
        if block.kind == "text" and block.follows and printed is not None:
            assert_prints(block.text.splitlines(), printed)
        printed = None
        if block.kind == "console":
            for command in commands(block.text):
                if command.line not in NOT_RUN:
                    run_command(command, tmp_path)
                    ran += 1
        elif block.kind == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(block.text, name, "exec"), names)
            printed = out.getvalue()
            ran += 1
    assert ran


def test_stated_output_is_compared_line_by_line() -> None:
    assert_prints(["a  b", "", "c"], " a b\nc\n")
    assert_prints(["a", "…"], "a\nb\nc\n")
    for wrong in (["a", "c"], ["b"], ["c", "…", "a"], ["a", "b"]):
        with pytest.raises(AssertionError):
            assert_prints(wrong, "a\nb\nc\n")


def test_every_number_of_the_draw_worked_by_hand_is_one_that_is_computed() -> None:
    name = "docs/explanation/worked-draw.md"
    decimal = re.compile(r"-?\d+\.\d+")
    computed = {number for block in blocks(name) for number in decimal.findall(block.text)}
    prose = BLOCK.sub("", page(name)).replace("−", "-")
    assert set(decimal.findall(prose)) <= computed


def test_the_software_is_cited_as_the_package_describes_it() -> None:
    project = tomllib.loads(page("pyproject.toml"))["project"]
    stated = yaml.safe_load(page("CITATION.cff"))
    assert stated["cff-version"] == "1.2.0"
    assert stated["message"]
    assert stated["title"] == "Détente"
    assert stated["authors"] == project["authors"]
    assert stated["abstract"] == project["description"]
    assert stated["keywords"] == project["keywords"]
    assert (stated["version"], stated["license"]) == (project["version"], project["license"])
    entry = next(b.text for b in blocks("docs/how-to/cite.md") if b.kind == "bibtex")
    told = dict(re.findall(r"(\w+) += \{+(.*?)\}+,?$", entry, re.MULTILINE))
    assert told["author"] == project["authors"][0]["name"]
    assert told["title"].casefold() == f"Détente: {project['description']}".casefold()
    assert (told["version"], told["license"]) == (project["version"], project["license"])


def test_messages_of_the_guide_to_wrong_input_are_those_of_the_program(tmp_path: Path) -> None:
    text = starter_text("talks")
    for right, wrong in (
        ("undo_years: 0.5 ", "undo_yaers: 0.5 "),
        ("by: upstream\n", "by: upstraem\n"),
        ("detection: 0.6 ", "detection: 1.6 "),
        ("worth: {cabinet: [15, 25, 35]", "worth: {cabinet: [25, 15, 35]"),
    ):
        assert right in text
        text = text.replace(right, wrong)
    path = tmp_path / "talks.yaml"
    path.write_text(text, encoding="utf-8")
    problems = detente.check(path).problems
    shown = next(block for block in blocks("docs/how-to/wrong-input.md") if block.kind == "text")
    assert [str(p).replace(str(path), "talks.yaml") for p in problems] == shown.text.splitlines()


def test_every_make_target_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", page("Makefile"), re.MULTILINE))
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]
    for path in pages:
        text = path.read_text(encoding="utf-8")
        named = set(re.findall(r"(?:`|\$ )make ([a-z-]+)", text))
        assert named <= targets, path.name


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_from_outside_the_documentation_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page(name)):
        assert (ROOT / target).exists(), target


def keys(document: Mapping[str, Any]) -> set[str]:
    """All keys of a document that are no names of the case, nested ones included."""
    by_name = {
        "accept_by",
        "shortfall",
        "barred",
        "break_by",
        "first_break",
        "trust",
        "slack",
        "breaks",
    }
    by_name |= {"value", "exposure", "exposure_by", "exposure_at", "phases"}
    found = set(document)
    for key, value in document.items():
        if key in {"proposals", "outcomes", "paths"}:
            found |= keys(next(iter(value.values())))
        elif isinstance(value, Mapping) and key not in by_name:
            found |= keys(value)
    return found


def test_every_key_of_the_document_is_described(river: Case) -> None:
    described = set(re.findall(r"`(\w+)`", page("docs/reference/commands.md")))
    assert keys(detente.document(detente.run(river, draws=10))) <= described


def test_every_kind_of_entry_of_a_case_has_its_table() -> None:
    shown = re.findall(r"\{case-keys\} (\w+)", page("docs/reference/case-file.md"))
    # A level takes the keys of a step and adds none.
    assert sorted([*shown, "LevelSpec"]) == sorted(n for n in file.__all__ if n != "TAGS")


def test_every_result_table_has_its_columns_shown() -> None:
    shown = re.findall(r"\{table-columns\} (\w+)", page("docs/reference/tables.md"))
    assert shown == [table.name for table in TABLES]


def test_examples_of_the_case_file_have_its_shape() -> None:
    frame = {"detente": 1, "title": "", "phases": {"count": 3, "years": 1}, "horizon_years": 1}
    frame |= {"parties": {"_": {}}, "measures": {"_": {}}}
    examples = [b.text for b in blocks("docs/reference/case-file.md") if b.kind == "yaml"]
    assert examples
    for text in examples:
        if text.startswith("accepts"):  # rules, one a line
            rules = [yaml.safe_load(line)["accepts"] for line in text.splitlines()]
            example = {"parties": {f"p{i}": {"accepts": rule} for i, rule in enumerate(rules)}}
        elif text.startswith("worth"):
            example = {"measures": {"m": yaml.safe_load(text)}}
        else:
            example = yaml.safe_load(text)
        CaseFile.model_validate(frame | example)


def test_statements_of_the_model_are_numbered_once_and_exist_where_cited() -> None:
    stated = re.findall(r"^\*\*M(\d+)\.", page("docs/reference/model.md"), re.MULTILINE)
    numbers = [int(number) for number in stated]
    assert len(numbers) == len(set(numbers))
    for path in DOCS.rglob("*.md"):
        cited = re.findall(r"\bM(\d+)\b", path.read_text(encoding="utf-8"))
        assert {int(number) for number in cited} <= set(numbers), path.name


def test_decisions_are_numbered_dated_and_listed() -> None:
    pages = sorted((DOCS / "decisions").glob("0*.md"))
    index = page("docs/decisions/index.md")
    assert [int(path.name[:4]) for path in pages] == list(range(1, len(pages) + 1))
    for path in pages:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert re.match(r"\*\d{4}-\d{2}-\d{2}\. ", lines[2]), path.name
        assert f"- [{lines[0].removeprefix('# ')}]({path.name})" in index
