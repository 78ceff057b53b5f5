"""A run as JUnit XML: a suite for each domain in each environment. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from xml.etree import ElementTree as ET

from suiteloom import __version__
from suiteloom.cli.machine import xml_text
from suiteloom.cli.run_rows import Row, RunRows
from suiteloom.model import Finding

__all__ = ["junit_run"]

_RUN = "suiteloom"
"""Name of the suite that has what is known of the run as a whole."""


def junit_run(run: RunRows, *, is_strict: bool, split: int = 0) -> list[str]:
    """Return a run as one or several JUnit XML documents.

    Args:
        run: The run.
        is_strict: Whether what is known of a test stands among the properties of its
            suite, which is all that the published schema has, and not in the test
            itself, as most programs read it.
        split: The most tests that one document has; 0 makes one document of all.

    Returns:
        At least one document; the first one also has what is known of the run. Errors
        of the run that no test shows are tests of its own, so that no reader takes it
        for one that passed.
    """
    several = len(run.last.environments) > 1
    entries: list[Finding | Row] = [*run.findings, *run.rows]
    size = split or max(len(entries), 1)
    parts = [entries[at : at + size] for at in range(0, len(entries), size)] or [[]]
    documents = []
    for number, part in enumerate(parts):
        suites = list(_suites(part, is_strict=is_strict, several=several))
        errors = [_error(entry) for entry in part if isinstance(entry, Finding)]
        if errors or not number:
            facts = _run_facts(run) if not number else ()
            suites.insert(0, _suite(_RUN, facts, errors, errors=len(errors)))
        documents.append(_document(suites))
    return documents


def _document(suites: Sequence[ET.Element]) -> str:
    root = ET.Element("testsuites", name="suiteloom")
    for name in ("tests", "failures", "errors"):
        total = sum(int(suite.get(name, "0")) for suite in suites)
        root.set(name, str(total))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in suites):.3f}")
    root.extend(suites)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_text(root)}\n'


def _text(root: ET.Element) -> str:
    return ET.tostring(root, encoding="unicode")


def _suites(
    entries: Iterable[Finding | Row], *, is_strict: bool, several: bool
) -> Iterator[ET.Element]:
    """A suite for each file in each environment, in the order of their first tests."""
    places: dict[tuple[str, str], list[Row]] = {}
    for entry in entries:
        if isinstance(entry, Row):
            environment = entry.ended.environment if several else ""
            key = (entry.ended.test.path, environment)
            places.setdefault(key, []).append(entry)
    for (path, environment), rows in places.items():
        known = next((row.suite for row in rows if row.suite is not None), None)
        name = known.domain if known else path
        facts = [("path", path), ("environment", environment)]
        if known is not None:
            facts += [("domain", known.domain), ("title", known.title)]
            facts.append(("category", known.category))
            if known.revenue is not None:
                facts.append(("revenue_usd", str(known.revenue.annual_usd)))
        cases = [_case(row, environment) for row in rows]
        if is_strict:
            facts += [
                (f"{row.ended.test.class_name}::{row.name} {fact}", value)
                for row in rows
                for fact, value in row.facts()
            ]
        else:
            for case, row in zip(cases, rows, strict=True):
                _add_properties(case, row.facts())
        shown = f"{name} ({environment})" if environment else name
        elements = [_element(row) for row in rows]
        yield _suite(
            shown,
            facts,
            cases,
            failures=elements.count("failure"),
            errors=elements.count("error"),
            skipped=elements.count("skipped"),
            time_s=sum(row.ended.duration_s for row in rows),
        )


def _suite(
    name: str,
    facts: Iterable[tuple[str, str]],
    cases: Sequence[ET.Element],
    *,
    failures: int = 0,
    errors: int = 0,
    skipped: int = 0,
    time_s: float = 0.0,
) -> ET.Element:
    suite = ET.Element("testsuite", name=xml_text(name), tests=str(len(cases)))
    suite.set("failures", str(failures))
    suite.set("errors", str(errors))
    suite.set("skipped", str(skipped))
    suite.set("time", f"{time_s:.3f}")  # the schema has no more digits
    _add_properties(suite, facts)
    suite.extend(cases)
    return suite


def _add_properties(parent: ET.Element, facts: Iterable[tuple[str, str]]) -> None:
    """Add properties before whatever else it has."""
    known = [(name, value) for name, value in facts if value]
    if known:
        properties = ET.Element("properties")
        parent.insert(0, properties)
        for name, value in known:
            ET.SubElement(
                properties, "property", name=xml_text(name), value=xml_text(value)
            )


def _element(row: Row) -> str:
    """What the test has in it; nothing if it passed."""
    return "skipped" if row.is_held_back else row.outcome.junit


def _case(row: Row, environment: str) -> ET.Element:
    """One test; programs tell tests apart by class and name, so both say where it ran."""
    test = row.ended.test
    parts = [environment, test.path.removesuffix(".py").replace("/", ".")]
    classname = ".".join(part for part in (*parts, test.class_name) if part)
    case = ET.Element("testcase", name=xml_text(row.name))
    case.set("classname", xml_text(classname))
    case.set("time", f"{row.ended.duration_s:.6f}")
    element = _element(row)
    if element:
        kind = row.state if row.is_held_back else row.ended.outcome
        why = ET.SubElement(case, element, type=kind, message=xml_text(row.reason))
        if element != "skipped":
            where = f"{test.path}:{test.line}" if test.line else test.path
            why.text = xml_text(f"{where}: {row.reason}")
    return case


def _error(finding: Finding) -> ET.Element:
    """What is wrong with the run, as a test that ended in an error."""
    name = f"{finding.code} {finding.message}"
    case = ET.Element("testcase", name=xml_text(name), classname=_RUN, time="0")
    message = xml_text(finding.message)
    error = ET.SubElement(case, "error", type=finding.code, message=message)
    place = f"{finding.place}: " if finding.place else ""
    error.text = xml_text(f"{place}{finding.message}\n{finding.advice}".rstrip())
    return case


def _run_facts(run: RunRows) -> Iterator[tuple[str, str]]:
    """What is known of the run as a whole."""
    yield "suiteloom", __version__
    yield from run.facts()
