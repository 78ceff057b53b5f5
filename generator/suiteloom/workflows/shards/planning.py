"""The plan of shards: which files, or parts of a file, each of them runs.

Made from specs and recorded durations alone; nothing is collected or imported. The same
inputs give the same plan on every machine.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from suiteloom.model import FilePart, Share

__all__ = ["plan_shards"]

Groups = Sequence[Sequence[str]]
"""The ids of a file's tests by group."""


@dataclass(frozen=True, slots=True)
class _Item:
    """What goes to one shard as a whole: a file, or a part of it."""

    weight: int
    path: str
    first: int
    ids: tuple[str, ...]

    @property
    def sort_key(self) -> tuple[int, str, int]:
        """The longest first, then by place."""
        return (-self.weight, self.path, self.first)


def plan_shards(
    files: Mapping[str, Groups], durations: Mapping[str, int], count: int
) -> tuple[Share, ...]:
    """Give every file to a shard, the longest first, each to the one with the least.

    A file that alone is over 1.5 times the mean of the shards is cut between its groups,
    and a group that is longer than a part between its tests.

    Args:
        files: Ids by group of each file, by path, in spec order.
        durations: What each test is expected to take, in any unit; at least 1.
        count: Number of shards, at least 1.

    Returns:
        The shares of all shards, in order; those for which nothing is left are empty.
    """
    total = sum(
        durations[name] for groups in files.values() for ids in groups for name in ids
    )
    items = [
        item
        for path, groups in files.items()
        for item in _items(path, groups, durations, total, count)
    ]
    loads = [(0, number) for number in range(count)]
    taken: list[list[_Item]] = [[] for _ in range(count)]
    for item in sorted(items, key=lambda item: item.sort_key):
        load, number = loads[0]
        heapq.heapreplace(loads, (load + item.weight, number))
        taken[number].append(item)
    order = {path: place for place, path in enumerate(files)}
    return tuple(tuple(_parts(mine, order)) for mine in taken)


def _items(
    path: str, groups: Groups, durations: Mapping[str, int], total: int, count: int
) -> Iterator[_Item]:
    """A file as one item, or as several if it is too long for one shard."""
    ids = tuple(name for group in groups for name in group)
    weight = sum(durations[name] for name in ids)
    if len(ids) < 2 or 2 * weight * count <= 3 * total:
        yield _Item(weight, path, 0, ids)
        return
    pieces = -(-weight * count // total)
    first, part, load = 0, list[str](), 0
    for unit in _units(groups, durations, weight, pieces):
        more = sum(durations[name] for name in unit)
        if part and (2 * load + more) * pieces > 2 * weight:
            yield _Item(load, path, first, tuple(part))
            first, part, load = first + len(part), [], 0
        part += unit
        load += more
    yield _Item(load, path, first, tuple(part))


def _units(
    groups: Groups, durations: Mapping[str, int], weight: int, pieces: int
) -> Iterator[Sequence[str]]:
    """What stays together where a file is cut: a group, or a test of one that is long."""
    for group in groups:
        if sum(durations[name] for name in group) * pieces > weight:
            yield from ([name] for name in group)
        elif group:
            yield group


def _parts(items: Sequence[_Item], order: Mapping[str, int]) -> Iterator[FilePart]:
    """The items of one shard by file, in spec order; the first of a file has its rest."""
    by_path: dict[str, list[_Item]] = {}
    for item in sorted(items, key=lambda item: (order[item.path], item.first)):
        by_path.setdefault(item.path, []).append(item)
    for path, found in by_path.items():
        ids = tuple(name for item in found for name in item.ids)
        yield FilePart(path, ids, found[0].first == 0)
