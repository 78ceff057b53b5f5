"""From the bytes of a spec to plain data, refusing what YAML has and a spec does not.

libyaml's events are read one by one, so a hostile file costs no more than a valid
one: aliases are never followed, nothing is constructed, and reading stops at the first limit.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import yaml

from suiteloom.model import MAX_SPEC_BYTES, Finding
from suiteloom.model.characters import FORBIDDEN, describe
from suiteloom.model.identifiers import short
from suiteloom.specs.places import mark
from suiteloom.specs.stream import DirectiveError, read_events
from suiteloom.specs.syntax import (
    SENTENCE_LISTS,
    comma_hint,
    comment_hint,
    cut_text,
    split_text,
    syntax_finding,
)

__all__ = [
    "MAX_CASE_KEYS",
    "MAX_DEPTH",
    "MAX_FINDINGS",
    "MAX_KEYS",
    "MAX_NODES",
    "parse",
]

MAX_DEPTH = 12
MAX_KEYS = 50
MAX_CASE_KEYS = 256
MAX_NODES = 400_000
MAX_FINDINGS = 100
"""Findings of one file after which the rest of it is not looked at."""

_Scalar = yaml.ScalarEvent  # a name of our own is looked up faster
_MappingEnd, _SequenceEnd = yaml.MappingEndEvent, yaml.SequenceEndEvent

_TOO_DEEP = f"more than {MAX_DEPTH} levels deep"
_FLATTEN = "flatten it"
_BOOLEANS = {"true": True, "false": False}
_BOOLEAN_KEYS = frozenset({"async", "mission_critical"})
_NUMBER_KEYS = frozenset({"suiteloom", "annual_usd", "tests", "groups"})
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER_LIKE = re.compile(
    r"[-+]?(\.?[0-9]|\.inf$|\.nan$)[0-9_.:xobea-f+\-]*", re.IGNORECASE
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].*)?")
_AMBIGUOUS = frozenset(
    {"yes", "no", "on", "off", "y", "n", "true", "false", "null", "~"}
)
_FORBIDDEN_LIMIT = 20
_ESCAPED = re.compile(f"{FORBIDDEN.pattern}|\r")
_LINE_END = re.compile(r"\r\n?|\n")


def parse(source: bytes, path: str) -> tuple[Any, list[Finding]]:
    """Read one spec.

    Texts stay as they are written. Plain scalars become booleans and integers under the
    keys whose values are such, and JSON values inside the ``with`` of a case.

    Args:
        source: The file, as it is on disk.
        path: Named by the findings.

    Returns:
        Dicts, lists and scalars, and the findings; data is None if reading stopped at
        one. With findings and data, what stands at the places of the findings is not
        to be judged again.
    """
    text, findings = _decode(source, path)
    if findings:
        return None, findings
    try:
        return _Reader(path, findings).read(text), findings
    except _StopError:
        pass
    except yaml.MarkedYAMLError as error:
        findings.append(_syntax_finding(error, text, path))
    except DirectiveError as error:
        place = _place(text, error.offset)
        message, hint = "refused: a directive (%)", "remove the line"
        findings.append(Finding("SP103", "error", message, path, *place, hint))
    except (yaml.YAMLError, ValueError) as error:
        findings.append(Finding("SP102", "error", f"not valid YAML: {error}", path))
    return None, findings


def _decode(source: bytes, path: str) -> tuple[str, list[Finding]]:
    """Decode as UTF-8 without control characters, or say where it is not."""
    if len(source) > MAX_SPEC_BYTES:
        message = f"the spec has over {MAX_SPEC_BYTES:,} bytes"
        hint = "split the domain in two"
        return "", [Finding("SP101", "error", message, path, hint=hint)]
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8", "replace")
        place = _place(before, len(before))
        message, hint = "the spec is not UTF-8", "save the file as UTF-8"
        return "", [Finding("SP101", "error", message, path, *place, hint)]
    return text, [
        _character_finding(match.group(), path, *_place(text, match.start()))
        for match, _ in zip(
            FORBIDDEN.finditer(text), range(_FORBIDDEN_LIMIT), strict=False
        )
    ]


def _character_finding(character: str, path: str, line: int, column: int) -> Finding:
    message = describe(character)
    hint = "remove it; texts of a spec are single lines of visible characters"
    return Finding("SP101", "error", message, path, line, column, hint)


def _place(text: str, offset: int) -> tuple[int, int]:
    """1-based line and column of an offset."""
    ends = [match.end() for match in _LINE_END.finditer(text, 0, offset)]
    return len(ends) + 1, offset - (ends[-1] if ends else 0) + 1


def _syntax_finding(error: yaml.MarkedYAMLError, text: str, path: str) -> Finding:
    found = syntax_finding(error, text, path)
    if "nesting depth" in found.message:  # newer libyaml has a limit past ours
        message = f"refused: {_TOO_DEEP}"
        return replace(found, code="SP103", message=message, hint=_FLATTEN)
    return found


class _StopError(Exception):
    """A limit was reached; reading does not go on."""


class _Reader:
    """Turns the events of one file into data; recursion is bounded by `MAX_DEPTH`."""

    def __init__(self, path: str, findings: list[Finding]) -> None:
        self._path = path
        self._findings = findings
        self._nodes = 0

    def read(self, text: str) -> Any:
        """Read the one document of `text`."""
        parser = read_events(text)
        self._next = parser.get_event
        self._text = text
        self._has_marks = "#" in text
        self._next()
        event = self._next()
        if type(event) is yaml.StreamEndEvent:
            message, hint = "the file is empty", "`suiteloom schema` describes a spec"
            self._findings.append(
                Finding("SP102", "error", message, self._path, hint=hint)
            )
            return None
        data = self._node(self._next(), "", "", 0, free=False)
        self._next()
        event = self._next()
        if type(event) is not yaml.StreamEndEvent:
            self._refuse(event, "a second document", "keep one document a file")
        return data

    def _node(self, event: Any, key: str, owner: str, depth: int, *, free: bool) -> Any:
        """Read the value that starts with `event`.

        `key` is empty for an entry of a list, and `owner` is the key of the list then.
        """
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._stop(event, f"more than {MAX_NODES:,} values", "split the domain")
        kind = type(event)
        if kind is _Scalar:
            if event.anchor is not None or event.tag is not None:
                self._refuse_properties(event)
            return self._scalar(event, key, owner, free=free)
        if kind is yaml.AliasEvent:
            alias = short(event.anchor)
            self._refuse(event, f"an alias (*{alias})", "write the value out")
            return None
        if event.anchor is not None or event.tag is not None:
            self._refuse_properties(event)
        if depth == MAX_DEPTH:
            self._stop(event, _TOO_DEEP, _FLATTEN)
        if kind is yaml.MappingStartEvent:
            return self._mapping(depth + 1, free=free or key == "with")
        return self._sequence(event, owner, depth + 1, free=free)

    def _scalar(self, event: Any, key: str, owner: str, *, free: bool) -> Any:
        """Read a scalar; only a quoted text inside a case may hold control characters."""
        text: str = event.value
        style = event.style
        if not style:  # plain
            rest = self._has_marks and cut_text(event, self._text, owner, free=free)
            if rest:
                self._refuse(
                    event, f"`{short(rest)}` is cut off", comment_hint(text, rest)
                )
                return text
            return self._plain(event, text, key, free=free)
        if free or style == "'":
            return text
        if style == '"':
            self._visible(event, text)
            return text
        return text.rstrip("\n")

    def _visible(self, event: Any, text: str) -> None:
        """Refuse control characters that an escape has brought in."""
        if match := _ESCAPED.search(text):
            self._add(_character_finding(match.group(), self._path, *mark(event)))

    def _sequence(self, start: Any, owner: str, depth: int, *, free: bool) -> list[Any]:
        items, events = [], []
        is_doubtful = start.flow_style and owner in SENTENCE_LISTS and not free
        while type(event := self._next()) is not _SequenceEnd:
            items.append(self._node(event, "", owner, depth, free=free))
            if is_doubtful:
                events.append(event)
        if events and (run := split_text(events)):
            shown = "`, `".join(short(event.value, 30) for event in run[:3])
            what = f"`{shown}` may be one text or {len(run)}"
            self._refuse(run[0], what, comma_hint(run))
        return items

    def _mapping(self, depth: int, *, free: bool) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while type(event := self._next()) is not _MappingEnd:
            key = self._key(event, data, free=free)
            data[key] = self._node(self._next(), key, key, depth, free=free)
        return data

    def _key(self, event: Any, data: dict[str, Any], *, free: bool) -> str:
        if type(event) is not _Scalar:
            self._stop(event, "a key that is not a text", "use a plain key")
        if event.anchor is not None or event.tag is not None:
            self._refuse_properties(event)
        key: str = event.value
        if event.style == '"' and not free:
            self._visible(event, key)
        if key == "<<" and not event.style:
            self._refuse(event, "a merge key (<<)", "write the keys out")
        elif key in data:
            self._refuse(event, f"the key `{short(key)}` a second time", "keep one")
        limit = MAX_CASE_KEYS if free else MAX_KEYS
        if len(data) == limit:
            self._stop(event, f"more than {limit} keys in one mapping", "use a list")
        return key

    def _plain(self, event: Any, text: str, key: str, *, free: bool) -> Any:
        """Read an unquoted scalar as the format says, not as YAML 1.1 guesses."""
        if free:
            return self._case_value(event, text)
        if not text:
            what = f"`{short(key)}` has no value" if key else "an entry has no value"
            self._refuse(event, what, "give one, or remove it")
        elif key in _BOOLEAN_KEYS:
            return _BOOLEANS.get(text, text)
        elif key in _NUMBER_KEYS and _INTEGER.fullmatch(text):
            return int(text)
        return text

    def _case_value(self, event: Any, text: str) -> Any:
        """Read an unquoted value of a case: JSON, or a text nobody could misread."""
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if text == "null":
            return None
        if _INTEGER.fullmatch(text):
            return int(text)
        if not text or text.lower() in _AMBIGUOUS:
            self._ambiguous(event, text)
        elif _NUMBER_LIKE.fullmatch(text) and not _DATE.fullmatch(text):
            return self._number(event, text)
        return text

    def _number(self, event: Any, text: str) -> float | None:
        """Read a decimal that is written as it would be printed."""
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if repr(value) != text or text.strip("-").isalpha():
            self._ambiguous(event, text)
            return None
        return value

    def _ambiguous(self, event: Any, text: str) -> None:
        hint = f'for the text write "{short(text)}"; values are JSON'
        self._refuse(event, f"`{short(text)}` could mean several things", hint)

    def _refuse_properties(self, event: Any) -> None:
        if event.anchor is not None:
            anchor = short(event.anchor)
            self._refuse(event, f"an anchor (&{anchor})", "write the value out")
        if event.tag is not None:
            self._refuse(event, f"a tag ({short(event.tag)})", "remove it")

    def _refuse(self, event: Any, what: str, hint: str) -> None:
        place = mark(event)
        finding = Finding(
            "SP103", "error", f"refused: {what}", self._path, *place, hint
        )
        self._add(finding)

    def _add(self, finding: Finding) -> None:
        self._findings.append(finding)
        if len(self._findings) >= MAX_FINDINGS:
            raise _StopError

    def _stop(self, event: Any, what: str, hint: str) -> None:
        self._refuse(event, what, hint)
        raise _StopError
