"""What stands in the two folders and is accounted for by no spec."""

from __future__ import annotations

import pytest

from suiteloom.levels import check_passed_over, check_state, check_strays, read_facts
from suiteloom.model import Config

HOMES = {"SH-001": "generated/test_shop_unit_comprehensive.py"}
SUITE = HOMES["SH-001"]
METHOD = """\
class TestA:
    {mark}
    def test_a(self):
        assert self
"""
FUNCTION = "{mark}\ndef test_a():\n    assert 1\n"
BRANCH = """\
class TestA:
    if True:
        {mark}
        def test_a(self):
            assert self
"""
INNER = """\
class TestA:
    class TestB:
        {mark}
        def test_a(self):
            assert self
"""
GUARDED = """\
try:
    import shop
except ImportError:
    class TestA:
        {mark}
        def test_a(self):
            assert self
"""
PLACES = [
    pytest.param(METHOD, id="method"),
    pytest.param(FUNCTION, id="function"),
    pytest.param(BRANCH, id="in-a-branch"),
    pytest.param(INNER, id="inner-class"),
    pytest.param(GUARDED, id="in-a-handler"),
]


def found(path, form, mark):
    facts = read_facts(form.format(mark=mark).encode())
    strays = [*check_strays(path, facts, HOMES, Config())]
    return [(item.code, item.severity, item.id) for item in strays]


def states(form, mark, **settings):
    facts = read_facts(form.format(mark=mark).encode())
    found = check_state("generated/old.py", facts, Config(**settings))
    return [(item.code, item.severity, item.id) for item in found]


@pytest.mark.parametrize("form", PLACES)
@pytest.mark.parametrize(
    ("path", "mark", "expected"),
    [
        pytest.param(
            "generated/helpers.py",
            '@pytest.mark.spec("ZZ-001")',
            [("ST303", "error", "ZZ-001")],
            id="unknown-id-anywhere",
        ),
        pytest.param(
            SUITE,
            '@pytest.mark.spec("ZZ-001")',
            [("ST303", "error", "ZZ-001")],
            id="unknown-id-in-a-suite",
        ),
        pytest.param(
            "generated/old/test_shop.py",
            '@pytest.mark.spec("SH-001")',
            [("ST313", "error", "SH-001")],
            id="specified-elsewhere",
        ),
        pytest.param(
            "generated/deep/er/test_more.py",
            "# no marker",
            [("ST303", "error", "")],
            id="unmarked-in-a-test-file",
        ),
        pytest.param(SUITE, "# none", [("ST303", "error", "")], id="unmarked-in-suite"),
        pytest.param("generated/helpers.py", "# none", [], id="unmarked-in-a-helper"),
        pytest.param(SUITE, '@pytest.mark.spec("SH-001")', [], id="at-home"),
    ],
)
def test_a_test_is_found_wherever_it_stands(form, path, mark, expected):
    assert found(path, form, mark) == expected


@pytest.mark.parametrize("form", PLACES)
@pytest.mark.parametrize(
    ("policy", "severity"),
    [
        pytest.param("fail", "error", id="fail"),
        pytest.param("report", "warning", id="report"),
    ],
)
def test_an_orphan_weighs_what_the_configuration_says(form, policy, severity):
    mark = '@pytest.mark.orphan("SH-009")'
    expected = [("ST312", severity, "SH-009")]
    assert states(form, mark, orphan=policy) == expected
    assert found("generated/old.py", form, mark) == []


def test_files_are_told_by_the_projects_own_names_too():
    facts = read_facts(FUNCTION.format(mark="#").encode())
    config = Config(file_name="{domain}_suite.py")
    codes = [
        [item.code for item in check_strays(f"generated/{name}", facts, HOMES, config)]
        for name in ("shop_suite.py", "shop_test.py", "shop.py")
    ]
    assert codes == [["ST303"], ["ST303"], []]


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        pytest.param("suiteloom: 1\ndomain: shop\n", "error", id="spec"),
        pytest.param("# why\n\nsuiteloom: 1\n", "error", id="behind-a-comment"),
        pytest.param("\ufeffsuiteloom: 1\n", "error", id="bom"),
        pytest.param('"suiteloom" : 1\n', "error", id="quoted"),
        pytest.param("prices: [1]\nfor: suiteloom\n", "warning", id="data"),
        pytest.param("tool:\n  suiteloom: 1\n", "warning", id="deeper"),
        pytest.param("", "warning", id="empty"),
    ],
)
def test_a_yaml_file_that_is_passed_over_is_named(text, severity):
    (finding,) = check_passed_over({"specs/more/shop.yaml": text.encode()})
    assert (finding.code, finding.severity, finding.path) == (
        "SP111",
        severity,
        "specs/more/shop.yaml",
    )
