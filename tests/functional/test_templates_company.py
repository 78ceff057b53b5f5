"""The pack in docs/packs/company on the six real specs, and the page that shows it."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import black
import pytest

from pending_calls import plain_calls

ROOT = Path(__file__).resolve().parents[2]
COMPANY = ROOT / "docs" / "packs" / "company"
PAGE = (ROOT / "docs" / "templates.md").read_text("utf-8")


@pytest.fixture
def company(example):
    """The six real specs with the company's pack, generated."""
    project = example({"suiteloom.toml": 'templates = "company"\n'})
    shutil.copytree(ROOT / "specs", project.root / "specs")
    shutil.copytree(COMPANY, project.root / "company")
    project.done()
    return project


def suites(project):
    return sorted((project.root / "generated").glob("test_*.py"))


def test_the_company_pack_renders_the_real_specs(company):
    assert len(suites(company)) == 6
    for path in suites(company):
        text = path.read_text("utf-8")
        assert text.startswith("# Example Company, internal.")
        assert ast.get_docstring(ast.parse(text))
        assert black.format_str(text, mode=black.Mode()) == text
    marks = company.marks()
    assert company.done().json["plan"] == []
    assert company.marks() == marks
    report = company.run("check", "--format", "json").json
    assert report["passed"]
    levels = {level["name"]: level for level in report["levels"]}
    assert levels["collection"]["summary"] == "117 tests collected"
    assert [name for name, level in levels.items() if not level["passed"]] == []


def test_a_new_test_starts_with_the_company_body(company):
    text = plain_calls(suites(company)[0].read_text("utf-8"))
    body = COMPANY.joinpath("test.py.j2").read_text("utf-8").partition("endfilter %}\n")
    wanted = body[2].replace("{{ body }}", "self.pending()")
    assert text.count("".join(f"    {line}\n" for line in wanted.splitlines())) > 10


def bodies(project):
    """Of every test, by suite and name, the source of its body."""
    found = {}
    for path in suites(project):
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[ast.get_docstring(node) is not None :]
                lines = text.split("\n")[first[0].lineno - 1 : node.end_lineno]
                found[path.name, node.name] = "\n".join(lines)
    return found


def test_switching_packs_keeps_every_written_body(example):
    project = example({"suiteloom.toml": 'services = ["backend"]\n'})
    for folder in ("specs", "generated"):
        shutil.copytree(
            ROOT / folder,
            project.root / folder,
            ignore=shutil.ignore_patterns("__pycache__", ".*"),
        )
    before, written = project.tree(), bodies(project)
    assert len(written) > 117
    shutil.copytree(COMPANY, project.root / "company")
    project.write("suiteloom.toml", 'services = ["backend"]\ntemplates = "company"\n')
    plan = project.done().json["plan"]
    assert {action["action"] for action in plan} == {"update"}
    assert {action["detail"] for action in plan if action["id"]} == {"docstring"}
    assert bodies(project) == written
    for path in suites(project):
        text = path.read_text("utf-8")
        assert black.format_str(text, mode=black.Mode()) == text
    assert project.done().json["plan"] == []
    project.write("suiteloom.toml", 'services = ["backend"]\n')
    project.done()
    shutil.rmtree(project.root / "company")
    assert project.tree() == before


def test_the_page_shows_the_files_of_the_company_pack():
    blocks = re.findall(r"^`docs/packs/company/(\S+)`:\n\n```jinja\n(.*?)```", PAGE,
                        re.MULTILINE | re.DOTALL)  # fmt: skip
    assert len(blocks) >= 2
    for name, shown in blocks:
        text = (COMPANY / name).read_text("utf-8")
        for part in shown.split("…\n"):
            assert part
            assert part in text, name


def test_the_page_lists_every_field_and_variable():
    from suiteloom.render.pack_check.kinds import RECORDS, VARIABLES, fields_of

    for kind in RECORDS:
        rows = re.findall(
            rf"^\| `{kind.__name__.lower()}\.([a-z_]+)` \|", PAGE, re.MULTILINE
        )
        assert rows == list(fields_of(kind))
    for template, variables in VARIABLES.items():
        row = re.search(rf"^\| `{re.escape(template)}` \| (.+?) \|", PAGE, re.MULTILINE)
        assert re.findall(r"`([a-z_]+)`", row[1]) == list(variables)
