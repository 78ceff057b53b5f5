"""Packs of a project's own: made, checked, refused, switched; through the command line."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from suiteloom.store import packaged_templates

ROOT = Path(__file__).resolve().parents[2]
COMPANY = ROOT / "docs" / "packs" / "company"
PAGE = (ROOT / "docs" / "templates.md").read_text("utf-8")
SUITE = "generated/test_shop_integration_comprehensive.py"
SPEC = """\
suiteloom: 1
domain: shop
title: Shop
summary: From cart to paid order.
category: integration
revenue: {annual_usd: 900000, protects: card payments}
bvj:
  segment: [All]
  goal: Retention
  value_impact: Nobody pays twice for one order.
  strategic_impact: A safe checkout brings buyers back.
groups:
  - title: Payment
    tests:
      - id: SH-001
        name: test_charged_once
        summary: A card is charged once.
        kinds: [edge]
        given: [a payment that was made]
        when: [the same request comes again]
        then:
          - the card is not charged again
          - the answer is that of the first request
      - id: SH-002
        name: test_refund
        summary: A refund reaches the card.
        kinds: [positive]
        async: true
  - title: Cart
    tests:
      - id: SH-003
        name: test_cart_total
        summary: The total is the sum of the lines.
        kinds: [positive]
        cases: [{id: two, kind: positive, with: {prices: [1, 2], total: 3}}]
