"""The page of a search in a browser: all plots there, nothing asked for, readable by all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import detente
from detente.report.searched import search_page, search_table
from detente.searching.results import SearchResult
from detente.testing import make_case
from tests.report.hostile import hostile, smallest
from tests.report.test_page_in_browser import Visit, browser_type_launch_args

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser_type_launch_args"]

pytestmark = pytest.mark.browser

NAMES = ("river", "three", "korea", "hostile", "smallest")


@pytest.fixture(scope="module")
def results(
    found_river: SearchResult, found_three: SearchResult, found_korea: SearchResult
) -> dict[str, SearchResult]:
    return {
        "river": found_river,
        "three": found_three,
        "korea": found_korea,
        "hostile": detente.search(make_case(hostile()), draws=20, search_draws=20),
        "smallest": detente.search(make_case(smallest()), draws=20),
    }


@pytest.fixture(scope="module")
def searches(
    results: dict[str, SearchResult], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("searches")
    paths = {name: folder / f"{name}.html" for name in results}
    for name, path in paths.items():
        path.write_text(search_page(results[name]), "utf-8")
    return paths


@pytest.fixture
def visit(browser: Browser, searches: dict[str, Path]) -> Iterator[Callable[..., Visit]]:
    opened = []

    def visiting(name: str, **options: Any) -> Visit:
        opened.append(browser.new_page(**options))
        return Visit(opened[-1], searches[name])

    yield visiting
    for tab in opened:
        tab.close()


@pytest.mark.parametrize("name", NAMES)
def test_every_plot_is_drawn_and_nothing_is_asked_for(
    visit: Callable[..., Visit], searches: dict[str, Path], name: str
) -> None:
    seen = visit(name)
    assert seen.asked == [searches[name].as_uri()]
    assert seen.said == []
    plots = seen.tab.locator("[data-plot]").all()
    assert len(plots) == (3 if name == "three" else 1)
    for plot in plots:
        assert plot.locator(".mark-symbol path").count() > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_there_are_no_serious_barriers(visit: Callable[..., Visit], name: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab = visit(name, color_scheme=scheme, bypass_csp=True).tab
    for part in tab.locator("details").all():
        part.evaluate("part => { part.open = true }")
    found = [
        (item["id"], item["nodes"][0]["html"][:200])
        for item in Axe().run(tab).response["violations"]
        if item["impact"] in {"serious", "critical", "moderate"}
    ]
    assert found == []


@pytest.mark.parametrize("width", [375, 1200])
@pytest.mark.parametrize("name", ["river", "korea", "hostile"])
def test_the_page_is_never_wider_than_its_window(
    visit: Callable[..., Visit], name: str, width: int
) -> None:
    tab = visit(name, viewport={"width": width, "height": 800}).tab
    for part in tab.locator("details").all():
        part.evaluate("part => { part.open = true }")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_marks_are_told_to_screen_readers_and_on_hovering(visit: Callable[..., Visit]) -> None:
    tab = visit("river").tab
    marks = tab.locator("[data-plot] [aria-roledescription='point']").all()
    labels = [mark.get_attribute("aria-label") or "" for mark in marks]
    assert any(label.startswith("Plan 1, on the frontier: holds ") for label in labels)
    assert any(label.startswith("Step by step, proposal of the case: ") for label in labels)


def test_the_button_saves_the_table(
    visit: Callable[..., Visit], results: dict[str, SearchResult], tmp_path: Path
) -> None:
    seen = visit("river")
    with seen.tab.expect_download() as download:
        seen.tab.get_by_role("button", name="Save this table").click()
    path = tmp_path / "saved.csv"
    download.value.save_as(path)
    assert download.value.suggested_filename == "plans.csv"
    with path.open(encoding="utf-8", newline="") as file:
        assert file.read() == search_table(results["river"])
    assert seen.said == []


def test_a_link_to_a_plan_opens_it(visit: Callable[..., Visit]) -> None:
    tab = visit("river").tab
    assert tab.locator("details[open]").count() == 0
    tab.get_by_role("link", name="Plan 2", exact=True).first.click()
    tab.wait_for_selector("details#plan_2[open]")


def test_a_click_on_the_mark_of_a_plan_opens_it(visit: Callable[..., Visit]) -> None:
    tab = visit("river").tab
    marks = tab.locator("[data-plot] [aria-roledescription='point']").all()
    named = {(mark.get_attribute("aria-label") or "").split(",")[0]: mark for mark in marks}
    named["Plan 1"].click()
    tab.wait_for_selector("details#plan_1[open]")
    named["Step by step"].click()
    assert tab.locator("details[open]").count() == 1


def test_nothing_in_a_hostile_case_runs(visit: Callable[..., Visit]) -> None:
    assert visit("hostile").tab.evaluate("window.hacked") is None


def test_without_scripts_every_figure_is_still_there(
    browser: Browser, searches: dict[str, Path]
) -> None:
    tab = browser.new_page(java_script_enabled=False)
    tab.goto(searches["river"].as_uri())
    assert "drawn by a script" in tab.locator("noscript").inner_text()
    assert tab.locator("#found table tbody tr").count() > 5
    tab.close()
