"""One table of bodies, and every part that says which of them are pending."""

from __future__ import annotations

import ast

import pytest

from pending_bodies import BODIES, identity, spec, written
from suiteloom.model.pending import calls_pending, pending_calls
from suiteloom.results import FILE_NAME, load_run
from suiteloom.workflows.merge_driver import Versions, merge_by_units

SPEC = "specs/bodies.yaml"
SUITE = "generated/test_bodies_integration_comprehensive.py"

PENDING = [identity(place) for place, body in enumerate(BODIES) if body.pending]
WRITTEN = [identity(place) for place, body in enumerate(BODIES) if not body.pending]


@pytest.fixture
def project(shop):
    """A project with one suite that holds every body of the table."""
    (shop.root / "specs/shop.yaml").unlink()
    (shop.root / "generated/test_shop_integration_comprehensive.py").unlink()
    shop.write(SPEC, spec())
    assert shop("generate").exit == 0
    shop.write(SUITE, written(shop.read(SUITE)))
    return shop


def ids_of_lines(project, lines):
    """The ids of the tests in which lines of the suite stand."""
    (owner,) = [
        node
        for node in ast.parse(project.read(SUITE)).body
        if isinstance(node, ast.ClassDef) and node.name == "TestBodies"
    ]
    spans = [
        (node.lineno, node.end_lineno)
        for node in owner.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    ]
    found = {
        identity(place)
        for place, (first, last) in enumerate(spans)
        for line in lines
        if first <= line <= last
    }
    return sorted(found)


def method(text, head="def test_a(self):"):
    body = "".join(f"        {line}\n" for line in text.splitlines())
    (owner,) = ast.parse(f"class A:\n    {head}\n{body}").body
    return owner.body[0]


@pytest.mark.parametrize("body", [pytest.param(body, id=body.name) for body in BODIES])
def test_a_body_alone(body):
    word = "async def" if body.is_async else "def"
    node = method(body.text, f"{word} test_a({body.instance}):")
    assert calls_pending(node) is body.pending


@pytest.mark.parametrize(
    ("head", "pending"),
    [
        pytest.param("def test_a(self, /, order):", True, id="positional"),
        pytest.param("def test_a(order, self):", False, id="second-parameter"),
        pytest.param("def test_a(*self):", False, id="all-parameters"),
        pytest.param("def test_a(*, self):", False, id="keyword-only"),
        pytest.param("def test_a():", False, id="none"),
        pytest.param("@staticmethod\n    def test_a(self):", False, id="static"),
    ],
)
def test_only_the_first_parameter_is_the_instance(head, pending):
    assert calls_pending(method("self.pending()", head)) is pending


def test_calls_come_in_source_order():
    node = method("if a:\n    self.pending(1)\nb = [self.pending(2)]\nself.pending(3)")
    assert [call.args[0].value for call in pending_calls(node)] == [1, 2, 3]


def test_status_counts_them(project):
    (suite,) = project("status", "--format", "json").json["suites"]
    assert (suite["pending"], suite["written"]) == (len(PENDING), len(WRITTEN))


def test_the_structure_level_names_them_where_pending_fails(project):
    project.replace(
        "[tool.suiteloom]\n", '[tool.suiteloom]\npending = "fail"\n', "pyproject.toml"
    )
    found = [
        finding["message"].split()[0]
        for finding in project("check", "--format", "json").json["findings"]
        if finding["code"] == "ST310"
    ]
    assert found == PENDING


def test_the_audit_notes_them(project):
    found = project("audit", "generated", "--format", "json").json["findings"]
    lines = [finding["line"] for finding in found if finding["code"] == "SL610"]
    assert ids_of_lines(project, lines) == PENDING


def test_a_changed_spec_makes_the_others_suspect(project):
    project.write(SPEC, spec(" Changed."))
    plan = project("generate", "--format", "json").json["plan"]
    assert [each["id"] for each in plan if each["action"] == "suspect"] == WRITTEN


def test_the_merge_driver_makes_the_others_suspect(project, tmp_path):
    project.write(SPEC, spec(" Changed."))
    ours = project.read(SUITE)
    (project.root / SUITE).unlink()
    project.write(SPEC, spec())
    assert project("generate").exit == 0
    base = project.read(SUITE)
    project.write(SPEC, spec(" Changed."))
    assert project("generate").exit == 0
    theirs = project.read(SUITE)
    files = [tmp_path / name for name in ("base.py", "ours.py", "theirs.py")]
    for file, text in zip(files, (base, ours, theirs), strict=True):
        file.write_text(text, "utf-8")
    merged = merge_by_units(Versions(*files, SUITE))
    assert (merged.conflicts, merged.note) == (0, "")
    lines = merged.data.decode().split("    @pytest.mark.spec(")[1:]
    found = [line[1:7] for line in lines if "reviewed=" in line.partition("\n")[0]]
    assert found == WRITTEN


def test_a_run_skips_them_and_notices_the_rest(project):
    run = project("run", "--format", "json")
    assert run.exit == 1
    assert [f["id"] for f in run.json["findings"] if f["code"] == "RU505"] == [
        identity(place) for place, body in enumerate(BODIES) if body.at_run
    ]
    assert {f["code"] for f in run.json["findings"]} == {"RU505"}
    last = load_run((project.root / ".suiteloom" / FILE_NAME).read_bytes())
    assert last.outcomes() == {
        identity(place): body.runs_as for place, body in enumerate(BODIES)
    }
