"""A suite on disk and the same suite as rendered, put together. Pure."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suiteloom.model import (
    Action,
    ActionName,
    Finding,
    Place,
    RenderedGroup,
    RenderedSuite,
    RenderedUnit,
)
from suiteloom.suites.around import Origin, Surroundings
from suiteloom.suites.assembly import Part, class_parts, join, module_parts, place
from suiteloom.suites.edits import UnitEdit, edit_unit
from suiteloom.suites.headers import HeaderEdit, edit_class, edit_module, match_classes
from suiteloom.suites.imports import import_splices, inserted, is_ours
from suiteloom.suites.needs import Luggage, Needs
from suiteloom.suites.ownership import bare
from suiteloom.suites.references import find_references, names_used
from suiteloom.suites.source import decode
from suiteloom.suites.splices import Splice, reindent, splice
from suiteloom.suites.units import ClassBlock, Stray, SuiteText, Unit

__all__ = ["Merged", "merge", "stray_finding"]

_INDENT = "    "
_BY_THE_SPEC = "the spec changed under a written body"
_BY_A_MERGE = "a merge brought the body under what nobody compared it with"
_LAST_LINE_END = re.compile(r"(?:\r\n|\r|\n)\Z")


@dataclass(slots=True)
class Merged:
    """The suite as it is to be, and what led there.

    Attributes:
        text: The new text; None if nothing of the file is left.
        actions: One or more entries a unit that changes, in spec order.
        conflicts: Why the suite can not be written; `text` is then the old one.
        unchanged: Number of units that stay as they are.
        renames: New names of classes by their old ones, where their names are followed.
    """

    text: str | None
    actions: list[Action] = field(default_factory=list)
    conflicts: list[Finding] = field(default_factory=list)
    unchanged: int = 0
    renames: dict[str, str] = field(default_factory=dict)


def merge(
    disk: SuiteText, rendered: RenderedSuite | None, around: Surroundings, domain: str
) -> Merged:
    """Put a suite on disk and its rendering together.

    Args:
        disk: The suite as it is.
        rendered: The suite as the spec renders it; None if it has no spec any more.
        around: What other suites have to do with it.
        domain: Named by the actions.

    Returns:
        The new text with the actions, or the conflicts that stand against it.
    """
    return _Merge(disk, rendered, around, domain).run()


def stray_finding(path: str, stray: Stray) -> Finding:
    """What is said of a marker that makes no unit."""
    message = f"the marker of {stray.id or 'a test'} makes no unit"
    hint = "a unit is a method of a module-level class with one marker and an id"
    line, column = stray.node.lineno, stray.node.col_offset + 1
    return Finding("DR202", "error", message, path, line, column, hint, stray.id)


class _Merge:
    """One merge: its inputs, and what it has gathered so far."""

    def __init__(
        self,
        disk: SuiteText,
        rendered: RenderedSuite | None,
        around: Surroundings,
        domain: str,
    ) -> None:
        self._disk = disk
        self._source = disk.source
        self._rendered = rendered
        self._groups = rendered.groups if rendered else ()
        self._around = around
        self._domain = domain
        self._newline = disk.source.newline
        self._own = {
            unit.id: Origin(disk, unit, block)
            for block in disk.classes
            for unit in block.units
        }
        self._here = {unit.text.id for group in self._groups for unit in group.units}
        self._texts: dict[str, str] = {}
        self._gone: set[str] = set()
        self._splices: list[Splice] = []
        self._bases: set[str] = set()
        self._luggage = Luggage(disk)
        self._names: list[Splice] = []
        self._result = Merged(disk.source.text)

    def run(self) -> Merged:
        """Do it."""
        result = self._result
        result.conflicts += self._misplaced()
        if result.conflicts:
            return result
        blocks = match_classes(self._disk.classes, self._groups, self._stays)
        self._edit_headers(blocks)
        for index, group in enumerate(self._groups):
            for unit in group.units:
                self._prepare(unit, blocks.get(index), group)
        for block in self._disk.classes:
            self._prepare_rest(block)
        if not result.conflicts:
            text = self._assembled(blocks)
            result.text = text if self._groups or not self._is_shell(text) else None
        return result

    def _act(
        self,
        identity: str,
        action: ActionName,
        detail: str = "",
        line: int = 0,
        **more: Any,
    ) -> None:
        """Note what happens; `more` are further fields of the action."""
        path = self._source.path
        self._result.actions.append(
            Action(self._domain, identity, action, detail, path, line, **more)
        )

    def _conflict(
        self,
        code: str,
        message: str,
        hint: str,
        line: int,
        origin: Origin | None = None,
    ) -> None:
        path = origin.source.path if origin else self._source.path
        identity = origin.unit.id if origin else ""
        finding = Finding(code, "error", message, path, line, 0, hint, identity)
        self._result.conflicts.append(finding)

    def _misplaced(self) -> Iterator[Finding]:
        """Markers outside of classes, and ids that the file holds twice."""
        path = self._source.path
        for stray in self._disk.strays:
            if stray.is_marker or stray.id in self._around.specified:
                yield stray_finding(path, stray)
        seen: dict[str, Unit] = {}
        for unit in self._disk.units:
            first = seen.setdefault(unit.id, unit)
            if first is not unit:
                message = f"{unit.id} marks a second test"
                hint = "remove the marker from the copy, or remove the copy"
                line = unit.line
                first_place = Place(path, first.line)
                yield Finding(
                    "DR203", "error", message, path, line, 0, hint, unit.id, first_place
                )

    def _edit_headers(self, blocks: Mapping[int, ClassBlock]) -> None:
        """Bring module docstring, class lines and class docstrings up to date."""
        if self._rendered is None:
            return
        edits = [edit_module(self._disk, self._rendered, restore=self._around.restore)]
        for index, group in enumerate(self._groups):
            block = blocks.get(index)
            if block is None:
                self._bases.add(group.text.base)
                continue
            edit = edit_class(self._source, block, group, restore=self._around.restore)
            edits.append(edit)
            self._bases.add(edit.base)
        left = self._follow_names(edits)
        for edit in edits:
            self._apply_header(edit, left.get(edit.old, ()))

    def _edit_imports(self, ours: list[ClassBlock]) -> None:
        """Bring the imports up to date; `ours` are classes that change base or go."""
        if self._rendered is None:
            return
        paths = {path.rpartition(".")[2]: path for path in self._rendered.bases}
        needed = tuple(sorted(paths[base] for base in self._bases if base in paths))
        splices = list(import_splices(self._disk, needed, ours, self._around.bases))
        if splices and not self._around.fresh:
            self._act("", "update", "imports", part="imports")
        self._splices += splices

    def _follow_names(self, edits: list[HeaderEdit]) -> dict[str, tuple[str, ...]]:
        """Let what names a class by its old name follow.

        Returns:
            What does not follow, by the old name.
        """
        renames = self._result.renames
        renames.update({e.old: e.new for e in edits if e.new and not e.conflict})
        taken = [item for edit in edits for item in edit.splices]
        left: dict[str, tuple[str, ...]] = {}
        for item in find_references(self._source, renames):
            if item.splice is None:
                left[item.old] = (*left.get(item.old, ()), f"line {item.line}")
            elif not item.splice.overlaps(taken):
                self._names.append(item.splice)
                detail = f"line {item.line} names {renames[item.old]}, not {item.old}"
                self._act("", "update", detail, item.line, part="names")
        self._splices += self._names
        return left

    def _apply_header(self, edit: HeaderEdit, left: tuple[str, ...] = ()) -> None:
        self._splices += edit.splices
        if edit.action is not None:
            said = f"; still named {edit.old} in {', '.join(left)}" if left else ""
            self._act(
                "",
                edit.action,
                f"{edit.detail}{said}",
                edit.line,
                lacks=left,
                old=edit.old,
                new=edit.new,
                part=edit.part,
            )
        if edit.conflict:
            self._conflict(
                "DR204",
                f"{edit.detail} was edited by hand and changed in the spec",
                "put the text on disk back",
                edit.line,
            )

    def _prepare(
        self, rendered: RenderedUnit, block: ClassBlock | None, group: RenderedGroup
    ) -> None:
        """Work out the text of one specified unit, wherever it comes from."""
        identity = rendered.text.id
        indent = block.indent if block else _INDENT
        origin = self._around.incoming.get(identity) or self._own.get(identity)
        if origin is None:
            source = rendered.source.rstrip("\n")
            text = reindent(source, indent, self._newline, unit=indent)
            self._texts[identity] = text + self._newline
            self._act(identity, "create", rendered.text.name)
            return
        unit = origin.unit
        edit = edit_unit(
            origin.source,
            unit,
            rendered,
            restore=self._around.restore,
            compared=self._around.compared.get(identity, ""),
        )
        if edit.conflict:
            self._edited_twice(origin, rendered)
            return
        if unit.indent != indent:
            message = f"{identity} is indented differently from {group.text.name}"
            hint = "indent the two classes alike"
            self._conflict("DR205", message, hint, unit.line, origin)
            return
        text = splice(origin.source.text, *unit.span, self._with_names(origin, edit))
        ends = text.endswith(("\n", "\r"))
        self._texts[identity] = text if ends else text + self._newline
        moved, needs = "", Needs()
        if origin.source is not self._source or origin.owner is not block:
            needs = self._luggage.take(origin, group.text.name, block)
        if origin.source is not self._source:
            moved = f"from {origin.source.path}"
        elif origin.owner is not block and origin.owner.node.name != group.text.name:
            moved = f"{origin.owner.node.name} -> {group.text.name}"
        self._act_on(origin, rendered, edit, moved, needs)

    def _with_names(self, origin: Origin, edit: UnitEdit) -> list[Splice]:
        """The splices of a unit, with those of renamed classes that it names."""
        splices = list(edit.splices)
        if origin.source is self._source:
            splices += [item for item in self._names if not item.overlaps(splices)]
        return splices

    def _act_on(
        self,
        origin: Origin,
        rendered: RenderedUnit,
        edit: UnitEdit,
        moved: str,
        needs: Needs,
    ) -> None:
        """Note what happens to one unit that is on disk."""
        unit, identity = origin.unit, origin.unit.id
        path = origin.source.path
        before = len(self._result.actions)

        def act(action: ActionName, detail: str, **more: Any) -> None:
            self._result.actions.append(
                Action(self._domain, identity, action, detail, path, unit.line, **more)
            )

        if self._around.fresh and not moved:
            self._act(identity, "create", rendered.text.name)
        if unit.is_orphan:
            act("revive", unit.node.name)
        if moved or needs.lacking:
            name: ActionName = "move" if moved else "update"
            detail = "; ".join(filter(None, [moved, needs.said]))
            brings = tuple(copy.name for copy in needs.copies)
            act(name, detail, brings=brings, lacks=needs.lacking)
        if "name" in edit.parts:
            old, new = unit.node.name, rendered.text.name
            act("rename", f"{old} -> {new}", old=old, new=new)
        if rest := ", ".join(part for part in edit.parts if part != "name"):
            act("update", rest)
        if edit.suspect:
            act("suspect", _BY_A_MERGE if edit.met else _BY_THE_SPEC)
        if edit.edited:
            act("edited", "spec-owned text")
        if len(self._result.actions) == before:
            self._result.unchanged += 1

    def _edited_twice(self, origin: Origin, rendered: RenderedUnit) -> None:
        """Report spec-owned text that both a person and the spec changed."""
        unit = origin.unit
        here = unit.docstring.value if unit.docstring else ""
        texts = ""
        if here != rendered.text.docstring:
            texts = f"\n--- in the suite\n{here}\n--- in the spec\n{rendered.text.docstring}"
        self._conflict(
            "DR204",
            f"spec-owned text of {unit.id} was edited by hand and changed in the spec"
            f"{texts}",
            "put the text on disk back",
            unit.line,
            origin,
        )

    def _prepare_rest(self, block: ClassBlock) -> None:
        """Deal with the units of a class that are not specified in this suite."""
        for unit in block.units:
            if unit.id in self._here:
                continue
            if self._goes(unit):
                self._gone.add(unit.id)
                if unit.id not in self._around.specified:
                    detail = f"{'orphan ' * unit.is_orphan}{unit.node.name}"
                    self._act(unit.id, "remove", detail, unit.line)
            elif unit.is_orphan:
                self._result.unchanged += 1
            else:
                edits = [Splice(*unit.marker, "orphan"), *self._names]
                text = splice(self._source.text, *unit.span, edits)
                self._texts[unit.id] = text
                self._act(unit.id, "orphan", unit.node.name, unit.line)

    def _goes(self, unit: Unit) -> bool:
        """Whether a unit that is not specified in this suite leaves the file."""
        if unit.id in self._around.specified:
            return True
        if unit.is_orphan:
            return unit.id in self._around.pruned
        return bare(self._source, unit)

    def _stays(self, block: ClassBlock) -> bool:
        """Whether a class stays though no group takes it and its tests go elsewhere."""
        left = (unit for unit in block.units if unit.id not in self._here)
        if not all(self._goes(unit) for unit in left):
            return True
        parts = class_parts(self._source, block, ())
        return not self._is_empty(block, [part for part in parts if not part.key])

    @functools.cached_property
    def _named(self) -> frozenset[str]:
        """What the file names, but for the units that leave it."""
        left = (unit for unit in self._disk.units if unit.id not in self._here)
        return names_used(self._source, [u.node for u in left if self._goes(u)])

    def _assembled(self, blocks: Mapping[int, ClassBlock]) -> str:
        """Put gaps, classes and units into their places."""
        open_end = not self._source.text.endswith(("\n", "\r"))
        group_of = {block.key: self._groups[i] for i, block in blocks.items()}
        gone = set()
        texts = {}
        ordered = sorted(self._splices)
        for block in self._disk.classes:
            pieces = self._class_pieces(block, group_of.get(block.key), ordered)
            if block.key not in group_of and self._is_empty(block, pieces):
                gone.add(block.key)
                name, line = block.node.name, block.node.lineno
                self._act("", "remove", f"class {name}", line, old=name, part="class")
            text = join(pieces)
            ends = text.endswith(("\n", "\r"))
            texts[block.key] = text if ends else text + self._newline
        known = gone | group_of.keys()
        ours = [block for block in self._disk.classes if block.key in known]
        self._edit_imports([b for b in ours if b.text.base not in self._bases])
        self._unpack()
        parts = module_parts(self._disk, sorted(self._splices))
        for part in parts:
            part.text = texts.get(part.key, part.text)
        keys = [
            blocks[index].key if index in blocks else f"+{index}"
            for index in range(len(self._groups))
        ]
        new = {f"+{index}": group for index, group in enumerate(self._groups)}
        if place(
            parts, keys, gone, lambda key: self._new_class(new[key]), self._newline * 2
        ):
            self._act("", "move", "classes, into the order of the spec", part="order")
        text = join(parts)
        return _LAST_LINE_END.sub("", text) if open_end else text

    def _class_pieces(
        self,
        block: ClassBlock,
        group: RenderedGroup | None,
        ordered: Sequence[Splice],
    ) -> list[Part]:
        """The gaps and units of one class, in their places, sorted splices applied."""
        pieces = class_parts(self._source, block, ordered)
        for piece in pieces:
            piece.text = (
                self._texts.get(piece.key, piece.text) if piece.key else piece.text
            )
        wanted = [unit.text.id for unit in group.units] if group else []
        if group and (brought := self._luggage.texts(group.text.name)):
            text = f"{self._newline}{self._newline}".join(brought) + self._newline
            pieces[0].text += f"{text}{self._newline}" if block.units else text
        gone = {
            unit.id
            for unit in block.units
            if unit.id in self._gone
            or (unit.id in self._here and unit.id not in wanted)
        }
        if place(pieces, wanted, gone, self._texts.__getitem__, self._newline):
            self._act(
                "",
                "move",
                f"units of {block.node.name}, into the spec's order",
                part="order",
            )
        empty = not (block.docstring or block.has_more or any(p.key for p in pieces))
        if empty:
            pieces.append(Part("", f"{block.indent}pass{self._newline}"))
        return pieces

    def _new_class(self, group: RenderedGroup) -> str:
        header = reindent(group.header.rstrip("\n"), "", self._newline)
        brought = self._luggage.texts(group.text.name)
        units = (self._texts[unit.text.id] for unit in group.units)
        parts = [header, *brought]
        return self._newline.join([*(p + self._newline for p in parts), *units])

    def _unpack(self) -> None:
        """Put what units bring along above the classes."""
        if imports := self._luggage.imports:
            self._splices.append(inserted(self._disk, imports))
        if texts := self._luggage.texts():
            gap = self._newline * 3
            place = min(block.span[0] for block in self._disk.classes)
            text = "".join(f"{text}{gap}" for text in texts)
            self._splices.append(Splice(place, place, text))

    def _is_empty(self, block: ClassBlock, pieces: list[Part]) -> bool:
        """Whether nothing but rendered text of a group is left, which nothing names."""
        node = block.node
        plain = not node.decorator_list and not node.keywords and len(node.bases) == 1
        bare_class = plain and block.is_ours and not block.has_more
        left = join(pieces)
        empty = bare_class and not any(p.key for p in pieces) and "#" not in left
        return empty and node.name not in self._named

    def _is_shell(self, text: str) -> bool:
        """Whether nothing is left of a file but what suiteloom wrote above its classes."""
        if not self._disk.is_ours or "#" in text:
            return False
        left = decode(self._source.encode(text), self._source.path)
        bases = self._around.bases
        return all(is_ours(left, node, bases) for node in left.tree.body[1:])
