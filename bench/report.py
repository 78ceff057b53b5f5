"""The page of the report beside those of other programs: its size, and how soon it is there.

One project is made, and its tests are run once, by `suiteloom run`. Where pytest-html and
allure-pytest are installed, they write what they have of the same run:

    uv run --with pytest-html --with allure-pytest python bench/report.py --tests 5000
    ... python bench/report.py --tests 50000 --allure "npx --yes allure-commandline"

Each page is opened in headless Chromium by file; figures are medians of five.
"""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from measure import BenchError
from scale import make_project

__all__ = ["main"]

TIMES = 5
FAILS = 50
"""Of so many tests one fails."""

AIMS = ((5_000, 1.0, 1.0), (50_000, 10.0, 5.0))
"""For up to so many tests: at most so many megabytes and seconds."""

PAINTED = """
const done = arguments[arguments.length - 1];
requestAnimationFrame(() => requestAnimationFrame(() => {
  const load = performance.getEntriesByType('navigation')[0].loadEventEnd;
  done([load, performance.now(), document.getElementsByTagName('*').length]);
}));
"""
_PENDING = re.compile(r"self\.pending\(.*\)")


@dataclass(frozen=True, slots=True)
class Row:
    """One page; times are until it was loaded, and until it was drawn then."""

    program: str
    size_bytes: int
    loaded_s: float
    painted_s: float
    elements: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table; 1 if an aim is missed."""
    parser = argparse.ArgumentParser(description="The page beside others.")
    parser.add_argument("--tests", type=int, default=5_000)
    parser.add_argument("--per-suite", type=int, default=100)
    parser.add_argument("--allure", help="the command that makes Allure's report")
    parser.add_argument("--keep", type=Path, help="copy the pages there")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        make_project(folder, asked.tests, asked.per_suite)
        pages = list(_pages(folder, asked.allure))
        rows = [_opened(program, page) for program, page in pages]
        if asked.keep:
            asked.keep.mkdir(parents=True, exist_ok=True)
            for _, page in pages:
                shutil.copy(page, asked.keep)
    print("| page | MB | bytes a test | loaded, s | drawn, s | elements |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        print(
            f"| {row.program} | {row.size_bytes / 1e6:.2f} "
            f"| {row.size_bytes / asked.tests:,.0f} | {row.loaded_s:.2f} "
            f"| {row.painted_s:.2f} | {row.elements:,} |"
        )
    return 0 if _is_met(rows[0], asked.tests) else 1


def _is_met(ours: Row, tests: int) -> bool:
    for most, megabytes, seconds in AIMS:
        if tests <= most:
            return ours.size_bytes <= megabytes * 1e6 and ours.painted_s <= seconds
    return True


def _pages(folder: Path, allure: str | None) -> Iterator[tuple[str, Path]]:
    """Run the tests once; every program's name, and the page that it made of the run."""
    _suiteloom("generate", "--project", str(folder))
    _write_bodies(folder)
    others, results = [], folder / "allure-results"
    if find_spec("pytest_html"):
        others += [f"--html={folder / 'pytest-html.html'}", "--self-contained-html"]
    if allure and find_spec("allure_pytest"):
        others += [f"--alluredir={results}"]
    more = ("--", *others) if others else ()
    _suiteloom("run", "--no-coverage", "--project", str(folder), *more, code=1)
    page = folder / "suiteloom.html"
    form = ("--format", "html", "-o", str(page))
    _suiteloom("report", "--project", str(folder), *form)
    yield "suiteloom report", page
    if (folder / "pytest-html.html").is_file():
        yield "pytest-html, self-contained", folder / "pytest-html.html"
    if results.is_dir() and allure:
        made = folder / "allure"
        words = [*shlex.split(allure), "generate", "--single-file", "-o", str(made)]
        _run([*words, str(results)], 0)
        yield "Allure, single file", made / "index.html"


def _write_bodies(folder: Path) -> None:
    """Give every test a body; of `FAILS` one fails."""
    number = 0

    def body(_: re.Match[str]) -> str:
        nonlocal number
        number += 1
        if number % FAILS:
            return "assert self.env"
        return f'assert self.env is None, "number {number} is <b>not</b> kept"'

    for path in sorted((folder / "generated").glob("test_*.py")):
        path.write_text(_PENDING.sub(body, path.read_text("utf-8")), "utf-8")


def _suiteloom(*words: str, code: int = 0) -> None:
    _run([sys.executable, "-m", "suiteloom", *words], code)


def _run(words: Sequence[str], code: int) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != code:
        said = f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        raise BenchError(f"exit code {done.returncode}: {shlex.join(words)}\n{said}")


def _opened(program: str, page: Path) -> Row:
    """Open a page several times, each time in a browser of its own."""
    seen = [_once(page) for _ in range(TIMES)]
    loaded, painted, elements = (
        statistics.median(each) for each in zip(*seen, strict=True)
    )
    return Row(
        program, page.stat().st_size, loaded / 1000, painted / 1000, int(elements)
    )


def _once(page: Path) -> list[float]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    programs = [shutil.which(name) for name in ("chromium", "google-chrome")]
    options.binary_location = next(filter(None, programs), None) or ""
    service = Service(shutil.which("chromedriver") or "")
    browser = webdriver.Chrome(options=options, service=service)
    try:
        browser.set_script_timeout(120)
        browser.get(page.as_uri())
        figures: list[float] = browser.execute_async_script(PAINTED)
    finally:
        browser.quit()
    return figures


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchError as error:
        sys.exit(f"error: {error}")
