"""The settings of pytest: the file that they stand in, and what it says."""

from __future__ import annotations

import configparser
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["PytestSettings", "find_settings", "settings_in"]

_MAX_BYTES = 500_000
_OF_INI = "pytest"
_OF_SETUP = "tool:pytest"
_OF_TOML = "tool.pytest.ini_options"
_NATIVE = "tool.pytest"
_NAMES = (
    ("pytest.toml", _OF_INI),
    (".pytest.toml", _OF_INI),
    ("pytest.ini", _OF_INI),
    (".pytest.ini", _OF_INI),
    ("pyproject.toml", ""),
    ("tox.ini", _OF_INI),
    ("setup.cfg", _OF_SETUP),
)
"""Names of the files in pytest's order, with the section of each."""


@dataclass(frozen=True, slots=True)
class PytestSettings:
    """The settings that one file has.

    Attributes:
        path: The file, absolute.
        section: The name of the section or table in it.
        values: What stands there by key: texts, and in TOML whatever TOML has.
    """

    path: Path
    section: str
    values: Mapping[str, Any]

    @property
    def is_toml(self) -> bool:
        """Whether the file is TOML."""
        return self.path.suffix == ".toml"

    def words(self, key: str) -> tuple[str, ...]:
        """The entries of a setting that is a list of words; none if it is not there."""
        value = self.values.get(key, ())
        if isinstance(value, str):
            try:
                return tuple(shlex.split(value, comments=True))
            except ValueError:  # a quote that is not closed is one of the text
                return tuple(value.split())
        return tuple(str(item) for item in value) if _is_list(value) else (str(value),)

    def lines(self, key: str) -> tuple[str, ...]:
        """The entries of a setting that is a list of lines."""
        value = self.values.get(key, ())
        lines = value if _is_list(value) else str(value).splitlines()
        return tuple(str(line) for line in lines)


def find_settings(folder: Path) -> PytestSettings | None:
    """The settings of a pytest that is started in a folder, without arguments.

    Args:
        folder: Absolute.

    Returns:
        Those of the nearest folder upwards that has any; None if none has.
    """
    for place in (folder, *folder.parents):
        if found := settings_in(place):
            return found
    return None


def settings_in(folder: Path) -> PytestSettings | None:
    """The settings of the first file in a folder that has any.

    A file that can not be read or is not valid has none here; pytest says so itself.
    """
    for name, section in _NAMES:
        if found := _read(folder / name, section):
            return found
    return None


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _read(path: Path, section: str) -> PytestSettings | None:
    try:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return None
        text = path.read_text("utf-8")
        found = _of_toml(path, text) if path.suffix == ".toml" else None
        if path.suffix != ".toml":
            parser = configparser.RawConfigParser(strict=False)
            parser.read_string(text)
            if section in parser:
                return PytestSettings(path, section, dict(parser[section]))
    except (OSError, ValueError, configparser.Error, AttributeError, RecursionError):
        found = None
    if found is None and path.name.removeprefix(".") in {"pytest.ini", "pytest.toml"}:
        return PytestSettings(path, section, {})  # an empty one counts as well
    return found


def _of_toml(path: Path, text: str) -> PytestSettings | None:
    data = tomllib.loads(text)
    if path.name != "pyproject.toml":
        return PytestSettings(path, _OF_INI, data.get("pytest", {}))
    table = data.get("tool", {}).get("pytest")
    if table is None:
        return None
    options = table.get("ini_options")
    if options is not None:
        return PytestSettings(path, _OF_TOML, options)
    return PytestSettings(path, _NATIVE, table) if table else None
