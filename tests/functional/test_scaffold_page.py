"""What docs/scaffold.md shows is what happens."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from pages import DOCS, indented, run_line
from scaffolding import files, program

PAGE = (DOCS / "scaffold.md").read_text("utf-8")
BLOCKS = indented(PAGE)


def block(word):
    """The one indented block that holds a word."""
    (found,) = [text for text in BLOCKS if word in text]
    return found.strip("\n") + "\n"


def test_first_commands_run_as_they_stand(tmp_path):
    """The lines that begin the page, from an empty folder."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/checkout.md").write_text(block("### Payment (2)"))
    folder = tmp_path
    lines = [
        *block("suiteloom build").splitlines(),
        *block("new checkout").splitlines(),
    ]
    for line in lines:
        shown, code, folder = run_line(line, folder)
        assert code == 0, f"{line}: {shown}"
    assert (tmp_path / "shop/generated/test_checkout_unit_comprehensive.py").is_file()


@pytest.mark.parametrize(
    ("word", "name", "tests"),
    [
        pytest.param(
            "Payment: A refund",
            "list.txt",
            ["test_charged_once", "test_a_refund_reaches_the_card"],
            id="lines",
        ),
        pytest.param(
            "### Payment (2)",
            "list.md",
            ["test_charged_once", "test_a_refund_reaches_the_card"],
            id="markdown",
        ),
        pytest.param("Group;Test", "list.csv", ["test_charged_once"], id="csv"),
    ],
)
def test_lists_are_read_as_shown(example, word, name, tests):
    project = example({"pyproject.toml": "[tool.suiteloom]\n", name: block(word)})
    done = project.run("new", "checkout", "--from-list", str(project.root / name))
    assert done.code == 0, done.out + done.err
    (group,) = yaml.safe_load(project.read("specs/checkout.yaml"))["groups"]
    assert group["title"] == "Payment"
    assert [test["name"] for test in group["tests"]] == tests


def test_files_of_a_new_project_are_all_named(example):
    project = example({})
    done = program("suiteloom", "init", "--review", cwd=project.root)
    assert done.returncode == 0
    table = PAGE[PAGE.index("| file |") : PAGE.index("Nothing that exists")]
    named = set(re.findall(r"`([\w./-]+\.\w+|\.\w+)`", table)) - {"suiteloom.toml"}
    assert named == set(files(project.root))


def test_json_has_the_keys_that_are_shown(example):
    project = example({})
    root = str(project.root)
    shown = [
        json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    ]
    done = program("suiteloom", "init", root, "--format", "json")
    assert list(json.loads(done.stdout)) == list(shown[0])
    made = project.run("new", "checkout", "--test", "G: test_a", "--format", "json")
    assert list(made.json) == list(shown[1])
