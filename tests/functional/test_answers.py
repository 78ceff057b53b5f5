"""Answers that say all there is to say, in the format that was asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from suiteloom.cli.edge import run_app

SPEC = "specs/shop.yaml"


def test_what_depends_on_bad_values_is_checked_in_the_same_run(shop):
    shop.replace("title: Shop", "titel: Shop", SPEC)
    shop.replace("summary: From cart to paid order.", "summary: [a]", SPEC)
    shop.replace("category: integration", "category: integrtion", SPEC)
    shop.replace("goal: Retention", "goal: Retenton", SPEC)
    shop.replace("kinds: [positive]\n", "kinds: [positiv]\n", SPEC)
    shop.replace(
        "kinds: [positive, edge]", "kinds: [edge]\n        markers: [slo]", SPEC
    )
    found = shop("generate", "--format", "json").json["findings"]
    assert [(item["line"], item["code"]) for item in found] == [
        (1, "SP105"),
        (3, "SP104"),
        (4, "SP105"),
        (5, "SP104"),
        (9, "SP104"),
        (18, "SP104"),
        (24, "SP105"),
    ]


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        pytest.param(
            ["check", "shp"],
            "no domain is called 'shp'",
            "did you mean shop?",
            id="domain",
        ),
        pytest.param(
            ["prune", "SH-001"],
            "SH-001 is no orphan in"
            " generated/test_shop_integration_comprehensive.py:27",
            "`suiteloom check` names the orphans",
            id="prune",
        ),
    ],
)
def test_error_is_json_where_json_was_asked_for(shop, arguments, message, hint):
    result = shop(*arguments, "--format", "json")
    assert result.exit == 2
    data = result.json
    assert data["schema"] == "suiteloom.error/1"
    assert (data["exit"], data["hint"], data["findings"]) == (2, hint, [])
    assert data["message"].split(":")[0] == message.split(":")[0]
    assert message.split(":")[0] in result.err


def test_error_outside_of_a_project_is_json_too(tmp_path, capfd):
    assert run_app(["check", "--project", str(tmp_path), "--format=json"]) == 2
    data = json.loads(capfd.readouterr().out)
    assert data["hint"].startswith("`suiteloom init` makes one")


def test_run_in_which_no_test_ran_is_no_success(shop):
    result = shop("run", "--", "-k", "nothing_is_called_so")
    assert result.exit == 1
    assert "RU504 nothing was selected" in result.out


def test_edit_of_spec_owned_text_names_both_ways_out(shop):
    shop.replace("A refund reaches the card.", "A refund reaches it.")
    result = shop("check")
    assert result.exit == 1
    assert "`suiteloom absorb SH-002` takes it into the spec" in result.out
    assert "spec-owned text was edited by hand, 1 error" in result.out


@pytest.mark.parametrize(
    "closed", [["stdin"], ["stdout"], ["stdin", "stdout", "stderr"]]
)
def test_closed_streams_are_no_defect(shop, closed):
    numbers = [["stdin", "stdout", "stderr"].index(name) for name in closed]
    code = (
        "import os, sys\n"
        f"[os.close(number) for number in {numbers}]\n"
        "os.execv(sys.executable, [sys.executable, '-m', 'suiteloom', *sys.argv[1:]])"
    )
    arguments = ["new", "extra", "--test", "G: test_a", "--project", str(shop.root)]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "defect" in done.stderr) == (0, False)
    assert "test_a" in shop.read("specs/extra.yaml")


def test_spec_that_is_no_file_is_refused(shop):
    os.mkfifo(shop.root / "specs/pipe.yaml")
    result = shop("ids")
    assert result.exit == 6
    assert "specs/pipe.yaml: is not a file" in result.err


def test_list_without_end_is_refused(shop):
    result = shop("new", "extra", "--from-list", "/dev/zero")
    assert result.exit == 3
    assert "LI101" in result.out
