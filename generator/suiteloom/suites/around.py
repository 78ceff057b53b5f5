"""What the merge of one suite must know of other suites, and where its units come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from suiteloom.suites.source import Source
from suiteloom.suites.units import ClassBlock, SuiteText, Unit

__all__ = ["Origin", "Surroundings"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a unit stands now; `owner` is its class."""

    suite: SuiteText
    unit: Unit
    owner: ClassBlock

    @property
    def source(self) -> Source:
        """The file that it stands in."""
        return self.suite.source


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the merge of one suite must know of the rest of the project.

    Attributes:
        specified: Every id of every spec.
        incoming: Units in other files that belong to this suite, by id.
        restore: Whether the spec wins over edits of spec-owned text.
        pruned: Ids of orphans that a person asked to remove.
        fresh: Whether the file does not exist yet and was rendered a moment ago.
        bases: Dotted paths of the base classes that the configuration names.
        compared: What bodies were last compared with that branches brought to where they
            stand, by id, where their markers do not tell.
    """

    specified: frozenset[str]
    incoming: Mapping[str, Origin] = field(default_factory=dict)
    restore: bool = False
    fresh: bool = False
    pruned: frozenset[str] = frozenset()
    bases: tuple[str, ...] = ()
    compared: Mapping[str, str] = field(default_factory=dict)
