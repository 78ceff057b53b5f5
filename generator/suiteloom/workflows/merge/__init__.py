"""`merge`: the records of shards, joined to one run."""

from suiteloom.workflows.merge.verb import MergeReport, merge

__all__ = ["MergeReport", "merge"]
