"""`check`: every planted fault is found and named with its place."""

from __future__ import annotations

import os
import re

import pytest
from shop_project import SPEC

PYTEST = "[tool.pytest.ini_options]\n"
SUITE = "generated/test_shop_integration_comprehensive.py"


def line_of(cli, text, path=SUITE):
    lines = cli.read(path).splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def found(result, code):
    return [item for item in result.json["findings"] if item["code"] == code]


def round_trip(result):
    """Codes of what the levels before compliance found."""
    return [code for code in result.codes if not code.startswith("SL")]


@pytest.mark.usefixtures("started_anew")
def test_a_fresh_project_passes_and_nothing_is_written(shop):
    before = shop.tree()
    result = shop("check", "--format", "json")
    assert result.exit == 0
    assert result.codes == ["SL610"] * 3  # notes: the bodies are to be written
    assert result.json["score"] == 0.0
    assert [level["name"] for level in result.json["levels"]] == [
        "spec",
        "drift",
        "structure",
        "collection",
        "compliance",
    ]
    assert result.json["levels"][3]["summary"] == "3 tests collected"
    assert shop.tree() == before


def test_deleted_test_and_renamed_class_are_both_named(platform):
    path = "generated/test_startup_sequence_integration_comprehensive.py"
    text = platform.read(path)
    start = text.index('    @pytest.mark.spec("SU-003"')
    end = text.index('    @pytest.mark.spec("SU-004"')
    text = text[:start] + text[end:]
    old, new = "TestStartupPerformanceMetrics", "StartupPerformanceMetricsTests"
    platform.write(path, text.replace(f"class {old}", f"class {new}"))
    result = platform("check", "startup_sequence", "--format", "json")
    assert result.exit == 1
    missing = found(result, "ST302")
    assert [item["message"].split()[0] for item in missing] == ["SU-003"]
    assert missing[0]["path"] == path
    assert missing[0]["line"] == line_of(
        platform, "class TestServiceStartupSequence", path
    )
    hidden = [item for item in found(result, "CO401") if new in item["message"]]
    assert len(hidden) == 1
    assert "SU-009, SU-010, SU-011, SU-012" in hidden[0]["message"]
    assert "python_classes" in hidden[0]["message"]
    assert hidden[0]["line"] == line_of(platform, f"class {new}", path)


def test_broken_in_three_places_of_two_files(platform):
    platform.replace(
        "category: integration", "category: integrity", "specs/system_core.yaml"
    )
    platform.replace("id: SC-004", "id: SC-003", "specs/system_core.yaml")
    platform.replace("goal: ", "gaol: ", "specs/startup_sequence.yaml", 1)
    before = platform.tree()
    result = platform("generate", "--format", "json")
    assert result.exit == 3
    places = [(f["path"], f["line"], f["column"]) for f in result.json["findings"]]
    core, startup = "specs/system_core.yaml", "specs/startup_sequence.yaml"
    goal = line_of(platform, "gaol: ", startup)
    category = line_of(platform, "category: ", core)
    again = [
        n for n, t in enumerate(platform.read(core).splitlines(), 1) if "SC-003" in t
    ]
    assert (startup, goal, 3) in places
    assert (core, category, 11) in places
    assert (core, again[1], 13) in places
    assert platform.tree() == before
    assert platform("check").exit == 3


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        pytest.param(
            'python_classes = ["Check"]',
            ["python_classes = Check", "SH-001, SH-002"],
            id="classes",
        ),
        pytest.param(
            'python_functions = ["check"]', ["python_functions = check"], id="functions"
        ),
    ],
)
def test_a_setting_that_hides_tests(shop, setting, words):
    shop.replace("ini_options]\n", f"ini_options]\n{setting}\n", "pyproject.toml")
    result = shop("check", "--format", "json")
    assert result.exit == 1
    messages = " ".join(item["message"] for item in found(result, "CO401"))
    assert all(word in messages for word in words)


def test_import_error_names_file_and_module(shop):
    shop.replace("import pytest\n", "import pytest\nimport no_such_module\n")
    result = shop("check", "--format", "json")
    assert result.exit == 1
    assert [
        (f["path"], "no_such_module" in f["message"]) for f in found(result, "CO403")
    ] == [(SUITE, True)]
    assert not found(result, "CO401")


