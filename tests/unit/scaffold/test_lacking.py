"""What a file that stays lacks: whole lines and blocks, where they belong."""

from __future__ import annotations

import json

import pytest
import yaml

from suiteloom.workflows.lacking import lacking

HOOKS = b"""\
repos:
  - repo: local
    hooks:
      - id: one
        entry: a
      - id: two
        entry: a
"""
EDITOR = b'{\n  "schemas": {\n    "a.json": "*.yaml"\n  },\n  "enabled": true\n}\n'


def pasted(path, before, after):
    """A file with what it lacks, put where that is said to belong."""
    lines = before.decode().splitlines()
    for part in lacking(path, before, after):
        place = len(lines)
        if part.below:
            place = [line.strip() for line in lines].index(part.below) + 1
        lines[place:place] = part.lines
    return "\n".join(lines)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("repos:\n- repo: x\n  hooks:\n  - id: a\n", id="no-indent"),
        pytest.param("repos:\n-   repo: x\n    hooks:\n    -   id: a\n", id="wide"),
        pytest.param("repos:\n    - repo: x\n      hooks: []\n", id="deep"),
        pytest.param("repos:\n  - repo: local\n    hooks: []\n", id="same-entry"),
        pytest.param("repos:\n- repo: x\nci: {skip: [x]}\n", id="not-at-the-end"),
    ],
)
def test_entries_of_a_list_fit_whatever_its_indentation(before):
    data = yaml.safe_load(pasted(".pre-commit-config.yaml", before.encode(), HOOKS))
    (new,) = [r for r in data["repos"] if r["repo"] == "local" and r["hooks"]]
    assert [hook["id"] for hook in new["hooks"]] == ["one", "two"]
    assert len(data["repos"]) == 2
    assert len(data) == len(yaml.safe_load(before))


def test_a_file_without_the_list_gets_it_at_its_end():
    data = yaml.safe_load(pasted(".pre-commit-config.yaml", b"ci: {}\n", HOOKS))
    assert list(data) == ["ci", "repos"]


def test_a_list_that_has_the_entry_lacks_nothing():
    before = b"repos:\n- repo: x\n" + HOOKS.replace(b"repos:\n", b"").replace(
        b"\n  ", b"\n"
    ).removeprefix(b"  ")
    assert lacking(".pre-commit-config.yaml", before, HOOKS) == ()


@pytest.mark.parametrize(
    "before",
    [
        pytest.param('{\n    "tab": 4\n}\n', id="other-keys"),
        pytest.param('{\n  "schemas": {\n    "b.json": "b"\n  }\n}\n', id="same-key"),
    ],
)
def test_keys_go_into_a_json_file(before):
    data = json.loads(pasted("settings.json", before.encode(), EDITOR))
    assert data["enabled"] is True
    assert data["schemas"]["a.json"] == "*.yaml"
    assert json.loads(before).keys() <= data.keys()


def test_a_json_file_without_keys_gives_way():
    (part,) = lacking("settings.json", b"{}\n", EDITOR)
    assert "\n".join(part.lines) + "\n" == EDITOR.decode()


def test_lines_go_to_the_end_of_any_other_file():
    (part,) = lacking(".gitignore", b"*.log\n.venv\n", b".venv\ncache\n# why\n")
    assert (part.below, part.lines) == ("", ("cache",))
