"""The report opened from disk in a browser: all plots there, nothing asked for, readable by all."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import detente
from detente.report.page import write_report
from tests.case.samples import written
from tests.report.hostile import hostile, smallest

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.browser

NAMES = ("korea", "river", "hostile", "smallest", "views", "explained")
DRAWN = (
    "document.querySelectorAll('[data-plot]').length"
    " === document.querySelectorAll('[data-plot][data-drawn] svg').length"
)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's own Chromium, for pytest-playwright."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    assert path, "Chromium is needed: `make test-all` installs it, or says how"
    return {"executable_path": path, "args": ["--no-sandbox", "--disable-gpu"]}


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    cases: dict[str, str | Path] = {
        "korea": "korea-2019",
        "river": "river",
        "hostile": written(folder, hostile(), "hostile.yaml"),
        "smallest": written(folder, smallest(), "smallest.yaml"),
    }
    found = {
        name: write_report(detente.run(case, draws=200), folder / f"{name}.html")
        for name, case in cases.items()
    }
    views = detente.run_views("korea-2019", views=["ratification", "sceptical"], draws=200)
    found["views"] = write_report(views, folder / "views.html")
    explanation = detente.explain("korea-2019", "vox_draft_deal", draws=100)
    found["explained"], _ = detente.write_explanation(explanation, folder / "why")
    return found


class Visit:
    """A report that was opened, and what the browser did on the way."""

    def __init__(self, tab: Tab, path: Path) -> None:
        self.tab = tab
        self.asked: list[str] = []
        self.said: list[str] = []
        tab.on("request", lambda request: self.asked.append(request.url))
        tab.on("console", lambda message: self.said.append(message.text))
        tab.on("pageerror", lambda error: self.said.append(str(error)))
        tab.goto(path.as_uri())
        tab.wait_for_function(DRAWN)


@pytest.fixture
def visit(browser: Browser, reports: dict[str, Path]) -> Iterator[Callable[..., Visit]]:
    opened: list[Tab] = []

    def visiting(name: str, **options: Any) -> Visit:
        opened.append(browser.new_page(**options))
        return Visit(opened[-1], reports[name])

    yield visiting
    for tab in opened:
        tab.close()


@pytest.mark.parametrize("name", NAMES)
def test_every_plot_is_drawn_and_nothing_is_asked_for(
    visit: Callable[..., Visit], reports: dict[str, Path], name: str
) -> None:
    seen = visit(name)
    assert seen.asked == [reports[name].as_uri()]
    assert seen.said == []
    for svg in seen.tab.locator("[data-plot] svg").all():
        box = svg.bounding_box()
        assert box is not None
        assert box["width"] > 50
        assert box["height"] > 20


@pytest.mark.parametrize("name", ["korea", "river", "smallest", "views", "explained"])
def test_every_plot_has_marks(visit: Callable[..., Visit], name: str) -> None:
    for plot in visit(name).tab.locator("[data-plot]").all():
        marks = plot.locator(".mark-symbol path, .mark-rect path, .mark-line path")
        assert marks.count() > 0, plot.get_attribute("data-plot")


def test_nothing_in_a_hostile_case_runs(visit: Callable[..., Visit]) -> None:
    tab = visit("hostile").tab
    for link in tab.locator("a[href^='#']").all():
        link.evaluate("link => link.click()")
    assert tab.evaluate("window.hacked") is None


def test_even_a_script_that_got_into_the_page_would_not_run(
    browser: Browser, reports: dict[str, Path], tmp_path: Path
) -> None:
    text = reports["smallest"].read_text("utf-8")
    attack = "<script>window.hacked = 1</script><img src='x' onerror='window.hacked = 1'>"
    path = tmp_path / "broken.html"
    path.write_text(text.replace("<main>", f"<main>{attack}"), "utf-8")
    tab = browser.new_page()
    refused: list[str] = []
    tab.on("console", lambda message: refused.append(message.text))
    tab.goto(path.as_uri())
    tab.wait_for_function(DRAWN)
    assert tab.evaluate("window.hacked") is None
    assert any("Content Security Policy" in text for text in refused)
    tab.close()


def barriers(tab: Tab) -> list[tuple[str, str]]:
    """What keeps people out, by the rules of axe, from moderate up."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        (item["id"], item["nodes"][0]["html"][:200])
        for item in Axe().run(tab).response["violations"]
        if item["impact"] in {"serious", "critical", "moderate"}
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_there_are_no_serious_barriers(visit: Callable[..., Visit], name: str, scheme: str) -> None:
    # The checker is put into the page by the test, which the page's own policy would refuse.
    assert barriers(visit(name, color_scheme=scheme, bypass_csp=True).tab) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_there_are_no_serious_barriers_in_reasons(visit: Callable[..., Visit], scheme: str) -> None:
    tab = visit("korea", color_scheme=scheme, bypass_csp=True).tab
    tab.evaluate("document.querySelectorAll('.why details').forEach(part => { part.open = true; })")
    assert barriers(tab) == []


def in_view(tab: Tab, place: str) -> bool:
    """Whether the upper edge of a place is in the window."""
    return bool(
        tab.evaluate(
            "name => { const edge = document.getElementById(name).getBoundingClientRect().top;"
            " return edge >= -1 && edge < innerHeight; }",
            place,
        )
    )


