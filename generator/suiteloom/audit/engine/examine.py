"""Running the rules over one file, and over the facts of all files. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from suiteloom.audit.engine.bodies import body_digests
from suiteloom.audit.engine.definitions import definitions_of
from suiteloom.audit.engine.facts import (
    Condition,
    FileFacts,
    Flaw,
    Open,
    TestFacts,
)
from suiteloom.audit.engine.library import Library
from suiteloom.audit.engine.mentions import find_mentions
from suiteloom.audit.engine.rule import Hit, Rule
from suiteloom.audit.engine.settings import Settings
from suiteloom.audit.engine.suppress import Suppression, read_suppressions
from suiteloom.audit.engine.testfile import TestFile, TestNode, read_test_file
from suiteloom.model import External, Finding

__all__ = ["JUSTIFIED", "LABELS", "examine", "examine_all", "labels_in", "labels_of"]

LABELS = ("BVJ", "Value Impact", "Strategic Impact", "Revenue protected")
"""The lines of a Business Value Justification in a docstring."""

JUSTIFIED = ("BVJ", "Value Impact", "Strategic Impact")
"""Those of them that say why a test is worth having."""

_LAST_WORDS = ("BVJ", "Impact", "protected")
_FOLD = re.compile(r"\n {4}(?=\S)")


def examine(
    path: str,
    source: bytes,
    settings: Settings,
    rules: Sequence[Rule],
    external: Iterable[External] = (),
) -> FileFacts:
    """Run rules over one file.

    Args:
        path: POSIX, relative to the project root.
        source: The file.
        settings: How to read it.
        rules: Which; those over all files are passed over.
        external: What ruff found in the file, for rules that name its codes.

    Returns:
        The findings by place, without the suppressed ones, and the facts of its tests.
        A file that can not be read is one finding, SL101, if that rule is among those
        given.
    """
    try:
        text = ast_text(source)
        file = read_test_file(path, text, settings)
    except (SyntaxError, ValueError, RecursionError) as error:
        return FileFacts(path, tuple(_unreadable(path, error, rules)), ())
    external = tuple(external)
    hits = [(rule, found) for rule in rules for found in _hits(rule, file, external)]
    flaws, waiting, suppressed = _suppress(file, hits, rules)
    digests = body_digests(file)
    tests = tuple(
        _facts(file, test, digests[test]) for test in file.tests if not test.is_orphan
    )
    defined = definitions_of(file)
    file.memo.clear()  # what it holds leads back to the file: no cycle is left
    unasked = _unasked(settings)
    return FileFacts(path, flaws, tests, suppressed, unasked, waiting, defined)


def _unasked(settings: Settings) -> frozenset[str]:
    """The families that have nothing to hold tests against."""
    unasked = set()
    if not settings.needs_bvj:
        unasked.add("SL4")
    if not any(settings.must_cover.values()):
        unasked.add("SL8")
    return frozenset(unasked)


def ast_text(source: bytes) -> str:
    """Decode a source file as Python does; line ends become LF.

    Raises:
        SyntaxError: If the declared encoding is unknown.
        ValueError: If the bytes are not in their encoding.
    """
    if source.startswith(b"\xef\xbb\xbf"):
        source = source[3:]
    match = _CODING.match(source)
    name = match[1].decode("ascii") if match else "utf-8"
    try:
        text = source.decode(name)
    except LookupError as error:
        raise SyntaxError(f"unknown encoding: {name}") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


_CODING = re.compile(
    rb"^(?:[ \t\f]*#[^\r\n]*\r?\n)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)"
)


def examine_all(
    files: Sequence[FileFacts],
    settings: Settings,
    rules: Sequence[Rule],
    library: Library | None = None,
) -> list[FileFacts]:
    """Decide what was left open, and run the rules that look at all files.

    Args:
        files: What `examine` gave, in the order of paths.
        settings: As for `examine`.
        rules: Which; those over one file are passed over.
        library: What other files define; None: there are no others.

    Returns:
        The same files with what was found added, by place.
    """
    library = Library(files) if library is None else library
    files = [_decide(file, settings, library) for file in files]
    added: dict[str, list[Flaw]] = {}
    for rule in rules:
        if rule.across is not None:
            for found in rule.across(list(files), settings):
                added.setdefault(found.path, []).append(
                    _flaw(rule, found.path, found.hit)
                )
    return [
        replace(file, flaws=_sorted([*file.flaws, *added[file.path]]))
        if file.path in added
        else file
        for file in files
    ]


def _decide(file: FileFacts, settings: Settings, library: Library) -> FileFacts:
    """Add what was left open and holds."""
    if not file.open:
        return file
    held = [_held(file.path, item, settings, library) for item in file.open]
    flaws = _sorted([*file.flaws, *(flaw for flaw in held if flaw is not None)])
    return replace(file, flaws=flaws, open=())


def _held(path: str, item: Open, settings: Settings, library: Library) -> Flaw | None:
    """What becomes of a finding that other files decide; None if it does not hold."""
    condition = item.condition
    if condition.marker:
        return None if library.registers(condition.marker) else item.flaw
    if not condition.hidden:
        return item.flaw if library.is_calm(path, condition.calm) else None
    if library.is_used(path, condition.hidden):
        return None
    known = {settings.base_class, settings.async_base_class, *_OWN_BASES}
    answers = [
        False if base in known else library.is_unittest(path, base)
        for base in condition.calm
    ]
    if True in answers:
        return None
    return _unsure(item.flaw, condition) if None in answers else item.flaw


def _unsure(flaw: Flaw, condition: Condition) -> Flaw:
    """A class of which nobody knows whether unittest comes to its tests."""
    bases = ", ".join(base.lstrip("@") for base in condition.calm)
    message = f"{flaw.finding.message}, if {bases} does not come from unittest"
    finding = replace(flaw.finding, message=message, severity="warning")
    return replace(flaw, finding=finding, hides=0)


_OWN_BASES = frozenset(
    {"suiteloom.ssot.SSotBaseTestCase", "suiteloom.ssot.SSotAsyncTestCase"}
)


def _unreadable(path: str, error: Exception, rules: Sequence[Rule]) -> Iterator[Flaw]:
    line = getattr(error, "lineno", None) or 1
    reason = getattr(error, "msg", None) or str(error) or type(error).__name__
    for rule in rules:
        if rule.code == "SL101":
            yield _flaw(rule, path, Hit(f"is not valid Python: {reason}", line))


def _hits(rule: Rule, file: TestFile, external: Iterable[External]) -> Iterator[Hit]:
    if rule.check is not None:
        lines = () if file.source.isascii() else file.source.split("\n")
        for found in rule.check(file):
            yield _in_characters(found, lines) if lines else found
    if rule.ruff:
        for item in external:
            if item.code in rule.ruff:
                owner = _owner(file, item.line)
                yield Hit(item.message, item.line, item.column, owner)


def _in_characters(found: Hit, lines: Sequence[str]) -> Hit:
    """The hit with columns that count characters."""
    if not found.in_bytes:
        return found

    def column(line: int, number: int) -> int:
        text = lines[line - 1].encode()[: number - 1]
        return len(text.decode("utf-8", "ignore")) + 1

    end = (found.end[0], column(*found.end)) if found.end[0] else found.end
    return replace(
        found, column=column(found.line, found.column), end=end, in_bytes=False
    )


def _owner(file: TestFile, line: int) -> str:
    """The test that a line lies in."""
    for test in file.tests:
        first = min([test.node.lineno, *(d.lineno for d in test.node.decorator_list)])
        if first <= line <= (test.node.end_lineno or test.node.lineno):
            return test.qualname
    return ""


def _flaw(rule: Rule, path: str, found: Hit) -> Flaw:
    hint = found.hint or rule.text.hint
    place = (path, found.line, found.column)
    finding = Finding(
        rule.code, found.severity or rule.severity, found.message, *place, hint
    )
    return Flaw(finding, found.owner, found.hides, found.end)


def _sorted(flaws: Iterable[Flaw]) -> tuple[Flaw, ...]:
    return tuple(sorted(set(flaws), key=lambda flaw: flaw.finding.sort_key))


def _suppress(
    file: TestFile, hits: Sequence[tuple[Rule, Hit]], rules: Sequence[Rule]
) -> tuple[tuple[Flaw, ...], tuple[Open, ...], int]:
    """Take out what comments suppress; report comments that do nothing.

    Returns:
        What holds, what other files decide, and how much was taken out.
    """
    by_code = {rule.code: rule for rule in rules}
    comments = read_suppressions(file.source)
    active = _active(comments)
    kept, waiting, used = [], [], set()
    for rule, found in hits:
        keys = active.get(found.line, ())
        keys = [key for key in keys if rule.code.startswith(key[0])]
        if not keys and found.condition is not None:
            waiting.append(Open(_flaw(rule, file.path, found), found.condition))
        elif not keys:
            kept.append(_flaw(rule, file.path, found))
        else:
            used.update(keys)
    for comment in comments:
        owner = _owner(file, comment.covers)
        place = (comment.line, comment.column, owner)
        if not comment.has_reason or not comment.codes:
            if mute := by_code.get("SL002"):
                kept.append(_flaw(mute, file.path, Hit(mute.text.summary, *place)))
            continue
        idle = [c for c in comment.codes if (c, comment.line) not in used]
        idle = [c for c in idle if _is_asked(c, by_code) or not _FAMILY.fullmatch(c)]
        if idle and (unused := by_code.get("SL001")):
            message = f"nothing to suppress here: {', '.join(idle)}"
            kept.append(_flaw(unused, file.path, Hit(message, *place)))
    left = sum(f.finding.code[:3] != "SL0" for f in kept) + len(waiting)
    return _sorted(kept), tuple(waiting), len(hits) - left


def _active(comments: Iterable[Suppression]) -> dict[int, list[tuple[str, int]]]:
    """What is suppressed at each line: beginnings of codes, and where that is said."""
    active: dict[int, list[tuple[str, int]]] = {}
    for comment in comments:
        for code in comment.codes if comment.has_reason else ():
            if _FAMILY.fullmatch(code):
                active.setdefault(comment.covers, []).append((code, comment.line))
    return active


def _is_asked(beginning: str, by_code: Collection[str]) -> bool:
    """Whether any rule was asked whose code begins so."""
    return any(code.startswith(beginning) for code in by_code)


_FAMILY = re.compile(r"SL[1-9]\d{0,2}")
"""Codes, and beginnings of codes, that may be suppressed."""


def labels_of(docstring: str) -> Mapping[str, str]:
    """Return the BVJ lines of a docstring by label, continuation lines unfolded."""
    found: dict[str, str] = {}
    if not any(word in docstring for word in _LAST_WORDS):
        return found
    for line in _FOLD.sub(" ", docstring).split("\n"):
        label, colon, value = line.partition(": ")
        if colon and label in LABELS:
            found[label] = value
        elif line.rstrip(" :") in LABELS and line.rstrip().endswith(":"):
            found.setdefault(line.rstrip(" :"), "")
    return found


def labels_in(file: TestFile, test: TestNode) -> dict[str, str]:
    """The BVJ lines that hold for a test: its own, then those that it inherits."""
    own = labels_of(test.docstring)
    if not file.settings.omits_inherited:
        return dict(own)
    owners: list[ast.Module | ast.ClassDef] = [file.tree]
    owners += [test.owner] if test.owner else []
    above: dict[str, str] = {}
    for owner in owners:
        key = ("labels", owner)
        if key not in file.memo:
            found = labels_of(ast.get_docstring(owner) or "")
            file.memo[key] = {name: found[name] for name in JUSTIFIED if name in found}
        above |= file.memo[key]
    return {**above, **own}


def _facts(file: TestFile, test: TestNode, body: str) -> TestFacts:
    spec = file.settings.specified.get(test.id)
    words = file.settings.must_cover.get(spec.domain, ()) if spec else ()
    return TestFacts(
        qualname=test.qualname,
        line=test.node.lineno,
        id=test.id,
        labels=labels_in(file, test),
        body=body,
        mentions=find_mentions(file, test, words),
        is_pending=test.is_pending,
    )
