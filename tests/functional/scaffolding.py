"""What tests of `init` share: files of a folder, programs, git."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["ALL", "SUITE", "TEMPLATE", "everything", "files", "git", "program"]

ROOT = Path(__file__).resolve().parents[2]
GIT = shutil.which("git")
TEMPLATE = ROOT / "templates" / "project"
SUITE = "generated/test_example_unit_comprehensive.py"
ALL = [
    ".copier-answers.yml",
    ".gitattributes",
    ".github/workflows/suites.yml",
    ".gitignore",
    ".gitlab-ci.yml",
    ".pre-commit-config.yaml",
    ".vscode/settings.json",
    SUITE,
    "pyproject.toml",
    "requirements-suites.txt",
    "schema/spec.schema.json",
    "specs/example.yaml",
]


def files(folder):
    """Content by path of every file that is not suiteloom's own, git's or a cache's."""
    own = {".suiteloom", ".git", "__pycache__", ".pytest_cache"}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not own & set(path.relative_to(folder).parts)
    }


def everything(folder):
    """Every path below a folder, empty folders too."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def program(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def git(folder, *arguments):
    who = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com"]
    done = subprocess.run(
        [GIT, *who, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout
