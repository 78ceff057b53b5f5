"""The file that a configuration stands in: reading it, and saying where a key is in it."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from suiteloom.errors import StorageError, UsageError

__all__ = ["MAX_BYTES", "ConfigSource", "read_source"]

MAX_BYTES = 500_000
MAX_KEY_PARTS = 64
_SEARCHED_LINES = 2_000  # each costs a parse of what stands above it
_KEY_PART = r"""(?:[\w-]++|"[^"\n]*"|'[^'\n]*')"""
_LONG_KEY = rf"(?<![\w-])(?:{_KEY_PART}[ \t]*+\.[ \t]*+){{{MAX_KEY_PARTS}}}"
_NO_KEY = object()


@dataclass(frozen=True, slots=True)
class ConfigSource:
    r"""A configuration file.

    Attributes:
        name: Its name, for messages.
        text: What stands in it; line ends are ``\n``.
        data: The same, as TOML.
        prefix: Keys of the table that holds suiteloom's settings.
    """

    name: str
    text: str = ""
    data: Mapping[str, Any] | None = None
    prefix: tuple[str, ...] = ()

    @property
    def table(self) -> Any:
        """What stands under `prefix`, or None."""
        found = _at(self.data or {}, self.prefix)
        return None if found is _NO_KEY else found

    def below(self, *prefix: str) -> ConfigSource:
        """The same file, its settings looked for under other keys."""
        return ConfigSource(self.name, self.text, self.data, prefix)

    def error(
        self, keys: tuple[str, ...], message: str, hint: str = "", item: str = ""
    ) -> UsageError:
        """The error for a key, with the line on which it stands.

        Args:
            keys: From `prefix` downwards, as they are written.
            message: What is wrong.
            hint: What to do about it.
            item: The text in the key's value that is meant, if it is a list.
        """
        line = self._line((*self.prefix, *keys), item)
        return UsageError(message, path=self.name, line=line, hint=hint)

    def _line(self, keys: tuple[str, ...], item: str) -> int:
        """The 1-based line of a key or of a text in its value; 0 if it is not found.

        The key stands on the line behind the last beginning of the file that is TOML
        without it, and its value ends where that is TOML again.
        """
        lines = self.text.split("\n")
        start = 0
        for end in range(1, min(len(lines), _SEARCHED_LINES) + 1):
            try:
                data = tomllib.loads("\n".join(lines[:end]))
            except tomllib.TOMLDecodeError:
                continue
            if _at(data, keys) is _NO_KEY:
                start = end
                continue
            within = range(start, end)
            holds = (n for n in within if item and item in lines[n])
            return next(holds, start) + 1
        return 0


def read_source(path: Path) -> ConfigSource | None:
    """Read a TOML file.

    Args:
        path: It need not exist.

    Returns:
        What it holds, settings looked for at its top level; None if there is no file.

    Raises:
        UsageError: If it is no TOML, or larger or deeper than a configuration is.
        StorageError: If it can not be read.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise StorageError("is not a file", path=path.name, hint="move it away")
        if status.st_size > MAX_BYTES:
            raise _too_much(path, f"has over {MAX_BYTES:,} bytes")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StorageError(
            f"can not be read: {error.strerror}", path=path.name
        ) from error
    if len(data) > MAX_BYTES:
        raise _too_much(path, f"has over {MAX_BYTES:,} bytes")
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
        if text.count(".") >= MAX_KEY_PARTS and re.search(_LONG_KEY, text):
            raise _too_much(path, f"has a key of over {MAX_KEY_PARTS} parts")
        return ConfigSource(path.name, text, _parsed(text))
    except ValueError as error:  # of TOML, of UTF-8, or a number of thousands of digits
        raise UsageError(f"not valid TOML: {error}", path=path.name) from error
    except RecursionError as error:
        raise _too_much(path, "is nested too deeply") from error


@lru_cache(maxsize=1)  # it is asked for whether a file is ours, then for what it says
def _parsed(text: str) -> Mapping[str, Any]:
    return tomllib.loads(text)


def _too_much(path: Path, what: str) -> UsageError:
    hint = "a configuration is a few tables of short values"
    return UsageError(f"the file {what}", path=path.name, hint=hint)


def _at(data: Any, keys: tuple[str, ...]) -> Any:
    """What stands under keys, or `_NO_KEY`."""
    for key in keys:
        if not isinstance(data, Mapping) or key not in data:
            return _NO_KEY
        data = data[key]
    return data
