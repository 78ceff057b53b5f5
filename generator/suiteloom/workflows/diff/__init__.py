"""`diff`: what two states of a project differ in."""

from suiteloom.workflows.diff.verb import diff, needs_decision

__all__ = ["diff", "needs_decision"]
