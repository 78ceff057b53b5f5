"""Questions to a person at a terminal that are answered by yes or no."""

from __future__ import annotations

import sys

import typer

from suiteloom.cli.output import Output

__all__ = ["agrees", "can_ask"]


def can_ask(output: Output) -> bool:
    """Whether there is somebody at a terminal to answer questions."""
    return not output.is_json and sys.stdin.isatty() and sys.stdout.isatty()


def agrees(question: str, *, default: bool = False) -> bool | None:
    """Ask on stderr.

    Args:
        question: Without its answers.
        default: What an empty line means.

    Returns:
        The answer; None if the input ended, which never means yes.

    Raises:
        KeyboardInterrupt: If it was interrupted.
    """
    try:
        return typer.confirm(question, default=default, err=True)
    except typer.Abort as error:
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        return None
