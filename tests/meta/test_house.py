"""What the project promises about itself: layers, sizes, exports, codes."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

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


def test_no_module_is_over_500_lines():
    lines = {name_of(path): path.read_text("utf-8").count("\n") for path in SOURCES}
    assert len(lines) > 500
    assert {name: count for name, count in lines.items() if count > 500} == {}


def test_no_property_depends_on_how_fast_the_machine_is():
    """By itself hypothesis fails an example that takes longer than some time."""
    found = {}
    for path in (ROOT / "tests").rglob("*.py"):
        text = path.read_text("utf-8")
        if "@given(" in text and not path.samefile(__file__):
            found[name_of(path)] = timed_properties(ast.parse(text))
    assert len(found) > 10
    assert {name: tests for name, tests in found.items() if tests} == {}


def timed_properties(tree: ast.Module) -> list[str]:
    """Functions that `given` feeds, with a deadline."""
    kept = {
        ast.unparse(node.targets[0]): ast.unparse(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
    }
    timed = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            words = [ast.unparse(each) for each in node.decorator_list]
            names = {each.id for d in node.decorator_list for each in names_in(d)}
            words += [kept[name] for name in sorted(names & kept.keys())]
            if any(w.startswith("given(") for w in words):
                settled = any("settings(" in w and "deadline=None" in w for w in words)
                timed += [] if settled else [node.name]
    return timed


def names_in(node: ast.expr) -> list[ast.Name]:
    return [each for each in ast.walk(node) if isinstance(each, ast.Name)]


def test_a_property_with_a_deadline_is_noticed():
    tree = ast.parse(
        "FEW = settings(deadline=None)\n"
        "@given(A)\ndef test_a(): ...\n"
        "@settings(max_examples=5)\n@given(A)\ndef test_b(): ...\n"
        "@settings(deadline=None)\n@given(A)\ndef test_c(): ...\n"
        "@FEW\n@given(A)\ndef test_d(): ...\n"
        "@settings(FEW, max_examples=5)\n@given(A)\ndef test_e(): ...\n"
    )
    assert timed_properties(tree) == ["test_a", "test_b"]


def test_layers_hold():
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_every_export_exists_and_is_documented():
    assert len(MODULES) > 300
    assert [lack for name in MODULES for lack in undocumented(name)] == []


def undocumented(name: str) -> list[str]:
    """The module and what it exports, where that is not there or has no docstring."""
    module = importlib.import_module(name)
    lacking = [] if module.__doc__ else [name]
    for export in getattr(module, "__all__", ()):
        value = getattr(module, export, None)
        own = getattr(value, "__module__", "").startswith("suiteloom")
        if not hasattr(module, export) or (
            callable(value) and own and not value.__doc__
        ):
            lacking.append(f"{name}.{export}")
    return lacking


def findings_in_code() -> set[str]:
    text = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    return set(re.findall(r'"((?:SP|DR|ST|CO|RU|LI|CL|SF|TP)[0-9]{3})"', text))


def test_every_code_is_documented_and_every_documented_code_exists():
    page = (ROOT / "docs" / "findings.md").read_text("utf-8")
    documented = re.findall(r"^\| ([A-Z]{2}[0-9]{3}) \|", page, re.MULTILINE)
    assert len(documented) == len(set(documented))
    assert set(documented) == findings_in_code()


@cache
def nodes() -> dict[Path, list[ast.AST]]:
    """Every node of every module of suiteloom."""
    return {
        path: list(ast.walk(ast.parse(path.read_text("utf-8"))))
        for path in PACKAGE.rglob("*.py")
    }


def test_broad_excepts_stand_at_the_two_edges_only():
    found = set()
    for path, inside in nodes().items():
        for node in inside:
            if isinstance(node, ast.ExceptHandler) and (
                node.type is None or "Exception" in ast.unparse(node.type).split(".")
            ):
                found.add(path.relative_to(PACKAGE).parts[0])
    assert found <= {"cli", "pytest_plugin", "ssot"}


def test_nothing_below_the_edge_prints():
    for path, inside in nodes().items():
        calls = [
            node
            for node in inside
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "print"
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


_MADE = {"dict", "frozenset", "list", "set", "sorted", "tuple"}
_AGAIN = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def made_again(tree: ast.AST) -> list[int]:
    """Lines of comprehensions that make a collection in each round to look into it."""
    return [
        part.lineno
        for node in ast.walk(tree)
        if isinstance(node, _AGAIN)
        for inside in (*ast.iter_child_nodes(node), *node.generators[0].ifs)
        if inside is not node.generators[0]
        for part in ast.walk(inside)
        if isinstance(part, ast.Compare)
        and isinstance(part.ops[0], ast.In | ast.NotIn)
        and isinstance(made := part.comparators[0], ast.Call)
        and isinstance(made.func, ast.Name)
        and made.func.id in _MADE
    ]


def test_a_collection_that_is_made_in_each_round_is_seen():
    assert made_again(ast.parse("[x for x in a if x in set(b)]")) == [1]
    assert made_again(ast.parse("sum(x in list(b) for x in a)")) == [1]
    assert made_again(ast.parse("b = set(b)\n[x for x in list(a) if x in b]")) == []


def test_no_comprehension_makes_a_collection_in_each_round_to_look_into_it():
    found = {name_of(p): made_again(ast.parse(p.read_bytes())) for p in SOURCES}
    assert {name: lines for name, lines in found.items() if lines} == {}
