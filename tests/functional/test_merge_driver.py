"""`merge-driver`: real branches in real repositories, merged and rebased by git."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from suiteloom.cli.edge import run_app
from suiteloom.workflows import merge_driver

BENCH = Path(__file__).parents[2] / "bench"
SUITE = "generated/test_shop_integration_comprehensive.py"
PENDING = "        self.pending()\n"


@pytest.fixture(scope="module")
def merging():
    """The module of the benchmark that makes specs and edits suites."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCH)
        yield importlib.import_module("merging")


class Repo:
    """A repository with one suite of nine tests in three classes.

    Args:
        root: An empty folder.
        merging: The module that makes specs.
        driver: Whether git knows the driver.
    """

    def __init__(self, root, merging, *, driver=True):
        self.root = root
        self.spec = merging.Spec.start(3, 3)
        self._write_body = merging.write_body
        self._units = merging.units
        (root / "specs").mkdir(parents=True)
        (root / "suiteloom.toml").write_text("", "utf-8")
        (root / ".gitignore").write_text("specs/\n.suiteloom/\n", "utf-8")
        (root / ".gitattributes").write_text(
            "generated/*.py merge=suiteloom\n", "utf-8"
        )
        self.git("init", "-q", "-b", "main")
        for key, value in (
            ("user.name", "someone"),
            ("user.email", "someone@example.org"),
            ("core.autocrlf", "false"),
            ("rerere.enabled", "false"),
        ):
            self.git("config", key, value)
        if driver:
            call = f"'{sys.executable}' -m suiteloom merge-driver %O %A %B %P"
            self.git("config", "merge.suiteloom.driver", call)
        self.generate(self.spec)

    @property
    def suite(self):
        return self.root / SUITE

    @property
    def text(self):
        return self.suite.read_bytes().decode(errors="surrogateescape")

    @text.setter
    def text(self, text):
        self.suite.write_bytes(text.encode(errors="surrogateescape"))

    def git(self, *arguments, code=0):
        env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_EDITOR": "true"}
        done = subprocess.run(
            ["git", *arguments],  # noqa: S607 - the one that people have
            cwd=self.root,
            env=env,
            capture_output=True,
            check=False,
        )
        assert code in {None, done.returncode}, done.stdout + done.stderr
        return done

    def generate(self, spec):
        (self.root / "specs" / "shop.yaml").write_text(spec.text(), "utf-8")
        assert run_app(["generate", "--project", str(self.root)]) == 0

    def commit(self, change=lambda text: text):
        self.text = change(self.text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a change")

    def part(self, *, base=None, ours, theirs):
        """Commit a base and one change on each of two branches, and stand on `ours`."""
        self.commit(base or (lambda text: text))
        for name, change in (("theirs", theirs), ("ours", ours)):
            self.git("checkout", "-q", "-b", name, "main")
            self.commit(change)

    def merge(self, code=0):
        """Merge `theirs`; every line with a token that nobody removed is still there."""
        versions = [
            self.git("show", f"{name}:{SUITE}", code=None).stdout.decode("latin-1")
            for name in ("main", "ours", "theirs")
        ]
        done = self.git("merge", "-q", "-m", "merge", "theirs", code=code)
        base, ours, theirs = (Counter(re.findall(r"tok_\w+", v)) for v in versions)
        merged = Counter(
            re.findall(r"tok_\w+", self.suite.read_bytes().decode("latin-1"))
        )
        wanted = (ours | theirs) - (base - ours) - (base - theirs)
        assert merged >= wanted
        assert code or merged == wanted
        return done

    def place(self, identity):
        """Class, name and lines of a unit."""
        lines = self.text.split("\n")
        for name, owner, node in self._units(self.text):
            if name == identity:
                first = min(item.lineno for item in node.decorator_list) - 1
                return owner.name, node.name, "\n".join(lines[first : node.end_lineno])
        raise AssertionError(f"{identity} is lost")

    def order(self):
        return [name for name, _, _ in self._units(self.text)]

    def body(self, identity, token):
        return lambda text: self._write_body(text, identity, token)

    def respec(self, **changes):
        """Change a spec and generate: `SH_001={"name": …}`, or `edit=function`."""

        def change(text):
            self.text = text
            spec = type(self.spec)(ast.literal_eval(repr(self.spec.groups)))
            edit = changes.pop("edit", None)
            for key, values in changes.items():
                spec.find(key.replace("_", "-"))[0].update(values)
            if edit:
                edit(spec)
            self.generate(spec)
            return self.text

        return change


@pytest.fixture
def repo(tmp_path, merging):
    return Repo(tmp_path / "with", merging)


@pytest.fixture
def plain(tmp_path, merging):
    """The same without the driver."""
    return Repo(tmp_path / "without", merging, driver=False)


def chain(*changes):
    def change(text):
        for step in changes:
            text = step(text)
        return text

    return change


def inserted(before, added, count=1):
    """Put text in front of another one."""

    def change(text):
        assert before in text
        return text.replace(before, added + before, count)

    return change


def adding(group, place, number):
    def edit(spec):
        added = {"id": f"SH-{number}", "name": f"test_added_{number}"}
        added |= {"summary": f"Added {number}.", "kinds": ["positive"]}
        spec.groups[group]["tests"].insert(place, added)

    return edit


def taking(identity):
    return lambda spec: spec.find(identity)[1]["tests"].remove(spec.find(identity)[0])


def moving(identity, group):
    def edit(spec):
        test, old = spec.find(identity)
        old["tests"].remove(test)
        spec.groups[group]["tests"].append(test)

    return edit


def reversing(group):
    return lambda spec: spec.groups[group]["tests"].reverse()


def titled(group, title):
    return lambda spec: spec.groups[group].update(title=title)


def both_conflict_only_without(repo, plain, **branches):
    """The same branches conflict without the driver and merge with it."""
    plain.part(**{name: make(plain) for name, make in branches.items()})
    plain.merge(code=1)
    repo.part(**{name: make(repo) for name, make in branches.items()})
    repo.merge()


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


def test_moved_and_changed(repo, plain):
    both_conflict_only_without(
        repo,
        plain,
        ours=lambda r: r.respec(edit=moving("SH-002", 2)),
        theirs=lambda r: r.body("SH-002", "tok_b"),
    )
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


def test_hand_written_head_and_regenerated_head(repo):
    repo.part(
        base=repo.body("SH-002", "tok_base"),
        ours=repo.respec(SH_002={"name": "test_other", "summary": "It is new."}),
        theirs=chain(
            inserted('    @pytest.mark.spec("SH-002"', "    # tok_comment\n"),
            inserted(
                "    def test_number_2(", "    @pytest.mark.usefixtures('tok_mark')\n"
            ),
            lambda t: t.replace("test_number_2(self)", "test_number_2(self, tok_path)"),
        ),
    )
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


def test_bytes_are_as_in_ours(repo):
    def as_windows(text):
        return "\ufeff" + text.replace("\n", "\r\n").removesuffix("\r\n")

    repo.part(
        ours=chain(repo.body("SH-001", "tok_ä"), as_windows),
        theirs=chain(repo.body("SH-002", "tok_b"), repo.body("SH-009", "tok_c")),
    )
    repo.merge()
    data = repo.suite.read_bytes()
    assert data.startswith(b'\xef\xbb\xbf"""')
    assert data.count(b"\n") == data.count(b"\r\n") > 100
    assert data.endswith(b"del value")
    assert len(repo.text.split("\r\n")) == 1 + data.count(b"\n")


def test_mixed_line_ends_stay(repo):
    mixed = "    # tok_mixed\r\n"
    repo.part(
        base=inserted('    @pytest.mark.spec("SH-004"', mixed),
        ours=repo.body("SH-001", "tok_a"),
        theirs=repo.body("SH-002", "tok_b"),
    )
    repo.merge()
    assert repo.suite.read_bytes().count(b"\r\n") == 1
    assert mixed in repo.text


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda t: t + "def broken(:\n", id="no-python"),
        pytest.param(lambda t: t + "# \udcff\n", id="no-utf-8"),
        pytest.param(
            lambda t: t.replace('mark.spec("SH-008"', 'mark.spec("SH-007"'), id="copy"
        ),
        pytest.param(lambda t: t + "# \x01\n", id="control"),
        pytest.param(lambda t: t + "# a\r# b\n", id="lone-return"),
    ],
)
@pytest.mark.parametrize("side", ["base", "ours", "theirs"])
def test_what_can_not_be_read_is_merged_by_lines(repo, plain, broken, side):
    results = []
    for each in (repo, plain):
        branches = {
            "ours": each.body("SH-001", "tok_a"),
            "theirs": each.body("SH-005", "tok_b"),
        }
        if side == "base":
            branches = {
                "ours": lambda t: t.replace("Order 1 arrives.", "tok_a"),
                "theirs": lambda t: t.replace("Order 5 arrives.", "tok_b"),
                "base": broken,
            }
        else:
            branches[side] = chain(branches[side], broken)
        each.part(**branches)
        done = each.merge()
        results.append((each.suite.read_bytes(), done.returncode))
        noted = b"merged by lines" in done.stderr
        assert noted is (each is repo)
    assert results[0] == results[1]


