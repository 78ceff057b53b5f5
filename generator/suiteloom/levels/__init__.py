"""Over model and syntax trees: findings. Pure."""

from suiteloom.levels.age import check_age, said_of_age
from suiteloom.levels.bvj import check_bvj
from suiteloom.levels.collection import check_collection, check_orphans
from suiteloom.levels.facts import SuiteFacts, read_facts
from suiteloom.levels.outcomes import check_outcomes, check_pending, check_session
from suiteloom.levels.quarantine import check_quarantine_count, check_quarantine_ends
from suiteloom.levels.state import check_state
from suiteloom.levels.strays import check_passed_over, check_strays, unreadable
from suiteloom.levels.structure import check_structure
from suiteloom.levels.team import (
    check_above,
    check_others,
    check_path,
    check_start,
    check_team,
)
from suiteloom.levels.undefined import check_undefined

__all__ = [
    "SuiteFacts",
    "check_above",
    "check_age",
    "check_bvj",
    "check_collection",
    "check_orphans",
    "check_others",
    "check_outcomes",
    "check_passed_over",
    "check_path",
    "check_pending",
    "check_quarantine_count",
    "check_quarantine_ends",
    "check_session",
    "check_start",
    "check_state",
    "check_strays",
    "check_structure",
    "check_team",
    "check_undefined",
    "read_facts",
    "said_of_age",
    "unreadable",
]
