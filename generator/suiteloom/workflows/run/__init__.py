"""`run`: pytest over the suites, and what that came to."""

from suiteloom.workflows.run.options import SUITES, RunOptions, environments
from suiteloom.workflows.run.sharing import Shared
from suiteloom.workflows.run.verb import RunReport, run

__all__ = ["SUITES", "RunOptions", "RunReport", "Shared", "environments", "run"]