@pytest.mark.parametrize(
    ("figure", "opened"),
    [
        ("#part-1 .figures a >> nth=0", "why-1-accept"),
        ("#part-1 .figures a >> nth=1", "why-1-keep"),
        ("#part-1 .figures a >> nth=2", "why-1"),
        ("#part-3 a[href^='#why-3-accept-'] >> nth=0", None),
        ("#part-3 a[href^='#why-3-keep-'] >> nth=0", None),
        ("#part-3 a[href^='#why-3-exposure-'] >> nth=0", None),
    ],
)
def test_a_figure_opens_its_reasons_and_moves_there(
    visit: Callable[..., Visit], figure: str, opened: str | None
) -> None:
    seen = visit("korea")
    link = seen.tab.locator(figure)
    place = (link.get_attribute("href") or "")[1:]
    assert opened in {None, place}
    assert seen.tab.locator(".why details[open]").count() == 0
    link.click()
    block = seen.tab.locator(".why details[open]")
    block.wait_for()
    assert block.count() == 1
    target = seen.tab.locator(f"#{place}")
    near = "node => !!(node.closest('details[open]') || node.querySelector('details[open]'))"
    assert target.evaluate(near)
    assert in_view(seen.tab, place)
    assert seen.tab.evaluate("document.activeElement.tagName") == "SUMMARY"
    seen.tab.keyboard.press("Space")
    assert block.count() == 0
    link.click()  # the address does not change
    block.wait_for()
    assert seen.said == []


def test_figures_can_be_reached_and_followed_by_keyboard(visit: Callable[..., Visit]) -> None:
    tab = visit("river").tab
    link = tab.locator("#part-1 .figures a >> nth=0")
    link.focus()
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("Tab")
    assert link.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    tab.keyboard.press("Enter")
    tab.locator("#why-1-accept details[open]").wait_for()


def test_an_address_with_a_figure_opens_its_reasons(
    browser: Browser, reports: dict[str, Path]
) -> None:
    tab = browser.new_page()
    tab.goto(f"{reports['river'].as_uri()}#why-1-keep")
    tab.locator("#why-1-keep details[open]").wait_for()
    tab.close()


def test_marks_are_told_to_screen_readers_as_rounded_as_they_are_shown(
    visit: Callable[..., Visit],
) -> None:
    tab = visit("river").tab
    for plot in ("verdicts", "exposure-1", "standing-1"):
        marks = tab.locator(
            f"[data-plot='{plot}'] [aria-roledescription='point'], "
            f"[data-plot='{plot}'] [aria-roledescription='bar']"
        )
        labels = [mark.get_attribute("aria-label") or "" for mark in marks.all()]
        assert labels
        for label in labels:
            assert not re.search(r"\d\.\d\d\d", label), label
    assert tab.locator("[aria-label^='Step by step, holds: ']").count() > 0


def test_on_paper_all_but_reasons_is_open_and_dark_is_light(visit: Callable[..., Visit]) -> None:
    tab = visit("korea", color_scheme="dark").tab
    closed = tab.locator("details:not([open])").count()
    reasons = tab.locator(".why details").count()
    assert closed > reasons > 0
    tab.emulate_media(media="print")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert tab.locator("details:not([open])").count() == reasons
    tab.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert tab.locator("details:not([open])").count() == closed


@pytest.mark.parametrize("width", [360, 375, 1200])
@pytest.mark.parametrize("name", ["korea", "hostile", "views", "explained"])
def test_a_page_is_never_wider_than_its_window(
    visit: Callable[..., Visit], name: str, width: int
) -> None:
    tab = visit(name, viewport={"width": width, "height": 800}).tab
    tab.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_names_have_more_room_than_remarks_on_figures(visit: Callable[..., Visit]) -> None:
    tab = visit("river", viewport={"width": 1280, "height": 800}).tab
    widths = tab.evaluate(
        "[...document.querySelectorAll('#side-by-side thead th')].map(cell => cell.offsetWidth)"
    )
    assert tab.locator("#side-by-side .aside").count() > 0
    assert widths[0] == max(widths)


def test_on_a_small_screen_what_a_figure_leads_to_keeps_its_label(
    visit: Callable[..., Visit],
) -> None:
    tab = visit("river", viewport={"width": 375, "height": 600}).tab
    link = tab.locator("#part-1 a[href^='#why-1-exposure-'] >> nth=0")
    place = (link.get_attribute("href") or "")[1:]
    link.click()
    tab.locator(".why details[open]").wait_for()
    label = "name => document.getElementById(name).previousElementSibling"
    assert tab.evaluate(f"{label}.getBoundingClientRect().top", place) >= 0


def test_without_scripts_every_figure_is_still_there(
    browser: Browser, reports: dict[str, Path]
) -> None:
    tab = browser.new_page(java_script_enabled=False)
    tab.goto(reports["river"].as_uri())
    assert "drawn by a script" in tab.locator("noscript").inner_text()
    assert tab.locator("#part-1 table").count() >= 3
    tab.locator("#why-1-accept summary").first.click()
    assert tab.locator("#why-1-accept details[open] .values").is_visible()
    tab.close()
