"""What the project promises about itself: layers, sizes, exports, codes."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import suiteloom

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "generator" / "suiteloom"
FOLDERS = ("generator", "examples", "tests", "bench")
SOURCES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
MODULES = [
    module.name
    for module in pkgutil.walk_packages(suiteloom.__path__, "suiteloom.")
    if not module.name.endswith("__main__")
]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_module_is_over_500_lines(path):
    assert len(path.read_text("utf-8").splitlines()) <= 500


def test_layers_hold():
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("name", MODULES)
def test_every_export_exists_and_is_documented(name):
    module = importlib.import_module(name)
    assert module.__doc__
    for export in getattr(module, "__all__", ()):
        value = getattr(module, export)
        if callable(value) and getattr(value, "__module__", "").startswith("suiteloom"):
            assert value.__doc__, f"{name}.{export} has no docstring"


def findings_in_code() -> set[str]:
    text = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    return set(re.findall(r'"((?:SP|DR|ST|CO|RU|LI|CL|SF|TP)[0-9]{3})"', text))


def test_every_code_is_documented_and_every_documented_code_exists():
    page = (ROOT / "docs" / "findings.md").read_text("utf-8")
    documented = re.findall(r"^\| ([A-Z]{2}[0-9]{3}) \|", page, re.MULTILINE)
    assert len(documented) == len(set(documented))
    assert set(documented) == findings_in_code()


def test_broad_excepts_stand_at_the_two_edges_only():
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler) and (
                node.type is None or "Exception" in ast.unparse(node.type).split(".")
            ):
                found.add(path.relative_to(PACKAGE).parts[0])
    assert found <= {"cli", "pytest_plugin", "ssot"}


def test_nothing_below_the_edge_prints():
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        calls = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
        ]
        assert not calls, name_of(path)


def test_what_rules_remember_of_a_file_has_one_writer():
    found: dict[str, set[str]] = {}
    for path in (PACKAGE / "audit").rglob("*.py"):
        text = path.read_text("utf-8")
        for name in re.findall(r'memo(?:\.setdefault\(|\[)"([^"]+)"', text):
            found.setdefault(name, set()).add(path.name)
    assert len(found) > 10
    assert {name: files for name, files in found.items() if len(files) > 1} == {}


def test_no_shell():
    for path in PACKAGE.rglob("*.py"):
        assert "shell=True" not in path.read_text("utf-8"), name_of(path)


def test_runtime_dependencies_are_in_the_readme():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [re.match(r"[A-Za-z0-9-]+", item)[0] for item in project["dependencies"]]
    section = (ROOT / "README.md").read_text("utf-8").split("## What it is built on")[1]
    for name in names:
        shown = {"pyyaml": "PyYAML", "jinja2": "Jinja2", "copier": "Copier"}.get(
            name, name
        )
        assert shown in section, name
