"""The brief as PDF and pictures: two pages, whatever the case; the same bytes; no network."""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

import detente
from detente.report import typesetting
from detente.report.brief import brief_files
from detente.report.folder import write_results
from detente.verdict.results import RunResult
from detente.verdict.views import ViewsResult
from tests.case.samples import written
from tests.report.hostile import ATTACKS, hostile, smallest

pytestmark = pytest.mark.slow

WIDTH = 595.3
SIGNS = "#eval(1) $x^2$ *bold* _it_ \\ @ref `raw` // /* <label> = [x] #{panic()} ~ ' \" -- ---"
LATIN = ("x" * 10_000, "W" * 10_000, "long words follow each other " * 300, SIGNS)
OTHERS = ("اتفاق " * 40, "한반도 비핵화 협상 " * 40, "☃😀👩‍👩‍👧‍👦" * 40, "e\u0301\u0323" * 400)


def renamed(value: Any, name: str) -> Any:
    """Return the data of a case with *name* for all that is shown of it."""
    if isinstance(value, list):
        return [renamed(each, name) for each in value]
    if not isinstance(value, dict):
        return value
    names = {"title", "name", "unit", "why", "names", "summary", "outcome", "mapping_note"}
    return {
        key: [name] * len(each) if key == "names" else name if key in names else renamed(each, name)
        for key, each in value.items()
    }


def run(data: dict[str, Any], folder: Path, draws: int = 60) -> RunResult:
    return detente.run(detente.load_case(written(folder, data)), draws=draws)


def large(name: str, *, phases: int = 30, sides: int = 6, texts: int = 30) -> dict[str, Any]:
    """Return a case that is large in every way of which a brief shows something."""
    people = [f"p{i}" for i in range(sides)]
    steps = {
        f"m{i}": {
            "name": name,
            "by": people[i % sides],
            "undo_years": 1,
            "worth": {p: [-5, 3, 9] for p in people},
            "effects": {"q": {"change": [-2, -1, 0]}},
        }
        for i in range(3 * sides)
    }
    plan = {k: [f"m{i}" for i in range(3 * sides) if i % phases == k - 1] for k in range(1, phases)}
    return {
        "detente": 1.1,
        "title": name,
        "as_of": "2020-01-01",
        "phases": {"count": phases, "years": 0.5, "names": [name] * phases},
        "horizon_years": 20,
        "discount": 0.05,
        "calibrated_on": [name] * 20,
        "parties": {p: {"name": name} for p in people},
        "measures": steps,
        "quantities": {"q": {"name": name, "unit": name, "start": [5, 6, 9]}},
        "main_outcome": "q",
        "proposals": {
            f"t{i}": {
                "name": name,
                "by": name,
                "date": name,
                "phases": plan if i else {1: [*steps]},
            }
            for i in range(texts)
        },
    }


def pages(pdf: bytes) -> list[Any]:
    from pypdf import PdfReader

    return list(PdfReader(io.BytesIO(pdf)).pages)


