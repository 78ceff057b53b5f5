"""Where the project is, and what its configuration says.

Every text that is rendered into a suite is checked here, so that none of them can be
more than the name or the line of text that it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suiteloom.errors import SuiteloomError, UsageError
from suiteloom.model import Config
from suiteloom.model.config import COMMENT_POLICIES
from suiteloom.model.identifiers import (
    closest,
    dotted_problem,
    marker_problem,
    short,
)
from suiteloom.store.config_source import ConfigSource, read_source
from suiteloom.store.files import reserved_part

if TYPE_CHECKING:
    from suiteloom.model import AuditConfig, HistoryConfig

__all__ = ["find_root", "has_config", "load_config", "project_name"]

_FILES = ("suiteloom.toml", "pyproject.toml")
_DEFAULT = Config()
_NO_KEYS = frozenset({"source", "own"})
_POLICIES = ("report", "fail")
_MOST = 10_000
_INHERITED = ("repeat", "omit")
_PARALLEL = ("auto", "never")
_FILE_NAME = r"(?:[A-Za-z0-9_.-]|\{domain\}|\{category\})+\.py"
_SERVICE = r"\w[\w.-]*"

_Problem = Callable[[str], str]
"""Says why a text can not be the value of a key, or nothing."""


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
    return (folder / _FILES[0]).is_file() or _in_pyproject(folder) is not None


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
    source = read_source(own) if own.is_file() else _in_pyproject(root)
    config = _DEFAULT if source is None else _config(source)
    _check_folders(root, config, source or ConfigSource(""))
    return replace(config, own=tuple(_own_modules(root, config, source)))


def project_name(root: Path) -> str:
    """What a project is called: in pyproject.toml, or else as its folder is.

    Args:
        root: The project's folder.

    Raises:
        UsageError: If pyproject.toml is no TOML.
    """
    source = read_source(root / _FILES[1])
    name = source.below("project", "name").table if source else None
    return name if isinstance(name, str) and name else root.name


def _own_modules(
    root: Path, config: Config, source: ConfigSource | None
) -> Iterator[str]:
    """The modules of base classes that sorters of imports call first-party, sorted.

    That is what stands in the root, in ``src``, or where ``src`` of ruff's settings says.
    """
    folders = [root, root / "src"]
    with suppress(SuiteloomError):  # a pyproject.toml need not be ours, nor in order
        is_read = source is not None and source.name == _FILES[1]
        settings = source if is_read else read_source(root / _FILES[1])
        named = settings.below("tool", "ruff", "src").table if settings else None
        if isinstance(named, list):
            folders += [root / name for name in named if isinstance(name, str)]
    for name in sorted({base.rpartition(".")[0] for base in config.bases}):
        places = [folder.joinpath(*name.split(".")) for folder in folders]
        if any(place.is_dir() or _as_file(place).is_file() for place in places):
            yield name


def _as_file(module: Path) -> Path:
    return module.with_name(f"{module.name}.py")


def _check_folders(root: Path, config: Config, source: ConfigSource) -> None:
    """Make sure that no folder lies elsewhere than its name says, links followed.

    Raises:
        UsageError: If one leads out of the project, or to what git or suiteloom keep.
    """
    inside = root.resolve()
    places: dict[tuple[str, ...], str]
    places = {(name,): getattr(config, name) for name in _FOLDERS}
    places["audit", "baseline"] = config.audit.baseline
    for keys, folder in places.items():
        if not folder:
            continue
        try:
            found = (root / folder).resolve()
        except (OSError, RuntimeError):  # links in a circle: there is no such folder
            continue
        where = ".".join(keys)
        hint = "replace the link by a folder of the project"
        if not found.is_relative_to(inside):
            message = f"`{where}`: {folder} leads out of the project through a link"
            raise source.error(keys, message, hint)
        if part := reserved_part(found.relative_to(inside)):
            message = f"`{where}`: {folder} leads into {part} through a link"
            raise source.error(keys, message, hint)


def _in_pyproject(folder: Path) -> ConfigSource | None:
    """A folder's pyproject.toml, if it has a table [tool.suiteloom]."""
    source = read_source(folder / _FILES[1])
    if source is None:
        return None
    source = source.below("tool", "suiteloom")
    if source.table is None:
        return None
    if not isinstance(source.table, dict):
        raise source.error((), "`tool.suiteloom` must be a table")
    return source


def _config(source: ConfigSource) -> Config:
    known = {item.name: item for item in fields(Config) if item.name not in _NO_KEYS}
    values: dict[str, Any] = {}
    for key, value in source.table.items():
        name = key.replace("-", "_")
        if name not in known:
            close = closest(name, known)
            hint = f"did you mean `{close}`?" if close else f"known: {', '.join(known)}"
            raise source.error((key,), f"unknown key `{short(key)}`", hint)
        if name in _READERS:
            values[name] = _READERS[name](value, source, key)
        else:
            values[name] = _value(name, value, key, source)
    return Config(source=source.name, **values)


