"""The command line in process, on a small project and on a copy of the real one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from shop_project import ROOT, SPEC, Cli, commit, git
from waiting_project import let_wait


@pytest.fixture
def capture(capfd: pytest.CaptureFixture[str]) -> Callable[[], tuple[str, str]]:
    def read() -> tuple[str, str]:
        out, err = capfd.readouterr()
        return out, err

    return read


@pytest.fixture
def shop(tmp_path: Path, capture: Callable[[], tuple[str, str]]) -> Cli:
    """A project with one generated suite of three pending tests."""
    cli = Cli(tmp_path, capture)
    cli.write(
        "pyproject.toml",
        "[tool.suiteloom]\n\n[tool.pytest.ini_options]\n"
        'asyncio_default_fixture_loop_scope = "function"\n',
    )
    cli.write("specs/shop.yaml", SPEC)
    assert cli("generate").exit == 0
    return cli


@pytest.fixture
def repo(shop: Cli) -> Cli:
    """The shop under git, with a body of SH-001, everything generated."""
    shop.write(".gitignore", ".suiteloom/\n__pycache__/\n")
    shop.replace("self.pending()", "assert charge() == 1", count=1)
    assert shop("generate").exit == 0
    git(shop.root, "init", "-q")
    commit(shop.root)
    return shop


@pytest.fixture
def waiting(shop: Cli) -> Cli:
    """The shop under git, where a unit of each kind waits for a decision."""
    return let_wait(shop)


@pytest.fixture
def platform(tmp_path: Path, capture: Callable[[], tuple[str, str]]) -> Cli:
    """A copy of the six real specs and suites."""
    for folder in ("specs", "generated"):
        shutil.copytree(
            ROOT / folder,
            tmp_path / folder,
            ignore=shutil.ignore_patterns("__pycache__", ".*"),
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return Cli(tmp_path, capture)
