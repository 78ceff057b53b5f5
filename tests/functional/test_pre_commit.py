"""The hooks for pre-commit: what they stop, and what they let through."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from shop_project import ROOT, SPEC, SUITE, Cli

HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
NEW = SPEC.replace("domain: shop", "domain: cart").replace("SH-", "CT-")
NEW_SUITE = SUITE.replace("shop", "cart")
OWN = Path(sys.executable).parent


def ran(
    root: Path, *command: str, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


class Repository:
    """The shop under git, with pre-commit at work in it."""

    def __init__(self, shop: Cli, home: Path) -> None:
        self.shop = shop
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join((str(OWN), os.environ["PATH"])),
            "PRE_COMMIT_HOME": str(home),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "x",
            "GIT_AUTHOR_EMAIL": "x@example.org",
            "GIT_COMMITTER_NAME": "x",
            "GIT_COMMITTER_EMAIL": "x@example.org",
        }
        self.git("init", "-q")
        shop.write(".gitignore", ".suiteloom/\n__pycache__/\n.pytest_cache/\n")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "base")

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        git = str(shutil.which("git"))
        return ran(self.shop.root, git, *arguments, environment=self.environment)

    def pre_commit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-m", "pre_commit", *arguments)
        return ran(self.shop.root, *command, environment=self.environment)

    def commit(self, skipped: str = "") -> subprocess.CompletedProcess[str]:
        """Commit everything, with one of the hooks held back."""
        self.environment["SKIP"] = skipped
        self.git("add", "-A")
        return self.git("commit", "-m", "change")


@pytest.fixture
def repository(shop, tmp_path_factory):
    """With the hooks of this project, which find suiteloom on the path."""
    made = Repository(shop, tmp_path_factory.mktemp("home"))
    hooks = [{**hook, "language": "system"} for hook in HOOKS]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    shop.write(".pre-commit-config.yaml", yaml.safe_dump(config))
    done = made.pre_commit("install")
    assert done.returncode == 0, done.stderr
    return made


def test_a_commit_that_lacks_its_suites_is_stopped_and_the_next_one_passes(repository):
    repository.shop.write("specs/cart.yaml", NEW)
    first = repository.commit("suiteloom-check")
    assert first.returncode == 1
    assert "- hook id: suiteloom-generate\n- exit code: 1\n" in first.stderr
    assert NEW_SUITE in first.stderr
    assert (repository.shop.root / NEW_SUITE).is_file()
    second = repository.commit("suiteloom-check")
    assert second.returncode == 0, second.stderr
    assert NEW_SUITE in repository.git("ls-files").stdout


def test_a_commit_whose_test_is_suspect_is_stopped(repository):
    shop = repository.shop
    shop.replace("self.pending()", "assert charge() == 1", count=1)
    assert shop("generate").exit == 0
    shop.write(
        "specs/shop.yaml", SPEC.replace("does not charge a card again", "is once")
    )
    assert shop("generate").exit == 0
    done = repository.commit("suiteloom-generate")
    assert done.returncode == 1
    assert "hook id: suiteloom-check" in done.stderr
    assert "SH-001 test_charged_once is suspect" in done.stderr


def test_a_commit_of_other_files_asks_nothing(repository):
    repository.shop.write("readme.txt", "x\n")
    done = repository.commit()
    assert done.returncode == 0
    assert done.stderr.count("(no files to check)Skipped") == len(HOOKS)


def test_the_hooks_install_where_nothing_else_is(shop, tmp_path_factory):
    """What pre-commit makes of this checkout, with all that pip fetches for it."""
    repository = Repository(shop, tmp_path_factory.mktemp("home"))
    shop.write("specs/cart.yaml", NEW)
    repository.git("add", "-A")
    found = [
        repository.pre_commit("try-repo", str(ROOT), hook)
        for hook in ("suiteloom-generate", "suiteloom-generate", "suiteloom-check")
    ]
    assert [done.returncode for done in found] == [1, 0, 0], found
    assert "specs, suites and collection agree" in found[2].stdout
    assert (shop.root / NEW_SUITE).is_file()


def test_the_manifest_is_one_of_pre_commit():
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pre_commit",
            "validate-manifest",
            ".pre-commit-hooks.yaml",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [hook["id"] for hook in HOOKS] == ["suiteloom-generate", "suiteloom-check"]
