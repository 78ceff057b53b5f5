"""A suite file cut at its units and classes, for a merge. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from suiteloom.suites.source import Source
from suiteloom.suites.threeway.owned import Owned, class_header, module_docstring
from suiteloom.suites.threeway.text import Slots, split_lines
from suiteloom.suites.threeway.units import UnitVersion
from suiteloom.suites.units import ClassBlock, SuiteText

__all__ = ["Cut", "UnmergeableError", "cut_suites", "refuse_doubles"]

_DOCSTRING = '"""'
"""Key of the module docstring; no class is named so."""


class UnmergeableError(Exception):
    """Three versions that can not be merged by units; the message says why."""


@dataclass(slots=True)
class Cut:
    """One version, cut at its units and classes.

    Attributes:
        top: The module docstring and the classes, and the text around them.
        inner: The units of each class, and the text around them.
        heads: The module docstring and each class down to the end of its docstring.
        units: Each unit by id.
        owner: The class of each unit.
        leads: The blank lines above each of all these, by class or by id; they are in
            no gap, so that a unit takes its distance along.
    """

    top: Slots = field(default_factory=Slots)
    inner: dict[str, Slots] = field(default_factory=dict)
    heads: dict[str, Owned] = field(default_factory=dict)
    units: dict[str, UnitVersion] = field(default_factory=dict)
    owner: dict[str, str] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)


def cut_suites(
    base: SuiteText, ours: SuiteText, theirs: SuiteText
) -> tuple[Cut, Cut, Cut]:
    """Cut three versions; a class has the same key in all three, whatever its name.

    Raises:
        UnmergeableError: If units or classes can not be told apart, or not be cut.
    """
    for suite in (base, ours, theirs):
        refuse_doubles(suite)
    names = {block.key: block.node.name for block in base.classes}
    return (
        _cut(base, names),
        _cut(ours, _class_keys(base, ours)),
        _cut(theirs, _class_keys(base, theirs)),
    )


def refuse_doubles(suite: SuiteText) -> None:
    """Refuse a version in which units or classes can not be told apart.

    Raises:
        UnmergeableError: If an id or a class name is there twice, or a marker makes no
            unit.
    """
    if any(stray.is_marker for stray in suite.strays):
        raise UnmergeableError("a marker makes no unit")
    names = [f"class {block.node.name}" for block in suite.classes]
    for key, count in Counter([*names, *(u.id for u in suite.units)]).items():
        if count > 1:
            raise UnmergeableError(f"{key} stands there {count} times")


def _class_keys(base: SuiteText, side: SuiteText) -> dict[str, str]:
    """Find each class in the base: by name and ids, then by ids, then by name."""
    old_ids = [{unit.id for unit in block.units} for block in base.classes]
    pairs = []
    for index, block in enumerate(side.classes):
        ids = {unit.id for unit in block.units}
        for position, old in enumerate(base.classes):
            shared = len(ids & old_ids[position])
            named = old.node.name == block.node.name
            if shared or named:
                rank = 0 if shared and named else 1 if shared else 2
                pairs.append((rank, -shared, index, position))
    keys: dict[str, str] = {}
    taken: set[int] = set()
    for _, _, index, position in sorted(pairs):
        key = side.classes[index].key
        if key not in keys and position not in taken:
            keys[key] = base.classes[position].node.name
            taken.add(position)
    for block in side.classes:
        keys.setdefault(block.key, f"+{block.node.name}")
    return keys


def _cut(suite: SuiteText, names: Mapping[str, str]) -> Cut:
    cut = Cut()
    source = suite.source
    spans = []
    if suite.docstring is not None:
        head = module_docstring(source, suite.docstring, is_ours=suite.is_ours)
        start = source.line_start(source.line_of(suite.docstring.span[0]))
        spans.append((_DOCSTRING, (start, start + len(head.text))))
        cut.heads[_DOCSTRING] = head
    for block in suite.classes:
        name = names[block.key]
        spans.append((name, block.span))
        cut.heads[name] = class_header(source, block)
        cut.inner[name] = _cut_class(cut, source, block, name)
    cut.top = _slots(cut, source, (0, len(source.text)), spans)
    return cut


def _cut_class(cut: Cut, source: Source, block: ClassBlock, name: str) -> Slots:
    for unit in block.units:
        cut.units[unit.id] = UnitVersion(source, unit)
        cut.owner[unit.id] = name
    start = block.span[0] + len(cut.heads[name].text)
    spans = [(unit.id, unit.span) for unit in block.units]
    return _slots(cut, source, (start, block.span[1]), spans)


def _slots(
    cut: Cut,
    source: Source,
    span: tuple[int, int],
    spans: Iterable[tuple[str, tuple[int, int]]],
) -> Slots:
    keys, gaps = [], []
    position = span[0]
    for key, (start, end) in spans:
        if start < position:
            raise UnmergeableError("a statement shares its line with another")
        found = split_lines(source.text[position:start])
        length = len(found)
        while length and not found[length - 1].strip():
            length -= 1
        gaps.append("".join(found[:length]))
        cut.leads[key] = "".join(found[length:])
        keys.append(key)
        position = end
    return Slots(tuple(keys), (*gaps, source.text[position : span[1]]))
