"""Names for what a list only describes in words."""

from __future__ import annotations

import re

from suiteloom.model.identifiers import MAX_LENGTH, latin, test_name_problem, words

__all__ = [
    "class_key",
    "domain_names",
    "test_name",
]

_CONSIDERED = 2_000  # characters; a text of a spec has no more
_WORD = re.compile(r"[A-Za-z0-9]+")


def test_name(sentence: str) -> str:
    """The name of the test that a sentence or a name of any style describes.

    Accents are taken off, ``&`` is read as "and", other signs separate words. One word
    such as ``testCreatesOrder`` is taken apart at its capitals.

    Args:
        sentence: Anything a person wrote.

    Returns:
        `sentence` without outer spaces if it is such a name already; else ``test_`` and
        its words in lower case, up to `MAX_LENGTH` characters, cut between two words
        where there are two; an empty string if it has no letter or digit to make a
        name from.
    """
    text = sentence.strip()
    if not test_name_problem(text):
        return text
    found = words(text[:_CONSIDERED])
    if found[:1] == ["test"]:
        del found[0]
    if not found:
        return ""
    name = "_".join(["test", *found])
    if len(name) <= MAX_LENGTH:
        return name
    cut = name[: MAX_LENGTH + 1].rpartition("_")[0]
    return cut if cut != "test" else name[:MAX_LENGTH]


test_name.__test__ = False  # type: ignore[attr-defined]


def domain_names(title: str) -> tuple[str, ...]:
    """The domains that a title can stand for, ``&`` read as nothing or as "and"."""
    readings = (title.replace("&", " "), title)
    names = (
        "_".join(words(reading[:_CONSIDERED], humps=False)) for reading in readings
    )
    return tuple(dict.fromkeys(name for name in names if name))


def class_key(title: str) -> str:
    """What two group titles share if their classes would have equal names.

    Returns:
        The letters and digits that `title` gives a class, case folded; empty if no
        class name can be made of them.
    """
    return "".join(_WORD.findall(latin(title))).casefold()
