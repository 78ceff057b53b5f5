"""What `check` tells other programs: code quality, files besides, paths of a repository."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from shop_project import SUITE

FORMATS = ("json", "sarif", "github", "gitlab")
EXTRA = "    def test_nobody_asked_for(self):\n        assert shop.total() == 1\n"


@pytest.fixture
def wrong(shop):
    """A suite with two tests that its spec does not have."""
    shop.write(SUITE, shop.read() + f"\n{EXTRA}\n{EXTRA.replace('for', 'about')}")
    return shop


def reports(shop, *arguments):
    """One check in all formats of files, by format, and as it was shown."""
    files = {form: shop.root / f"report.{form}" for form in FORMATS}
    also = [part for form in files for part in ("--also", f"{form}={files[form]}")]
    shown = shop("check", *also, *arguments)
    found = {form: file.read_text("utf-8") for form, file in files.items()}
    for file in files.values():
        file.unlink()
    return shown, found


def quality(shop):
    return json.loads(reports(shop)[1]["gitlab"])


def test_every_finding_is_an_issue_of_code_quality(wrong):
    _, texts = reports(wrong)
    found = json.loads(texts["json"])["findings"]
    issues = json.loads(texts["gitlab"])
    assert [issue["check_name"] for issue in issues] == [item["code"] for item in found]
    names = {"error": "major", "warning": "minor", "note": "info"}
    assert [issue["severity"] for issue in issues] == [
        names[item["severity"]] for item in found
    ]
    assert all(issue["location"]["lines"]["begin"] >= 1 for issue in issues)
    assert {issue["location"]["path"] for issue in issues} >= {SUITE}
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) > 4


def test_a_fingerprint_survives_lines_that_come_and_go(wrong):
    before = quality(wrong)
    text = wrong.read()
    wrong.write(
        SUITE, text.replace("import pytest\n", "import pytest\n\nTOTAL = 3\n", 1)
    )
    after = quality(wrong)
    lines = [
        [issue["location"]["lines"]["begin"] for issue in part]
        for part in (before, after)
    ]
    assert lines[0] != lines[1]
    prints = [{issue["fingerprint"] for issue in part} for part in (before, after)]
    assert prints[0] == prints[1]


def test_a_file_besides_is_what_its_format_prints(wrong):
    shown, texts = reports(wrong, "--format", "gitlab")
    assert shown.exit == 1
    assert texts["gitlab"] == shown.out
    assert texts["github"].startswith("::error ")


@pytest.mark.parametrize(
    "value",
    ["gitlab", "gitlab=", "text=x", "xml=x", "=x", "gitlab=none/x.json", "sarif=."],
)
def test_a_file_besides_that_can_not_be_is_refused_before_anything_is_read(shop, value):
    shop.write("specs/shop.yaml", "no spec")
    result = shop("check", "--also", value)
    assert result.exit == 2
    assert "--also can not" in result.err


def test_paths_for_a_forge_are_those_of_the_repository(wrong):
    root = wrong.root
    inner = root / "services" / "shop"
    inner.mkdir(parents=True)
    for name in ("pyproject.toml", "specs", "generated"):
        (root / name).rename(inner / name)
    subprocess.run([shutil.which("git"), "init", "-q", root], check=True)
    wanted = f"services/shop/{SUITE}"
    shown, texts = reports(wrong, "--project", str(inner), "--format", "json")
    issues = json.loads(texts["gitlab"])
    assert wanted in {issue["location"]["path"] for issue in issues}
    assert f"::error file={wanted}," in texts["github"]
    results = json.loads(texts["sarif"])["runs"][0]["results"]
    places = [place for result in results for place in result["locations"]]
    uris = {place["physicalLocation"]["artifactLocation"]["uri"] for place in places}
    assert wanted in uris
    assert SUITE in {finding["path"] for finding in shown.json["findings"]}
