"""What a machine knows about a project at a commit, and about two sides of a merge."""

from __future__ import annotations

from dataclasses import dataclass, field

from hand import body_lines, find_units, token_lines, unit_text
from spec_model import Specs

from bench_modules import load_bench

__all__ = ["Settled", "Sides", "State", "unmarked"]

_marker_of = load_bench("branches").marker_of


@dataclass(frozen=True)
class State:
    """What the machine knew about the project at a commit."""

    commit: str
    specs: Specs
    owners: dict
    bodies: dict
    compared: dict
    kept: bool


@dataclass(frozen=True)
class Sides:
    """The three states of a merge, with the suites of each by path."""

    base: State
    ours: State
    theirs: State
    base_files: dict
    our_files: dict
    their_files: dict

    @property
    def wanted(self):
        """Words that nobody took away."""
        base, ours, theirs = (
            state.owners.keys() for state in (self.base, self.ours, self.theirs)
        )
        return (ours | theirs) - (base - ours) - (base - theirs)

    @property
    def compared(self):
        """The digests that the line of each word in a body was compared with, by word."""
        known = {}
        for files in (self.base_files, self.our_files, self.their_files):
            for text in files.values():
                for unit, words in _words(text):
                    for word in words:
                        known.setdefault(word, set()).add(
                            _marker_of(unit.node).compared
                        )
        return known

    def moved_between_files(self):
        """Whether a unit or a file is not where it was before the branches parted."""
        versions = (self.base_files, self.our_files, self.their_files)
        homes = {}
        for files in versions:
            for path, text in files.items():
                for unit in find_units(text):
                    homes.setdefault(unit.id, set()).add(path)
        gone = any(self.base_files.keys() - files.keys() for files in versions)
        return gone or any(len(paths) > 1 for paths in homes.values())

    def changed_on_both(self, path, identity):
        """Whether both sides changed the lines of one unit."""
        base, ours, theirs = (
            unit_text(files.get(path, ""), identity)
            for files in (self.base_files, self.our_files, self.their_files)
        )
        return base not in (ours, theirs)

    def removed_on_one(self, path, identity):
        """Whether one side removed a unit that the other still has."""
        return any(
            unit_text(files.get(path, ""), identity) is None
            for files in (self.our_files, self.their_files)
        )


@dataclass
class Settled:
    """What came of the conflicts of a merge.

    Attributes:
        inside: The words in them.
        dropped: Those that were not taken.
        bodies: Ids of tests with a conflict in their bodies.
        in_head: Whether one was in front of a body.
    """

    inside: set = field(default_factory=set)
    dropped: set = field(default_factory=set)
    bodies: set = field(default_factory=set)
    in_head: bool = False


def unmarked(text, compared):
    """Ids of tests whose bodies nobody compared with what they must do, and no sign of it.

    Args:
        text: A suite that was generated after a merge.
        compared: The digests that each word's line was compared with.
    """
    return [
        unit.id
        for unit, words in _words(text)
        if not unit.is_orphan
        and (marker := _marker_of(unit.node)).compared == marker.normative
        and any(
            marker.normative not in compared[word] for word in words & compared.keys()
        )
    ]


def _words(text):
    """Each unit with the words that stand in its body."""
    for unit in find_units(text):
        lines = "\n".join(body_lines(text, unit))
        yield unit, {word for word, _ in token_lines(lines)}
