"""How an audit looks, in full and concise, and what it tells other programs of a place."""

import pytest
from audited import BAD, GOOD

from suiteloom.cli.edge import run_app

WARNED = """\
from .shop import pay


def test_pays():
    assert pay() == 1
"""


@pytest.fixture
def tree(example):
    """A project that has nothing but tests."""
    files = {"tests/test_good.py": GOOD, "tests/test_bad.py": BAD}
    return example({"suiteloom.toml": "", **files})


def many(count):
    lines = [f'    assert os.environ["{number}"]' for number in range(count)]
    return "import os\n\n\ndef test_reads():\n" + "\n".join(lines) + "\n"


def test_concise_is_a_line_for_each_finding_and_a_count_for_each_rule(tree):
    done = tree.run("audit", "tests", "--format", "concise")
    assert done.code == 1
    assert done.out.startswith(
        "tests/test_bad.py:5:12: SL201 reaches os.environ\n"
        "tests/test_bad.py:6:12: SL201 reaches os.environ\n"
        "\n"
        "      2 SL201 "
    )
    assert "2 tests in 2 files: 2 errors, 0 warnings, 0 notes\n" in done.out


@pytest.mark.parametrize(
    ("count", "options", "is_concise"),
    [
        pytest.param(50, (), False, id="fifty"),
        pytest.param(51, (), True, id="one-more"),
        pytest.param(51, ("--format", "text"), False, id="asked-for-in-full"),
    ],
)
def test_above_fifty_findings_each_has_one_line(tree, count, options, is_concise):
    tree.write("tests/test_bad.py", many(count))
    said = tree.run("audit", "tests", *options).out
    assert said.startswith("tests/test_bad.py:5:12: SL201 ") == is_concise
    assert said.count("SL201 reaches os.environ\n") == count


def test_a_long_line_of_source_is_cut(tree):
    line = "    assert os.environ == {" + "1: 2, " * 100 + "}"
    tree.write("tests/test_bad.py", f"import os\n\n\ndef test_a():\n{line}\n")
    shown = [
        line for line in tree.run("audit", "tests").out.splitlines() if " | " in line
    ]
    assert len(shown) == 1
    assert len(shown[0]) == 112
    assert shown[0].endswith("…")


@pytest.mark.parametrize(
    ("source", "least", "code"),
    [
        pytest.param(BAD, "error", 1, id="error"),
        pytest.param(WARNED, "error", 0, id="warning-where-errors-count"),
        pytest.param(WARNED, "warning", 1, id="warning"),
        pytest.param(GOOD, "warning", 0, id="nothing"),
    ],
)
def test_the_least_severity_that_fails_can_be_named(tree, source, least, code):
    tree.write("tests/test_bad.py", source)
    assert tree.run("audit", "tests", "--fail-on", least).code == code


def test_json_says_which_test_and_where_a_finding_ends(tree):
    first = tree.run("audit", "tests", "--format", "json").json["findings"][0]
    assert first["owner"] == "test_reads"
    assert (first["line"], first["column"]) == (5, 12)
    assert (first["end_line"], first["end_column"]) == (5, 22)


def test_columns_count_characters(tree):
    line = '    assert "äöü" in "äöü", os.environ\n'
    tree.write("tests/test_bad.py", f"import os\n\n\ndef test_a():\n{line}")
    found = tree.run("audit", "tests", "--format", "json").json["findings"]
    (place,) = [item for item in found if item["code"] == "SL201"]
    start = line.index("os.environ") + 1
    assert (place["column"], place["end_column"]) == (start, start + len("os.environ"))


def test_of_what_has_a_body_no_end_is_said(tree):
    tree.write("tests/test_bad.py", "def test_a():\n    pass\n")
    (found,) = tree.run("audit", "tests", "--format", "json").json["findings"]
    assert (found["end_line"], found["end_column"]) == (0, 0)


def results(tree):
    return tree.run("audit", "tests", "--format", "sarif").json["runs"][0]["results"]


def test_fingerprints_in_sarif_survive_lines_and_differ(tree):
    before = results(tree)
    tree.write("tests/test_bad.py", f"# above\n\n{BAD}")
    after = results(tree)
    prints = [
        [result["partialFingerprints"]["suiteloom/v1"] for result in part]
        for part in (before, after)
    ]
    assert prints[0] == prints[1]
    assert len({*prints[0]}) == 2


def test_rules_in_sarif_bring_their_text(tree):
    log = tree.run("audit", "tests", "--format", "sarif").json
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    text = next(rule for rule in rules if rule["id"] == "SL201")["help"]["markdown"]
    assert "Remedy: " in text
    assert "Bad:\n\n```python\n" in text


def test_what_python_warns_of_in_a_test_is_no_word_of_the_audit(tree):
    tree.write("tests/test_bad.py", "def test_a(x):\n    assert 1if x else 2\n")
    done = tree.run("audit", "tests")
    assert done.err == ""
    assert "SL101" not in done.out


def test_a_project_that_is_no_folder_is_said_to_be_none(tmp_path, capfd):
    nowhere = str(tmp_path / "nowhere")
    assert run_app(["audit", "tests", "--project", nowhere]) == 2
    said = capfd.readouterr().err
    assert f"no such folder: {nowhere}" in said
    assert "--project DIR" in said
