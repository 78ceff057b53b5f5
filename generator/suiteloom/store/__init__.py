"""The only code that writes project files: configuration, paths, lock, commit.

A start of pytest asks for the configuration and for nothing else, so that each name is
imported when it is asked for.
"""

from typing import TYPE_CHECKING

from suiteloom.late import late_names

if TYPE_CHECKING:
    from suiteloom.store.cache import Cache
    from suiteloom.store.committing import commit, keep
    from suiteloom.store.config import (
        find_root,
        has_config,
        load_config,
        project_name,
    )
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
    from suiteloom.store.packaged import packaged_page, packaged_templates
    from suiteloom.store.packages import present_code
    from suiteloom.store.pytest_settings import (
        PytestSettings,
        find_settings,
        settings_in,
    )
    from suiteloom.store.tracked import check_untracked
    from suiteloom.store.worktree import present_branch, present_revision

__all__ = [
    "FOLDER",
    "SPEC_SUFFIXES",
    "Cache",
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
    "present_branch",
    "present_code",
    "present_revision",
    "project_name",
    "read_bytes",
    "read_specs",
    "read_versions",
    "recover",
    "resolve_target",
    "settings_in",
]

_LATE = {
    "cache": "Cache",
    "committing": "commit keep",
    "config": "find_root has_config load_config project_name",
    "files": "SPEC_SUFFIXES list_files list_tree read_bytes resolve_target",
    "journal": "has_journal recover",
    "lazily": "Changed FilesOnDisk read_specs",
    "lock": "FOLDER",
    "meetings": "Versions read_versions",
    "packaged": "packaged_page packaged_templates",
    "packages": "present_code",
    "pytest_settings": "PytestSettings find_settings settings_in",
    "tracked": "check_untracked",
    "worktree": "present_branch present_revision",
}
"""Names by the module that is imported when one of them is asked for."""


__getattr__ = late_names(__name__, _LATE)


def __dir__() -> list[str]:
    """List the public names, those not yet imported too."""
    return sorted(__all__)
