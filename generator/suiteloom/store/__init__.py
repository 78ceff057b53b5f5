"""The only code that writes project files: configuration, paths, lock, commit."""

from typing import TYPE_CHECKING, Any

from suiteloom.store.commit import commit, keep
from suiteloom.store.config import find_root, has_config, load_config
from suiteloom.store.files import (
    SPEC_SUFFIXES,
    list_files,
    list_tree,
    read_bytes,
    resolve_target,
)
from suiteloom.store.journal import has_journal, recover
from suiteloom.store.lazily import Changed, FilesOnDisk, read_specs
from suiteloom.store.lock import FOLDER
from suiteloom.store.meetings import Versions, read_versions
from suiteloom.store.tracked import check_untracked

if TYPE_CHECKING:
    from suiteloom.store.packaged import packaged_page, packaged_templates
    from suiteloom.store.pytest_settings import (
        PytestSettings,
        find_settings,
        settings_in,
    )
    from suiteloom.store.worktree import present_revision

__all__ = [
    "FOLDER",
    "SPEC_SUFFIXES",
    "Changed",
    "FilesOnDisk",
    "PytestSettings",
    "Versions",
    "check_untracked",
    "commit",
    "find_root",
    "find_settings",
    "has_config",
    "has_journal",
    "keep",
    "list_files",
    "list_tree",
    "load_config",
    "packaged_page",
    "packaged_templates",
    "present_revision",
    "read_bytes",
    "read_specs",
    "read_versions",
    "recover",
    "resolve_target",
    "settings_in",
]

_LATE = {
    "packaged": "packaged_page packaged_templates",
    "pytest_settings": "PytestSettings find_settings settings_in",
    "worktree": "present_revision",
}
"""Names by the module that is imported when one of them is asked for."""


def __getattr__(name: str) -> Any:
    """Import what few commands need, when it is asked for.

    Args:
        name: What is asked for.

    Raises:
        AttributeError: There is no such name.
    """
    for module, names in _LATE.items():
        if name in names.split():
            from importlib import import_module

            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, those not yet imported too."""
    return sorted(__all__)
