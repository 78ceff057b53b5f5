"""The top layer beside the CLI: what suiteloom adds to a run of pytest.

pytest loads this module in every run on a machine where suiteloom is installed, so it
imports next to nothing and does nothing until it knows that the run is about a project.
"""

from __future__ import annotations

from pathlib import Path

import pytest

__all__ = ["pytest_addoption", "pytest_configure"]

_OPTION = "suiteloom_record"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--suiteloom-record=PATH``."""
    parser.getgroup("suiteloom").addoption(
        "--suiteloom-record",
        dest=_OPTION,
        metavar="PATH",
        default=None,
        help="write what pytest collected and ran to this file, as JSON",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Activate the plugin if the run is about a suiteloom project, else do nothing.

    Args:
        config: Of the run.

    Raises:
        pytest.UsageError: If the project's configuration is wrong, or no record can
            be written at the path given.
    """
    record = config.getoption(_OPTION)
    if record is None and not _is_project(config.rootpath):
        return
    from suiteloom.pytest_plugin.activation import activate

    activate(config, record)


def _is_project(root: Path) -> bool:
    """Whether a folder holds a configuration; looks at the text before parsing it."""
    if (root / "suiteloom.toml").is_file():
        return True
    try:
        if b"suiteloom" not in (root / "pyproject.toml").read_bytes():
            return False
        from suiteloom.store import has_config

        return has_config(root)
    except Exception:  # noqa: BLE001 - whatever is wrong there, it is not our project
        return False
