"""`generate` from the command line."""

from __future__ import annotations

import json

import pytest

from pending_calls import PENDING_CALL
from suiteloom.workflows import planner

SUITE = "generated/test_shop_integration_comprehensive.py"


def stats(cli):
    return {
        path: (path.stat().st_mtime_ns, path.stat().st_ino)
        for path in sorted(cli.root.rglob("*"))
        if path.is_file()
    }


def test_second_run_opens_nothing_for_writing(platform):
    assert platform("generate").exit == 0
    before = stats(platform)
    result = platform("generate")
    assert result.exit == 0
    assert "nothing to write: 117 unchanged" in result.out
    assert stats(platform) == before


def test_committed_suites_are_what_their_specs_render(platform):
    result = platform("generate", "--check", "--format", "json")
    assert result.exit == 0
    assert result.json["files"] == []
    assert result.json["unchanged"] == 117


def test_check_and_diff_write_nothing(shop):
    shop.replace("name: test_refund", "name: test_refund_arrives", "specs/shop.yaml")
    before = shop.tree()
    result = shop("generate", "--check", "--format", "json")
    assert result.exit == 1
    assert result.json["plan"] == [
        {
            "domain": "shop",
            "id": "SH-002",
            "action": "rename",
            "detail": "test_refund -> test_refund_arrives",
            "path": SUITE,
            "line": 38,
            "brings": [],
            "lacks": [],
            "old": "test_refund",
            "new": "test_refund_arrives",
            "part": "",
        }
    ]
    diff = shop("generate", "--diff")
    assert diff.exit == 0
    assert "-    async def test_refund(self):" in diff.out
    assert "+    async def test_refund_arrives(self):" in diff.out
    assert shop.tree() == before
    assert shop("generate").exit == 0
    assert "async def test_refund_arrives(self):" in shop.read()


def test_body_follows_rename_move_and_respecification(shop):
    body = "        assert 1 + 1 == 2  # kept: SH-003\n"
    text = shop.read()
    head, tail = text.rsplit(f"        {PENDING_CALL.findall(text)[-1]}\n", 1)
    shop.write(SUITE, head + body + tail)
    shop.replace("name: test_cart_total", "name: test_sum", "specs/shop.yaml")
    shop.replace("title: Cart", "title: Basket", "specs/shop.yaml")
    shop.replace(
        "The total is the sum", "The total is the exact sum", "specs/shop.yaml"
    )
    result = shop("generate", "--format", "json")
    assert result.exit == 0
    actions = {(item["id"], item["action"]) for item in result.json["plan"]}
    assert actions == {
        ("", "rename"),
        ("SH-003", "rename"),
        ("SH-003", "update"),
        ("SH-003", "suspect"),
    }
    text = shop.read()
    assert body in text
    assert text.count("kept: SH-003") == 1
    assert "class TestBasket(" in text
    assert "reviewed=" in text
    assert shop("generate").out.startswith("nothing to write")


def test_edited_text_is_kept_then_restored(shop):
    shop.replace("A refund reaches the card.", "A refund reaches it.")
    before = shop.read()
    result = shop("generate", "--format", "json")
    assert [item["action"] for item in result.json["plan"]] == ["edited"]
    assert shop.read() == before
    assert shop("generate", "--restore").exit == 0
    assert "A refund reaches the card." in shop.read()
    assert shop("check").exit == 0


def test_edited_and_respecified_is_refused_with_both_texts(shop):
    shop.replace("A refund reaches the card.", "A refund reaches it.")
    shop.replace("A refund reaches the card.", "A refund arrives.", "specs/shop.yaml")
    before = shop.tree()
    result = shop("generate")
    assert result.exit == 4
    assert "A refund reaches it." in result.out
    assert "A refund arrives." in result.out
    assert shop.tree() == before


def test_removed_tests_go_or_become_orphans(shop):
    shop.replace(
        "        self.pending()", "        assert self.env is not None", count=1
    )
    spec = shop.read("specs/shop.yaml")
    start, end = spec.index("      - id: SH-001"), spec.index("  - title: Cart")
    rest = "      - id: SH-009\n" + spec[start:end].split("\n", 1)[1]
    rest = rest.split("      - id: SH-002")[0].replace("test_charged_once", "test_new")
    shop.write("specs/shop.yaml", spec[:start] + rest + spec[end:])
    result = shop("generate", "--format", "json")
    assert {(i["id"], i["action"]) for i in result.json["plan"] if i["id"]} == {
        ("SH-001", "orphan"),
        ("SH-002", "remove"),
        ("SH-009", "create"),
    }
    assert '@pytest.mark.orphan("SH-001"' in shop.read()
    found = shop("check", "--format", "json").codes
    assert [code for code in found if code != "SL610"] == ["ST312", "CO409"]
    shop.write("specs/shop.yaml", spec)
    assert shop("generate").exit == 0
    assert "assert self.env is not None" in shop.read()
    assert "orphan" not in shop.read()


