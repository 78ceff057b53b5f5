"""From the bytes of a suite file to its units, and from units and rendering to edits. Pure."""

from suiteloom.suites.around import Origin, Surroundings
from suiteloom.suites.beside import Standing, read_beside, standing
from suiteloom.suites.edits import restored
from suiteloom.suites.hand_written import hand_written_lines
from suiteloom.suites.merge import Merged, merge, stray_finding
from suiteloom.suites.ownership import untouched
from suiteloom.suites.reader import may_hold_markers, read_suite
from suiteloom.suites.source import UnreadableError
from suiteloom.suites.threeway.ties import last_compared
from suiteloom.suites.ties import retied
from suiteloom.suites.units import ClassBlock, SuiteText, Unit

__all__ = [
    "ClassBlock",
    "Merged",
    "Origin",
    "Standing",
    "SuiteText",
    "Surroundings",
    "Unit",
    "UnreadableError",
    "hand_written_lines",
    "last_compared",
    "may_hold_markers",
    "merge",
    "read_beside",
    "read_suite",
    "restored",
    "retied",
    "standing",
    "stray_finding",
    "untouched",
]
