"""The verb `report`: specs, suites, the last run and the history as one computed document."""

from suiteloom.workflows.report.verb import report

__all__ = ["report"]
