"""The page of `diff`, as a browser shows it."""

from __future__ import annotations

import json
import os
from itertools import product
from pathlib import Path

import pytest
from shop_project import Cli
from test_chat_page import opened_browser, programs

__all__ = ["programs"]

SCRIPT = "SUITELOOM_AXE"
"""Names the file of axe, which looks for what hinders people."""
RUN = "axe.run(arguments[0] || document).then(arguments[arguments.length - 1])"
WIDTHS = (400, 1000, 1600)


@pytest.fixture
def page(waiting: Cli) -> Path:
    """A page with a unit of each kind to decide, whose suite was run as it stands."""
    assert waiting("run", "--no-coverage").exit == 0
    path = waiting.root / "page.html"
    assert waiting("diff", "HEAD", "--format", "html", "-o", str(path)).exit == 0
    return path


def test_results_of_a_run_stand_beside_what_changed(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.count('<p class="good">passed</p>') == 2
    assert "Results are of the last run, at " in text


def test_a_result_of_other_bytes_is_not_known(waiting: Cli) -> None:
    assert waiting("run", "--no-coverage").exit == 0
    waiting.replace("assert self.env", "assert self.env is not None")
    result = waiting("diff", "HEAD", "--format", "html")
    assert "no result is known" in result.out
    assert "passed" not in result.out


def test_page_asks_for_nothing_beside_itself(page: Path) -> None:
    text = page.read_text("utf-8")
    assert "default-src 'none'" in text
    for word in ("<script", "<link", "<img", "url(", "@import", "src=", "href="):
        assert word not in text


def test_page_fits_every_width_and_hinders_nobody(page: Path, programs) -> None:
    script = os.environ.get(SCRIPT)
    if not script:
        pytest.skip(f"{SCRIPT} names no file of axe")
    bare = page.with_name("bare.html")  # the page lets no script run, this one does
    text = page.read_text("utf-8").replace("default-src 'none'", "default-src *")
    bare.write_text(text, "utf-8")
    with opened_browser(programs) as browser:
        browser.set_script_timeout(60)
        browser.get(bare.as_uri())
        browser.execute_script(
            "document.querySelectorAll('details').forEach(e => { e.open = true; })"
        )
        for width, scheme in product(WIDTHS, ("light", "dark")):
            browser.set_window_size(width, 1200)
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            browser.execute_cdp_cmd(
                "Emulation.setEmulatedMedia", {"features": features}
            )
            wide = browser.execute_script(
                "return document.documentElement.scrollWidth - innerWidth"
            )
            assert wide <= 0, width
            browser.execute_script(Path(script).read_text("utf-8"))
            found = browser.execute_async_script(RUN, None)
            assert found["violations"] == [], json.dumps(found["violations"], indent=1)
            assert len(found["passes"]) > 5


def test_page_needs_another_format_than_text(waiting: Cli) -> None:
    result = waiting("diff", "HEAD", "-o", "page.html")
    assert result.exit == 2
    assert "--output" in result.err
