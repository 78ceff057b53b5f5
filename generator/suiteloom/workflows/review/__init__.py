"""`review`: the units that wait for a person's decision, settled one by one."""

from suiteloom.workflows.review.looking import View, look
from suiteloom.workflows.review.settling import Settled, settle, take_back
from suiteloom.workflows.review.undecided import (
    KINDS,
    Decision,
    Kind,
    Undecided,
    find_undecided,
    named,
)

__all__ = [
    "KINDS",
    "Decision",
    "Kind",
    "Settled",
    "Undecided",
    "View",
    "find_undecided",
    "look",
    "named",
    "settle",
    "take_back",
]
