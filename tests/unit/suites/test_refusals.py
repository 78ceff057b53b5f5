"""Suites that can not be understood, or not be written without a guess: untouched."""

import pytest

from .conftest import ALPHA, BETA, unit_text, written

MARKER = '    @pytest.mark.spec("AL-001", rev='


def _swap(old, new):
    return lambda text: text.replace(old, new, 1)


def _twice(text):
    unit = text[text.index(MARKER) : text.index('    @pytest.mark.spec("AL-002"')]
    return text.replace(unit, unit + unit.replace("test_one", "test_copy"))


def _class_twice(text):
    cut = text.index("\n\nclass TestFirst")
    return text + text[cut : text.index("\n\nclass TestSecond")]


REFUSED = [
    pytest.param(
        _swap("import pytest", "<<<<<<< HEAD\nimport pytest"), "DR201", id="conflict"
    ),
    pytest.param(_swap("import pytest", "import pytest\0"), "DR201", id="nul"),
    pytest.param(_swap("(self):", "(self:"), "DR201", id="syntax"),
    pytest.param(lambda text: text.encode() + b"# \xe9\n", "DR201", id="undecodable"),
    pytest.param(
        lambda text: b"# coding: nothing\n" + text.encode(), "DR201", id="codec"
    ),
    pytest.param(lambda text: text.encode("utf-16"), "DR201", id="utf-16"),
    pytest.param(_twice, "DR203", id="copied"),
    pytest.param(_class_twice, "DR203", id="class-copied"),
    pytest.param(_swap('spec("AL-001"', 'spec("AL-002"'), "DR203", id="id-changed"),
    pytest.param(_swap('spec("AL-001", rev', "spec(rev"), "DR202", id="no-id"),
    pytest.param(
        _swap(MARKER, '    @pytest.mark.spec("AL-007")\n' + MARKER),
        "DR202",
        id="two-marks",
    ),
    pytest.param(
        _swap(
            "\n\nclass TestFirst",
            '\n\n@pytest.mark.spec("AL-009")\ndef test_x(): pass\n\n\nclass TestFirst',
        ),
        "DR202",
        id="module-level",
    ),
    pytest.param(
        _swap(
            MARKER,
            '    class Inner:\n        @pytest.mark.spec("AL-008")\n'
            "        def test_x(self): pass\n\n" + MARKER,
        ),
        "DR202",
        id="nested-class",
    ),
    pytest.param(
        _swap(
            MARKER,
            '    if 1:\n        @pytest.mark.spec("AL-008")\n'
            "        def test_x(self): pass\n\n" + MARKER,
        ),
        "DR202",
        id="inside-if",
    ),
    pytest.param(lambda _: "# nothing but a comment\n", "DR207", id="comment-only"),
    pytest.param(lambda _: "def test_foreign(): pass\n", "DR207", id="foreign"),
]


@pytest.mark.parametrize(("change", "code"), REFUSED)
def test_suite_that_can_not_be_understood_is_refused_untouched(project, change, code):
    changed = change(project.read(ALPHA))
    project.write(ALPHA, changed)
    project.replace("specs/alpha.yaml", ("About two", "Else"))
    project.replace("specs/beta.yaml", ("About five", "Else"))
    before = project.tree()
    for arguments in ((), ("--check",)):
        refused = project.generate(*arguments)
        assert refused.code == 4, refused.out + refused.err
        assert set(refused.findings) == {code}
    assert project.tree() == before
    if code == "DR201":
        finding = project.generate().json["findings"][0]
        assert finding["path"] == ALPHA


def test_unreadable_file_of_a_renamed_domain_is_refused(project):
    written(project, ALPHA, "test_one", "assert 1")
    project.write(ALPHA, project.read(ALPHA) + "\n>>>>>>> theirs\n")
    project.replace("specs/alpha.yaml", ("domain: alpha", "domain: gamma"))
    before = project.tree()
    for arguments in ((), ("gamma",)):
        refused = project.generate(*arguments)
        assert (refused.code, refused.findings) == (4, ["DR201"])
    assert project.tree() == before


def test_unit_copied_into_another_file_is_refused(project):
    unit = unit_text(project, ALPHA, "test_one")
    project.write(BETA, project.read(BETA) + "\n" + unit + "\n")
    before = project.tree()
    refused = project.generate()
    assert (refused.code, refused.findings) == (4, ["DR203"])
    assert project.tree() == before


@pytest.mark.parametrize(
    ("extra", "line"),
    [
        pytest.param("    def test_other(self):\n        pass\n", "", id="method"),
        pytest.param("\n\nclass TestOther:\n    pass\n", "title: First", id="class"),
    ],
)
def test_name_that_something_else_takes_is_refused(project, extra, line):
    text = project.read(ALPHA)
    if line:
        project.write(ALPHA, text + extra)
        project.replace("specs/alpha.yaml", (line, "title: Other"))
    else:
        cut = text.index('    @pytest.mark.spec("AL-002"')
        project.write(ALPHA, text[:cut] + extra + "\n" + text[cut:])
        project.replace("specs/alpha.yaml", ("test_one", "test_other"))
    before = project.tree()
    refused = project.generate()
    assert (refused.code, refused.findings) == (4, ["DR214"])
    assert project.tree() == before