@pytest.fixture(autouse=True)
def whole(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each page that was set holds all that should stand on it; else it was cut off."""
    found: list[bool] = []
    compiled = typesetting._compiled

    def ask(inputs: Mapping[str, str], *, own: bool, **options: object) -> list[bytes]:
        import typst

        template = resources.files("detente.report").joinpath("templates", "brief.typ")
        compiler = typst.Compiler(
            template.read_bytes(), sys_inputs=dict(inputs), ignore_system_fonts=own
        )
        found.extend(json.loads(compiler.query("<whole>", field="value")))
        return compiled(inputs, own=own, **options)

    monkeypatch.setattr(typesetting, "_compiled", ask)
    return found


@pytest.fixture(autouse=True)
def nothing_is_cut_off(whole: list[bool]) -> Iterator[None]:
    yield
    assert all(whole)


def squeezed(text: str) -> str:
    """Return *text* without the spaces that are found where there are none."""
    return "".join(text.split())


def assert_two_whole_pages(files: dict[str, bytes]) -> list[str]:
    found = pages(files["brief.pdf"])
    assert len(found) == 2
    for page in found:
        assert [round(side) for side in page.mediabox[2:]] == [595, 842]
    texts = [" ".join(page.extract_text().split()) for page in found]
    assert not set("".join(texts)) & set("\u200b\u00ad\ufffc")
    assert "How to read this" in texts[0]
    assert "How it was made" in texts[1]
    for name in ("brief-1.png", "brief-2.png"):
        assert files[name].startswith(b"\x89PNG")
    return texts


@pytest.mark.parametrize("case", ["river", "korea"])
def test_the_brief_of_a_built_in_case_has_two_pages_that_say_what_there_is_to_say(
    case: str, request: pytest.FixtureRequest
) -> None:
    result: RunResult = request.getfixturevalue(case)
    first, second = assert_two_whole_pages(brief_files(result, ["pdf", "png"]))
    for verdict in result.verdicts:
        assert squeezed(verdict.name[:40]) in squeezed(first)
    assert "worlds drawn from these assumptions" in first
    for part in ("Who must say yes", "Who breaks it first", "no test of the case", "seed 3"):
        assert part in second
    assert "chances are independent" in second
    assert result.provenance.case_hash in second


def test_the_smallest_case_has_two_pages_too(tmp_path: Path) -> None:
    result = run(smallest(), tmp_path)
    assert_two_whole_pages(brief_files(result, ["pdf", "png"]))


@pytest.mark.parametrize("name", [*LATIN, *OTHERS])
def test_names_of_any_kind_and_length_leave_it_at_two_whole_pages(
    name: str, tmp_path: Path
) -> None:
    result = run(renamed(hostile(), name), tmp_path)
    assert_two_whole_pages(brief_files(result, ["pdf", "png"]))


@pytest.mark.parametrize("name", ["A name of some length, as they are", "W" * 10_000])
@pytest.mark.parametrize(("phases", "sides"), [(30, 6), (30, 3), (3, 3), (1, 2)])
def test_many_texts_phases_sides_and_steps_leave_it_at_two_whole_pages(
    name: str, phases: int, sides: int, tmp_path: Path
) -> None:
    result = run(large(name, phases=phases, sides=sides), tmp_path)
    assert_two_whole_pages(brief_files(result, ["pdf", "png"]))


@pytest.mark.parametrize("name", ["A name of some length, as they are", "W" * 10_000])
def test_many_views_with_long_names_leave_it_at_two_whole_pages(name: str, tmp_path: Path) -> None:
    ids = [f"{'view' * 9}{i}" for i in range(8)]
    for id_ in ids:
        written(tmp_path, {"view": name, "why": name, "discount": 0.2}, f"{id_}.yaml")
    views = {id_: {"file": f"{id_}.yaml"} for id_ in ids}
    case = written(tmp_path, large(name, phases=30) | {"views": views})
    found = brief_files(detente.run_views(case, draws=20), ["pdf", "png"])
    first, second = assert_two_whole_pages(found)
    assert "All figures here are of the case as written. Under it and 8 other views" in first
    assert "--view as_written" in second


def test_the_brief_on_several_views_has_two_pages(korea_views: ViewsResult) -> None:
    first, _ = assert_two_whole_pages(brief_files(korea_views, ["pdf", "png"]))
    assert "All figures here are of the case as written. Under it and 4 other views" in first


def test_no_text_of_a_case_is_markup(tmp_path: Path) -> None:
    result = run(renamed(hostile(), SIGNS), tmp_path)
    first, _ = assert_two_whole_pages(brief_files(result, ["pdf", "png"]))
    assert SIGNS[:40] in first


def test_hostile_texts_are_shown_and_lead_nowhere(tmp_path: Path) -> None:
    files = brief_files(run(hostile(), tmp_path), ["pdf", "png"])
    first, _ = assert_two_whole_pages(files)
    assert ATTACKS[0] in first
    for page in pages(files["brief.pdf"]):
        assert "/Annots" not in page
    for part in (b"/JavaScript", b"/Launch", b"/URI", b"/EmbeddedFile"):
        assert part not in files["brief.pdf"]


def test_the_pdf_is_accessible(river: RunResult) -> None:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(brief_files(river, ["pdf"])["brief.pdf"]))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Two states and a dam – Détente brief"
    assert "/CreationDate" not in reader.metadata
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert [item["/Title"] for item in reader.outline if not isinstance(item, list)]
    figures = [
        element for element in elements(root["/StructTreeRoot"]) if element["/S"] == "/Figure"
    ]
    assert len(figures) == 3
    assert all(len(figure["/Alt"]) > 40 for figure in figures)
    assert {"/Table", "/TH", "/H1", "/H2", "/H3"} <= {
        e["/S"] for e in elements(root["/StructTreeRoot"])
    }


def elements(node: Any) -> list[Any]:
    """Return the elements of structure below *node*."""
    children = node.get("/K", [])
    found: list[Any] = []
    for child in children if isinstance(children, list) else [children]:
        element = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(element, dict) and "/S" in element:
            found += [element, *elements(element)]
    return found


def test_a_sign_that_hardly_any_font_has_is_no_reason_to_fail(tmp_path: Path) -> None:
    files = brief_files(run(renamed(hostile(), "\U00010f30 unknown"), tmp_path), ["pdf", "png"])
    assert_two_whole_pages(files)


def test_the_same_result_gives_the_same_bytes_in_another_process_and_place(
    river: RunResult, tmp_path: Path
) -> None:
    text = (
        "import sys, detente\n"
        "from detente.report.folder import write_results\n"
        "result = detente.run(detente.load_case('river'), draws=400, seed=3)\n"
        "write_results(result, sys.argv[1], formats=['pdf', 'png', 'md'])\n"
    )
    home = {"HOME": str(tmp_path), "TZ": "Asia/Seoul", "SOURCE_DATE_EPOCH": "1"}
    subprocess.run(
        [sys.executable, "-c", text, "there"], cwd=tmp_path, env=os.environ | home, check=True
    )
    for path in write_results(river, tmp_path / "here", formats=["pdf", "png", "md"]):
        if path.name.startswith("brief"):
            assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes(), path.name


def test_plots_fetch_nothing_from_anywhere() -> None:
    asked = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        port = server.getsockname()[1]

        def listen() -> None:
            try:
                server.accept()
            except OSError:
                return
            asked.set()

        listener = threading.Thread(target=listen)
        listener.start()
        spec = {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "data": {"url": f"http://127.0.0.1:{port}/data.json"},
            "mark": "point",
        }
        with contextlib.suppress(ValueError):
            typesetting._drawn(spec)
        listener.join()
    assert not asked.is_set()


def test_pages_are_readable_at_the_size_of_a_screen(river: RunResult) -> None:
    picture = brief_files(river, ["png"])["brief-1.png"]
    width = int.from_bytes(picture[16:20], "big")
    assert width == round(WIDTH / 72 * typesetting.PPI)
