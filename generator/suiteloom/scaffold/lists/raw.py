"""Tests and groups while a list is read, before they are told from each other."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from suiteloom.model.identifiers import sentence, short, test_name_problem
from suiteloom.scaffold.lists.data import ListedBvj, ListedTest
from suiteloom.scaffold.lists.text import Problems
from suiteloom.scaffold.names import test_name

__all__ = ["ID", "Entry", "RawGroup", "RawTest", "settle_tests"]

ID = re.compile(r"[A-Z][A-Z0-9]{0,9}-[0-9]{1,6}")
_LONGEST = 2_000  # characters of a text of a spec
_LONGEST_STEM = 95  # characters of a name before the number that makes it the only one
_KEY_HINT = "an id looks like CO-001 and stands once; the test gets one of its own"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one entry says, before ids that may be words are told from ids.

    Attributes:
        line: 1-based.
        column: 1-based, where the entry begins.
        name: As given; empty where there is only a sentence.
        sentence: The sentence; empty where there is a name.
        summary: Empty if there is only a name or a sentence.
        id: Empty if there is none.
        is_sure: Whether `id` can be no word, as it is in ``UTF-8 is kept``.
        given: What holds before; grows while what is below the entry is read.
        when: The steps, likewise.
        then: What is expected, likewise.
    """

    line: int
    column: int
    name: str = ""
    sentence: str = ""
    summary: str = ""
    id: str = ""
    is_sure: bool = True
    given: list[str] = field(default_factory=list)
    when: list[str] = field(default_factory=list)
    then: list[str] = field(default_factory=list)


@dataclass(slots=True)
class RawTest:
    """A test while it is read, before its id and name are told from those of others.

    Attributes:
        line: 1-based.
        title: What it is called: a sentence or a name.
        summary: Empty if the title stands for it.
        key: What a tracker calls it; empty if there is none.
        kinds: As in `ListedTest`, like the attributes below.
    """

    line: int
    title: str
    summary: str = ""
    key: str = ""
    kinds: tuple[str, ...] = ()
    is_async: bool = False
    bvj: ListedBvj = field(default_factory=ListedBvj)
    given: list[str] = field(default_factory=list)
    when: list[str] = field(default_factory=list)
    then: list[str] = field(default_factory=list)
    markers: list[str] = field(default_factory=list)


@dataclass(slots=True)
class RawGroup:
    """A group while it is read; `entries` grows."""

    title: str
    line: int
    column: int = 0
    note: str = ""
    entries: list[Entry | RawTest | ListedTest] = field(default_factory=list)


def settle_tests(groups: Iterable[RawGroup], problems: Problems) -> None:
    """Put tests in the place of raw ones, with the ids and names that they can have.

    A key becomes the id if it looks like one and no other test has it. A name that is made
    of a sentence gets a number if it stands in its group already.

    Args:
        groups: Changed.
        problems: Takes what is left out, and tests of which no name can be made.
    """
    groups = list(groups)
    raw = [e for group in groups for e in group.entries if isinstance(e, RawTest)]
    keys = Counter(test.key for test in raw if test.key)
    for group in groups:
        names: Counter[str] = Counter()
        entries: list[Entry | RawTest | ListedTest] = []
        for entry in group.entries:
            if isinstance(entry, RawTest):
                made = _made(entry, keys, names, problems)
                entries += [made] if made else []
            else:
                entries.append(entry)
        group.entries = entries


def _made(
    test: RawTest, keys: Counter[str], names: Counter[str], problems: Problems
) -> ListedTest | None:
    """The test, with the id and the name that it can have."""
    identity = test.key
    if identity and (keys[identity] > 1 or not ID.fullmatch(identity)):
        problems.leave("key", test.line, 0, identity, _KEY_HINT)
        identity = ""
    name = test_name(test.title)
    if not (name and _is_latin(test.title)):
        name = test_name(test.key) or name or test_name(test.summary)
    if not name:
        message = f"no name can be made from '{short(test.title)}'"
        hint = "fill in a name such as test_pays_once; names are ASCII"
        problems.add("LI103", message, test.line, hint=hint)
        return None
    is_own = not test_name_problem(test.title)
    names[name.casefold()] += 1
    if names[name.casefold()] > 1 and not is_own:
        name = _numbered(name, names, test, problems)
    summary = test.summary
    if len(summary) > _LONGEST and not is_own:
        hint = f"a summary has up to {_LONGEST:,} characters; the title stands for it"
        problems.leave("description", test.line, 0, summary, hint)
        summary = ""
    summary = summary or (sentence(name) if is_own else test.title)
    return ListedTest(
        name,
        summary,
        test.line,
        identity,
        test.kinds,
        test.is_async,
        test.bvj,
        tuple(test.given),
        tuple(test.when),
        tuple(test.then),
        tuple(dict.fromkeys(test.markers)),
    )


def _is_latin(text: str) -> bool:
    """Whether most letters of a text are of the Latin alphabet, with accents or not."""
    plain = unicodedata.normalize("NFKD", text)
    letters = [letter for letter in plain if letter.isalpha()]
    return 2 * sum(letter < "\u0250" for letter in letters) >= len(letters)


def _numbered(name: str, names: Counter[str], test: RawTest, problems: Problems) -> str:
    """A name that stood before, with a number that makes it the only one."""
    number = names[name.casefold()]
    while names[f"{name[:_LONGEST_STEM]}_{number}".casefold()]:
        number += 1
    numbered = f"{name[:_LONGEST_STEM]}_{number}"
    names[numbered.casefold()] += 1
    hint = "a title that stands twice in a group gets a number in its name"
    problems.leave("second name", test.line, 0, test.title, hint)
    return numbered
