"""`audit` and `rules` on trees with and without a project."""

import gc
import json
import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from audited import BAD, GOOD

from suiteloom.cli.edge import run_app


@pytest.fixture
def tree(example):
    """A project that has nothing but tests."""
    files = {"tests/test_good.py": GOOD, "tests/test_bad.py": BAD}
    return example({"suiteloom.toml": "", **files})


def test_findings_are_grouped_with_their_lines(tree):
    done = tree.run("audit", "tests")
    assert done.code == 1
    assert done.out.startswith(
        "tests/test_bad.py\n"
        "     5:12 SL201 reaches os.environ\n"
        '          | assert os.environ["HOME"]\n'
        "          = use `self.env`, or `suiteloom.ssot.get_env()`\n"
    )
    assert "2 tests in 2 files: 2 errors, 0 warnings, 0 notes\n" in done.out
    assert "SL2 environment:" in done.out


def test_exit_zero_statistics_select_and_ignore(tree):
    assert tree.run("audit", "tests", "--exit-zero").code == 0
    counted = tree.run("audit", "tests", "--statistics")
    assert counted.out.startswith("      2 SL201 ")
    assert counted.code == 1
    assert tree.run("audit", "tests", "--ignore", "SL2").code == 0
    assert tree.run("audit", "tests", "--select", "SL6").code == 0
    kept = tree.run(
        "audit", "tests", "--select", "SL201", "--ignore", "SL2", "--format", "json"
    )
    assert kept.findings == ["SL201", "SL201"]


def test_unknown_codes_and_paths_are_usage_errors(tree):
    done = tree.run("audit", "tests", "--select", "SL6,XX1")
    assert (done.code, "no rule begins with 'XX1'" in done.err) == (2, True)
    done = tree.run("audit", "nowhere")
    assert (done.code, "no such file or folder: nowhere" in done.err) == (2, True)


def test_a_file_that_does_not_parse_is_one_finding(example):
    files = {
        "tests/test_cut.py": "def test_a(:\n    pass\n",
        "tests/test_nul.py": "x = '\0'\n",
        "tests/test_bytes.py": "x = 1\n",
        "tests/test_good.py": GOOD,
    }
    project = example(files)
    project.root.joinpath("tests/test_bytes.py").write_bytes(b"x = '\xff\xfe'\n")
    done = project.run("audit", "tests", "--format", "json")
    assert done.code == 1
    found = [(f["path"], f["code"]) for f in done.json["findings"]]
    assert found == [
        ("tests/test_bytes.py", "SL101"),
        ("tests/test_cut.py", "SL101"),
        ("tests/test_nul.py", "SL101"),
    ]


def test_annotations_escape_line_ends_and_colons(tree):
    name = "tests/a,b:c%d/test_odd.py"
    target = tree.root / name
    target.parent.mkdir()
    target.write_text(BAD)
    lines = tree.run("audit", "tests/a,b:c%d", "--format", "github").out.splitlines()
    assert lines == [
        f"::error file=tests/a%2Cb%3Ac%25d/test_odd.py,line={line},col=12,title=SL201"
        "::reaches os.environ%0Ause `self.env`, or `suiteloom.ssot.get_env()`"
        for line in (5, 6)
    ]


def test_junit_has_a_case_for_each_finding(tree):
    root = ET.fromstring(tree.run("audit", "tests", "--format", "junit").out)  # noqa: S314 - our own output
    suites = {s.get("name"): s for s in root.iter("testsuite")}
    assert suites["tests/test_bad.py"].get("failures") == "2"
    assert suites["tests/test_good.py"].get("failures") == "0"
    assert [c.get("name") for c in suites["tests/test_bad.py"].iter("testcase")] == [
        "SL201 line 5",
        "SL201 line 6",
    ]


def test_sarif_names_rules_and_places(tree):
    log = tree.run("audit", "tests", "--format", "sarif").json
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    result = run["results"][0]
    assert rules[result["ruleIndex"]] == result["ruleId"] == "SL201"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {
        "uri": "tests/test_bad.py",
        "uriBaseId": "ROOT",
    }
    start = {"startLine": 5, "startColumn": 12}
    assert place["region"] == {**start, "endLine": 5, "endColumn": 22}


def test_code_quality_names_rules_and_places_and_survives_lines(tree):
    before = tree.run("audit", "tests", "--format", "gitlab").json
    tree.write("tests/test_bad.py", f"# above\n\n{BAD}")
    after = tree.run("audit", "tests", "--format", "gitlab").json
    assert [issue["check_name"] for issue in before] == ["SL201", "SL201"]
    lines = [issue["location"]["lines"]["begin"] for issue in (*before, *after)]
    assert lines == [5, 6, 7, 8]
    prints = [[issue["fingerprint"] for issue in part] for part in (before, after)]
    assert prints[0] == prints[1]


