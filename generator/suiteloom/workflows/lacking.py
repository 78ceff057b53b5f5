"""What files that `init` keeps would have had: whole lines and blocks, to be pasted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["Lacking", "lacking"]

_COMMENTS = ("#",)


@dataclass(frozen=True, slots=True)
class Lacking:
    """Lines that belong below one line of a file.

    Attributes:
        below: That line of the file, without outer spaces; empty where the lines go to
            its end.
        lines: With the indentation that they need there, without line ends.
    """

    below: str
    lines: tuple[str, ...]


@dataclass(slots=True)
class _Block:
    """A line with what is indented below it, and what closes it."""

    lines: list[str]
    children: list[_Block] = field(default_factory=list)

    @property
    def head(self) -> str:
        return self.lines[0].strip()


def lacking(path: str, before: bytes, after: bytes) -> tuple[Lacking, ...]:
    """What a file lacks that the template has.

    Args:
        path: Of the file; how it is to be read goes by its name.
        before: The file as it is.
        after: The template's.

    Returns:
        By the line that they belong below, lines of the template that stand nowhere
        there. A line comes with all that is indented below it, and an entry of a list is
        whole, even where lines like those stand elsewhere.
    """
    there, wanted = _text(before).splitlines(), _text(after).splitlines()
    if not path.endswith((".yaml", ".yml", ".json")):
        lines = tuple(_plain(there, wanted))
        return (Lacking("", lines),) if lines else ()
    is_json = path.endswith(".json")
    if is_json and "".join(_text(before).split()) in {"", "{}"}:
        return (Lacking("", tuple(wanted)),)  # in place of all that is there
    known = {_bare(line) for line in there}
    found = _of_blocks(_blocks(wanted), "", known)
    return tuple(
        Lacking(below, _fitted(lines, below, there, with_commas=is_json))
        for below, lines in found
    )


def _plain(there: Sequence[str], wanted: Sequence[str]) -> list[str]:
    known = {line.strip() for line in there}
    lines = [line for line in wanted if line.strip() and line.strip() not in known]
    while lines and lines[-1].lstrip().startswith(_COMMENTS):
        del lines[-1]
    return lines


def _blocks(lines: Iterable[str]) -> list[_Block]:
    """Lines as a tree, by their indentation."""
    top: list[_Block] = []
    open_: list[tuple[int, list[_Block]]] = [(-1, top)]
    for line in lines:
        text = line.strip()
        if not text or text.startswith(_COMMENTS):
            continue
        depth = len(line) - len(line.lstrip())
        while open_[-1][0] >= depth:
            del open_[-1]
        siblings = open_[-1][1]
        if text[0] in "}]" and siblings:
            siblings[-1].lines.append(line)
            continue
        block = _Block([line])
        siblings.append(block)
        open_.append((depth, block.children))
    return top


def _of_blocks(
    blocks: Iterable[_Block], below: str, known: set[str]
) -> Iterator[tuple[str, list[str]]]:
    missing = [block for block in blocks if not _is_there(block, known)]
    if missing:
        yield below, [line for block in missing for line in _all(block)]
    for block in blocks:
        if _is_there(block, known):
            yield from _of_blocks(block.children, block.head, known)


def _is_there(block: _Block, known: set[str]) -> bool:
    """Whether a file has a line, and of an entry of a list all lines."""
    if block.head.startswith("- "):
        return all(_bare(line) in known for line in _all(block))
    return _bare(block.head) in known


def _all(block: _Block) -> Iterator[str]:
    yield block.lines[0]
    for child in block.children:
        yield from _all(child)
    yield from block.lines[1:]


def _fitted(
    lines: Sequence[str], below: str, there: Sequence[str], *, with_commas: bool
) -> tuple[str, ...]:
    """The lines as they need to be indented below a line of a file."""
    place = next((i for i, line in enumerate(there) if line.strip() == below), None)
    shift = 0
    if place is not None:
        following = (line for line in there[place + 1 :] if line.strip())
        neighbour = next(following, None)
        if neighbour is not None and neighbour.strip()[0] not in "}]":
            shift = _depth(neighbour) - _depth(lines[0])
    moved = [" " * max(0, _depth(line) + shift) + line.lstrip() for line in lines]
    if with_commas and not moved[-1].endswith(","):
        moved[-1] += ","
    return tuple(moved)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _bare(line: str) -> str:
    """A line without what does not matter: spaces, the space of lists, a comma."""
    return " ".join(line.split()).rstrip(",")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
