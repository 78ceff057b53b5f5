"""Where this suiteloom was installed from, as others can install it.

What an installer recorded beside a distribution decides, never its name: a name that no
registry has belongs to whoever takes it first.
"""

from __future__ import annotations

import json
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any
from urllib.parse import urlsplit

__all__ = ["UNKNOWN", "requirement"]

_NAME = "suiteloom"
_WANTED = f"{_NAME}[all]"
_RECORD = "direct_url.json"

UNKNOWN = f"{_WANTED} @ TODO"
"""The requirement that stands until somebody writes the place; pip refuses it."""


def requirement() -> str:
    """The requirement by which another machine installs the same suiteloom.

    Source: the "Direct URL Data Structure" of the Python Packaging User Guide.

    Returns:
        One line of a requirements file; empty if this one came from a folder or file of
        this machine, or if nothing says where it came from.
    """
    try:
        found = distribution(_NAME)
    except PackageNotFoundError:
        return ""
    record = found.read_text(_RECORD)
    if record is None:
        return _from_index(found)
    try:
        return _from_url(json.loads(record))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


def _from_index(found: Distribution) -> str:
    """The requirement for a distribution that an index gave; an installer says so."""
    if not found.read_text("INSTALLER"):
        return ""
    return f"{_WANTED}=={found.version}"


def _from_url(record: dict[str, Any]) -> str:
    """The requirement for what a record of its address describes."""
    url = record["url"]
    parts = urlsplit(url)
    if parts.scheme == "file" or not parts.netloc or parts.password is not None:
        return ""
    if (repository := record.get("vcs_info")) is not None:
        line = f"{_WANTED} @ {repository['vcs']}+{url}@{repository['commit_id']}"
    else:
        hashes = record["archive_info"].get("hashes") or {}
        digest = hashes.get("sha256")
        line = f"{_WANTED} @ {url}" + (f"#sha256={digest}" if digest else "")
    folder = record.get("subdirectory")
    return f"{line}#subdirectory={folder}" if folder else line
