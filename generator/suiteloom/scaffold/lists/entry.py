"""One entry of a list: id, name and summary; and what must hold between entries.

    SC-001 `test_charged_once` - A card is charged once.
    test_charged_once: A card is charged once.
    A card is charged once, however often the button is pressed.

Marks of emphasis, links, task boxes and the sign between name and summary are decoration.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from suiteloom.model.identifiers import comparable, sentence, short
from suiteloom.scaffold.lists.data import ListedGroup, ListedTest
from suiteloom.scaffold.lists.raw import ID, Entry, RawGroup, RawTest, settle_tests
from suiteloom.scaffold.lists.text import MAX_TEXT, Problems
from suiteloom.scaffold.names import class_key, test_name

__all__ = ["is_boxed", "is_marked", "is_named", "make_groups", "read_entry"]

_BOX = re.compile(r"\[[ xX]\](?= |$) ?")
_LEADING_ID = re.compile(
    rf"(?P<open>[`\[(]{{1,2}})?(?P<id>{ID.pattern})(?(open)[`\])]{{1,2}}|(?![\w-]))"
    r"(?P<sign> ?(?:[\u2013\u2014:|.)]|--?(?= |$)))? ?"
)
_NAME = r"(?i:test_)\w+(?:\(\))?"
_CODE_NAME = re.compile(r"`((?:(?i:test)[\w-]+|[^\W\d]\w*)(?:\(\))?)`")
_WORD_NAME = re.compile(rf"({_NAME})(?=$|[ :,;\u2013\u2014]|[-.](?= |$))")
_ANY_NAME = re.compile(r"\btest_\w")
_SECOND_NAME = re.compile(rf"(?:[^\w\s`]{{1,2}}|and\b|or\b)? ?`?{_NAME}")
_SIGN = re.compile(r" ?(?:[\u2013\u2014:,;|]|[-.]+(?= |$))? ?")
_DASH = re.compile(r" (?:[-\u2013\u2014]|--) ")


def is_named(text: str) -> bool:
    """Whether an entry begins with an id and the name of a test, or with such a name."""
    text = _BOX.sub("", text, count=1) if text.startswith("[") else text
    found = _LEADING_ID.match(text)
    rest = text[found.end() :] if found else text
    found = _CODE_NAME.match(rest) or _WORD_NAME.match(rest)
    return bool(found and found[1].casefold().startswith("test"))


def is_marked(text: str) -> bool:
    """Whether an entry begins with a task box or an id that can be no word."""
    if _BOX.match(text):
        return True
    found = _LEADING_ID.match(text)
    return bool(found and (found["sign"] or found["open"] or "-0" in found["id"]))


def is_boxed(text: str) -> bool:
    """Whether an entry begins with a task box."""
    return bool(_BOX.match(text))


def read_entry(
    text: str, line: int, column: int, problems: Problems, *, is_markdown: bool
) -> Entry | None:
    """Read one entry.

    Args:
        text: One line, white space collapsed; code stands between backticks.
        line: 1-based line of the list.
        column: 1-based, where `text` begins.
        problems: Takes what is wrong.
        is_markdown: Whether backticks are marks of code, which are left out; elsewhere
            they are text. A dash between spaces ends a sentence that makes a name.

    Returns:
        The entry, or None if it can not be read.
    """
    if found := _BOX.match(text):
        text = text[found.end() :]
    if not text:
        problems.add("LI102", "an entry without text", line, column)
        return None
    if len(text) > MAX_TEXT:
        message = f"an entry of {len(text):,} characters"
        problems.add("LI102", message, line, column, hint="write one sentence a test")
        return None
    number, is_sure = "", True
    rest = text
    if found := _LEADING_ID.match(text):
        number, rest = found["id"], text[found.end() :]
        is_padded = number.partition("-")[2].startswith("0")
        is_sure = bool(is_padded or found["sign"] or found["open"])
    if found := _CODE_NAME.match(rest) or _WORD_NAME.match(rest):
        entry = Entry(line, column, found[1], "", rest[found.end() :], number)
        read = _named(entry, problems)
    else:
        entry = Entry(line, column, "", rest, "", number, is_sure)
        read = _described(entry, problems)
    if read and is_markdown:
        text, summary = read.sentence.replace("`", ""), read.summary.replace("`", "")
        return replace(read, sentence=text, summary=summary)
    return read


def _named(entry: Entry, problems: Problems) -> Entry | None:
    """Finish an entry with a name."""
    rest = entry.summary
    if _SECOND_NAME.match(rest.lstrip()):
        message = "an entry with more than one name"
        hint = "write one test an entry"
        problems.add("LI102", message, entry.line, entry.column, hint=hint)
        return None
    summary = _SIGN.sub("", rest, count=1)
    return replace(entry, name=entry.name.removesuffix("()"), summary=summary)


def _described(entry: Entry, problems: Problems) -> Entry | None:
    """Finish an entry without a name."""
    text, summary = entry.sentence, ""
    if _ANY_NAME.search(text):
        message = f"the name does not stand first: {short(text)}"
        hint = "write the name first, after an id such as CO-001 if there is one"
        problems.add("LI102", message, entry.line, entry.column, hint=hint)
        return None
    if not text:
        message = f"{entry.id} has no name and no sentence"
        problems.add("LI102", message, entry.line, entry.column)
        return None
    if found := _DASH.search(text):
        text, summary = text[: found.start()], text[found.end() :]
    return replace(entry, sentence=text, summary=summary)


def make_groups(raw: Sequence[RawGroup], problems: Problems) -> tuple[ListedGroup, ...]:
    """Make the groups of a list, and report what they must not have in common.

    Ids are unique in the list, names in a group, and titles differ in the letters and
    digits that make the name of a class.

    Args:
        raw: What was read, in order.
        problems: Takes the findings; the second of two places is the finding's.

    Returns:
        The groups that have tests.
    """
    believed = _believed([e for group in raw for e in group.entries])
    settle_tests(raw, problems)
    groups = []
    for group in raw:
        tests: list[tuple[ListedTest, int]] = []
        for entry in group.entries:
            if isinstance(entry, ListedTest):
                tests.append((entry, 0))
            elif isinstance(entry, Entry) and (
                test := _test(entry, believed, problems)
            ):
                tests.append((test, entry.column))
        _check_names(group.title, tests, problems)
        if tests:
            members = tuple(test for test, _ in tests)
            groups.append(ListedGroup(group.title, group.line, members, group.note))
    _check_titles(raw, problems)
    _check_ids(groups, problems)
    return tuple(groups)


def _believed(entries: Iterable[Entry | RawTest | ListedTest]) -> frozenset[str] | None:
    """The prefixes of ids that are sure; None if every entry has an id."""
    read = [entry for entry in entries if isinstance(entry, Entry)]
    if all(entry.id for entry in read):
        return None
    sure = {entry.id for entry in read if entry.id and entry.is_sure}
    return frozenset(id_.partition("-")[0] for id_ in sure)


def _test(
    entry: Entry, believed: frozenset[str] | None, problems: Problems
) -> ListedTest | None:
    """The test of an entry, or None if no name can be made."""
    number, text, summary = entry.id, entry.sentence, entry.summary
    is_id = entry.is_sure or believed is None or number.partition("-")[0] in believed
    if number and not is_id:
        number, text = "", f"{number} {text}"
    name = test_name(entry.name or text)
    if not name:
        shown = short(entry.name or text)
        message = f"no name can be made from '{shown}'"
        hint = "write a name before it, such as test_pays_once; names are ASCII"
        problems.add("LI103", message, entry.line, entry.column, hint=hint)
        return None
    summary = summary or text or sentence(name)
    return ListedTest(
        name,
        summary,
        entry.line,
        number,
        given=tuple(entry.given),
        when=tuple(entry.when),
        then=tuple(entry.then),
    )


def _check_names(
    title: str, tests: Iterable[tuple[ListedTest, int]], problems: Problems
) -> None:
    seen: dict[str, ListedTest] = {}
    for test, column in tests:
        first = seen.setdefault(comparable(test.name), test)
        if first is not test:
            other = "" if first.name == test.name else f", as {first.name!r}"
            message = f"{test.name!r} stands a second time in '{short(title)}'{other}"
            hint = f"first at {problems.path}:{first.line}; rename one of the two"
            problems.add("LI104", message, test.line, column, hint=hint)


def _check_titles(raw: Iterable[RawGroup], problems: Problems) -> None:
    seen: dict[str, RawGroup] = {}
    for group in raw:
        key = class_key(group.title)
        if not key:
            message = f"no class name can be made from '{short(group.title)}'"
            hint = "give the group a title with letters"
            problems.add("LI103", message, group.line, group.column, hint=hint)
            continue
        first = seen.setdefault(key, group)
        if first is not group:
            message = (
                f"the group '{short(group.title)}' makes the same class as "
                f"'{short(first.title)}'"
            )
            hint = f"first at {problems.path}:{first.line}; rename or join the two"
            problems.add("LI104", message, group.line, group.column, hint=hint)


def _check_ids(groups: Iterable[ListedGroup], problems: Problems) -> None:
    seen: dict[str, ListedTest] = {}
    for group in groups:
        for test in group.tests:
            first = seen.setdefault(test.id, test) if test.id else test
            if first is not test:
                message = f"the id {test.id} stands a second time"
                hint = f"first at {problems.path}:{first.line}; change one of the two"
                problems.add("LI104", message, test.line, hint=hint)
