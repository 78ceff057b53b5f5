"""`schema`: the JSON Schema of specs, written beside them for editors."""

from __future__ import annotations

import json

from suiteloom.model import SCHEMA, FileChange
from suiteloom.store import commit
from suiteloom.workflows.project import Workspace

__all__ = ["schema_bytes", "schema_change", "write_schema"]


def schema_bytes() -> bytes:
    """The schema as it is written, ending in one newline."""
    from suiteloom.specs.schema import json_schema

    return (json.dumps(json_schema(), indent=2) + "\n").encode()


def schema_change(workspace: Workspace) -> FileChange | None:
    """What writing the schema would change, or None if it is up to date."""
    after = schema_bytes()
    target = workspace.root / SCHEMA
    before = target.read_bytes() if target.is_file() else None
    return None if before == after else FileChange(SCHEMA, before, after)


def write_schema(workspace: Workspace) -> FileChange | None:
    """Write the schema if it is not up to date.

    Returns:
        What changed, or None.

    Raises:
        StorageError: If it can not be written.
        ConflictError: If it changed meanwhile.
    """
    change = schema_change(workspace)
    if change is not None:
        commit(workspace.root, [change])
    return change
