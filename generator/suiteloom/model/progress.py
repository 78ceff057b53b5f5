"""How long work says what it is at. Pure: whoever calls decides whether that is shown."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Progress", "silent", "under"]


class Progress(Protocol):
    """Takes what is being done, and how much of it is done where that can be counted."""

    def __call__(self, step: str, done: int = 0, total: int = 0, /) -> None:
        """Take a step's name, how many of its parts are done, and how many there are.

        A total of 0 means that it is not known.
        """


def silent(step: str, done: int = 0, total: int = 0, /) -> None:
    """Take it and say nothing."""


def under(name: str, progress: Progress) -> Progress:
    """What takes steps of some work as parts of one step of that name."""

    def told(_step: str, done: int = 0, total: int = 0, /) -> None:
        progress(name, done, total)

    return told
