"""What the suite does not tell of a merge, and git does: the second witness."""

from __future__ import annotations

import re
import shutil

import pytest
from merge_repository import SUITE, Repo, chain, inserted

from suiteloom.cli.edge import run_app
from suiteloom.store import read_versions

NEW = {"summary": "It is new."}
OTHER = {"summary": "It is another one."}
MARKER = re.compile(r'    @pytest\.mark\.spec\("SH-001".*\n')


@pytest.fixture
def plain(tmp_path):
    """A repository without the driver."""
    return Repo(tmp_path / "without", driver=False)


def review(text):
    """What a person does who has compared body and docstring."""
    return re.sub(r', reviewed="\w+"', "", text)


def half(text):
    """A line is written in front of the pending call of SH-001."""
    call = re.search(r'        self\.pending\("SH-001".*\n', text)[0]
    return text.replace(call, f"        assert 'tok_a'\n{call}")


def edit(text):
    return text.replace("del value", "assert 'tok_edit'\n        del value", 1)


def respecified_and_reviewed(repo):
    """The requirement of SH-001 changes and its body is compared with it."""
    return chain(repo.respec(SH_001=NEW), review, repo.respec(SH_001=NEW))


def settle(repo):
    """Generate from the merged spec; the marker of SH-001."""
    repo.spec.find("SH-001")[0].update(NEW)
    repo.generate(repo.spec)
    return MARKER.search(repo.text)[0]


def mixed(repo, theirs):
    """By hand: everything as theirs has it, and the body of SH-001 as ours has it."""
    repo.text = repo.body("SH-001", "tok_a")(theirs)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("merge", "theirs"), id="merge"),
        pytest.param(("rebase", "theirs"), id="rebase"),
        pytest.param(("cherry-pick", "theirs"), id="cherry-pick"),
    ],
)
def test_marker_of_one_side_and_body_of_the_other_are_suspect(plain, command):
    plain.part(
        ours=chain(plain.body("SH-001", "tok_a"), plain.respec()),
        theirs=plain.respec(SH_001=NEW),
    )
    theirs = plain.git("show", f"theirs:{SUITE}").stdout.decode()
    plain.git(*command, code=1)
    mixed(plain, theirs)
    assert re.search(r'written="(\w+)\.\w+", reviewed="(?!\1)\w+"', settle(plain))
    assert run_app(["check", "--project", str(plain.root)]) == 1


def test_body_that_a_resolution_put_into_another_test_is_suspect(plain):
    plain.part(
        ours=chain(plain.body("SH-001", "tok_a"), plain.respec()),
        theirs=plain.respec(SH_001=NEW),
    )
    plain.merge(code=1)
    plain.git("checkout", "--ours", SUITE)
    plain.text = plain.body("SH-002", "tok_a")(plain.text)
    settle(plain)
    assert "reviewed=" in plain.place("SH-002")[2]


def test_a_stash_put_together_by_hand_is_suspect(plain):
    plain.commit()
    before = plain.text
    theirs = plain.respec(SH_001=NEW)(before)
    plain.text = chain(plain.body("SH-001", "tok_a"), plain.respec())(before)
    plain.git("stash")
    plain.commit(lambda _: theirs)
    plain.git("stash", "pop", code=1)
    mixed(plain, theirs)
    assert "reviewed=" in settle(plain)


def test_a_revert_put_together_by_hand_is_suspect(plain):
    plain.commit()
    before = plain.text
    plain.commit(plain.respec(SH_001=NEW))
    plain.commit(chain(plain.body("SH-001", "tok_a"), plain.respec(SH_001=NEW)))
    plain.git("revert", "--no-edit", "HEAD~1", code=1)
    mixed(plain, before)
    plain.generate(plain.spec)
    assert "reviewed=" in MARKER.search(plain.text)[0]


def clean_merge(repo):
    """One branch edits a body, the other changes and reviews its requirement."""
    repo.part(
        base=chain(repo.body("SH-001", "tok_a"), repo.respec()),
        ours=respecified_and_reviewed(repo),
        theirs=edit,
    )
    repo.merge()
    assert "reviewed=" not in repo.text
    assert "tok_edit" in repo.text


