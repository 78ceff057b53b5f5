"""What files of a tree define, asked for over the borders of files. Pure but for `read`."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from suiteloom.audit.engine.facts import Definitions, FileFacts

__all__ = ["Library"]

Read = Callable[[str], Definitions | None]
"""Gives what a file defines by its path; None if there is no such file."""

_UNITTEST = frozenset(
    f"unittest.{name}"
    for name in (
        "TestCase",
        "case.TestCase",
        "IsolatedAsyncioTestCase",
        "async_case.IsolatedAsyncioTestCase",
        "FunctionTestCase",
    )
)


class Library:
    """Where references lead to, in the files of a tree."""

    def __init__(
        self,
        files: Iterable[FileFacts],
        read: Read | None = None,
        folders: Sequence[str] = ("", "src", "lib"),
        installed: Sequence[str] = (),
        markers: Callable[[], frozenset[str] | None] = frozenset,
    ) -> None:
        """Take what is known.

        Args:
            files: The files that were examined.
            read: Reads any other file that a reference leads to; None: no other is there.
            folders: Where modules are looked for besides the folders around a file.
            installed: Folders of installed modules, asked for bases of classes only.
            markers: Gives what code of the project and of plugins registers; None if
                nobody can tell. It is asked once, if at all.
        """
        self._known: dict[str, Definitions | None] = {f.path: f.defined for f in files}
        self._read = read
        self._folders = tuple(folders)
        self._installed = tuple(installed)
        self._markers = cache(markers)
        self._homes: dict[tuple[str, str], tuple[str, str]] = {}
        self._unittest: dict[tuple[str, str], bool | None] = {}
        self._users: dict[tuple[str, str], bool] | None = None

    def registers(self, marker: str) -> bool:
        """Tell whether code of the project or of a plugin may register a marker."""
        markers = self._markers()
        return markers is None or marker in markers

    def take(self, path: str) -> None:
        """Read a file that may use what others define."""
        self._definitions(path)

    def is_calm(self, path: str, references: Iterable[str]) -> bool:
        """Tell whether nothing that references of a file lead to can fail a test.

        What leads to something that is in no file, or may fail, is not calm.
        """
        seen: set[tuple[str, str]] = set()
        waiting = [(path, reference) for reference in references]
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            found = self._routine(*place)
            if found is None:
                return False
            waiting += found
        return True

    def _routine(self, path: str, reference: str) -> list[tuple[str, str]] | None:
        """What a reference leads on to; None if it may fail a test or is not known."""
        if reference.startswith("fixture:"):
            return self._fixture(path, reference.partition(":")[2])
        home, name = self._home(path, reference)
        defined = self._definitions(home) if home else None
        if defined is None:
            return None
        owner, _, member = name.rpartition(".")
        routine = defined.routines.get(member)
        if routine is not None:
            if routine.fails or routine.is_open:
                return None
            return [(home, lead) for lead in routine.leads]
        bases = defined.classes.get(owner)
        if bases:
            return [(home, f"{base}.{member}") for base in bases]
        return None

    def _fixture(self, path: str, name: str) -> list[tuple[str, str]] | None:
        """What a fixture leads on to: the nearest conftest.py that has it says so."""
        folder = posixpath.dirname(path)
        for place in _upwards(folder):
            home = posixpath.join(place, "conftest.py")
            defined = self._definitions(home)
            if defined is not None and name in defined.routines:
                return [(home, f"@{name}")]
        return None

    def is_unittest(self, path: str, reference: str) -> bool | None:
        """Tell whether a class is one of unittest's; None if nobody can tell."""
        if reference in _UNITTEST:
            return True
        key = (path, reference)
        if key not in self._unittest:
            self._unittest[key] = None  # a class is no base of itself
            self._unittest[key] = self._decide(path, reference)
        return self._unittest[key]

    def _decide(self, path: str, reference: str) -> bool | None:
        home, name = self._home(path, reference)
        defined = self._definitions(home) if home else None
        if defined is None or name not in defined.classes:
            return self._installed_one(reference)
        found = [self.is_unittest(home, base) for base in defined.classes[name]]
        if any(found):
            return True
        return None if None in found else False

    def _installed_one(self, reference: str) -> bool | None:
        """What is known of a class of an installed module."""
        module, _, name = reference.rpartition(".")
        parts = module.split(".")
        if not module or not parts[0]:
            return None
        for folder in self._installed:
            stem = posixpath.join(folder, *parts)
            for home in (f"{stem}.py", posixpath.join(stem, "__init__.py")):
                if self._definitions(home) is not None:
                    return self.is_unittest(home, f"@{name}")
        return None

    def is_used(self, path: str, name: str) -> bool:
        """Tell whether another class derives from a class, or another file uses it."""
        if self._users is None:
            self._users = {}
            for user, defined in list(self._known.items()):
                for reference, is_use in _mentions(defined):
                    home = self._home(user, reference)
                    if home[0] and (is_use or reference[0] == "@" or home[0] != user):
                        self._users[home] = True
        return (path, name) in self._users

    def _home(self, path: str, reference: str) -> tuple[str, str]:
        """The file that a reference leads to, and what is left of it; empty if none."""
        key = (path, reference)
        if key not in self._homes:
            self._homes[key] = ("", "")
            self._homes[key] = self._find(path, reference)
        return self._homes[key]

    def _find(self, path: str, reference: str) -> tuple[str, str]:
        if reference[:1] == "@":
            return path, reference[1:]
        if reference[:1] in {"", "?"}:
            return "", ""
        dots = len(reference) - len(reference.lstrip("."))
        parts = reference.lstrip(".").split(".")
        for count in range(len(parts) - 1, -1, -1):
            for home in self._modules(path, dots, parts[:count]):
                if self._definitions(home) is not None:
                    return self._exported(home, ".".join(parts[count:]))
        return "", ""

    def _modules(self, path: str, dots: int, parts: Sequence[str]) -> Iterator[str]:
        """Paths at which a module may be."""
        if not dots and not parts:
            return
        folder = posixpath.dirname(path)
        if dots:
            for _ in range(dots - 1):
                folder = posixpath.dirname(folder)
            folders: Iterable[str] = [folder]
        else:
            folders = dict.fromkeys([*_upwards(folder), *self._folders])
        for place in folders:
            stem = posixpath.join(place, *parts)
            if parts:
                yield f"{stem}.py"
            yield posixpath.join(stem, "__init__.py")

    def _exported(self, home: str, name: str) -> tuple[str, str]:
        """Follow a name that a module has from another one."""
        defined = self._definitions(home)
        first, _, rest = name.partition(".")
        if defined is None or first in defined.routines or first in defined.classes:
            return home, name
        dotted = defined.names.get(first)
        for source in [dotted] if dotted else [f"{s}.{first}" for s in defined.stars]:
            found = self._home(home, f"{source}.{rest}" if rest else source)
            if found[0]:
                return found
        return home, name

    def _definitions(self, path: str) -> Definitions | None:
        if path not in self._known:
            self._known[path] = self._read(path) if self._read is not None else None
        return self._known[path]


def _upwards(folder: str) -> Iterator[str]:
    """A folder and those around it, up to the root: of the tree, or of the machine."""
    while folder:
        yield folder
        if folder == posixpath.dirname(folder):
            return
        folder = posixpath.dirname(folder)
    yield ""


def _mentions(defined: Definitions | None) -> Iterator[tuple[str, bool]]:
    """References to bases of classes, and to what else a file uses."""
    if defined is None:
        return
    for bases in defined.classes.values():
        yield from ((base, False) for base in bases if base != "?")
    yield from ((dotted, True) for dotted in defined.uses)
