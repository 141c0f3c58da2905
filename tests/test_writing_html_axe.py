"""The web page in a browser: axe-core finds nothing, and nothing leaves the file.

Needs Debian's chromium (or chromium-browser) and the extra browser, which brings
axe-core with it; WCAG 2.1 levels A and AA, in light and in dark.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from results_to_write import results_to_write

from taskforce_analysis.results import run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
# Where nothing is wrong the places that pass need not be listed: that takes as long.
RULES = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
FOCUSED = """() => {
    const one = document.activeElement, style = getComputedStyle(one);
    return {tag: one.tagName, role: one.getAttribute('role'), at: one.className,
            to: one.getAttribute('href'), number: [...document.querySelectorAll('*')]
                .indexOf(one), outline: style.outlineStyle,
            width: parseFloat(style.outlineWidth)};
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    reason = "the extra browser is not installed"
    playwright = pytest.importorskip("playwright.sync_api", reason=reason)
    with playwright.sync_playwright() as driver:
        # As root, as CI runs, Chromium has no sandbox of its own.
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def axe() -> Any:
    reason = "the extra browser is not installed"
    return pytest.importorskip("axe_playwright_python.sync_playwright", reason=reason)


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> Callable[[str], Path]:
    """Writes a page by name: the typed one, one of 40 rows, the example, its parts."""
    folder, plan = tmp_path_factory.mktemp("web"), data_folder("example")
    parted = Settings(publish="open", by=("paragraph",))
    makers = {
        "twelve": lambda: (results_to_write(), "da"),
        "forty": lambda: (results_to_write(40), "da"),
        "en": lambda: (run(measurement=plan / "maaling.toml"), "en"),
        "parts": lambda: (
            run(measurement=plan / "maaling.toml", settings=parted),
            "da",
        ),
    }

    def made(name: str) -> Path:
        path = folder / f"{name}.html"
        if not path.exists():
            results, language = makers[name]()
            write(results, path, language=language)
        return path

    return made


@pytest.fixture
def opened(browser: Any, reports: Callable[[str], Path]) -> Iterator[Any]:
    """Opens a page in a colour scheme and keeps what it says and asks for."""
    contexts = []

    def open_page(name: str, *, scheme: str = "light", width: int = 1280) -> Any:
        # The page's own policy lets no script in; axe-core has to come past it.
        context = browser.new_context(
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
            bypass_csp=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(reports(name).as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


def violations(axe: Any, page: Any) -> list[tuple[str, int]]:
    """The rules that are broken, and at how many places."""
    found = axe.Axe().run(page, options=RULES).response
    assert len(found["passes"]) > 10  # it looked
    return [(one["id"], len(one["nodes"])) for one in found["violations"]]


def test_axe_finds_nothing_at_wcag_a_and_aa(axe, opened):
    assert violations(axe, opened("twelve")) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["en", "forty", "parts"])
def test_axe_finds_nothing_in_any_report(axe, opened, name):
    assert violations(axe, opened(name)) == []


@pytest.mark.slow
def test_axe_finds_nothing_in_the_dark(axe, opened):
    """The report of parts has all that the others have."""
    assert violations(axe, opened("parts", scheme="dark")) == []


def test_axe_finds_what_is_wrong(axe, opened):
    """Held to account: a picture without a text and a faint one are both seen."""
    page = opened("twelve")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', "
        '\'<img src="data:,"><p style="color:#eee;background:#fff">Meget lyst</p>\')'
    )
    broken = {name for name, _ in violations(axe, page)}
    assert broken == {"image-alt", "color-contrast"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_asked_for_and_nothing_is_said(opened, reports, scheme):
    page = opened("twelve", scheme=scheme)
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    page.wait_for_timeout(100)
    assert page.asked == [reports("twelve").as_uri()]
    assert page.said == []


def test_light_and_dark_are_two(opened):
    colours = {
        scheme: opened("twelve", scheme=scheme).evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for scheme in ("light", "dark")
    }
    assert colours["light"] == "rgb(255, 255, 255)"
    assert colours["dark"] != colours["light"]


def test_every_part_can_be_reached_with_the_keyboard_and_is_seen_to_be(opened):
    page = opened("twelve")
    stops = []
    while True:
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["tag"] == "BODY" or len(stops) > 200:
            break
        stops.append(at)
    assert (stops[0]["at"], stops[0]["to"]) == ("skip", "#main")
    places = [one["number"] for one in stops]
    assert places == sorted(places), "the order of reading"
    count = page.evaluate("document.querySelectorAll('a, [tabindex=\"0\"]').length")
    assert len(stops) == count
    assert {(one["outline"] != "none", one["width"] > 0) for one in stops} == {
        (True, True)
    }


def test_the_skip_link_skips_and_a_chapter_is_jumped_to(opened):
    page = opened("twelve")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    page.keyboard.press("Tab")
    inside = "document.querySelector('main').contains(document.activeElement)"
    assert page.evaluate(inside)
    link = page.locator("nav a").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{link.get_attribute('href')}")
    target = page.locator(link.get_attribute("href"))
    page.wait_for_function(
        "one => Math.abs(one.getBoundingClientRect().y) < 200",
        arg=target.element_handle(),
    )


def test_a_narrow_page_scrolls_only_its_tables(opened):
    """WCAG 1.4.10: at 320 CSS pixels the page itself needs no sideways scrolling."""
    page = opened("forty", width=320)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320
    table = page.locator("[role=region]").first
    table.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    assert table.evaluate("one => one.scrollLeft") > 0
