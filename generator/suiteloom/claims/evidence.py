"""What the words beside a number say that it is about. Pure.

The words are those that the project itself has: names of what it counts, keys of its
data, titles of its domains and groups. Nothing else decides.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import Formatter

from suiteloom.claims.numbers import Quantity, Written
from suiteloom.claims.reading import Passage

__all__ = [
    "About",
    "Clause",
    "Subject",
    "Vocabulary",
    "about",
    "clauses",
    "is_about",
    "normal",
    "templates",
]

_WORD = re.compile(r"[A-Za-z_][\w.]*[A-Za-z0-9_]|[A-Za-z]")
_ENDS = re.compile(r"[,;.!?](?=\s|\Z)|[(:)]|\n(?=[ \t]*[-*+] )")
_PLACEHOLDER = re.compile(
    r"\{\{[^{}\n]{1,200}\}\}|\$\{[^{}\n]{1,200}\}|\{[^{}\n]{1,200}\}"
)
_MOST = 20
"""Numbers of a clause; of more, each so many are a clause."""
_FAR = 300
"""Characters beside a number that may say what it is about."""
_NEAR = 3
"""Words between a number and a name that may still belong to it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A domain or a group.

    Attributes:
        titles: How texts name it in full, in any case.
        begins: Beginnings of its title that no other one has, in its own case.
        sources: Source by normal word; that of money by ``$``, that of a time by ``s``.
        is_domain: Whether it is a domain.
    """

    titles: tuple[str, ...]
    begins: tuple[str, ...]
    sources: Mapping[str, str]
    is_domain: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a project has names for.

    Attributes:
        sources: Of the project as a whole, likewise.
        phrases: Source by several normal words, or by one that is a name of code.
        pairs: Of such a phrase, the source of the second number in "5 of 5".
        subjects: Its domains, then its groups.
        names: Name and id of each test that the number of a source counts.
    """

    sources: Mapping[str, str]
    phrases: Mapping[tuple[str, ...], str]
    pairs: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    subjects: tuple[Subject, ...] = ()
    names: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class About:
    """What a number is about.

    Attributes:
        source: Of the value; empty if it is not decided.
        candidate: What it could be about, if that is not certain.
        is_named: Whether a domain or group is named beside it, so that it can be about
            nothing else.
    """

    source: str = ""
    candidate: str = ""
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a passage, with its numbers, at offsets into the document.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        numbers: Those in it, in order.
        lead: The part before it, if a colon or bracket parts the two; else empty.
        said: Where the last number in that part ends.
    """

    start: int
    end: int
    numbers: tuple[Written, ...]
    lead: tuple[int, int] = (0, 0)
    said: int = 0


def clauses(
    text: str, passage: Passage, numbers: Sequence[Written]
) -> Iterator[Clause]:
    """The parts of a passage that punctuation makes.

    A colon or bracket ends one that has a number already: in "6 suites: shop 17" the 17
    is said of the shop.

    Args:
        text: The whole document.
        passage: The passage.
        numbers: Those in it, in order.
    """
    start, inside, following = passage.start, list[Written](), 0
    lead, said = (0, 0), 0
    stops = [m.start() for m in _ENDS.finditer(text, passage.start, passage.end)]
    for stop in (*stops, passage.end):
        while following < len(numbers) and numbers[following].start < stop:
            inside.append(numbers[following])
            following += 1
        if inside and inside[-1].end > stop:
            continue
        is_soft = stop < passage.end and text[stop] in "(:)"
        if is_soft and not inside:
            continue
        parts = list(_bounded(start, stop, inside))
        if parts and lead[1]:
            parts[0] = replace(parts[0], lead=lead, said=said)
        yield from parts
        lead = (max(start, stop - _FAR), stop) if is_soft else (0, 0)
        said = inside[-1].end if inside else start
        start, inside = stop, []


def _bounded(start: int, end: int, numbers: Sequence[Written]) -> Iterator[Clause]:
    """A clause, in parts where it is longer than what people write."""
    place = 0
    while place < len(numbers):
        last = place
        while (
            last + 1 < min(len(numbers), place + _MOST)
            and numbers[last + 1].start - numbers[last].end < _FAR
        ):
            last += 1
        begins = max(start, numbers[place].start - _FAR)
        ends = min(end, numbers[last].end + _FAR)
        if last + 1 < len(numbers):
            ends = min(ends, numbers[last + 1].start)
        yield Clause(begins, ends, tuple(numbers[place : last + 1]))
        start, place = ends, last + 1


def about(
    text: str, passage: Passage, clause: Clause, number: Written, known: Vocabulary
) -> About:
    """What a number is about.

    Args:
        text: The whole document.
        passage: Where it stands.
        clause: The part of it.
        number: The number.
        known: What the project has names for.
    """
    said = text[clause.start : clause.end]
    if found := _by_phrase(text, clause, number, known):
        return About(found)
    subject = (
        _subject(said, known)
        or _subject(text[slice(*clause.lead)], known)
        or _subject(passage.row, known)
    )
    sure = subject is not None
    if subject is None and passage.heads:
        subject = next(
            filter(None, (_subject(h, known) for h in reversed(passage.heads))), None
        )
    sources = known.sources if subject is None else subject.sources
    after, before = _beside(text, clause, number)
    near = [*after[:1], *before[-2:][::-1]]
    if found := _first(near, sources, number.quantity):
        return About(found, is_named=sure)
    if not sure and (found := _first(near, known.sources, number.quantity)):
        return About(found)
    if sign := sources.get(_SIGNS.get(number.quantity, ""), ""):
        is_timed = number.quantity != "time" or not _TIMED.isdisjoint(_words(said))
        return About(sign, is_named=sure) if is_timed else About()
    low = number.start - 2 * _FAR
    wide = [
        *_words(" ".join(passage.heads[::-1])),
        *_words(text[max(passage.start, low) : min(passage.end, low + 4 * _FAR)]),
    ]
    if sure and (found := _first(wide, sources, number.quantity)):
        return About(found, is_named=True)
    return About(candidate=_first(after[:_NEAR], sources, number.quantity))


_SIGNS: dict[Quantity, str] = {"money": "$", "time": "s"}
_TIMED = frozenset({"test", "suite", "run"})
"""What takes the time of a run."""


def is_about(text: str, known: Vocabulary) -> bool:
    """Whether a document is about a project: whether it names most of its domains."""
    domains = [subject for subject in known.subjects if subject.is_domain]
    named = sum(_names(text, subject) for subject in domains)
    return named > 0 and named * 4 >= len(domains) * 3


def _by_phrase(text: str, clause: Clause, number: Written, known: Vocabulary) -> str:
    """The source of a phrase in a clause that has no other such number."""
    words = _words(text[clause.start : clause.end])
    for phrase, source in known.phrases.items():
        size = len(phrase)
        if not any(tuple(words[i : i + size]) == phrase for i in range(len(words))):
            continue
        place = clause.numbers.index(number)
        joined = text[clause.numbers[0].end : number.start].strip()
        if place == 0:
            return source
        if place == 1 and joined == "of" and phrase in known.pairs:
            return known.pairs[phrase]
    return ""


def _beside(text: str, clause: Clause, number: Written) -> tuple[list[str], list[str]]:
    """The words behind a number and before it, up to the next numbers of its clause."""
    place = clause.numbers.index(number)
    last = clause.numbers[place - 1].end if place else clause.start
    following = clause.numbers[place + 1 :]
    end = following[0].start if following else clause.end
    before = _words(text[last : number.start])
    if not place and text[clause.start : clause.start + 1] == ":":
        # what stands right behind the number before is that one's
        before = [
            *_words(text[max(clause.said, clause.lead[0]) : clause.start])[1:],
            *before,
        ]
    return _words(text[number.end : end]), before


def _first(words: Sequence[str], sources: Mapping[str, str], quantity: Quantity) -> str:
    """The first of words that names what a number of that quantity can be about."""
    for word in words:
        if word in sources and _fits(sources[word], quantity):
            return sources[word]
    return ""


def _fits(source: str, quantity: Quantity) -> bool:
    """Whether a number of a quantity can be about a source."""
    name = source.rpartition(".")[2]
    if quantity == "money":
        return name.endswith("_usd")
    if quantity == "percent":
        return name.endswith("_percent") or name == "score" or " of " in source
    if quantity in {"time", "size"}:
        return name.endswith(("_s", "_us", "_bytes"))
    return not name.endswith(("_usd", "_s", "_us"))


def _subject(text: str, known: Vocabulary) -> Subject | None:
    """The domain or group that a text names; None if it names none, or several."""
    found = [subject for subject in known.subjects if _names(text, subject)]
    return found[0] if len(found) == 1 else None


def _names(text: str, subject: Subject) -> bool:
    folded = text.casefold()
    return any(_has(folded, title.casefold()) for title in subject.titles) or any(
        _has(text, title) for title in subject.begins
    )


def _has(text: str, name: str) -> bool:
    """Whether a text has a name, as whole words."""
    place = text.find(name)
    while place >= 0:
        around = text[max(place - 1, 0) : place] + text[place + len(name) :][:1]
        if not any(c.isalnum() or c == "_" for c in around):
            return True
        place = text.find(name, place + 1)
    return False


def _words(text: str) -> list[str]:
    """The words of a text in their normal form."""
    return [normal(word) for word in _WORD.findall(text)]


def normal(word: str) -> str:
    """A word as a vocabulary has it: small, without the ending of a plural."""
    word = word.casefold().strip(".")
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def templates(text: str, prose: str, passage: Passage) -> Iterator[tuple[int, int]]:
    """Places in a passage that something was to fill in and did not.

    What stands in braces is parsed, never evaluated: an expression that calls something
    or looks into something, as ``{datetime.now():%Y}``, was meant for a program.
    """
    for match in _PLACEHOLDER.finditer(prose, passage.start, passage.end):
        shown = text[match.start() : match.end()]
        if shown.startswith(("{{", "${")) or _is_expression(shown):
            yield match.span()


def _is_expression(shown: str) -> bool:
    try:
        parts = [name for _, name, _, _ in Formatter().parse(shown) if name]
        trees = [ast.parse(part.partition("!")[0], mode="eval").body for part in parts]
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return False
    return any(isinstance(tree, ast.Call | ast.Attribute) for tree in trees)
