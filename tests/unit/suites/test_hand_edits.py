"""What people write into a suite stays, byte for byte, whatever the spec does next."""

import re

import pytest

from pending_calls import replaced

from .conftest import ALPHA, ONE, SPECS, TWO, masked, unit_text, written

MARKER = '    @pytest.mark.spec("AL-001", rev='
CATEGORY = "    @pytest.mark.integration\n    def test_one(self):\n"
END = "        assert 1\n"

# What a person makes of a text of test_one or of what is around it.
FORMS = [
    pytest.param(
        END, END + "        # tail\n            # deeper\n", id="comments-behind"
    ),
    pytest.param(END, END + "    # shallower\n", id="comment-between"),
    pytest.param(END, END + "\n# to the left\n\n", id="comment-to-the-left"),
    pytest.param(MARKER, "    # touching\n" + MARKER, id="comment-touching"),
    pytest.param(MARKER, "    # apart\n\n" + MARKER, id="comment-apart"),
    pytest.param(MARKER, '    @own("above")\n' + MARKER, id="decorator-above"),
    pytest.param(
        MARKER,
        "    @(  # at @home\n        own\n    )\n" + MARKER,
        id="decorator-in-brackets",
    ),
    pytest.param(CATEGORY, '    @own("between")\n' + CATEGORY, id="decorator-between"),
    pytest.param(
        CATEGORY,
        CATEGORY.replace("    def", "    @pytest.mark.xfail\n    @given(x=1)\n    def"),
        id="decorators-below",
    ),
    pytest.param(
        CATEGORY,
        CATEGORY.replace(
            "    def", "    @own(\n" + "        1,\n" * 40 + "    )\n    def"
        ),
        id="long-decorator",
    ),
    pytest.param(
        CATEGORY,
        CATEGORY.replace("integration", "integration  # type: ignore"),
        id="type-ignore",
    ),
    pytest.param(
        CATEGORY,
        CATEGORY.replace(
            "(self):",
            "(\n        self,  # self\n        a: int = 1,  # a\n        *,\n        b,\n"
            "    ) -> None:  # none",
        ),
        id="signature",
    ),
    pytest.param(
        CATEGORY, CATEGORY.replace("def ", "def \\\n        "), id="backslash"
    ),
    pytest.param(
        CATEGORY,
        CATEGORY.replace("(self):\n", "(self):  # type: () -> None\n        # first\n"),
        id="type-comment",
    ),
    pytest.param(
        END,
        '        f"""{1}\n@pytest.mark.spec("AL-001")\nclass TestFirst:\n# x\n"""\n',
        id="strings",
    ),
    pytest.param(END, "        assert 1; assert 2 ; # three\n", id="semicolons"),
    pytest.param(END, "        if 1:\n        \tx = 1\n", id="tabs-inside"),
    pytest.param(
        END, "        x = 1   \n\n   \n        \f\n        assert x\n", id="blanks"
    ),
    pytest.param(END, "        ...\n", id="ellipsis"),
    pytest.param(END, "        pass\n", id="pass"),
    pytest.param(
        END,
        "        ﬁ = 1\n        é = '\u2028\u0085\x1c'\n        assert é\n",
        id="unicode",
    ),
    pytest.param(
        END,
        "        def inner():\n            return 1\n\n"
        "        class Inner:\n            '''x'''\n\n"
        "            def test_one(self):\n                self.pending()\n",
        id="nested",
    ),
    pytest.param(END, END + "\n    def helper(self):\n        return 1\n", id="helper"),
    pytest.param(
        END,
        END + "\n    class TestInner:\n        def test_one(self):\n            pass\n",
        id="inner-class",
    ),
    pytest.param(
        END,
        END + "\n    x = 1; y = 2\n\n    if x:\n        def z(self): pass\n",
        id="statements",
    ),
    pytest.param(
        END, END + "\n    def test_unspecified(self):\n        pass\n", id="unspecified"
    ),
    pytest.param(
        "\n\nclass TestFirst(SSotBaseTestCase):",
        "\nx = 1\n\n\n@own  # mine\nclass TestFirst (\n    SSotBaseTestCase,  # base\n"
        "    Mixin, metaclass=M,\n) :",
        id="class-line",
    ),
    pytest.param(
        "class TestFirst(SSot", "# one\n# two\nclass TestFirst(SSot", id="class-comment"
    ),
    pytest.param(
        "class TestSecond(SSot",
        "class Helper:\n    pass\n\n\nclass TestSecond(SSot",
        id="class-between",
    ),
    pytest.param(
        "import pytest\n",
        "import pytest as pt, pytest  # both\n"
        "from suiteloom.ssot import (  # many\n    SSotBaseTestCase as Base,\n)\n",
        id="imports",
    ),
    pytest.param(
        "import pytest\n",
        "import typing\n\nif typing.TYPE_CHECKING:\n    import os\n\nimport pytest\n\n"
        "pytestmark = pytest.mark.skip\n",
        id="module",
    ),
]


