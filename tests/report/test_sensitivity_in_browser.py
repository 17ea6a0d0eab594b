"""The page of what matters in a browser: all plots there, nothing asked for, readable by all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from detente.influence.results import Sensitivity, SensitivityViews
from detente.report.sensitivity_page import sensitivity_page
from tests.report.test_page_in_browser import Visit, browser_type_launch_args

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser_type_launch_args"]

pytestmark = pytest.mark.browser

NAMES = ("river", "water", "hostile", "nothing", "views")


@pytest.fixture(scope="module")
def pages(
    river_hangs_on: Sensitivity,
    water_hangs_on: Sensitivity,
    hostile_hangs_on: Sensitivity,
    nothing_matters: Sensitivity,
    views_hang_on: SensitivityViews,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Path]:
    found: list[Sensitivity | SensitivityViews]
    found = [river_hangs_on, water_hangs_on, hostile_hangs_on, nothing_matters, views_hang_on]
    folder = tmp_path_factory.mktemp("sensitivity")
    paths = {name: folder / f"{name}.html" for name in NAMES}
    for path, one in zip(paths.values(), found, strict=True):
        path.write_text(sensitivity_page(one), "utf-8")
    return paths


@pytest.fixture
def visit(browser: Browser, pages: dict[str, Path]) -> Iterator[Callable[..., Visit]]:
    opened = []

    def visiting(name: str, **options: Any) -> Visit:
        opened.append(browser.new_page(**options))
        seen = Visit(opened[-1], pages[name])
        seen.tab.evaluate(
            "document.querySelectorAll('details').forEach(part => { part.open = true })"
        )
        return seen

    yield visiting
    for tab in opened:
        tab.close()


@pytest.mark.parametrize("name", NAMES)
def test_every_plot_is_drawn_and_nothing_is_asked_for(
    visit: Callable[..., Visit], pages: dict[str, Path], name: str
) -> None:
    seen = visit(name)
    assert seen.asked == [pages[name].as_uri()]
    assert seen.said == []
    assert seen.tab.evaluate("window.hacked") is None
    plots = seen.tab.locator("[data-plot]").all()
    assert plots
    for plot in plots:
        marks = plot.locator(".mark-symbol path, .mark-rect path")
        assert marks.count() > 0, plot.get_attribute("data-plot")
        assert plot.locator("text", has_text=re.compile("NaN|undefined|null")).count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_there_are_no_barriers(visit: Callable[..., Visit], name: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab = visit(name, color_scheme=scheme, bypass_csp=True).tab
    found = [
        (item["id"], item["nodes"][0]["html"][:200])
        for item in Axe().run(tab).response["violations"]
    ]
    assert found == []


@pytest.mark.parametrize("width", [375, 1200])
@pytest.mark.parametrize("name", NAMES)
def test_neither_the_page_nor_a_plot_is_wider_than_the_window(
    visit: Callable[..., Visit], name: str, width: int
) -> None:
    tab = visit(name, viewport={"width": width, "height": 800}).tab
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    wide = (
        "[...document.querySelectorAll('[data-plot]')].filter(p => p.scrollWidth > p.clientWidth)"
    )
    assert tab.evaluate(f"{wide}.map(p => p.dataset.plot)") == []


def test_names_do_not_cross_marks(visit: Callable[..., Visit]) -> None:
    """A name ends above the marks that it is the name of, and does not leave the plot."""
    tab = visit("river", viewport={"width": 375, "height": 800}).tab
    out = tab.evaluate(
        """[...document.querySelectorAll('[data-plot]')].flatMap(plot => {
          const edge = plot.querySelector('svg').getBoundingClientRect();
          return [...plot.querySelectorAll('.mark-text text')].filter(text => {
            const box = text.getBoundingClientRect();
            return box.right > edge.right + 1 || box.left < edge.left - 1;
          }).map(text => `${plot.dataset.plot}: ${text.textContent}`);
        })"""
    )
    assert out == []


def test_marks_are_told_to_screen_readers_as_rounded_as_they_are_shown(
    visit: Callable[..., Visit],
) -> None:
    tab = visit("river").tab
    for plot in ("groups-party", "fails-1", "swings", "course"):
        marks = tab.locator(f"[data-plot='{plot}'] [aria-roledescription]:not([aria-hidden])").all()
        labels = [mark.get_attribute("aria-label") or "" for mark in marks]
        told = [label for label in labels if re.search(r"\d", label)]
        assert told, plot
        assert not [label for label in told if re.search(r"\d\.\d{4}", label)]
    assert tab.locator("[aria-label^='Upland, upstream, its share: ']").count() == 1


def test_on_paper_no_table_stands_in_a_plot(visit: Callable[..., Visit]) -> None:
    tab = visit("river", viewport={"width": 680, "height": 1000}).tab
    tab.emulate_media(media="print")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 680
    wide = "[...document.querySelectorAll('.group .scroll')].filter(p => p.scrollWidth > p.clientWidth)"
    assert tab.evaluate(f"{wide}.length") == 0


def test_without_scripts_every_figure_is_still_there(
    browser: Browser, pages: dict[str, Path]
) -> None:
    tab = browser.new_page(java_script_enabled=False)
    tab.goto(pages["river"].as_uri())
    assert "drawn by a script" in tab.locator("noscript").inner_text()
    assert tab.locator("#groups table").count() == 5
    assert tab.locator("#swings table tbody tr").count() > 3
    tab.close()
