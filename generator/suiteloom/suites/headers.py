"""Which class is which group, and edits of the text above the units. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from suiteloom.model import ActionName, Part, RenderedGroup, RenderedSuite
from suiteloom.suites.edits import docstring_splice
from suiteloom.suites.reader import first_line
from suiteloom.suites.source import Source
from suiteloom.suites.splices import Splice
from suiteloom.suites.units import ClassBlock, Docstring, SuiteText

__all__ = ["HeaderEdit", "edit_class", "edit_module", "match_classes"]

_BRACKET = re.compile(r"\s*\(")


@dataclass(frozen=True, slots=True)
class HeaderEdit:
    """What happens to the text of a module or class.

    Attributes:
        splices: In no particular order.
        action: None if nothing happens.
        detail: What the text is, for people.
        line: Where it stands.
        conflict: Whether a person's edit and the spec disagree.
        base: Name of the first base that the class has afterwards.
        old: Name of a class that gets another one.
        new: That name.
        part: Whether it is the text of the module or of a class.
    """

    splices: tuple[Splice, ...] = ()
    action: ActionName | None = None
    detail: str = ""
    line: int = 1
    conflict: bool = False
    base: str = ""
    old: str = ""
    new: str = ""
    part: Part = "class"


def match_classes(
    blocks: Sequence[ClassBlock],
    groups: Sequence[RenderedGroup],
    stays: Callable[[ClassBlock], bool],
) -> dict[int, ClassBlock]:
    """Find the class of each group: the one of its name, or the one of most of its ids.

    A class of its name is its class if they share an id: a title that stays keeps what
    stands in its class, whatever comes to it or leaves it. If they share none, the
    title belongs to another group now, and the ids decide; but not if the class of its
    name would then stay beside the one that they chose, which gets the same name.

    Args:
        blocks: The classes on disk, in file order.
        groups: The groups as rendered, in spec order.
        stays: Tells whether a class stays that is no group's.

    Returns:
        Class by index of its group; a group without one is left out.
    """
    names: dict[str, list[int]] = {}
    for position, block in enumerate(blocks):
        names.setdefault(block.node.name, []).append(position)
    ranked = _ranked(blocks, groups, names)
    kept: dict[int, int] = {}
    while True:
        found = _matched(ranked, kept)
        taken = set(found.values())
        twins = {
            index: position
            for index, group in enumerate(groups)
            for position in names.get(group.text.name, ())[:1]
            if index not in kept and position not in taken and stays(blocks[position])
        }
        if not twins:
            return {index: blocks[position] for index, position in found.items()}
        kept |= twins


def _ranked(
    blocks: Sequence[ClassBlock],
    groups: Sequence[RenderedGroup],
    names: Mapping[str, Sequence[int]],
) -> list[tuple[int, int]]:
    """Indices of each group and class that can be one, the best first."""
    homes: dict[str, list[int]] = {}
    for position, block in enumerate(blocks):
        for identity in {unit.id for unit in block.units}:
            homes.setdefault(identity, []).append(position)
    counts: dict[tuple[int, int], int] = {}
    for index, group in enumerate(groups):
        for position in names.get(group.text.name, ()):
            counts[index, position] = 0
        for identity in {unit.text.id for unit in group.units}:
            for position in homes.get(identity, ()):
                pair = index, position
                counts[pair] = counts.get(pair, 0) + 1
    shared = sorted(
        (-count, blocks[position].node.name != groups[index].text.name, index, position)
        for (index, position), count in counts.items()
    )
    by_name = [item for item in shared if item[0] and not item[1]]
    return [item[2:] for item in (*by_name, *shared)]


def _matched(
    ranked: Iterable[tuple[int, int]], kept: Mapping[int, int]
) -> dict[int, int]:
    """Give each group the best class that is still free, after those that are kept."""
    found = dict(kept)
    taken = set(kept.values())
    for index, position in ranked:
        if index not in found and position not in taken:
            found[index] = position
            taken.add(position)
    return found


def edit_module(
    disk: SuiteText, rendered: RenderedSuite, *, restore: bool
) -> HeaderEdit:
    """Bring the module docstring up to date."""
    wanted, text = rendered.text, disk.text
    what = "the module docstring"
    if text == wanted and disk.rev == wanted.digest:
        return HeaderEdit()
    if text != wanted and not (disk.is_ours or restore):
        kept = _kept(disk.rev, wanted.digest, what, 1, "")
        return replace(kept, part="module")
    splice = _docstring(disk.source, disk.docstring, rendered.docstring, "", 0)
    return HeaderEdit((splice,), "update", what, part="module")


def edit_class(
    source: Source, block: ClassBlock, group: RenderedGroup, *, restore: bool
) -> HeaderEdit:
    """Bring the class line and docstring of a group up to date."""
    wanted, text = group.text, block.text
    line = block.node.lineno
    what = f"class {text.name}"
    if text == wanted and block.rev == wanted.digest:
        return HeaderEdit(base=text.base)
    if text != wanted and not (block.is_ours or restore):
        return _kept(block.rev, wanted.digest, what, line, text.base)
    splices = []
    action: ActionName = "update"
    if text.name != wanted.name:
        splices.append(Splice(*block.name_span, wanted.name))
        action, what = "rename", f"{what} -> {wanted.name}"
    if text.base != wanted.base:
        splices.append(_base_splice(source, block, wanted.base))
    offset = source.line_start(first_line(source, block.node.body[0]))
    if block.units and block.units[0].node is block.node.body[0]:
        offset = block.units[0].span[0]
    splices.append(
        _docstring(source, block.docstring, group.docstring, block.indent, offset)
    )
    names = (text.name, wanted.name) if action == "rename" else ("", "")
    return HeaderEdit(tuple(splices), action, what, line, False, wanted.base, *names)


def _base_splice(source: Source, block: ClassBlock, base: str) -> Splice:
    """Replace the first base, or write one where there is none."""
    start, end = block.base_span
    if start != end:
        return Splice(start, end, base)
    match = _BRACKET.match(source.text, block.name_span[1])
    if match is None:
        return Splice(start, end, f"({base})")
    text = f"{base}, " if block.node.keywords else base
    return Splice(match.end(), match.end(), text)


def _kept(rev: str, wanted: str, what: str, line: int, base: str) -> HeaderEdit:
    """Text that a person edited: kept, or a conflict if the spec changed as well."""
    if rev in {wanted, ""}:
        return HeaderEdit((), "edited", what, line, base=base)
    return HeaderEdit((), None, what, line, conflict=True, base=base)


def _docstring(
    source: Source, docstring: Docstring | None, literal: str, indent: str, offset: int
) -> Splice:
    """Replace a docstring, or insert one where there is none."""
    if docstring is not None:
        return docstring_splice(docstring, literal, indent, source.newline)
    lines = [line and f"{indent}{line}" for line in literal.split("\n")]
    return Splice(offset, offset, source.newline.join([*lines, "", ""]))
