"""Bodies with lines of both sides, each compared with a requirement of its own."""

from __future__ import annotations

import re

import pytest
from merge_repository import Repo, chain, inserted

from suiteloom.cli.edge import run_app
from suiteloom.suites.threeway.merged import tie_lines

NEW = {"summary": "It is new."}
OLD = {"summary": "Order 1 arrives."}
OTHER = {"summary": "It is another one."}
HUNK = re.compile(r"(?ms)^<<<<<<< .*?\n(.*?)^=======\n(.*?)^>>>>>>> .*?\n")
MARKER = re.compile(r'    @pytest\.mark\.spec\("SH-001".*\n')
CONTROL = inserted("import pytest\n", "BELL = '\x01'\n")


@pytest.fixture
def repo(tmp_path):
    return Repo(tmp_path / "with")


@pytest.fixture
def plain(tmp_path):
    """A repository without the driver."""
    return Repo(tmp_path / "without", driver=False)


def settle(repo, values):
    """Generate SH-001 from what its test must do in the end; its marker."""
    repo.spec.find("SH-001")[0].update(values)
    repo.generate(repo.spec)
    return MARKER.search(repo.text)[0]


def digest_of(repo, identity):
    """The normative digest that the marker of a test says."""
    return re.search(rf'spec\("{identity}", rev="(\w+)', repo.text)[1]


def early(text):
    return text.replace("assert value", "assert 'tok_early'\n        assert value", 1)


def late(text):
    return text.replace("del value", "del value\n        assert 'tok_late'", 1)


def review(text):
    return re.sub(r', reviewed="\w+"', "", text)


def new_and(repo, edit):
    """The requirement of SH-001 is another one, and its edited body goes with it."""
    return chain(repo.respec(SH_001=NEW), review, edit, repo.respec(SH_001=NEW))


def mixed(repo, *, control=False):
    """A body of which each side wrote a line, each for another requirement."""
    body = chain(repo.body("SH-001", "tok_a"), repo.respec())
    repo.part(
        base=chain(CONTROL, body) if control else body,
        ours=early,
        theirs=new_and(repo, late),
    )
    repo.merge()
    assert {"tok_early", "tok_late"} <= {*re.findall(r"tok_\w+", repo.text)}


@pytest.mark.parametrize("control", [False, True], ids=["units", "lines"])
@pytest.mark.parametrize("values", [OLD, NEW, OTHER], ids=["old", "new", "other"])
def test_lines_of_both_sides_are_suspect_whatever_the_test_must_do(
    repo, values, control
):
    mixed(repo, control=control)
    marker = settle(repo, values)
    assert re.search(r'reviewed="\w+_\w+"', marker)
    assert run_app(["check", "--project", str(repo.root)]) == 1


@pytest.mark.parametrize("values", [OLD, NEW], ids=["old", "new"])
def test_second_generate_after_a_mixed_merge_writes_nothing(repo, values):
    mixed(repo)
    settle(repo, values)
    assert run_app(["generate", "--check", "--project", str(repo.root)]) == 0


def test_mixed_body_stays_suspect_as_its_spec_goes_to_and_fro(repo):
    mixed(repo)
    repo.commit()
    for values in (OLD, NEW, OTHER, OLD):
        assert "reviewed=" in settle(repo, values)


def test_mixed_body_is_reviewed_in_one_step(repo):
    mixed(repo)
    settle(repo, NEW)
    repo.text = review(repo.text)
    before = settle(repo, NEW)
    assert "reviewed=" not in before
    repo.commit()
    assert settle(repo, NEW) == before


def test_mixed_body_is_accepted(repo):
    mixed(repo)
    settle(repo, OLD)
    assert run_app(["accept", "SH-001", "--project", str(repo.root)]) == 0
    assert "reviewed=" not in settle(repo, OLD)


def test_body_that_is_all_of_one_side_is_settled_by_the_requirement_of_that_side(repo):
    repo.part(
        base=chain(repo.body("SH-001", "tok_a"), repo.respec()),
        ours=early,
        theirs=repo.respec(SH_001=NEW),
    )
    repo.merge()
    assert "reviewed=" in settle(repo, NEW)
    assert "reviewed=" not in settle(repo, OLD)


