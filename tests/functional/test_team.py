"""The collection level goes by what the team's own pytest collects."""

from __future__ import annotations

import pytest

from suiteloom.levels import check_above, check_others, check_team
from suiteloom.model import Config
from suiteloom.results import collect_as_team, settings_above

SUITE = "generated/test_shop_integration_comprehensive.py"
OWN = "[tool.suiteloom]\n\n[tool.pytest.ini_options]\n"
PASSES = "def test_a():\n    assert 1\n"
STRICT = "[pytest]\naddopts = --strict-markers\n"


def configured(*lines):
    return {"pyproject.toml": OWN + "".join(f"{line}\n" for line in lines)}


def looked(project, files, folder="."):
    for path, text in files.items():
        project.write(path, text)
    before = project.tree()
    team = collect_as_team(project.root, [SUITE], folder)
    assert project.tree() == before
    return team


def said(findings):
    return [(item.code, item.severity, item.path, item.message) for item in findings]


LEFT_OUT = f", so pytest does not collect {SUITE}"


@pytest.mark.parametrize(
    ("files", "path", "reason"),
    [
        pytest.param(
            {**configured('testpaths = ["tests"]'), "tests/test_a.py": PASSES},
            "pyproject.toml",
            "testpaths in pyproject.toml does not contain generated",
            id="testpaths",
        ),
        pytest.param(
            configured('python_files = ["check_*.py", "it_*.py"]'),
            "pyproject.toml",
            "python_files in pyproject.toml (check_*.py it_*.py) does not match"
            " test_shop_integration_comprehensive.py",
            id="python-files",
        ),
        pytest.param(
            {"pytest.ini": "[pytest]\nnorecursedirs = gen* old\n"},
            "pytest.ini",
            "norecursedirs in pytest.ini leaves out gen*",
            id="norecursedirs",
        ),
        pytest.param(
            configured('addopts = "--ignore=generated"'),
            "pyproject.toml",
            "--ignore=generated in addopts of pyproject.toml",
            id="ignore",
        ),
        pytest.param(
            configured("addopts = ['--ignore-glob=*/test_shop*']"),
            "pyproject.toml",
            "--ignore-glob=*/test_shop* in addopts of pyproject.toml",
            id="ignore-glob",
        ),
        pytest.param(
            {**configured('addopts = "tests"'), "tests/test_a.py": PASSES},
            "pyproject.toml",
            "addopts in pyproject.toml names what to collect (tests) and not generated",
            id="arguments",
        ),
        pytest.param(
            {"conftest.py": 'collect_ignore = ["generated"]\n'},
            "conftest.py",
            "collect_ignore in conftest.py names generated",
            id="collect-ignore",
        ),
        pytest.param(
            {"generated/conftest.py": 'collect_ignore_glob = ["test_shop*"]\n'},
            "generated/conftest.py",
            "collect_ignore_glob in generated/conftest.py names test_shop*",
            id="collect-ignore-glob",
        ),
        pytest.param(
            {
                "conftest.py": "def pytest_ignore_collect(collection_path):\n"
                "    return True if 'shop' in collection_path.name else None\n"
            },
            SUITE,
            "a hook of a conftest or plugin leaves it out",
            id="hook",
        ),
    ],
)
def test_a_setting_that_keeps_a_suite_out_is_named(shop, files, path, reason):
    team = looked(shop, files)
    assert said(check_team(team, Config())) == [
        ("CO407", "error", path, reason + LEFT_OUT)
    ]
    assert not [item for item in team.record.collected if item.path == SUITE]


