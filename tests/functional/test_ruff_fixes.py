"""Ruff sorts nothing in a fresh suite, and none of its fixes is an edit of spec-owned text."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from suiteloom.cli.edge import run_app

SPEC = """\
suiteloom: 1
domain: low
title: Low level
category: unit
groups:
  - title: Payment of orders
    tests:
      - {id: LO-001, name: test_a, summary: "a card is charged once"}
      - {id: LO-002, name: test_b, summary: "returns: the money"}
      - {id: LO-003, name: test_c, async: true, given: ["Note: it rains"]}
  - title: Others
    tests:
      - {id: LO-004, name: test_d, summary: "The path C:\\\\new is `kept`."}
"""
SUITE = "generated/test_low_unit_comprehensive.py"
OWN_BASES = """\
base_class = "shop.testing.Base"
async_base_class = "suiteloom.ssot.SSotAsyncTestCase"
"""


def ruff(root, *arguments):
    """Run ruff as somebody does who has no other settings than the project's."""
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", *arguments]
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("settings", "module"),
    [
        pytest.param("", "", id="suiteloom-is-a-package"),
        pytest.param("", "suiteloom/ssot.py", id="suiteloom-is-the-project"),
        pytest.param("", "src/suiteloom/ssot/__init__.py", id="in-src"),
        pytest.param(OWN_BASES, "", id="base-of-another-package"),
        pytest.param(OWN_BASES, "shop/testing.py", id="base-of-the-project"),
        pytest.param(OWN_BASES, "src/shop/testing.py", id="base-in-src"),
        pytest.param(OWN_BASES, "lib/shop/testing.py", id="base-where-ruff-says"),
    ],
)
def test_the_imports_of_a_fresh_suite_are_sorted(example, settings, module):
    project = example(
        {
            "pyproject.toml": f'[tool.suiteloom]\nbvj = "report"\n{settings}\n'
            '[tool.ruff]\nsrc = ["lib", ".", "src"]\n',
            "specs/low.yaml": SPEC,
        }
    )
    if module:
        project.write(module, "")
    project.done()
    assert ruff(project.root, "--select", "I", "generated") == (
        0,
        "All checks passed!\n",
    )


@pytest.fixture
def begun(example, capfd):
    """A project as `init` makes it, with a domain of texts that ruff would mend."""
    project = example({})
    assert run_app(["init", str(project.root)]) == 0
    capfd.readouterr()
    project.write("specs/low.yaml", SPEC)
    project.done()
    return project


def test_a_project_of_init_stays_as_generated_after_every_fix(begun):
    suite = begun.read(SUITE)
    assert ruff(begun.root, "--select", "I,D", "--fix", ".")[0] == 0
    assert begun.read(SUITE) == suite
    assert begun.generate("--check").code == 0


def test_without_the_lines_of_init_a_fix_is_an_edit_that_is_kept_and_told(begun):
    ruff(begun.root, "--isolated", "--select", "I,D", "--fix", ".")
    plan = begun.generate("--check").json["plan"]
    assert {(entry["id"], entry["action"]) for entry in plan} == {
        ("LO-001", "edited"),
    }
    assert begun.run("absorb", "LO-001").code == 0
    assert "summary: A card is charged once" in begun.read("specs/low.yaml") or (
        'summary: "A card is charged once"' in begun.read("specs/low.yaml")
    )


@pytest.mark.parametrize(
    ("path", "text", "header"),
    [
        pytest.param(
            "pyproject.toml",
            '[tool.ruff.lint]\nselect = ["D", "I"]\n',
            "[tool.ruff.lint.per-file-ignores]",
            id="pyproject",
        ),
        pytest.param(
            "pyproject.toml",
            '[tool.ruff.lint]\nselect = ["D", "I"]\n'
            '[tool.ruff.lint.per-file-ignores]\n"bin/*" = ["D"]\n',
            "[tool.ruff.lint.extend-per-file-ignores]",
            id="beside-others",
        ),
        pytest.param(
            "ruff.toml",
            '[lint]\nselect = ["D", "I"]\n',
            "[lint.per-file-ignores]",
            id="ruff-toml",
        ),
    ],
)
def test_lines_that_init_shows_keep_fixes_away_from_suites(
    example, capfd, path, text, header
):
    project = example({path: text})
    assert run_app(["init", str(project.root), "--keep", "--format", "json"]) == 0
    (part,) = json.loads(capfd.readouterr().out)["lacking"][path]
    lines = part["lines"]
    assert lines == [header, '"generated/*" = ["D"]']
    project.write(path, "\n".join([project.read(path), *lines, ""]))
    project.write("specs/low.yaml", SPEC)
    project.done()
    ruff(project.root, "--fix", ".")
    assert project.generate("--check").code == 0


def test_init_shows_no_lines_where_ruff_is_not_used_or_leaves_suites_out(
    example, capfd
):
    project = example({"pyproject.toml": "[project]\nname = 'x'\n"})
    for text in (
        "[project]\nname = 'x'\n",
        '[tool.ruff.lint.per-file-ignores]\n"generated/**" = ["ALL"]\n',
    ):
        project.write("pyproject.toml", text)
        assert run_app(["init", str(project.root), "--diff", "--format", "json"]) == 0
        assert "pyproject.toml" not in json.loads(capfd.readouterr().out)["lacking"]


def test_fixes_leave_what_the_specs_own_in_the_six_suites(platform):
    before = platform.tree()
    ruff(platform.root, "--isolated", "--select", "I,D", "--fix", "generated")
    changed = [path for path, data in platform.tree().items() if data != before[path]]
    assert len(changed) == 6
    done = platform("generate", "--check", "--format", "json")
    assert (done.exit, done.json["plan"]) == (0, [])