@pytest.mark.parametrize("side", [1, 2], ids=["ours", "theirs"])
@pytest.mark.parametrize("values", [OLD, NEW], ids=["old", "new"])
@pytest.mark.parametrize("control", [False, True], ids=["units", "lines"])
def test_marker_above_a_conflict_tells_what_either_side_was_compared_with(
    repo, side, values, control
):
    """One side goes with its requirement, the other with another one; which is open."""
    body = chain(repo.body("SH-001", "tok_a"), repo.respec())
    repo.part(
        base=chain(CONTROL, body) if control else body,
        ours=inserted("        del value", "        assert 'tok_ours'\n"),
        theirs=new_and(
            repo, inserted("        del value", "        assert 'tok_theirs'\n")
        ),
    )
    repo.merge(code=1)
    repo.text = HUNK.sub(lambda match: match[side], repo.text)
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "merged")
    repo.commit()  # git is not asked any more
    marker = settle(repo, values)
    is_other = (side == 1) is (values is NEW)
    assert "reviewed=" in marker or not is_other


def test_marker_above_a_conflict_with_a_half_written_body_tells_of_both(repo):
    repo.part(
        ours=chain(
            repo.respec(SH_001=OTHER),
            repo.body("SH-001", "tok_ours"),
            repo.respec(SH_001=OTHER),
        ),
        theirs=chain(repo.respec(SH_001=NEW), half, repo.respec(SH_001=NEW)),
    )
    repo.merge(code=1)
    repo.text = HUNK.sub(lambda match: match[1], repo.text)
    assert "self.pending(" not in repo.place("SH-001")[2]
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "merged")
    repo.commit()
    assert "reviewed=" in settle(repo, NEW)


def half(text):
    """A line is written in front of the pending call of SH-001."""
    call = re.search(r'        self\.pending\("SH-001".*\n', text)[0]
    return text.replace(call, f"        assert 'tok_half'\n{call}")


def test_pending_call_below_another_marker_tells_what_the_body_was_written_for(plain):
    """The half-written body of one side stands under the marker of the other."""
    written = digest_of(plain, "SH-001")
    plain.text = plain.respec(SH_001=NEW)(plain.text)
    now = f'self.pending("SH-001", rev="{digest_of(plain, "SH-001")}")'
    assert now in plain.text
    before = f'assert "tok_half"\n        self.pending("SH-001", rev="{written}")'
    plain.text = plain.text.replace(now, before)
    assert f'written="{written}"' in settle(plain, NEW)
    pending = re.compile(r'        self\.pending\("SH-001".*\n')
    plain.text = pending.sub("", plain.text)
    assert f'reviewed="{written}"' in settle(plain, NEW)


def test_second_generate_writes_nothing_where_a_pending_call_stays_below_a_body(plain):
    """By hand: the body of one side, and below it the pending call of the other."""
    plain.part(
        ours=plain.respec(SH_001=NEW),
        theirs=chain(plain.body("SH-001", "tok_a"), plain.respec()),
    )
    ours = plain.text
    plain.merge(code=1)
    call = re.search(r'        self\.pending\("SH-001".*\n', ours)[0]
    plain.text = ours.replace(call, f"        assert 'tok_a'\n{call}")
    assert re.search(r'written="\w+_\w+"', settle(plain, NEW))
    assert run_app(["generate", "--check", "--project", str(plain.root)]) == 0


def two_bodies(repo):
    return chain(
        repo.body("SH-001", "tok_a"), repo.body("SH-002", "tok_b"), repo.respec()
    )


def test_line_that_a_resolution_took_from_another_test_makes_its_test_suspect(plain):
    edit = inserted("        del value", "        assert 'tok_ours'\n")
    plain.part(
        base=two_bodies(plain),
        ours=edit,
        theirs=inserted("        del value", "        assert 'tok_theirs'\n"),
    )
    plain.merge(code=1)
    plain.text = HUNK.sub("        assert 'tok_b'\n", plain.text)
    settle(plain, OLD)
    assert "reviewed=" not in plain.place("SH-001")[2]  # it is nobody's line
    plain.text = plain.text.replace("assert 'tok_b'", "value = 'tok_b'", 1)
    assert "reviewed=" in settle(plain, OLD)


def test_line_that_lines_merged_into_another_test_makes_it_suspect(plain):
    """Git takes the like bodies of two tests for one another, and stops elsewhere."""
    text = two_bodies(plain)(plain.text)

    def exchanged(_base, ours, _theirs):
        return [ours.replace("value = 'tok_b'", "value = 'tok_a'")]

    versions = (text, text.replace("import pytest", "import pytest\nimport re"), text)
    tied = tie_lines(*(item.encode() for item in versions), exchanged)
    plain.text = "".join(tied.pieces)
    assert f'reviewed="{digest_of(plain, "SH-002")}_' in plain.place("SH-002")[2]
    assert "reviewed=" not in plain.place("SH-001")[2]
