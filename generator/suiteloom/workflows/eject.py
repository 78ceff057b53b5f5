"""`templates`: a copy of the built-in suite templates to edit, and what a pack is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from suiteloom.errors import RefusedError, UsageError
from suiteloom.model import FileChange, Finding
from suiteloom.render.templates import templates_folder
from suiteloom.store import commit, packaged_templates, read_bytes
from suiteloom.workflows.project import Workspace

__all__ = ["Ejected", "PackReport", "check_pack", "eject", "eject_project"]

_OWN, _SHARED = "suiteloom.toml", "pyproject.toml"
_ANY_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_TABLE = re.compile(
    r"^[ \t]*\[tool\.suiteloom\][ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)", re.MULTILINE
)
_BELOW = re.compile(r"^[ \t]*\[\[?tool\.suiteloom\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ejected:
    """What `eject` did.

    Attributes:
        folder: The pack, relative to the project root.
        written: The files that were written; those that were there already are left out.
        configured: The file of configuration that now names the pack; empty if nothing
            was added to it.
        line: What the configuration has to say.
        is_set: Whether it says so, now or before.
    """

    folder: str
    written: tuple[str, ...]
    configured: str
    line: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class PackReport:
    """What a pack is.

    Attributes:
        folder: Relative to the project root; empty for the built-in pack.
        templates: Every template that it loads, sorted.
        used: For each of the three templates, the variables and fields it uses, sorted.
    """

    folder: str
    templates: tuple[str, ...]
    used: dict[str, tuple[str, ...]]


def check_pack(workspace: Workspace, folder: str = "") -> PackReport:
    """Load a pack with every check.

    Args:
        workspace: The project.
        folder: The pack, relative to the project root; empty means the configured one.

    Raises:
        UsageError: If there is no such folder, or anything is wrong with the pack.
    """
    from suiteloom.workflows.packs import load_checked_pack

    if folder:
        folder = _inside(folder)
        path = workspace.root / folder
        if not path.is_dir():
            hint = f"`suiteloom templates eject {folder}` makes it"
            raise UsageError(f"there is no folder {folder}", hint=hint)
    else:
        path = templates_folder(workspace.root, workspace.config)
        folder = workspace.config.templates
    pack = load_checked_pack(path, check=True)
    return PackReport(folder, pack.loaded, pack.used)


def eject(workspace: Workspace, folder: str) -> Ejected:
    """Copy the built-in templates into the project and name them in the configuration.

    Args:
        workspace: The project.
        folder: Where to, relative to the project root.

    Returns:
        What was done; all of it in one commit.

    Raises:
        UsageError: If the folder is not one of the project.
        RefusedError: If a file with other content is in the way; nothing was written.
        ConflictError: If a file changed meanwhile; nothing was written.
        StorageError: If a file can not be written; nothing was written.
    """
    folder = _inside(folder)
    changes = list(_copies(workspace, folder))
    written = tuple(change.path for change in changes)
    line = f"templates = {json.dumps(folder, ensure_ascii=False)}"
    is_set = workspace.config.templates == folder
    configured = ""
    if not is_set and (change := _configured(workspace, folder, line)) is not None:
        changes.append(change)
        configured, is_set = change.path, True
    commit(workspace.root, changes)
    return Ejected(folder, written, configured, line, is_set)


def eject_project(folder: Path) -> Ejected:
    """Copy the template of `init`, to be kept in a repository of its own.

    Args:
        folder: Where to; it need not exist.

    Raises:
        RefusedError: If a file with other content is in the way; nothing was written.
        ConflictError: If a file changed meanwhile; nothing was written.
        StorageError: If a file can not be written; nothing was written.
    """
    from suiteloom.workflows.init import plan_template, write_init

    plan = plan_template(folder)
    if plan.kept:
        raise RefusedError(tuple(_in_the_way(change.path) for change in plan.kept))
    write_init(plan)
    written = tuple(change.path for change in plan.created)
    return Ejected(folder.as_posix(), written, "", "", is_set=True)


def _inside(folder: str) -> str:
    """The path of a folder of the project, in its plain form."""
    path = PurePosixPath(folder.replace("\\", "/"))
    inside = path.parts and not path.is_absolute() and ".." not in path.parts
    if not inside or not folder.isprintable():
        raise UsageError(
            f"{folder!r} is no folder inside the project", hint="as in suite_templates"
        )
    return path.as_posix()


def _in_the_way(path: str) -> Finding:
    message = "differs from the built-in template and would be replaced"
    hint = "name another folder, or move the file away"
    return Finding("TP101", "error", message, path, hint=hint)


def _copies(workspace: Workspace, folder: str) -> Iterator[FileChange]:
    """The built-in templates that are not in the folder yet.

    Raises:
        RefusedError: If the folder has another file of the same name.
    """
    built_in = packaged_templates("suite")
    findings = []
    for template in sorted(path for path in built_in.rglob("*") if path.is_file()):
        path = f"{folder}/{template.relative_to(built_in).as_posix()}"
        data = template.read_bytes()
        target = workspace.root / path
        if not target.exists() and not target.is_symlink():
            yield FileChange(path, None, data)
        elif read_bytes(workspace.root, path) != data:
            findings.append(_in_the_way(path))
    if findings:
        raise RefusedError(tuple(findings))


def _configured(workspace: Workspace, folder: str, line: str) -> FileChange | None:
    """The configuration with one line more, or None if there is no safe place for it."""
    source = workspace.config.source or _OWN
    if not workspace.config.source:
        return FileChange(_OWN, None, f"{line}\n".encode())
    before = read_bytes(workspace.root, source)
    text = before.decode("utf-8")
    wanted = tomllib.loads(text)
    table: dict[str, Any] = wanted
    if source == _SHARED:
        table = wanted["tool"]["suiteloom"]
    if "templates" in table:
        return None
    table["templates"] = folder
    newline = "\r\n" if "\r\n" in text else "\n"
    for after in _splices(text, source, line, newline):
        if _says(after, wanted):
            return FileChange(source, before, after.encode("utf-8"))
    return None


def _splices(text: str, source: str, line: str, newline: str) -> Iterator[str]:
    """The text with the line in each place where it may belong, the best first."""
    if source == _SHARED:
        for match in _TABLE.finditer(text):
            gap = "" if match[0].endswith("\n") else newline
            yield f"{text[: match.end()]}{gap}{line}{newline}{text[match.end() :]}"
        for match in _BELOW.finditer(text):
            table = f"[tool.suiteloom]{newline}{line}{newline}{newline}"
            yield f"{text[: match.start()]}{table}{text[match.start() :]}"
        return
    first = _ANY_TABLE.search(text)
    if first is None:
        gap = "" if not text or text.endswith("\n") else newline
        yield f"{text}{gap}{line}{newline}"
    else:
        start = first.start()
        yield f"{text[:start]}{line}{newline}{newline}{text[start:]}"
    yield f"{line}{newline}{text}"


def _says(text: str, wanted: dict[str, Any]) -> bool:
    """Whether TOML reads as wanted: proof that nothing else was changed."""
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False
