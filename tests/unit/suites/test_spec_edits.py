"""What each edit of a spec does to a suite, byte by byte."""

import shutil

import pytest

from example import Example

from .conftest import (
    ALPHA,
    BETA,
    FIRST,
    FIVE,
    FOUR,
    ONE,
    SECOND,
    SIX,
    SPECS,
    THIRD,
    THREE,
    TWO,
    masked,
    spec,
    unit_text,
    written,
)

NEW = TWO.replace("AL-002", "AL-009").replace("two", "nine")
NEWER = TWO.replace("AL-002", "AL-010").replace("two", "ten")


def fresh(tmp_path_factory, specs):
    made = Example(tmp_path_factory.mktemp("fresh"), {"suiteloom.toml": "", **specs})
    made.done()
    return made.tree()


def actions(outcome):
    return [(entry["id"], entry["action"]) for entry in outcome.json["plan"]]


@pytest.mark.parametrize("stamp", [True, False])
def test_nothing_changed_opens_no_file(project, stamp):
    if not stamp:
        shutil.rmtree(project.root / ".suiteloom")
    marks = project.marks()
    assert project.done().json["plan"] == []
    assert project.generate("--check").code == 0
    assert project.marks() == marks


@pytest.mark.parametrize(
    "groups",
    [
        pytest.param((FIRST, NEW, ONE, TWO, SECOND, THREE, FOUR), id="start"),
        pytest.param((FIRST, ONE, NEW, TWO, SECOND, THREE, FOUR), id="middle"),
        pytest.param((FIRST, ONE, TWO, NEW, SECOND, THREE, FOUR), id="end"),
        pytest.param((FIRST, NEW, NEWER, ONE, TWO, SECOND, THREE, FOUR), id="twice"),
        pytest.param((FIRST, ONE, SECOND, THREE, FOUR), id="removed"),
        pytest.param((SECOND, THREE, FOUR), id="group-removed"),
        pytest.param((FIRST, TWO, ONE, SECOND, FOUR, THREE), id="reordered"),
        pytest.param((SECOND, THREE, FOUR, FIRST, ONE, TWO), id="groups-reordered"),
        pytest.param((THIRD, NEW, FIRST, ONE, TWO, SECOND, THREE, FOUR), id="group"),
        pytest.param((FIRST, ONE, THREE, SECOND, TWO, FOUR), id="exchanged"),
        pytest.param((FIRST, ONE, TWO, THREE, FOUR), id="joined"),
        pytest.param((FIRST, ONE, THIRD, TWO, SECOND, THREE, FOUR), id="split"),
        pytest.param((SECOND, ONE, TWO, FIRST, THREE, FOUR), id="titles-swapped"),
    ],
)
def test_unwritten_suite_becomes_what_a_first_run_writes(
    project, tmp_path_factory, groups
):
    specs = {**SPECS, "specs/alpha.yaml": spec("alpha", *groups)}
    before = project.bytes(BETA)
    project.write("specs/alpha.yaml", specs["specs/alpha.yaml"])
    assert project.generate("--check").code == 1
    project.done()
    assert project.tree() == fresh(tmp_path_factory, specs)
    assert project.bytes(BETA) == before
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    assert project.tree() == fresh(tmp_path_factory, SPECS)


def test_added_test_changes_no_other_byte(project):
    written(project, ALPHA, "test_two", "assert 2  # kept", "")
    before = project.read(ALPHA)
    project.replace("specs/alpha.yaml", (TWO, NEW + TWO))
    assert actions(project.done()) == [("AL-009", "create")]
    added = unit_text(project, ALPHA, "test_nine")
    assert project.read(ALPHA).replace(f"{added}\n\n", "", 1) == before


def test_renamed_test_keeps_everything_but_its_name(project):
    written(project, ALPHA, "test_one", "assert 1  # kept")
    before = project.read(ALPHA)
    project.replace("specs/alpha.yaml", ("test_one", "test_other"))
    assert actions(project.done()) == [("AL-001", "rename")]
    expected = before.replace("test_one", "test_other")
    assert masked(project.read(ALPHA)) == masked(expected)


def test_two_tests_swap_names_and_keep_their_bodies(project):
    written(project, ALPHA, "test_one", "assert 'one'")
    written(project, ALPHA, "test_two", "assert 'two'")
    project.replace(
        "specs/alpha.yaml",
        ("test_one", "test_x"),
        ("test_two", "test_one"),
        ("test_x", "test_two"),
    )
    project.done()
    assert "assert 'one'" in unit_text(project, ALPHA, "test_two")
    assert "assert 'two'" in unit_text(project, ALPHA, "test_one")


