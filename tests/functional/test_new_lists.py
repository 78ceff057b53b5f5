"""`new --from-list`: every form of a list, and what is said of what was not read."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest
import yaml
from terminal import on_terminal


@pytest.fixture
def project(example):
    return example({"pyproject.toml": "[tool.suiteloom]\n"})


def refused(project, *arguments, code):
    before = project.tree()
    done = project.run("new", *arguments)
    assert done.code == code, done.out + done.err
    assert project.tree() == before
    return done


def listed(project, path):
    data = yaml.safe_load(project.read(path))
    return [
        (
            group["title"],
            [(test["id"], test["name"], test["summary"]) for test in group["tests"]],
        )
        for group in data["groups"]
    ]


STEPS_CSV = """\
ID,Group,Title,Precondition,Steps,Expected result
CH-001,Payment,A card is charged once,a cart,"1. open it
2. press the button",one charge is made
CH-002,Payment,A refund reaches the card,,ask for it,
CH-003,Cart,The total is the sum of the lines,,,
"""
STEPS_TABLE = """\
## Payment

| ID | Title | Precondition | Steps | Expected result |
|----|-------|--------------|-------|-----------------|
| CH-001 | A card is charged once | a cart | open it<br>press the button | one charge is made |
| CH-002 | A refund reaches the card | | ask for it | |

## Cart

| ID | Title | Steps |
|----|-------|-------|
| CH-003 | The total is the sum of the lines | |
"""
STEPS_ITEMS = """\
## Payment

- CH-001 A card is charged once
  - Precondition: a cart
  - Steps:
    1. open it
    2. press the button
  - Expected result: one charge is made
- CH-002 A refund reaches the card
  1. ask for it

## Cart

- CH-003 The total is the sum of the lines
"""
STEPS_FEATURE = """\
Feature:

  Rule: Payment

    @CH-001
    Scenario: A card is charged once
      Given a cart
      When open it
      And press the button
      Then one charge is made

    @CH-002
    Scenario: A refund reaches the card
      When ask for it

  Rule: Cart

    @CH-003
    Scenario: The total is the sum of the lines
