"""Insertions into a spec: ids, tests and groups; every byte outside of them stays.

What comes out is parsed again and compared: what was to be inserted is there, and nothing
else has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from typing import Any

from suiteloom.errors import SpecError, UsageError
from suiteloom.model import MAX_SPEC_BYTES
from suiteloom.specs.nodes import (
    BOM,
    LINE_END,
    Edited,
    Node,
    Splice,
    column_of,
    line_starts,
    newline_at,
    place_of,
    read_nodes,
    spliced,
    uncommented,
)
from suiteloom.specs.places import Path
from suiteloom.specs.scalars import Entry, quoted_text
from suiteloom.specs.siblings import Siblings
from suiteloom.specs.yaml_data import parse

__all__ = ["Outline", "Unidentified", "append_test", "insert_ids", "replace_ids"]


@dataclass(frozen=True, slots=True)
class Unidentified:
    """A test without an id: its path, 1-based place, name and the title of its group."""

    path: Path
    line: int
    column: int
    name: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a spec says of identity, whether or not it is valid.

    Attributes:
        domain: Its domain.
        ids: The ids of its tests, in order, as written.
        unidentified: Its tests without an id, in order.
    """

    domain: str
    ids: tuple[str, ...]
    unidentified: tuple[Unidentified, ...]

    @classmethod
    def read(cls, source: bytes) -> Outline | None:
        """Read a spec; None if it is no YAML or more than `parse` would take."""
        try:
            text = source.removeprefix(BOM).decode()
        except UnicodeDecodeError:
            return None
        root = read_nodes(text) if len(source) <= MAX_SPEC_BYTES else None
        if root is None:
            return None
        domain, starts = root.get("domain"), line_starts(text)
        ids, unidentified = [], []
        for path, test in _tests(root):
            identity, name = test.get("id"), test.get("name")
            if identity is not None and not _is_blank(identity):
                ids.append(identity.text)
                continue
            place = place_of(starts, test.start)
            title = root.get(*path[:2], "title")
            texts = (node.text if node else "" for node in (name, title))
            unidentified.append(Unidentified(path, *place, *texts))
        return cls(domain.text if domain else "", tuple(ids), tuple(unidentified))


def insert_ids(source: bytes, ids: Mapping[Path, str], path: str = "") -> Edited:
    """Give ids to tests that have none.

    The id becomes the first key of its test. A key ``id:`` that stands there without a
    value gets one.

    Args:
        source: The spec.
        ids: Id by path of the test, as `Outline` has it.
        path: Of the spec; named by the error.

    Returns:
        The edited spec.

    Raises:
        UsageError: If the layout of a test allows no such edit.
    """
    bom, text, root = _read(source, path)
    splices = []
    wanted = root.data
    for test_path, identity in ids.items():
        test = root.get(*test_path)
        if test is None or not test.items:
            raise _unprovable(path, 1, "a test that is not there")
        splices.append(_id_splice(text, test, identity))
        _at(wanted, test_path)["id"] = identity
    edited = spliced(bom, text, splices)
    after = read_nodes(edited.source.removeprefix(BOM).decode())
    if after is None or after.data != wanted:
        for test_path, identity in ids.items():
            found = after.get(*test_path, "id") if after else None
            if found is None or found.text != identity:
                test = root.get(*test_path)
                line = place_of(line_starts(text), test.start)[0] if test else 1
                raise _unprovable(path, line, f"the id {identity}")
        raise _unprovable(path, 1, "ids")
    return edited


def replace_ids(source: bytes, ids: Mapping[str, str], path: str = "") -> Edited:
    """Give tests other ids, each in the quotes of the old one.

    Args:
        source: A spec that `parse` could read.
        ids: New id by old one; those that the spec does not have are left out.
        path: Of the spec; named by the error.

    Returns:
        The edited spec.

    Raises:
        UsageError: If the layout of a test allows no such edit.
    """
    bom, text, root = _read(source, path)
    wanted = root.data
    splices = []
    for test_path, test in _tests(root):
        identity = test.get("id")
        if identity is not None and identity.text in ids:
            new = ids[identity.text]
            quote = identity.style if identity.style in {"'", '"'} else ""
            splices.append(Splice(identity.start, identity.end, f"{quote}{new}{quote}"))
            _at(wanted, test_path)["id"] = new
    edited = spliced(bom, text, splices)
    after = read_nodes(edited.source.removeprefix(BOM).decode())
    if after is None or after.data != wanted:
        raise _unprovable(path, 1, "ids")
    return edited


