"""`claims`: numbers in documents against what is computed."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shop_project import SPEC, SUITE, git

from campaigns import sized
from example import Example
from suiteloom.store import journal

A = "docs/a.md"


def marker(source):
    return f"<!-- suiteloom: {source} -->"


@pytest.fixture
def docs(shop, monkeypatch):
    """The shop of three pending tests, with its folder as the current one."""
    monkeypatch.chdir(shop.root)
    return shop


def claimed(cli, text, *options):
    """What `claims` says of a document."""
    cli.write(A, text)
    return cli("claims", A, "--format", "json", *options)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"a {marker('totals.specified')}3", id="default-verb"),
        pytest.param(f"a {marker('status:totals.pending')}3", id="status"),
        pytest.param(f"a {marker('suites.shop.specified')}3", id="by-domain"),
        pytest.param(f"a {marker('suites.length')}1", id="length"),
        pytest.param(f"a {marker('totals.revenue_usd')}$0.9M", id="money"),
        pytest.param(f"a {marker('totals.specified >=')}2", id="comparison"),
        pytest.param(f"a {marker('audit:tests')}3", id="audit"),
        pytest.param(f"a {marker('audit:findings[code=SL610].length')}3", id="filter"),
        pytest.param(f"a {marker('rules:rules.length >')}40", id="rules"),
        pytest.param(f"a {marker('count:specs/*.yaml')}1", id="count-of-files"),
        pytest.param(f"a {marker('count:generated/*.py#BVJ:')}6", id="count-of-lines"),
        pytest.param(f"a {marker('bench:b.json#runs.-1.ratio')}2.5", id="bench"),
        pytest.param(f"a {marker('totals.pending of totals.specified')}100%", id="of"),
        pytest.param(f"a {marker('totals.specified over 2')}50%", id="over"),
    ],
)
def test_a_right_number(docs, text):
    docs.write("b.json", json.dumps({"runs": [{"ratio": 1}, {"ratio": 2.49}]}))
    result = claimed(docs, text)
    assert (result.exit, result.json["findings"]) == (0, [])
    assert [claim["state"] for claim in result.json["claims"]] == ["right"]


def test_a_wrong_number_has_its_place_and_what_is_computed(docs):
    result = claimed(docs, f"# T\n\nsee {marker('totals.specified')}**4+** tests\n")
    assert result.exit == 1
    finding = result.json["findings"][0]
    assert finding == finding | {
        "code": "CL101",
        "path": A,
        "line": 3,
        "column": 43,
        "message": "4+ is wrong: totals.specified is 3",
        "hint": f"`suiteloom claims --write {A}` writes 3",
    }
    claim = result.json["claims"][0]
    assert (claim["text"], claim["value"], claim["state"]) == ("4+", 3, "wrong")


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        ("totals.spezified", "totals has no 'spezified'", "totals.specified?"),
        ("stats:totals.passed", "'stats' is no source", "did you mean status:?"),
        ("suites.shoop.passed", "suites has no 'shoop'", "suites.shop?"),
        ("suites", "suites is no number", "suites.length counts it"),
        ("suites.shop.domain", "suites.shop.domain is no number", ""),
        ("suites.shop.stale", "suites.shop.stale is no number", ""),
        ("a b", "the marker can not be read: a b", "as in"),
        ("bench:none.json#a", "none.json can not be read", ""),
        ("bench:../x.json#a", "../x.json is not in the project", ""),
        ("bench:.git/x.json#a", ".git/x.json is not in the project", ""),
        ("bench:specs/shop.yaml#a", "specs/shop.yaml is no JSON", ""),
        ("bench:b.json", "bench: names no value", "as in"),
    ],
)
def test_a_marker_that_names_nothing(docs, source, message, hint):
    docs.write("b.json", "{}")
    result = claimed(docs, f"a {marker(source)}3")
    finding = result.json["findings"][0]
    assert (result.exit, finding["code"]) == (2, "CL104")
    assert message in finding["message"]
    assert hint in finding["hint"]


def test_a_marker_without_a_number(docs):
    result = claimed(docs, f"a {marker('totals.specified')}three")
    assert (result.exit, result.json["findings"][0]["code"]) == (2, "CL105")


@pytest.mark.parametrize(
    "source", ["totals.passed", "run:coverage_percent", "history:tests"]
)
def test_what_nothing_is_known_of_is_neither_right_nor_wrong(docs, source):
    result = claimed(docs, f"a {marker(source)}0")
    assert (result.exit, result.json["findings"][0]["code"]) == (1, "CL103")
    assert result.json["claims"][0]["value"] is None


def test_a_number_of_a_run_that_is_older_than_its_suite_is_stale(docs):
    docs.replace("self.pending()", "assert 1 + 1 == 2", count=1)
    assert docs("run", "--no-coverage").exit == 0
    text = "".join(
        f"a {marker(source)}{shown}\n\n"
        for source, shown in [
            ("totals.passed", 1),
            ("suites.shop.passed", 1),
            ("run:outcomes.length", 3),
            ("history:runs.-1.tests", 4),
            ("history:runs.length", 1),
            ("totals.specified", 3),
        ]
    )
    states = [claim["state"] for claim in claimed(docs, text).json["claims"]]
    assert states == ["right"] * 6
    docs.write(SUITE, docs.read(SUITE) + "\n# changed\n")
    result = claimed(docs, text, "--write")
    states = [claim["state"] for claim in result.json["claims"]]
    assert states == ["stale"] * 4 + ["right"] * 2
    assert result.exit == 1
    assert docs.read(A) == text
    assert "shop changed since the last run" in result.json["findings"][0]["message"]


def test_writing_replaces_digits_only(docs):
    before = (
        f"\ufeff# {marker('totals.specified')}**4+** tests\r\n\r\n"
        f"| \u00e9 | {marker('totals.revenue_usd')}$1.2M |\r\n|--|--|\r\n"
        f"{marker('totals.specified')}\r\n![9 of](https://x.io/t-8%20of-green)\r\n"
        f"a {marker('totals.passed')}7 `{marker('totals.specified')}9`\r\n"
    )
    docs.write("docs/b.md", "nothing here, 9\n")
    docs.write(A, before)
    raw = (docs.root / A).read_bytes()
    result = docs("claims", "docs", "--write")
    expected = before.replace("**4+**", "**3+**").replace("$1.2M", "$0.9M")
    expected = expected.replace("![9 of", "![3 of").replace("t-8%", "t-3%")
    assert (docs.root / A).read_bytes() == expected.encode()
    assert raw == before.encode()
    assert result.exit == 1
    assert "4+ is 3 now (totals.specified)" in result.out
    assert "5 claims in 2 documents: 4 written, 1 not known" in result.out


def test_what_is_written_is_right_then(docs):
    docs.write(A, f"a {marker('totals.specified')}4")
    assert docs("claims", A, "--write").exit == 0
    assert docs("claims", A).out == "1 claim in 1 document: 1 right\n"


def test_of_two_sources_of_one_number_one_is_written(docs):
    text = f"a {marker('totals.specified')}{marker('suites.length')}9"
    result = claimed(docs, text, "--write")
    assert (result.exit, len(result.json["findings"])) == (1, 1)
    assert docs.read(A).endswith("-->3")


def test_without_names_the_documents_of_the_configuration(docs):
    docs.write("README.md", f"a {marker('suites.length')}1")
    docs.write("docs/x/y.md", f"a {marker('suites.length')}2")
    docs.write("other.md", f"a {marker('suites.length')}3")
    result = docs("claims", "--format", "json")
    assert result.json["files"] == ["README.md", "docs/x/y.md"]
    docs.write("suiteloom.toml", 'claims = ["*.md"]\n')
    result = docs("claims", "--format", "json")
    assert result.json["files"] == ["README.md", "other.md"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param([], "no document matches README.md, docs/**/*.md", id="none"),
        pytest.param(["none.md"], "no such file: none.md", id="missing"),
        pytest.param(["pyproject.toml"], "is no document that is read", id="format"),
        pytest.param(["/etc"], "/etc is not in the project", id="outside"),
    ],
)
def test_no_document_to_look_at(docs, arguments, message):
    result = docs("claims", *arguments)
    assert result.exit == 2
    assert message in result.err


def test_a_wrong_glob_of_the_configuration(docs):
    docs.write("suiteloom.toml", 'claims = ["../*.md"]\n')
    result = docs("claims")
    assert result.exit == 2
    assert "`claims` can not have '../*.md': it leaves the project" in result.err


def test_annotations_for_github(docs):
    docs.write(A, f"a {marker('suites.length')}2")
    result = docs("claims", A, "--format", "github")
    assert result.exit == 1
    assert result.out.startswith(
        f"::error file={A},line=1,col=36,title=CL101::2 is wrong"
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"a\xff\xfe", id="no-utf-8"),
        pytest.param(b"x" * 5_000_001, id="too-large"),
    ],
)
def test_a_document_that_can_not_be_read_is_left_alone(docs, data):
    (docs.root / "docs").mkdir()
    (docs.root / A).write_bytes(data)
    docs.write("docs/b.md", f"a {marker('suites.length')}2")
    result = docs("claims", "docs", "--format", "json", "--write")
    assert result.exit == 2
    assert [f["code"] for f in result.json["findings"]] == ["CL106"]
    assert (docs.root / A).read_bytes() == data
    assert docs.read("docs/b.md").endswith("-->1")


def test_hostile_text_is_shown_harmless(docs):
    evil = "\u202e\x1b[31m\x07"
    result = claimed(docs, f"a {marker(f'totals.{evil}')}3\n\nb {marker(evil * 300)}3")
    shown = docs("claims", A)
    assert result.exit == shown.exit == 2
    assert not re.search("[\u202e\x1b\x07]", shown.out)
    assert max(map(len, shown.out.splitlines())) < 300


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(">" * 3_000 + " a", id="quotations"),
        pytest.param("- " * 2_000 + "a", id="lists"),
        pytest.param("[" * 20_000, id="brackets"),
        pytest.param("`" * 20_001, id="backticks"),
        pytest.param("*a " * 20_000, id="emphasis"),
        pytest.param("<b>" * 20_000, id="tags"),
        pytest.param("![" * 5_000 + "](" * 5_000, id="pictures"),
        pytest.param("a\0b " * 1_000, id="nul"),
        pytest.param("9" * 100_000, id="digits"),
        pytest.param("<!-- " * 10_000, id="comments"),
        pytest.param("x" * 1_000_000, id="long-line"),
    ],
)
@pytest.mark.parametrize("name", ["a.md", "a.html", "a.rst"])
def test_a_hostile_document_does_not_hide_a_claim(docs, name, text):
    mark = ".. suiteloom: suites.length" if name == "a.rst" else marker("suites.length")
    docs.write(name, f"{mark}\n\n2\n\n{text}\n")
    result = docs("claims", name, "--format", "json")
    assert [claim["state"] for claim in result.json["claims"]] == ["wrong"]


def test_files_that_git_ignores_are_not_counted(docs):
    git(docs.root, "init", "-q")
    docs.write(".gitignore", "build/\n")
    docs.write("build/specs/a.yaml", "")
    docs.write("more/specs/a.yaml", "")
    result = claimed(docs, f"a {marker('count:**/specs/*.yaml')}2")
    assert result.json["claims"][0]["value"] == 2


_LINES = st.lists(
    st.sampled_from(
        [
            "a {}{} b",
            "# {}{}",
            "- {}**{}**",
            "| x | {}{} |\n|---|---|",
            "> q {}{}\n> more",
            "{}\n![{} t](https://x.io/t-9-b)",
            "```\n{}{}\n```",
            "c `{}{}` \u00e9",
            "<p>{}<b>{}</b></p>",
        ]
    ),
    min_size=1,
    max_size=6,
)
_NUMBERS = st.sampled_from(["1", "$2.3M", "4+", "17%", ">5", "1,234", "0.50", "~3"])
_SOURCES = st.sampled_from(
    ["totals.specified", "totals.revenue_usd", "suites.length", "totals.pending ~1%"]
)


@settings(
    max_examples=sized(8, 200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(_LINES, st.data(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_after_writing_all_is_right_and_nothing_but_digits_changed(
    tmp_path, lines, drawn, end, bom
):
    project = Example(tmp_path, {"specs/shop.yaml": SPEC, "suiteloom.toml": ""})
    text = "\n\n".join(
        line.format(marker(drawn.draw(_SOURCES)), drawn.draw(_NUMBERS))
        for line in lines
    )
    data = (b"\xef\xbb\xbf" if bom else b"") + text.replace("\n", end).encode()
    project.write("README.md", data)
    written = project.run("claims", "--write")
    assert written.code == 0, written.out
    assert project.run("claims").code == 0
    after = project.bytes("README.md")
    digits = re.compile(rb"[0-9.,-]+")
    assert digits.sub(b"#", after) == digits.sub(b"#", data)
    code = re.compile(rb"```.*?```|c `.*?`", re.DOTALL)
    assert code.findall(after) == code.findall(data)


def test_a_write_that_was_interrupted_is_finished(docs, monkeypatch):
    docs.write(A, f"a {marker('suites.length')}2")
    with monkeypatch.context() as patched:
        patched.setattr(journal, "verify", interrupted)
        assert docs("claims", A, "--write").exit == 130
    assert docs("claims", A).exit == 6
    result = docs("claims", A, "--write")
    assert result.exit == 0
    assert "finished an interrupted write of 1 files" in result.err
    assert docs.read(A).endswith("-->1")


def interrupted(_root, _entries):
    raise KeyboardInterrupt


def test_a_link_that_leads_out_of_the_project_is_not_followed(docs, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "README.md"
    outside.write_text(f"a {marker('suites.length')}2", "utf-8")
    (docs.root / "README.md").symlink_to(outside)
    docs.write(A, f"a {marker('count:**/*.md')}1")
    result = docs("claims", "--format", "json")
    assert (result.exit, result.json["files"]) == (0, [A])
    assert docs("claims", "README.md").exit == 2


@pytest.mark.parametrize("source", ["count:big.txt#x", "bench:big.txt#x"])
def test_a_large_file_is_no_source(docs, source):
    docs.write("big.txt", "x" * 5_000_001)
    result = claimed(docs, f"a {marker(source)}1")
    assert result.exit == 2
    assert "has more than 5,000,000 bytes" in result.json["findings"][0]["message"]


def test_a_document_that_changes_meanwhile_is_refused(docs, monkeypatch):
    from suiteloom.workflows.claims import verb

    docs.write(A, f"a {marker('suites.length')}2")
    real = verb.commit

    def meanwhile(root, changes):
        (root / A).write_text("mine", "utf-8")
        real(root, changes)

    monkeypatch.setattr(verb, "commit", meanwhile)
    assert docs("claims", A, "--write").exit == 5
    assert docs.read(A) == "mine"