SCHEMA = os.environ.get("SUITELOOM_SARIF_SCHEMA", "")


@pytest.mark.skipif(not SCHEMA, reason="SUITELOOM_SARIF_SCHEMA names no schema")
def test_sarif_holds_to_the_official_schema(tree):
    schema = json.loads(Path(SCHEMA).read_text("utf-8-sig"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    log = tree.run("audit", "tests", "--format", "sarif").json
    validator.validate(log)
    log["runs"][0]["results"][0]["level"] = "bad"
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(log)


def test_results_are_the_same_in_one_process_and_in_three(example):
    files = {f"tests/test_{n:03}.py": BAD if n % 3 else GOOD for n in range(120)}
    project = example({"suiteloom.toml": "", **files})
    one = project.run("audit", "tests", "--workers", "1", "--format", "json")
    three = project.run("audit", "tests", "--workers", "3", "--format", "json")
    assert one.out == three.out
    assert len(one.findings) == 160


def test_a_baseline_holds_old_findings_and_only_shrinks(tree):
    first = tree.run("audit", "tests", "--baseline", "known.json", "--write-baseline")
    assert first.code == 0
    assert tree.run("audit", "tests", "--baseline", "known.json").code == 0

    bad = tree.root / "tests/test_bad.py"
    bad.write_text('"""Moved down."""\n\n' + BAD.replace("HOME", "USER"))
    done = tree.run("audit", "tests", "--baseline", "known.json", "--format", "json")
    assert (done.code, len(done.findings)) == (1, 1)
    assert (done.json["known"], done.json["gone"]) == (1, 1)

    written = tree.run("audit", "tests", "--baseline", "known.json", "--write-baseline")
    assert written.code == 0
    after = tree.run("audit", "tests", "--baseline", "known.json", "--format", "json")
    assert (len(after.findings), after.json["known"], after.json["gone"]) == (1, 1, 0)


def test_a_missing_or_broken_baseline_is_a_usage_error(tree):
    done = tree.run("audit", "tests", "--baseline", "none.json")
    assert (done.code, "no such baseline" in done.err) == (2, True)
    (tree.root / "none.json").write_text("[]")
    done = tree.run("audit", "tests", "--baseline", "none.json")
    assert (done.code, "is no baseline" in done.err) == (2, True)


def git(root, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(
        ["git", *identity, *arguments],  # noqa: S607 - from PATH
        cwd=root,
        check=True,
        capture_output=True,
    )


def test_diff_reports_only_what_the_change_brought_in(tree):
    git(tree.root, "init", "-b", "main")
    git(tree.root, "add", ".")
    git(tree.root, "commit", "-m", "first")
    assert tree.run("audit", "tests", "--diff", "main").code == 0

    bad, moved = tree.root / "tests/test_bad.py", tree.root / "tests/test_moved.py"
    git(tree.root, "mv", str(bad), str(moved))
    moved.write_text("import sys\n" + BAD + '    assert os.environ["NEW"]\n')
    (tree.root / "tests/test_new.py").write_text(BAD)
    done = tree.run("audit", "tests", "--diff", "main", "--format", "json")
    places = [(f["path"], f["line"]) for f in done.json["findings"]]
    assert places == [
        ("tests/test_moved.py", 8),
        ("tests/test_new.py", 5),
        ("tests/test_new.py", 6),
    ]
    assert tree.run("audit", "tests", "--diff", "nowhere").code == 2
    assert tree.run("audit", "tests", "--diff=--output=x").code == 2


def test_suppression_needs_a_reason_and_a_cause(example):
    text = BAD.replace('["HOME"]', '["HOME"]  # suiteloom: ignore[SL201] because it is')
    text = text.replace('%"]', '%"]  # suiteloom: ignore[SL201]')
    done = example({"suiteloom.toml": "", "tests/test_a.py": text}).run(
        "audit", "tests", "--format", "json"
    )
    assert done.findings == ["SL201", "SL002"]
    assert done.json["suppressed"] == 1


def test_configuration_ignores_by_path(example):
    config = '[audit]\nignore = ["SL9"]\n[audit.per_path]\n"tests/*" = ["SL201"]\n'
    project = example({"suiteloom.toml": config, "tests/test_bad.py": BAD})
    assert project.run("audit", "tests").code == 0


@pytest.mark.parametrize(
    ("config", "message"),
    [
        pytest.param('audit = "x"', "`audit` must be a table", id="table"),
        pytest.param("[audit]\nthreshhold = 1", "did you mean `threshold`", id="key"),
        pytest.param("[audit]\nthreshold = 101", "from 0 to 100", id="range"),
        pytest.param('[audit]\nselect = ["E1"]', "can not have 'E1'", id="code"),
        pytest.param("[audit.weights]\nSL0 = 1", "can not have 'SL0'", id="family"),
        pytest.param("[audit.services.a]\npackage = []", "`packages`", id="service"),
    ],
)
def test_configuration_is_checked(example, config, message):
    project = example({"suiteloom.toml": config, "tests/test_bad.py": BAD})
    done = project.run("audit", "tests")
    assert done.code == 2
    assert message in done.err


def test_rules_are_listed_and_shown(capsys):
    assert run_app(["rules"]) == 0
    assert "SL2 environment\n  SL201 error   os.environ" in capsys.readouterr().out
    assert run_app(["rules", "sl201"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("SL201 process-environment (error)\n")
    assert "Bad:\n    import os as o\n" in shown
    assert run_app(["rules", "process-environment"]) == 0
    assert capsys.readouterr().out == shown
    assert run_app(["rules", "SL2O1"]) == 2
    assert "did you mean SL201?" in capsys.readouterr().err


@pytest.mark.parametrize("was_on", [True, False], ids=["on", "off"])
def test_the_collector_is_left_as_it_was(tree, was_on):
    try:
        if not was_on:
            gc.disable()
        assert tree.run("audit", "tests").code == 1
        assert gc.isenabled() is was_on
    finally:
        gc.enable()


@pytest.fixture
def worth_98(shop):
    """A project of three tests, one of which loses the 6 points of a family of 100."""
    shop.replace(
        "        self.pending()", "        assert pay(1) == pay(1, again=True)"
    )
    shop.replace(
        "import pytest\n",
        "import os\n\nimport pytest\n\nfrom till import pay\n",
        count=1,
    )
    shop.write("till.py", "def pay(amount, again=False):\n    return amount\n")
    shop.replace(
        "        assert pay(1) == pay(1, again=True)",
        '        assert pay(1) == pay(1, again=os.environ["AGAIN"])',
        count=1,
    )
    shop.replace(
        "[tool.suiteloom]\n",
        "[tool.suiteloom.audit]\nthreshold = 97\nweights = {SL2 = 6, SL6 = 39}\n",
        "pyproject.toml",
    )
    return shop


def test_check_shows_each_lost_point_and_its_place(worth_98):
    path = "generated/test_shop_integration_comprehensive.py"
    lines = worth_98.read(path).splitlines()
    line = next(n for n, text in enumerate(lines, 1) if "os.environ" in text)
    column = lines[line - 1].index("os.environ") + 1
    done = worth_98("check")
    assert done.exit == 0
    level = done.out[done.out.index("\ncompliance ") + 1 :].splitlines()
    assert level == [
        "compliance  ok      score 98.0 of 100, 97 asked for, 1 finding",
        "  SL2 environment: 2.0 of 6.0 points lost: 1 of 3 tests",
        f"    {path}:{line}:{column} SL201 reaches os.environ",
    ]


def test_check_gives_each_lost_point_as_data(worth_98):
    data = worth_98("check", "--format", "json").json
    detail = data["score_detail"]
    assert data["score"] == detail["value"] == 98.0
    lost = {f["family"]: round(f["lost"], 6) for f in detail["families"] if f["lost"]}
    assert lost == {"SL2": 2.0}
    assert (detail["tests"], detail["void"], detail["critical"]) == (3, 0, [])


def test_check_says_nothing_more_of_a_full_score(worth_98):
    worth_98.replace('os.environ["AGAIN"]', "True")
    out = worth_98("check").out
    assert "score 100.0 of 100, 97 asked for" in out.splitlines()[-1]


def test_check_shows_a_few_of_many_places_and_how_many_more(worth_98):
    many = "; ".join(["os.environ"] * 14)
    worth_98.replace(
        "        assert pay(1) == pay(1, again=os",
        f"        {many}\n        assert pay(1) == pay(1, again=os",
    )
    level = worth_98("check").out.splitlines()
    places = [line for line in level if line.startswith("    generated/")]
    assert len(places) == 10
    assert level[-1] == "    and 5 more; `suiteloom audit generated` lists all"