"""
STEPS_LINES = """\
Payment: CH-001 A card is charged once
Payment: CH-002 A refund reaches the card
Cart: CH-003 The total is the sum of the lines
"""


def as_workbook(text):
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(text)):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def spec_of(project, name, data):
    path = project.root / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    done = project.run("new", "checkout", "--from-list", str(path))
    assert done.code == 0, done.out + done.err
    written = project.read("specs/checkout.yaml")
    (project.root / "specs/checkout.yaml").unlink()
    return written


def test_every_form_of_a_list_gives_the_same_spec(project):
    expected = spec_of(project, "list.csv", STEPS_CSV)
    assert "when:\n          - open it\n          - press the button\n" in expected
    forms = {
        "list.xlsx": as_workbook(STEPS_CSV),
        "table.md": STEPS_TABLE,
        "items.md": STEPS_ITEMS,
        "list.feature": STEPS_FEATURE,
    }
    written = {name: spec_of(project, name, data) for name, data in forms.items()}
    assert written == dict.fromkeys(forms, expected)


def test_lines_give_the_same_spec_but_for_the_steps(project):
    plain = "ID,Group,Title\n" + "".join(
        f"{id_},{group},{title}\n"
        for group, id_, title in re.findall(r"(\w+): (\S+) (.+)", STEPS_LINES)
    )
    assert spec_of(project, "a.txt", STEPS_LINES) == spec_of(project, "a.csv", plain)


def test_a_spec_from_a_list_with_steps_and_cases_generates(project):
    outline = STEPS_FEATURE.replace(
        "Scenario: The total", "Scenario Outline: The total"
    )
    outline += (
        "      When <count> lines\n      Examples:\n        | count |\n        | 2 |\n"
    )
    project.write("list.feature", outline)
    path = str(project.root / "list.feature")
    assert project.run("new", "checkout", "--from-list", path).code == 0
    data = yaml.safe_load(project.read("specs/checkout.yaml"))
    (case,) = data["groups"][1]["tests"][0]["cases"]
    assert case == {"id": "2", "kind": "positive", "with": {"count": 2}}
    project.done()
    assert project.run("generate", "--check").code == 0


def test_what_was_read_and_left_out_is_said_without_a_terminal(project):
    project.write("list.csv", "Group,Title,Owner\nCart,It adds,Ada\n")
    path = str(project.root / "list.csv")
    done = project.run("new", "checkout", "--from-list", path)
    assert done.code == 0
    assert "read 1 test, 1 group" in done.err
    assert "columns: Group as group, Title as name" in done.err
    assert "left out 1 column: Owner" in done.err
    assert "Owner" not in done.out


def test_what_was_left_out_is_data_in_json(project):
    project.write("list.csv", "Title,Owner\nIt adds,Ada\n")
    path = str(project.root / "list.csv")
    done = project.run("new", "checkout", "--from-list", path, "--format", "json")
    assert done.json["columns"] == [{"header": "Title", "field": "name"}]
    (left,) = done.json["left_out"]
    assert (left["what"], left["count"], left["text"], left["line"]) == (
        "column",
        1,
        "Owner",
        1,
    )
    assert "tests without one are in 'Checkout'" in done.json["assumed"][0]


def test_strict_refuses_what_would_be_left_out(project):
    project.write("list.csv", "Group,Title,Owner\nCart,It adds,Ada\n")
    path = str(project.root / "list.csv")
    done = refused(project, "checkout", "--from-list", path, "--strict", code=3)
    assert "LI102 column that is not read: Owner" in done.out


def test_options_say_what_columns_are(project):
    project.write("list.csv", "Lot,What,Owner\nCart,It adds,Ada\n")
    path = str(project.root / "list.csv")
    options = ["--map", "Lot=group", "--map", "What=name", "--ignore", "Owner"]
    done = project.run("new", "checkout", "--from-list", path, *options)
    assert done.code == 0, done.out + done.err
    assert "left out" not in done.err
    assert listed(project, "specs/checkout.yaml") == [
        ("Cart", [("CH-001", "test_it_adds", "It adds.")])
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        pytest.param("What", "write `--map HEADER=FIELD`", id="no-field"),
        pytest.param("What=nmae", "did you mean 'name'?", id="unknown"),
    ],
)
def test_a_field_that_is_none_is_refused(project, text, hint):
    project.write("list.csv", "Group,What\nCart,It adds\n")
    path = str(project.root / "list.csv")
    done = refused(project, "checkout", "--from-list", path, "--map", text, code=2)
    assert hint in done.err


def test_a_marker_that_is_not_configured_is_refused_once(project):
    project.write("list.csv", "Group,Title,Priority\nA,It adds,High\nA,It pays,Low\n")
    path = str(project.root / "list.csv")
    options = ["--from-list", path, "--map", "Priority=marker"]
    done = refused(project, "checkout", *options, code=3)
    assert "list.csv:2: LI109 markers that are not configured: high, low" in done.out
    assert 'markers = ["slow", "high", "low"]' in done.out
    project.write(
        "pyproject.toml", '[tool.suiteloom]\nmarkers = ["slow", "high", "low"]\n'
    )
    assert project.run("new", "checkout", *options).code == 0
    data = yaml.safe_load(project.read("specs/checkout.yaml"))
    assert [t["markers"] for t in data["groups"][0]["tests"]] == [["high"], ["low"]]


def test_steps_that_no_spec_can_hold_are_shown_in_the_list(project):
    steps = "\n".join(f"step {n}" for n in range(60))
    project.write(
        "list.csv", f'Group,Title,Steps\nA,It adds,one\nA,It pays,"{steps}"\n'
    )
    path = str(project.root / "list.csv")
    done = refused(project, "checkout", "--from-list", path, code=3)
    assert "list.csv:3: SP105" in done.out


def test_a_list_is_shown_as_a_tree_before_it_is_written(project):
    project.write("list.csv", "Group,Title,Owner\nCart,It adds,Ada\nCart,It pays,Bo\n")
    arguments = ["new", "checkout", "--from-list", "list.csv"]
    dialog = [("Write specs/checkout.yaml from it?", b"n\n")]
    code, shown = on_terminal(arguments, dialog, project.root)
    assert code == 2, shown
    assert "2 tests, 1 group" in shown
    assert "Cart (2)" in shown
    assert "test_it_pays" in shown
    assert "left out 1 column: Owner" in shown
    assert "nothing was written" in shown
    assert not (project.root / "specs").exists()


@pytest.mark.parametrize("option", ["--yes", "--defaults"])
def test_the_question_about_a_list_can_be_skipped(project, option):
    project.write("list.csv", "Group,Title\nCart,It adds\n")
    arguments = ["new", "checkout", "--from-list", "list.csv", "--defaults", option]
    code, shown = on_terminal(arguments, [], project.root)
    assert code == 0, shown
    assert "Write specs" not in shown
    assert (project.root / "specs/checkout.yaml").is_file()
