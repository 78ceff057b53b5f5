"""The verb that git calls to merge a suite."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suiteloom.cli.options import DebugOption
from suiteloom.cli.output import Output

__all__ = ["merge_driver"]


def merge_driver(
    base: Annotated[Path, typer.Argument(metavar="BASE", help="The common ancestor.")],
    ours: Annotated[
        Path, typer.Argument(metavar="OURS", help="One side; the result goes here.")
    ],
    theirs: Annotated[Path, typer.Argument(metavar="THEIRS", help="The other side.")],
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="Where the suite stands.")
    ],
    size: Annotated[
        int,
        typer.Argument(
            metavar="[SIZE]",
            help="Length of a conflict marker.",
            min=0,
            show_default=False,
        ),
    ] = 0,
    *,
    debug: DebugOption = False,
) -> None:
    """Merge a suite for git, test by test; see docs/merging.md.

    Example: suiteloom merge-driver %O %A %B %P %L
    """
    from suiteloom.workflows.merge_driver import (
        Versions,
        merge_by_lines,
        merge_by_units,
        write_merged,
    )

    versions = Versions(base, ours, theirs, path, size)
    try:
        merged = merge_by_units(versions)
    except Exception:  # git would take ours for the result
        if debug:
            raise
        merged = merge_by_lines(versions)
    write_merged(versions, merged)
    if merged.note:
        Output().line(merged.note, stderr=True)
    if merged.conflicts:
        raise typer.Exit(1)
