"""Where the templates that come with suiteloom are, in a wheel or in a checkout."""

from __future__ import annotations

from pathlib import Path

from suiteloom.errors import UsageError

__all__ = ["packaged_templates"]


def packaged_templates(kind: str) -> Path:
    """The folder of the templates of one kind.

    Args:
        kind: ``suite``, ``project`` or ``domain``.

    Raises:
        UsageError: If the installation is incomplete.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_templates", package.parent.parent / "templates"):
        if (folder / kind).is_dir():
            return folder / kind
    raise UsageError(
        f"the {kind} templates are missing from this installation",
        hint="install suiteloom again",
    )
