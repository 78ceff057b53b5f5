"""The page of the report as a browser shows it: to everybody, at any width, by itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from test_chat_page import opened_browser, programs, wait
from test_comparison_page import RUN, SCRIPT, WIDTHS

from page_parser import parse
from report_samples import HOSTILE, every_state
from suiteloom.cli.report_html import report_page

__all__ = ["programs"]

OPEN = "document.querySelectorAll('details').forEach(e => { e.open = true; })"
TEXT = """
const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
const texts = [];
while (walker.nextNode()) {
  const at = walker.currentNode;
  if (!at.parentElement.closest('style, script, form')) texts.push(at.data);
}
return texts.join(' ');
"""
WIDEST = """
const wide = document.documentElement.clientWidth;
return [...document.querySelectorAll('body *')].filter((node) => {
  if (node.closest('.wide') && !node.matches('.wide')) return false;
  return node.getBoundingClientRect().right > wide + 1;
}).map((node) => node.outerHTML.slice(0, 200));
"""
SPILLS = """
return [...document.querySelectorAll('td, th')].filter(
  (cell) => cell.scrollWidth > cell.clientWidth + 1
).map((cell) => cell.outerHTML.slice(0, 200));
"""
SHOWN = """
return [...document.querySelectorAll('#inventory tbody tr[id]')].filter(
  (row) => row.checkVisibility()
).map((row) => row.id);
"""


@pytest.fixture(scope="module")
def browser(programs) -> Iterator[Chrome]:
    with opened_browser(programs) as browser:
        browser.set_script_timeout(60)
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both pages, and each without a policy, so that another script can be run."""
    folder = tmp_path_factory.mktemp("pages")
    for name, texts in {"plain": ["A text."], "hostile": HOSTILE}.items():
        page = report_page(every_state(texts))
        (folder / f"{name}.html").write_text(page, "utf-8")
        bare = page.replace("http-equiv", "data-was", 1)
        (folder / f"{name}-bare.html").write_text(bare, "utf-8")
    return folder


