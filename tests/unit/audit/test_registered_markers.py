"""Markers that code registers: read, and never run."""

import sys

import pytest

from suiteloom.workflows.audit import AuditOptions, audit
from suiteloom.workflows.audit.markers import registered_in

TEST = "import pytest\n\n\n@pytest.mark.slow\ndef test_a(till):\n    assert till == 3\n"
INI = "[pytest]\nmarkers = fast: quick ones\n"
HOOK = "def pytest_configure(config):\n    config.addinivalue_line({})\n"


def codes(root, files):
    for path, text in {"pytest.ini": INI, "tests/test_a.py": TEST, **files}.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    report = audit(root, AuditOptions(("tests",), workers=1, cache=False))
    return [finding.code for finding in report.findings]


def test_a_marker_that_nothing_registers_is_found(tmp_path):
    assert codes(tmp_path, {}) == ["SL503"]


@pytest.mark.parametrize(
    ("path", "given"),
    [
        pytest.param(
            "tests/conftest.py", '"markers", "slow: takes long"', id="conftest"
        ),
        pytest.param(
            "shop/testing.py", '"markers", "slow: takes long"', id="any-module"
        ),
        pytest.param(
            "plugins/slow.py", '"markers", "slow(why): long"', id="with-arguments"
        ),
        pytest.param(
            "src/shop/pytest_plugin.py", 'name="markers", line="slow"', id="names"
        ),
        pytest.param("tools.py", '"markers", f"slow: {config}"', id="filled-in-text"),
        pytest.param(
            "tools.py", '"markers", "slow: " + str(config)', id="sum-of-texts"
        ),
        pytest.param("tools.py", '"markers", make(config)', id="what-nobody-can-tell"),
    ],
)
def test_a_marker_that_code_of_the_project_registers_is_none(tmp_path, path, given):
    assert codes(tmp_path, {path: HOOK.format(given)}) == []


def test_another_setting_registers_nothing(tmp_path):
    files = {"tools.py": HOOK.format('"filterwarnings", "slow"')}
    assert codes(tmp_path, files) == ["SL503"]


def test_code_of_the_project_is_not_run(tmp_path):
    text = HOOK.format('"markers", "slow"') + f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    assert codes(tmp_path, {"tools.py": text}) == []
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("module", "plugin"),
    [
        pytest.param("slowly.py", "slowly", id="module"),
        pytest.param("slowly/__init__.py", "slowly", id="package"),
        pytest.param(
            "slowly/deep/hooks.py", "slowly.deep.hooks", id="module-of-a-package"
        ),
        pytest.param("slowly/hooks.py", "slowly.plugin:Plugin", id="module-beside-it"),
    ],
)
def test_a_marker_that_an_installed_plugin_registers_is_none(
    tmp_path, monkeypatch, module, plugin
):
    site = tmp_path / "site"
    (site / module).parent.mkdir(parents=True)
    (site / module).write_text(HOOK.format('"markers", "slow"') + "1 / 0\n", "utf-8")
    (site / "slowly-1.0.dist-info").mkdir()
    about = {"METADATA": "Name: slowly\nVersion: 1.0\n"}
    about["entry_points.txt"] = f"[pytest11]\nslowly = {plugin}\n"
    for name, text in about.items():
        (site / "slowly-1.0.dist-info" / name).write_text(text, "utf-8")
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
    assert codes(tmp_path / "tree", {}) == []


@pytest.mark.parametrize(
    ("body", "markers"),
    [
        pytest.param("line = 'slow: x'\nadd('markers', line)", {"slow"}, id="name"),
        pytest.param(
            "for line in ('slow: x', 'fast'):\n    add('markers', line)",
            {"slow", "fast"},
            id="loop",
        ),
        pytest.param(
            "ALL = ['slow: x']\nfor line in ALL:\n    add('markers', line)",
            {"slow"},
            id="loop-over-a-name",
        ),
        pytest.param("add('markers', '{}: x'.format(y))", None, id="name-filled-in"),
        pytest.param(
            "for x in y():\n    add('markers', x)", None, id="loop-over-a-call"
        ),
        pytest.param("def f(x):\n    add('markers', x)", None, id="parameter"),
        pytest.param("add(y, 'slow')", None, id="any-setting"),
        pytest.param("x = 'addinivalue_line'", set(), id="mentioned"),
    ],
)
def test_what_a_module_registers(body, markers):
    found = registered_in(body.replace("add(", "config.addinivalue_line("))
    assert found == (None if markers is None else frozenset(markers))
