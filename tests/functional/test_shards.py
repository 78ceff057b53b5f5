"""`run --shard` and `build --shard`: a share of the files, kept apart; `merge` joins them."""

from __future__ import annotations

import json
import shutil
from xml.etree import ElementTree as ET

import pytest
from shop_project import SPEC, Cli, commit, git

from pending_calls import replaced
from suiteloom.model import CollectedTest, TestOutcome
from suiteloom.results import LastRun, dump_run

PENDING = "        self.pending()\n"
KEPT = ".suiteloom/last-run.json"
DOMAINS = ("depot", "news", "shop")
SUITE = "generated/test_{}_integration_comprehensive.py"
SETTINGS = (
    "[tool.suiteloom]\n\n[tool.pytest.ini_options]\n"
    'asyncio_default_fixture_loop_scope = "function"\n'
)
BODIES = {
    "depot": ("assert False, 'no'", "import pytest; pytest.skip('not here')"),
    "news": ("self.record_metric('n', 1)", "assert self.env", "assert total >= 0"),
    "shop": ("self.record_metric('n', 1)",),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Three domains under git, clean, and what two shards of them kept.

    Tests pass, fail, are skipped and are pending.
    """
    root = tmp_path_factory.mktemp("prepared")
    project = Cli(root, lambda: ("", ""))
    project.write("pyproject.toml", SETTINGS)
    for name in DOMAINS:
        text = SPEC.replace("shop", name).replace("SH-", f"{name[:2].upper()}-")
        project.write(f"specs/{name}.yaml", text)
    assert project("generate").exit == 0
    for name, bodies in BODIES.items():
        text = project.read(SUITE.format(name))
        for body in bodies:
            text = replaced(text, PENDING, f"        {body}\n", 1)
        project.write(SUITE.format(name), text)
    assert project("generate").exit == 0
    project.write(".gitignore", ".suiteloom/\n__pycache__/\n.pytest_cache/\n")
    git(root, "init", "-q")
    commit(root)
    run_shards(project, 2)
    return root


@pytest.fixture
def three(prepared, tmp_path, capture):
    """A copy of it, to be changed."""
    shutil.copytree(prepared, tmp_path / "three", symlinks=True)
    return Cli(tmp_path / "three", capture)


@pytest.fixture
def long_news(three):
    """The same, where a last run says that one suite takes longer than all others."""
    ids = [f"{name[:2].upper()}-00{n}" for name in DOMAINS for n in (1, 2, 3)]
    let_last(three, {name: 60.0 if name.startswith("NE") else 0.001 for name in ids})
    return three


def let_last(project, durations):
    """Let a last run say how long tests took, in seconds, by id."""
    items = [CollectedTest(name, name, "", 0, "", "", "", False) for name in durations]
    tests = [TestOutcome(item, "passed", durations[item.id]) for item in items]
    run = LastRun(("",), {}, frozenset(), {}, tuple(tests))
    project.write(KEPT, dump_run(run).decode())


def record(number, of=2):
    return f".suiteloom/shard-{number}-of-{of}.json"


def records(project, of=2):
    return [str(project.root / record(number, of)) for number in range(1, of + 1)]


def run_shards(project, of, *arguments):
    """Run all shards; give the paths of what they kept."""
    for number in range(1, of + 1):
        result = project("run", "--shard", f"{number}/{of}", *arguments)
        assert result.exit in {0, 1}, result.out + result.err
    return records(project, of)


def ended(project, path=KEPT):
    """How every case ended, by id."""
    return sorted(
        (test["id"], test["nodeid"], test["environment"], test["outcome"])
        for test in json.loads(project.read(path))["tests"]
    )


def last_run(project):
    """What is kept as the last run, in an order of its own, without what no run repeats."""
    kept = json.loads(project.read(KEPT))
    for test in kept["tests"]:
        del test["duration_s"]
    assert kept.pop("began_us") < kept.pop("ended_us")
    kept["tests"].sort(key=lambda test: test["nodeid"])
    return kept


def edit(project, path, **changes):
    """Change what a record says."""
    data = json.loads(project.read(path))
    for name, value in changes.items():
        holder, _, key = name.rpartition("__")
        (data[holder] if holder else data)[key] = value
    project.write(path, json.dumps(data))


@pytest.mark.parametrize("of", [pytest.param(2, id="two"), pytest.param(4, id="four")])
def test_all_shards_joined_are_the_whole_run(three, of):
    whole = three("run", "--format", "json")
    expected = last_run(three)
    (three.root / KEPT).unlink()
    paths = records(three) if of == 2 else run_shards(three, of)
    joined = three("merge", *paths, "--format", "json")
    assert joined.exit == whole.exit == 1
    assert joined.json["outcomes"] == whole.json["outcomes"]
    assert last_run(three) == expected


def test_a_failed_test_of_a_shard_fails_the_joined_run(three):
    joined = three("merge", *records(three), "--format", "json")
    assert (joined.exit, joined.codes) == (1, ["RU501"])
    assert joined.json["joined"] is True


def test_shards_in_which_nothing_failed_pass_when_joined(three):
    three.replace("assert False, 'no'", "assert True", SUITE.format("depot"))
    assert three("generate").exit == 0
    commit(three.root)
    joined = three("merge", *run_shards(three, 2))
    assert joined.exit == 0
    assert "joined 2 shards of commit" in joined.out
    assert "ran 9 specified tests" in joined.out


def test_status_counts_the_joined_run(three):
    three("merge", *records(three))
    assert three("status", "--format", "json").json["totals"]["passed"] == 4


def test_files_of_a_joined_run_hold_every_shard(three, tmp_path):
    junit, ctrf = tmp_path / "j.xml", tmp_path / "c.json"
    also = ("--also", f"junit={junit}", "--also", f"ctrf={ctrf}")
    three("merge", *records(three), *also)
    kept = json.loads(three.read(KEPT))["tests"]
    tests = json.loads(ctrf.read_text("utf-8"))["results"]["tests"]
    assert [
        {k: v for k, v in t["extra"].items() if k != "state"} for t in tests
    ] == kept
    cases = ET.parse(junit).getroot().iter("testcase")  # noqa: S314 - our own
    told = [
        {p.get("name"): p.get("value") for p in case.iter("property")} for case in cases
    ]
    assert sorted((t["spec_id"], t["outcome"], t["attempts"]) for t in told) == sorted(
        (t["id"], t["outcome"], str(t["attempts"])) for t in kept
    )


def test_no_file_is_written_of_what_can_not_be_joined(three, tmp_path):
    also = ("--also", f"ctrf={tmp_path / 'c.json'}")
    assert three("merge", records(three)[1], *also).exit == 1
    assert not (tmp_path / "c.json").exists()


def test_a_missing_shard_is_named_with_its_command(three):
    result = three("merge", records(three)[1])
    assert result.exit == 1
    assert "RU512 shard 1/2 is missing" in result.out
    assert "`suiteloom run --shard 1/2` runs it" in result.out
    assert not (three.root / KEPT).exists()


def test_many_missing_shards_are_counted(three):
    edit(three, record(1), shard__of=10**9)
    result = three("merge", records(three)[0], "--format", "json")
    assert (result.exit, len(result.codes)) == (1, 51)
    message = result.json["findings"][-1]["message"]
    assert message == "999,999,949 more of the 1,000,000,000 shards are missing"


def test_the_command_has_the_options_of_the_others(three):
    three("run", "--shard", "2/2", "--category", "integration")
    result = three("merge", records(three)[1])
    command = "`suiteloom run --shard 1/2 --category integration` runs it"
    assert command in result.out


def test_a_shard_that_is_given_twice_is_refused(three):
    first, second = records(three)
    result = three("merge", first, second, first, "--format", "json")
    assert (result.exit, result.codes) == (1, ["RU514"])
    assert result.json["record"] is None


def test_a_record_of_other_options_is_of_another_plan(three):
    three("run", "--shard", "2/2", "--fast-fail")
    result = three("merge", *records(three))
    assert result.exit == 1
    assert "RU513 shard 2/2 is of another plan than" in result.out


def test_a_shard_of_another_number_is_refused(three):
    three("run", "--shard", "2/3")
    paths = [records(three)[0], str(three.root / record(2, 3))]
    result = three("merge", *paths, "--format", "json")
    assert (result.exit, result.codes) == (1, ["RU513"])


def test_recorded_durations_that_differ_are_another_plan(long_news):
    long_news("run", "--shard", "2/2")
    result = long_news("merge", *records(long_news), "--format", "json")
    assert (result.exit, result.codes) == (1, ["RU513"])


def test_a_shard_of_another_commit_is_refused(three):
    three.write("notes.txt", "later\n")
    commit(three.root)
    three("run", "--shard", "2/2")
    result = three("merge", *records(three))
    assert result.exit == 1
    assert "RU513 shard 2/2 ran at commit " in result.out
    assert "run `suiteloom run --shard 2/2` again" in result.out


def test_a_shard_of_a_tree_with_changes_is_refused(three):
    three.write("notes.txt", "new\n")
    shown = three("run", "--shard", "2/2").out
    assert "`suiteloom merge` will refuse it: the tree has changes" in shown
    result = three("merge", *records(three))
    assert result.exit == 1
    assert "RU513 shard 2/2 ran in a tree with changes that no commit has" in result.out


def test_shards_of_a_commit_that_is_not_known_are_refused(three):
    edit(three, record(1), commit=None, tree_clean=None)
    result = three("merge", *records(three))
    assert result.exit == 1
    assert "RU513 the commit that shard 1/2 ran at is not known" in result.out


def test_a_share_that_is_not_that_of_the_plan_is_refused(three):
    shares = [json.loads(three.read(record(n)))["shard"]["share"] for n in (1, 2)]
    edit(three, record(2), shard__share=shares[0] + shares[1])
    result = three("merge", *records(three))
    assert result.exit == 1
    assert "RU513 what the 2 shards were to run is not their plan" in result.out


def test_a_test_that_ran_in_another_shard_is_refused(three):
    tests = [json.loads(three.read(record(n)))["tests"] for n in (1, 2)]
    edit(three, record(2), tests=tests[0] + tests[1])
    result = three("merge", *records(three), "--format", "json")
    assert result.exit == 1
    assert set(result.codes) == {"RU514"}


def test_a_suite_that_differed_between_shards_is_refused(long_news):
    run_shards(long_news, 2)
    suites = json.loads(long_news.read(record(1)))["suites"]
    edit(long_news, record(1), suites=dict.fromkeys(suites, "0" * 64))
    result = long_news("merge", *records(long_news))
    assert result.exit == 1
    assert "was not in shard 2/2 what it was in 1/2" in result.out


def test_a_package_that_differed_between_shards_is_refused(three):
    for number in (1, 2):
        state = {"files": {"goods": {"goods.py": f"{number}" * 64}}, "unknown": {}}
        edit(three, record(number), code=state)
    result = three("merge", *records(three))
    assert result.exit == 1
    assert "RU513 package goods was not in shard 2/2 what it was in 1/2" in result.out


def test_a_package_that_a_shard_does_not_know_is_not_known(three):
    known = {"files": {"goods": {"goods.py": "1" * 64}}, "unknown": {}}
    edit(three, record(1), code=known)
    edit(three, record(2), code={"files": {}, "unknown": {"goods": "gone"}})
    three("merge", *records(three))
    assert json.loads(three.read(KEPT))["code"] == {
        "files": {},
        "unknown": {"goods": "gone"},
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "is no record of a run: not valid JSON", id="empty"),
        pytest.param("[" * 9000, "is no record of a run", id="deep"),
        pytest.param("{}", "of format None", id="no-format"),
    ],
)
def test_what_is_no_record_is_named(three, text, words):
    three.write(record(1), text)
    result = three("merge", *records(three))
    assert result.exit == 1
    assert "shard-1-of-2.json: RU511 " in result.out
    assert words in result.out


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"shard": None}, id="nothing"),
        pytest.param({"shard": []}, id="a-list"),
        pytest.param({"shard__number": 3}, id="beyond"),
        pytest.param({"shard__number": True}, id="no-number"),
        pytest.param({"shard__command": ["run", 7]}, id="command"),
        pytest.param({"shard__share": [{"path": 1}]}, id="share"),
        pytest.param({"shard__findings": [{"code": "RU501"}]}, id="findings"),
        pytest.param({"suites": []}, id="suites"),
        pytest.param({"suites": {"a.py": 7}}, id="digest"),
        pytest.param({"unspecified": {"a.py": "many"}}, id="unspecified"),
        pytest.param({"collected": 7}, id="collected"),
        pytest.param({"environments": [7]}, id="environments"),
        pytest.param({"coverage_percent": "all"}, id="coverage"),
    ],
)
def test_a_record_of_wrong_types_is_named(three, changes):
    edit(three, record(1), **changes)
    result = three("merge", *records(three))
    assert result.exit == 1
    assert "shard-1-of-2.json: RU511 is no record of a run: " in result.out


def test_a_record_of_a_whole_run_is_none_of_a_shard(three):
    let_last(three, {"SH-001": 1.0})
    result = three("merge", str(three.root / KEPT))
    assert result.exit == 1
    assert "RU511 is the record of a run that was no shard" in result.out


def test_a_record_that_is_not_there_is_a_usage_error(three):
    result = three("merge", "nowhere.json")
    assert result.exit == 2
    assert "no such file: nowhere.json" in result.err


def test_a_shard_reports_nothing_of_the_others_as_missing(three):
    result = three("run", "--shard", "1/3", "--format", "json")
    assert "RU502" not in result.codes
    assert len(result.json["outcomes"]) == 3
    assert result.json["shard"]["files"] == 1
    assert result.json["record"] == record(1, 3)


def test_a_shard_leaves_the_last_run_and_its_table_as_they_are(three):
    three("merge", *records(three))
    kept, table = three.read(KEPT), three("status").out
    three("run", "--shard", "1/3")
    assert three.read(KEPT) == kept
    assert three("status").out == table


def test_a_table_after_build_counts_the_shard_and_no_other_tests(three):
    data = three("build", "--shard", "1/3", "--format", "json").json
    passed = {suite["domain"]: suite["passed"] for suite in data["status"]["suites"]}
    ran = {name[:2] for name in data["run"]["outcomes"]}
    assert {name[:2].upper() for name, n in passed.items() if n is not None} == ran
    assert sum(n is None for n in passed.values()) == 2


def test_an_empty_shard_is_no_failure_and_says_so(three):
    result = three("run", "--shard", "10/10")
    assert result.exit == 0
    assert "shard 10/10 is empty: the other shards have the 3 files" in result.out


def test_an_empty_shard_is_joined_like_others(three):
    joined = three("merge", *run_shards(three, 2, "SH-001"))
    assert joined.exit == 0
    assert "ran 1 specified test: 1 passed" in joined.out


def test_nothing_is_imported_to_plan(three):
    for name in DOMAINS:
        path = SUITE.format(name)
        three.write(path, three.read(path) + "\nraise SystemExit('imported')\n")
    result = three("run", "--shard", "10/10", "--format", "json")
    assert (result.exit, result.json["outcomes"]) == (0, {})


def test_a_file_that_is_cut_runs_every_test_once(long_news):
    whole = sorted([*ended(long_news, record(1)), *ended(long_news, record(2))])
    paths = run_shards(long_news, 2)
    parts = [ended(long_news, record(n)) for n in (1, 2)]
    in_both = [{name[:2] for name, *_ in part} for part in parts]
    assert "NE" in in_both[0] & in_both[1]
    assert sorted(parts[0] + parts[1]) == whole
    assert "joined 2 shards" in long_news("merge", *paths).out
    assert ended(long_news) == whole


def test_workers_leave_out_what_another_shard_runs(long_news):
    long_news("run", "--shard", "2/2", "--workers", "2")
    share = json.loads(long_news.read(record(2)))["shard"]["share"]
    ran = {name for name, *_ in ended(long_news, record(2))}
    assert ran == {name for part in share for name in part["ids"]}
    assert len({name for name in ran if name.startswith("NE-")}) in {1, 2}


def test_a_test_that_no_spec_names_runs_in_one_part_of_its_file(long_news):
    three = long_news
    path = SUITE.format("news")
    text = three.read(path)
    more = "\n    def test_more(self):\n        assert self.env\n"
    three.write(path, text.rstrip() + "\n" + more)
    run_shards(three, 2)
    found = [
        test["function"]
        for number in (1, 2)
        for test in json.loads(three.read(record(number)))["tests"]
    ]
    assert found.count("test_more") == 1


def test_a_name_that_begins_like_another_is_not_left_out_with_it(long_news):
    long_news.replace("test_refund", "test_charged_once_more", "specs/news.yaml")
    assert long_news("generate").exit == 0
    run_shards(long_news, 2)
    ran = [name for n in (1, 2) for name, *_ in ended(long_news, record(n))]
    assert (ran.count("NE-001"), ran.count("NE-002")) == (1, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["NE-001", "SH-001", "SH-003"], id="ids"),
        pytest.param(["news", "SH-001"], id="a-domain-and-an-id"),
        pytest.param(["--select", "kind:edge"], id="selection"),
        pytest.param(["-k", "charged_once"], id="expression"),
        pytest.param(["--env", "all", "news", "depot"], id="environments"),
    ],
)
def test_a_choice_of_tests_is_shared_as_well(three, arguments):
    three("run", *arguments)
    whole = ended(three)
    joined = three("merge", *run_shards(three, 2, *arguments))
    assert "joined 2 shards" in joined.out
    assert ended(three) == whole


def test_auto_takes_the_number_from_the_ci(three, monkeypatch):
    monkeypatch.setenv("CI_NODE_INDEX", "2")
    monkeypatch.setenv("CI_NODE_TOTAL", "3")
    data = three("run", "--shard", "auto", "--format", "json").json
    assert (data["shard"]["number"], data["shard"]["of"]) == (2, 3)


def test_no_run_is_partial_because_of_variables_alone(three, monkeypatch):
    monkeypatch.setenv("CI_NODE_INDEX", "2")
    monkeypatch.setenv("CI_NODE_TOTAL", "3")
    data = three("run", "--format", "json").json
    assert data["shard"] is None
    assert len(data["outcomes"]) == 9


def test_coverage_of_shards_is_not_taken_for_that_of_the_run(three):
    three.write("goods.py", "def price():\n    return 1\n")
    config = three.read("pyproject.toml")
    config = config.replace(
        "[tool.suiteloom]\n", '[tool.suiteloom]\ncoverage = ["goods"]\n'
    )
    three.write("pyproject.toml", config)
    three.write(".gitignore", three.read(".gitignore") + ".coverage\n")
    path = SUITE.format("shop")
    three.write(
        path, three.read(path).replace("\nclass ", "\nimport goods\n\nclass ", 1)
    )
    commit(three.root)
    joined = three("merge", *run_shards(three, 2))
    assert "coverage is not known: each shard measured its own tests" in joined.out
    assert json.loads(three.read(KEPT))["coverage_percent"] is None
