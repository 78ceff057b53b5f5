"""What keeps a finding of `audit` from being reported: comments, and a baseline."""

import pytest
from shop_project import git

READS = """\
import os


def test_a(till):
    assert till(os.environ["A"])  # suiteloom: ignore[{}] because it is the launcher's
"""


@pytest.fixture
def tree(example):
    """A project that has nothing but tests."""
    return example({"suiteloom.toml": "", "tests/test_a.py": READS.format("SL201")})


def findings(tree, *options):
    done = tree.run("audit", "tests", "--format", "json", *options)
    return [f"{f['path']} {f['code']}" for f in done.json["findings"]]


@pytest.mark.parametrize(
    "codes",
    [
        pytest.param("SL201", id="code"),
        pytest.param("SL2", id="family"),
        pytest.param("SL20", id="beginning"),
        pytest.param("SL2, SL20", id="two-that-both-cover-it"),
    ],
)
def test_a_comment_takes_beginnings_of_codes(tree, codes):
    tree.write("tests/test_a.py", READS.format(codes))
    assert findings(tree) == []


@pytest.mark.parametrize(
    "codes",
    [
        pytest.param("SL", id="no-family"),
        pytest.param("SL6", id="another-family"),
        pytest.param("SL202", id="another-code"),
        pytest.param("sl2", id="small-letters"),
    ],
)
def test_what_a_comment_does_not_cover_is_reported_and_so_is_the_comment(tree, codes):
    tree.write("tests/test_a.py", READS.format(codes))
    assert sorted(findings(tree)) == ["tests/test_a.py SL001", "tests/test_a.py SL201"]


def test_a_family_that_was_not_asked_is_not_called_idle(tree):
    tree.write("tests/test_a.py", READS.format("SL2"))
    assert findings(tree, "--ignore", "SL2") == []


BAD = 'import os\n\n\ndef test_a(till):\n    assert till(os.environ["A"])\n'


@pytest.fixture
def known(example):
    """A project whose baseline knows one finding of one file."""
    tree = example({"suiteloom.toml": "", "tests/test_old.py": BAD})
    tree.run("audit", "tests", "--baseline", "known.json", "--write-baseline")
    return tree


def against(tree):
    """Paths of what is new, how much is known, how much is gone."""
    done = tree.run(
        "audit", "tests", "--baseline", "known.json", "--format", "json"
    ).json
    return [f["path"] for f in done["findings"]], done["known"], done["gone"]


def move(tree, path):
    (tree.root / path).parent.mkdir(parents=True, exist_ok=True)
    (tree.root / "tests/test_old.py").rename(tree.root / path)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("tests/test_new.py", id="renamed"),
        pytest.param("tests/deep/test_old.py", id="moved"),
        pytest.param("tests/deep/test_new.py", id="moved-and-renamed"),
    ],
)
def test_a_baseline_follows_a_file_that_is_moved(known, path):
    move(known, path)
    assert against(known) == ([], 1, 0)


def test_a_baseline_follows_git_mv(known):
    git(known.root, "init", "-q")
    git(known.root, "add", "-A")
    git(known.root, "mv", "tests/test_old.py", "tests/test_b.py")
    assert against(known) == ([], 1, 0)


def test_a_baseline_follows_a_file_that_is_moved_and_changed(known):
    move(known, "tests/test_new.py")
    known.write("tests/test_new.py", "import sys  # first\n" + BAD)
    assert against(known) == ([], 1, 0)


def test_a_copy_is_new_where_the_first_one_stays(known):
    known.write("tests/test_new.py", BAD)
    assert against(known) == (["tests/test_new.py"], 1, 0)


def test_of_two_copies_of_a_moved_file_one_is_known(known):
    move(known, "tests/test_b.py")
    known.write("tests/test_c.py", BAD)
    assert against(known) == (["tests/test_c.py"], 1, 0)


def test_a_baseline_is_written_with_the_new_path(known):
    move(known, "tests/test_new.py")
    known.run("audit", "tests", "--baseline", "known.json", "--write-baseline")
    assert "tests/test_new.py" in known.read("known.json")
    assert "tests/test_old.py" not in known.read("known.json")
