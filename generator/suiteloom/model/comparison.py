"""What two states of a project differ in, test by test, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from suiteloom.model.code import CodeAge
from suiteloom.model.finding import Place
from suiteloom.model.record import Revision

__all__ = ["Change", "ChangeName", "Comparison", "Detail", "FieldChange", "Totals"]

_NOWHERE = Place("")

ChangeName = Literal[
    "suspect",
    "orphaned",
    "edited",
    "quarantined",
    "extended",
    "removed",
    "body-removed",
    "pruned",
    "added",
    "renamed",
    "moved",
    "respecified",
    "recased",
    "justified",
    "changed",
    "body-written",
    "body-changed",
    "reviewed",
    "revived",
    "released",
]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a spec before and after, as text; a list has one text an entry.

    `line` is that of the field in the newer spec, 1-based; 0 if it is not there.
    """

    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to a test, or to a domain or group if `id` is empty.

    Attributes:
        domain: Where the test is specified now; where it was if it is no more.
        id: Of the test.
        name: Of the test, now if it is still there; of the group or domain, its title.
        change: What happened.
        detail: In a few words; may be empty.
        fields: What changed in the spec.
        spec: Where it is specified, in the newer state if it is there.
        suite: Where its unit stands, in the newer state if it is there.
        alone: Of a body: whether it changed and its requirement did not. Of a
            requirement under a written body: whether it changed and the body did not.
        is_specified: Whether `spec` is in the newer state, not in the older one.
        is_there: Whether `suite` is.
        is_generated: Whether the suite says what the spec says; if not, `generate` has
            not been run.
    """

    domain: str
    id: str
    name: str
    change: ChangeName
    detail: str = ""
    fields: tuple[FieldChange, ...] = ()
    spec: Place = _NOWHERE
    suite: Place = _NOWHERE
    alone: bool = False
    is_specified: bool = True
    is_there: bool = True
    is_generated: bool = True


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of tests, US dollars a year and score, of the domains that changed.

    In quarantine are those whose spec says so, whatever day it is. `score` is the compliance
    of the suites, 0 to 100; None without tests in them, or if there are too many of them to
    be judged. `covered_usd` is what those of the domains earn whose every test passed; None
    if a run does not tell.
    """

    specified: int = 0
    written: int = 0
    pending: int = 0
    suspect: int = 0
    orphaned: int = 0
    quarantined: int = 0
    revenue_usd: int = 0
    score: float | None = None
    covered_usd: int | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """What a reviewer looks at beside the changes of a test.

    Attributes:
        hunk: Its unit before and after, as lines of a unified diff without its heads; ``…``
            stands between hunks.
        outcome: How it ended in the last run, if its suite was run exactly as it stands in
            the newer state; else empty.
        is_quarantined: Whether it is in quarantine, so that the outcome counts for nothing.
    """

    hunk: tuple[str, ...] = ()
    outcome: str = ""
    is_quarantined: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states of a project, compared.

    Attributes:
        base: What the older one is called.
        base_commit: Its commit.
        head: What the newer one is called.
        head_commit: Its commit; empty for the work tree.
        changes: In the order of the newer specs, then of the older ones.
        before: Counts over the domains that changed.
        after: Likewise.
        unscored: How many suites changed if they are too many to be judged.
        at_stake: Dollars a year of each domain in which something is to be decided or
            was lost; domains without a figure are left out.
        details: Of each test that changed, by id, where they were asked for.
        ran_at: The commit of the last run and whether its tree was clean, as far as known.
        age: How its results stand to the code under test in the newer state.
        project: Folder of the project in its repository, POSIX; empty if it is the root.
    """

    base: str
    base_commit: str
    head: str
    head_commit: str
    changes: tuple[Change, ...]
    before: Totals
    after: Totals
    at_stake: Mapping[str, int] = field(default_factory=dict)
    unscored: int = 0
    project: str = ""
    details: Mapping[str, Detail] = field(default_factory=dict)
    ran_at: Revision = field(default_factory=Revision)
    age: CodeAge = field(default_factory=CodeAge)