def test_edit_under_a_reviewed_requirement_is_suspect_after_the_merge(plain, capsys):
    clean_merge(plain)
    marker = settle(plain)
    assert re.search(r'written="(\w+)\.\w+", reviewed="(?!\1)\w+"', marker)
    assert "a merge brought the body under what nobody" in capsys.readouterr().out


def test_what_is_reviewed_after_a_merge_is_not_asked_again(plain):
    clean_merge(plain)
    settle(plain)
    plain.text = review(plain.text)
    before = plain.text
    settle(plain)
    assert plain.text == before
    plain.commit()
    settle(plain)
    assert plain.text == before


def test_a_body_that_changes_after_its_review_in_a_merge_is_asked_about_again(plain):
    clean_merge(plain)
    settle(plain)
    plain.text = review(plain.text).replace("tok_edit", "tok_other")
    assert "reviewed=" in settle(plain)
    plain.text = review(plain.text)
    assert "reviewed=" not in settle(plain)


def test_a_layout_that_changes_after_a_review_in_a_merge_is_not(plain):
    clean_merge(plain)
    settle(plain)
    plain.text = review(plain.text).replace("'tok_edit'", '"tok_edit"')
    assert "reviewed=" not in settle(plain)


def test_suspect_of_the_driver_is_reviewed_in_one_step(tmp_path):
    repo = Repo(tmp_path / "with")
    repo.part(
        base=chain(repo.body("SH-001", "tok_a"), repo.respec()),
        ours=respecified_and_reviewed(repo),
        theirs=edit,
    )
    repo.merge()
    assert "reviewed=" in MARKER.search(repo.text)[0]
    repo.text = review(repo.text)
    assert "reviewed=" not in settle(repo)


def test_suspect_that_is_accepted_after_a_merge_is_not_asked_about_again(plain):
    clean_merge(plain)
    settle(plain)
    assert run_app(["accept", "SH-001", "--project", str(plain.root)]) == 0
    before = plain.text
    assert "reviewed=" not in settle(plain)
    assert plain.text == before


def test_suspect_that_is_accepted_while_git_is_stopped_is_not(tmp_path):
    repo = Repo(tmp_path / "with")
    repo.part(
        base=chain(repo.body("SH-001", "tok_a"), repo.respec()),
        ours=chain(repo.body("SH-002", "tok_b"), respecified_and_reviewed(repo)),
        theirs=chain(edit, repo.body("SH-002", "tok_c")),
    )
    repo.merge(code=1)
    repo.text = re.sub(r"(?ms)^<{7}[^\n]*\n|^={7}\n.*?^>{7}[^\n]*\n", "", repo.text)
    assert "reviewed=" in settle(repo)
    assert run_app(["accept", "SH-001", "--project", str(repo.root)]) == 0
    assert "reviewed=" not in settle(repo)


def test_suspect_whose_requirement_is_reverted_on_one_side_only_stays_suspect(tmp_path):
    """To go back to the former requirement is no review of the present one."""
    repo = Repo(tmp_path / "with")
    renamed = repo.respec(SH_001={**NEW, "name": "test_renamed"})
    repo.commit(chain(repo.body("SH-001", "tok_a"), repo.respec()))
    repo.commit(repo.respec(SH_001=NEW))
    repo.commit(renamed)
    repo.git("revert", "--no-edit", "HEAD~1", code=None)  # nothing is left of it
    repo.spec.find("SH-001")[0].update(name="test_renamed")
    assert "reviewed=" in settle(repo)


def test_tie_stays_above_a_conflict_of_which_one_side_is_pending(tmp_path):
    """One marker stands above a body that has to be tied, and one that has not."""
    repo = Repo(tmp_path / "with")
    repo.commit()
    repo.commit(chain(half, repo.respec(SH_001=OTHER)))
    more = inserted("        assert 'tok_a'\n", "        assert 'tok_b'\n")
    repo.commit(chain(more, repo.respec(SH_001=NEW)))
    repo.git("revert", "--no-edit", "HEAD~1", code=1)
    before = repo.text[: repo.text.index("<<<<<<<")]
    rev, tie = re.search(r'rev="(\w+)\.\w+", written="(\w+)"', before).groups()
    assert rev != tie


