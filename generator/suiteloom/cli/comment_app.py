"""The verb `comment`."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suiteloom.cli.options import DebugOption, FormatOption
from suiteloom.cli.output import Output
from suiteloom.errors import UsageError
from suiteloom.store import read_bytes

if TYPE_CHECKING:
    from suiteloom.workflows.comment import CommentReport

__all__ = ["comment"]

_MOST_BYTES = 1_000_000
_STDIN = "-"
_WORDS = {
    "updated": "brought up to date on",
    "reduced": "reduced to one line on",
    "unchanged": "already as it has to be on",
    "not-wanted": "not needed on",
}


def comment(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="What `diff --format markdown` wrote; - is stdin."
        ),
    ],
    *,
    number: Annotated[
        int,
        typer.Option(
            "--number",
            metavar="N",
            min=0,
            show_default=False,
            help="The pull or merge request, where the job does not tell.",
        ),
    ] = 0,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Keep one comment on a pull or merge request, as long as there is a need for it.

    Example: suiteloom comment review.md
    """
    from suiteloom.workflows.comment import comment as run_comment

    report = run_comment(_read(file), file, os.environ, number)
    output = Output(format)
    if output.is_json:
        output.json("comment", asdict(report))
    else:
        output.line(_said(report))


def _read(file: str) -> str:
    """The text of a file, or of what comes in."""
    if file == _STDIN:
        data = sys.stdin.buffer.read(_MOST_BYTES + 1)
    else:
        data = read_bytes(Path(), file, _MOST_BYTES)
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UsageError("is not valid UTF-8", path=file) from error


def _said(report: CommentReport) -> str:
    """What became of the comment, in words."""
    if report.action == "outdated":
        return (
            f"no comment: {report.forge} knows no open request whose newest commit this"
            " job is for; the job of that commit comments"
        )
    sign = "!" if report.forge == "GitLab" else "#"
    request = f"{sign}{report.number}"
    where = f": {report.address}" if report.address.startswith("http") else ""
    if report.action == "created":
        return f"commented on {request}{where}"
    return f"the comment is {_WORDS[report.action]} {request}{where}"
