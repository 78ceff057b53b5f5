"""One configuration out of all its sources, checked as a whole."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import SecretStr, ValidationError

from assistant.config.fields import RENAMED, Renamed, flat, is_secret, known, unknown
from assistant.config.problems import ConfigurationError, Problem
from assistant.config.rules import SIGNING, broken_rules
from assistant.config.settings import Settings
from assistant.config.sources import Entry, Layer, Sources, gather
from assistant.config.templates import resolve
from assistant.masking import MASK, mask


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings that are valid, and where each came from.

    Attributes:
        settings: What everything else works with.
        values: Each setting by its path; secrets as `SecretStr`.
        sources: The source of each setting by its path, as in `Problem`.
        warnings: Names of earlier releases that are in use.
    """

    settings: Settings = field(repr=False)
    values: Mapping[str, Any] = field(repr=False)
    sources: Mapping[str, str] = field(repr=False)
    warnings: tuple[Problem, ...]

    def source_of(self, path: str) -> str:
        """Return where a setting comes from.

        Raises:
            ConfigurationError: There is no such setting.
        """
        if path not in self.sources:
            raise ConfigurationError([Problem(path, unknown(path), "source_of")])
        return self.sources[path]

    @property
    def fingerprint(self) -> str:
        """A SHA-256 digest in hexadecimal digits: equal if every value is equal."""
        return digest(self.values)

    def digests(self, paths: Iterable[str] = SIGNING) -> dict[str, str]:
        """Return a digest of each of some settings by path.

        Services compare these to see whether they agree without telling their secrets.
        """
        return {path: digest({path: self.values[path]}) for path in paths}

    def masked(self) -> dict[str, Any]:
        """Return everything in sections, fit to show."""
        shown: dict[str, Any] = {}
        for path in self.values:
            section, _, name = path.rpartition(".")
            holder = shown.setdefault(section, {}) if section else shown
            holder[name] = self.shown(path)
        return shown

    def shown(self, path: str) -> Any:
        """Return a value that is fit to show; a secret is `***`."""
        return MASK if is_secret(path) else mask(self.values[path])


def digest(values: Mapping[str, Any]) -> str:
    """Return a SHA-256 digest of some values, in hexadecimal digits."""
    plain = {
        path: value.get_secret_value() if isinstance(value, SecretStr) else value
        for path, value in values.items()
    }
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


def load(
    directory: Path | None,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any] | None = None,
) -> Configuration:
    """Gather every source, the later above the earlier, and check the result.

    Defaults, `base.yaml`, the file of the environment (each below its heirs by `extends`),
    the files in `secrets/` (named `auth.jwt_secret`), variables such as
    `ASSISTANT_CHAT__IDLE_LIMIT_S`, overrides. ENVIRONMENT names the environment, "dev" if it
    is not there; an override of `environment` comes before it.

    Args:
        directory: Holds the files; None if there are none.
        environ: The environment variables.
        overrides: Sections with names and values, or paths and values.

    Raises:
        ConfigurationError: Something is wrong; it names everything that is.
    """
    return build(gather(directory, environ, overrides or {}))


def build(sources: Sources) -> Configuration:
    """Check what was gathered.

    Raises:
        ConfigurationError: Something is wrong; it names everything that is.
    """
    problems = list(sources.problems)
    warnings: list[Problem] = []
    entries = {
        path: Entry(info.get_default(), "defaults", "plain")
        for path, info in known().items()
        if not info.is_required()
    }
    for each in (*sources.layers, tuple(sources.updates.items())):
        entries.update(_present(each, problems, warnings))
    values, unresolved = resolve(entries, sources.environ)
    problems += unresolved
    problems += broken_rules(sources.environment, values, entries)
    try:
        settings = Settings(**_nested(values))
    except ValidationError as error:
        problems += _refusals(error, entries)
    if problems:
        raise ConfigurationError(problems)
    return Configuration(
        settings,
        MappingProxyType(flat(settings)),
        MappingProxyType({path: entry.source for path, entry in entries.items()}),
        tuple(sorted(set(warnings))),
    )


def _present(
    entries: Layer, problems: list[Problem], warnings: list[Problem]
) -> Iterator[tuple[str, Entry]]:
    """Yield the entries of one layer under the present names of their settings."""
    seen: set[str] = set()
    for path, entry in entries:
        old = path in RENAMED and entry.form != "plain"
        now, factor = RENAMED[path] if old else Renamed(path)
        if now not in known():
            problems.append(Problem(path, unknown(path), entry.source))
        elif now in seen:
            problems.append(Problem(now, "is given twice", entry.source))
        else:
            seen.add(now)
            if old:
                warnings.append(Problem(path, f"is called {now} now", entry.source))
            yield now, replace(entry, factor=factor)


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path in known():
        section, _, name = path.rpartition(".")
        holder = tree.setdefault(section, {}) if section else tree
        if path in values:
            holder[name] = values[path]
    return tree


def _refusals(
    error: ValidationError, entries: Mapping[str, Entry]
) -> Iterator[Problem]:
    for each in error.errors():
        path = ".".join(str(part) for part in each["loc"])
        if path not in entries:
            yield Problem(path, "has no value", "defaults")
        elif each["type"] != "missing":
            yield Problem(path, each["msg"], entries[path].source)