def test_rebase(repo):
    repo.commit()
    repo.git("checkout", "-q", "-b", "theirs")
    repo.commit(repo.body("SH-001", "tok_b"))
    repo.commit(repo.respec(edit=adding(0, 3, 102)))
    repo.git("checkout", "-q", "-b", "ours", "main")
    repo.commit(repo.respec(edit=reversing(0)))
    repo.git("checkout", "-q", "theirs")
    repo.git("rebase", "-q", "ours")
    assert repo.order()[:4] == ["SH-003", "SH-102", "SH-002", "SH-001"]
    assert "tok_b" in repo.place("SH-001")[2]
    assert repo.git("log", "--format=%s").stdout.count(b"\n") == 4


def test_suite_added_on_both_sides(repo):
    text = repo.text
    repo.suite.unlink()
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "no suite")
    for name, identity in (("theirs", "SH-002"), ("ours", "SH-001")):
        repo.git("checkout", "-q", "-b", name, "main")
        repo.suite.parent.mkdir(exist_ok=True)
        repo.text = text
        repo.commit(repo.body(identity, f"tok_{name}"))
    repo.merge()
    assert "tok_theirs" in repo.place("SH-002")[2]
    assert "tok_ours" in repo.place("SH-001")[2]


@pytest.fixture
def versions(tmp_path, repo):
    """The three files of a driver, of a merge that lines can do as well."""
    texts = [
        repo.text,
        *(repo.body(i, f"tok_{i[-1]}")(repo.text) for i in ("SH-001", "SH-005")),
    ]
    paths = [tmp_path / name for name in ("O", "A", "B")]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, "utf-8")
    return paths


