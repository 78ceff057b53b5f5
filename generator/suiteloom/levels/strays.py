"""Levels 1 and 3: what the two folders hold that no spec accounts for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from string import Formatter

from suiteloom.levels.facts import SuiteFacts, TestFacts
from suiteloom.model import Config, Finding, Severity

__all__ = ["check_passed_over", "check_strays", "is_test_file", "unreadable"]

_PATTERNS = ("test_*.py", "*_test.py")
"""What pytest takes for files of tests, unless a project says otherwise."""


_SAYS_SO = re.compile(rb"^(?:\xef\xbb\xbf)?[\"']?suiteloom[\"']?[ \t]*:", re.MULTILINE)


def check_passed_over(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Name the YAML files that are not read, because of where they are or their name.

    Args:
        files: Bytes of each by path.

    Yields:
        One finding a file: an error if it says of itself that it is a spec.
    """
    for path, data in files.items():
        is_spec = _SAYS_SO.search(data) is not None
        what = "a spec" if is_spec else "a YAML file"
        message = f"{what} that is not read: specs are *.yaml and *.yml directly in the"
        message += " folder of specs, and not hidden"
        hint = "rename or move it, or take it out of the folder"
        severity: Severity = "error" if is_spec else "warning"
        yield Finding("SP111", severity, message, path, 0, 0, hint)


def check_strays(
    path: str, facts: SuiteFacts, homes: Mapping[str, str], config: Config
) -> Iterator[Finding]:
    """Find the tests of a file that no spec puts there.

    Args:
        path: Any Python file of the suites folder.
        facts: What its syntax tree says.
        homes: The suite that each specified id belongs to.
        config: Says how suites are named.

    Yields:
        One error a test, orphans left out. A test without a marker counts in a
        suite and in a file that pytest takes for one of tests by its name.
    """
    is_suite = path in homes.values()
    for test in facts.tests:
        home = homes.get(test.id)
        if test.is_orphan or home == path:
            continue
        if home is not None:
            message = f"{test.id} {test.name} stands here, and its spec writes {home}"
            hint = "keep one of the two"
            yield _finding("ST313", message, path, test, hint)
        elif test.id:
            message = f"no spec names {test.id} {test.name}"
            hint = "specify it, or remove its marker and move it out of the folder"
            yield _finding("ST303", message, path, test, hint)
        elif is_suite or is_test_file(path, config):
            message = f"no spec names {test.name}"
            hint = "specify it, or move it out of the generated suite"
            yield _finding("ST303", message, path, test, hint)


def is_test_file(path: str, config: Config) -> bool:
    """Whether a file is one of tests by its name, as pytest or the project has it."""
    parts = Formatter().parse(config.file_name)
    own = "".join(
        text + ("*" if name is not None else "") for text, name, _, _ in parts
    )
    name = path.rpartition("/")[2]
    return any(fnmatch(name, pattern) for pattern in (*_PATTERNS, own))


def unreadable(path: str, reason: str, line: int) -> Finding:
    """Say that a file of the suites folder is no Python, so nothing is known of it."""
    message = f"can not be read, so its tests are not known: {reason}"
    hint = "mend it, or move it out of the folder"
    return Finding("ST314", "error", message, path, line, 0, hint)


def _finding(code: str, message: str, path: str, test: TestFacts, hint: str) -> Finding:
    return Finding(code, "error", message, path, test.line, 0, hint, test.id)