def test_moved_renamed_and_respecified_at_once(project):
    written(project, ALPHA, "test_one", "assert 'one'")
    other = ONE.replace("test_one", "test_other").replace("About one", "Else")
    project.write(
        "specs/alpha.yaml", spec("alpha", FIRST, TWO, SECOND, THREE, other, FOUR)
    )
    found = actions(project.done())
    assert found[:4] == [
        ("AL-001", "move"),
        ("AL-001", "rename"),
        ("AL-001", "update"),
        ("AL-001", "suspect"),
    ]
    text = project.read(ALPHA)
    unit = unit_text(project, ALPHA, "test_other")
    assert "assert 'one'" in unit
    assert '"""Else' in unit
    assert "reviewed=" in unit
    assert text.index("test_three") < text.index("test_other") < text.index("test_four")


def test_unit_moves_to_another_file_with_its_comments(project):
    written(project, ALPHA, "test_two", "assert helper()  # body", "# behind")
    project.replace(
        ALPHA,
        (
            '    @pytest.mark.spec("AL-002"',
            '    # above\n    @pytest.mark.spec("AL-002"',
        ),
        ("\n\nclass TestFirst", "\n\ndef helper():\n    return 1\n\n\nclass TestFirst"),
    )
    moved = unit_text(project, ALPHA, "test_two")
    project.write("specs/alpha.yaml", spec("alpha", FIRST, ONE, SECOND, THREE, FOUR))
    project.write("specs/beta.yaml", spec("beta", THIRD, FIVE, TWO, SIX))
    plan = project.done().json["plan"]
    assert [(e["id"], e["action"], e["detail"]) for e in plan] == [
        ("AL-002", "move", f"from {ALPHA}; brings helper")
    ]
    assert moved in project.read(BETA)
    assert "\n\n\ndef helper():\n    return 1\n\n\nclass TestThird" in project.read(
        BETA
    )
    assert "    # above\n" in project.read(BETA)
    assert "AL-002" not in project.read(ALPHA)
    assert "def helper" in project.read(ALPHA)
    assert actions(project.done()) == []


def test_tests_move_across_files_in_both_directions(project):
    written(project, ALPHA, "test_one", "assert 'one'")
    written(project, BETA, "test_five", "assert 'five'")
    before = project.tree()
    specs = {
        "specs/alpha.yaml": spec("alpha", FIRST, FIVE, TWO, SECOND, THREE, FOUR),
        "specs/beta.yaml": spec("beta", THIRD, ONE, SIX),
    }
    for path, text in specs.items():
        project.write(path, text)
    project.done()
    assert "assert 'five'" in unit_text(project, ALPHA, "test_five")
    assert "assert 'one'" in unit_text(project, BETA, "test_one")
    for path, text in SPECS.items():
        project.write(path, text)
    project.done()
    assert project.tree() == before


@pytest.mark.parametrize("domain", ["alpha", "beta"])
def test_partial_run_never_moves_a_test_out_of_the_files_it_plans(project, domain):
    written(project, ALPHA, "test_one", "assert 'one'")
    project.write("specs/alpha.yaml", spec("alpha", FIRST, TWO, SECOND, THREE, FOUR))
    project.write("specs/beta.yaml", spec("beta", THIRD, FIVE, ONE, SIX))
    before = project.tree()
    refused = project.generate(domain)
    assert (refused.code, refused.findings) == (4, ["DR206"])
    assert project.tree() == before
    assert project.generate("alpha", "beta").code == 0
    assert "assert 'one'" in unit_text(project, BETA, "test_one")


def test_group_title_renames_the_class_and_keeps_its_text(project):
    written(project, ALPHA, "test_one", "assert 1")
    project.replace(
        ALPHA,
        (
            "class TestFirst(SSotBaseTestCase):",
            "# mine\n@mine\nclass TestFirst(SSotBaseTestCase, Mixin, key=1):  # too",
        ),
    )
    before = project.read(ALPHA)
    project.replace("specs/alpha.yaml", ("title: First", "title: Better words"))
    project.done()
    expected = before.replace("TestFirst", "TestBetterWords")
    expected = expected.replace('"""First.', '"""Better words.')
    assert masked(project.read(ALPHA)) == masked(expected)


def test_domain_takes_its_file_along(project):
    written(project, ALPHA, "test_one", "assert 1")
    project.replace(ALPHA, ("import pytest\n", "import pytest\n\nMINE = 1  # mine\n"))
    before = project.read(ALPHA)
    project.replace("specs/alpha.yaml", ("domain: alpha", "domain: gamma"))
    assert project.done().json["hand_written_lines"] == {"before": 2, "after": 2}
    path = ALPHA.replace("alpha", "gamma")
    assert not (project.root / ALPHA).exists()
    assert masked(project.read(path)) == masked(before)
    project.replace("specs/alpha.yaml", ("domain: gamma", "domain: alpha"))
    project.done()
    assert project.read(ALPHA) == before


