"""Terminal output: data to stdout, talk to stderr, nothing interpreted as markup."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from suiteloom.model import Finding
from suiteloom.model.words import plural

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "Format",
    "Output",
    "json_text",
    "plain",
    "plural",
    "print_error",
    "print_findings",
]

Format = Literal["text", "json"]

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_STYLES = {"error": "red", "warning": "yellow", "note": "blue"}


def plain(text: str) -> str:
    """`text` without characters that a terminal would obey."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


@dataclass(slots=True)
class Output:
    """Where a command's data goes, and in which format."""

    format: Format = "text"
    _consoles: dict[bool, Console] = field(default_factory=dict)

    @property
    def is_json(self) -> bool:
        """Whether data is printed as JSON."""
        return self.format == "json"

    def console(self, *, stderr: bool = False) -> Console:
        """The console of stdout or stderr, made at first use."""
        if stderr not in self._consoles:
            from rich.console import Console

            self._consoles[stderr] = Console(
                stderr=stderr, markup=False, highlight=False, emoji=False
            )
        return self._consoles[stderr]

    def line(self, text: str = "", style: str = "", *, stderr: bool = False) -> None:
        """Print one line, never wrapped, in color where there is a terminal."""
        stream = sys.stderr if stderr else sys.stdout
        if style and stream.isatty():
            self.console(stderr=stderr).print(plain(text), style=style, soft_wrap=True)
        else:
            stream.write(f"{plain(text)}\n")

    def announce(self, environment: str) -> None:
        """Say in which environment pytest runs next, in its place in the output."""
        sys.stdout.flush()
        self.line(f"--- environment {environment}", "bold", stderr=True)
        sys.stderr.flush()

    def json(self, verb: str, data: dict[str, Any]) -> None:
        """Print the one object of a command."""
        sys.stdout.write(json_text(verb, data))


def json_text(verb: str, data: dict[str, Any]) -> str:
    """The one object of a command, as text."""
    return json.dumps({"schema": f"suiteloom.{verb}/1", **data}, indent=2) + "\n"


def print_findings(output: Output, findings: Iterable[Finding]) -> None:
    """Print findings, one after the other; on a terminal broken between words."""
    for finding in findings:
        from rich.text import Text

        console = output.console()
        text = Text(f"{plain(finding.place)}: " if finding.place else "")
        text.append(finding.code, style=_STYLES[finding.severity])
        text.append(f" {plain(finding.message)}")
        if finding.advice:
            text.append(f"\n  hint: {plain(finding.advice)}", style="dim")
        console.print(text, soft_wrap=not console.is_terminal)


def print_error(message: str, *, place: str = "", hint: str = "") -> None:
    """Print why a command stops, on stderr."""
    output = Output()
    prefix = f"{place}: " if place else ""
    output.line(f"error: {prefix}{message}", "bold red", stderr=True)
    if hint:
        output.line(f"  hint: {hint}", stderr=True)
