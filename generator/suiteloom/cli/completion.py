"""What the shell offers behind a verb: domains and ids of the project at hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from suiteloom.errors import SuiteloomError

if TYPE_CHECKING:
    from suiteloom.model import Project

__all__ = ["complete_domain", "complete_id", "complete_id_or_prefix"]


def complete_domain(context: typer.Context, incomplete: str) -> list[str]:
    """Domains of the project that begin so; none where there is no valid project."""
    project = _project(context)
    names = [suite.domain for suite in project.suites] if project else []
    return [name for name in names if name.startswith(incomplete)]


def complete_id(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Ids of the project that begin so, each with the name of its test."""
    project = _project(context)
    tests = [(test.id, test.name) for _, test in project.tests] if project else []
    return [test for test in tests if test[0].startswith(incomplete)]


def complete_id_or_prefix(
    context: typer.Context, incomplete: str
) -> list[tuple[str, str]]:
    """Ids of the project that begin so, and the prefixes that several of them share."""
    ids = complete_id(context, incomplete)
    shared = Counter(f"{name.partition('-')[0]}-" for name, _ in ids)
    return [
        *((prefix, f"{count} tests") for prefix, count in shared.items() if count > 1),
        *ids,
    ]


def _project(context: typer.Context) -> Project | None:
    from suiteloom.workflows.project import open_workspace

    try:
        return open_workspace(Path(context.params.get("project") or ".")).load()
    except SuiteloomError:
        return None
