"""A suite file as a list of parts that can be ordered, added and taken out. Pure.

Whatever is not a class or a unit is a gap. Gaps keep their place; units and classes are
put into the slots between them. Joining untouched parts gives the file back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from suiteloom.suites.source import Source
from suiteloom.suites.splices import Splice, splice, within
from suiteloom.suites.units import ClassBlock, SuiteText

__all__ = ["Part", "class_parts", "join", "module_parts", "place"]


@dataclass(slots=True)
class Part:
    """A piece of text; `key` names the unit or class it is, or is empty for a gap."""

    key: str
    text: str


def class_parts(
    source: Source, block: ClassBlock, splices: Sequence[Splice]
) -> list[Part]:
    """Cut a class into gaps and units, splices applied; they are sorted."""
    spans = [(unit.id, unit.span) for unit in block.units]
    edges = set(block.span)
    inside = [
        item
        for item in within(splices, *block.span)
        if not (item.start == item.end and item.start in edges)
    ]
    return _parts(source, block.span, spans, inside)


def module_parts(disk: SuiteText, splices: Sequence[Splice]) -> list[Part]:
    """Cut a file into gaps and classes, sorted splices applied.

    A class is named by its key.
    """
    spans = [(block.key, block.span) for block in disk.classes]
    return _parts(disk.source, (0, len(disk.source.text)), spans, splices)


def _parts(
    source: Source,
    span: tuple[int, int],
    spans: Iterable[tuple[str, tuple[int, int]]],
    splices: Sequence[Splice],
) -> list[Part]:
    def cut(start: int, end: int, *, edges: bool = True) -> str:
        near = within(splices, start, end)
        return splice(source.text, start, end, near, edges=edges)

    parts = []
    position = span[0]
    for key, (start, end) in spans:
        parts.append(Part("", cut(position, start)))
        parts.append(Part(key, cut(start, end, edges=False)))
        position = end
    parts.append(Part("", cut(position, span[1])))
    return parts


def join(parts: Iterable[Part]) -> str:
    """The text of all parts."""
    return "".join(part.text for part in parts)


def place(
    parts: list[Part],
    wanted: Sequence[str],
    gone: set[str],
    make: Callable[[str], str],
    blank: str,
) -> bool:
    """Bring the keyed parts into the wanted order, with missing ones made and put in.

    Args:
        parts: Changed in place. Keyed parts that are neither wanted nor gone stay
            where they are.
        wanted: Keys in order.
        gone: Keys of parts to take out, with one blank line each.
        make: Gives the text of a missing part.
        blank: The blank lines that stand between two parts.

    Returns:
        Whether parts that stay were put into another order.
    """
    for key in [part.key for part in parts if part.key in gone]:
        _take_out(parts, key, blank)
    slots = [index for index, part in enumerate(parts) if part.key in wanted]
    present = {parts[index].key: parts[index] for index in slots}
    ordered = [present[key] for key in wanted if key in present]
    moved = [parts[index] for index in slots] != ordered
    for index, part in zip(slots, ordered, strict=True):
        parts[index] = part
    for position, key in enumerate(wanted):
        if key not in present:
            new = Part(key, make(key))
            _put_in(parts, new, wanted[position - 1] if position else "", blank)
            present[key] = new
    return moved


def _take_out(parts: list[Part], key: str, blank: str) -> None:
    index = next(i for i, part in enumerate(parts) if part.key == key)
    before = parts[index - 1] if index else Part("", "")
    after = parts[index + 1] if index + 1 < len(parts) else Part("", "")
    newline = "\r\n" if blank.startswith("\r\n") else blank[0]
    if before.text == blank or before.text.endswith(newline + blank):
        before.text = before.text.removesuffix(blank)
    elif after.text.startswith(blank):
        after.text = after.text.removeprefix(blank)
    del parts[index]


def _put_in(parts: list[Part], new: Part, predecessor: str, blank: str) -> None:
    """Put a part behind its predecessor, or before the first keyed part, or last."""
    keyed = [index for index, part in enumerate(parts) if part.key]
    gap = Part("", blank)
    if predecessor:
        index = next(i for i, part in enumerate(parts) if part.key == predecessor) + 1
    elif keyed:
        parts[keyed[0] : keyed[0]] = [new, gap]
        return
    else:
        index = len(parts)
    parts[index:index] = [gap, new]
