"""From units and rendered text to splices: replacements at offsets of one file. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from suiteloom.model import Decorator, RenderedUnit, digest, unit_rev
from suiteloom.suites.ownership import matching, proven, untouched
from suiteloom.suites.reader import comments, first_line
from suiteloom.suites.signature import parameter_splices
from suiteloom.suites.source import Source
from suiteloom.suites.splices import Splice, reindent, splice
from suiteloom.suites.ties import (
    Tie,
    known_tie,
    met_tie,
    tie_of,
    tie_splices,
    united,
)
from suiteloom.suites.units import DecoratorText, Docstring, SuiteText, Unit

__all__ = ["UnitEdit", "docstring_splice", "edit_unit", "restored"]


@dataclass(frozen=True, slots=True)
class UnitEdit:
    """What happens to one unit.

    Attributes:
        splices: In no particular order; they do not overlap.
        parts: Which spec-owned texts change, for people.
        suspect: Whether it becomes suspect.
        met: Whether it does because branches brought its body under another requirement.
        edited: Whether a person's edit of spec-owned text is kept.
        conflict: Whether that edit and the spec disagree, so that nothing may be done.
    """

    splices: tuple[Splice, ...] = ()
    parts: tuple[str, ...] = ()
    suspect: bool = False
    met: bool = False
    edited: bool = False
    conflict: bool = False


def docstring_splice(
    docstring: Docstring, literal: str, indent: str, newline: str
) -> Splice:
    """Replace a docstring by a rendered literal; comments inside it stay above."""
    lines = [line and f"{indent}{line}" for line in literal.split("\n")]
    lines = [*(f"{indent}{comment}" for comment in docstring.comments), *lines]
    lines[0] = lines[0].removeprefix(indent)
    return Splice(*docstring.span, newline.join(lines))


def edit_unit(
    source: Source,
    unit: Unit,
    rendered: RenderedUnit,
    *,
    restore: bool,
    compared: str = "",
) -> UnitEdit:
    """Work out how a unit on disk becomes what the spec says.

    Args:
        source: The file.
        unit: The unit in it.
        rendered: The same test as rendered now.
        restore: Whether the spec wins over a person's edit of spec-owned text.
        compared: What the body was last compared with, if branches brought it here and
            its own marker does not tell.

    Returns:
        The edit; empty if there is nothing to do.
    """
    new = rendered.text.digest
    ours = proven(unit)
    kept_text = unit.text_digest
    parts: list[str] = []
    splices: list[Splice] = []
    edited = False
    if ours is None:
        as_wanted = matching(unit, new)
        if as_wanted is not None:
            ours, kept_text = as_wanted, new
        elif restore:
            ours = _block(unit)
        elif unit.text_digest in {new, ""}:
            edited = True
        else:
            return UnitEdit(conflict=True)
    if ours is not None and kept_text != new:
        kept_text = new
        splices += _text_splices(source, unit, rendered, ours, parts)
    elif ours is not None and restore and unit.text(ours).digest != new:
        splices += _text_splices(source, unit, rendered, ours, parts)
    is_untouched = untouched(source, unit)
    if is_untouched and _other_body(source, unit, rendered):
        splices.append(_body_splice(source, unit, rendered))
        parts.append("body")
    tie = Tie() if is_untouched else _tie(unit, rendered.normative, compared)
    _marker_splices(source, unit, rendered, kept_text, is_untouched, tie, splices)
    if tie.word == "written" and not unit.tie_spans:
        parts.append("written")
    suspect = tie.word == "reviewed" and not unit.reviewed
    if len(splices) > unit.is_orphan and not parts:
        parts.append("marker")
    met = suspect and bool(tie.rest)
    return UnitEdit(tuple(splices), tuple(parts), suspect, met, edited)


def restored(
    suite: SuiteText, rendered: Sequence[RenderedUnit], compared: Mapping[str, str]
) -> tuple[str, dict[str, tuple[str, ...]]]:
    """The text of a suite in which some units say again what their specs say.

    Args:
        suite: As it is on disk.
        rendered: The tests as rendered now; each stands in the suite.
        compared: As in `edit_unit`, by id.

    Returns:
        The text, and what of each unit changed, by id; ``suspect`` if it becomes so.
    """
    units: dict[str, Unit] = {}
    for unit in suite.units:
        units.setdefault(unit.id, unit)
    splices: list[Splice] = []
    parts: dict[str, tuple[str, ...]] = {}
    source = suite.source
    for wanted in rendered:
        name = wanted.text.id
        met = compared.get(name, "")
        edit = edit_unit(source, units[name], wanted, restore=True, compared=met)
        splices += edit.splices
        parts[name] = (*edit.parts, *(["suspect"] if edit.suspect else []))
    return splice(source.text, 0, len(source.text), splices), parts


def _other_body(source: Source, unit: Unit, rendered: RenderedUnit) -> bool:
    """Whether an untouched body is not the one rendered now."""
    if unit.body_digest or rendered.body_digest:
        return unit.body_digest != rendered.body_digest
    if unit.body and source.text[slice(*unit.body)] == rendered.body.strip():
        return False
    return ast.unparse(unit.node.body[-1]) != ast.unparse(ast.parse(rendered.body))


def _block(unit: Unit) -> tuple[DecoratorText, ...]:
    """The decorators below the marker that could be ours, up to the first that is not."""
    block = []
    for item in unit.decorators:
        if item.value is None:
            break
        block.append(item)
    return tuple(block)


def _marker_splices(
    source: Source,
    unit: Unit,
    rendered: RenderedUnit,
    text_digest: str,
    is_untouched: bool,
    tie: Tie,
    splices: list[Splice],
) -> None:
    """Bring marker name, rev and tie up to date."""
    body = rendered.body_digest if is_untouched else ""
    if not is_untouched and (unit.normative, unit.text_digest) == (
        rendered.normative,
        text_digest,
    ):
        body = unit.body_digest
    rev = unit_rev(rendered.normative, text_digest, body) if text_digest else unit.rev
    if unit.is_orphan:
        splices.append(Splice(*unit.marker, "spec"))
    if rev != unit.rev:
        start, end = unit.rev_span
        text = f'"{rev}"' if start != end else f', rev="{rev}"'
        splices.append(Splice(start, end, text))
    splices += tie_splices(source, unit, tie)


def _tie(unit: Unit, normative: str, compared: str) -> Tie:
    """What ties a written body to what its test must do."""
    if compared:
        return met_tie(unit, normative, united([compared, *unit.pending_revs]))
    return tie_of(unit, normative, known_tie(unit, normative))


def _text_splices(
    source: Source,
    unit: Unit,
    rendered: RenderedUnit,
    ours: tuple[DecoratorText, ...],
    parts: list[str],
) -> Iterator[Splice]:
    """Replace every spec-owned part whose value is not the rendered one."""
    text = rendered.text
    if (unit.node.name, unit.is_async) != (text.name, text.is_async):
        parts.append("name" if unit.node.name != text.name else "async")
        words = "async def" if text.is_async else "def"
        yield Splice(*unit.def_span, f"{words} {text.name}")
    old = [digest(item.value) for item in ours]
    new = [digest(item.value) for item in rendered.decorators]
    if old != new:
        parts.append("markers")
        yield from _decorator_splices(source, unit, ours, rendered.decorators)
        tables = [item.value[1] for item in ours if item.value[0] == "cases"]
        held = {name for table in tables for name in table}
        yield from parameter_splices(source, unit, held, rendered.parameters)
    if unit.docstring is None:
        parts.append("docstring")
        yield _new_docstring(source, unit, rendered)
    elif unit.docstring.value != text.docstring:
        parts.append("docstring")
        indent = _body_indent(source, unit)
        yield docstring_splice(
            unit.docstring, rendered.docstring, indent, source.newline
        )


def _body_indent(source: Source, unit: Unit) -> str:
    """White space before the statements of a unit."""
    first = unit.node.body[0]
    if first.lineno == unit.node.lineno:
        return f"{unit.indent}    "
    text = source.text[source.line_start(first.lineno) : source.start(first)]
    return text if not text.strip(" \t\f") else f"{unit.indent}    "


def _new_docstring(source: Source, unit: Unit, rendered: RenderedUnit) -> Splice:
    """Insert a docstring in front of the first statement."""
    first = unit.node.body[0]
    line = first_line(source, first)
    line_start = source.line_start(line)
    indent = _body_indent(source, unit)
    start = source.start(first) if line == first.lineno else line_start + len(indent)
    literal = source.newline.join(
        line and (f"{indent}{line}" if index else line)
        for index, line in enumerate(rendered.docstring.split("\n"))
    )
    before = source.text[line_start:start]
    separator = "; " if before.strip(" \t\f") else f"{source.newline}{indent}"
    return Splice(start, start, f"{literal}{separator}")


def _body_splice(source: Source, unit: Unit, rendered: RenderedUnit) -> Splice:
    """Replace an untouched body by the one rendered now."""
    start, end = unit.body or (0, 0)
    indent = _body_indent(source, unit)
    body = reindent(
        rendered.body, indent, source.newline, unit=unit.indent, first=False
    )
    return Splice(start, end, body)


def _decorator_splices(
    source: Source,
    unit: Unit,
    ours: tuple[DecoratorText, ...],
    wanted: tuple[Decorator, ...],
) -> Iterator[Splice]:
    """Turn our decorators into the wanted ones, leaving all others where they are."""
    old = [_alignment(item) for item in ours]
    new = [_alignment(item) for item in wanted]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            for item, want in zip(ours[i1:i2], wanted[j1:j2], strict=True):
                if digest(item.value) != digest(want.value):
                    yield _replaced(source, unit, item, [want])
            continue
        added = list(wanted[j1:j2])
        if i1 == i2:
            above = ours[i1 - 1] if i1 else unit.own
            yield _inserted(source, unit, above, added)
        for index, item in enumerate(ours[i1:i2]):
            yield _replaced(source, unit, item, added if index == 0 else [])


def _alignment(item: DecoratorText | Decorator) -> str:
    """Marks align by name, tables with one another."""
    return item.value[1] if item.value[0] == "mark" else "@cases"


def _lines(unit: Unit, wanted: list[Decorator], newline: str) -> list[str]:
    return [
        reindent(f"@{item.source}", unit.indent, newline, unit=unit.indent) + newline
        for item in wanted
    ]


def _inserted(
    source: Source, unit: Unit, above: DecoratorText, wanted: list[Decorator]
) -> Splice:
    """Insert decorators below another one."""
    place = _line_after(source, above.span[1])
    return Splice(place, place, "".join(_lines(unit, wanted, source.newline)))


def _replaced(
    source: Source, unit: Unit, item: DecoratorText, wanted: list[Decorator]
) -> Splice:
    """Replace the lines of a decorator; comments in and behind it stay above."""
    line_start = source.line_start(source.line_of(item.span[0]))
    end = _line_after(source, item.span[1])
    kept = [
        f"{unit.indent}{comment}{source.newline}"
        for comment in comments(source.text[line_start:end])
    ]
    lines = _lines(unit, wanted, source.newline)
    return Splice(line_start, end, "".join([*kept, *lines]))


def _line_after(source: Source, offset: int) -> int:
    """Start of the line behind the one that `offset` lies in."""
    text = source.text
    for position in range(offset, len(text)):
        if text[position] == "\n":
            return position + 1
        if text[position] == "\r" and text[position : position + 2] != "\r\n":
            return position + 1
    return len(text)
