"""What a machine knows about a project at a commit, and about two sides of a merge."""

from __future__ import annotations

from dataclasses import dataclass

from hand import find_units, unit_text
from spec_model import Specs

__all__ = ["Sides", "State"]


@dataclass(frozen=True)
class State:
    """What the machine knew about the project at a commit."""

    commit: str
    specs: Specs
    owners: dict
    bodies: dict
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
