"""What the shell offers behind a verb: names of the project at hand, and codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from suiteloom.errors import SuiteloomError
from suiteloom.model.words import plural

if TYPE_CHECKING:
    from suiteloom.model import Config, Project
    from suiteloom.workflows.disk import Standing

__all__ = [
    "complete_category",
    "complete_code",
    "complete_domain",
    "complete_domain_or_id",
    "complete_goal",
    "complete_group",
    "complete_id",
    "complete_id_or_prefix",
    "complete_orphan",
    "complete_segment",
    "complete_service",
    "complete_suspect",
    "complete_suspect_id",
]


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


def complete_suspect(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Ids of suspect tests that begin so, and the domains that have some."""
    return _marked(context, incomplete, lambda unit: unit.is_suspect, domains=True)


def complete_suspect_id(
    context: typer.Context, incomplete: str
) -> list[tuple[str, str]]:
    """Ids of suspect tests that begin so, each with its name."""
    return _marked(context, incomplete, lambda unit: unit.is_suspect)


def complete_orphan(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Ids of orphans that begin so, each with the name of its test."""
    return _marked(context, incomplete, lambda unit: unit.is_orphan)


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


def complete_domain_or_id(
    context: typer.Context, incomplete: str
) -> list[tuple[str, str]]:
    """Domains and ids of the project that begin so."""
    domains = [(name, "a domain") for name in complete_domain(context, incomplete)]
    return [*domains, *complete_id(context, incomplete)]


def complete_group(context: typer.Context, incomplete: str) -> list[str]:
    """Titles of groups of the domain that was named, or of all, that begin so."""
    project = _project(context)
    domain = context.params.get("domain")
    titles = dict.fromkeys(
        group.title
        for suite in (project.suites if project else ())
        if domain in {None, suite.domain}
        for group in suite.groups
    )
    return [title for title in titles if title.startswith(incomplete)]


def complete_category(context: typer.Context, incomplete: str) -> list[str]:
    """Configured categories that begin so."""
    return _configured(context, incomplete, lambda config: config.categories)


def complete_goal(context: typer.Context, incomplete: str) -> list[str]:
    """Configured goals that begin so."""
    return _configured(context, incomplete, lambda config: config.goals)


def complete_segment(context: typer.Context, incomplete: str) -> list[str]:
    """Configured segments that begin so, and "All"."""
    return _configured(context, incomplete, lambda config: ("All", *config.segments))


def complete_service(context: typer.Context, incomplete: str) -> list[str]:
    """Configured services that begin so."""
    return _configured(context, incomplete, lambda config: config.services)


def complete_code(incomplete: str) -> list[tuple[str, str]]:
    """Codes of findings and rules that begin so, each with what it means."""
    from suiteloom.workflows.explain import codes

    return [item for item in codes().items() if item[0].startswith(incomplete)]


def _marked(
    context: typer.Context,
    incomplete: str,
    wanted: Callable[[Standing], bool],
    *,
    domains: bool = False,
) -> list[tuple[str, str]]:
    """Ids of the units that are wanted and begin so; where asked for, their domains."""
    from suiteloom.workflows.disk import read_disk
    from suiteloom.workflows.project import open_workspace

    try:
        workspace = open_workspace(_folder(context))
        project = workspace.load()
        disk = read_disk(project, workspace.suite_files(), {})
    except SuiteloomError:
        return []
    units = [unit for unit in disk.origins.values() if wanted(unit)]
    offered = [(unit.id, unit.name) for unit in units]
    if domains:
        ids = {unit.id for unit in units}
        counts = Counter(suite.domain for suite, t in project.tests if t.id in ids)
        offered += [(name, plural(count, "test")) for name, count in counts.items()]
    already = set(context.params.get("names") or context.params.get("identities") or ())
    return [
        item
        for item in sorted(offered)
        if item[0].startswith(incomplete) and item[0] not in already
    ]


def _configured(
    context: typer.Context, incomplete: str, names: Callable[[Config], Iterable[str]]
) -> list[str]:
    """Names of the configuration that begin so; none where there is no project."""
    from suiteloom.workflows.project import open_workspace

    try:
        config = open_workspace(_folder(context)).config
    except SuiteloomError:
        return []
    return [name for name in names(config) if name.startswith(incomplete)]


def _folder(context: typer.Context) -> Path:
    return Path(context.params.get("project") or ".")


def _project(context: typer.Context) -> Project | None:
    from suiteloom.workflows.project import open_workspace

    try:
        return open_workspace(_folder(context)).load()
    except SuiteloomError:
        return None
