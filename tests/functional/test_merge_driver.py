"""`merge-driver`: what two branches of a suite come to when git merges them."""

from __future__ import annotations

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
)

from pending_calls import plain_calls, tied

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
    assert repo.text == tied(before)


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


def test_one_body_on_both_sides_is_a_conflict_inside_it(repo):
    repo.part(
        ours=chain(repo.body("SH-002", "tok_a"), repo.body("SH-001", "tok_b")),
        theirs=chain(repo.body("SH-002", "tok_c"), repo.respec(edit=adding(0, 3, 102))),
    )
    before = tied(repo.text)
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
    repo.text = tied(repo.text)
    assert repo.place("SH-002")[2] in before
    assert repo.place("SH-001")[2] in before


def test_conflict_style_of_git_is_kept(repo):
    repo.git("config", "merge.conflictStyle", "diff3")
    repo.part(ours=repo.body("SH-002", "tok_a"), theirs=repo.body("SH-002", "tok_b"))
    repo.merge(code=1)
    assert f"||||||| base\n{PENDING}=======\n" in plain_calls(repo.text)


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
    assert re.search(rf'(?:written|reviewed)="{old[1]}"', repo.place("SH-001")[2])
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


def test_of_two_reviews_both_are_named_so_that_neither_settles_the_body(repo):
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
    tie = re.search(r'reviewed="(\w+)"', repo.place("SH-001")[2])
    assert set(tie[1].split("_")) == {digest[1] for digest in digests}


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
