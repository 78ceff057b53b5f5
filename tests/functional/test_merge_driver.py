"""`merge-driver`: what two branches of a suite come to when git merges them."""

from __future__ import annotations

import ast
import re

import pytest
from merge_repository import (
    SUITE,
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

PENDING = "        self.pending()\n"


@pytest.fixture
def repo(tmp_path):
    return Repo(tmp_path / "with")


@pytest.fixture
def plain(tmp_path):
    """The same without the driver."""
    return Repo(tmp_path / "without", driver=False)


def test_bodies_of_different_tests(repo):
    repo.part(ours=repo.body("SH-001", "tok_a"), theirs=repo.body("SH-002", "tok_b"))
    repo.merge()
    assert "tok_a" in repo.place("SH-001")[2]
    assert "tok_b" in repo.place("SH-002")[2]
    repo.generate(repo.spec)


def test_tests_added_in_one_place(repo, plain):
    both_conflict_only_without(
        repo,
        plain,
        ours=lambda r: chain(
            r.respec(edit=adding(0, 3, 101)), r.body("SH-101", "tok_a")
        ),
        theirs=lambda r: r.respec(edit=adding(0, 3, 102)),
    )
    assert repo.order()[2:6] == ["SH-003", "SH-101", "SH-102", "SH-004"]
    before = repo.text
    spec = repo.spec
    adding(0, 3, 101)(spec)
    adding(0, 4, 102)(spec)
    repo.generate(spec)
    assert repo.text == before


def test_added_beside_a_removed_one(repo):
    repo.part(
        ours=repo.respec(edit=adding(0, 1, 101)),
        theirs=repo.respec(edit=taking("SH-001")),
    )
    repo.merge()
    assert repo.order()[:3] == ["SH-101", "SH-002", "SH-003"]


def test_neighbors_respecified_and_renamed(repo):
    repo.part(
        ours=repo.respec(
            SH_002={"name": "test_other"}, SH_003={"summary": "It is new."}
        ),
        theirs=chain(repo.body("SH-002", "tok_b"), repo.body("SH-003", "tok_c")),
    )
    repo.merge()
    assert repo.place("SH-002")[1] == "test_other"
    assert "tok_b" in repo.place("SH-002")[2]
    assert "It is new." in repo.place("SH-003")[2]


def test_class_renamed_under_a_written_body(repo):
    repo.part(
        ours=repo.respec(edit=titled(0, "Basket")), theirs=repo.body("SH-001", "tok_b")
    )
    repo.merge()
    owner, _, text = repo.place("SH-001")
    assert owner == "TestBasket"
    assert "tok_b" in text
    assert "TestGroupA" not in repo.text


@pytest.mark.parametrize("swapped", [False, True])
def test_moved_and_changed(repo, plain, swapped):
    names = ["theirs", "ours"] if swapped else ["ours", "theirs"]
    changes = [
        lambda r: r.respec(edit=moving("SH-002", 2)),
        lambda r: r.body("SH-002", "tok_b"),
    ]
    both_conflict_only_without(repo, plain, **dict(zip(names, changes, strict=True)))
    owner, _, text = repo.place("SH-002")
    assert owner == "TestGroupC"
    assert "tok_b" in text


def test_moved_to_two_places(repo):
    repo.part(
        ours=repo.respec(edit=moving("SH-002", 2)),
        theirs=repo.respec(edit=moving("SH-002", 1)),
    )
    repo.merge()
    assert repo.place("SH-002")[0] == "TestGroupC"
    assert len(repo.order()) == 9


def test_reordered_and_added_and_written(repo):
    repo.part(
        ours=repo.respec(edit=reversing(0)),
        theirs=chain(repo.body("SH-001", "tok_b"), repo.respec(edit=adding(0, 1, 102))),
    )
    repo.merge()
    assert repo.order()[:4] == ["SH-003", "SH-002", "SH-001", "SH-102"]
    assert "tok_b" in repo.place("SH-001")[2]


def test_reordered_on_both_sides(repo):
    def rotate(spec):
        spec.groups[0]["tests"].append(spec.groups[0]["tests"].pop(0))

    repo.part(ours=repo.respec(edit=reversing(0)), theirs=repo.respec(edit=rotate))
    repo.merge()
    assert repo.order()[:3] == ["SH-003", "SH-002", "SH-001"]


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


def test_one_body_on_both_sides_is_a_conflict_inside_it(repo):
    repo.part(
        ours=chain(repo.body("SH-002", "tok_a"), repo.body("SH-001", "tok_b")),
        theirs=chain(repo.body("SH-002", "tok_c"), repo.respec(edit=adding(0, 3, 102))),
    )
    before = repo.text
    repo.merge(code=1)
    assert SUITE in repo.git("diff", "--name-only", "--diff-filter=U").stdout.decode()
    conflict = (
        "<<<<<<< HEAD\n        value = 'tok_a'\n=======\n        value = 'tok_c'\n"
        ">>>>>>> theirs\n"
    )
    assert repo.text.count(conflict) == 1
    assert repo.text.count("<<<<<<<") == 1
    repo.text = repo.text.replace(conflict, "        value = 'tok_a'\n")
    assert repo.place("SH-102")
    assert repo.place("SH-002")[2] in before
    assert repo.place("SH-001")[2] in before


def test_conflict_style_of_git_is_kept(repo):
    repo.git("config", "merge.conflictStyle", "diff3")
    repo.part(ours=repo.body("SH-002", "tok_a"), theirs=repo.body("SH-002", "tok_b"))
    repo.merge(code=1)
    assert f"||||||| base\n{PENDING}=======\n" in repo.text


@pytest.mark.parametrize("swapped", [False, True])
def test_hand_written_head_and_regenerated_head(repo, swapped):
    sides = [
        repo.respec(SH_002={"name": "test_other", "summary": "It is new."}),
        chain(
            inserted('    @pytest.mark.spec("SH-002"', "    # tok_comment\n"),
            inserted(
                "    def test_number_2(", "    @pytest.mark.usefixtures('tok_mark')\n"
            ),
            lambda t: t.replace("test_number_2(self)", "test_number_2(self, tok_path)"),
        ),
    ]
    ours, theirs = sides[::-1] if swapped else sides
    repo.part(base=repo.body("SH-002", "tok_base"), ours=ours, theirs=theirs)
    repo.merge()
    text = repo.place("SH-002")[2]
    assert "    def test_other(self, tok_path):\n" in text
    assert (
        "@pytest.mark.integration\n    @pytest.mark.usefixtures('tok_mark')\n" in text
    )
    assert '    # tok_comment\n    @pytest.mark.spec("SH-002"' in repo.text
    before = repo.text
    repo.spec.find("SH-002")[0].update(name="test_other", summary="It is new.")
    repo.generate(repo.spec)
    assert repo.text == before


def test_spec_owned_text_changed_on_both_sides(repo, plain):
    both_conflict_only_without(
        repo,
        plain,
        ours=lambda r: r.respec(SH_001={"name": "test_other"}, SH_002={"async": True}),
        theirs=lambda r: r.respec(SH_001={"summary": "It is new."}),
    )
    assert repo.place("SH-001")[1] == "test_other"
    repo.spec.find("SH-001")[0].update(name="test_other", summary="It is new.")
    repo.spec.find("SH-002")[0].update({"async": True})
    repo.generate(repo.spec)
    assert "It is new." in repo.place("SH-001")[2]


@pytest.mark.parametrize("swapped", [False, True])
def test_suspect_on_either_side_stays_suspect(repo, swapped):
    sides = [
        repo.respec(SH_001={"summary": "It is new."}),
        repo.respec(SH_001={"bvj": {"value_impact": "More."}}),
    ]
    ours, theirs = sides[::-1] if swapped else sides
    repo.part(base=repo.body("SH-001", "tok_a"), ours=ours, theirs=theirs)
    old = re.search(
        r'"SH-001", rev="(\w+)\.', repo.git("show", f"main:{SUITE}").stdout.decode()
    )
    repo.merge()
    assert f'reviewed="{old[1]}"' in repo.place("SH-001")[2]
    repo.spec.find("SH-001")[0].update(
        summary="It is new.", bvj={"value_impact": "More."}
    )
    repo.generate(repo.spec)
    assert f'reviewed="{old[1]}"' in repo.place("SH-001")[2]


def test_body_written_against_an_older_spec_becomes_suspect(repo):
    repo.part(
        ours=repo.respec(SH_001={"summary": "It is new."}),
        theirs=repo.body("SH-001", "tok_b"),
    )
    old = re.search(
        r'"SH-001", rev="(\w+)\.', repo.git("show", f"main:{SUITE}").stdout.decode()
    )
    repo.merge()
    text = repo.place("SH-001")[2]
    assert f'reviewed="{old[1]}"' in text
    assert "It is new." in text
    repo.spec.find("SH-001")[0].update(summary="It is new.")
    before = repo.text
    repo.generate(repo.spec)
    assert repo.text == before


def test_review_on_one_side_is_kept(repo):
    def accept(text):
        return re.sub(r', reviewed="\w+"', "", text)

    repo.part(
        base=chain(
            repo.body("SH-001", "tok_a"), repo.respec(SH_001={"summary": "It is new."})
        ),
        ours=accept,
        theirs=repo.respec(
            SH_001={"summary": "It is new.", "bvj": {"value_impact": "More."}}
        ),
    )
    assert "reviewed=" in repo.git("show", f"main:{SUITE}").stdout.decode()
    repo.merge()
    assert "reviewed=" not in repo.text


def test_of_two_reviews_the_older_counts(repo):
    def accept(text):
        return re.sub(r', reviewed="\w+"', "", text)

    repo.part(
        base=chain(
            repo.body("SH-001", "tok_a"), repo.respec(SH_001={"summary": "It is new."})
        ),
        ours=chain(accept, repo.respec(SH_001={"summary": "It is newer."})),
        theirs=repo.respec(
            SH_001={"summary": "It is new.", "bvj": {"value_impact": "More."}}
        ),
    )
    digests = [
        re.search(
            r'reviewed="(\w+)"', repo.git("show", f"{name}:{SUITE}").stdout.decode()
        )
        for name in ("main", "ours")
    ]
    assert digests[0][1] != digests[1][1]
    repo.merge()
    assert f'reviewed="{digests[0][1]}"' in repo.place("SH-001")[2]


def test_removed_here_and_written_there_is_kept(repo):
    repo.part(
        ours=repo.respec(edit=taking("SH-002")), theirs=repo.body("SH-002", "tok_b")
    )
    repo.merge()
    assert repo.order()[:3] == ["SH-001", "SH-002", "SH-003"]
    assert "tok_b" in repo.place("SH-002")[2]


def test_class_removed_here_and_written_there_is_kept(repo):
    repo.part(
        ours=repo.body("SH-005", "tok_a"),
        theirs=repo.respec(edit=lambda spec: spec.groups.pop(1)),
    )
    repo.merge()
    assert repo.place("SH-005")[0] == "TestGroupB"
    assert "SH-004" not in repo.order()
    assert len(repo.order()) == 7


def test_class_removed_here_and_left_alone_there_goes(repo):
    repo.part(
        ours=repo.body("SH-001", "tok_a"),
        theirs=repo.respec(edit=lambda spec: spec.groups.pop(1)),
    )
    repo.merge()
    assert "TestGroupB" not in repo.text
    assert len(repo.order()) == 6


def test_orphaned_here_and_changed_there(repo):
    repo.part(
        base=repo.body("SH-002", "tok_base"),
        ours=repo.respec(edit=taking("SH-002")),
        theirs=repo.body("SH-002", "tok_b"),
    )
    repo.merge()
    text = repo.place("SH-002")[2]
    assert '@pytest.mark.orphan("SH-002"' in text
    assert "tok_b" in text


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


def test_comment_inside_spec_owned_text_is_not_lost(repo):
    repo.part(
        ours=repo.respec(SH_002={"summary": "It is new."}),
        theirs=lambda t: t.replace(
            'mark.spec("SH-002", ', 'mark.spec(\n        "SH-002",  # tok_why\n        '
        ),
    )
    repo.merge(code=1)
    assert repo.text.count("<<<<<<<") == 1
    assert repo.text.count("# tok_why") == 1


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
