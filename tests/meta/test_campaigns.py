"""What `campaigns.py` and `kept.toml` list is there: nothing else would notice if not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import campaigns
from campaigns import CAMPAIGNS, SIZED, is_campaign, kept

ROOT = Path(__file__).resolve().parents[2]
LISTED = (
    *CAMPAIGNS,
    *SIZED,
    *kept(),
    *(f"{test}[{name}]" for test, names in kept().items() for name in names),
)


@pytest.fixture(scope="module")
def node_ids():
    """Every test in the files that are listed."""
    files = sorted({entry.partition("::")[0] for entry in LISTED})
    options = ["--collect-only", "-q", "-m", "", "-p", "no:randomly", "-o", "addopts="]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return re.findall(r"^tests/.+::.+$", done.stdout, re.MULTILINE)


def test_every_entry_is_the_beginning_of_a_test(node_ids):
    assert [e for e in LISTED if not any(n.startswith(e) for n in node_ids)] == []


def test_every_test_that_has_parameters_kept_has_others_too(node_ids):
    """One that is kept whole is no campaign, and its entry is of no use."""
    without = {
        test
        for test in kept()
        if not any(
            is_campaign(each) for each in node_ids if each.startswith(f"{test}[")
        )
    }
    assert without == set()


def test_no_test_is_listed_twice():
    assert sorted(set(LISTED)) == sorted(LISTED)


@pytest.mark.parametrize(
    ("size", "node_id", "expected"),
    [
        pytest.param("", "tests/a.py::test_long", True, id="listed"),
        pytest.param("", "tests/a.py::test_short", False, id="not-listed"),
        pytest.param("", "tests/a.py::test_sized", False, id="sized-and-small"),
        pytest.param("campaign", "tests/a.py::test_sized", True, id="sized-and-large"),
        pytest.param("", "tests/a.py::test_some[one]", False, id="kept"),
        pytest.param("", "tests/a.py::test_some[two]", True, id="not-kept"),
        pytest.param(
            "campaign", "tests/a.py::test_some[two]", True, id="not-kept-large"
        ),
        pytest.param("", "tests/a.py::test_some[]", True, id="without-a-name"),
        pytest.param("", "tests/a.py::test_plain", False, id="without-parameters"),
    ],
)
def test_campaigns_are_what_is_listed(monkeypatch, size, node_id, expected):
    monkeypatch.setenv(campaigns.SIZE_NAME, size)
    monkeypatch.setattr(campaigns, "CAMPAIGNS", ("tests/a.py::test_long",))
    monkeypatch.setattr(campaigns, "SIZED", ("tests/a.py::test_sized",))
    monkeypatch.setattr(campaigns, "kept", lambda: {"tests/a.py::test_some": ("one",)})
    assert is_campaign(node_id) is expected
