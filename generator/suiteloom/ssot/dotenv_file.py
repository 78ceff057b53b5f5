"""Reads a `.env` file into variables and errors, both as data."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from suiteloom.ssot.errors import InvalidVariableError
from suiteloom.ssot.state import check_variable

if TYPE_CHECKING:
    from dotenv.parser import Binding

__all__ = ["FileVariable", "read_env_file"]


@dataclass(frozen=True, slots=True)
class FileVariable:
    """One variable of a file.

    Attributes:
        key: The variable.
        value: Its value, with references to other variables filled in.
        line: The line that it starts on, from 1.
    """

    key: str
    value: str
    line: int


def read_env_file(
    path: Path, lookup: Callable[[str], str | None]
) -> tuple[list[FileVariable], list[str]]:
    """Read a `.env` file.

    Args:
        path: The file: UTF-8, with or without BOM.
        lookup: Gives the value of a variable that `${NAME}` refers to and that is not
            earlier in the file.

    Returns:
        The variables in file order, and one message for each thing that is wrong:
        "PATH: …" for the file as a whole, "PATH:LINE: …" for a line. Messages do
        not hold text of the file.
    """
    from dotenv.parser import parse_stream

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [f"{path}: not UTF-8 (byte {error.start})"]
    except OSError as error:
        return [], [f"{path}: {error.strerror or type(error).__name__}"]
    variables: list[FileVariable] = []
    errors: list[str] = []
    values: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(text)):
        line = _line(binding)
        problem = _problem(binding)
        if problem:
            errors.append(f"{path}:{line}: {problem}")
        elif binding.key is not None:
            value = _fill_in(binding.value or "", values, lookup)
            try:
                key, value = check_variable(binding.key, value)
            except InvalidVariableError as error:
                errors.append(f"{path}:{line}: {error}")
                continue
            values[key] = value
            variables.append(FileVariable(key, value, line))
    return variables, errors


def _problem(binding: "Binding") -> str:
    if binding.error:
        return "not a KEY=value line"
    if binding.key is not None and binding.value is None:
        return "a key without '='"
    return ""


def _line(binding: "Binding") -> int:
    """Return the line of the binding itself: the parser counts blank lines to it."""
    text = binding.original.string
    blank = text[: len(text) - len(text.lstrip())]
    return binding.original.line + len(blank.splitlines()) - _ends_inside(blank)


def _ends_inside(blank: str) -> int:
    """Return 1 if the blank start ends within a line: indentation, not a line end."""
    return int(bool(blank) and not blank.endswith(("\n", "\r")))


def _fill_in(
    value: str, values: dict[str, str], lookup: Callable[[str], str | None]
) -> str:
    from dotenv.variables import Variable, parse_variables

    parts = []
    for atom in parse_variables(value):
        if isinstance(atom, Variable):
            found = values.get(atom.name, lookup(atom.name))
            known = {} if found is None else {atom.name: found}
            parts.append(atom.resolve(known))
        else:
            parts.append(atom.resolve({}))
    return "".join(parts)