def test_invalid_suite_is_refused_with_its_line(shop):
    shop.replace("import pytest\n", "<<<<<<< ours\nimport pytest\n")
    before = shop.tree()
    result = shop("generate", "--format", "json")
    assert result.exit == 4
    line = 1 + shop.read()[: shop.read().index("<<<<<<<")].count("\n")
    assert [(f["code"], f["line"]) for f in result.json["findings"]] == [
        ("DR201", line)
    ]
    assert shop.tree() == before


@pytest.mark.parametrize(
    ("table", "words"),
    [
        pytest.param(
            'spec = "specs"', ["unknown key `spec`", "did you mean `specs`?"], id="key"
        ),
        pytest.param('suites = "../x"', ["leaves the project"], id="outside"),
        pytest.param(
            'pending = "maybe"', ["`pending` can not be 'maybe'"], id="policy"
        ),
        pytest.param('file_name = "test.py"', ["`file_name` can not be"], id="pattern"),
        pytest.param("goals = 3", ["`goals` must be a list of texts"], id="type"),
    ],
)
def test_wrong_configuration(shop, table, words):
    shop.write("suiteloom.toml", f"{table}\n")
    result = shop("generate")
    assert result.exit == 2
    assert all(word in result.err for word in ["suiteloom.toml", *words])


def test_no_project(shop, tmp_path_factory):
    result = shop("generate", "--project", str(tmp_path_factory.mktemp("empty")))
    assert result.exit == 2
    assert "no suiteloom project" in result.err


def test_unknown_domain(shop):
    result = shop("generate", "shpo")
    assert result.exit == 2
    assert "did you mean shop?" in result.err


def test_errors_in_json_are_json(shop):
    shop.replace("title: Shop", "titel: Shop", "specs/shop.yaml")
    result = shop("generate", "--format", "json")
    assert result.exit == 3
    assert json.loads(result.out)["schema"] == "suiteloom.error/1"
    assert "nothing was written" in result.err


@pytest.fixture
def two(shop):
    """A project of two domains with three tests each, everything in sync."""
    other = shop.read("specs/shop.yaml").replace("domain: shop", "domain: cart")
    shop.write("specs/cart.yaml", other.replace("SH-", "CA-"))
    assert shop("generate").exit == 0
    return shop


@pytest.mark.parametrize(
    ("arguments", "unchanged"),
    [
        pytest.param(["shop"], 3, id="domain"),
        pytest.param(["shop", "shop"], 3, id="domain-twice"),
        pytest.param(["shop", "cart"], 6, id="two-domains"),
        pytest.param(["--check"], 6, id="check"),
        pytest.param(["--diff", "cart"], 3, id="diff-of-a-domain"),
    ],
)
def test_what_is_known_to_be_in_sync_is_not_planned(
    two, monkeypatch, arguments, unchanged
):
    reason = "what is known to be in sync was planned"
    monkeypatch.setattr(planner, "make_plan", lambda *_, **__: pytest.fail(reason))
    result = two("generate", *arguments, "--format", "json")
    assert result.exit == 0
    assert result.json["unchanged"] == unchanged


@pytest.mark.parametrize("option", [[], ["--check"]], ids=["write", "check"])
def test_unknown_domain_is_refused_where_everything_is_in_sync(two, option):
    assert two("generate", "nowhere", *option).exit == 2


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(("specs/shop.yaml", "title:", "titel:"), id="wrong-spec"),
        pytest.param(("specs/shop.yaml", "summary: ", "summary: Now, "), id="spec"),
        pytest.param((SUITE, "class ", "clas "), id="no-python"),
        pytest.param((SUITE, "def test_", "def other_"), id="names"),
    ],
)
@pytest.mark.parametrize("domain", ["shop", "cart"])
def test_an_edit_is_found_as_if_nothing_had_been_known(two, domain, edit):
    path, old, new = edit
    two.write(path, two.read(path).replace(old, new))
    known = two("generate", domain, "--check")
    (two.root / ".suiteloom/in-sync.json").unlink()
    assert two("generate", domain, "--check") == known