def test_two_domains_swap_names_and_no_body_is_lost(project):
    written(project, ALPHA, "test_one", "assert 'one'")
    written(project, BETA, "test_five", "assert 'five'")
    project.replace("specs/alpha.yaml", ("domain: alpha", "domain: beta"))
    project.replace("specs/beta.yaml", ("domain: beta", "domain: alpha"))
    project.done()
    assert "assert 'one'" in unit_text(project, BETA, "test_one")
    assert "assert 'five'" in unit_text(project, ALPHA, "test_five")
    assert actions(project.done()) == []


def test_written_test_becomes_an_orphan_and_comes_back(project):
    written(project, ALPHA, "test_one", "assert 1")
    before = project.read(ALPHA)
    project.replace("specs/alpha.yaml", (ONE, ""))
    assert actions(project.done()) == [("AL-001", "orphan")]
    orphaned = project.read(ALPHA)
    assert orphaned == before.replace('spec("AL-001"', 'orphan("AL-001"')
    for _ in range(5):
        assert actions(project.done()) == []
    assert project.read(ALPHA) == orphaned
    project.replace("specs/alpha.yaml", (TWO, ONE + TWO))
    assert actions(project.done()) == [("AL-001", "revive")]
    assert project.read(ALPHA) == before


def test_orphan_is_revived_in_another_domain(project):
    written(project, ALPHA, "test_one", "assert 1")
    project.replace("specs/alpha.yaml", (ONE, ""))
    project.done()
    project.write("specs/beta.yaml", spec("beta", THIRD, FIVE, SIX, ONE))
    assert actions(project.done()) == [("AL-001", "revive"), ("AL-001", "move")]
    assert "assert 1" in unit_text(project, BETA, "test_one")
    assert 'spec("AL-001"' in project.read(BETA)
    assert "AL-001" not in project.read(ALPHA)


def test_orphans_of_a_removed_group_keep_their_base_imported(project):
    project.replace(
        "specs/alpha.yaml", (ONE, ONE.replace("async: false", "async: true"))
    )
    project.write(
        "specs/beta.yaml",
        spec("beta", THIRD, FIVE, SIX, SECOND, *[NEW.replace("false", "true")]),
    )
    project.done()
    written(project, ALPHA, "test_one", "assert 1")
    project.write(
        "specs/alpha.yaml",
        spec("alpha", SECOND, THREE.replace("async: false", "async: true"), FOUR),
    )
    project.done()
    project.write("specs/alpha.yaml", spec("alpha", SECOND, THREE, FOUR))
    project.done()
    text = project.read(ALPHA)
    assert "class TestFirst(SSotAsyncTestCase)" in text
    assert "import SSotAsyncTestCase, SSotBaseTestCase\n" in text


@pytest.mark.parametrize(
    ("body", "change", "suspect"),
    [
        pytest.param("assert 1", ("About one", "Else"), True, id="summary"),
        pytest.param(
            "assert 1",
            ("one, kinds: [positive]", "one, kinds: [edge]"),
            True,
            id="kinds",
        ),
        pytest.param("self.pending()", ("About one", "Else"), False, id="pending"),
        pytest.param(
            "assert 1",
            ("one, kinds", "one, markers: [slow], kinds"),
            False,
            id="marker",
        ),
        pytest.param(
            "assert 1",
            ("one, kinds", "one, bvj: {goal: Security}, kinds"),
            False,
            id="bvj",
        ),
    ],
)
def test_normative_change_under_a_body_makes_it_suspect(project, body, change, suspect):
    if body != "self.pending()":
        written(project, ALPHA, "test_one", body)
    before = project.read(ALPHA)
    project.replace("specs/alpha.yaml", change)
    found = actions(project.done())
    assert (("AL-001", "suspect") in found) is suspect
    assert ("reviewed=" in project.read(ALPHA)) is suspect
    assert project.read(ALPHA) != before
    project.replace("specs/alpha.yaml", change[::-1])
    project.done()
    assert project.read(ALPHA) == before


def test_async_changes_def_base_and_imports_and_back(project):
    written(project, ALPHA, "test_one", "assert 1")
    before = project.read(ALPHA)
    project.replace(
        "specs/alpha.yaml", (ONE, ONE.replace("async: false", "async: true"))
    )
    project.done()
    text = project.read(ALPHA)
    assert "    async def test_one(self):" in text
    assert "class TestFirst(SSotAsyncTestCase):" in text
    assert "from suiteloom.ssot import SSotAsyncTestCase, SSotBaseTestCase\n" in text
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    assert project.read(ALPHA) == before


