"""Making values fit to show: secrets are recognised by their name or their form."""

import re
from collections.abc import Mapping
from typing import Any

MASK = "***"

_SECRET_NAME = re.compile(
    r"passw(or)?d|secret|token|credential|authorization|cookie|otp|api_?key|private_?key",
    re.IGNORECASE,
)
_SECRET_TEXT = re.compile(
    r"eyJ[\w-]+\.[\w-]+\.[\w-]*"  # a JSON web token
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user:password@ in a URL
    r"|(?i:(?<=bearer )\S+)"
)


def is_secret_name(name: str) -> bool:
    """Tell whether what goes by this name must not be shown."""
    return _SECRET_NAME.search(name) is not None


def mask_text(text: str) -> str:
    """Return the text with tokens and credentials replaced by `***`."""
    return _SECRET_TEXT.sub(MASK, text)


def mask(value: Any) -> Any:
    """Return a copy of a value that is fit to show.

    Args:
        value: Mappings, lists, tuples and scalars, nested as JSON is.

    Returns:
        The same shape (tuples as lists). Values under a secret name are `***`, tokens
        and credentials inside texts too.
    """
    if isinstance(value, Mapping):
        return {
            key: MASK if is_secret_name(str(key)) else mask(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [mask(item) for item in value]
    return mask_text(value) if isinstance(value, str) else value