def append_test(
    source: bytes, group: int | str, entry: Entry, path: str = ""
) -> tuple[Edited, int, list[str]]:
    """Append a test to a group, or a group of one test to the spec.

    What is written looks like its siblings: in lines or in brackets, their margins,
    their blank lines, their line ends. Counts in ``expect`` are raised.

    Args:
        source: A valid spec.
        group: Index of the group, or the title of a new one.
        entry: The test.
        path: Of the spec; named by the errors.

    Returns:
        The edited spec, the 1-based line of the new test in it, and what was counted up,
        in words.

    Raises:
        SpecError: If the spec could not be parsed with such an entry.
        UsageError: If the layout of the spec allows no such edit.
    """
    bom, text, root = _read(source, path)
    wanted = root.data
    splices, notes = _counted_up(root, wanted, group)
    title = group if isinstance(group, str) else None
    steps: Path = ("groups",) if isinstance(group, str) else ("groups", group, "tests")
    owner = root.get(*steps)
    if owner is None or not owner.items:
        raise _unprovable(path, 1, "an entry")
    item = _plain(entry)
    _at(wanted, steps).append(
        item if title is None else {"title": title, "tests": [item]}
    )
    splices += Siblings(text, root, owner).append(title, entry)
    edited = spliced(bom, text, splices)
    _, findings = parse(edited.source, path)
    if findings:
        raise SpecError(tuple(findings))
    text_after = edited.source.removeprefix(BOM).decode()
    after = read_nodes(text_after)
    if after is None or after.data != wanted:
        line, _ = place_of(line_starts(text), owner.values[-1].start)
        raise _unprovable(path, line, "an entry")
    place = ("groups", -1, "tests", -1) if title is not None else (*steps, -1)
    new = after.get(*place)
    line, _ = place_of(line_starts(text_after), new.start if new else 0)
    return edited, line, notes


def _counted_up(
    root: Node, wanted: Any, group: int | str
) -> tuple[list[Splice], list[str]]:
    """Raise the counts that an entry changes, in `wanted` too; say so in words."""
    found: list[tuple[Path, str]] = [(("expect", "tests"), "the file, tests")]
    if isinstance(group, str):
        found.append((("expect", "groups"), "the file, groups"))
    else:
        found.append((("groups", group, "expect", "tests"), "the group, tests"))
    splices, notes = [], []
    for steps, what in found:
        count = root.get(*steps)
        if count is not None:
            number = str(int(count.text) + 1)
            splices.append(Splice(count.start, count.end, number))
            _at(wanted, steps[:-1])[steps[-1]] = number
            notes.append(f"`expect` of {what}: {count.text} -> {number}")
    return splices, notes


def _read(source: bytes, path: str) -> tuple[bytes, str, Node]:
    """BOM, text and values of a spec."""
    bom = BOM if source.startswith(BOM) else b""
    text = source[len(bom) :].decode()
    root = read_nodes(text)
    if root is None:
        raise _unprovable(path, 1, "anything")
    return bom, text, root


def _unprovable(path: str, line: int, what: str) -> UsageError:
    message = f"{what} can not be inserted in place"
    return UsageError(message, path=path, line=line, hint="edit the spec by hand")


def _tests(root: Node) -> Iterator[tuple[Path, Node]]:
    """Every entry of every list of tests that is a mapping."""
    groups = root.get("groups")
    for index, group in enumerate(groups.values if groups else ()):
        tests = group.get("tests")
        for position, test in enumerate(tests.values if tests else ()):
            if test.items is not None and not test.is_list:
                yield ("groups", index, "tests", position), test


def _is_blank(node: Node) -> bool:
    return node.items is None and node.start == node.end


def _id_splice(text: str, test: Node, identity: str) -> Splice:
    """Where an id goes and what is written there."""
    key, first = (test.items or ())[0]
    for name, value in test.items or ():
        if name is not None and name.text == "id" and _is_blank(value):
            colon = uncommented(text[name.end : value.start])
            mark = " " if colon.endswith(":") else "" if ":" in colon else ": "
            return Splice(value.start, value.start, mark + identity)
    start = (key or first).start
    quoted = text[start] == '"'
    entry = f'"id": {quoted_text(identity)}' if quoted else f"id: {identity}"
    if not test.style:
        margin = newline_at(text, start) + " " * column_of(text, test.start)
        return Splice(test.start, test.start, entry + margin)
    between = text[test.start + 1 : start]
    if "?" in uncommented(between):
        return Splice(test.start + 1, test.start + 1, f"{entry}, ")
    line = text[start - column_of(text, start) : start]
    if LINE_END.search(between) and not line.strip():
        return Splice(start, start, f"{entry},{newline_at(text, start)}{line}")
    return Splice(start, start, f"{entry}, ")


def _plain(value: Any) -> Any:
    """An entry as `Node.data` gives it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return list(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _at(data: Any, path: Path) -> Any:
    return reduce(getitem, path, data)
