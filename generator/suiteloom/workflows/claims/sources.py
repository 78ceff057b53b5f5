"""Where numbers come from: the data of verbs, files counted, values of JSON files."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from suiteloom.claims.marker import Asked, Term
from suiteloom.claims.page import MAX_BYTES
from suiteloom.errors import StorageError
from suiteloom.model.dotted import LENGTH, PathError, lookup, path_parts
from suiteloom.model.identifiers import closest, short
from suiteloom.store import read_bytes
from suiteloom.store.files import reserved_part
from suiteloom.store.listing import matching, project_files
from suiteloom.workflows.claims.stale import stale_domains, why_stale
from suiteloom.workflows.project import Workspace

__all__ = ["SourceError", "Sources", "Value", "numeric"]

_COUNT = "count"
_BENCH = "bench"
_PARTS = re.compile(r'(?:"([^"]*)"|([^#"]+))(?:#(?:"([^"]*)"|(.+)))?', re.DOTALL)


class SourceError(ValueError):
    """A source that does not exist, or gives no number.

    Attributes:
        hint: What to write instead; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Value:
    """What a source says.

    Attributes:
        number: It; None if it is not known.
        key: The name that its unit is in, such as ``took_s``; may be empty.
        stale: Why it is not of the tree as it is; empty if it is.
    """

    number: Decimal | None
    key: str = ""
    stale: str = ""


class Sources:
    """The sources of a project, each asked at most once.

    Args:
        workspace: The project.
        verbs: By name of a verb, what gives the object that it prints as JSON, or None
            if there is nothing that it could say yet.
    """

    def __init__(
        self, workspace: Workspace, verbs: Mapping[str, Callable[[], Any]]
    ) -> None:
        self._workspace = workspace
        self._verbs = verbs
        self._data: dict[str, Any] = {}
        self._files: list[str] | None = None

    def data(self, verb: str) -> Any:
        """What a verb says; None if it says nothing yet.

        Raises:
            SourceError: If no verb of that name is a source.
        """
        if verb not in self._verbs:
            known = (*self._verbs, _COUNT, _BENCH)
            close = closest(verb, known)
            hint = f"did you mean {close}:?" if close else f"known: {', '.join(known)}"
            raise SourceError(f"{short(verb)!r} is no source", hint)
        if verb not in self._data:
            self._data[verb] = self._verbs[verb]()
        return self._data[verb]

    def value(self, asked: Asked) -> Value:
        """What a marker asks for.

        Raises:
            SourceError: If its path does not exist, or leads to no number.
        """
        first = self._term(asked.first)
        if asked.second is None:
            return first
        second = self._term(asked.second)
        stale = first.stale or second.stale
        if first.number is None or second.number is None:
            return Value(None, "share_percent", stale)
        if not second.number:
            return Value(None, "share_percent", stale)
        above = first.number - (second.number if asked.joined == "over" else 0)
        return Value(above / second.number * 100, "share_percent", stale)

    def _term(self, term: Term) -> Value:
        if term.number is not None:
            return Value(term.number)
        if term.verb == _COUNT:
            return Value(Decimal(self._count(term.path)))
        try:
            if term.verb == _BENCH:
                return self._bench(term.path)
            return self._said(term)
        except PathError as error:
            raise SourceError(str(error), error.hint) from error

    def _said(self, term: Term) -> Value:
        data = self.data(term.verb)
        names = path_parts(term.path)
        if data is None:
            return Value(None)
        if (
            term.verb == "report"
            and names[0] == "quality"
            and data["quality"]["problem"]
        ):
            return Value(None)
        try:
            found = lookup(data, term.path)
        except PathError as error:
            if not error.above or lookup(data, error.above) is not None:
                raise
            return Value(None)  # below what is not known
        stale = ""
        if domains := stale_domains(self.data("status")):
            stale = why_stale(term.verb, names, domains)
        return Value(numeric(found, term.path), names[-1], stale)

    def _bench(self, text: str) -> Value:
        file, path = _two(text, f"{_BENCH}:FILE.json#PATH")
        if not path:
            raise SourceError(
                f"{_BENCH}: names no value",
                f"as in `{_BENCH}:bench/results/a.json#a.b`",
            )
        place = PurePosixPath(file)
        root = self._workspace.root.resolve()
        target = (root / place).resolve()
        if (
            place.is_absolute()
            or not target.is_relative_to(root)
            or reserved_part(place)
        ):
            raise SourceError(f"{short(file)} is not in the project")
        data = self._bytes(file)
        try:
            found = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{short(file)} is no JSON") from error
        return Value(numeric(lookup(found, path), path), path_parts(path)[-1])

    def _count(self, text: str) -> int:
        """How many files match a glob, or how many of their lines hold a text."""
        glob, wanted = _two(text, f"{_COUNT}:GLOB or {_COUNT}:GLOB#TEXT")
        if self._files is None:
            self._files = project_files(self._workspace.root)
        found = matching(self._files, glob)
        if not wanted:
            return len(found)
        needle = wanted.encode()
        return sum(
            needle in line for path in found for line in self._bytes(path).splitlines()
        )

    def _bytes(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            SourceError: If it can not be read, or is large.
        """
        try:
            data = read_bytes(self._workspace.root, path, MAX_BYTES)
        except StorageError as error:
            raise SourceError(f"{short(path)} {error.message}", error.hint) from error
        if len(data) > MAX_BYTES:
            raise SourceError(f"{short(path)} has more than {MAX_BYTES:,} bytes")
        return data


def _two(text: str, form: str) -> tuple[str, str]:
    """What stands before and behind a ``#``."""
    match = _PARTS.fullmatch(text)
    if match is None:
        raise SourceError(f"{short(text)!r} can not be read", f"the form is {form}")
    return match[1] or match[2] or "", match[3] or match[4] or ""


def numeric(found: Any, path: str) -> Decimal | None:
    """A value as a number; None if it is not known.

    Raises:
        SourceError: If it is no number.
    """
    if found is None or (isinstance(found, float) and not math.isfinite(found)):
        return None
    if isinstance(found, int | float) and not isinstance(found, bool):
        return Decimal(repr(found))
    is_counted = isinstance(found, Mapping | list | tuple)
    hint = f"{path}.{LENGTH} counts it" if is_counted else ""
    raise SourceError(f"{short(path)} is no number", hint)