def test_duplicate_name_is_named_twice(shop):
    shop.replace(
        "class TestCart(",
        "    def test_refund(self):\n        assert True\n\n\nclass TestCart(",
    )
    result = shop("check", "--format", "json")
    assert result.exit == 1
    again = line_of(shop, "    def test_refund")
    assert [item["line"] for item in found(result, "ST309")] == [again]
    hidden = [item for item in found(result, "CO401") if "SH-002" in item["message"]]
    assert f"line {again} defines test_refund again" in hidden[0]["message"]


def test_unspecified_test(shop):
    shop.replace(
        "class TestCart(", "def test_loose():\n    assert True\n\n\nclass TestCart("
    )
    result = shop("check", "--format", "json")
    assert result.exit == 1
    line = line_of(shop, "def test_loose")
    assert [item["line"] for item in found(result, "ST303")] == [line]
    assert [
        (f["line"], "test_loose" in f["message"]) for f in found(result, "CO402")
    ] == [(line, True)]


@pytest.mark.parametrize(
    ("hook", "how"),
    [
        pytest.param(
            "items[:] = [i for i in items if 'refund' not in i.name]",
            "conftest",
            id="silent",
        ),
        pytest.param(
            "gone = [i for i in items if 'refund' in i.name]\n"
            "    config.hook.pytest_deselected(items=gone)\n"
            "    items[:] = [i for i in items if i not in gone]",
            "option or plugin",
            id="announced",
        ),
    ],
)
def test_a_conftest_that_drops_a_test(shop, hook, how):
    code = f"def pytest_collection_modifyitems(config, items):\n    {hook}\n"
    shop.write("generated/conftest.py", code)
    result = shop("check", "--format", "json")
    assert result.exit == 1
    dropped = found(result, "CO404")
    assert len(dropped) == 1
    assert "SH-002 test_refund is deselected" in dropped[0]["message"]
    assert how in dropped[0]["message"]
    assert dropped[0]["line"] > 0


def test_class_with_init_is_not_collected(shop):
    shop.replace(
        "class TestCart(SSotBaseTestCase):",
        "class TestCart(SSotBaseTestCase):\n    def __init__(self):\n        pass\n",
    )
    result = shop("check", "--format", "json")
    assert result.exit == 1
    assert "has an __init__" in found(result, "CO401")[0]["message"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        pytest.param(
            "Nobody pays twice", "Somebody pays twice", "ST307", id="value-impact"
        ),
        pytest.param("- Retention\n", "- Stability\n", "ST307", id="goal"),
        pytest.param("$900,000", "$9,900,000", "ST307", id="revenue"),
        pytest.param(
            "    @pytest.mark.integration\n    def test_charged",
            "    def test_charged",
            "ST306",
            id="marker",
        ),
        pytest.param('[1, 2], 3, id="two"', '[1, 2], 4, id="two"', "ST308", id="case"),
        pytest.param(
            "def test_charged_once", "def test_charged_twice", "ST304", id="name"
        ),
        pytest.param("async def test_refund", "def test_refund", "ST304", id="async"),
        pytest.param(
            "class TestCart(SSotBaseTestCase)",
            "class TestCart(object)",
            "ST304",
            id="base",
        ),
        pytest.param('"""Cart.', '"""Basket.', "ST304", id="title"),
    ],
)
def test_structure_sees_what_was_typed_over(shop, old, new, code):
    shop.replace(old, new)
    result = shop("check", "--format", "json")
    assert result.exit == 1
    assert code in result.codes
    assert "DR212" in result.codes


