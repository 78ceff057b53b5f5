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
from suiteloom.suites.threeway_text import Conflict, Piece
from suiteloom.suites.threeway_units import UnitVersion
from suiteloom.suites.ties import (
    Tie,
    is_compared,
    known_tie,
    tie_of,
    tie_splices,
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
    told: set[str] = set()
    is_whole = all(isinstance(piece, str) for piece in pieces)
    for pick in (_OURS,) if is_whole else (_OURS, _THEIRS):
        text = "".join(p if isinstance(p, str) else pick(p) for p in pieces)
        for before, after in _changes(text, ours.source, known, told):
            pieces = [_replaced(piece, pick, before, after) for piece in pieces]
    return pieces


def _units(suite: SuiteText) -> dict[str, Unit]:
    """Units by id; an id that stands there twice tells nothing."""
    counts = Counter(unit.id for unit in suite.units)
    return {unit.id: unit for unit in suite.units if counts[unit.id] == 1}


def _changes(
    text: str, encoder: Source, known: dict[str, _Versions], told: set[str]
) -> Iterator[tuple[str, str]]:
    """Markers that have to change, as they are and as they have to be.

    Args:
        text: A merged suite, one side of each conflict chosen.
        encoder: Encodes it.
        known: The versions of its units.
        told: Ids whose markers tell of another requirement, or will; more are added.
    """
    try:
        suite = read_suite(encoder.encode(text), "")
    except (UnreadableError, UnicodeEncodeError):
        return
    for unit in suite.units:
        if unit.id not in known:
            continue
        merged = UnitVersion(suite.source, unit)
        digest = merged_digest(merged, known[unit.id], unit.normative)
        if unit.id in told and (merged.is_untouched or digest == unit.normative):
            continue  # one marker stands above both sides of a conflict
        tie = Tie()
        if not merged.is_untouched and (
            digest != unit.normative or _is_tied(known[unit.id])
        ):
            tie = tie_of(unit, unit.normative, digest)
        if tie.word and tie.digest != unit.normative:
            told.add(unit.id)
        splices = list(tie_splices(suite.source, unit, tie))
        if splices:
            marker = suite.source.text[slice(*unit.own.span)]
            yield marker, splice(suite.source.text, *unit.own.span, splices)


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
        `normative` if the test is not suspect.
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
        known = known_tie(unit, normative)
        if wrote and merged.body != other.body and known != normative:
            found.append(known)
    # A test that is suspect on one side stays suspect, since its body was not compared
    # with what the other side's spec says. Of two digests the older one counts: all that
    # changed since then has to be looked at.
    found = [digest for digest in found if digest != normative]
    if base is not None:
        for digest in (base.unit.reviewed, base.unit.tied, base.unit.normative):
            if digest in found:
                return digest
    return found[0] if found else normative


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
    away = _written_bodies(versions[:3])
    for identity, unit in _units(suite).items():
        if identity not in normative or not (identity in ours and identity in theirs):
            continue
        merged, wanted = UnitVersion(suite.source, unit), normative[identity]
        if unit.reviewed or merged.is_untouched or is_compared(unit, wanted):
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
        if digest != wanted:
            found[identity] = digest
    return found


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