def test_body_that_is_half_written_keeps_its_tie_through_two_picks(tmp_path):
    repo = Repo(tmp_path / "with")

    repo.part(
        ours=repo.respec(SH_001=NEW),
        theirs=chain(half, repo.respec(SH_001=OTHER)),
    )
    repo.git("checkout", "-q", "theirs")
    mark = "    @pytest.mark.usefixtures('tok_b')\n"
    repo.commit(inserted("    def test_number_1(", mark))
    repo.git("checkout", "-q", "ours")
    repo.git("cherry-pick", "main..theirs")
    rev, tie = re.search(r'rev="(\w+)\.\w+", written="(\w+)"', settle(repo)).groups()
    assert rev != tie


def test_a_body_with_its_own_requirement_is_not_suspect_whoever_else_wrote_one(plain):
    """One side of everything was compared by whoever wrote that side."""
    plain.part(
        ours=chain(plain.body("SH-001", "tok_a"), respecified_and_reviewed(plain)),
        theirs=chain(plain.body("SH-001", "tok_b"), plain.respec(SH_001=OTHER)),
    )
    plain.merge(code=1)
    plain.git("checkout", "--ours", SUITE)
    assert "reviewed=" not in settle(plain)


def test_spec_that_goes_back_to_what_the_body_was_written_for_ends_it(plain):
    clean_merge(plain)
    settle(plain)
    plain.spec.find("SH-001")[0].update({"summary": "Order 1 arrives."})
    plain.generate(plain.spec)
    assert "reviewed=" not in plain.text


def test_spec_that_changes_again_keeps_what_the_body_was_compared_with(plain):
    clean_merge(plain)
    compared = re.search(r'reviewed="(\w+)"', settle(plain))[1]
    plain.spec.find("SH-001")[0].update(OTHER)
    plain.generate(plain.spec)
    assert f'reviewed="{compared}"' in plain.text
    assert "written=" not in MARKER.search(plain.text)[0]


def test_check_says_what_generate_does_where_a_suite_is_known_to_be_in_sync(plain):
    clean_merge(plain)
    merged = plain.git("show", f"HEAD:{SUITE}").stdout.decode()
    plain.git("checkout", "-q", "--detach", "ours^")
    plain.text = merged
    plain.spec.find("SH-001")[0].update(NEW)
    plain.generate(plain.spec)  # nothing meets here, so it is in sync
    plain.git("checkout", "-q", "-f", "ours")
    plain.text = merged
    project = ["--project", str(plain.root)]
    assert run_app(["generate", "--check", *project]) == 1
    assert "reviewed=" in settle(plain)


def test_without_a_repository_nothing_meets(plain):
    clean_merge(plain)
    shutil.rmtree(plain.root / ".git")
    assert "reviewed=" not in settle(plain)


def test_without_git_nothing_meets(plain, monkeypatch):
    clean_merge(plain)
    assert read_versions(plain.root, [SUITE])
    monkeypatch.setenv("PATH", str(plain.root))
    assert read_versions(plain.root, [SUITE]) == {}


def test_where_the_history_is_cut_off_nothing_meets(plain, tmp_path):
    clean_merge(plain)
    source = plain.root.as_uri()
    plain.git("clone", "-q", "--depth", "1", source, str(tmp_path / "shallow"))
    assert read_versions(tmp_path / "shallow", [SUITE]) == {}


def test_one_more_commit_ends_the_merge(plain):
    clean_merge(plain)
    plain.commit()
    assert read_versions(plain.root, [SUITE]) == {}


def test_git_is_asked_without_locks_hooks_and_monitors(plain, tmp_path):
    clean_merge(plain)
    spy = tmp_path / "ran"
    (plain.root / "monitor").write_text(f"#!/bin/sh\ntouch '{spy}'\n", "utf-8")
    (plain.root / "monitor").chmod(0o755)
    plain.git("config", "core.fsmonitor", str(plain.root / "monitor"))
    spy.unlink(missing_ok=True)
    index = (plain.root / ".git" / "index").read_bytes()
    assert read_versions(plain.root, [SUITE])
    assert not spy.exists()
    assert (plain.root / ".git" / "index").read_bytes() == index


@pytest.mark.parametrize("name", ["a\nb.py", "missing.py", "-.py", "ö ö.py"])
def test_odd_paths_are_asked_about_without_harm(plain, name):
    clean_merge(plain)
    assert set(read_versions(plain.root, [name, SUITE])) == {SUITE}
