"""Lines that settings of pytest need, so that a plain `pytest` comes to the suites.

Read from the files, without starting pytest: what conftest files and plugins decide is
seen by `check`, which asks pytest itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from suiteloom.model import Config
from suiteloom.store import (
    PytestSettings,
    find_settings,
    has_config,
    load_config,
    settings_in,
)

__all__ = ["SettingsLine", "lines_for_suites"]

_CLASS, _FUNCTION = "TestExample", "test_example"


@dataclass(frozen=True, slots=True)
class SettingsLine:
    """One setting as it would have to be.

    Attributes:
        path: The file, relative to the project; it may stand above it.
        section: The section or table of it.
        key: The setting. All of its lines make way for the new one.
        line: What is to stand there in one line.
        why: What is so without it.
    """

    path: str
    section: str
    key: str
    line: str
    why: str


def lines_for_suites(root: Path) -> tuple[SettingsLine, ...]:
    """Say what settings of pytest keep suites out.

    Args:
        root: The project's folder, absolute; it need not have a configuration yet.

    Returns:
        One entry for each setting to change; none where pytest has no settings, or
        none that matter.
    """
    config = load_config(root) if root.is_dir() and has_config(root) else Config()
    settings = find_settings(root)
    lines = list(_of(settings, root, config)) if settings else []
    if above := _above(root):
        lines += _to_leave_out(above, root, config)
    return tuple(lines)


def _of(settings: PytestSettings, root: Path, config: Config) -> Iterator[SettingsLine]:
    """What the settings of the project itself would have to say."""
    pattern = config.file_name.format(domain="*", category="*")
    name = config.file_name.format(domain="x", category="x")

    def changed(key: str, words: list[str], why: str) -> SettingsLine:
        return _line(settings, root, key, words, why)

    is_own = settings.path.parent == root  # else pytest looks where it is started
    key, words = "testpaths", list(settings.words("testpaths"))
    if is_own and words and not _contains(words, root, config.suites):
        yield changed(
            key, [*words, config.suites], f"does not look into {config.suites}/"
        )
    tests: tuple[tuple[str, str, str, Callable[[str, str], bool]], ...] = (
        ("python_files", name, pattern, _matches_file),
        ("python_classes", _CLASS, "Test", _begins),
        ("python_functions", _FUNCTION, "test_", _begins),
    )
    for key, example, added, matches in tests:
        words = list(settings.words(key))
        if words and not any(matches(word, example) for word in words):
            what = {"python_files": "files", "python_classes": "classes"}
            kind = what.get(key, "functions")
            yield changed(key, [*words, added], f"takes no {kind} of suites for tests")
    key, words = "norecursedirs", list(settings.words("norecursedirs"))
    left = [word for word in words if not _is_on_the_way(word, config.suites)]
    if left != words:
        yield changed(key, left, f"does not go into {config.suites}/")


def _above(root: Path) -> PytestSettings | None:
    """The nearest settings above a project in its repository."""
    place = root
    while not (place / ".git").exists():
        if place == place.parent:
            return None
        place = place.parent
        if found := settings_in(place):
            return found
    return None


def _to_leave_out(
    above: PytestSettings, root: Path, config: Config
) -> Iterator[SettingsLine]:
    """What a pytest that is started above would have to be told, if it comes here."""
    folder = above.path.parent
    suites = (root / config.suites).relative_to(folder).as_posix()
    paths = above.words("testpaths")
    if paths and not _contains(list(paths), folder, suites):
        return
    words, option = list(above.words("addopts")), f"--ignore={suites}"
    if not any(_ignores(word, suites) for word in words):
        why = "comes to the suites from above, where suiteloom's plugin is not at work"
        yield _line(above, root, "addopts", [*words, option], why)


def _ignores(word: str, suites: str) -> bool:
    folder = word.removeprefix("--ignore=")
    return word != folder and _is_in(suites, folder)


def _line(
    settings: PytestSettings, root: Path, key: str, words: list[str], why: str
) -> SettingsLine:
    """One setting written as its file is: a list stays a list."""
    value = settings.values.get(key)
    if settings.is_toml and not isinstance(value, str):
        text = f"{key} = {json.dumps(words, ensure_ascii=False)}"
    else:
        joined = " ".join(_quoted(word) for word in words)
        text = f"{key} = {json.dumps(joined)}" if settings.is_toml else ""
        text = text or f"{key} = {joined}"
    path = Path(os.path.relpath(settings.path, root)).as_posix()
    return SettingsLine(path, settings.section, key, text, why)


def _quoted(word: str) -> str:
    """A word as pytest reads it from a text."""
    if not word or any(char.isspace() or char in "'\"\\#" for char in word):
        return "'" + word.replace("'", "'\\''") + "'"
    return word


def _contains(paths: list[str], base: Path, suites: str) -> bool:
    """Whether a setting of paths, patterns among them, leads to the suites."""
    for word in paths:
        found = [Path(path) for path in _globbed(base, word)] or [base / word]
        if any(_is_in(str(base / suites), os.path.normpath(path)) for path in found):
            return True
    return False


def _globbed(base: Path, word: str) -> list[Path]:
    try:
        return list(base.glob(word)) if any(char in word for char in "*?[") else []
    except (ValueError, NotImplementedError):
        return []


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder.rstrip('/')}/") or folder == "."


def _matches_file(word: str, name: str) -> bool:
    return fnmatch(name, word.rpartition("/")[2])


def _begins(word: str, name: str) -> bool:
    """As pytest does: a word is a beginning or, with its signs, a pattern."""
    return name.startswith(word) or (
        any(char in word for char in "*?[") and fnmatch(name, word)
    )


def _is_on_the_way(word: str, suites: str) -> bool:
    return any(fnmatch(part, word) for part in suites.split("/"))
