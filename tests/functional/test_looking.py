"""`check` looks: what a project's `addopts` ask for is not done, and stops nothing."""

from __future__ import annotations

import pytest

from pending_calls import replaced

CLEAN = ["SL610"] * 3  # notes: the bodies are to be written


def add(shop, *options):
    """Set addopts."""
    listed = ", ".join(f'"{option}"' for option in options)
    head = "ini_options]\n"
    shop.replace(head, f"{head}addopts = [{listed}]\n", "pyproject.toml")


def result_of_check(shop):
    result = shop("check", "--format", "json")
    assert result.exit == 0, result.out + result.err
    assert result.codes == CLEAN


REPORTER = """
import pathlib

def pytest_addoption(parser):
    parser.addoption("--own-report")

def pytest_configure(config):
    if target := config.getoption("own_report"):
        pathlib.Path(target).write_text("begun")
"""


def test_no_report_of_a_real_run_is_replaced(shop):
    shop.write("reporter.py", REPORTER)
    settings = shop.read("pyproject.toml")
    shop.write("pyproject.toml", f'{settings}pythonpath = ["."]\n')
    add(
        shop,
        "--junitxml=out/junit.xml",
        "--cov=generated",
        "--cov-report=xml:out/cov.xml",
        "--cov-report=html:out/html",
        "--log-file=out/pytest.log",
        "--debug=out/debug.txt",
        "-p",
        "reporter",
        "--own-report=out/own.json",
    )
    for name in ("junit.xml", "cov.xml", "html/index.html", "pytest.log", "own.json"):
        shop.write(f"out/{name}", "of the real run")
    shop.write(".coverage", "of the real run")
    shop.write(".pytest_cache/v/cache/lastfailed", "{}")
    before = {p: p.read_bytes() for p in shop.root.rglob("*") if p.is_file()}
    result_of_check(shop)
    after = {p: p.read_bytes() for p in shop.root.rglob("*") if p.is_file()}
    kept = shop.root / ".suiteloom/cache"
    assert {p.name for p in after.keys() - before.keys() if p.parent != kept} == set()
    assert {p.name for p, data in before.items() if after.get(p) != data} == set()


def test_a_file_that_an_option_names_to_be_read_is_read(shop):
    shop.write("names.txt", "of data")
    shop.write(
        "conftest.py",
        "import pathlib\n"
        "def pytest_addoption(parser):\n"
        "    parser.addoption('--names')\n"
        "    parser.addoption('--folder')\n"
        "def pytest_collection_finish(session):\n"
        "    option = session.config.getoption\n"
        "    assert pathlib.Path(option('names')).read_text() == 'of data'\n"
        "    assert (pathlib.Path(option('folder')) / 'shop.yaml').is_file()\n",
    )
    add(shop, "--names=names.txt", "--folder=specs")
    result_of_check(shop)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(
            ("--lf", "--ff", "--stepwise", "--nf"), id="choices-by-the-last-run"
        ),
        pytest.param(("--lf", "--lfnf=none"), id="none-without-a-last-run"),
        pytest.param(("-p", "no:cacheprovider", "--strict-config"), id="no-cache"),
    ],
)
def test_options_that_choose_by_an_earlier_run_change_nothing(shop, options):
    add(shop, *options)
    result_of_check(shop)


def test_run_needs_no_plugins_to_load_by_themselves(shop, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    result = shop("run", "--format", "json", "--workers", "2")
    assert result.exit == 0, result.out + result.err
    assert set(result.json["outcomes"].values()) == {"pending"}


def test_build_names_the_variable_that_keeps_the_teams_pytest_without_the_plugin(
    shop, monkeypatch
):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    result = shop("build", "--format", "json")
    assert result.exit == 1
    (finding,) = [f for f in result.json["check"]["findings"] if f["code"] == "CO406"]
    assert "PYTEST_DISABLE_PLUGIN_AUTOLOAD" in finding["message"]
    assert set(result.json["run"]["outcomes"].values()) == {"pending"}


def test_run_with_last_failed_in_the_settings_names_what_it_left_out(shop):
    add(shop, "--lf")
    text = replaced(
        shop.read(), "        self.pending()\n", "        assert False\n", 1
    )
    shop.write("generated/test_shop_integration_comprehensive.py", text)
    assert shop("run").exit == 1
    result = shop("run", "--format", "json")
    assert result.exit == 1
    found = [f["message"] for f in result.json["findings"] if f["code"] == "RU502"]
    assert found == ["no outcome: SH-002, SH-003: deselected before they could run"]
