"""What a merge brings together, tied: bodies and the requirements of both sides. Pure.

Asked of the merged text as a whole, however it came about, so that no way of merging
leaves a body unmarked under a requirement that nobody compared it with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from suiteloom.suites.ownership import untouched
from suiteloom.suites.reader import read_suite
from suiteloom.suites.source import Source, UnreadableError
from suiteloom.suites.splices import splice
from suiteloom.suites.threeway.text import Conflict, Piece
from suiteloom.suites.threeway.units import UnitVersion
from suiteloom.suites.ties import (
    UNKNOWN,
    Tie,
    is_compared,
    is_told,
    known_tie,
    tie_of,
    tie_splices,
    united,
)
from suiteloom.suites.units import SuiteText, Unit

__all__ = ["last_compared", "merged_digest", "tie_pieces"]

_Pick = Callable[[Conflict], str]
_OURS: _Pick = attrgetter("ours")
_THEIRS: _Pick = attrgetter("theirs")


@dataclass(frozen=True, slots=True)
class _Versions:
    """One unit in the three versions; both sides have it."""

    base: UnitVersion | None
    ours: UnitVersion
    theirs: UnitVersion


def tie_pieces(
    pieces: list[Piece], base: SuiteText, ours: SuiteText, theirs: SuiteText
) -> list[Piece]:
    """Let the marker of each body tell what it was last compared with.

    Args:
        pieces: A merged suite, conflicts included.
        base: The common ancestor, with line ends as in `pieces`.
        ours: One side.
        theirs: The other.

    Returns:
        The same text with other ties. What is suspect if one side of a conflict is
        chosen has a marker that says so, if it stands outside of the conflict or on that
        side of it.
    """
    old, mine, other = (_units(suite) for suite in (base, ours, theirs))
    known = {
        identity: _Versions(
            UnitVersion(base.source, old[identity]) if identity in old else None,
            UnitVersion(ours.source, mine[identity]),
            UnitVersion(theirs.source, other[identity]),
        )
        for identity in mine.keys() & other.keys()
    }
    homes = _homes((base, ours, theirs))
    is_whole = all(isinstance(piece, str) for piece in pieces)
    picks = (_OURS,) if is_whole else (_OURS, _THEIRS)
    found = [dict(_picked(pieces, pick, ours.source, known, homes)) for pick in picks]
    for pick, side, others in zip(picks, found, found[::-1], strict=True):
        for identity, picked in side.items():
            before = picked.marker
            after = _tied_marker(picked, others.get(identity, picked), known[identity])
            pieces = [_replaced(piece, pick, before, after) for piece in pieces]
    return pieces


@dataclass(frozen=True, slots=True)
class _Picked:
    """One unit of a merged suite, one side of each conflict chosen.

    Attributes:
        version: The unit.
        digest: What its body was last compared with; empty if it is untouched.
    """

    version: UnitVersion
    digest: str

    @property
    def marker(self) -> str:
        """The text of its marker."""
        return self.version.source.text[slice(*self.version.unit.own.span)]


def _units(suite: SuiteText) -> dict[str, Unit]:
    """Units by id; an id that stands there twice tells nothing."""
    counts = Counter(unit.id for unit in suite.units)
    return {unit.id: unit for unit in suite.units if counts[unit.id] == 1}


def _picked(
    pieces: Iterable[Piece],
    pick: _Pick,
    encoder: Source,
    known: Mapping[str, _Versions],
    homes: Mapping[str, Mapping[str, str]],
) -> Iterator[tuple[str, _Picked]]:
    """The units that both sides have, as they are if one side of conflicts is chosen."""
    text = "".join(p if isinstance(p, str) else pick(p) for p in pieces)
    try:
        suite = read_suite(encoder.encode(text), "")
    except (UnreadableError, UnicodeEncodeError):
        return
    for unit in suite.units:
        if unit.id not in known:
            continue
        merged, versions = UnitVersion(suite.source, unit), known[unit.id]
        digest = ""
        if not merged.is_untouched:
            digest = merged_digest(merged, versions, unit.normative)
            digest = _with_strays(digest, merged, versions, homes)
        yield unit.id, _Picked(merged, digest)


def _tied_marker(picked: _Picked, other: _Picked, versions: _Versions) -> str:
    """The marker of a unit with the tie that it needs, whichever side is chosen.

    Args:
        picked: The unit.
        other: The same with the other side of each conflict. The two have one marker if
            it stands above the conflict.
        versions: What it was merged from.
    """
    unit, source = picked.version.unit, picked.version.source
    below = [picked, other] if other.marker == picked.marker else [picked]
    digest = united(item.digest for item in below)
    tie = Tie()
    if digest and (digest != unit.normative or _is_tied(versions)):
        bodies = [item.version.unit for item in below if item.digest]
        body = next((item for item in bodies if not item.is_pending), bodies[0])
        tie = tie_of(body, unit.normative, digest)
    splices = list(tie_splices(source, unit, tie))
    return splice(source.text, *unit.own.span, splices)


def _homes(suites: Iterable[SuiteText]) -> dict[str, dict[str, str]]:
    """Each line of a body that somebody wrote: the tests that have it.

    Returns:
        By line, without what it is indented by: ids, each with the digest that the body
        was last compared with.
    """
    homes: dict[str, dict[str, str]] = {}
    for suite in suites:
        for unit in suite.units:
            version = UnitVersion(suite.source, unit)
            if not version.is_untouched:
                digest = known_tie(unit, unit.normative)
                for line in version.lines:
                    homes.setdefault(line, {})[unit.id] = digest
    return homes


def _with_strays(
    digest: str,
    merged: UnitVersion,
    versions: _Versions,
    homes: Mapping[str, Mapping[str, str]],
) -> str:
    """Add to a digest what the lines were compared with that are those of another test.

    That is so of lines which no version of the test has, and just one other test.
    """
    own = filter(None, (versions.base, versions.ours, versions.theirs))
    left = merged.lines.difference(*(version.lines for version in own))
    owners = [homes[line] for line in sorted(left) if line in homes]
    found = [next(iter(ids.values())) for ids in owners if len(ids) == 1]
    strays = united(found)
    if not strays:
        return digest
    return united([digest, UNKNOWN if strays == digest else strays])


def _is_tied(versions: _Versions) -> bool:
    return bool(versions.ours.unit.tie_spans or versions.theirs.unit.tie_spans)


def _replaced(piece: Piece, pick: _Pick, before: str, after: str) -> Piece:
    """Replace a marker in a piece, and of a conflict on one side only."""
    if isinstance(piece, str):
        return piece.replace(before, after)
    ours, theirs = piece.ours, piece.theirs
    if pick is _OURS:
        return Conflict(ours.replace(before, after), piece.base, theirs)
    return Conflict(ours, piece.base, theirs.replace(before, after))


def merged_digest(merged: UnitVersion, versions: _Versions, normative: str) -> str:
    """The normative digest that a merged body was last compared with.

    Args:
        merged: The unit as merged.
        versions: What it was merged from.
        normative: What the test must do.

    Returns:
        `normative` if the test is not suspect; several as by `united`.
    """
    base, ours, theirs = versions.base, versions.ours, versions.theirs
    found = []
    for side, other in ((ours, theirs), (theirs, ours)):
        unit = side.unit
        if untouched(side.source, unit):
            continue
        if (digest := _open(unit)) and not _settled(base, unit, other.unit, normative):
            found.append(digest)
        wrote = base is None or side.body != base.body
        if wrote and merged.body != other.body:
            found.append(known_tie(unit, normative))
    # A test that is suspect on one side stays suspect, since its body was not compared
    # with what the other side's spec says. Lines of both sides were compared with what
    # each side says, and none with both. What was known before comes first.
    old = base.unit if base is not None else None
    known = (old.reviewed, old.tied, old.normative) if old else ()
    return united(sorted(found, key=lambda digest: digest not in known)) or normative


def last_compared(
    suite: SuiteText, versions: Sequence[SuiteText], normative: Mapping[str, str]
) -> dict[str, str]:
    """What bodies were last compared with that two branches brought to where they stand.

    Args:
        suite: A suite that was merged, by whatever means.
        versions: The three that it was merged from: base, ours, theirs. One more is the
            suite as it was committed, if it was.
        normative: What the tests must do now, by id.

    Returns:
        By id, the digest of what the body of a test was compared with, where that is not
        what the test must do, and the marker does not say that this body was compared
        with that since. So it is with the body of another test, too.
    """
    base, ours, theirs, *committed = map(_units, versions)
    found: dict[str, str] = {}
    away, homes = _written_bodies(versions[:3]), _homes(versions[:3])
    for identity, unit in _units(suite).items():
        if identity not in normative or not (identity in ours and identity in theirs):
            continue
        merged, wanted = UnitVersion(suite.source, unit), normative[identity]
        if merged.is_untouched or is_compared(unit, wanted):
            continue
        sides = _Versions(
            UnitVersion(versions[0].source, base[identity])
            if identity in base
            else None,
            UnitVersion(versions[1].source, ours[identity]),
            UnitVersion(versions[2].source, theirs[identity]),
        )
        was_suspect = any(
            identity in units
            and units[identity].reviewed
            and units[identity].normative == wanted
            for units in committed
        )
        if was_suspect or _is_of_one_side(merged, sides, wanted):
            continue
        digest = merged_digest(merged, sides, wanted)
        if digest == wanted and not _is_own(merged, sides):
            digest = away.get(merged.body, wanted)
        digest = _with_strays(digest, merged, sides, homes)
        digest = _beside_marker(digest, unit, sides, wanted)
        if digest != wanted:
            found[identity] = digest
    return found


def _beside_marker(digest: str, unit: Unit, sides: _Versions, normative: str) -> str:
    """What a body was last compared with, its marker included; `normative` if it tells.

    Args:
        digest: What the versions tell.
        unit: The unit as merged.
        sides: What it was merged from.
        normative: What the test must do now.
    """
    known = known_tie(unit, normative)
    versions = filter(None, (sides.base, sides.ours, sides.theirs))
    is_as_merged = _marks(unit) in [_marks(version.unit) for version in versions]
    if digest == normative or (unit.reviewed and not is_as_merged):
        return normative
    if known == normative:
        return digest
    if unit.reviewed and is_told(digest, known):
        return normative
    return united([known, digest]) if is_as_merged else known


def _marks(unit: Unit) -> tuple[str, str, str]:
    """What the marker of a unit says of it and its body."""
    return unit.rev, unit.written, unit.reviewed


def _written_bodies(versions: Iterable[SuiteText]) -> dict[str, str]:
    """Every body that somebody wrote, with the digest that it was last compared with."""
    return {
        version.body: known_tie(unit, unit.normative)
        for suite in versions
        for unit in suite.units
        if not (version := UnitVersion(suite.source, unit)).is_untouched
    }


def _is_own(merged: UnitVersion, sides: _Versions) -> bool:
    """Whether a version of the same test has this body."""
    versions = filter(None, (sides.base, sides.ours, sides.theirs))
    return any(version.body == merged.body for version in versions)


def _is_of_one_side(merged: UnitVersion, sides: _Versions, normative: str) -> bool:
    """Whether one side has this body under this requirement, and is not suspect."""
    return any(
        side.body == merged.body and known_tie(side.unit, normative) == normative
        for side in (sides.ours, sides.theirs)
    )


def _open(unit: Unit) -> str:
    """What a body was last compared with, if that is not what its test must do.

    So it is in a suspect test, and in a pending one whose half-written body was tied.
    """
    return unit.reviewed or (unit.tied if unit.tied != unit.normative else "")


def _settled(base: UnitVersion | None, unit: Unit, other: Unit, normative: str) -> bool:
    """Whether the other side reviewed what this side only carries along."""
    return (
        base is not None
        and (_open(unit), unit.normative) == (_open(base.unit), base.unit.normative)
        and known_tie(other, normative) == normative
    )
