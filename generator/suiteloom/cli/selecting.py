"""``--select`` and ``--base`` of the verbs that take domains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from suiteloom.errors import UsageError

if TYPE_CHECKING:
    from suiteloom.workflows.project import Workspace
    from suiteloom.workflows.selecting import Selected

__all__ = ["selected"]


def selected(
    workspace: Workspace, text: str, base: str, names: Sequence[str] | None
) -> Selected | None:
    """The tests that a command line selects; None if it selects none in particular.

    Args:
        workspace: The project.
        text: Of ``--select``.
        base: Of ``--base``.
        names: Domains or ids that were named besides.

    Raises:
        UsageError: If both are given, a base without a selection, or as `select` does.
        SpecError: If a spec is wrong.
    """
    if not text:
        if base:
            raise UsageError("--base is of no use without --select")
        return None
    if names:
        raise UsageError(
            f"{names[0]!r} is named and --select is given: one is enough",
            hint="--select 'domain:NAME and …' names a domain",
        )
    from suiteloom.workflows.selecting import select

    found = select(workspace, text, base)
    if not found.domains:
        raise UsageError(
            f"--select: {text} means orphans of suites without a spec, and no other test",
            hint="`suiteloom review --list` names them",
        )
    return found
