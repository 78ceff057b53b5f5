"""Loading a pack: one that is not the built-in one is checked before it is used."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from suiteloom.render.pack import Pack
from suiteloom.store import packaged_templates

__all__ = ["load_pack"]


def load_pack(folder: Path, *, check: bool = False) -> Pack:
    """Load a pack.

    A pack that is not the built-in one is checked: every name in it, how often it writes
    each slot, and two suites that hold whatever a spec can hold.

    Args:
        folder: Holds the three templates and whatever they include.
        check: Whether to check the built-in pack as well.

    Raises:
        UsageError: If a template is missing or can not do what a template has to.
    """
    if not check and folder == packaged_templates("suite"):
        return _built_in(folder)
    pack = Pack(folder, check=check)
    if pack.library is not None:
        from suiteloom.render.pack_check.trial import probe

        probe(pack, pack.library)
    return pack


@cache
def _built_in(folder: Path) -> Pack:
    """The built-in pack; several steps of a command need it, compiled once."""
    return Pack(folder)