def test_awaiting_body_is_not_made_synchronous(project):
    project.replace(
        "specs/alpha.yaml", (ONE, ONE.replace("async: false", "async: true"))
    )
    project.done()
    written(project, ALPHA, "test_one", "await thing()")
    before = project.tree()
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    before["specs/alpha.yaml"] = project.bytes("specs/alpha.yaml")
    refused = project.generate()
    assert (refused.code, refused.findings) == (4, ["DR201"])
    assert project.tree() == before


CASES = "cases: [{id: a, kind: edge, with: {x: 1, y: [1]}}]"


@pytest.mark.parametrize(
    ("signature", "with_cases"),
    [
        pytest.param("(self)", "(self, x, y)", id="plain"),
        pytest.param("(self, tmp_path)", "(self, x, y, tmp_path)", id="fixture"),
        pytest.param("(self, /, a)", "(self, /, x, y, a)", id="slash"),
        pytest.param("(self, a, /)", "(self, a, /, x, y)", id="slash-behind"),
        pytest.param("(self, *, a=1)", "(self, x, y, *, a=1)", id="star"),
        pytest.param("(self, *args, **kw)", "(self, x, y, *args, **kw)", id="stars"),
        pytest.param("(self, a: int = 1)", "(self, x, y, a: int = 1)", id="default"),
        pytest.param("(self,)", "(self, x, y,)", id="comma"),
        pytest.param(
            "(\n        self,  # a/b, c\n        a,\n    )",
            "(\n        self, x, y,  # a/b, c\n        a,\n    )",
            id="comment",
        ),
        pytest.param(
            "(\n        self,  # a/b, c\n    )",
            "(\n        self, x, y,  # a/b, c\n    )",
            id="comment-last",
        ),
        pytest.param("(self, x) -> None", "(self, y, x) -> None", id="half"),
    ],
)
def test_cases_bring_their_parameters_and_take_them_away(
    project, signature, with_cases
):
    written(project, ALPHA, "test_one", "assert 1")
    project.replace(ALPHA, ("def test_one(self)", f"def test_one{signature}"))
    before = project.read(ALPHA)
    project.replace("specs/alpha.yaml", (ONE, ONE.replace("cases: []", CASES)))
    project.done()
    assert f"    def test_one{with_cases}:\n" in project.read(ALPHA)
    assert 'pytest.param(1, [1], id="a")' in project.read(ALPHA)
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    if signature == "(self, x) -> None":  # nobody can tell whose it was
        before = before.replace("(self, x)", "(self)")
    assert project.read(ALPHA) == before


def test_parameter_that_a_person_annotated_stays(project):
    project.replace("specs/alpha.yaml", (ONE, ONE.replace("cases: []", CASES)))
    project.done()
    written(project, ALPHA, "test_one", "assert 1")
    project.replace(ALPHA, ("(self, x, y)", "(self, x: int, y)"))
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    assert "def test_one(self, x: int):" in project.read(ALPHA)


def test_template_change_rewrites_our_text_and_keeps_bodies(project):
    written(project, ALPHA, "test_one", "assert 1")
    from suiteloom.render.templates import templates_folder
    from suiteloom.workflows.project import open_workspace

    workspace = open_workspace(project.root)
    packed = templates_folder(workspace.root, workspace.config)
    shutil.copytree(packed, project.root / "pack")
    project.write("suiteloom.toml", 'templates = "pack"\n')
    before = project.read(ALPHA)
    assert actions(project.done()) == []
    template = project.read("pack/test.py.j2")
    project.write(
        "pack/test.py.j2",
        template.replace("{{ test.summary }}", "{{ test.summary }}\n\nNew."),
    )
    project.done()
    expected = before
    for name in ("one", "two", "three", "four"):
        expected = expected.replace(
            f'"""About {name}\n', f'"""About {name}\n\n        New.\n'
        )
    assert masked(project.read(ALPHA)) == masked(expected)


def test_removed_spec_leaves_bodies_as_orphans(project):
    written(project, BETA, "test_five", "assert 5")
    before = project.read(BETA)
    (project.root / "specs/beta.yaml").unlink()
    outcome = project.generate()
    if outcome.code == 4:  # more than one body in five would be orphaned
        outcome = project.generate("--allow-mass-orphan")
    assert outcome.code == 0, outcome.out + outcome.err
    text = project.read(BETA)
    assert "assert 5" in text
    assert 'orphan("BE-001"' in text
    assert "BE-002" not in text
    project.write("specs/beta.yaml", SPECS["specs/beta.yaml"])
    project.done()
    assert project.read(BETA) == before
