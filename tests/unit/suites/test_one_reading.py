"""Markers, comments and indents are read in one way, and no id is written twice."""

import pytest

from .conftest import ALPHA, BETA, FIRST, FIVE, ONE, SIX, SPECS, THIRD, spec, written

MARKER = '@pytest.mark.spec("AL-001", rev='


def place(project, path, text):
    """Line of the only place of a text."""
    before, found, _ = project.read(path).partition(text)
    assert found
    return before.count("\n") + 1


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param('@(pytest.mark.spec)("AL-001")', id="brackets"),
        pytest.param('@pytest . mark . spec("AL-001")', id="blanks"),
        pytest.param(
            '@pytest.mark.\uff53\uff50\uff45\uff43("AL-001")', id="wide-letters"
        ),
        pytest.param('@again("AL-001")', id="another-name"),
    ],
)
@pytest.mark.parametrize(
    "holder",
    [
        pytest.param(
            "    if True:\n        {}\n        def test_one(self): ...\n", id="if"
        ),
        pytest.param(
            "    class Inner:\n        {}\n        def test_one(self): ...\n",
            id="inner",
        ),
    ],
)
def test_marker_that_makes_no_unit_is_refused_with_its_place(project, hidden, holder):
    written(project, ALPHA, "test_one", "assert 1")
    head, _, tail = project.read(ALPHA).partition(f"    {MARKER}")
    rest = tail[tail.index('    @pytest.mark.spec("AL-002"') :]
    names = "again = pytest.mark.spec\n\n\nclass TestFirst"
    head = head.replace("class TestFirst", names)
    project.write(ALPHA, head + holder.format(hidden) + "\n" + rest)
    before = project.tree()
    refused = project.generate()
    assert (refused.code, refused.findings) == (4, ["DR202"])
    finding = refused.json["findings"][0]
    assert (finding["path"], finding["id"]) == (ALPHA, "AL-001")
    assert finding["line"] == place(project, ALPHA, hidden)
    assert project.tree() == before


def test_marker_in_brackets_is_a_marker(project):
    written(project, ALPHA, "test_one", "assert 1")
    project.replace(
        ALPHA, (MARKER, MARKER.replace("pytest.mark.spec", "(pytest.mark.spec)"))
    )
    assert project.done().json["plan"] == []
    project.replace("specs/alpha.yaml", ("test_one", "test_other"))
    project.done()
    assert "def test_other(self)" in project.read(ALPHA)
    assert project.read(ALPHA).count("AL-001") == 1


@pytest.mark.parametrize("arguments", [(), ("alpha",)], ids=["all", "one-domain"])
def test_id_that_stands_hidden_in_another_file_is_not_written_again(project, arguments):
    other = "generated/test_other.py"
    text = (
        "import pytest\n\nclass TestX:\n    if True:\n"
        '        @(pytest.mark.spec)("AL-009")\n        def test_x(self): ...\n'
    )
    project.write(other, text)
    added = ONE.replace("AL-001", "AL-009").replace("one", "nine")
    project.write(
        "specs/alpha.yaml", SPECS["specs/alpha.yaml"].replace(ONE, ONE + added)
    )
    before = project.tree()
    refused = project.generate(*arguments)
    assert (refused.code, refused.findings) == (4, ["DR202"])
    assert refused.json["findings"][0]["path"] == other
    assert project.tree() == before


def test_bracketed_marker_of_a_file_that_no_spec_claims_is_found(project):
    written(project, BETA, "test_five", "assert 5")
    text = project.read(BETA).replace("@pytest.mark.spec(", "@(pytest.mark.spec)(")
    (project.root / BETA).unlink()
    project.write("generated/test_gone.py", text)
    project.done()
    assert "assert 5" in project.read(BETA)
    assert not (project.root / "generated/test_gone.py").exists()


def test_file_that_only_speaks_of_markers_is_left_alone(project):
    text = '"""About spec("AL-001") and orphan."""\n\n@own("users")\ndef spec(): ...\n'
    project.write("generated/helper.py", text)
    assert project.done().json["plan"] == []
    assert project.read("generated/helper.py") == text


def test_tab_in_a_comment_outlives_the_decorator_that_carried_it(project):
    written(project, ALPHA, "test_one", "assert 1")
    cases = "cases: [{id: a, kind: edge, with: {x: 1}}]"
    project.replace("specs/alpha.yaml", (ONE, ONE.replace("cases: []", cases)))
    project.done()
    project.replace(
        ALPHA, ('pytest.param(1, id="a"),', 'pytest.param(1, id="a"),  # a\tb\t\tc')
    )
    project.replace("specs/alpha.yaml", ("{x: 1}", "{x: 2}"))
    project.done()
    assert "    # a\tb\t\tc\n" in project.read(ALPHA)


def test_tab_in_a_comment_outlives_the_docstring_around_it(project):
    written(project, ALPHA, "test_one", "assert 1")
    text = project.read(ALPHA)
    start = text.index('        """About one\n')
    end = text.index('"""', start + 12) + 3
    literal = text[start:end].strip()
    bracketed = f'        (  # x\n        {literal}  # a\tb\n        ""\n        )'
    project.write(ALPHA, text[:start] + bracketed + text[end:])
    project.replace("specs/alpha.yaml", ("About one", "Else"))
    project.done()
    assert "# a\tb\n" in project.read(ALPHA)


@pytest.mark.parametrize("count", [11, 15])
@pytest.mark.parametrize("where", ["above", "below", "both"])
def test_many_marks_of_a_person_are_no_edit_of_ours(project, count, where):
    own = "    @pytest.mark.integration\n    def test_one"
    marks = [f"    @pytest.mark.mine{number}\n" for number in range(count)]
    cut = {"above": count, "below": 0, "both": count // 2}[where]
    above, below = "".join(marks[:cut]), "".join(marks[cut:])
    new = f"{above}    @pytest.mark.integration\n{below}    def test_one"
    written(project, ALPHA, "test_one", "assert 1")
    project.replace(ALPHA, (own, new))
    assert project.done().json["plan"] == []
    project.replace("specs/alpha.yaml", ("test_one", "test_other"))
    project.done()
    assert new.replace("test_one", "test_other") in project.read(ALPHA)


@pytest.mark.parametrize("blank", ["\f    ", "  \f    "])
def test_form_feed_before_a_def_changes_no_indent(project, blank):
    text = project.read(ALPHA)
    project.write(ALPHA, text.replace("    def test_one", f"{blank}def test_one"))
    assert project.done().json["plan"] == []
    project.write("specs/alpha.yaml", spec("alpha", FIRST, ONE))
    project.write("specs/beta.yaml", spec("beta", THIRD, FIVE, SIX))
    project.done()
    assert f"{blank}def test_one" in project.read(ALPHA)
