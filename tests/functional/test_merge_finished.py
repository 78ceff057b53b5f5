"""What a rebase, cherry-pick or revert brought together that is over, as git knows it."""

from __future__ import annotations

import re
from itertools import count

import pytest
from merge_repository import SUITE, Repo, chain

from suiteloom.store import read_versions

NEW = {"summary": "It is new."}
MARKER = re.compile(r'    @pytest\.mark\.spec\("SH-001".*\n')


class Dated(Repo):
    """Without the driver; each commit is made some seconds after the one before."""

    def __init__(self, root, *, step=1):
        self._seconds = count(10, step)
        super().__init__(root, driver=False)

    def commit(self, change=lambda text: text):
        self.text = change(self.text)
        self.git("add", "-A")
        date = f"--date=2001-02-03T04:05:{next(self._seconds)}Z"
        self.git("commit", "-q", "--allow-empty", "-m", "a change", date)


@pytest.fixture
def plain(tmp_path):
    return Dated(tmp_path / "without")


def review(text):
    return re.sub(r', reviewed="\w+"', "", text)


def edit(text):
    return text.replace("del value", "assert 'tok_edit'\n        del value", 1)


def settle(repo):
    """Generate from the merged spec; the marker of SH-001."""
    repo.spec.find("SH-001")[0].update(NEW)
    repo.generate(repo.spec)
    return MARKER.search(repo.text)[0]


def comment(name="tok_more"):
    """Something in another test, to be one commit more."""
    return lambda text: text.replace(
        '    @pytest.mark.spec("SH-005"',
        f'    # {name}\n    @pytest.mark.spec("SH-005"',
    )


def parted(repo, *, more=False):
    """One branch edits a body, the other changes and reviews its requirement."""
    new = chain(repo.respec(SH_001=NEW), review, repo.respec(SH_001=NEW))
    repo.part(
        base=chain(repo.body("SH-001", "tok_a"), repo.respec()), ours=new, theirs=edit
    )
    if more:
        repo.git("checkout", "-q", "theirs")
        repo.commit(comment())
        repo.git("checkout", "-q", "ours")


WAYS = [
    pytest.param([("rebase", "theirs")], id="rebase"),
    pytest.param([("checkout", "theirs"), ("rebase", "ours")], id="rebase the other"),
    pytest.param(
        [("checkout", "main"), ("rebase", "theirs", "ours")], id="a named one"
    ),
    pytest.param([("pull", "-q", "--rebase", ".", "theirs")], id="pull"),
    pytest.param([("cherry-pick", "theirs~1")], id="one pick"),
    pytest.param([("cherry-pick", "theirs~1", "theirs")], id="two picks"),
    pytest.param([("cherry-pick", "theirs~1"), ("cherry-pick", "theirs")], id="twice"),
    pytest.param(
        [("cherry-pick", "-x", "theirs~1"), ("branch", "-D", "theirs")],
        id="a pick that names its source",
    ),
    pytest.param(
        [("cherry-pick", "theirs~1"), ("checkout", "-b", "other")], id="renamed"
    ),
    pytest.param(
        [("rebase", "theirs"), ("checkout", "main"), ("checkout", "ours")],
        id="rebase, away and back",
    ),
    pytest.param(
        [("cherry-pick", "theirs~1"), ("checkout", "main"), ("checkout", "ours")],
        id="pick, away and back",
    ),
    pytest.param([("checkout", "--detach"), ("rebase", "theirs")], id="detached"),
]


@pytest.mark.parametrize("commands", WAYS)
def test_edit_under_a_reviewed_requirement_is_suspect_once_git_is_through(
    plain, commands
):
    parted(plain, more=True)
    for command in commands:
        plain.git(*command)
    assert "tok_edit" in plain.text
    assert "reviewed=" not in plain.text
    assert re.search(r'written="(\w+)\.\w+", reviewed="(?!\1)\w+"', settle(plain))


def test_body_that_a_revert_brought_back_is_suspect(plain):
    plain.commit(chain(plain.body("SH-001", "tok_a"), plain.respec()))
    plain.commit(edit)
    plain.commit(chain(plain.respec(SH_001=NEW), review, plain.respec(SH_001=NEW)))
    plain.git("revert", "--no-edit", "HEAD~1")
    assert "tok_edit" not in plain.text
    assert "reviewed=" in settle(plain)