def _value(name: str, value: Any, key: str, source: ConfigSource) -> Any:
    """Check one value against the type of its default, and each text in it."""
    default = getattr(_DEFAULT, name)
    several = isinstance(default, tuple)
    if several:
        if not isinstance(value, list) or not all(isinstance(i, str) for i in value):
            raise source.error((key,), f"`{name}` must be a list of texts")
    elif not isinstance(value, str):
        raise source.error((key,), f"`{name}` must be a text")
    problem, hint = _PROBLEMS[name]
    for text in value if several else [value]:
        if wrong := _text_problem(text) or problem(text):
            message = f"`{name}` can not {'have' if several else 'be'} {_shown(text)}: "
            raise source.error((key,), f"{message}it {wrong}", hint, text)
    if several:
        return tuple(value)
    return Path(value).as_posix() if value and name in _FOLDERS else value


def _audit(value: Any, source: ConfigSource, key: str) -> AuditConfig:
    from suiteloom.store.audit_config import read_audit_config

    return read_audit_config(value, source, key)


def _history(value: Any, source: ConfigSource, key: str) -> HistoryConfig:
    from suiteloom.store.history_config import read_history_config

    return read_history_config(value, source, key)


def _count(value: Any, source: ConfigSource, key: str) -> int:
    """Check a number of things."""
    if type(value) is not int or not 0 <= value <= _MOST:
        name = key.replace("-", "_")
        message = f"`{name}` must be a whole number from 0 to {_MOST:,}"
        raise source.error((key,), message)
    return value


def _shown(text: str) -> str:
    return f"'{short(text)}'"


def _text_problem(text: str) -> str:
    """Why a value is no line of text."""
    from suiteloom.model.characters import describe, forbidden_character

    character = forbidden_character(text)
    return f"has a {describe(character)}" if character else ""


def _filled(text: str) -> str:
    if not text:
        return "is empty"
    return "has outer spaces" if text != text.strip() else ""


def _policy(text: str) -> str:
    return "" if text in _POLICIES else "says nothing"


def _inherited(text: str) -> str:
    return "" if text in _INHERITED else "says nothing"


def _parallel(text: str) -> str:
    return "" if text in _PARALLEL else "says nothing"


def _comment(text: str) -> str:
    return "" if text in COMMENT_POLICIES else "says nothing"


def _folder(text: str) -> str:
    folder = Path(text)
    if not text:
        return "is empty"
    if folder.is_absolute() or ".." in folder.parts:
        return "leaves the project"
    part = reserved_part(folder)
    return f"is in {part}, which is not the project's own" if part else ""


def _glob(text: str) -> str:
    return _filled(text) or _folder(text)


def _optional_folder(text: str) -> str:
    return _folder(text) if text else ""


def _class_path(text: str) -> str:
    return dotted_problem(text, 2)


def _service(text: str) -> str:
    return "" if re.fullmatch(_SERVICE, text) else "is no name of a service"


def _file_name(text: str) -> str:
    if not re.fullmatch(_FILE_NAME, text):
        return "is no pattern for the name of a Python file"
    if text.startswith("."):
        return "begins with a dot"
    return "" if "{domain}" in text else "does not say {domain}"


_AS_IN = f"as in {_DEFAULT.file_name!r}"
_IN_PROJECT = "name a folder inside the project"
_ONE_LINE = "write one line of visible text"
_CLASS = "write its path, such as package.module.Class"
_MARKER = "a marker is a Python name of letters, digits and underscores, such as slow"
_REPORT = f"use one of {', '.join(_POLICIES)}"
_FOLDERS = ("specs", "suites", "templates")
_READERS: Mapping[str, Callable[[Any, ConfigSource, str], Any]] = {
    "audit": _audit,
    "history": _history,
    "quarantine_max": _count,
}
"""What reads the values that are no texts."""

_PROBLEMS: Mapping[str, tuple[_Problem, str]] = {
    "specs": (_folder, _IN_PROJECT),
    "suites": (_folder, _IN_PROJECT),
    "templates": (_optional_folder, _IN_PROJECT),
    "file_name": (
        _file_name,
        f"use ASCII letters, digits, - . _ {{domain}} and {{category}}, {_AS_IN}",
    ),
    "base_class": (_class_path, _CLASS),
    "async_base_class": (_class_path, _CLASS),
    "customer_segments": (_filled, _ONE_LINE),
    "internal_segments": (_filled, _ONE_LINE),
    "goals": (_filled, _ONE_LINE),
    "categories": (marker_problem, _MARKER),
    "services": (_service, "use letters, digits, - . _ as in billing-api"),
    "markers": (marker_problem, _MARKER),
    "coverage": (_filled, "name a package or a folder"),
    "parallel": (_parallel, f"use one of {', '.join(_PARALLEL)}"),
    "bvj": (_policy, _REPORT),
    "inherited": (_inherited, f"use one of {', '.join(_INHERITED)}"),
    "pending": (_policy, _REPORT),
    "suspect": (_policy, _REPORT),
    "orphan": (_policy, _REPORT),
    "claims": (_glob, "name documents in the project, as in docs/**/*.md"),
    "comment": (_comment, f"use one of {', '.join(COMMENT_POLICIES)}"),
}
