"""What the plugin is told to collect of the suites folder, which is named as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["Cuts", "write_chosen"]

Cuts = Mapping[str, tuple[Sequence[str], bool]]
"""By path of a suite ids of tests, and whether only these run, or all but these."""


def write_chosen(path: Path, folder: str, suites: Sequence[str], cuts: Cuts) -> str:
    """Write which suites pytest is to collect; it looks through a folder for each it is told.

    Args:
        path: Where to; the plugin takes it as ``--suiteloom-chosen``.
        folder: The suites folder, relative to where pytest is started, as are suites.
        suites: Their paths, in the order that they are to run in.
        cuts: Of those of which a part is to be run.

    Returns:
        What pytest is told besides: the folder, in a form that is never a module's name.
    """
    files = {
        suite: {"ids": list(cuts[suite][0]), "keeps": cuts[suite][1]}
        if suite in cuts
        else None
        for suite in suites
    }
    path.write_text(json.dumps({"folder": folder, "files": files}), encoding="utf-8")
    return f"./{folder}"
