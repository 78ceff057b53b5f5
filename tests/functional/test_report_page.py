"""The report as a page: each number is that of the JSON, and no text is obeyed."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest
from shop_project import Cli

from page_parser import Node, parse
from report_samples import HOSTILE, bare, every_state, large
from suiteloom.cli.output import plain
from suiteloom.cli.report_html import report_page
from suiteloom.model.dotted import lookup

HEADINGS = [
    "Executive overview",
    "At risk",
    "Business value delivered",
    "Technical architecture",
    "Mission-critical events",
    "Implementation",
    "Inventory",
    "Compliance",
    "Quality assurance",
    "Impact and recommendations",
    "Success metrics",
    "Conclusion and next steps",
]
FREE = {"code", "time", "bdi", "style", "script", "title", "h1", "h3", "h4", "pre"}
"""Elements whose text is that of specs and runs, an id, a name, a date or a commit."""

SIZES = {"K": 10**3, "M": 10**6, "B": 10**9}


def value_of(text: str) -> tuple[float | None, float]:
    """A number that is written, and by how much rounding may have moved it."""
    if text in {"not known", "no figure"}:
        return None, 0
    found = re.fullmatch(r"\$?([\d,]+)(\.\d+)?([KMB])?( m?s)?", text)
    assert found, text
    scale = SIZES.get(found[3] or "", 1) * (0.001 if found[4] == " ms" else 1)
    digits = len(found[2] or ".") - 1
    off = 0.5 * 10**-digits * scale * 1.0001 if found[2] else 0.0
    return float(found[1].replace(",", "") + (found[2] or "")) * scale, off


def assert_same(data, source: str, text: str) -> None:
    kind, _, path = source.partition(":")
    assert kind == "report"
    known = lookup(data, path)
    shown, off = value_of(text)
    if known is None or shown is None:
        assert (known, shown) == (None, None), source
    else:
        assert abs(known - shown) <= off, f"{source}: {known} is shown as {text}"


def numbers(root: Node) -> dict[str, list[str]]:
    """Every number that says where it is from, by that.

    A number with ``data-c`` continues the path of the element around it, and of the row.
    """
    found: dict[str, list[str]] = {}
    for node in root.all():
        named = node.attributes
        if "data-c" in named and node.tag != "th":
            around = [n for n in node.above()[1:] if _from(n) or _row_name(n)]
            end = next(n for n, each in enumerate(around) if _from(each))
            names = [_from(around[end]), *map(_row_name, around[:end])]
            found.setdefault(".".join([*names, named["data-c"]]), []).append(node.text)
        elif _from(node) and node.tag == "tbody":
            for source, text in _cells(node):
                found.setdefault(source, []).append(text)
        elif _from(node) and node.tag not in {"article", "details"}:
            found.setdefault(_from(node), []).append(node.text)
    return found


def _from(node: Node) -> str:
    return node.attributes.get("data-from", "")


def _row_name(node: Node) -> str:
    """What a row adds to the path of its table."""
    known = node.attributes
    return known.get("data-r") or known.get("id", "") if node.tag == "tr" else ""


def _cells(body: Node) -> list[tuple[str, str]]:
    """The numbers in the columns of a table whose heads name a part of the path."""
    table = next(node for node in body.above() if node.tag == "table")
    heads = [head.attributes.get("data-c") for head in table.nodes[0].all("th")]
    return [
        (f"{_from(body)}.{_row_name(row)}.{key}", cell.text.strip())
        for row in body.nodes
        if row.attributes.get("class") != "g"
        for key, cell in zip(heads, row.nodes, strict=True)
        if key
    ]


def own_texts(root: Node) -> list[tuple[str, Node]]:
    """Texts of the page itself, with the element of each."""
    found = []
    for node in root.all():
        if any(
            above.tag in FREE
            or (
                "data-from" in above.attributes and above.tag in {"td", "span", "tspan"}
            )
            or _is_number_cell(above)
            or "data-c" in above.attributes
            or "name" in above.attributes.get("class", "").split()
            for above in node.above()
        ):
            continue
        found += [(child, node) for child in node.children if isinstance(child, str)]
    return found


def _is_number_cell(node: Node) -> bool:
    """Whether an element is a cell in a column whose head names a part of a path."""
    if node.tag != "td" or not _row_name(node.parent):
        return False
    table = next(above for above in node.above() if above.tag == "table")
    heads = table.nodes[0].all("th")
    place = node.parent.nodes.index(node)
    return "data-c" in heads[place].attributes


@pytest.fixture
def built(shop: Cli) -> Cli:
    """The shop, run, with a test that fails and one that is pending."""
    shop.replace("self.pending()", "assert self.env", count=1)
    shop.replace("self.pending()", "assert not self.env, '<b>12</b>'", count=1)
    assert shop("run").exit == 1
    return shop


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(every_state(), id="every-state"),
        pytest.param(every_state(HOSTILE), id="hostile"),
        pytest.param(
            every_state(
                ("1", "12", "-1", "length", "a.b", "[x]", "end ", "0", "-2", '"')
            ),
            id="names",
        ),
        pytest.param(bare(), id="bare"),
    ],
)
def test_every_number_is_that_of_the_json(data):
    found = numbers(parse(report_page(data)))
    for source, texts in found.items():
        for text in texts:
            assert_same(json.loads(json.dumps(data)), source, text)
    assert len(found) > 60


def test_the_command_writes_a_page_of_its_own_json(built, tmp_path):
    path = tmp_path / "r.html"
    assert built("report", "--format", "html", "-o", str(path)).exit == 0
    data = built("report", "--format", "json").json
    found = numbers(parse(path.read_text("utf-8")))
    for source, texts in found.items():
        for text in texts:
            assert_same(data, source, text)
    assert found["report:totals.specified"][0] == "3"
    assert found["report:totals.failed"][0] == "1"
    money = "report:domains.shop.groups.Payment.tests.SH-002.usd"
    assert found[money] == ["$300,000", "$300,000"]


def test_no_digit_stands_outside_of_what_says_where_it_is_from(built):
    root = parse(built("report", "--format", "html").out)
    texts = {text for text, node in own_texts(root) if not _is_of_specs(node)}
    assert [text for text in texts if re.search(r"\d", text)] == []
    assert any("A test protects if it passed" in text for text in texts)


def _is_of_specs(node: Node) -> bool:
    """Whether an element is a cell of the inventory, or has what a reader may choose."""
    above = node.above()
    return any("inv" in n.attributes.get("class", "") for n in above) or any(
        n.tag == "option" for n in above
    )


def test_headings_are_those_of_the_report_in_their_order(built):
    root = parse(built("report", "--format", "html").out)
    assert [node.text for node in root.all("h2")] == HEADINGS
    markdown = built("report").out
    assert re.findall(r"^## (.+)$", markdown, re.MULTILINE)[: len(HEADINGS)] == HEADINGS


def test_every_section_names_the_commands_that_recompute_it(built):
    root = parse(built("report", "--format", "html").out)
    for section in root.all("section"):
        foot = section.nodes[-1]
        assert foot.attributes["class"] == "foot"
        commands = [node.text for node in foot.all("code")]
        assert commands
        assert all(command.startswith("suiteloom ") for command in commands)


def test_the_policy_lets_in_nothing_but_the_style_and_the_script(built):
    page = built("report", "--format", "html").out
    root = parse(page)
    policy = next(
        node.attributes["content"]
        for node in root.all("meta")
        if node.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (node,) = root.all(tag)
        digest = hashlib.sha256(node.text.encode()).digest()
        assert f"{tag}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
        assert len(node.text.encode()) <= 10_240
    for node in root.all():
        assert not {"style", "src", "srcset", "action"} & node.attributes.keys()
        assert not [name for name in node.attributes if name.startswith("on")]
        assert node.attributes.get("href", "#").startswith("#")


def test_hostile_text_makes_no_element_and_is_all_there():
    root = parse(report_page(every_state(HOSTILE)))
    assert root.shape() == parse(report_page(every_state(["A text."]))).shape()
    text = root.text
    for hostile in HOSTILE:
        assert plain(hostile) in text
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text
    assert "\x1b" not in text


def test_what_a_run_says_is_limited_and_says_so():
    root = parse(report_page(every_state(["Said."])))
    (said,) = [node for node in root.all("pre") if "characters left out" in node.text]
    assert said.text.split() == ["Said.", "…", "characters", "left", "out:", "4,321"]


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        pytest.param("overview", "No domain has a revenue figure", id="revenue"),
        pytest.param("overview", "lack a complete BVJ", id="bvj"),
        pytest.param("value", "Its BVJ is given by its groups and tests", id="domain"),
        pytest.param("events", "No spec names an entry", id="entries"),
        pytest.param(
            "speed", "Nothing is known of speed: there is no run.", id="speed"
        ),
        pytest.param("score", "there is no score", id="score"),
        pytest.param("past", "Nothing is known of earlier runs", id="history"),
        pytest.param("flaky", "None was seen, and none could be", id="flaky"),
        pytest.param("trend", "there is no trend", id="trend"),
        pytest.param("run", "There is no run yet", id="run"),
        pytest.param("foot", "No date: there is no run", id="date"),
    ],
)
def test_what_is_not_known_is_said(heading, said):
    text = " ".join(parse(report_page(bare())).text.split())
    assert said in text, heading


def test_without_a_run_nothing_is_green():
    root = parse(report_page(bare()))
    good = [n for n in root.all() if n.attributes.get("class") == "good"]
    assert good == []
    reached = root.all("section")[HEADINGS.index("Success metrics")].text
    assert "✓" not in reached


def test_a_stale_run_is_told_at_the_top():
    header = parse(report_page(every_state())).all("header")[0].text
    assert "The run is stale: the code under test changed since" in header
    assert "changes that were not committed" in header


def test_charts_have_titles_descriptions_and_a_table():
    root = parse(report_page(every_state()))
    charts = [n for n in root.all("svg") if n.attributes.get("role") == "img"]
    assert len(charts) > 8
    for chart in charts:
        assert [node.tag for node in chart.nodes[:2]] == ["title", "desc"]
        assert all(node.text.strip() for node in chart.nodes[:2])
    for figure in root.all("figure"):
        siblings = figure.parent.nodes
        assert siblings[siblings.index(figure) + 1].all("table")


def test_one_more_test_costs_no_more_than_two_hundred_bytes():
    sizes = [len(report_page(large(count)).encode()) for count in (100, 300)]
    assert sizes[1] - sizes[0] <= 200 * 200


@pytest.mark.parametrize(
    ("count", "most_bytes"),
    [
        pytest.param(5_000, 1_000_000, id="5000"),
        pytest.param(50_000, 10_000_000, id="50000"),
    ],
)
def test_a_large_report_stays_small(count, most_bytes):
    page = report_page(large(count))
    assert len(page.encode()) <= most_bytes
    assert page.count('<tr id="T0-') == count
