"""What a spec is refused for: place, code, message and hint, all in one run."""

import codecs
from pathlib import Path

import pytest
import yaml

from suiteloom.errors import SpecError

TABLE = yaml.safe_load(Path(__file__).with_name("refusals.yaml").read_text("utf-8"))


def shown(finding):
    hint = f" -> {finding.advice}" if finding.advice else ""
    place = f"{finding.line}:{finding.column}"
    return f"{place} {finding.code} {finding.message}{hint}"


def test_the_minimal_spec_is_valid(spec, load):
    assert [suite.domain for suite in load(spec()).suites] == ["orders"]


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in TABLE])
def test_refused(spec, refuse, row):
    found = refuse(spec(*row["edits"]))
    assert row["found"] == [shown(finding) for finding in found]
    assert {finding.path for finding in found} == {"specs/a.yaml"}


def test_soft_keywords_are_names(spec, load):
    case = "        cases: [{id: a, kind: edge, with: {match: 1, type: 2, case: 3}}]\n"
    names = ("kinds: [positive]\n", f"kinds: [positive]\n{case}")
    project = load(spec(("domain: orders", "domain: match"), names))
    (suite,) = project.suites
    assert suite.domain == "match"
    values = suite.groups[0].tests[0].cases[0].values
    assert values == (("match", 1), ("type", 2), ("case", 3))


def test_all_problems_of_all_files_in_one_run_by_place(spec, refuse):
    specs = {
        "specs/b.yaml": spec(
            ("title: Orders", "title: Orders\ntitle: Again"), ("OR-001", "OR-002")
        ),
        "specs/c.yaml": spec(("domain: orders", "domain: c"), ("OR-001", "or1")),
        "specs/a.yaml": spec(
            ("domain: orders", "domain: a"),
            ("goal: Stability", "goal: x"),
            ("category: unit", "category: unit\nzzz: 1"),
        ),
    }
    found = refuse(specs)
    places = [f"{finding.place} {finding.code}" for finding in found]
    assert places == [
        "specs/a.yaml:6:1 SP104",
        "specs/a.yaml:10:9 SP104",
        "specs/b.yaml:4:1 SP103",
        "specs/c.yaml:15:13 SP105",
    ]


def test_what_two_files_claim_names_both_places(spec, refuse):
    second = spec(("title: Orders", "title: More"))
    found = refuse({"specs/a.yaml": spec(), "specs/b.yaml": second})
    path = "generated/test_orders_unit_comprehensive.py"
    assert [(f.place, f.code, f.message, f.advice) for f in found] == [
        ("specs/b.yaml:2:9", "SP107", message, "first at specs/a.yaml:2:9")
        for message in ("the domain 'orders' a second time", f"two specs write {path}")
    ] + [
        (
            "specs/b.yaml:15:13",
            "SP107",
            "the id OR-001 is used a second time",
            "first at specs/a.yaml:15:13",
        )
    ]


def test_two_domains_that_would_write_one_file(spec, refuse):
    specs = {
        "specs/a.yaml": spec(("domain: orders", "domain: a_b")),
        "specs/b.yaml": spec(
            ("domain: orders", "domain: a"),
            ("category: unit", "category: b_unit"),
            ("OR-001", "OR-002"),
        ),
    }
    (found,) = refuse(
        specs, categories=("unit", "b_unit"), file_name="{domain}_{category}.py"
    )
    assert found.message == "two specs write generated/a_b_unit.py"
    assert (found.place, found.advice) == (
        "specs/b.yaml:2:9",
        "first at specs/a.yaml:2:9",
    )


def test_a_domain_that_differs_in_case_only(spec, refuse):
    specs = {
        "specs/a.yaml": spec(),
        "specs/b.yaml": spec(("domain: orders", "domain: ORDERS"), ("OR-001", "OR-2")),
    }
    messages = [finding.message for finding in refuse(specs)]
    assert "the domain 'ORDERS' a second time" in messages
    assert "'ORDERS' has capital letters" in messages


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("bom", [b"", codecs.BOM_UTF8], ids=["plain", "bom"])
def test_places_count_characters_whatever_the_line_ends(spec, refuse, end, bom):
    text = spec(
        ("protects: sales", 'protects: "\U0001f600é", zzz: 1'),
        ("summary: An order is kept.", "summary: a\u202eb"),
    )
    data = bom + text.replace("\n", end).encode()
    (found,) = refuse(data)
    assert (found.line, found.column, found.code) == (17, 19, "SP101")
    (found,) = refuse(data.replace("\u202e".encode(), b""))
    assert (found.line, found.column, found.code) == (6, 45, "SP104")
    assert found.message == "unknown key `zzz`"


