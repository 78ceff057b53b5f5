"""The last look before a file is written: is everything that a person wrote still there?"""

from __future__ import annotations

from collections.abc import Iterator

from suiteloom.model import Finding, RenderedSuite
from suiteloom.suites import (
    Origin,
    SuiteText,
    Surroundings,
    UnreadableError,
    read_suite,
)

__all__ = ["prove"]


def prove(
    disk: SuiteText,
    rendered: RenderedSuite | None,
    around: Surroundings,
    text: str | None,
) -> Iterator[Finding]:
    """Check a merged suite against what it was made from.

    The merged text must parse, hold each specified test once and each orphan, and hold
    the body of every unit byte for byte.

    Args:
        disk: The suite as it was.
        rendered: The suite as rendered; None if its spec is gone.
        around: Which units come from elsewhere.
        text: The merged text; None if the file is to be removed.

    Yields:
        A finding for everything that does not hold: the merge is wrong, and nothing
        may be written.
    """
    path = disk.source.path
    if text is None or text == disk.source.text:
        return
    try:
        after = read_suite(text.encode(), path)
    except UnreadableError as error:
        yield _broken(path, error.finding.message, error.finding.line)
        return
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
        unit.id: _body(Origin(after.source, unit, after.classes[0]))
        for unit in after.units
    }
    for origin in _origins(disk, around):
        unit = origin.unit
        leaves = unit.id in around.specified and unit.id not in wanted
        kept = bodies.get(unit.id)
        if leaves or unit.body_digest or (kept is None and unit.only_pending):
            continue
        if kept != _body(origin):
            yield _broken(path, f"the body of {unit.id} would change", unit.line)


def _origins(disk: SuiteText, around: Surroundings) -> Iterator[Origin]:
    for block in disk.classes:
        for unit in block.units:
            if unit.id not in around.incoming:
                yield Origin(disk.source, unit, block)
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
