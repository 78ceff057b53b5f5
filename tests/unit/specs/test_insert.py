"""Ids, tests and groups that are inserted into specs of every layout."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns import sized
from suiteloom.errors import SpecError, UsageError
from suiteloom.model import MAX_SPEC_BYTES, Config
from suiteloom.specs.insert import Outline, append_test, insert_ids
from suiteloom.specs.loader import load_suite
from suiteloom.specs.nodes import Splice, read_nodes, spliced
from suiteloom.specs.yaml_data import parse

BOM = b"\xef\xbb\xbf"
ENTRY = {"id": "A-9", "name": "test_z", "summary": "It is.", "kinds": ["edge"]}
LINES = ["id: A-9", "name: test_z", "summary: It is.", "kinds: [edge]"]


def undone(edited):
    """What was there before, if an edit has inserted and replaced nothing."""
    bom = BOM if edited.source.startswith(BOM) else b""
    text = edited.source[len(bom) :].decode()
    for splice in edited.splices:  # those before it are out already
        assert splice.start == splice.end
        assert text[splice.start :].startswith(splice.text)
        text = text[: splice.start] + text[splice.start + len(splice.text) :]
    return bom + text.encode()


def named(source):
    """The spec with the ids A-1, A-2 … for its tests without one."""
    missing = Outline.read(source).unidentified
    ids = {item.path: f"A-{index}" for index, item in enumerate(missing, 1)}
    return insert_ids(source, ids, "a.yaml")


def groups(tests):
    return f"domain: d\ngroups:\n  - title: G\n    tests:{tests}"


ID_LAYOUTS = {
    "lines": (
        "\n      - name: x\n        kinds: [a]\n",
        "\n      - id: A-1\n        name: x\n        kinds: [a]\n",
    ),
    "wide-dash": (
        "\n    -   name: x\n        kinds: [a]\n",
        "\n    -   id: A-1\n        name: x\n        kinds: [a]\n",
    ),
    "dash-alone": (
        "\n      -\n         # why\n         name: x # c\n         k: 1",
        "\n      -\n         # why\n         id: A-1\n         name: x # c\n         k: 1",
    ),
    "comment-behind-dash": (
        "\n      - # why\n        name: x\n",
        "\n      - # why\n        id: A-1\n        name: x\n",
    ),
    "question-mark": (
        "\n      - ? name\n        : x\n",
        "\n      - id: A-1\n        ? name\n        : x\n",
    ),
    "quoted": ('\n      - "name": x\n', '\n      - "id": "A-1"\n        "name": x\n'),
    "folded": (
        "\n      - summary: >-\n          long\n          text\n\n  # end\n",
        "\n      - id: A-1\n        summary: >-\n          long\n          text\n\n  # end\n",
    ),
    "braces": (" [{name: x}]", " [{id: A-1, name: x}]"),
    "spaces": ("\n    - { name: x }", "\n    - { id: A-1, name: x }"),
    "braces-of-lines": (
        "\n    - {\n        name: x,\n        k: 1\n      }\n",
        "\n    - {\n        id: A-1,\n        name: x,\n        k: 1\n      }\n",
    ),
    "comment-in-braces": (
        "\n    - { # why\n      name: x}\n",
        "\n    - { # why\n      id: A-1,\n      name: x}\n",
    ),
    "question-mark-in-braces": (" [{? name : x}]", " [{id: A-1, ? name : x}]"),
    "json": (' [{"name":"x"}]', ' [{"id": "A-1", "name":"x"}]'),
    "blank": ("\n    - id:\n      name: x", "\n    - id: A-1\n      name: x"),
    "blank-with-comment": (
        "\n    - name: x\n      id:  # later\n",
        "\n    - name: x\n      id: A-1  # later\n",
    ),
    "blank-in-braces": (" [{id: , name: x}]", " [{id: A-1, name: x}]"),
    "bare-in-braces": (" [{id, name: x}]", " [{id: A-1, name: x}]"),
    "several": (
        "\n    - name: x\n    - {id: B-7, name: y}\n    - name: z\n",
        (
            "\n    - id: A-1\n      name: x\n    - {id: B-7, name: y}\n"
            "    - id: A-2\n      name: z\n"
        ),
    ),
    "unicode-and-tabs": (
        "\n    - name: é😀  # 😀\n    - name: y\t# tab\n",
        "\n    - id: A-1\n      name: é😀  # 😀\n    - id: A-2\n      name: y\t# tab\n",
    ),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("bom", [b"", BOM], ids=["no-bom", "bom"])
@pytest.mark.parametrize(("before", "after"), ID_LAYOUTS.values(), ids=ID_LAYOUTS)
def test_ids_are_inserted_and_nothing_else(before, after, bom, newline):
    source = bom + groups(before).replace("\n", newline).encode()
    expected = bom + groups(after).replace("\n", newline).encode()
    assert named(source).source == expected


def test_an_id_is_not_inserted_where_it_would_not_be_read():
    source = groups(" [{name: x}]").encode()
    with pytest.raises(UsageError, match="the id A: B can not be inserted") as caught:
        insert_ids(source, {("groups", 0, "tests", 0): "A: B"}, "specs/a.yaml")
    assert caught.value.place == "specs/a.yaml:4"
    with pytest.raises(UsageError, match="not there"):
        insert_ids(source, {("groups", 0, "tests", 1): "A-1"})


def test_outlines():
    text = groups(
        "\n    - {id: A-1, name: x}\n    - name: y\n    - id: # c\n      name: z"
        '\n    - id: ""\n    - text\n'
    )
    outline = Outline.read(BOM + text.encode())
    assert (outline.domain, outline.ids) == ("d", ("A-1", ""))
    first, second = outline.unidentified
    assert (first.line, first.column, first.name) == (6, 7, "y")
    assert (second.line, second.column, second.name) == (7, 7, "z")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"# only\n", id="comment"),
        pytest.param(b"a: [", id="no-yaml"),
        pytest.param(b"domain: \xff\n", id="no-utf-8"),
        pytest.param(b"a: *b\n", id="alias"),
        pytest.param(b"[" * 40 + b"]" * 40, id="deep"),
        pytest.param(b"#" * (MAX_SPEC_BYTES + 1), id="big"),
        pytest.param(b"[" + b"1," * 400_001 + b"]", id="many"),
    ],
)
def test_no_outline(source):
    assert Outline.read(source) is None


def test_places_before_an_edit():
    text = groups("\n    - name: x\n      k: 1\n    - {name: y, k: 2}\n")
    paths = [("groups", 0, "tests", index) for index in (0, 1)]
    edited = insert_ids(text.encode(), dict(zip(paths, ["A-1", "A-2"], strict=True)))
    lines = edited.source.decode().splitlines()
    assert lines[5] == "      name: x"
    assert lines[7] == "    - {id: A-2, name: y, k: 2}"
    moves = {(1, 1): (1, 1), (5, 7): (5, 7), (5, 9): (5, 7), (6, 7): (5, 7)}
    moves |= {(7, 10): (6, 10), (8, 8): (7, 8), (8, 17): (7, 8), (8, 23): (7, 14)}
    assert {place: edited.original_place(*place) for place in moves} == moves
    assert edited.original_place(0, 0) == (0, 0)


def test_splices_in_any_order():
    edited = spliced(
        BOM, "abcd", [Splice(3, 3, "!"), Splice(0, 1, "XY"), Splice(3, 4, "")]
    )
    assert edited.source == BOM + b"XYbc!"


HEAD = """\
suiteloom: 1
domain: d
title: T
summary: S
category: unit
revenue: {annual_usd: 1, protects: x}
bvj: {segment: [All], goal: Stability, value_impact: a, strategic_impact: b}
groups:
"""
ONE = "{id: A-1, name: test_a, summary: S, kinds: [edge]}"
TWO = ONE.replace("A-1", "A-2").replace("_a", "_b")
FLOW = "{" + ", ".join(LINES) + "}"


def block(column, entry=1, dash="- "):
    """A test of four lines whose dash stands in a column."""
    name = "ab"[entry - 1]
    lines = [f"id: A-{entry}", f"name: test_{name}", "summary: S", "kinds: [edge]"]
    margin = "\n" + " " * (column + len(dash))
    return " " * column + dash + margin.join(lines) + "\n"


def new(column, dash="- "):
    margin = "\n" + " " * (column + len(dash))
    return " " * column + dash + margin.join(LINES)


G = "  - title: G\n    tests:\n"
H = f"  - title: H\n    tests: [{TWO}]\n"
PLACES = {  # `@` is where the entry is to be
    "end-of-file": (f"{G}{block(6)}@", new(6) + "\n"),
    "no-final-newline": (f"{G}{block(6)[:-1]}@", "\n" + new(6)),
    "before-a-group": (f"{G}{block(6)}@{H}", new(6) + "\n"),
    "indentless": (f"{G}{block(4)}@{H}", new(4) + "\n"),
    "wide-dash": (f"{G}{block(6, dash='-   ')}@", new(6, "-   ") + "\n"),
    "dash-alone": (
        f"{G}      -\n        {block(6).lstrip(' -')}@",
        "      -\n        " + new(6).lstrip(" -") + "\n",
    ),
    "blank-lines": (
        f"{G}{block(6)}\n{block(6, 2)}@\n\n  # about H\n{H.replace('A-2', 'A-3')}",
        "\n" + new(6) + "\n",
    ),
    "deeper-comments": (
        f"{G}{block(6)}        # of the test\n\n        # too\n@\n  # about H\n{H}",
        new(6) + "\n",
    ),
    "comments-in-the-column": (
        f"{G}{block(6)}      # of the list\n@\n      # apart\n{H}",
        new(6) + "\n",
    ),
    "comment-of-the-next-key": (
        f"{G}{block(4)}@    # of the next key\n    expect: {{tests: 1}}\n",
        new(4) + "\n",
    ),
    "its-comment": (f"{G}{block(6)}@  # about H\n{H}", new(6) + "\n"),
    "last-comment": (f"{G}{block(6)}@# end\n", new(6) + "\n"),
    "document-end": (f"{G}{block(6)}@...\n", new(6) + "\n"),
    "comment-behind-the-end": (
        f"{G}{block(6).rstrip()}  # c\ttab\n        #\ttab\n@",
        new(6) + "\n",
    ),
    "braces": (f"{G}      - {ONE}\n@", f"      - {FLOW}\n"),
    "braces-comment": (f"{G}      - {ONE}  # c\n@{H}", f"      - {FLOW}\n"),
    "spaces": (
        f"{G}      - {ONE.replace('{', '{ ').replace('}', ' }')}@",
        "\n      - { " + ", ".join(LINES) + " }",
    ),
    "braces-of-lines": (
        f"{G}      - {ONE.replace(', ', ',' + chr(10) + ' ' * 9)}\n@",
        "      - {" + (",\n" + " " * 9).join(LINES) + "}\n",
    ),
    "brackets": ("  - title: G\n    tests: [" + ONE + "@]\n", f", {FLOW}"),
    "trailing-comma": ("  - title: G\n    tests: [" + ONE + "@ ,]\n", f", {FLOW}"),
    "brackets-of-lines": (
        f"  - title: G\n    tests: [\n      {ONE}@\n    ]\n",
        f",\n      {FLOW}",
    ),
    "brackets-of-lines-comma-comment": (
        f"  - title: G\n    tests: [\n      {ONE}, # c@\n    ]\n",
        f"\n      {FLOW},",
    ),
    "all-braces": ("  - {title: G, tests: [" + ONE + "@]}\n", f", {FLOW}"),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("bom", [b"", BOM], ids=["no-bom", "bom"])
@pytest.mark.parametrize(("layout", "inserted"), PLACES.values(), ids=PLACES)
def test_a_test_is_appended_in_the_style_of_its_siblings(
    layout, inserted, bom, newline
):
    def written(text):
        return bom + (HEAD + text).replace("\n", newline).encode()

    layout = layout.replace("    expect: {tests: 1}\n", "    bvj: {goal: Security}\n")
    before = written(layout.replace("@", ""))
    assert not load_suite(before, "a.yaml", Config())[1]
    edited, line, notes = append_test(before, 0, ENTRY, "a.yaml")
    assert edited.source == written(layout.replace("@", inserted))
    suite, findings = load_suite(edited.source, "a.yaml", Config())
    assert not findings
    assert suite.groups[0].tests[-1].id == "A-9"
    assert notes == []
    assert "A-9" in " ".join(edited.source.decode().splitlines()[line - 1 : line + 1])


@pytest.mark.parametrize("style", ["|", "|+", ">", ">-", ">+", "|2-"])
def test_after_a_folded_text(style):
    before = (
        f"{HEAD}{G}{block(6)}        bvj:\n          value_impact: {style}\n"
        f"            text\n\n\n{H}"
    )
    edited, line, _ = append_test(before.encode(), 0, ENTRY)
    after = before.replace("text\n", f"text\n{new(6)}\n")
    assert edited.source.decode() == after
    assert after.splitlines()[line - 1] == "      - id: A-9"


def test_a_comment_stays_with_its_entry_in_brackets():
    before = f"{HEAD}  - title: G\n    tests: [\n      {ONE} # c\n    ]\n"
    edited, _, _ = append_test(before.encode(), 0, ENTRY)
    after = before.replace(f"{ONE} # c", f"{ONE}, # c\n      {FLOW}")
    assert edited.source.decode() == after


def test_json_stays_json():
    import json

    data, _ = parse(f"{HEAD}  - {{title: G, tests: [{ONE}]}}\n".encode(), "")
    for indent in (None, 2):
        text = json.dumps(data, indent=indent)
        edited, _, _ = append_test(text.encode(), 0, ENTRY)
        assert undone(edited) == text.encode()
        data_after = json.loads(edited.source)
        assert data_after["groups"][0]["tests"][1] == ENTRY
        edited, _, _ = append_test(edited.source, "New", ENTRY | {"id": "A-8"})
        assert json.loads(edited.source)["groups"][1] == {
            "title": "New",
            "tests": [ENTRY | {"id": "A-8"}],
        }


def test_braces_over_lines_with_their_closing():
    like = ONE.replace("{", "{\n          ").replace(", ", ",\n          ")
    like = like.replace("}", ",\n        }")
    before = f"{HEAD}{G}      - {like}\n"
    edited, _, _ = append_test(before.encode(), 0, ENTRY)
    expected = ",\n          ".join(LINES)
    added = f"      - {{\n          {expected},\n        }}\n"
    assert edited.source.decode() == before + added


LONG = {
    **ENTRY,
    "async": True,
    "given": ["a cart", "two: items"],
    "bvj": {"value_impact": "word " * 30 + "end"},
}


def test_lists_and_long_texts_look_like_those_of_the_siblings():
    before = (
        f"{HEAD}{G}{block(6)}        then:\n        - it holds\n"
        "        bvj:\n            goal: Security\n"
    )
    edited, _, _ = append_test(before.encode(), 0, LONG)
    added = edited.source.decode().removeprefix(before).splitlines()
    assert added[4:9] == [
        "        async: true",
        "        given:",
        "        - a cart",
        '        - "two: items"',
        "        bvj:",
    ]
    assert added[9:11] == [
        "            value_impact: >-",
        f"              {'word ' * 16}"[:-1],
    ]
    before = f"{HEAD}{G}{block(4)}"
    edited, _, _ = append_test(before.encode(), 0, LONG)
    assert "\n      given:\n      - a cart\n" in edited.source.decode()
    before = f"{HEAD}{G}{block(6)}        then: [it holds]\n"
    edited, _, _ = append_test(before.encode(), 0, LONG)
    assert '\n        given: [a cart, "two: items"]\n' in edited.source.decode()


@pytest.mark.parametrize(
    ("layout", "inserted"),
    [
        pytest.param(
            f"{G}{block(6)}@", f"  - title: New\n    tests:\n{new(6)}\n", id="lines"
        ),
        pytest.param(
            f"{G}{block(4)}\n{H}@# end\n",
            f"\n  - title: New\n    tests: [{FLOW}]\n",
            id="like-the-last-group",
        ),
        pytest.param(
            f"  - {{title: G, tests: [{ONE}]}}\n@",
            f"  - {{title: New, tests: [{FLOW}]}}\n",
            id="braces",
        ),
        pytest.param(
            f"-   title: G\n    tests:\n{block(4)[:-1]}@",
            f"\n-   title: New\n    tests:\n{new(4)}",
            id="indentless",
        ),
    ],
)
def test_a_group_is_appended_in_the_style_of_its_siblings(layout, inserted):
    before = HEAD + layout.replace("@", "")
    edited, line, notes = append_test(before.encode(), "New", ENTRY)
    after = HEAD + layout.replace("@", inserted)
    assert edited.source.decode() == after
    assert "A-9" in after.splitlines()[line - 1]
    assert notes == []


def test_counts_are_raised():
    head = HEAD.replace("groups:\n", "expect: {groups: 1, tests: 1}\ngroups:\n")
    before = f"{head}{G}{block(6)}    expect:\n      tests: 1  # all\n"
    edited, _, notes = append_test(before.encode(), 0, ENTRY)
    after = before.replace("groups: 1, tests: 1", "groups: 1, tests: 2")
    after = after.replace("tests: 1  #", "tests: 2  #")
    assert edited.source.decode() == after.replace(
        "    expect:\n", f"{new(6)}\n    expect:\n"
    )
    assert notes == [
        "`expect` of the file, tests: 1 -> 2",
        "`expect` of the group, tests: 1 -> 2",
    ]
    edited, _, notes = append_test(before.encode(), "New", ENTRY)
    assert "expect: {groups: 2, tests: 2}" in edited.source.decode()
    assert "tests: 1  # all" in edited.source.decode()
    assert notes == [
        "`expect` of the file, tests: 1 -> 2",
        "`expect` of the file, groups: 1 -> 2",
    ]


def test_what_no_spec_can_hold_is_refused():
    source = f"{HEAD}{G}{block(6)}".encode()
    with pytest.raises(SpecError) as caught:
        append_test(source, 0, ENTRY | {"summary": "a\u202eb"}, "specs/a.yaml")
    (finding,) = caught.value.findings
    assert (finding.code, finding.path, finding.line) == ("SP101", "specs/a.yaml", 17)


def test_an_entry_that_would_not_be_read_as_meant_is_refused():
    source = f"{HEAD}{G}{block(6)}".encode()
    with pytest.raises(UsageError, match="can not be inserted in place") as caught:
        append_test(source, 0, ENTRY | {"'x'": "c"}, "a.yaml")
    assert caught.value.place == "a.yaml:11"


EXTRA = st.sampled_from(["", "given: [x]", "then:\n@  - >-\n@    y\n@    z"])


@st.composite
def layouts(draw):
    """A spec of one to three groups, laid out in some way, and how many groups it has."""
    flag = st.booleans()
    outer, inner = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    gap, blank = draw(st.sampled_from([" ", "   "])), "\n" * draw(st.integers(0, 2))
    key = " " * (outer + 1 + len(gap))
    margin = key + " " * (inner + 1 + len(gap))
    parts, number = [HEAD], 0
    count = draw(st.integers(1, 3))
    for index in range(count):
        parts.append(f"{' ' * outer}# group {index}\n" * draw(flag))
        parts.append(f"{' ' * outer}-{gap}title: G{index}\n{key}tests:\n")
        for _ in range(draw(st.integers(1, 3))):
            number += 1
            items = [f"id: A-{number}"] * draw(flag)
            items += [f"name: test_{number}", "summary: S", "kinds: [edge]"]
            test = f"{{{', '.join(items)}}}"
            if draw(flag):
                items.append(draw(EXTRA).replace("@", margin))
                test = f"\n{margin}".join(items).rstrip()
            parts.append(f"{key}{' ' * inner}-{gap}{test}\n")
            parts += [f"{margin}# note\n" * draw(flag), blank]
    parts.append(draw(st.sampled_from(["", "# end\n", "\n# end"])))
    text = "".join(parts)
    if draw(flag):
        text = text.rstrip("\n")
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    return BOM * draw(flag) + text.encode(), count


def members(source):
    data = read_nodes(source.removeprefix(BOM).decode()).data
    return [group["tests"] for group in data["groups"]]


@settings(max_examples=sized(40, 120), deadline=None)
@given(layouts(), st.data())
def test_any_layout_keeps_every_byte(layout, data):
    source, count = layout
    edit = named(source)
    complete = edit.source
    assert undone(edit) == source
    number = 0
    for old, now in zip(members(source), members(complete), strict=True):
        for before, after in zip(old, now, strict=True):
            number += "id" not in before
            assert after == {"id": f"A-{number}"} | before
            assert next(iter(after)) == "id"
    target = data.draw(st.sampled_from([*range(count), "New"]))
    entry = LONG | {"id": "A-99", "name": "test_new"}
    edit, line, _ = append_test(complete, target, entry)
    assert undone(edit) == complete
    assert b"A-99" in edit.source.splitlines()[line - 1]
    suite, findings = load_suite(edit.source, "a.yaml", Config())
    assert not findings
    expected = [[test["name"] for test in tests] for tests in members(complete)]
    if target == "New":
        expected.append([])
    expected[-1 if target == "New" else target].append("test_new")
    assert [[test.name for test in group.tests] for group in suite.groups] == expected
