"""CONTRIBUTING.md and docs/architecture.md name what is there."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import yaml

import suiteloom

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "generator" / "suiteloom"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def is_there(name: str) -> bool:
    """Whether a path exists, from the checkout or from the package; `*` may stand in it."""
    parent = next(
        (p for p in (ROOT, PACKAGE, PACKAGE / "cli") if any(p.glob(name))), None
    )
    return parent is not None


def test_every_path_that_is_named_is_there():
    named = {
        name.rstrip("/")
        for name in re.findall(
            r"`([\w./*-]+(?:/|\.(?:py|md|toml|yaml|yml)))`", CONTRIBUTING
        )
        if name not in {"generated/", "generator/suiteloom/audit/texts/SLnnn.md"}
    }
    assert len(named) > 12
    assert {name for name in named if not is_there(name)} == set()


def test_every_module_on_the_way_of_an_entry_is_there():
    drawing = ARCHITECTURE.partition("## The way of one entry")[2]
    named = re.findall(r"\b(\w+/\w+\.py)", drawing)
    assert len(named) > 12
    assert [name for name in named if not (PACKAGE / name).is_file()] == []


def test_the_layers_are_those_of_the_contract():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = [c["layers"] for c in contracts if c["type"] == "layers"]
    assert "\n".join(layers) in ARCHITECTURE


def test_every_part_of_the_package_is_in_the_table_of_parts():
    parts = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    named = set(re.findall(r"^\| `(\w+)` \|", ARCHITECTURE, re.MULTILINE))
    assert parts == named


def test_the_supported_versions_of_python_are_those_of_the_package():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "Python 3.11 or newer" in CONTRIBUTING
    assert settings["project"]["requires-python"] == ">=3.11"


def test_files_for_the_forge_are_read_as_what_they_are():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    entries = [hook["entry"] for repo in hooks["repos"] for hook in repo["hooks"]]
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    tools = {entry.split()[2] for entry in entries}
    assert all(entry.startswith("uv run ") for entry in entries)
    assert tools == {"ruff", "black", "mypy", "lint-imports", "suiteloom"}
    assert all(f"uv run {tool}" in ci for tool in tools)
    for path in sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")):
        form = yaml.safe_load(path.read_text("utf-8"))
        assert {"name", "description", "body"} <= form.keys()


def test_a_release_is_of_the_version_that_the_package_states():
    text = (ROOT / ".github/workflows/release.yml").read_text("utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    assert jobs["publish"]["needs"] == "suites"
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert "secrets." not in text
    (pattern,) = re.findall(r"sed -n '([^']+)' (\S+)\)", text)
    said = ["sed", "-n", *pattern]
    done = subprocess.run(said, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == suiteloom.__version__


def test_the_changelog_begins_with_the_version_of_the_package():
    heads = re.findall(
        r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert heads[0] == suiteloom.__version__
