"""Where the project is, and what its configuration says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from string import Formatter
from typing import Any

from suiteloom.errors import StorageError, UsageError
from suiteloom.model import Config
from suiteloom.model.identifiers import closest
from suiteloom.store.audit_config import read_audit_config

__all__ = ["find_root", "has_config", "load_config"]

_FILES = ("suiteloom.toml", "pyproject.toml")
_DEFAULT = Config()
_POLICIES = ("report", "fail")
_FOLDERS = ("specs", "suites", "templates")


def find_root(start: Path) -> Path:
    """The nearest folder, from `start` upwards, that holds a configuration.

    Args:
        start: An existing folder.

    Returns:
        That folder, absolute; `start` itself if it has a ``specs`` folder and nothing
        above it is configured.

    Raises:
        UsageError: If there is no project.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        if has_config(folder):
            return folder
    if (start / _DEFAULT.specs).is_dir():
        return start
    raise UsageError(
        f"no suiteloom project in {start} or above it",
        hint="`suiteloom init` makes one; --project DIR names one elsewhere",
    )


def has_config(folder: Path) -> bool:
    """Whether `folder` holds suiteloom.toml, or pyproject.toml with [tool.suiteloom]."""
    if (folder / "suiteloom.toml").is_file():
        return True
    return _table(folder) is not None


def load_config(root: Path) -> Config:
    """Read the configuration of a project.

    Args:
        root: The project's folder; suiteloom.toml wins over pyproject.toml.

    Returns:
        The configuration, with defaults for what is not said.

    Raises:
        UsageError: If a key is unknown or a value is not what its key takes.
    """
    own = root / _FILES[0]
    if own.is_file():
        return _config(_read_toml(own), _FILES[0])
    table = _table(root)
    return _DEFAULT if table is None else _config(table, _FILES[1])


def _table(folder: Path) -> dict[str, Any] | None:
    """The table [tool.suiteloom] of a folder's pyproject.toml, if there is one."""
    tools = _read_toml(folder / _FILES[1]).get("tool")
    table = tools.get("suiteloom") if isinstance(tools, dict) else None
    if table is None or isinstance(table, dict):
        return table
    raise UsageError("`tool.suiteloom` must be a table", path=_FILES[1])


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"not valid TOML: {error}", path=path.name) from error
    except OSError as error:
        raise StorageError(
            f"can not be read: {error.strerror}", path=path.name
        ) from error


def _config(table: Mapping[str, Any], source: str) -> Config:
    known = {item.name: item for item in fields(Config) if item.name != "source"}
    values: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in known:
            close = closest(name, known)
            hint = f"did you mean `{close}`?" if close else f"known: {', '.join(known)}"
            raise UsageError(f"unknown key `{key}`", path=source, hint=hint)
        values[name] = (
            read_audit_config(value, source)
            if name == "audit"
            else _value(name, value, getattr(_DEFAULT, name), source)
        )
    config = Config(source=source, **values)
    _check_file_name(config)
    return config


def _value(name: str, value: Any, default: Any, source: str) -> Any:
    """Check one value against the type of its default."""
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise UsageError(f"`{name}` must be a list of texts", path=source)
    if not isinstance(value, str):
        raise UsageError(f"`{name}` must be a text", path=source)
    if default in _POLICIES and value not in _POLICIES:
        hint = f"use one of {', '.join(_POLICIES)}"
        raise UsageError(f"`{name}` can not be {value!r}", path=source, hint=hint)
    if name in _FOLDERS:
        folder = Path(value)
        if folder.is_absolute() or ".." in folder.parts:
            hint = "name a folder inside the project"
            raise UsageError(
                f"`{name}` leaves the project: {value}", path=source, hint=hint
            )
        return folder.as_posix() if value else ""
    if name.endswith("base_class") and not all(
        part.isidentifier()
        for part in [*value.split("."), value.partition(".")[2]][:-1]
    ):
        raise UsageError(f"`{name}` must be a dotted path: {value!r}", path=source)
    return value


def _check_file_name(config: Config) -> None:
    """The pattern must name one Python file a domain, in the suites folder."""
    pattern = config.file_name
    try:
        names = {
            name for _, name, _, _ in Formatter().parse(pattern) if name is not None
        }
    except ValueError:
        names = {""}
    good = "domain" in names and names <= {"domain", "category"}
    if not good or not pattern.endswith(".py") or "/" in pattern or "\\" in pattern:
        raise UsageError(
            f"`file_name` can not be {pattern!r}",
            path=config.source,
            hint=f"use {{domain}} and {{category}}, as in {_DEFAULT.file_name!r}",
        )
