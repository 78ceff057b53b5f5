"""The parameters of a test: what a person wrote, and those that its cases bring. Pure.

A parameter is its whole text, annotation and default included: nothing is ever put
between a name and its default, and a default never comes to stand behind another name.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from suiteloom.suites.source import Source, tokens
from suiteloom.suites.splices import Splice
from suiteloom.suites.units import Span, Unit

__all__ = ["Parameter", "Signature", "parameter_splices", "read_signature"]

_Kind = Literal["positional", "slash", "plain", "star", "rest", "keyword", "mapping"]

_COMMA = re.compile(r"\s*,")
_WORD_END = re.compile(r"[\s:=#\\]")
_DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_SILENT = {tokenize.COMMENT, tokenize.NL}


@dataclass(frozen=True, slots=True)
class Parameter:
    """What stands between two commas of a signature.

    Attributes:
        kind: ``positional`` before a slash, ``keyword`` behind a star, ``plain`` for all
            others with a name; ``star`` alone, ``rest`` for ``*args``, ``mapping``.
        name: As Python has it; empty for a slash and a star.
        span: From its first character to the end of its default.
        is_bare: Whether it is a name and nothing else.
        has_default: Whether it has a default.
    """

    kind: _Kind
    name: str
    span: Span
    is_bare: bool = False
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of a function in order; `opening` is behind its bracket."""

    parameters: tuple[Parameter, ...]
    opening: int

    def is_bare(self, names: Sequence[str]) -> bool:
        """Whether it holds these names and nothing else."""
        bare = [item.name for item in self.parameters if item.is_bare]
        return len(bare) == len(self.parameters) and bare == list(names)


def read_signature(source: Source, unit: Unit) -> Signature:
    """Read the parameters of a unit, with the text that each of them takes."""
    opening, pieces = _pieces(source, unit)
    nodes = _nodes(unit.node.args)
    found: list[Parameter] = []
    kind: _Kind = "plain"
    for start, end in pieces:
        text = source.text[start:end]
        if text in {"/", "*"}:
            found.append(
                Parameter("slash" if text == "/" else "star", "", (start, end))
            )
            kind = kind if text == "/" else "keyword"
            continue
        own, node, default = next(nodes)
        kind = "keyword" if own == "rest" else kind
        word = _WORD_END.split(text, maxsplit=1)[0]
        bare = text == word and own not in {"rest", "mapping"}
        found.append(Parameter(own, node.arg, (start, end), bare, default is not None))
    return Signature(tuple(found), opening)


def _nodes(
    arguments: ast.arguments,
) -> Iterator[tuple[_Kind, ast.arg, ast.expr | None]]:
    """The named parameters of a signature in source order, each with its default."""
    names = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(names) - len(arguments.defaults)) + arguments.defaults
    for index, (node, default) in enumerate(zip(names, defaults, strict=True)):
        positional = index < len(arguments.posonlyargs)
        yield "positional" if positional else "plain", node, default
    if arguments.vararg:
        yield "rest", arguments.vararg, None
    for node, given in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield "keyword", node, given
    if arguments.kwarg:
        yield "mapping", arguments.kwarg, None


def _pieces(source: Source, unit: Unit) -> tuple[int, list[Span]]:
    """The offset behind the opening bracket, and what stands between the commas."""
    inner = [
        (source.start(part), source.end(part))
        for _, node, default in _nodes(unit.node.args)
        for part in (node.annotation, default)
        if part is not None
    ]
    depth = opening = 0
    pieces: list[Span] = []
    piece: Span | None = None
    for kind, text, start, end in tokens(source.text, unit.def_span[1]):
        step = _DEPTH.get(text, 0) if kind == tokenize.OP else 0
        if not opening:
            opening = end if text == "(" and not depth else 0
            depth += 0 if opening else step
        elif depth + step < 0:
            break
        elif text == "," and not depth and not any(a <= start < b for a, b in inner):
            pieces += [piece] if piece else []
            piece = None
        elif kind not in _SILENT:
            piece = (piece[0] if piece else start, end)
            depth += step
    return opening, [*pieces, *([piece] if piece else [])]


def parameter_splices(
    source: Source, unit: Unit, held: Collection[str], wanted: Sequence[str]
) -> Iterator[Splice]:
    """Put in the parameters of new cases, take out those of gone ones.

    Args:
        source: The file.
        unit: The unit in it.
        held: Names that the cases on disk bring.
        wanted: Names that the cases of the spec bring, in order.

    Yields:
        Splices. A parameter that is more than a bare name is a person's and stays.
    """
    signature = read_signature(source, unit)
    gone = [
        item
        for item in signature.parameters
        if item.name in held and item.name not in wanted and item.is_bare
    ]
    kept = [item for item in signature.parameters if item not in gone]
    present = {item.name for item in kept if item.kind not in {"rest", "mapping"}}
    added = ", ".join(name for name in wanted if name not in present)
    if added:
        yield _put_in(signature, kept, added)
    star = next((item for item in kept if item.kind == "star"), None)
    if star is not None and not (added or any(i.kind == "keyword" for i in kept)):
        gone.append(star)  # it may not stand alone
    yield from _merged(_taken_out(source, signature, item) for item in gone)


def _put_in(signature: Signature, kept: list[Parameter], added: str) -> Splice:
    """Put names where pytest may pass them and no default before them forbids it.

    That is behind ``self``, or behind the slash; where one of those has a default,
    behind a star.
    """
    slash = next((i for i, item in enumerate(kept) if item.kind == "slash"), 0)
    plain = kept and kept[0].kind in {"plain", "positional"}
    head = kept[: slash + 1] if plain else []
    star = next((item for item in kept if item.kind in {"star", "rest"}), None)
    if head and not any(item.has_default for item in head):
        place, text = head[-1].span[1], f", {added}"
    elif star is not None:
        place, text = star.span[1], f", {added}"
    elif kept and kept[-1].kind == "mapping":
        place = kept[-1].span[0]
        text = f"*, {added}, " if head else f"{added}, "
    elif kept:
        place, text = kept[-1].span[1], f", *, {added}"
    else:
        place, text = signature.opening, added
    return Splice(place, place, text)


def _taken_out(source: Source, signature: Signature, item: Parameter) -> Splice:
    """Take out a parameter and one comma; a comment between stays."""
    start, end = item.span
    index = signature.parameters.index(item)
    before = signature.parameters[index - 1].span[1] if index else signature.opening
    between = source.text[before:start]
    if index and "#" not in between:
        return Splice(before + between.rindex(","), end, "")
    comma = _COMMA.match(source.text, end)
    last = comma.end() if comma else end
    if not index and index + 1 < len(signature.parameters):
        last = signature.parameters[index + 1].span[0]
    return Splice(start, last, "")


def _merged(splices: Iterator[Splice]) -> Iterator[Splice]:
    """Removals that do not overlap."""
    last: Splice | None = None
    for item in sorted(splices):
        if last is not None and item.start <= last.end:
            last = Splice(last.start, max(last.end, item.end), "")
            continue
        if last is not None:
            yield last
        last = item
    if last is not None:
        yield last
