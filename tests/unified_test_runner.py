"""The team's way to run its suites, from any folder: `suiteloom run` on this project.

    python tests/unified_test_runner.py --category integration --fast-fail --no-coverage
    python tests/unified_test_runner.py --pattern "*comprehensive*" --parallel

Takes the options of `suiteloom run`. If this Python has no suiteloom, the project's own
environment is used.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ("bin/python", "Scripts/python.exe")


def interpreter() -> str | None:
    """Return a Python that has suiteloom, or None if there is none at hand."""
    if find_spec("suiteloom"):
        return sys.executable
    candidates = (ROOT / ".venv" / script for script in SCRIPTS)
    return next((str(path) for path in candidates if path.exists()), None)


def main(arguments: list[str]) -> int:
    """Run the suites.

    Args:
        arguments: Options of `suiteloom run`.

    Returns:
        Its exit code; 2 if suiteloom is not installed.
    """
    python = interpreter()
    if python is None:
        sys.stderr.write(
            f"suiteloom is not installed for {sys.executable}\n"
            f"hint: pip install uv && uv sync --project {ROOT}\n"
        )
        return 2
    command = [python, "-m", "suiteloom", "run", "--project", str(ROOT), *arguments]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
