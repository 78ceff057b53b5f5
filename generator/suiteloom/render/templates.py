"""Where the suite templates are, without importing the engine that reads them."""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path

from suiteloom.errors import UsageError
from suiteloom.model import Config
from suiteloom.store import packaged_templates

__all__ = ["TEMPLATES", "templates_digest", "templates_folder"]

TEMPLATES = ("header.py.j2", "class.py.j2", "test.py.j2")
"""What a pack consists of, besides whatever these load."""


def templates_folder(root: Path, config: Config) -> Path:
    """The folder of the suite templates: the project's own, or the built-in ones.

    Args:
        root: The project's folder.
        config: May name a folder in it.

    Raises:
        UsageError: If there is no such folder, or the installation is incomplete.
    """
    if config.templates:
        folder = root / config.templates
        if folder.is_dir():
            return folder
        raise UsageError(
            f"the folder {config.templates} does not exist",
            path=config.source,
            hint=f"`suiteloom templates eject {shlex.quote(config.templates)}` makes it;"
            " or remove `templates`",
        )
    return packaged_templates("suite")


def templates_digest(folder: Path) -> str:
    """Digest of the names and contents of every file below a folder."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            total.update(f"{path.relative_to(folder).as_posix()}:{len(data)}:".encode())
            total.update(data)
    return total.hexdigest()