@pytest.mark.parametrize(("old", "new"), FORMS)
def test_rename_changes_the_name_and_nothing_else(project, old, new):
    written(project, ALPHA, "test_one", "assert 1")
    text = project.read(ALPHA)
    assert old in text
    project.write(ALPHA, text.replace(old, new, 1))
    assert project.done().json["plan"] == []
    edited = project.read(ALPHA)
    assert edited == text.replace(old, new, 1), "generate without a spec edit"
    project.replace("specs/alpha.yaml", ("test_one", "test_other"))
    project.done()
    expected = re.sub(
        r"(?m)^    def((?: \\\n)? +)test_one\(", r"    def\1test_other(", edited
    )
    assert masked(project.read(ALPHA)) == masked(
        expected.replace("def \\\n        test_other", "def test_other")
    )


@pytest.mark.parametrize(("old", "new"), FORMS)
def test_every_spec_edit_at_once_keeps_every_line_that_a_person_wrote(
    project, old, new
):
    written(project, ALPHA, "test_one", "assert 1")
    text = project.read(ALPHA)
    project.write(ALPHA, text.replace(old, new, 1))
    other = ONE.replace("test_one", "test_other").replace("About one", "Else")
    moved = (
        SPECS["specs/alpha.yaml"].replace(ONE, "").replace("title: First", "title: X")
    )
    project.write(
        "specs/alpha.yaml",
        moved.replace("      - {id: AL-004", other + "      - {id: AL-004"),
    )
    project.done()
    _check_lines(project, new, text)
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    _check_lines(project, new, text)


def _check_lines(project, new, text):
    """Every line of `new` that is no line of ours is still in the suite."""
    after = project.read(ALPHA).split("\n")
    ours = (
        "class Test",
        "    def test_one(",
        "    def \\",
        "        test_one(",
        MARKER,
    )
    for line in {*new.split("\n")} - {*text.split("\n")}:
        if not line.startswith(ours):
            assert line in after


def test_comments_in_a_table_of_cases_outlive_the_table(project):
    cases = ONE.replace("cases: []", "cases: [{id: a, kind: edge, with: {x: 1}}]")
    project.replace("specs/alpha.yaml", (ONE, cases))
    project.done()
    written(project, ALPHA, "test_one", "assert x")
    project.replace(
        ALPHA,
        ('pytest.param(1, id="a"),', 'pytest.param(1, id="a"),  # row # one'),
        ('        "x",\n', '        "x",\n# left\n'),
        ("@pytest.mark.parametrize(", "@pytest.mark.parametrize(  # head"),
        ("        ],\n    )\n", "        ],\n    )  # foot\n"),
    )
    project.replace("specs/alpha.yaml", ("{x: 1}", "{x: 2}"))
    project.done()
    unit = unit_text(project, ALPHA, "test_one")
    comments = ["    # head\n", "    # left\n", "    # row # one\n", "    # foot\n"]
    assert "".join(comments) + "    @pytest.mark.parametrize(\n" in unit
    assert "pytest.param(2, " in unit
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    unit = unit_text(project, ALPHA, "test_one")
    assert "".join(comments) + "    def test_one(self):\n" in unit