def test_an_option_of_the_environment_is_named(shop, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--ignore=generated")
    (finding,) = check_team(looked(shop, {}), Config())
    assert finding.message == f"--ignore=generated in PYTEST_ADDOPTS{LEFT_OUT}"


def test_a_default_of_pytest_is_no_setting_of_a_file(shop):
    shop.write("build/test_shop_unit_comprehensive.py", PASSES)
    path = "build/test_shop_unit_comprehensive.py"
    team = collect_as_team(shop.root, [path])
    (finding,) = check_team(team, Config(suites="build"))
    assert finding.message.startswith("norecursedirs by default leaves out build, so")


@pytest.mark.parametrize(
    ("files", "variables", "cause"),
    [
        pytest.param(
            configured('addopts = "-p no:suiteloom"'),
            {},
            "-p no:suiteloom in addopts of pyproject.toml switches",
            id="blocked",
        ),
        pytest.param(
            {},
            {"PYTEST_ADDOPTS": "-p no:suiteloom"},
            "-p no:suiteloom in PYTEST_ADDOPTS switches",
            id="blocked-by-the-environment",
        ),
        pytest.param(
            {},
            {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD keeps pytest from loading",
            id="no-autoload",
        ),
    ],
)
def test_a_plugin_that_is_off_is_named_with_its_cause(
    shop, monkeypatch, files, variables, cause
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    ((code, severity, _, message),) = said(check_team(looked(shop, files), Config()))
    assert (code, severity) == ("CO406", "error")
    assert message.startswith(cause)


def test_what_a_project_switches_on_for_itself_is_no_hindrance(shop):
    files = configured(
        'addopts = "-p no:cacheprovider --strict-config --strict-markers -x"'
    )
    team = looked(shop, files)
    assert said(check_team(team, Config())) == []
    assert {item.id for item in team.record.collected} == {"SH-001", "SH-002", "SH-003"}


def test_other_tests_that_can_not_be_collected_are_a_note(shop):
    files = {
        **configured('addopts = "-x"'),
        "a/test_a.py": "import no_such_module\n",
        "a/test_b.py": PASSES,
    }
    team = looked(shop, files)
    ((code, severity, path, message),) = said(check_others(team, "generated"))
    assert (code, severity, path) == ("CO408", "note", "a/test_a.py")
    assert "1 other file, first a/test_a.py: ModuleNotFoundError" in message
    assert {item.id for item in team.record.collected} >= {"SH-001", "SH-002"}
    assert said(check_team(team, Config())) == []


@pytest.fixture
def inside(tmp_path, shop):
    """A project in a folder of a repository."""
    for path in [*tmp_path.iterdir()]:
        target = tmp_path / "qa" / path.name
        target.parent.mkdir(exist_ok=True)
        path.rename(target)
    (tmp_path / ".git").mkdir()
    return type(shop)(tmp_path / "qa", shop._capture)


def test_the_plugin_is_at_work_below_settings_above(inside):
    inside.write("pyproject.toml", "[tool.suiteloom]\n")
    team = looked(inside, {"../pytest.ini": STRICT})
    assert (team.root, team.plugin) == ("..", "active")
    assert said(check_team(team, Config())) == []
    assert {item.path for item in team.record.collected} == {SUITE}
    assert team.record.errors == ()


def test_a_root_folder_that_is_not_around_the_project_puts_the_plugin_to_sleep(
    inside, monkeypatch
):
    inside.write("../other/pytest.ini", "[pytest]\n")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--rootdir=../other")
    team = looked(inside, {})
    ((code, severity, path, message),) = said(check_team(team, Config()))
    assert (code, severity, path) == ("CO406", "error", "pyproject.toml")
    assert message.startswith("pytest's root folder is ../other, because of pyproject")


def test_a_run_above_the_project_that_comes_to_its_suites(inside):
    inside.write("../pytest.ini", STRICT)
    assert settings_above(inside.root) == ".."
    assert said(check_team(looked(inside, {}), Config())) == []
    team = looked(inside, {}, "..")
    ((code, severity, path, message),) = said(check_above(team, [SUITE]))
    assert (code, severity, path) == ("CO406", "error", "../pytest.ini")
    assert "pytest started in .. also comes to 1 suite" in message
    assert "'spec' not found" in message


def test_a_run_above_the_project_that_leaves_it_out(inside):
    team = looked(inside, {"../pytest.ini": "[pytest]\naddopts = --ignore=qa\n"}, "..")
    assert said(check_above(team, [SUITE])) == []


def test_a_project_without_a_repository_around_has_nothing_above(shop, tmp_path):
    assert settings_above(shop.root) == ""
    (tmp_path / ".git").mkdir()
    assert settings_above(shop.root) == ""


def test_check_fails_and_counts_what_the_team_collects(shop):
    shop.write("pyproject.toml", OWN + 'testpaths = ["tests"]\n')
    shop.write("tests/test_a.py", PASSES)
    shop.replace("def test_refund", "def test_refunds")
    result = shop("check", "--format", "json")
    assert result.exit == 1
    assert result.json["levels"][3] == {
        "name": "collection",
        "passed": False,
        "summary": "0 tests collected",
    }
    codes = [code for code in result.codes if code.startswith("CO")]
    assert codes == ["CO407"]  # by name, the suite has all that it should


def test_both_readers_find_what_is_in_no_spec(shop):
    mark = "@pytest.mark."
    shop.write(
        "generated/deep/test_more.py",
        f'import pytest\n{mark}spec("ZZ-1")\ndef test_x():\n    assert 1\n'
        f'{mark}orphan("OO-1")\ndef test_y():\n    assert 1\n',
    )
    shop.write("other/test_a.py", PASSES)
    result = shop("check", "--format", "json")
    assert result.exit == 1
    found = [(item["code"], item["path"]) for item in result.json["findings"]]
    assert [item for item in found if item[0].startswith(("ST", "CO"))] == [
        ("ST303", "generated/deep/test_more.py"),
        ("ST312", "generated/deep/test_more.py"),
        ("CO402", "generated/deep/test_more.py"),
        ("CO409", "generated/deep/test_more.py"),
    ]


def test_a_project_without_a_configuration_is_told_to_write_one(shop):
    (shop.root / "pyproject.toml").unlink()
    result = shop("check", "--format", "json")
    (found,) = [item for item in result.json["findings"] if item["code"] == "CO406"]
    assert result.exit == 1
    assert found["hint"] == "write a suiteloom.toml; an empty one is enough"
    shop.write("suiteloom.toml", "")
    assert shop("check").exit == 0
