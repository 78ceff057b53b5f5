"""Copier, run into a folder of its own: what it would write, as data."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from suiteloom.errors import UsageError

__all__ = ["copy_template"]

_GIT = {
    "GIT_CONFIG_COUNT": "2",
    "GIT_CONFIG_KEY_0": "core.fsmonitor",
    "GIT_CONFIG_VALUE_0": "false",
    "GIT_CONFIG_KEY_1": "core.hooksPath",
    "GIT_CONFIG_VALUE_1": "/dev/null",
}
"""Keeps git from running what the settings of a template's own repository name."""

_RESERVED = frozenset({".git", ".suiteloom"})
"""Folders in which a file can make other programs do something.

Some systems take names for equal but for letter case and dots or spaces at the end.
"""


def copy_template(
    source: str,
    answers: Mapping[str, Any],
    *,
    ask: bool,
    ref: str = "",
    defaults: Mapping[str, Any] | None = None,
) -> dict[str, bytes]:
    """Render a Copier template.

    Nothing of the project is read or written. The template is not trusted: it runs no
    tasks and loads no extensions. The user's settings of Copier are left out, so that
    everybody gets the same files.

    Args:
        source: Folder of the template, or a git repository as Copier writes it.
        answers: Answers by question; these are not asked.
        ask: Whether to ask the other questions on the terminal; otherwise they take
            their defaults.
        ref: Tag, branch or commit; empty is Copier's choice, the newest tag.
        defaults: Defaults that are better than those of the template.

    Returns:
        The content of each file by its POSIX path, sorted by path.

    Raises:
        UsageError: If the template can not be used, or an answer is not valid.
        KeyboardInterrupt: If the questions were interrupted.
    """
    import jinja2
    import yaml
    from copier import Settings, run_copy
    from copier.errors import CopierError, InteractiveSessionError
    from plumbum import local
    from plumbum.commands import ProcessExecutionError

    _check_source(Path(source))
    with tempfile.TemporaryDirectory(prefix="suiteloom-") as name:
        folder = Path(name).resolve() / "files"
        try:
            with warnings.catch_warnings(), local.env(**_GIT):
                warnings.simplefilter("ignore")  # of drafts: they are used as they are
                run_copy(
                    source,
                    folder,
                    data=dict(answers),
                    user_defaults=dict(defaults or {}),
                    defaults=not ask,
                    vcs_ref=ref or None,
                    settings=Settings(),
                    quiet=True,
                    unsafe=False,
                )
        except KeyboardInterrupt:
            raise
        except InteractiveSessionError as error:
            raise UsageError(
                "the input ended before every question had an answer",
                hint="nothing was written; each question is also an option, see --help",
            ) from error
        except ProcessExecutionError as error:
            raise _unusable(source, _said_by_git(error.stderr)) from error
        except (
            CopierError,
            jinja2.TemplateError,
            yaml.YAMLError,
            ArithmeticError,
            OSError,
            SyntaxError,
            TypeError,
            ValueError,
        ) as error:
            raise _unusable(source, str(error) or type(error).__name__) from error
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.is_symlink()
        }
    for path in files:
        parts = {part.rstrip(". ") for part in path.casefold().split("/")}
        if not _RESERVED.isdisjoint(parts):
            raise _unusable(source, f"it writes {path}, which is not for templates")
    return files


def _check_source(folder: Path) -> None:
    """Make sure that a template in a folder holds files only, and all of them itself."""
    inside = folder.resolve()
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() and not path.resolve().is_relative_to(inside):
            raise _unusable(str(folder), f"{name} is a link that leads out of it")
        if not (path.is_file() or path.is_dir()):
            raise _unusable(str(folder), f"{name} is no file")


def _said_by_git(stderr: str) -> str:
    """The line that says why, of all that git said."""
    lines = stderr.strip().splitlines() or ["git failed"]
    return next((line for line in lines if line.startswith("fatal: ")), lines[-1])


def _unusable(source: str, reason: str) -> UsageError:
    return UsageError(
        f"the template {source} can not be used: {' '.join(reason.split())}",
        hint="docs/scaffold.md says what a template must hold",
    )