"""
LINE = 'templates = "suite_templates"'
FILES = sorted(path.name for path in packaged_templates("suite").iterdir())


@pytest.fixture
def project(example):
    """A project with its configuration in suiteloom.toml and nothing generated yet."""
    return example({"suiteloom.toml": "", "specs/shop.yaml": SPEC})


@pytest.fixture
def ejected(project):
    """The same with a copy of the built-in pack and one generated suite."""
    assert project.run("templates", "eject").code == 0
    project.done()
    return project


def pack(project, source, folder="suite_templates"):
    """Put a copy of a pack into a project."""
    shutil.rmtree(project.root / folder, ignore_errors=True)
    shutil.copytree(source, project.root / folder)


# Making a pack


def test_eject_copies_the_templates_and_names_them(project):
    outcome = project.run("templates", "eject")
    assert outcome.code == 0
    assert project.read("suiteloom.toml") == f"{LINE}\n"
    for name in FILES:
        copy = project.bytes(f"suite_templates/{name}")
        assert copy == (packaged_templates("suite") / name).read_bytes()
        assert f"suite_templates/{name} written" in outcome.out
    assert f"suiteloom.toml now says {LINE}" in outcome.out


def test_an_ejected_pack_renders_what_the_built_in_one_does(project):
    project.done()
    before = project.bytes(SUITE)
    assert project.run("templates", "eject").code == 0
    assert project.done().json["plan"] == []
    assert project.bytes(SUITE) == before


def test_eject_twice_changes_nothing(ejected):
    marks = ejected.marks()
    outcome = ejected.run("templates", "eject", "--format", "json")
    assert outcome.code == 0
    assert outcome.json == {
        "schema": "suiteloom.templates-eject/1",
        "folder": "suite_templates",
        "written": [],
        "configured": "",
        "line": LINE,
        "is_set": True,
    }
    assert ejected.marks() == marks


def test_eject_writes_what_is_missing_and_keeps_other_files(ejected):
    (ejected.root / "suite_templates/bvj.j2").unlink()
    ejected.write("suite_templates/notes.txt", "mine")
    outcome = ejected.run("templates", "eject", "--format", "json")
    assert outcome.json["written"] == ["suite_templates/bvj.j2"]
    assert ejected.read("suite_templates/notes.txt") == "mine"


def test_eject_refuses_to_replace_an_edited_template(project):
    project.write("suite_templates/test.py.j2", "mine")
    project.write("suite_templates/bvj.j2", "mine too")
    tree = project.tree()
    outcome = project.run("templates", "eject")
    assert outcome.code == 4
    assert "suite_templates/test.py.j2: TP101" in outcome.out
    assert "suite_templates/bvj.j2: TP101" in outcome.out
    assert "class.py.j2" not in outcome.out
    assert project.tree() == tree


@pytest.mark.parametrize("folder", ["..", "/x", "a/../../b", ".", "a\nb"])
def test_eject_stays_in_the_project(project, folder):
    tree = project.tree()
    outcome = project.run("templates", "eject", folder)
    assert outcome.code == 2
    assert "no folder inside the project" in outcome.err
    assert project.tree() == tree


CONFIGURATIONS = [
    pytest.param("suiteloom.toml", "", f"{LINE}\n", id="empty"),
    pytest.param(
        "suiteloom.toml",
        '# ours\nservices = ["a"]',
        f'# ours\nservices = ["a"]\n{LINE}\n',
        id="no-line-end",
    ),
    pytest.param(
        "suiteloom.toml",
        'pending = "fail"\n\n[audit]\nthreshold = 9\n',
        f'pending = "fail"\n\n{LINE}\n\n[audit]\nthreshold = 9\n',
        id="above-the-first-table",
    ),
    pytest.param(
        "suiteloom.toml",
        'goals = ["""a\\\n[x]\\\nb"""]\n',
        f'{LINE}\ngoals = ["""a\\\n[x]\\\nb"""]\n',
        id="bracket-in-a-text",
    ),
    pytest.param(
        "pyproject.toml",
        "[project]\r\nname = 'é'\r\n[tool.suiteloom] # x\r\npending = 'fail'\r\n",
        "[project]\r\nname = 'é'\r\n[tool.suiteloom] # x\r\n"
        f"{LINE}\r\npending = 'fail'\r\n",
        id="crlf",
    ),
    pytest.param(
        "pyproject.toml",
        "[tool.x]\na = '''\n[tool.suiteloom]\n'''\n[tool.suiteloom]\n",
        f"[tool.x]\na = '''\n[tool.suiteloom]\n'''\n[tool.suiteloom]\n{LINE}\n",
        id="the-header-in-a-text",
    ),
    pytest.param(
        "pyproject.toml",
        "[tool.suiteloom]",
        f"[tool.suiteloom]\n{LINE}\n",
        id="header-at-the-end",
    ),
    pytest.param(
        "pyproject.toml",
        "[tool.suiteloom.audit]\nthreshold = 9\n",
        f"[tool.suiteloom]\n{LINE}\n\n[tool.suiteloom.audit]\nthreshold = 9\n",
        id="only-a-table-below",
    ),
]


@pytest.mark.parametrize(("path", "before", "after"), CONFIGURATIONS)
def test_eject_adds_one_line_to_the_configuration(example, path, before, after):
    project = example({"specs/shop.yaml": SPEC, path: before})
    assert project.run("templates", "eject").code == 0
    assert project.bytes(path) == after.encode()
    tomllib.loads(after)


UNSAFE = [
    pytest.param("pyproject.toml", "tool = {suiteloom = {}}\n", id="inline-table"),
    pytest.param("pyproject.toml", "[tool]\nsuiteloom.pending='fail'\n", id="dotted"),
    pytest.param("suiteloom.toml", 'templates = ""\n', id="said-to-be-built-in"),
    pytest.param("suiteloom.toml", 'templates = "other"\n', id="another-pack"),
]


@pytest.mark.parametrize(("path", "text"), UNSAFE)
def test_where_there_is_no_safe_place_the_line_is_said(example, path, text):
    project = example({"specs/shop.yaml": SPEC, path: text})
    outcome = project.run("templates", "eject")
    assert outcome.code == 0
    assert project.read(path) == text
    assert f"let the configuration say {LINE}" in outcome.out
    assert (project.root / "suite_templates/test.py.j2").is_file()


def test_a_project_without_configuration_gets_one(example):
    project = example({"specs/shop.yaml": SPEC})
    assert project.run("templates", "eject", "own/pack").code == 0
    assert project.read("suiteloom.toml") == 'templates = "own/pack"\n'
    project.done()


def test_a_configured_folder_that_is_not_there_names_eject(project):
    project.write("suiteloom.toml", f"{LINE}\n")
    outcome = project.run("generate")
    assert outcome.code == 2
    assert "`suiteloom templates eject suite_templates`" in outcome.err


# Checking a pack


def test_check_says_what_a_pack_is(ejected):
    tree = ejected.tree()
    outcome = ejected.run("templates", "check")
    assert outcome.code == 0
    assert "suite_templates: 4 templates, no faults" in outcome.out
    assert "class.py.j2: bvj.goal, bvj.segment" in outcome.out
    data = ejected.run("templates", "check", "--format", "json").json
    assert data["schema"] == "suiteloom.templates-check/1"
    assert data["templates"] == FILES
    assert "test.given" in data["used"]["test.py.j2"]
    assert ejected.tree() == tree


def test_check_of_the_built_in_pack_and_of_one_by_name(project):
    assert "the built-in pack: 4" in project.run("templates", "check").out
    pack(project, COMPANY, "company")
    outcome = project.run("templates", "check", "company")
    assert (outcome.code, outcome.out[:22]) == (0, "company: 4 templates, ")
    missing = project.run("templates", "check", "nowhere")
    assert missing.code == 2
    assert "`suiteloom templates eject nowhere` makes it" in missing.err


@pytest.mark.parametrize(
    ("template", "old", "new", "words"),
    [
        pytest.param(
            "test.py.j2",
            "{{ test.summary }}",
            "{{ test.id }}: {{ test.summary }}",
            "the summary of PB-001",
            id="id-before-the-summary",
        ),
        pytest.param(
            "class.py.j2",
            "{{ group.title }}.",
            "Group {{ group.title }}.",
            "the title of TestFirstLast",
            id="word-before-the-title",
        ),
        pytest.param(
            "header.py.j2",
            "Revenue protected:",
            "Revenue:",
            "Revenue protected of the suite",
            id="no-revenue",
        ),
    ],
)
def test_a_pack_that_could_never_pass_check_is_refused(
    ejected, template, old, new, words
):
    ejected.replace(f"suite_templates/{template}", (old, new))
    for verb in (["templates", "check"], ["generate"], ["check"]):
        outcome = ejected.run(*verb)
        assert outcome.code == 2
        assert f"suite_templates/{template}: no suite of this pack" in outcome.err
        assert words in outcome.err


# Refusing a bad pack: template, what is replaced in it, by what, line, message, hint

BAD = [
    pytest.param(
        "test",
        "{{ test.summary }}",
        "{{ test.sumary }}",
        "6: `test` has no field `sumary`",
        "did you mean `summary`?",
        id="field",
    ),
    pytest.param(
        "header",
        "{{ suite.title }}",
        "{{ titel }}",
        "4: there is no variable `titel` here",
        "did you mean `suite.title`?",
        id="variable",
    ),
    pytest.param(
        "header",
        "| usd",
        "| euro",
        "10: there is no filter `euro`",
        "suiteloom adds docstring, usd and literal to those of Jinja",
        id="filter",
    ),
    pytest.param(
        "class",
        "{{ lines(group.bvj) }}",
        "{% if 0 %}{{ group.bvj.gaol }}{% endif %}",
        "7: `group.bvj` has no field `gaol`",
        "did you mean `goal`?",
        id="untaken-branch",
    ),
    pytest.param(
        "class",
        "{{ group.title }}",
        "{{ group }}",
        "5: `group` is no text that could be written",
        "name a field: title, class_name, bvj, tests, own_bvj, is_async",
        id="whole-record",
    ),
    pytest.param(
        "test",
        "    {{ body }}\n",
        "    {{ body }}\n    {{ body }}\n",
        "21: the template uses {{ body }} twice",
        "write {{ body }} once, outside of the docstring",
        id="body-twice",
    ),
    pytest.param(
        "test",
        "{{ signature }}\n",
        "",
        "1: the template does not use {{ signature }}",
        "write {{ signature }} once, outside of the docstring",
        id="no-signature",
    ),
    pytest.param(
        "class",
        "{% filter docstring %}",
        "{% filter upper %}",
        "1: the template does not use {% filter docstring %}",
        "put the text between {% filter docstring %} and {% endfilter %}",
        id="no-docstring",
    ),
    pytest.param(
        "class",
        '"bvj.j2"',
        '"../bvj.j2"',
        "2: ../bvj.j2 is outside of the pack's folder",
        "copy it into the folder",
        id="outside",
    ),
    pytest.param(
        "header",
        '"bvj.j2"',
        '"bjv.j2"',
        "2: there is no template bjv.j2",
        "the folder has bvj.j2, class.py.j2, header.py.j2, test.py.j2",
        id="missing-include",
    ),
    pytest.param(
        "test",
        "{% endfor %}",
        "",
        "19: Encountered unknown tag 'endfilter'",
        "docs/templates.md lists what each template may use",
        id="wrong-syntax",
    ),
    pytest.param(
        "test",
        "    {{ body }}",
        "    name = '{{ test.summary }}'\n    {{ body }}",
        "20: the template writes no Python: ",
        "spec text belongs into the docstring block, or through `literal`",
        id="no-python",
    ),
    pytest.param(
        "class",
        "{{ class_line }}",
        "{{ class_line | lower }}",
        "3: the class line is lost",
        "regeneration reads it back from the suite",
        id="class-line-lost",
    ),
    pytest.param(
        "test",
        "    {{ body }}\n",
        "    {{ body }}\n\n\ndef test_more(self):\n    assert self\n",
        "23: the template writes more than one test",
        "docs/templates.md lists what each template may use",
        id="two-tests",
    ),
    pytest.param(
        "test",
        "    {{ body }}\n",
        "    # Arrange\n    {{ body }}\n",
        "20: a comment stands above the first statement of the body",
        "put it between statements, or into a block: a body is replaced from its first "
        "statement to its last",
        id="comment-above-the-body",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "message", "hint"), BAD)
def test_a_bad_pack_is_refused_when_it_is_loaded(
    ejected, name, old, new, message, hint
):
    """Exit 2 with template, line and hint, from every verb, and nothing is written."""
    path = f"suite_templates/{name}.py.j2"
    text = ejected.read(path)
    assert old in text
    ejected.write(path, text.replace(old, new, 1))
    ejected.replace("specs/shop.yaml", ("A refund reaches the card.", "Another one."))
    tree = ejected.tree()
    for verb in (("generate",), ("check",), ("templates", "check")):
        outcome = ejected.run(*verb)
        assert outcome.code == 2, verb
        assert f"error: {path}:{message}" in outcome.err
        assert f"  hint: {hint}\n" in outcome.err
        assert outcome.out == ""
    assert ejected.tree() == tree


def test_a_pack_without_one_of_the_three_is_refused(ejected):
    (ejected.root / "suite_templates/class.py.j2").unlink()
    outcome = ejected.run("generate")
    assert outcome.code == 2
    message = "suite_templates/class.py.j2: there is no template class.py.j2"
    assert f"error: {message}\n" in outcome.err


def test_messages_of_the_page_are_those_of_the_program():
    """Each row of the table of refusals is the message of a case above."""
    table = PAGE.partition("## What is refused")[2].partition("\n## ")[0]
    shown = re.findall(r"^\| (.+?) \| .+ \|$", table, re.MULTILINE)[1:]
    said = [case.values[3].partition(": ")[2].strip(": ") for case in BAD]
    plain = [row.strip().replace("`` ", "").replace(" ``", "") for row in shown]
    assert [text for text in said if not any(text in row for row in plain)] == []
    assert [row for row in plain if not any(text in row for text in said)] == []


# Another pack: docs/packs/company


def test_pending_tests_change_body_with_the_pack(project):
    project.done()
    before = project.bytes(SUITE)
    pack(project, COMPANY)
    project.write("suiteloom.toml", f"{LINE}\n")
    project.done()
    assert project.read(SUITE).count("# Arrange: ") == 3
    project.write("suiteloom.toml", "")
    project.done()
    assert project.bytes(SUITE) == before


def test_the_page_shows_what_the_company_pack_writes(project):
    pack(project, COMPANY)
    project.write("suiteloom.toml", f"{LINE}\n")
    project.done()
    shown = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
    assert "SH-001" in shown
    assert shown in project.read(SUITE)
