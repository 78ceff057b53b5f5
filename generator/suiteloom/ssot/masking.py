"""Masks secrets before they reach a person: debug output, history, messages.

A value is masked whole when its key sounds like a secret, and in part when it
carries credentials whatever its key (URLs, connection strings, tokens). Masking
errs on the side of hiding.
"""

import re

__all__ = ["MASK", "is_sensitive_key", "mask_text", "mask_value"]

MASK = "***"

_SHOWN_LENGTH = 2000
_SENSITIVE_PARTS = (
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "TOKEN",
    "CREDENTIAL",
    "COOKIE",
    "SIGNATURE",
)
_SENSITIVE_WORDS = frozenset({"AUTH", "PASS", "PRIVATE", "PWD", "SALT", "BEARER"})
_NOT_SECRET = frozenset({"PWD", "OLDPWD"})
_CAMEL_STEP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD_BREAK = re.compile(r"[^A-Z0-9]+")

_TELLING_NAME = (
    r"[\w.-]{0,60}"
    r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|signature|key)"
)
_RULES = (
    (
        re.compile(
            r"-----BEGIN [^-]*PRIVATE KEY-----.*?(?:-----END [^-]*-----|\Z)", re.DOTALL
        ),
        MASK,
    ),
    (re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}://)[^\s\"'<>]*@"), rf"\1{MASK}@"),
    (
        re.compile(
            rf"""(["']{_TELLING_NAME}["']\s*:\s*)(?:"(?:\\.|[^"\\])*"|'[^']*'|[^,}}\]\s]+)""",
            re.IGNORECASE,
        ),
        rf'\1"{MASK}"',
    ),
    (
        re.compile(rf"(\b{_TELLING_NAME}\s*=\s*)(?:'[^']*'|[^\s;&]+)", re.IGNORECASE),
        rf"\1{MASK}",
    ),
    (re.compile(r"\b((?:Bearer|Basic)\s+)[^\s,;]+", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?"), MASK),
)


def is_sensitive_key(key: str) -> bool:
    """Tell whether the name of a variable sounds like a secret.

    Args:
        key: The variable, in any case (`API_KEY`, `apiKey`, `db.password`).

    Returns:
        True for names with PASSWORD, SECRET, TOKEN, CREDENTIAL and the like in
        them, or with a word that is or ends in KEY. `PWD` is a folder: False.
    """
    if key in _NOT_SECRET:
        return False
    upper = key.upper()
    if any(part in upper for part in _SENSITIVE_PARTS):
        return True
    words = _WORD_BREAK.split(_CAMEL_STEP.sub("_", key).upper())
    return any(
        word in _SENSITIVE_WORDS or word.endswith(("KEY", "KEYS")) for word in words
    )


def mask_text(text: str) -> str:
    """Mask the credentials inside a text.

    Args:
        text: Any text; not changed.

    Returns:
        The text with `***` for user information in URLs, values after secret
        names (`password=…`, `"token": …`), bearer and JSON web tokens, and private
        keys.
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def mask_value(key: str, value: str) -> str:
    """Make the value of a variable fit to show.

    Args:
        key: The variable.
        value: Its value; not changed.

    Returns:
        `***` for a sensitive key (an empty value stays empty, so that it can be
        told from a secret), `<N characters>` for a value of over 2000 characters,
        otherwise the value as `mask_text` gives it.
    """
    if is_sensitive_key(key):
        return MASK if value else ""
    if len(value) > _SHOWN_LENGTH:
        return f"<{len(value)} characters>"
    return mask_text(value)
