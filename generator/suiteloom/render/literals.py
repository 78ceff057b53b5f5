"""The one way for a value to become Python source. Pure.

Every text, number and table of a spec reaches a suite through `literal`, `exploded` or
`docstring_literal`. What they return is stable under black.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["LINE_LENGTH", "docstring_literal", "exploded", "literal", "width"]

LINE_LENGTH = 88


def literal(value: Any) -> str:
    """Write a JSON value as one line of Python.

    Args:
        value: None, bool, int, finite float, str, list, tuple (as a list) or dict with
            string keys; nested as deep as wanted. It is not changed.

    Returns:
        Source of an expression whose value equals `value`, in black's style.

    Raises:
        TypeError: If `value` holds anything else.
    """
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return repr(value).replace("e+", "e")
    if value is None or isinstance(value, int):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(literal(item) for item in value)}]"
    if isinstance(value, dict):
        pairs = (f"{literal(key)}: {literal(item)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    message = f"no literal for {type(value).__name__}"
    raise TypeError(message)


def _text(value: str) -> str:
    """Write a string with the quotes that black would choose."""
    source = repr(value)
    if source[0] == '"':
        return source
    inner = source[1:-1]
    if '"' not in inner:
        return f'"{inner}"'
    escaped = inner.replace('"', '\\"').replace("\\'", "'")
    new, old = escaped.count("\\"), inner.count("\\")
    return f"'{inner}'" if new > old else f'"{escaped}"'


def width(line: str) -> int:
    """Columns that a line may take: at least as many as black counts.

    Wide characters count two there and combining ones none; which are which depends on
    the Unicode tables at hand, so that here every character beyond ASCII counts two. A
    line that is broken too early stays broken, for its bracket ends in a comma.
    """
    return len(line) if line.isascii() else len(line) + sum(c > "\x7f" for c in line)


def exploded(value: Any, *, prefix: str = "", indent: int = 0) -> Iterator[str]:
    """Write a JSON value over as many lines as black would need.

    Args:
        value: As for `literal`.
        prefix: What stands before the value on its first line, such as ``"key": ``.
        indent: Columns that the first line is indented by.

    Yields:
        Indented lines without line ends. The last ends in a comma: the value stands in
        an exploded bracket.
    """
    line = f"{' ' * indent}{prefix}{literal(value)},"
    if width(line) <= LINE_LENGTH or not isinstance(value, list | tuple | dict):
        yield line
        return
    if not value:
        yield line
        return
    left, right = "{}" if isinstance(value, dict) else "[]"
    yield f"{' ' * indent}{prefix}{left}"
    if isinstance(value, dict):
        for key, item in value.items():
            yield from exploded(item, prefix=f"{literal(key)}: ", indent=indent + 4)
    else:
        for item in value:
            yield from exploded(item, indent=indent + 4)
    yield f"{' ' * indent}{right},"


def docstring_literal(lines: list[str]) -> str:
    r"""Write lines as a docstring that closes on a line of its own.

    Args:
        lines: At least one; the first is not empty. Control characters have no place
            in them; the loader refuses them.

    Returns:
        Source of a literal, continuation lines unindented: the caller indents it.
    """
    text = "\n".join(lines).replace("\\", "\\\\")
    if '"' in text:
        text = _escape_quotes(text)
    return f'"""{text}\n"""'


def _escape_quotes(text: str) -> str:
    """Escape the quotes that would end the literal or that black would set apart."""
    while '"""' in text:
        text = text.replace('"""', '\\"\\"\\"')
    return f"\\{text}" if text.startswith('"') else text
