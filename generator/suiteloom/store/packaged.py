"""Where what comes with suiteloom is, in a wheel or in a checkout: templates, pages."""

from __future__ import annotations

from pathlib import Path

from suiteloom.errors import UsageError

__all__ = ["packaged_page", "packaged_templates"]


def packaged_templates(kind: str) -> Path:
    """The folder of the templates of one kind.

    Args:
        kind: ``suite``, ``project``, ``domain`` or ``report``.

    Raises:
        UsageError: If the installation is incomplete.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_templates", package.parent.parent / "templates"):
        if (folder / kind).is_dir():
            return folder / kind
    raise _incomplete(f"the {kind} templates are")


def packaged_page(name: str) -> str:
    """The text of a page of the documentation.

    Args:
        name: Its file name, such as ``findings.md``.

    Raises:
        UsageError: If the installation is incomplete.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_docs", package.parent.parent / "docs"):
        if (folder / name).is_file():
            return (folder / name).read_text("utf-8")
    raise _incomplete(f"the page {name} is")


def _incomplete(what: str) -> UsageError:
    return UsageError(
        f"{what} missing from this installation", hint="install suiteloom again"
    )
