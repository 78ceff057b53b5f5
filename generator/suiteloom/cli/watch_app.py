"""The verb `watch`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from suiteloom.cli.edge import say_failure
from suiteloom.cli.opening import open_settled
from suiteloom.cli.options import HERE, DebugOption, ProjectOption
from suiteloom.cli.output import Output
from suiteloom.errors import SuiteloomError, UsageError

if TYPE_CHECKING:
    from suiteloom.workflows.project import Workspace

__all__ = ["watch"]

_SPECS = (".yaml", ".yml")
_SUFFIXES = (*_SPECS, ".py")

_LOOKS_MS = 300


def watch(*, project: ProjectOption = HERE, debug: DebugOption = False) -> None:
    """Write the suites whenever a spec is saved, and show the table anew.

    Ends when it is interrupted.

    Example: suiteloom watch
    """
    if find_spec("watchfiles") is None:
        raise UsageError(
            "watching needs watchfiles, which is not installed",
            hint='`pip install "suiteloom[watch]"`',
        )
    gc.enable()  # it was switched off for commands that are short
    output = Output()
    workspace = open_settled(project, output)
    workspace.spec_files()
    with suppress(KeyboardInterrupt):  # the way to end it, whatever it is doing
        _go_on(output, workspace)


def _go_on(output: Output, workspace: Workspace) -> None:
    """Generate and show the table, now and after every save."""
    root = workspace.root.resolve()
    folders = [root / workspace.config.specs, root / workspace.config.suites]
    folders[1].mkdir(parents=True, exist_ok=True)
    ours: Mapping[str, bytes | None] | None = None
    for paths in _saved(folders):
        if ours is None:  # from here on, no save goes unseen
            ours = _follow(output, workspace.root, writes=True)
            _say_waiting(output, workspace)
            continue
        names = sorted(_shown(paths, root))
        shown = [name for name in names if not _is_ours(root, name, ours)]
        if not shown:
            continue
        output.line()
        output.line(f"saved: {', '.join(shown)}", "bold")
        writes = any(name.endswith(_SPECS) for name in shown)
        ours = _follow(output, workspace.root, writes=writes)
        _say_waiting(output, workspace)


def _is_ours(root: Path, name: str, ours: Mapping[str, bytes | None]) -> bool:
    """Whether a file is still as the last `generate` left it, so that nobody saved it."""
    path = root / name
    return name in ours and ours[name] == (
        path.read_bytes() if path.is_file() else None
    )


def _say_waiting(output: Output, workspace: Workspace) -> None:
    config = workspace.config
    where = f"{config.specs}/ and {config.suites}/"
    output.line(f"watching {where}; an interrupt (Ctrl-C) ends it", "dim", stderr=True)
    for stream in (sys.stdout, sys.stderr):  # a pipe would show nothing until the end
        stream.flush()


def _saved(folders: Iterable[Path]) -> Iterator[set[str]]:
    """The files that were saved, moved or removed; none at all as soon as it is watched.

    After that, again none now and then.
    """
    from watchfiles import watch as watch_files

    def wanted(_: object, path: str) -> bool:
        return path.endswith(_SUFFIXES) and not _is_hidden(Path(path), folders)

    for changes in watch_files(
        *folders,
        watch_filter=wanted,
        rust_timeout=_LOOKS_MS,
        yield_on_timeout=True,
    ):
        yield {path for _, path in changes}


def _is_hidden(path: Path, folders: Iterable[Path]) -> bool:
    """Whether a file is hidden, or in a hidden folder, below the one that is watched."""
    inner = next(
        (path.relative_to(f).parts for f in folders if path.is_relative_to(f)), ()
    )
    return any(part.startswith(".") or part == "__pycache__" for part in inner)


def _shown(paths: Iterable[str], root: Path) -> Iterator[str]:
    for path in paths:
        yield Path(path).relative_to(root).as_posix()


def _follow(output: Output, root: Path, *, writes: bool) -> Mapping[str, bytes | None]:
    """Bring the suites in line if specs were saved, then show the table.

    What stands in the way is said, and is no reason to end: the next save may mend it.

    Returns:
        The files that were written, with what is in them now; None for one that is gone.
    """
    from suiteloom.cli.reports import show_plan
    from suiteloom.cli.tables import show_status
    from suiteloom.workflows.generate import generate
    from suiteloom.workflows.status import status

    written: dict[str, bytes | None] = {}
    try:
        workspace = open_settled(root, output)
        if writes:
            plan = generate(workspace, (), restore=False)
            if plan.changes:
                written = {change.path: change.after for change in plan.changes}
                show_plan(output, plan, written=True)
        show_status(output, status(workspace))
    except SuiteloomError as error:
        say_failure(error)
    return written
