"""Values that refer to others: `${section.name}` and `${env:NAME}`."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr, ValidationError

from assistant.config.fields import (
    RENAMED,
    Renamed,
    converter,
    is_secret,
    known,
    unknown,
)
from assistant.config.problems import Problem
from assistant.config.sources import Entry

_REFERENCE = re.compile(r"\$\$\{|\$\{(?P<name>[^{}]*)(?P<end>\}?)")


class _UnresolvedError(Exception):
    """A value has no meaning, for a reason that is among the problems."""


def resolve(
    entries: Mapping[str, Entry], environ: Mapping[str, str]
) -> tuple[dict[str, Any], list[Problem]]:
    """Fill in every reference, each after what it refers to, and convert texts.

    `$${` stands for the characters `${`. What a template becomes, and a text, is converted
    to the type of its setting.

    Args:
        entries: By path; all paths are known settings.
        environ: What `${env:NAME}` refers to.

    Returns:
        The values by path, and what is wrong with those that are missing there.
    """
    resolver = _Resolver(entries, environ)
    for path in entries:
        resolver.attempt(path)
    return resolver.values, resolver.problems


class _Resolver:
    def __init__(
        self, entries: Mapping[str, Entry], environ: Mapping[str, str]
    ) -> None:
        self._entries = entries
        self._environ = environ
        self._trail: list[str] = []
        self._failed: set[str] = set()
        self.values: dict[str, Any] = {}
        self.problems: list[Problem] = []

    def attempt(self, path: str) -> None:
        """Resolve one value, unless that has been tried."""
        if path in self.values or path in self._failed:
            return
        self._trail.append(path)
        try:
            self.values[path] = self._value(path, self._entries[path])
        except _UnresolvedError:
            self._failed.add(path)
        finally:
            self._trail.pop()

    def _value(self, path: str, entry: Entry) -> Any:
        value = entry.value
        filled = value
        if entry.form == "template" and isinstance(value, str):
            filled = _REFERENCE.sub(lambda found: self._reference(path, found), value)
        if entry.form == "text" or filled != value:
            filled = self._converted(path, filled)
        scalable = isinstance(filled, int | float) and not isinstance(filled, bool)
        return filled * entry.factor if scalable else filled

    def _converted(self, path: str, text: str) -> Any:
        try:
            return converter(path).validate_strings(text)
        except ValidationError as error:
            raise self._refused(path, error.errors()[0]["msg"]) from None

    def _refused(self, path: str, message: str) -> _UnresolvedError:
        self.problems.append(Problem(path, message, self._entries[path].source))
        return _UnresolvedError()

    def _reference(self, path: str, found: re.Match[str]) -> str:
        name = found["name"]
        if name is None:
            return "${"
        if not found["end"]:
            raise self._refused(path, f"${{{name} has no closing brace")
        if name.startswith("env:"):
            variable = name.removeprefix("env:")
            if variable not in self._environ:
                raise self._refused(path, f"the variable {variable} is not set")
            return self._environ[variable]
        return self._setting(path, name)

    def _setting(self, path: str, name: str) -> str:
        target, factor = RENAMED.get(name, Renamed(name))
        if target not in known():
            raise self._refused(path, f"${{{name}}} {unknown(name)}")
        if is_secret(target) and not is_secret(path):
            raise self._refused(path, f"${{{name}}} is secret and this is shown")
        if target in self._trail:
            circle = [*self._trail[self._trail.index(target) :], target]
            raise self._refused(path, " -> ".join(circle) + " is a circle")
        if target not in self._entries:
            raise self._refused(path, f"${{{name}}} has no value")
        self.attempt(target)
        if target in self._failed:
            raise _UnresolvedError
        value = self.values[target]
        return _text(value if factor == 1 else value / factor)


def _text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    return format(value, ".15g") if isinstance(value, float) else str(value)
