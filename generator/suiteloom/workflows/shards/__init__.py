"""Shards: the shares of a run, planned without collecting, and which one is to run."""

from suiteloom.workflows.shards.numbers import AUTO, VARIABLES, read_shard
from suiteloom.workflows.shards.planning import plan_shards

__all__ = ["AUTO", "VARIABLES", "plan_shards", "read_shard"]
