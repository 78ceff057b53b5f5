"""`merge-driver`: the text around the tests: imports, helpers, class lines, docstrings."""

from __future__ import annotations

import ast

import pytest
from merge_repository import (
    Repo,
    adding,
    both_conflict_only_without,
    chain,
    inserted,
    moving,
    reversing,
    taking,
    titled,
    valued,
)


@pytest.fixture
def repo(tmp_path):
    return Repo(tmp_path / "with")


@pytest.fixture
def plain(tmp_path):
    """The same without the driver."""
    return Repo(tmp_path / "without", driver=False)


def test_helpers_in_one_place(repo, plain):
    def helpers(token):
        method = f"    def _{token}(self):\n        return 1\n\n"
        function = f"def {token}():\n    return 1\n\n\n"
        before = '    @pytest.mark.spec("SH-002"'
        return lambda _: chain(
            inserted(before, method), inserted("class TestGroupB(", function)
        )

    both_conflict_only_without(
        repo, plain, ours=helpers("tok_a"), theirs=helpers("tok_b")
    )
    names = [
        node.name
        for node in ast.walk(ast.parse(repo.text))
        if isinstance(node, ast.FunctionDef) and "tok" in node.name
    ]
    assert sorted(names) == ["_tok_a", "_tok_b", "tok_a", "tok_b"]
    assert "return 1\n\n\ndef tok_b" in repo.text


def test_a_helper_that_both_sides_changed_is_a_conflict(repo):
    helper = "def helper():\n    return 1  # tok_old\n\n\n"
    repo.part(
        base=inserted("class TestGroupB(", helper),
        ours=chain(
            lambda t: t.replace("return 1  # tok_old", "return 2  # tok_a"),
            repo.body("SH-001", "tok_b"),
        ),
        theirs=lambda t: t.replace("return 1  # tok_old", "return 3  # tok_c"),
    )
    repo.merge(code=1)
    assert (
        "def helper():\n<<<<<<< HEAD\n    return 2  # tok_a\n=======\n"
        "    return 3  # tok_c\n>>>>>>> theirs\n\n\nclass TestGroupB("
    ) in repo.text


def test_imports_in_one_place(repo, plain):
    both_conflict_only_without(
        repo,
        plain,
        ours=lambda _: inserted("import pytest\n", "import json\nimport os\n"),
        theirs=lambda _: inserted("import pytest\n", "import os\nimport re\n"),
    )
    lines = [line for line in repo.text.split("\n") if line.startswith("import")]
    assert lines == ["import json", "import os", "import re", "import pytest"]


def test_names_of_one_import(repo):
    old = "from suiteloom.ssot import SSotBaseTestCase\n"
    repo.part(
        ours=lambda t: t.replace(old, old[:-1] + ", get_env\n"),
        theirs=lambda t: t.replace(
            old, "from suiteloom.ssot import IsolatedEnvironment, SSotBaseTestCase\n"
        ),
    )
    repo.merge()
    assert (
        "from suiteloom.ssot import IsolatedEnvironment, SSotBaseTestCase, get_env\n"
        in repo.text
    )


def test_class_header_changed_on_both_sides(repo, plain):
    both_conflict_only_without(
        repo,
        plain,
        ours=lambda r: r.respec(edit=titled(0, "Basket")),
        theirs=lambda r: chain(
            r.respec(edit=valued(0, "More.")),
            inserted("class TestGroupA(", "# tok_comment\n"),
        ),
    )
    assert "\n\n\n# tok_comment\nclass TestBasket(SSotBaseTestCase):\n" in repo.text
    titled(0, "Basket")(repo.spec)
    valued(0, "More.")(repo.spec)
    repo.generate(repo.spec)
    assert "More." in repo.text.split("class TestBasket(")[1].split("    @pytest")[0]


def test_class_header_edited_by_hand_and_changed_is_a_conflict(repo):
    repo.part(
        ours=lambda t: t.replace('"""Group A.', '"""Group A, tok_edited.'),
        theirs=repo.respec(edit=titled(0, "Basket")),
    )
    repo.merge(code=1)
    assert repo.text.count("<<<<<<<") == 1
    assert "tok_edited" in repo.text


def test_module_docstring_edited_by_hand(repo):
    repo.part(
        ours=lambda t: t.replace("From cart to", "tok_edited, from cart to", 1),
        theirs=chain(repo.respec(edit=adding(0, 0, 102)), repo.body("SH-001", "tok_b")),
    )
    repo.merge()
    assert repo.text.split('"""')[1].count("tok_edited") == 1


def test_what_git_merges_is_no_conflict(repo):
    """A helper that one side renamed and the other changed is two helpers to us."""
    lines = "".join(f"    value = {number}\n" for number in range(9))
    helper = f"def helper():\n{lines}    return value\n\n\n"
    repo.part(
        base=inserted("class TestGroupB(", helper),
        ours=chain(
            repo.body("SH-001", "tok_a"),
            lambda t: t.replace("def helper(", "def tok_helper("),
        ),
        theirs=lambda t: t.replace("    return value\n", "    return 'tok_b'\n"),
    )
    repo.merge()
    function = repo.text[repo.text.index("def tok_helper(") :]
    assert function.startswith(f"def tok_helper():\n{lines}    return 'tok_b'\n\n\n")


def test_text_around_units_that_move(repo):
    helper = "    def _helper(self):\n        return 1  # tok_old\n\n"
    repo.part(
        base=inserted('    @pytest.mark.spec("SH-002"', helper),
        ours=repo.respec(edit=reversing(0)),
        theirs=chain(
            lambda t: t.replace("return 1  # tok_old", "return 2  # tok_new"),
            repo.respec(edit=adding(0, 2, 102)),
        ),
    )
    repo.merge()
    assert repo.order()[:4] == ["SH-003", "SH-002", "SH-102", "SH-001"]
    before, after = repo.text.split(helper.replace("1  # tok_old", "2  # tok_new"))
    assert '"SH-003"' in before
    assert '"SH-002"' in after


def test_class_keeps_its_name_though_most_of_it_moved(repo):
    def move(spec):
        moving("SH-001", 1)(spec)
        moving("SH-002", 1)(spec)

    def remove(spec):
        taking("SH-005")(spec)
        taking("SH-006")(spec)

    def both(spec):
        remove(spec)
        move(spec)

    helper = "    def _tok_helper(self):\n        return 1\n\n"
    repo.part(
        base=repo.respec(edit=remove),
        ours=repo.respec(edit=both),
        theirs=inserted('    @pytest.mark.spec("SH-003"', helper),
    )
    repo.merge()
    owner = repo.text.split("class Test")[1]
    assert owner.startswith("GroupA(")
    assert helper in owner


def test_clean_merge_by_lines_with_a_test_twice_is_not_taken(repo, plain):
    lines = "".join(f"    value = {number}\n" for number in range(9))
    helper = f"def helper():\n{lines}    return value\n\n\n"
    for each in (repo, plain):
        each.part(
            base=inserted("class TestGroupB(", helper),
            ours=chain(
                each.respec(edit=adding(0, 3, 101)),
                lambda t: t.replace("def helper(", "def tok_helper("),
            ),
            theirs=chain(
                each.respec(edit=adding(2, 3, 101)),
                lambda t: t.replace("    return value\n", "    return 'tok_b'\n"),
            ),
        )
    plain.merge()
    assert plain.order().count("SH-101") == 2
    repo.merge(code=1)
    assert repo.text.count('spec("SH-101"') == 1
