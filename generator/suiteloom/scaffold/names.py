"""Names for what a list only describes in words."""

from __future__ import annotations

import re
import unicodedata

from suiteloom.model.identifiers import MAX_LENGTH, test_name_problem

__all__ = [
    "class_key",
    "domain_names",
    "test_name",
]

_CONSIDERED = 2_000  # characters; a text of a spec has no more
_ONE_WORD = re.compile(r"[A-Za-z0-9_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019\u02bc](?=\w)")
_WORD = re.compile(r"[A-Za-z0-9]+")
_WITHOUT_ACCENT = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
        "&": " and ",
    }
)
"""Latin letters that Unicode does not take apart, in lower case, and one sign."""


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
    words = _words(text)
    if words[:1] == ["test"]:
        del words[0]
    if not words:
        return ""
    name = "_".join(["test", *words])
    if len(name) <= MAX_LENGTH:
        return name
    cut = name[: MAX_LENGTH + 1].rpartition("_")[0]
    return cut if cut != "test" else name[:MAX_LENGTH]


test_name.__test__ = False  # type: ignore[attr-defined]


def domain_names(title: str) -> tuple[str, ...]:
    """The domains that a title can stand for, ``&`` read as nothing or as "and"."""
    readings = (title.replace("&", " "), title)
    names = ("_".join(_words(reading, humps=False)) for reading in readings)
    return tuple(dict.fromkeys(name for name in names if name))


def class_key(title: str) -> str:
    """What two group titles share if their classes would have equal names.

    Returns:
        The ASCII letters and digits of `title`, accents taken off, case folded; empty
        if no class name can be made of them.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return "".join(_WORD.findall(plain)).casefold()


def _words(text: str, *, humps: bool = True) -> list[str]:
    """The words of the beginning of `text`: ASCII letters and digits, lower case."""
    text = text[:_CONSIDERED]
    if humps and _ONE_WORD.fullmatch(text):
        text = _HUMP.sub("_", text)
    text = _APOSTROPHE.sub("", text).lower().translate(_WITHOUT_ACCENT)
    letters = (_plain(letter) for letter in unicodedata.normalize("NFKD", text))
    return [word.lower() for word in _WORD.findall("".join(letters))]


def _plain(letter: str) -> str:
    """Nothing for an accent or an invisible character, a space for what is not ASCII."""
    if letter.isascii():
        return letter
    return "" if unicodedata.category(letter) in {"Mn", "Mc", "Me", "Cf"} else " "