def test_internal_failure_is_a_merge_by_lines(versions, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(merge_driver, "merge_suites", fail)
    assert run_app(["merge-driver", *map(str, versions), SUITE]) == 0
    merged = versions[1].read_text("utf-8")
    assert "tok_1" in merged
    assert "tok_5" in merged


def test_failed_write_leaves_the_file_whole(versions, monkeypatch, capfd):
    def fail(_):
        raise OSError(28, "No space left on device")

    before = versions[1].read_bytes()
    monkeypatch.setattr(os, "fsync", fail)
    assert run_app(["merge-driver", *map(str, versions), SUITE]) == 6
    assert versions[1].read_bytes() == before
    assert sorted(
        path.name for path in versions[0].parent.iterdir() if path.is_file()
    ) == ["A", "B", "O"]
    assert "No space left on device" in capfd.readouterr().err


def test_mode_stays(versions):
    versions[1].chmod(0o754)
    assert run_app(["merge-driver", *map(str, versions), SUITE]) == 0
    assert versions[1].stat().st_mode & 0o777 == 0o754


def test_missing_version(tmp_path, capfd):
    missing = str(tmp_path / "O")
    assert run_app(["merge-driver", missing, missing, missing, SUITE]) == 6
    assert "can not be read" in capfd.readouterr().err