@pytest.mark.parametrize("way", ["rebase", "cherry-pick", "revert"])
def test_what_is_put_together_by_hand_is_suspect_once_git_is_through(plain, way):
    plain.commit()
    before = plain.text
    body = chain(plain.body("SH-001", "tok_a"), plain.respec())
    if way == "revert":
        plain.commit(plain.respec(SH_001=NEW))
        plain.commit(chain(plain.body("SH-001", "tok_a"), plain.respec(SH_001=NEW)))
        plain.git("revert", "--no-edit", "HEAD~1", code=1)
        plain.text = plain.body("SH-001", "tok_a")(before)
    else:
        plain.part(ours=body, theirs=plain.respec(SH_001=NEW))
        theirs = plain.git("show", f"theirs:{SUITE}").stdout.decode()
        plain.git(way, "theirs", code=1)
        plain.text = plain.body("SH-001", "tok_a")(theirs)
    plain.git("add", "-A")
    plain.git(way, "--continue")
    if way == "revert":
        plain.generate(plain.spec)
        assert "reviewed=" in MARKER.search(plain.text)[0]
    else:
        assert "reviewed=" in settle(plain)


def test_pick_that_is_skipped_hides_no_other(plain):
    parted(plain, more=True)
    plain.commit(comment("tok_other"))
    plain.git("cherry-pick", "theirs~1", "theirs", code=1)
    plain.git("checkout", "HEAD", SUITE)
    plain.git("cherry-pick", "--skip")
    assert "reviewed=" in settle(plain)


def test_one_more_commit_ends_it(plain):
    parted(plain)
    plain.git("rebase", "theirs")
    assert read_versions(plain.root, [SUITE])
    plain.commit()
    assert read_versions(plain.root, [SUITE]) == {}


def test_revert_is_known_in_a_clone_without_a_reflog(plain, tmp_path):
    plain.commit(chain(plain.body("SH-001", "tok_a"), plain.respec()))
    plain.commit(edit)
    plain.commit(chain(plain.respec(SH_001=NEW), review, plain.respec(SH_001=NEW)))
    plain.git("revert", "--no-edit", "HEAD~1")
    there = tmp_path / "clone"
    plain.git("clone", "-q", plain.root.as_uri(), str(there))
    assert read_versions(there, [SUITE]) == read_versions(plain.root, [SUITE])
    plain.git("-C", str(there), "reflog", "expire", "--expire=now", "--all")
    assert read_versions(there, [SUITE])


def test_two_commits_that_may_both_be_the_source_of_a_pick_tell_nothing(tmp_path):
    plain = Dated(tmp_path / "at once", step=0)
    parted(plain, more=True)
    plain.git("cherry-pick", "theirs~1")
    assert read_versions(plain.root, [SUITE]) == {}


def test_reviewed_after_a_rebase_it_is_not_asked_again(plain):
    parted(plain)
    plain.git("rebase", "theirs")
    settle(plain)
    plain.text = review(plain.text)
    before = plain.text
    settle(plain)
    assert plain.text == before


@pytest.mark.parametrize("more", [False, True])
def test_branch_that_is_made_anew_after_a_rebase_is_known_by_where_head_was(
    plain, more
):
    parted(plain, more=more)
    plain.git("rebase", "theirs")
    plain.git("checkout", "-q", "-b", "other")
    assert read_versions(plain.root, [SUITE])


def test_ordinary_commits_bring_nothing_together(plain):
    parted(plain)
    assert read_versions(plain.root, [SUITE]) == {}
    plain.git("revert", "--no-edit", "HEAD")
    assert read_versions(plain.root, [SUITE]) == {}


def test_name_that_an_old_rebase_left_hides_no_later_merge(plain):
    parted(plain)
    plain.git("update-ref", "REBASE_HEAD", "main")
    plain.git("merge", "-q", "-m", "merge", "theirs")
    assert "reviewed=" in settle(plain)
