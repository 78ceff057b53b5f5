"""What is wrong with the templates of a pack, before anything is rendered from them."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment

from suiteloom.errors import UsageError
from suiteloom.render.pack_check.library import Fault, Library, shown_folder
from suiteloom.render.pack_check.names import read_names
from suiteloom.render.pack_check.slots import check_slots

__all__ = ["read_sources", "refuse"]


def read_sources(
    environment: Environment, folder: Path
) -> tuple[Library, dict[str, tuple[str, ...]]]:
    """Read the templates of a folder, check them, and see what they use.

    Args:
        environment: What they will be rendered in.
        folder: Where they are.

    Returns:
        The templates, and the variables and fields that each of the three uses.

    Raises:
        UsageError: If anything is wrong with them; it names every fault.
    """
    library = Library(environment, folder)
    used = read_names(library)
    check_slots(library)
    refuse(folder, list(library.faults))
    return library, used


def refuse(folder: Path, faults: list[Fault]) -> None:
    """Raise if there is a fault; the first is the error, its message lists the rest.

    Raises:
        UsageError: With the template and the line of the first fault.
    """
    if not faults:
        return
    shown = shown_folder(folder)
    first, *rest = sorted(faults, key=lambda fault: fault.sort_key)
    lines = [first.message]
    for fault in rest:
        hint = f" ({fault.hint})" if fault.hint != first.hint else ""
        place = f"{shown}/{fault.template}" + (f":{fault.line}" if fault.line else "")
        lines.append(f"{place}: {fault.message}{hint}")
    raise UsageError(
        "\n  ".join(lines),
        path=f"{shown}/{first.template}",
        line=first.line,
        hint=first.hint,
    )
