"""What a verb writes to files besides what it prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from suiteloom.errors import UsageError

__all__ = ["read_also", "write_also"]


def read_also(
    texts: Sequence[str] | None, formats: Sequence[str], option: str = "--also"
) -> list[tuple[str, Path]]:
    """Format and file of each ``FORMAT=FILE``.

    Args:
        texts: As given on the command line.
        formats: Those that the verb can write.
        option: Named by messages.

    Raises:
        UsageError: If one is none, or the folder of the file is not there.
    """
    found = []
    for text in texts or ():
        form, _, file = text.partition("=")
        if form not in formats or not file:
            raise UsageError(
                f"{option} can not be {text!r}",
                hint=f"write FORMAT=FILE; the formats are {', '.join(formats)}",
            )
        if not Path(file).parent.is_dir() or Path(file).is_dir():
            raise UsageError(
                f"{option} can not write to {file}", hint="name another file"
            )
        found.append((form, Path(file)))
    return found


def write_also(
    files: Sequence[tuple[str, Path]], written: Callable[[str], str]
) -> None:
    """Write each file.

    Args:
        files: Format and place of each.
        written: Gives the text of a format.

    Raises:
        OSError: If one can not be written.
    """
    for form, file in files:
        file.write_bytes(written(form).encode("utf-8", "backslashreplace"))