@pytest.mark.parametrize("bom", [b"", codecs.BOM_UTF8], ids=["plain", "bom"])
def test_bytes_that_are_not_utf8(refuse, bom):
    found = refuse(bom + "title: é: ".encode() + b"caf\xe9\n")
    assert [shown(f) for f in found] == [
        "1:14 SP101 the spec is not UTF-8 -> save the file as UTF-8"
    ]
    found = refuse(bom + b"a: b\nc: \xff")
    assert [(f.line, f.column) for f in found] == [(2, 4)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-32-be"])
def test_other_encodings(spec, refuse, encoding):
    found = refuse(spec().encode(encoding))
    assert {finding.code for finding in found} == {"SP101"}
    assert found[0].line == 1


CHARACTERS = [*"\0\x01\x0b\x0c\x1b\x7f\x85\x9f\u061c\u200e\u200f\u2028\u2029\u202a"]
CHARACTERS += [*"\u2066\u2069\ufdd0\ufeff\ufffe\uffff"]


@pytest.mark.parametrize(
    "character", CHARACTERS, ids=[f"{ord(c):04X}" for c in CHARACTERS]
)
@pytest.mark.parametrize("style", ["raw", "escaped", "key"])
def test_invisible_characters(spec, refuse, character, style):
    escape = f"\\u{ord(character):04X}"
    new, column = {
        "raw": (f"title: 'Or{character}ders'", 11),
        "escaped": (f'title: "Or{escape}ders"', 8),
        "key": (f'title: Orders\n"Or{escape}ders": 1', 1),
    }[style]
    found = refuse(spec(("title: Orders", new)))
    kind = (
        "bidirectional " if character in "\u061c\u200e\u200f\u202a\u2066\u2069" else ""
    )
    code = f"{kind}control character U+{ord(character):04X}"
    assert [finding.message for finding in found] == [code]
    assert (found[0].line, found[0].column) == (3 + (style == "key"), column)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("# nothing\n", "the file is empty"),
        ("---\n", "refused: an entry has no value"),
        ("just a text\n", "the spec must be a mapping of keys to values"),
        ("- a\n- b\n", "the spec must be a mapping of keys to values"),
        ("%YAML 3.0\n---\na: b\n", "refused: a directive (%)"),
        ("&a [*a]\n", "refused: an anchor (&a)"),
        (
            'a: "\\ud800"\n',
            "not valid YAML: found invalid Unicode character escape code",
        ),
        (f"&{'a' * 90} x\n", f"refused: an anchor (&{'a' * 59}…)"),
    ],
)
def test_files_that_are_no_spec(refuse, text, message):
    assert refuse(text)[0].message == message


def test_messages_never_hold_what_a_terminal_obeys(refuse, spec):
    edits = [
        ("kinds: [positive]\n", 'kinds: ["\\e[31m"]\n'),
        ("category: unit", 'category: unit\n"a\\tb\\nc": 1'),
        ("title: Orders", "title: !<%1b[31m> Orders"),
    ]
    for edit in edits:
        for finding in refuse(spec(edit)):
            assert (finding.message + finding.advice).isprintable()


def test_a_hundred_findings_are_enough(spec, refuse):
    tests = "".join(
        f"      - {{id: OR-{n}, name: bad, summary: S, kinds: [edge]}}\n"
        for n in range(2, 300)
    )
    found = refuse(spec(("kinds: [positive]\n", f"kinds: [positive]\n{tests}")))
    assert len(found) == 100


def test_the_error_counts_its_findings(load):
    with pytest.raises(SpecError, match=r"^1 problem$") as caught:
        load("")
    assert caught.value.exit_code == 3


def test_groups_without_a_class_name_are_not_called_equal(spec, refuse):
    test = "{id: OR-002, name: test_b, summary: S, kinds: [edge]}"
    group = f"  - title: ☂☂\n    tests:\n      - {test}\n"
    kinds = "kinds: [positive]\n"
    found = refuse(spec(("title: Keeping", "title: ✓✓"), (kinds, kinds + group)))
    assert [finding.code for finding in found] == ["SP106", "SP106"]
