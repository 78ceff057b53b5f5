"""The top layer beside the CLI: what suiteloom adds to a run of pytest.

pytest loads this module in every run on a machine where suiteloom is installed, so it
imports next to nothing and does nothing until it knows that the run is about a project.
"""

from __future__ import annotations

from pathlib import Path

import pytest

__all__ = ["pytest_addoption", "pytest_configure"]

_OPTION = "suiteloom_record"
_CHOSEN = "suiteloom_chosen"
_QUARANTINE = "suiteloom_quarantine"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of suiteloom's own runs: record, choice and quarantine."""
    group = parser.getgroup("suiteloom")
    group.addoption(
        "--suiteloom-record",
        dest=_OPTION,
        metavar="PATH",
        default=None,
        help="write what pytest collected and ran to this file, as JSON",
    )
    group.addoption(
        "--suiteloom-chosen",
        dest=_CHOSEN,
        metavar="PATH",
        default=None,
        help="collect the suites that this file names, as JSON, and no others",
    )
    group.addoption(
        "--suiteloom-quarantine",
        dest=_QUARANTINE,
        metavar="IDS",
        default=None,
        help="ids, parted by commas, of tests that may fail without failing the run",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Activate the plugin if the run is about a suiteloom project, else do nothing.

    Args:
        config: Of the run.

    Raises:
        pytest.UsageError: If the project's configuration is wrong, no record can be
            written at the path given, or suiteloom itself can not be loaded.
    """
    record = config.getoption(_OPTION)
    root = _project(config)
    if record is None and root is None:
        return
    try:
        from suiteloom.pytest_plugin.loading import plain_imports

        with plain_imports():
            from suiteloom.pytest_plugin.activation import activate
    except ImportError as error:
        raise _broken(error) from error
    activate(
        config,
        record,
        root or config.rootpath,
        chosen=config.getoption(_CHOSEN),
        quarantine=config.getoption(_QUARANTINE),
    )


def _project(config: pytest.Config) -> Path | None:
    """The project that a run is about: pytest's root folder, else one in it.

    Settings of pytest may stand above a project, as in a repository of several. The
    project is then the nearest one upwards from where pytest was started.

    Raises:
        pytest.UsageError: As `_is_project`.
    """
    top, start = config.rootpath, config.invocation_params.dir
    if _is_project(top):
        return top
    if top in start.parents:
        for folder in (start, *start.parents):
            if folder == top:
                break
            if _is_project(folder):
                return folder
    return None


def _is_project(root: Path) -> bool:
    """Whether a folder holds a configuration; looks at the text before parsing it.

    Raises:
        pytest.UsageError: If suiteloom is not whole, so that it can not tell.
    """
    if (root / "suiteloom.toml").is_file():
        return True
    try:
        if b"suiteloom" not in (root / "pyproject.toml").read_bytes():
            return False
    except OSError:  # there is none, or pytest does not read it either
        return False
    try:
        from suiteloom.errors import SuiteloomError
        from suiteloom.store import has_config
    except ImportError as error:
        raise _broken(error) from error
    try:
        return has_config(root)
    except SuiteloomError:  # a pyproject.toml that is wrong is not known to be ours
        return False


def _broken(error: ImportError) -> pytest.UsageError:
    return pytest.UsageError(
        f"suiteloom is installed and can not be loaded: {error}\n"
        "  hint: install it again, or run pytest with -p no:suiteloom"
    )
