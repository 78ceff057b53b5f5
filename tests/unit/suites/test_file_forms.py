"""Encoding, BOM, line ends, indentation and the end of a file stay as they are."""

import pytest

from .conftest import ALPHA, ONE, SPECS, TWO, masked, written


def _mixed(text):
    lines = text.split("\n")
    return "".join(
        line + ("\r\n" if number % 3 else "\n") for number, line in enumerate(lines)
    )


FORMS = [
    pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="crlf"),
    pytest.param(lambda text: text.replace("\n", "\r").encode(), id="cr"),
    pytest.param(lambda text: _mixed(text).encode(), id="mixed"),
    pytest.param(lambda text: text.rstrip("\n").encode(), id="open-end"),
    pytest.param(lambda text: _mixed(text).rstrip().encode(), id="mixed-open-end"),
    pytest.param(lambda text: (text + "\n\n   \n").encode(), id="blank-end"),
    pytest.param(lambda text: b"\xef\xbb\xbf" + text.encode(), id="bom"),
    pytest.param(
        lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").rstrip().encode(),
        id="bom-crlf-open-end",
    ),
    pytest.param(
        lambda text: ("# coding: latin-1\n" + text + "# \xe9\n").encode("latin-1"),
        id="latin-1",
    ),
    pytest.param(
        lambda text: text.replace("\n    @", "\n\f\n    @").encode(), id="form-feed"
    ),
    pytest.param(lambda text: text.replace("    ", "\t").encode(), id="tabs"),
    pytest.param(lambda text: text.replace("    ", "  ").encode(), id="two-spaces"),
]


def _raw(project):
    return project.bytes(ALPHA).decode("latin-1")


@pytest.mark.parametrize("form", FORMS)
def test_rename_changes_no_other_byte(project, form):
    written(project, ALPHA, "test_one", "assert 1")
    data = form(project.read(ALPHA))
    project.write(ALPHA, data)
    assert project.done().json["plan"] == []
    assert project.bytes(ALPHA) == data
    project.replace("specs/alpha.yaml", ("test_one", "test_other"))
    project.done()
    expected = data.replace(b"def test_one", b"def test_other").decode("latin-1")
    assert masked(_raw(project)) == masked(expected)


@pytest.mark.parametrize(
    "form", [form for form in FORMS if "mixed" not in str(form.id)]
)
def test_edit_and_back_gives_the_same_bytes(project, form):
    written(project, ALPHA, "test_one", "assert 1", "# behind")
    data = form(project.read(ALPHA))
    project.write(ALPHA, data)
    for old, new in [
        ("About one", "Else " + "and so on " * 12),
        ("AL-001, name: test_one", "AL-001, name: test_other"),
        (ONE, ONE.replace("false", "true")),
        (ONE, ONE.replace("cases: []", "cases: [{id: a, kind: edge, with: {x: 1}}]")),
        (ONE + TWO, TWO + ONE),
        ("title: First", "title: Other"),
        (TWO, TWO + TWO.replace("AL-002", "AL-009").replace("two", "nine")),
    ]:
        project.replace("specs/alpha.yaml", (old, new))
        project.done()
        assert project.bytes(ALPHA) != data
        assert project.done().json["plan"] == []
        project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
        project.done()
        assert project.bytes(ALPHA) == data, new


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_what_is_added_has_the_line_end_of_the_file(project, newline):
    text = project.read(ALPHA).replace("\n", newline)
    project.write(ALPHA, text)
    added = TWO.replace("AL-002", "AL-009").replace("two", "nine")
    project.replace("specs/alpha.yaml", (TWO, TWO + added))
    project.replace("specs/alpha.yaml", ("About one", "Else"))
    project.done()
    after = project.read(ALPHA)
    assert len(after) > len(text)
    assert "\n" not in after.replace(newline, "")
    assert "\r" not in after.replace(newline, "")


@pytest.mark.parametrize("unit", ["\t", "  "])
def test_what_is_added_has_the_indentation_of_the_class(project, unit):
    project.write(ALPHA, project.read(ALPHA).replace("    ", unit))
    added = TWO.replace("AL-002", "AL-009").replace("two", "nine")
    project.replace("specs/alpha.yaml", (TWO, TWO + added))
    project.done()
    assert f"\n{unit}def test_nine(self):\n{unit}{unit}" in project.read(ALPHA)


def test_character_that_the_encoding_lacks_is_refused(project):
    data = ("# coding: latin-1\n" + project.read(ALPHA)).encode("latin-1")
    project.write(ALPHA, data)
    project.replace("specs/alpha.yaml", ("About one", "About \u20ac"))
    refused = project.generate()
    assert (refused.code, refused.findings) == (4, ["DR208"])
    assert project.bytes(ALPHA) == data
