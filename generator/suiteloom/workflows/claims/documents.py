"""Which documents `claims` looks at, and how each is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from suiteloom.claims.page import HTML, MAX_BYTES, REST, SUFFIXES, Page, read_page
from suiteloom.claims.reading import Reading
from suiteloom.errors import UsageError
from suiteloom.model.identifiers import short
from suiteloom.store import list_tree, read_bytes
from suiteloom.store.listing import matching, project_files
from suiteloom.workflows.project import Workspace

__all__ = ["find_documents", "load_page", "read_document"]


def find_documents(workspace: Workspace, named: Sequence[Path]) -> list[str]:
    """The documents to look at.

    Args:
        workspace: The project.
        named: Files and folders, relative to the current folder; none means those that
            the configuration says.

    Returns:
        POSIX paths relative to the project, in order, none twice.

    Raises:
        UsageError: If one is not there, not in the project, or of no format that is
            read; if the configuration means none.
    """
    if named:
        return list(dict.fromkeys(p for one in named for p in _named(workspace, one)))
    files = project_files(workspace.root)
    globs = workspace.config.claims
    found = [
        path
        for glob in globs
        for path in matching(files, glob)
        if path.lower().endswith(SUFFIXES)
    ]
    if not found:
        raise UsageError(
            f"no document matches {', '.join(globs) or 'nothing'}",
            path=workspace.config.source,
            hint="name files, or set `claims` in the configuration",
        )
    return list(dict.fromkeys(found))


def _named(workspace: Workspace, given: Path) -> list[str]:
    """What one name on the command line means."""
    place = given.absolute()
    if not place.exists():
        raise UsageError(f"no such file: {short(str(given), 200)}")
    root = workspace.root.resolve()
    if not place.resolve().is_relative_to(root):
        hint = "documents stand in the project; --project DIR names another one"
        raise UsageError(f"{given} is not in the project", hint=hint)
    path = place.resolve().relative_to(root).as_posix()
    if place.is_dir():
        return list_tree(root, path, SUFFIXES)
    if not path.lower().endswith(SUFFIXES):
        hint = f"documents end in {', '.join(SUFFIXES)}"
        raise UsageError(f"{given} is no document that is read", hint=hint)
    return [path]


def load_page(root: Path, path: str) -> tuple[Page, bytes]:
    """A document, and its bytes.

    Raises:
        UnreadableError: If it is no text, or too large.
        StorageError: If it can not be read.
    """
    data = read_bytes(root, path, MAX_BYTES)
    return read_page(path, data), data


def read_document(page: Page) -> Reading:
    """What a document has, read as its name says."""
    path = page.path.lower()
    if path.endswith(HTML):
        from suiteloom.claims.tags import read_html

        return read_html(page.text)
    if path.endswith(REST):
        from suiteloom.claims.rest import read_rest

        return read_rest(page)
    from suiteloom.claims.markdown import read_markdown

    return read_markdown(page)
