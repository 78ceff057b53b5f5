"""The last look before a file is written: is everything that a person wrote still there?"""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from suiteloom.model import Config, FileChange, Finding, RenderedSuite
from suiteloom.suites import (
    Origin,
    SuiteText,
    Surroundings,
    UnreadableError,
    hand_written_lines,
    read_suite,
    untouched,
)

__all__ = ["Proof", "hand_written_of", "lost", "prove"]

_NAMED = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Proof:
    """What the last look at one file came to.

    Attributes:
        findings: Everything that does not hold: then nothing may be written.
        before: Hand-written lines of the file as it was.
        after: Hand-written lines of the file as it is to be.
        pruned: Number of hand-written lines, not in `before`, that a person asked to
            remove.
    """

    findings: tuple[Finding, ...]
    before: Counter[str]
    after: Counter[str]
    pruned: int = 0


def prove(
    disk: SuiteText,
    rendered: RenderedSuite | None,
    around: Surroundings,
    text: str | None,
    *,
    exists: bool,
    moves: bool = False,
    renames: Mapping[str, str] | None = None,
) -> Proof:
    """Check a merged suite against what it was made from.

    The merged text must compile, hold each specified test once, where no other one
    hides it, and each orphan, and hold every body that a person wrote byte for byte.

    Args:
        disk: The suite as it was.
        rendered: The suite as rendered; None if its spec is gone.
        around: Which units come from elsewhere.
        text: The merged text; None if the file is to be removed.
        exists: Whether `disk` is a file, and not only what would be created.
        moves: Whether the file gets another path.
        renames: New names of classes by old ones: what names them may say either.

    Returns:
        What was found, and what people wrote before and after.
    """
    path = disk.source.path
    if text == disk.source.text and exists and not moves:
        return Proof((), Counter(), Counter())
    before, pruned = Counter[str](), 0
    if exists:
        before = hand_written_lines(disk, around.pruned, around.bases)
        everything = hand_written_lines(disk, frozenset(), around.bases)
        pruned = everything.total() - before.total()
    if text is None:
        return Proof((), before, Counter(), pruned)
    try:
        after = read_suite(disk.source.encode(text), path)
    except UnreadableError as error:
        finding = _broken(path, error.finding.message, error.finding.line)
        return Proof((finding,), before, Counter())
    except UnicodeEncodeError:  # reported by whoever encodes it to write it
        return Proof((), Counter(), Counter())
    follow = _follower(renames or {})
    findings = tuple(_faults(disk, rendered, around, after, follow))
    kept = hand_written_lines(after, frozenset(), around.bases)
    return Proof(findings, _followed(before, follow), _followed(kept, follow), pruned)


def lost(before: Counter[str], after: Counter[str], path: str) -> Iterator[Finding]:
    """What a person wrote and a whole plan would not keep.

    Args:
        before: Hand-written lines of every file that the plan changes.
        after: The same once it has been carried out.
        path: Named by the finding.

    Yields:
        A finding if any line is missing.
    """
    missing = before - after
    if missing:
        line = next(iter(missing))
        message = (
            f"{missing.total()} hand-written lines would be lost: {line.strip()!r}"
        )
        yield _broken(path, message)


def hand_written_of(changes: Iterable[FileChange], config: Config) -> tuple[int, int]:
    """Count the hand-written lines in the suites that change.

    Args:
        changes: Of suites and other files; those others are left out.
        config: Names the folder of the suites and the base classes.

    Returns:
        How many there were, and how many there are afterwards.
    """
    counts = [0, 0]
    for change in changes:
        if not change.path.startswith(f"{config.suites}/"):
            continue
        for index, data in enumerate((change.before, change.after)):
            try:
                suite = read_suite(data or b"", change.path)
            except UnreadableError:
                continue
            counts[index] += hand_written_lines(
                suite, frozenset(), config.bases
            ).total()
    return counts[0], counts[1]