def test_suspect_and_orphan_fail_and_pending_only_if_configured(shop):
    shop.replace("        self.pending()", "        assert self.env", count=1)
    shop.replace(
        "does not charge a card again", "never charges twice", "specs/shop.yaml"
    )
    assert shop("generate").exit == 0
    result = shop("check", "--format", "json")
    assert (result.exit, round_trip(result)) == (1, ["ST311"])
    shop.replace(
        "[tool.suiteloom]\n", '[tool.suiteloom]\nsuspect = "report"\n', "pyproject.toml"
    )
    result = shop("check", "--format", "json")
    assert (result.exit, round_trip(result)) == (0, ["ST311"])
    shop.replace(
        'suspect = "report"', 'pending = "fail"\nsuspect = "report"', "pyproject.toml"
    )
    result = shop("check", "--format", "json")
    assert (result.exit, round_trip(result)) == (1, ["ST311", "ST310", "ST310"])


def test_one_domain_only(shop):
    other = SPEC.replace("SH-", "OT-").replace("domain: shop", "domain: other")
    shop.write("specs/other.yaml", other)
    assert shop("generate").exit == 0
    shop.replace("def test_charged_once", "def test_x_charged_once")
    assert shop("check", "other").exit == 0
    assert shop("check", "shop").exit == 1


def test_text_output_has_place_code_and_hint(shop):
    shop.replace('"""Cart.', '"""Basket.')
    result = shop("check")
    line = line_of(shop, "class TestCart")
    assert re.search(
        rf"^{re.escape(SUITE)}:{line}: ST304 .*'Basket'", result.out, re.MULTILINE
    )
    assert "  hint: `suiteloom generate --restore`" in result.out
    assert re.search(r"^structure +FAILED", result.out, re.MULTILINE)


def test_a_read_only_checkout_can_be_checked(shop):
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    for path in sorted(shop.root.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    shop.root.chmod(0o555)
    try:
        assert shop("check").exit == 0
    finally:
        for path in [shop.root, *shop.root.rglob("*")]:
            path.chmod(0o755)


def test_the_score_is_computed_and_the_threshold_enforced(shop):
    shop.replace(
        "        self.pending()", "        assert pay(1) == pay(1, again=True)"
    )
    shop.replace("import pytest\n", "import pytest\n\nfrom till import pay\n", count=1)
    shop.write("till.py", "def pay(amount, again=False):\n    return amount\n")
    shop.replace(PYTEST, f'{PYTEST}pythonpath = ["."]\n', "pyproject.toml")
    result = shop("check", "--format", "json")
    full = result.json["score"]
    assert (result.exit, round_trip(result)) == (0, [])
    shop.replace(
        "        assert pay(1) == pay(1, again=True)", "        pay(1)", count=1
    )
    shop.replace(
        "[tool.suiteloom]\n",
        "[tool.suiteloom]\naudit = {threshold = 90}\n",
        "pyproject.toml",
    )
    result = shop("check", "--format", "json")
    assert result.exit == 1
    assert [code for code in result.codes if code == "SL601"] == ["SL601"]
    assert result.json["score"] < full
    shown = shop("check").out
    assert "SL601 asserts nothing" in shown
    assert re.search(
        r"^compliance +FAILED +score [0-9.]+ of 100, 90 asked for", shown, re.MULTILINE
    )
    counted = shop("status", "--format", "json").json
    assert counted["totals"]["score"] == result.json["score"]


def test_pending_call_of_another_test_is_an_error_and_stays(shop):
    shop.replace('pending("SH-001"', 'pending("SH-002"')
    shop("generate")
    assert 'pending("SH-002"' in shop.read()
    result = shop("check", "--format", "json")
    assert result.exit == 1
    found = [item for item in result.json["findings"] if item["code"] == "ST316"]
    assert [item["id"] for item in found] == ["SH-001"]
    assert "is the pending call of SH-002" in found[0]["message"]


def test_findings_are_annotations_of_github(shop):
    shop.replace("test_refund", "test_money_back")
    result = shop("check", "--format", "github")
    assert result.exit == 1
    assert f"::error file={SUITE}," in result.out
    assert all(line.startswith("::") for line in result.out.splitlines())


def test_findings_are_a_log_of_sarif_with_a_rule_each(shop):
    shop.replace("test_refund", "test_money_back")
    log = shop("check", "--format", "sarif").json
    (run,) = log["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} == rules
    assert all(
        rule["fullDescription"]["text"] for rule in run["tool"]["driver"]["rules"]
    )
