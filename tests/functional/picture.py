"""A picture of a terminal: what a command really shows there, drawn by rich as SVG."""

from __future__ import annotations

import io
import re

from rich.console import Console
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

__all__ = ["WIDTH", "drawn", "screen"]

WIDTH = 80
_TOKEN = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])|\r|\n|[^\x1b\r\n]+")
_DURATION = re.compile(r"\bin \d+\.\d+s")
_FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" \
xmlns="http://www.w3.org/2000/svg" role="img">
<title>suiteloom in a terminal</title>
<style>
.{unique_id}-matrix {{
font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
font-size: {char_height}px; line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" \
clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""rich's own form without fonts from the network."""


def screen(shown: str) -> list[str]:
    """The lines that a terminal ends up with: what was drawn over or erased is gone.

    Args:
        shown: Everything that was written to it.

    Returns:
        Lines with their colours as escapes; each begins and ends without any.
    """
    lines, row, colours = [""], 0, ""
    for token in _TOKEN.finditer(shown):
        text, code, letter = token[0], token[1], token[2]
        if text == "\n":
            row += 1
            if row == len(lines):
                lines.append("")
        elif text == "\r" or letter == "G":
            pass  # what follows a return here is an erasure or a line's end
        elif letter == "K":
            lines[row] = ""
        elif letter == "A":
            row = max(0, row - int(code or 1))
        elif letter == "m":
            colours = "" if code in {"", "0"} else colours + text
        elif letter is None:
            lines[row] += f"{colours}{text}\x1b[0m" if colours else text
    while lines and not lines[-1].strip():
        del lines[-1]
    return lines


def _folded(line: Text) -> list[Text]:
    """A line as a terminal breaks it: after so many characters, wherever that is."""
    return list(line.divide(range(WIDTH, len(line), WIDTH)))


def drawn(command: str, shown: str) -> str:
    """A command with what it showed, as SVG; times are the same in every picture."""
    lines = [f"\x1b[1m$ {command}\x1b[0m", *screen(shown)]
    texts = [Text.from_ansi(_DURATION.sub("in 0.04s", line)) for line in lines]
    text = Text("\n").join(part for line in texts for part in _folded(line))
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), color_system="standard"
    )
    console.print(text, style=Style(), soft_wrap=False)
    svg = console.export_svg(
        title="suiteloom",
        theme=DIMMED_MONOKAI,
        code_format=_FORMAT,
        unique_id="terminal",
    )
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"