def _follower(renames: Mapping[str, str]) -> Callable[[str], str]:
    """Give a function that makes the old and new names of classes look alike."""
    if not renames:
        return str
    names = "|".join(sorted({*renames, *renames.values()}))
    pattern = re.compile(rf"\b(?:{names})\b")
    return lambda text: pattern.sub("class", text)


def _followed(lines: Counter[str], follow: Callable[[str], str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for line, count in lines.items():
        found[follow(line)] += count
    return found


def _faults(
    disk: SuiteText,
    rendered: RenderedSuite | None,
    around: Surroundings,
    after: SuiteText,
    follow: Callable[[str], str],
) -> Iterator[Finding]:
    """Everything about a merged suite that does not hold."""
    path = disk.source.path
    yield from _not_importable(after)
    yield from _hidden(after)
    counts: dict[str, int] = {}
    for unit in after.units:
        counts[unit.id] = counts.get(unit.id, 0) + 1
    wanted = (
        {u.text.id for g in rendered.groups for u in g.units} if rendered else set()
    )
    for identity in sorted(wanted | counts.keys()):
        if counts.get(identity, 0) != 1:
            yield _broken(
                path, f"{identity} would stand {counts.get(identity, 0)} times"
            )
    bodies = {
        unit.id: _body(Origin(after, unit, after.classes[0])) for unit in after.units
    }
    for origin in _origins(disk, around):
        unit = origin.unit
        leaves = unit.id in around.specified and unit.id not in wanted
        kept = bodies.get(unit.id)
        pruned = unit.id in around.pruned
        if leaves or pruned or untouched(origin.source, unit):
            continue
        if kept is None or follow(kept) != follow(_body(origin)):
            yield _broken(path, f"the body of {unit.id} would change", unit.line)


def _not_importable(after: SuiteText) -> Iterator[Finding]:
    """What parses and is still no Python, such as ``await`` outside ``async def``."""
    path = after.source.path
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(after.source.tree, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        message = f"the suite would not be valid Python: {error.msg}"
        hint = "change the body, or the spec back (`async` must fit the body)"
        line, column = error.lineno or 0, error.offset or 0
        yield Finding("DR201", "error", message, path, line, column, hint)


def _hidden(after: SuiteText) -> Iterator[Finding]:
    """Specified tests, and their classes, that a later one of the same name replaces."""
    last: dict[str, ast.stmt] = {}
    for node in after.source.tree.body:
        if isinstance(node, _NAMED):
            last[node.name] = node
    for block in after.classes:
        inside: dict[str, ast.stmt] = {}
        for member in block.node.body:
            if isinstance(member, _NAMED):
                inside[member.name] = member
        specified = [unit for unit in block.units if not unit.is_orphan]
        hidden: list[tuple[str, ast.stmt, ast.stmt]] = [
            (unit.id, unit.node, inside[unit.node.name]) for unit in specified
        ]
        if specified:
            hidden.append(("", block.node, last[block.node.name]))
        for identity, node, other in hidden:
            if node is not other:
                what = identity or f"class {block.node.name}"
                message = (
                    f"{what} would be replaced by line {other.lineno}, of its name"
                )
                hint = "rename the other one, or this one in the spec"
                path, line = after.source.path, node.lineno
                yield Finding("DR214", "error", message, path, line, 0, hint, identity)


def _origins(disk: SuiteText, around: Surroundings) -> Iterator[Origin]:
    for block in disk.classes:
        for unit in block.units:
            if unit.id not in around.incoming:
                yield Origin(disk, unit, block)
    yield from around.incoming.values()


def _body(origin: Origin) -> str:
    """The text from a unit's first statement to its end."""
    if origin.unit.body is None:
        return ""
    return origin.source.text[origin.unit.body[0] : origin.unit.span[1]].rstrip("\r\n")


def _broken(path: str, message: str, line: int = 0) -> Finding:
    hint = "nothing was written; please report this with the suite and its spec"
    return Finding(
        "DR209", "error", f"internal check failed: {message}", path, line, 0, hint
    )
