"""Names that become Python or file names: which are allowed, what to suggest."""

from __future__ import annotations

import keyword
import re
import unicodedata

__all__ = [
    "class_name",
    "comparable",
    "domain_problem",
    "identifier_problem",
    "suggestion",
    "test_name_problem",
]

MAX_LENGTH = 100
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_WORD = re.compile(r"[A-Za-z0-9]+")
_RESERVED_FILES = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}
)


def comparable(name: str) -> str:
    """The form in which two names count as equal: NFKC, case folded."""
    return unicodedata.normalize("NFKC", name).casefold()


def suggestion(text: str, prefix: str = "") -> str:
    """The nearest allowed lower-case name.

    Args:
        text: Anything a person wrote.
        prefix: What the name must start with.

    Returns:
        A name of at most `MAX_LENGTH` characters, or an empty string if `text` holds
        no letter or digit to make one from.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = "_".join(word.lower() for word in _WORD.findall(plain))
    name = name.removeprefix(prefix)
    if not name:
        return ""
    name = f"{prefix}{name}"
    if name[0].isdigit():
        name = f"n{name}"
    if keyword.iskeyword(name) or name in _RESERVED_FILES:
        name = f"{name}_domain"
    return name[:MAX_LENGTH].rstrip("_")


def identifier_problem(name: str) -> str:
    """Why `name` can not be a Python name that people can read, or an empty string."""
    if len(name) > MAX_LENGTH:
        return f"has {len(name)} characters; the limit is {MAX_LENGTH}"
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        return "is a Python keyword"
    if name.startswith("__") and name.endswith("__") and name.strip("_"):
        return "is a dunder name"
    if not _IDENTIFIER.fullmatch(name):
        return "is not a name of ASCII letters, digits and underscores"
    return ""


def test_name_problem(name: str) -> str:
    """Why `name` can not name a test, or an empty string."""
    problem = identifier_problem(name)
    if not problem and not (name.startswith("test_") and name.strip("_") != "test"):
        problem = "does not start with test_"
    return problem


test_name_problem.__test__ = False  # type: ignore[attr-defined]


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
        A name, or an empty string if `title` holds no ASCII letter or digit or makes a
        name of over `MAX_LENGTH` characters.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = _WORD.findall(plain)
    name = "".join(word[0].upper() + word[1:] for word in words)
    return f"Test{name}" if name and len(name) < MAX_LENGTH else ""
