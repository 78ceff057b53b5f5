"""Plain arguments of a verb, read without its parser, which takes longer to make.

What an option is called and takes is asked of the annotations that the parser is made of.
Whatever is not plain is left to the parser: mistakes, help, numbers, options with two names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from typer.models import ArgumentInfo, OptionInfo

__all__ = ["read_plain"]

_TEXTS = ArgumentInfo, list[str]
"""An argument, and what it takes, that may be given as often as one likes."""


def read_plain(
    function: Callable[..., Any], arguments: Sequence[str]
) -> dict[str, Any] | None:
    """What a verb's parser would read in arguments.

    Args:
        function: The verb's.
        arguments: Without the verb.

    Returns:
        The value of each parameter that is given, by its name; what is left out has the
        function's own default. None if the parser must read the arguments.
    """
    if not arguments:
        return {}
    parameters = [
        _Parameter.read(name, hint)
        for name, hint in get_type_hints(function, include_extras=True).items()
        if get_origin(hint) is Annotated
    ]
    options = {each.option: each for each in parameters if each.option}
    rest = next(
        (each for each in parameters if (each.kind, each.takes) == _TEXTS), None
    )
    values: dict[str, Any] = {}
    words = iter(arguments)
    for word in words:
        if not word.startswith("-"):
            if not rest or not word:
                return None
            values.setdefault(rest.name, []).append(word)
            continue
        option, equals, text = word.partition("=")
        parameter = options.get(option)
        if parameter is None or parameter.name in values:
            return None
        if parameter.takes is not bool:
            text = text if equals else next(words, "")
        elif equals:
            return None
        value = parameter.value(text)
        if value is None:
            return None
        values[parameter.name] = value
    return values


@dataclass(frozen=True, slots=True)
class _Parameter:
    """One parameter of a verb.

    Attributes:
        name: What the function calls it.
        kind: The class of what describes it.
        takes: Its type, without None.
        option: What the command line calls it; empty if it is no plain option.
    """

    name: str
    kind: type
    takes: Any
    option: str

    @classmethod
    def read(cls, name: str, hint: Any) -> _Parameter:
        """A parameter, given its annotation."""
        takes, described = get_args(hint)[:2]
        if get_origin(takes) in {Union, UnionType}:
            takes = next(each for each in get_args(takes) if each is not NoneType)
        option = described.default  # what is first in an annotation is a name
        plain = isinstance(described, OptionInfo) and not described.param_decls
        plain = plain and isinstance(option, str) and "/" not in option
        return cls(name, type(described), takes, option if plain else "")

    def value(self, text: str) -> str | Path | bool | None:
        """The value that a text gives; None if the parser must say."""
        if self.takes is bool:
            return True
        if not text or text.startswith("-"):
            return None
        if get_origin(self.takes) is Literal:
            return text if text in get_args(self.takes) else None
        if self.takes is str:
            return text
        return Path(text) if self.takes is Path else None
