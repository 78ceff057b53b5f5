"""The page itself: the report's data poured into its templates."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from suiteloom import __version__
from suiteloom.cli.output import plain
from suiteloom.cli.report_html.charts import spark, timeline, treemap
from suiteloom.cli.report_html.places import Place
from suiteloom.cli.report_words import AT_RISK, SOURCES, shown
from suiteloom.model import LOSSES
from suiteloom.store import packaged_templates

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["report_page"]

_MOST_OPEN = 40
"""Up to so many domains are shown as the page opens."""

_WIDTH, _HEIGHT = 1000, 420
_RUNS_HEIGHT = 120


def report_page(data: Mapping[str, Any]) -> str:
    """A report as HTML.

    Args:
        data: The report as `report_data` gives it, which is what its JSON has.

    Returns:
        One file that asks for nothing beside itself. Each of its numbers names the path
        in `data` that it is from, in ``data-from``: of the number's element, or, in the
        inventory, of its group, whose rows continue the path with their ids and whose
        columns with their heads' ``data-c``.

    Raises:
        UsageError: If the installation is incomplete.
    """
    report = Place("", data)
    tests = list(_tests(report))
    lost = [test for test in tests if test.value["reasons"]]
    lost.sort(key=lambda test: -(test.value["usd"] or 0))
    by_id = {test.value["id"]: test for test in tests}
    style = _static("base.css") + _static("page.css")
    script = _static("page.js")
    return _template().render(
        r=report,
        v=data,
        run=data["run"],
        totals=data["totals"],
        style=Markup(style),  # noqa: S704 - ours, from the package
        script=Markup(script),  # noqa: S704 - ours, from the package
        style_hash=_hash(style),
        script_hash=_hash(script),
        is_short=len(data["domains"]) <= _MOST_OPEN,
        lost=lost[:AT_RISK],
        has_more_lost=len(lost) > AT_RISK,
        by_id=by_id,
        states=dict.fromkeys(["passed", *LOSSES]),
        kinds=sorted({kind for test in tests for kind in test.value["kinds"]}),
        fields=treemap(report, _WIDTH, _HEIGHT),
        width=_WIDTH,
        height=_HEIGHT,
        bars=timeline(list(report.each("trends")), _WIDTH, _RUNS_HEIGHT),
        bars_height=_RUNS_HEIGHT,
        sources=SOURCES,
        version=__version__,
    )


def _tests(report: Place) -> list[Place]:
    return [
        test
        for domain in report.each("domains")
        for group in domain.each("groups")
        for test in group.each("tests")
    ]


@cache
def _static(name: str) -> str:
    """A part of the page that is put in as it is."""
    return (packaged_templates("report") / name).read_text("utf-8")


def _grouped(
    keys: Iterable[str], sources: Mapping[str, str]
) -> list[tuple[str, list[str]]]:
    """Keys of the report by the command that recomputes them."""
    found: dict[str, list[str]] = {}
    for key in keys:
        found.setdefault(sources[key], []).append(key)
    return list(found.items())


def _hash(text: str) -> str:
    """What a policy knows a style or a script by."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


@cache
def _template() -> Template:
    """The template of the page, made once a process."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(packaged_templates("report")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: plain(value) if type(value) is str else value,
    )
    environment.filters["spark"] = spark
    environment.filters["grouped"] = _grouped
    environment.filters["shown"] = lambda value, key: shown(key, value)
    return environment.get_template("page.html.j2")
