"""Entry point of ``python -m suiteloom`` and of the ``suiteloom`` script."""

from __future__ import annotations

import gc
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; ends the process with a published exit code."""
    if sys.argv[1:] == ["--version"]:  # answered before anything heavy is imported
        from suiteloom import __version__

        sys.stdout.write(f"suiteloom {__version__}\n")
        return
    _open_closed_streams()
    gc.disable()  # a command is short, and its syntax trees are all still in use
    from suiteloom.cli.edge import run_app

    sys.exit(run_app(sys.argv[1:]))


def _open_closed_streams() -> None:
    """Give a process that was started without standard streams empty ones."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            import os
            from pathlib import Path

            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - stays open
            setattr(sys, name, stream)


if __name__ == "__main__":
    main()