def test_comments_inside_a_docstring_expression_stay(project):
    written(project, ALPHA, "test_one", "assert 1")
    unit = unit_text(project, ALPHA, "test_one")
    literal = unit[unit.index('"""') : unit.rindex('"""') + 3]
    form = "(  # why\n        {}{}\n        )".format
    bracketed = form(literal, '  # between\n        ""  # last')
    project.replace(ALPHA, (unit, unit.replace(literal, bracketed)))
    assert project.done().json["plan"] == []
    project.replace("specs/alpha.yaml", ("About one", "Else"))
    project.done()
    literal = literal.replace("About one", "Else")
    bracketed = form(f"# between\n        {literal}", "  # last")
    assert bracketed in unit_text(project, ALPHA, "test_one")


@pytest.mark.parametrize(
    ("old", "new", "after"),
    [
        pytest.param(
            'spec("AL-001", rev=',
            'spec("AL-001", note="n", rev=',
            'note="n"',
            id="note",
        ),
        pytest.param(
            'spec("AL-001", rev=',
            'spec(\n        "AL-001",  # a, b\n        rev=',
            "# a, b",
            id="comment",
        ),
    ],
)
def test_what_a_person_adds_to_the_marker_stays(project, old, new, after):
    written(project, ALPHA, "test_one", "assert 1")
    project.replace(ALPHA, (old, new))
    edited = project.read(ALPHA)
    project.replace("specs/alpha.yaml", ("About one", "Else"))
    project.done()
    assert "reviewed=" in project.read(ALPHA)
    assert after in project.read(ALPHA)
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    assert project.read(ALPHA) == edited


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda s: s.replace(", rev=", ', reviewed="aaaaaa", rev='), id="first"
        ),
        pytest.param(
            lambda s: re.sub(r'rev=("[^"]*")', r'rev=\1, reviewed="aaaaaa", note=1', s),
            id="middle",
        ),
        pytest.param(
            lambda s: re.sub(
                r'rev=("[^"]*")',
                r'rev=(\1),  # a, b\n        reviewed="aaaaaa",\n    ',
                s,
            ),
            id="comment",
        ),
    ],
)
def test_reviewed_is_taken_out_wherever_it_stands(project, change):
    written(project, ALPHA, "test_one", "assert 1")
    unit = unit_text(project, ALPHA, "test_one")
    project.replace(ALPHA, (unit, change(re.sub(', written="[^"]*"', "", unit))))
    normative = re.search(
        r'"AL-001".*?rev=\(?"([0-9a-f]+)', project.read(ALPHA), re.DOTALL
    )[1]
    project.replace(ALPHA, ("aaaaaa", normative))
    project.done()
    text = unit_text(project, ALPHA, "test_one")
    assert "reviewed" not in text
    assert ("note=1" in text) is ("note=1" in change(unit))
    assert ("# a, b" in text) is ("# a, b" in change(unit))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("(self):", "(self, *args):"), id="args"),
        pytest.param(("(self):", "(self, /):"), id="slash"),
        pytest.param(("(self):", "(self) -> None:"), id="returns"),
        pytest.param(('"AL-001", rev', '"AL-001", note=1, rev'), id="marker"),
        pytest.param(("self.pending()", "self.pending()  # soon"), id="behind"),
        pytest.param(("self.pending()", "# soon\n        self.pending()"), id="above"),
        pytest.param(("self.pending()", "self.pending()\n        # soon"), id="below"),
        pytest.param(("self.pending()", "self.pending(); x = 1"), id="semicolon"),
        pytest.param(
            ("@pytest.mark.integration", "@pytest.mark.integration  # x"), id="deco"
        ),
        pytest.param(
            ("@pytest.mark.integration", "@pytest.mark.integration\n    @own"), id="own"
        ),
        pytest.param(
            ("    @pytest.mark.spec", "    # x\n    @pytest.mark.spec"), id="touching"
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_pending_test_with_anything_of_a_person_is_not_removed(
    project, change, newline
):
    unit = unit_text(project, ALPHA, "test_one")
    edited = replaced(unit, *change, 1)
    assert edited != unit
    text = project.read(ALPHA).replace(unit, edited)
    project.write(ALPHA, text.replace("\n", newline))
    project.replace("specs/alpha.yaml", (ONE, ""))
    project.done()
    expected = text.replace('spec("AL-001"', 'orphan("AL-001"')
    assert project.read(ALPHA) == expected.replace("\n", newline)


def test_body_set_back_to_pending_is_pending(project):
    before = project.read(ALPHA)
    written(project, ALPHA, "test_one", "assert 1")
    project.replace("specs/alpha.yaml", ("About one", "Else"))
    project.done()
    project.replace(ALPHA, ("assert 1", "self.pending()"))
    project.done()
    assert "reviewed=" not in project.read(ALPHA)
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    assert project.read(ALPHA) == before


@pytest.mark.parametrize("how", ["unit", "file", "empty", "blank"])
def test_what_is_deleted_by_hand_is_pending_again(project, how):
    before = project.read(ALPHA)
    if how == "unit":
        written(project, ALPHA, "test_two", "assert 2")
        before = project.read(ALPHA)
        project.replace(ALPHA, (unit_text(project, ALPHA, "test_one") + "\n\n", ""))
    elif how == "file":
        (project.root / ALPHA).unlink()
    else:
        project.write(ALPHA, "" if how == "empty" else " \n\n")
    assert project.generate("--check").code == 1
    project.done()
    assert project.read(ALPHA) == before


def test_removed_import_that_our_text_needs_comes_back(project):
    before = project.read(ALPHA)
    project.write(ALPHA, before.replace("import pytest\n", "", 1))
    project.done()
    assert project.read(ALPHA).count("import pytest\n") == 1
    imports = before[before.index("import pytest") : before.index("\n\n\nclass")]
    project.write(ALPHA, before.replace(imports, "").rstrip() + "\n\n\nimport os\n")
    project.done()
    text = project.read(ALPHA)
    assert text.index("SSotBaseTestCase\n") < text.index("class TestFirst")
    assert text.index("import pytest\n") < text.index("class TestFirst")
    assert text.endswith("import os\n")


def test_imports_sorted_and_aliased_bring_no_duplicate(project):
    project.replace(
        ALPHA,
        (
            "import pytest\nfrom suiteloom.ssot import SSotBaseTestCase\n",
            "from suiteloom.ssot import get_env, SSotBaseTestCase\nimport pytest\n",
        ),
    )
    marks = project.marks()
    assert project.done().json["plan"] == []
    assert project.marks() == marks


def test_edited_docstring_is_kept_until_restored(project):
    written(project, ALPHA, "test_one", "assert 1")
    before = project.read(ALPHA)
    project.replace(ALPHA, ('"""About one\n', '"""About one, edited\n'))
    edited = project.tree()
    plan = project.done().json["plan"]
    assert [(entry["id"], entry["action"]) for entry in plan] == [("AL-001", "edited")]
    assert project.tree() == edited
    project.done("--restore")
    assert project.read(ALPHA) == before


def test_edited_docstring_and_changed_spec_are_refused_with_both_texts(project):
    written(project, ALPHA, "test_one", "assert 1")
    project.replace(ALPHA, ('"""About one\n', '"""About one, edited\n'))
    project.replace("specs/alpha.yaml", ("About one", "Else"))
    before = project.tree()
    refused = project.generate()
    assert (refused.code, refused.findings) == (4, ["DR204"])
    message = refused.json["findings"][0]["message"]
    assert "About one, edited" in message
    assert "Else" in message
    assert project.tree() == before
    project.done("--restore")
    assert '"""Else\n' in project.read(ALPHA)
    assert "assert 1" in project.read(ALPHA)


def test_function_renamed_by_hand_is_restored_with_its_body(project):
    written(project, ALPHA, "test_one", "assert 1")
    before = project.read(ALPHA)
    project.replace(ALPHA, ("def test_one", "def test_mine"))
    plan = project.done().json["plan"]
    assert [(entry["id"], entry["action"]) for entry in plan] == [("AL-001", "edited")]
    project.done("--restore")
    assert project.read(ALPHA) == before


@pytest.mark.parametrize("first", ["assert 1", "@own\n        def f(): pass", "..."])
@pytest.mark.parametrize("place", ["unit", "class", "module"])
def test_removed_docstring_is_restored(project, place, first):
    written(project, ALPHA, "test_one", first)
    before = project.read(ALPHA)
    start = {"unit": "        ", "class": "    ", "module": ""}[place] + '"""'
    begin = before.index("\n" + start) + 1 if place != "module" else 0
    end = before.index('"""\n', begin + len(start)) + 4
    project.write(ALPHA, before[:begin] + before[end:].lstrip("\n"))
    assert project.done().json["plan"] != []
    project.done("--restore")
    assert re.sub(r"\n+", "\n", project.read(ALPHA)) == re.sub(r"\n+", "\n", before)


@pytest.mark.parametrize(
    "line",
    ["class TestFirst:", "class TestFirst():", "class TestFirst(metaclass=type):"],
)
def test_removed_base_is_restored(project, line):
    project.replace(ALPHA, ("class TestFirst(SSotBaseTestCase):", line))
    project.done("--restore")
    assert "class TestFirst(SSotBaseTestCase" in project.read(ALPHA)
    assert ("metaclass=type" in line) is ("metaclass=type" in project.read(ALPHA))


def test_base_of_a_persons_own_keeps_its_import(project):
    project.replace(
        ALPHA,
        ("class TestFirst(SSotBaseTestCase)", "class TestFirst(Mine)"),
        (
            "import SSotBaseTestCase\n",
            "import SSotBaseTestCase\nfrom mine import Mine\n",
        ),
    )
    before = project.read(ALPHA)
    project.done()
    assert project.read(ALPHA) == before


def test_class_that_loses_everything_stays_valid(project):
    text = project.read(ALPHA)
    begin = text.index('    """First.')
    end = text.index('"""\n\n', begin) + 5
    project.write(ALPHA, text[:begin] + text[end:])
    spec = SPECS["specs/alpha.yaml"].replace(ONE + TWO, ONE.replace("AL-001", "AL-007"))
    project.write("specs/alpha.yaml", spec.replace("title: First", "title: Other"))
    project.done()
    compile(project.read(ALPHA), ALPHA, "exec")
    assert "class TestFirst(SSotBaseTestCase):\n    pass\n" in project.read(ALPHA)


@pytest.mark.parametrize("rev", ['"ffffff.ffffff"', '""', "None", "f'{1}'"])
def test_tampered_rev_makes_nothing_ours(project, rev):
    written(project, ALPHA, "test_one", "assert 1")
    text = re.sub(r'("AL-001", rev=)"[^"]*"', rf"\1{rev}", project.read(ALPHA))
    project.write(ALPHA, text.replace('"""About one\n', '"""Edited\n'))
    project.replace("specs/alpha.yaml", ("About one", "Else"))
    before = project.tree()
    outcome = project.generate()
    assert outcome.code == (4 if "f.f" in rev else 0)
    assert outcome.code == 0 or project.tree() == before
    assert '"""Edited\n' in project.read(ALPHA)
    project.done("--restore")
    assert '"""Else\n' in project.read(ALPHA)
    assert "assert 1" in project.read(ALPHA)
    assert "reviewed=" in project.read(ALPHA)
