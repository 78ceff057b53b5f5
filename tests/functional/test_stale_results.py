"""A result that is older than the code under test is stale: not passed, and said so."""

from __future__ import annotations

import pytest
from shop_project import Cli

from suiteloom.results import FILE_NAME, LastRun, load_run
from suiteloom.workflows.project import open_workspace

CONFIG = '[tool.suiteloom]\naudit.subjects = ["shop"]\n'


@pytest.fixture
def covered(shop: Cli) -> Cli:
    """The shop with a package under test and three tests that pass."""
    shop.replace("[tool.suiteloom]\n", CONFIG, "pyproject.toml")
    shop.write("shop/__init__.py", "PRICE = 1\n")
    shop.replace("self.pending()", "assert self.env")
    assert shop("generate").exit == 0
    return shop


def kept(cli: Cli) -> LastRun:
    last = load_run((cli.root / ".suiteloom" / FILE_NAME).read_bytes())
    assert last is not None
    return last


def test_a_run_keeps_what_the_packages_under_test_were(covered):
    assert covered("run").exit == 0
    code = kept(covered).code
    assert code is not None
    assert code == open_workspace(covered.root).code()
    assert list(code.files["shop"]) == ["shop/__init__.py"]
