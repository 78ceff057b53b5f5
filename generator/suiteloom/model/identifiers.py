"""Names that become Python or file names: which are allowed, what to suggest."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Container, Iterable
from difflib import get_close_matches

__all__ = [
    "class_name",
    "closest",
    "comparable",
    "domain_problem",
    "dotted_problem",
    "id_prefix",
    "identifier_problem",
    "is_id",
    "marker_problem",
    "sentence",
    "short",
    "suggestion",
    "test_name_problem",
]

MAX_LENGTH = 100
_CONSIDERED = 500  # more of a text than a name can hold
_COMPARED = 100
_IDENTIFIER = r"[A-Za-z][A-Za-z0-9_]*"
_TEST = re.compile(r"test__*[A-Za-z0-9][A-Za-z0-9_]*")
_WORD = r"[A-Za-z0-9]+"
_ID = r"[A-Z][A-Z0-9]{0,9}-[0-9]{1,6}"
_OWN_MARKERS = frozenset({"spec", "orphan", "parametrize"})
_ONE_WORD = r"[A-Za-z0-9_]+"
_HUMP = r"(?<=[a-z0-9])(?=[A-Z])"
_INSIDE_A_WORD = r"(?<=\w)[\u2019\u00b7](?=\w)"
_APOSTROPHE = r"(?<=\w)'(?=\w)"
_RESERVED_FILES = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}
)


def comparable(name: str) -> str:
    """The form in which two names count as equal: NFKC, case folded."""
    return unicodedata.normalize("NFKC", name).casefold()


def short(text: str, length: int = 60) -> str:
    """What a message shows of a text: at most `length` characters, all visible."""
    shown = text if len(text) <= length else f"{text[: length - 1]}…"
    return shown if shown.isprintable() else ascii(shown)[1:-1]


def is_id(text: str) -> bool:
    """Whether a text has the form of an id, such as SU-001."""
    return re.fullmatch(_ID, text) is not None


def closest(
    name: str, known: Iterable[str], *, cutoff: float = 0.6, begun: bool = True
) -> str:
    """The known name that `name` is most likely meant to be, or an empty string.

    Capital letters count as small ones. Only names of up to `_COMPARED` characters are
    compared: comparing is quadratic.

    Args:
        name: What a person wrote.
        known: What there is; the first one wins where several are as close.
        cutoff: How much has to be equal, from 0 to 1.
        begun: Whether a name that `name` is the beginning of is meant.
    """
    if len(name) > _COMPARED:
        return ""
    sought = name.casefold()
    candidates: dict[str, str] = {}
    for other in known:
        if len(other) <= _COMPARED:
            candidates.setdefault(other.casefold(), other)
    if begun and len(name) > 2:
        for folded, other in candidates.items():
            if folded.startswith(sought):
                return other
    found = get_close_matches(sought, candidates, n=1, cutoff=cutoff)
    return candidates[found[0]] if found else ""


def latin(text: str) -> str:
    """What a text is in ASCII, the one way from what people write to names.

    Letters of the Latin script become the ones that are written for them where there
    are no others (``Straße`` is ``Strasse``, ``Łódź`` is ``Lodz``); marks and what is
    invisible go; other signs become spaces. Letters of other scripts are written in
    Latin ones if the text has no Latin letter and no digit, else they become spaces,
    too. ASCII stays as it is.
    """
    if text.isascii():
        return text
    text = re.sub(_INSIDE_A_WORD, "", text)
    plain = "".join(map(_plain, unicodedata.normalize("NFKD", text)))
    if re.search(_WORD, plain):
        return plain
    from anyascii import anyascii

    letters = (c if unicodedata.category(c)[0] in "LMN" else " " for c in text)
    return anyascii("".join(letters))


def _plain(letter: str) -> str:
    """One letter of a text whose compositions were taken apart."""
    if letter.isascii():
        return letter
    if unicodedata.category(letter) in {"Mn", "Mc", "Me", "Cf", "Lm"}:
        return ""
    if not unicodedata.name(letter, "").startswith("LATIN "):
        return " "
    from anyascii import anyascii

    return anyascii(letter)


def words(text: str, *, humps: bool = True) -> list[str]:
    """The words of a text for a name: ASCII letters and digits in lower case.

    ``&`` is read as "and", and an apostrophe inside of a word as nothing.

    Args:
        text: Anything a person wrote.
        humps: Whether a single word such as ``createsOrder`` is taken apart at its
            capitals.
    """
    if humps and re.fullmatch(_ONE_WORD, text):
        text = re.sub(_HUMP, "_", text)
    plain = re.sub(_APOSTROPHE, "", latin(text)).replace("&", " and ")
    return [word.lower() for word in re.findall(_WORD, plain)]


def suggestion(text: str, prefix: str = "", *, suffix: str = "domain") -> str:
    """The nearest allowed lower-case name.

    Args:
        text: Anything a person wrote.
        prefix: What the name must start with.
        suffix: What makes a reserved word a name.

    Returns:
        A name of at most `MAX_LENGTH` characters, or an empty string if `text` holds
        no letter or digit to make one from.
    """
    name = "_".join(words(text[:_CONSIDERED])).removeprefix(prefix)
    if not name:
        return ""
    name = f"{prefix}{name}"
    if name[0].isdigit():
        name = f"n{name}"
    if keyword.iskeyword(name) or name in _RESERVED_FILES:
        name = f"{name}_{suffix}"
    return name[:MAX_LENGTH].rstrip("_")


def identifier_problem(name: str) -> str:
    """Why `name` can not be a Python name that people can read, or an empty string."""
    if len(name) > MAX_LENGTH:
        return f"has {len(name)} characters; the limit is {MAX_LENGTH}"
    if keyword.iskeyword(name):
        return "is a Python keyword"
    if name.startswith("__") and name.endswith("__") and name.strip("_"):
        return "is a dunder name"
    if not re.fullmatch(_IDENTIFIER, name):
        return "is not a name of ASCII letters, digits and underscores"
    return ""


def test_name_problem(name: str) -> str:
    """Why `name` can not name a test, or an empty string."""
    if len(name) <= MAX_LENGTH and _TEST.fullmatch(name):
        return ""
    problem = identifier_problem(name)
    if not problem and not (name.startswith("test_") and name.strip("_") != "test"):
        problem = "does not start with test_"
    return problem


test_name_problem.__test__ = False  # type: ignore[attr-defined]


def sentence(name: str) -> str:
    """What the name of a test says, as words: ``test_pays_once`` says "Pays once"."""
    words = " ".join(name.removeprefix("test_").replace("_", " ").split())
    return words[:1].upper() + words[1:]


def marker_problem(name: str) -> str:
    """Why `name` can not be a marker of tests, or an empty string."""
    if name in _OWN_MARKERS:
        return "has a meaning of its own"
    return _name_problem(name) or (
        "starts with an underscore" if name.startswith("_") else ""
    )


def dotted_problem(path: str, parts: int = 1) -> str:
    """Why `path` can not be that of a module, class or package, or an empty string.

    Args:
        path: Such as ``package.module.Class``.
        parts: How many names it has at least.
    """
    names = path.split(".")
    if len(names) < parts:
        return "names no module"
    return next((problem for name in names if (problem := _name_problem(name))), "")


def _name_problem(name: str) -> str:
    """Why a name that is not of our making is none to Python, or an empty string."""
    if len(name) > MAX_LENGTH:
        return f"has {len(name)} characters; the limit is {MAX_LENGTH}"
    if keyword.iskeyword(name):
        return "is a Python keyword"
    if not name.isidentifier() or unicodedata.normalize("NFKC", name) != name:
        return "is not a name of letters, digits and underscores"
    return ""


def domain_problem(name: str) -> str:
    """Why `name` can not name a domain and its files, or an empty string."""
    if name.casefold() in _RESERVED_FILES:
        return "is a reserved file name on some systems"
    problem = identifier_problem(name)
    if not problem and name != name.lower():
        problem = "has capital letters"
    return problem


def class_name(title: str) -> str:
    """The class of a group: ``Test`` and the words of its title, first letters raised.

    Returns:
        A name, or an empty string if `title` holds no letter or digit or makes a name
        of over `MAX_LENGTH` characters.
    """
    found = re.findall(_WORD, latin(title))
    name = "".join(word[0].upper() + word[1:] for word in found)
    return f"Test{name}" if name and len(name) < MAX_LENGTH else ""


def id_prefix(domain: str, taken: Container[str] = ()) -> str:
    """A prefix for the ids of a domain.

    Args:
        domain: Its name, an identifier.
        taken: Prefixes that other domains use.

    Returns:
        The initials of its words, ``SC`` for ``system_core``, two letters at least, with
        letters of the last word behind them where that is taken; at most 10 characters.
    """
    parts = [word for word in domain.upper().split("_") if word] or ["T"]
    if len(parts) == 1:
        parts = [parts[0][:1], parts[0][1:] or parts[0]]
    start, rest = "".join(word[0] for word in parts), parts[-1][1:]
    names = [(start + rest[:length])[:10] for length in range(len(rest) + 1)]
    return next((name for name in names if name not in taken), names[0])
