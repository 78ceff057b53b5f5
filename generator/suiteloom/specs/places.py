"""Where values stand in a spec; looked up only when there is something to say."""

from __future__ import annotations

from typing import Any

import yaml

from suiteloom.specs.stream import read_events

__all__ = ["Path", "locate", "mark"]

Path = tuple[str | int, ...]
"""Keys and 0-based indices that lead to a value."""


def locate(source: bytes, wanted: set[Path]) -> dict[Path, tuple[int, int]]:
    """Find where values stand in a spec that `parse` could read.

    Args:
        source: The file, as it is on disk.
        wanted: Paths of values; a path that ends in ``("#key", name)`` means the key.

    Returns:
        1-based line and column of each path that exists.
    """
    parser = read_events(source.decode("utf-8-sig"))
    found: dict[Path, tuple[int, int]] = {}
    entered = {path[:length] for path in wanted for length in range(len(path))}

    def visit(event: Any, path: Path) -> None:
        if path in wanted:
            found[path] = mark(event)
        if path not in entered:
            _skip(parser, event)
        elif isinstance(event, yaml.SequenceStartEvent):
            index = 0
            while not isinstance(item := parser.get_event(), yaml.SequenceEndEvent):
                visit(item, (*path, index))
                index += 1
        elif isinstance(event, yaml.MappingStartEvent):
            while not isinstance(key := parser.get_event(), yaml.MappingEndEvent):
                if (*path, "#key", key.value) in wanted:
                    found[*path, "#key", key.value] = mark(key)
                visit(parser.get_event(), (*path, key.value))

    parser.get_event()
    parser.get_event()
    visit(parser.get_event(), ())
    return found


def _skip(parser: Any, event: Any) -> None:
    """Read on to the end of the value that starts with `event`."""
    depth = 0
    while True:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth == 0:
            return
        event = parser.get_event()


def mark(event: Any) -> tuple[int, int]:
    """1-based line and column of an event."""
    return event.start_mark.line + 1, event.start_mark.column + 1