def look(browser: Chrome, width: int, scheme: str) -> None:
    """Set width and scheme of colors."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


@pytest.fixture
def page(browser: Chrome, folder: Path) -> Chrome:
    """The page with every state, as it opens."""
    look(browser, 1000, "light")
    browser.get("about:blank")
    browser.get((folder / "plain.html").as_uri())
    return browser


@pytest.mark.parametrize("name", ["plain", "hostile"])
def test_nothing_hinders_anybody(browser, folder, name):
    script = os.environ.get(SCRIPT)
    if not script:
        pytest.skip(f"{SCRIPT} names no file of axe")
    browser.get((folder / f"{name}-bare.html").as_uri())
    browser.execute_script(Path(script).read_text("utf-8"))
    for opened, scheme in product((False, True), ("light", "dark")):
        look(browser, 1000, scheme)
        if opened:
            browser.execute_script(OPEN)
        found = browser.execute_async_script(RUN, None)
        assert found["violations"] == [], json.dumps(found["violations"], indent=1)
        assert len(found["passes"]) > 10


@pytest.mark.parametrize("name", ["plain", "hostile"])
def test_nothing_spills_at_any_width(browser, folder, name):
    browser.get((folder / f"{name}.html").as_uri())
    browser.execute_script(OPEN)
    for width in WIDTHS:
        look(browser, width, "light")
        assert browser.execute_script(WIDEST) == [], width
        assert browser.execute_script(SPILLS) == [], width


@pytest.mark.parametrize("name", ["plain", "hostile"])
def test_all_text_is_there_without_scripts(browser, folder, name):
    path = folder / f"{name}.html"
    written = parse(path.read_text("utf-8")).words("style", "script", "form")
    for off in (True, False):
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": off})
        browser.get(path.as_uri())
        browser.execute_cdp_cmd(
            "Emulation.setScriptExecutionDisabled", {"value": False}
        )
        buttons = browser.find_elements(By.CSS_SELECTOR, "thead button")
        assert bool(buttons) is not off
        assert browser.execute_script(TEXT).split() == written


def test_a_browser_that_opens_it_asks_for_nothing_else(page):
    entries = "return performance.getEntriesByType('resource').map(e => e.name)"
    assert page.execute_script(entries) == []
    assert page.get_log("browser") == []
    page.execute_script(
        "const i = new Image(); i.src = 'http://127.0.0.1:9/x'; document.body.append(i)"
    )
    said = [entry["message"] for entry in page.get_log("browser")]
    assert any("Content Security Policy" in message for message in said)


def test_a_link_opens_what_holds_the_row_and_goes_there(page):
    suite = page.find_element(By.ID, "suite-alpha")
    assert suite.get_attribute("open") is None
    page.find_element(By.CSS_SELECTOR, "#at-risk a[href='#AA-004']").send_keys(
        Keys.ENTER
    )
    active = "return document.activeElement.id"
    wait(page, lambda: page.execute_script(active) == "AA-004", "the row")
    assert suite.get_attribute("open") is not None


def test_a_page_that_is_opened_with_a_link_goes_there(browser, folder):
    browser.get("about:blank")
    browser.get((folder / "plain.html").as_uri() + "#BB-002")
    assert browser.execute_script("return document.activeElement.id") == "BB-002"
    assert browser.find_element(By.ID, "BB-002").is_displayed()


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        pytest.param("search", "BB-00", ["BB-001", "BB-002", "BB-003"], id="search"),
        pytest.param("search", "aa-00 FLAKY", ["AA-009"], id="several-words"),
        pytest.param("state", "suspect", ["AA-005"], id="state"),
        pytest.param("domain", "beta", ["BB-001", "BB-002", "BB-003"], id="domain"),
        pytest.param(
            "kind", "edge", ["AA-001", "BB-001", "BB-002", "BB-003"], id="kind"
        ),
        pytest.param("search", "nowhere at all", [], id="nothing"),
    ],
)
def test_the_inventory_is_filtered(page, field, text, expected):
    page.find_element(By.NAME, field).send_keys(text)
    said = f"{len(expected)} of 12 tests are shown."
    output = page.find_element(By.CSS_SELECTOR, "form output")
    wait(page, lambda: output.text == said, said)
    assert page.execute_script(SHOWN) == expected
    page.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    wait(page, lambda: not output.text, "all rows")
    assert not page.find_elements(By.CSS_SELECTOR, "#inventory [hidden]")


def test_a_table_is_sorted_by_keyboard_and_says_so(page):
    rows = "#at-risk .wide:nth-of-type(1) tbody th"
    head = page.find_element(By.CSS_SELECTOR, "#at-risk thead th")
    before = [cell.text for cell in page.find_elements(By.CSS_SELECTOR, rows)]
    head.find_element(By.TAG_NAME, "button").send_keys(Keys.SPACE)
    assert head.get_attribute("aria-sort") == "ascending"
    after = [cell.text for cell in page.find_elements(By.CSS_SELECTOR, rows)]
    assert after == sorted(before) != before
    head.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    assert head.get_attribute("aria-sort") == "descending"


def test_durations_are_sorted_as_numbers(page):
    page.execute_script(OPEN)
    suite = page.find_element(By.ID, "suite-alpha")
    wait(page, lambda: suite.find_elements(By.CSS_SELECTOR, "thead button"), "buttons")
    took = suite.find_elements(By.CSS_SELECTOR, "thead button")[5]
    took.click()
    second = [name for name in page.execute_script(SHOWN) if name[:2] == "AA"][5:]
    assert second == ["AA-006", "AA-008", "AA-009", "AA-007"]
    took.click()
    second = [name for name in page.execute_script(SHOWN) if name[:2] == "AA"][5:]
    assert second == ["AA-007", "AA-009", "AA-008", "AA-006"]


def test_print_shows_what_is_closed_and_no_controls(page):
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert len(page.execute_script(SHOWN)) == 12
        assert not page.find_element(By.CSS_SELECTOR, "form").is_displayed()
        assert not page.find_element(By.CSS_SELECTOR, "nav").is_displayed()
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
