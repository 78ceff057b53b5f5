"""The packages under test as they stood at one time, and what changed since. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["CodeAge", "CodeChange", "CodeState", "code_age"]

CodeVerdict = Literal["same", "stale", "unknown"]


@dataclass(frozen=True, slots=True)
class CodeState:
    """What the packages under test were at one time.

    Attributes:
        files: By the name of a package, as the configuration has it, the SHA-256 in
            hexadecimal digits of each of its files by path: POSIX, relative to the
            project root; of a package elsewhere, to the folder that it is in.
        unknown: Why it is not known what a package was, by its name.
    """

    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)

    @property
    def digests(self) -> dict[str, str]:
        """One SHA-256 in hexadecimal digits of each package that is known, by name."""
        return {name: _digest(files) for name, files in self.files.items()}

    @property
    def contents(self) -> dict[str, str]:
        """The same of what the files of each package hold, wherever it is installed."""
        held = {name: sorted(files.values()) for name, files in self.files.items()}
        return {
            name: hashlib.sha256("\n".join(digests).encode()).hexdigest()
            for name, digests in held.items()
        }


@dataclass(frozen=True, slots=True)
class CodeChange:
    """One file of a package that is not what it was.

    `path` is empty where the package as a whole can not be read any more.
    """

    package: str
    path: str
    change: Literal["added", "changed", "removed", "lost"]

    def __str__(self) -> str:
        """What happened, in a few words."""
        if not self.path:
            return f"{self.package} can not be read any more"
        return f"{self.path} {self.change}"


@dataclass(frozen=True, slots=True)
class CodeAge:
    """How results stand to the code under test as it is now.

    Attributes:
        changes: What changed since they came about, each file once.
        unknown: Why it is not known whether anything else did, one phrase a reason.
    """

    changes: tuple[CodeChange, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def verdict(self) -> CodeVerdict:
        """Whether they are stale; ``same`` only if all is known and nothing changed."""
        if self.changes:
            return "stale"
        return "unknown" if self.unknown else "same"

    def said(self, most: int) -> str:
        """What changed, in words: the first few files, and how many more."""
        first = ", ".join(map(str, self.changes[:most]))
        more = len(self.changes) - most
        return f"{first} and {more:,} more" if more > 0 else first


def code_age(then: CodeState | None, now: CodeState) -> CodeAge:
    """Compare the packages under test with what they were.

    Args:
        then: What they were; None if nobody noted it.
        now: What they are, of the packages that are configured now.
    """
    if not now.files and not now.unknown:
        return CodeAge(
            unknown=("no package under test is configured (`coverage` names them)",)
        )
    if then is None:
        return CodeAge(unknown=("the run did not note what the code was",))
    changes: dict[str, CodeChange] = {}
    unknown: list[str] = []
    for name in dict.fromkeys([*now.files, *now.unknown]):
        before, after = then.files.get(name), now.files.get(name)
        if before is None:
            reason = then.unknown.get(name, "was not among the packages of the run")
            unknown.append(f"{name} {now.unknown.get(name, reason)}")
        elif after is None:
            changes[name] = CodeChange(name, "", "lost")
        else:
            for change in _changes(name, before, after):
                changes.setdefault(change.path, change)
    return CodeAge(tuple(changes.values()), tuple(unknown))


def _changes(
    name: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[CodeChange]:
    """The files of a package that differ, by path."""
    for path in sorted(before.keys() | after.keys()):
        if path not in before:
            yield CodeChange(name, path, "added")
        elif path not in after:
            yield CodeChange(name, path, "removed")
        elif before[path] != after[path]:
            yield CodeChange(name, path, "changed")


def _digest(files: Mapping[str, str]) -> str:
    lines = "".join(f"{path}\0{digest}\n" for path, digest in sorted(files.items()))
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()
