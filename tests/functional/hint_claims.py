"""Small documents with a number that is wrong, each with the edit that its hint names."""

from __future__ import annotations

from collections.abc import Callable

from hint_cases import SUITE
from hint_edits import EditCase

from example import Example

__all__ = ["CLAIMS", "NO_HINT"]

_FILE = "notes.md"
_LOOK = ("claims", _FILE)
_SUGGEST = ("claims", _FILE, "--suggest")

_Make = Callable[[Example], None]

NO_HINT = {"CL203": "a note that nothing can check a number asks for nothing"}
"""Codes that name no remedy, with the reason."""


def _says(text: str | bytes) -> _Make:
    return lambda project: project.write(_FILE, text)


def _put(old: str, new: str) -> _Make:
    return lambda project: project.replace(_FILE, (old, new))


def _mark(number: str, path: str) -> _Make:
    return _put(number, f"<!-- suiteloom: {path} -->{number}")


def _run(project: Example) -> None:
    project.run("run")


def _stale(project: Example) -> None:
    _run(project)
    project.write(_FILE, "<!-- suiteloom: totals.skipped -->0 skipped\n")
    project.write(SUITE, f"{project.read(SUITE)}\n# seen\n")


CLAIMS = (
    EditCase(
        "CL101",
        _says("<!-- suiteloom: totals.specified -->99 tests\n"),
        _LOOK,
        "`suiteloom claims --write notes.md`",
    ),
    EditCase("CL102", _stale, _LOOK, "`suiteloom run`", _run),
    EditCase(
        "CL103",
        _says("<!-- suiteloom: totals.passed -->9 passed\n"),
        _LOOK,
        "`suiteloom run`",
        _run,
    ),
    EditCase(
        "CL104",
        _says("<!-- suiteloom: totals.specifed -->8 tests\n"),
        _LOOK,
        "did you mean totals.specified?",
        _put("specifed", "specified"),
    ),
    EditCase(
        "CL105",
        _says("<!-- suiteloom: totals.specified -->\n\nnothing\n"),
        _LOOK,
        "write the number right behind the marker",
        _put("-->", "-->8"),
    ),
    EditCase(
        "CL106",
        _says(b"\xe9t\xe9\n"),
        _LOOK,
        "save it as UTF-8",
        _says("\u00e9t\u00e9\n"),
    ),
    EditCase(
        "CL201",
        _says("Shop: 99 tests.\n"),
        _SUGGEST,
        "mark it",
        _mark("99", "suites.shop.specified"),
    ),
    EditCase(
        "CL202",
        _says("# Shop\n\n3 tests\n"),
        _SUGGEST,
        "mark it",
        _mark("3", "suites.shop.specified"),
    ),
    EditCase(
        "CL204",
        _says("Elsewhere 77 tests.\n"),
        _SUGGEST,
        "mark it",
        _mark("77", "totals.specified"),
    ),
    EditCase(
        "CL205",
        _says("Shop: 3 passed.\n"),
        _SUGGEST,
        "mark it",
        _mark("3", "suites.shop.passed"),
    ),
    EditCase(
        "CL206",
        _says("Of {datetime.now()}\n"),
        _SUGGEST,
        "fill it in",
        _put("{datetime.now()}", "2026-11-30"),
    ),
    EditCase(
        "CL207",
        _says("Depot: 5 tests: test_count, test_order, test_place, test_pick.\n"),
        _SUGGEST,
        "name the others",
        _put("test_pick", "test_pick, test_send"),
    ),
)
