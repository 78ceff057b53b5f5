"""Lists in feature files: Gherkin, read with the official parser.

Rules are groups, scenarios are tests, and the examples of an outline are cases. A scenario
in no rule belongs to a group that is titled as the feature.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from suiteloom.errors import UsageError
from suiteloom.model.identifiers import identifier_problem, short, suggestion
from suiteloom.scaffold.lists.data import ListedCase, ListedTest, Listing, ListOptions
from suiteloom.scaffold.lists.entry import make_groups
from suiteloom.scaffold.lists.raw import ID, RawGroup
from suiteloom.scaffold.lists.text import Problems, check_characters, one_line
from suiteloom.scaffold.names import test_name

__all__ = ["read_feature"]

_KINDS_OF_STEPS = {"Context": "given", "Action": "when", "Outcome": "then"}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_CASE_SIGN = re.compile(r"[^A-Za-z0-9_.-]+")
_MAX_CASE_ID = 60
_TAG_HINT = "`markers` of a test take configured markers"
_Node = Mapping[str, Any]


def read_feature(
    lines: Sequence[str], problems: Problems, options: ListOptions, group: str
) -> Listing:
    """Read a feature file.

    Args:
        lines: With their ends.
        problems: Takes what is wrong.
        options: How a person wants it.
        group: Title of the group of scenarios if the feature has no name.

    Returns:
        The list; its title and summary are those of the feature.

    Raises:
        UsageError: If gherkin-official is not there.
    """
    check_characters(lines, 0, problems)
    feature = _parsed("".join(lines), problems)
    if feature is None:
        return Listing("", "", ())
    title = one_line(feature["name"])
    reader = _Reader(problems)
    reader.leave_tags(feature["tags"])
    own = RawGroup(
        options.group or title or group or "Scenarios", feature["location"]["line"]
    )
    reader.read(feature["children"], own, {"given": [], "when": [], "then": []})
    groups = make_groups([g for g in (own, *reader.groups) if g.entries], problems)
    return Listing(title, one_line(feature["description"]), groups)


def _parsed(text: str, problems: Problems) -> _Node | None:
    """The feature of a file, or None."""
    try:
        from gherkin.errors import CompositeParserException, ParserException
        from gherkin.parser import Parser
    except ImportError as error:
        raise UsageError(
            "gherkin-official, which reads .feature files, is not installed",
            hint='`pip install "suiteloom[gherkin]"`',
        ) from error
    try:
        document: _Node = Parser().parse(text)
    except CompositeParserException as error:
        for one in error.errors:
            _report(one, problems)
        return None
    except ParserException as error:
        _report(error, problems)
        return None
    found: _Node | None = document.get("feature")
    return found


def _report(error: Any, problems: Problems) -> None:
    """Report what the parser says, without the place that it begins with."""
    place = getattr(error, "location", None) or {}
    message = one_line(str(error).partition(": ")[2] or str(error))
    problems.add(
        "LI102",
        f"not valid Gherkin: {short(message, 200)}",
        place.get("line", 0),
        place.get("column", 0) or 0,
    )


class _Reader:
    """Reads the children of a feature and of its rules."""

    def __init__(self, problems: Problems) -> None:
        self.groups: list[RawGroup] = []
        self._problems = problems

    def read(
        self,
        children: Iterable[_Node],
        group: RawGroup,
        before: Mapping[str, Sequence[str]],
    ) -> None:
        """Read children into a group; `before` is what backgrounds above say."""
        background = {key: list(texts) for key, texts in before.items()}
        for child in children:
            if node := child.get("background"):
                for key, texts in self._steps(node["steps"]).items():
                    background[key] += texts
            elif node := child.get("rule"):
                self.leave_tags(node["tags"])
                line = node["location"]["line"]
                title = one_line(node["name"]) or f"Rule {line}"
                rule = RawGroup(title, line, node["location"].get("column", 0))
                self.groups.append(rule)
                self.read(node["children"], rule, background)
            elif node := child.get("scenario"):
                self._read_scenario(node, group, background)

    def leave_tags(self, tags: Iterable[_Node]) -> None:
        """Leave tags out."""
        for tag in tags:
            place = tag["location"]
            column = place.get("column", 0)
            self._problems.leave("tag", place["line"], column, tag["name"], _TAG_HINT)

    def _read_scenario(
        self, node: _Node, group: RawGroup, background: Mapping[str, Sequence[str]]
    ) -> None:
        line, column = node["location"]["line"], node["location"].get("column", 0)
        title = one_line(node["name"])
        name = test_name(title)
        if not name:
            message = f"no name can be made from '{short(title)}'"
            hint = "give the scenario a name with ASCII letters"
            self._problems.add("LI103", message, line, column, hint=hint)
            return
        keys = [t for t in node["tags"] if ID.fullmatch(t["name"].removeprefix("@"))]
        self.leave_tags(tag for tag in node["tags"] if tag not in keys[:1])
        said = self._steps(node["steps"])
        summary = title
        if text := one_line(node["description"]):
            self._problems.leave("description", line, column, text)
        test = ListedTest(
            name,
            summary,
            line,
            keys[0]["name"].removeprefix("@") if keys else "",
            given=(*background["given"], *background["when"], *said["given"]),
            when=tuple(said["when"]),
            then=(*background["then"], *said["then"]),
            cases=self._cases(node["examples"]),
        )
        group.entries.append(test)

    def _steps(self, nodes: Iterable[_Node]) -> dict[str, list[str]]:
        """The texts of steps by what they are; "and" goes on with the one above."""
        found: dict[str, list[str]] = {"given": [], "when": [], "then": []}
        kind = "given"
        for node in nodes:
            kind = _KINDS_OF_STEPS.get(node["keywordType"], kind)
            text = one_line(node["text"])
            if table := node.get("dataTable"):
                rows = (
                    ", ".join(c["value"] for c in r["cells"]) for r in table["rows"]
                )
                text = f"{text} ({'; '.join(rows)})"
            if doc := node.get("docString"):
                text = f"{text} {one_line(doc['content'])}"
            found[kind].append(one_line(text))
        return found

    def _cases(self, tables: Sequence[_Node]) -> tuple[ListedCase, ...]:
        """The rows of examples; tables of other columns than the first are left out."""
        cases: list[ListedCase] = []
        first: list[str] = []
        ids: set[str] = set()
        for table in tables:
            place = table["location"]
            header = [
                cell["value"] for cell in table.get("tableHeader", {}).get("cells", ())
            ]
            names = self._parameters(header, place["line"])
            if not names:
                continue
            first = first or names
            if names != first:
                hint = "the cases of a test have the same parameters"
                self._problems.leave("table of examples", place["line"], 0, "", hint)
                continue
            for row in table.get("tableBody", ()):
                values = [cell["value"] for cell in row["cells"]]
                identity = _case_id(values, ids)
                pairs = zip(names, map(_value, values), strict=True)
                cases.append(ListedCase(identity, "positive", tuple(pairs)))
        return tuple(cases)

    def _parameters(self, header: Sequence[str], line: int) -> list[str]:
        """The names of the columns of examples as parameters."""
        names = []
        for text in header:
            name = text if not identifier_problem(text) else suggestion(text)
            name = f"{name}_" if name in {"self", "request"} else name
            if not name or name in names:
                message = f"'{short(text)}' can be no parameter of its own"
                hint = "name the column in ASCII letters, and each in its own way"
                self._problems.add("LI103", message, line, hint=hint)
                return []
            names.append(name)
        return names


def _case_id(values: Sequence[str], taken: set[str]) -> str:
    """An id for a case: its values, or the number of its row where they make none."""
    text = (
        _CASE_SIGN.sub("-", "-".join(values)).strip("-_.")[:_MAX_CASE_ID].strip("-_.")
    )
    if not text or text in taken:
        text = f"row-{len(taken) + 1}"
    while text in taken:
        text = f"{text}x"
    taken.add(text)
    return text


def _value(text: str) -> Any:
    """A cell of examples: an integer, true or false, or the text."""
    if _INTEGER.fullmatch(text):
        return int(text)
    return {"true": True, "false": False}.get(text, text)
