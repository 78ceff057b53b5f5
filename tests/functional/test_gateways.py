"""`run --tx`: suites on other machines, here two checkouts behind a loopback sshd."""

import json
import os
import platform
import shutil
from xml.etree import ElementTree as ET

import pytest
from loopback import lacking, running_sshd
from shop_project import commit, git

from pending_calls import replaced
from suiteloom.workflows.run import pool as pool_module
from suiteloom.workflows.run import verb

SUITE = "generated/test_shop_integration_comprehensive.py"
KEPT = ".suiteloom/last-run.json"
BODIES = (
    "import os; self.record_metric('folder', os.getcwd())",
    "assert self.env",
    "import os; self.record_metric('folder', os.getcwd())",
)
OTHER_SPEC = ("shop", "depot"), ("SH-", "DE-")


@pytest.fixture(scope="module")
def sshd(tmp_path_factory):
    reason = lacking()
    if reason:
        if os.environ.get("SUITELOOM_REQUIRE_SSHD"):
            pytest.fail(reason)
        pytest.skip(reason)
    with running_sshd(tmp_path_factory.mktemp("sshd")) as found:
        yield found


@pytest.fixture
def pool(shop, tmp_path_factory):
    """Two domains under git, one of them written, with two clones as checkouts."""
    spec = shop.read("specs/shop.yaml")
    for old, new in OTHER_SPEC:
        spec = spec.replace(old, new)
    shop.write("specs/depot.yaml", spec)
    assert shop("generate").exit == 0
    text = shop.read()
    for body in BODIES:
        text = replaced(text, "        self.pending()\n", f"        {body}\n", 1)
    shop.write(SUITE, text)
    assert shop("generate").exit == 0
    shop.write(".gitignore", ".suiteloom/\n__pycache__/\n.pytest_cache/\n")
    git(shop.root, "init", "-q")
    commit(shop.root)
    machines = tmp_path_factory.mktemp("machines")
    return shop, [clone(shop, machines / name) for name in ("alpha", "beta")]


def clone(shop, folder):
    git(shop.root, "clone", "-q", ".", str(folder))
    return folder


def run(pool, sshd, *arguments, hosts=("alpha", "beta")):
    """Run on these machines; one that is called down has no sshd."""
    shop, (alpha, beta) = pool
    folders = {"alpha": alpha, "beta": beta, "down": beta}
    tx = [part for name in hosts for part in ("--tx", sshd.tx(name, folders[name]))]
    return shop("run", *tx, *arguments)


def test_two_machines_run_a_domain_and_the_record_comes_back(pool, sshd):
    shop, folders = pool
    files = ("--also", f"junit={shop.root / 'j.xml'}")
    result = run(
        pool,
        sshd,
        "shop",
        "--env",
        "prod",
        "--format",
        "json",
        *files,
        "--",
        "--dist=loadscope",
    )
    assert result.exit == 0, result.err
    assert result.json["outcomes"] == dict.fromkeys(
        ["SH-001", "SH-002", "SH-003"], "passed"
    )
    assert result.json["hosts"] == [
        f"{name}:{folder}"
        for name, folder in zip(("alpha", "beta"), folders, strict=True)
    ]
    kept = json.loads(shop.read(KEPT))
    assert kept["hosts"] == result.json["hosts"]
    assert kept["missing_hosts"] == {}
    tests = {test["nodeid"].rpartition("::")[2]: test for test in kept["tests"]}
    assert {test["metrics"].get("folder") for test in tests.values()} == {
        *map(str, folders),
        None,
    }
    assert {test["environment"] for test in tests.values()} == {"prod"}
    assert {test["path"] for test in tests.values()} == {SUITE}
    assert kept["collected"] == ["SH-001", "SH-002", "SH-003"]
    assert len(list(ET.parse(shop.root / "j.xml").iter("testcase"))) == len(tests)  # noqa: S314 - our own


def test_nothing_is_copied_to_a_machine(pool, sshd):
    _, folders = pool
    before = [sorted(path.name for path in folder.iterdir()) for folder in folders]
    run(pool, sshd, "SH-001", "--no-coverage")
    assert [
        sorted(path.name for path in folder.iterdir() if path.name != ".pytest_cache")
        for folder in folders
    ] == before


def test_a_machine_that_is_down_is_named_before_anything_runs(pool, sshd):
    shop, _ = pool
    result = run(pool, sshd, "shop", hosts=("alpha", "down"))
    assert result.exit == 6
    assert "1 of 2 hosts can not be used: down:" in result.err
    assert "Connection refused" in result.err
    assert "--allow-missing-host goes on with the rest" in result.err
    assert not (shop.root / KEPT).exists()


def test_the_rest_runs_without_a_machine_that_is_down(pool, sshd):
    shop, (alpha, beta) = pool
    hosts = ("down", "alpha")
    result = run(pool, sshd, "shop", "--allow-missing-host", hosts=hosts)
    assert result.exit == 0, result.err
    assert "ran 3 specified tests" in result.out
    assert f"ran on alpha:{alpha}\n" in result.out
    assert f"without down:{beta}: " in result.out
    kept = json.loads(shop.read(KEPT))
    assert kept["hosts"] == [f"alpha:{alpha}"]
    assert "Connection refused" in kept["missing_hosts"][f"down:{beta}"]


def test_no_machine_left_is_no_run(pool, sshd):
    result = run(pool, sshd, "--allow-missing-host", hosts=("down",))
    assert (result.exit, "no host is left to run on" in result.err) == (6, True)


def later_commit(folder):
    (folder / "notes.txt").write_text("later\n", encoding="utf-8")
    commit(folder)


def other_suite(folder):
    path = folder / SUITE
    path.write_bytes(path.read_bytes() + b"\n# mine\n")


def no_suite(folder):
    (folder / SUITE).unlink()


def no_folder(folder):
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(later_commit, "there, ", id="commit"),
        pytest.param(other_suite, f"another {SUITE} than here", id="suite"),
        pytest.param(no_suite, f"no {SUITE} in ", id="no-suite"),
        pytest.param(no_folder, "No such file or directory", id="folder"),
    ],
)
def test_a_checkout_of_something_else_is_named_before_anything_runs(
    pool, sshd, change, message
):
    shop, (_, beta) = pool
    change(beta)
    result = run(pool, sshd, "shop", "--allow-missing-host")
    assert result.exit == 2
    assert "1 of 2 hosts can not be used: beta:" in result.err
    assert message in result.err
    assert not (shop.root / KEPT).exists()


@pytest.mark.parametrize(
    ("python", "message"),
    [
        pytest.param("/usr/bin/env -i /usr/bin/python3", "python3", id="other"),
        pytest.param("no-such-python", "not found", id="none"),
    ],
)
def test_a_python_without_suiteloom_is_named(pool, sshd, python, message):
    shop, (alpha, _) = pool
    result = shop("run", "--tx", sshd.tx("alpha", alpha, python))
    assert (result.exit, message in result.err) == (2, True)


def test_a_python_of_another_version_is_named(pool, sshd, monkeypatch):
    monkeypatch.setattr(pool_module, "present_python", lambda: "3.99")
    result = run(pool, sshd, "SH-001", hosts=("alpha",))
    assert result.exit == 2
    assert "there, 3.99 here" in result.err


def test_what_ran_there_is_told_by_what_the_machines_are(pool, sshd, monkeypatch):
    monkeypatch.setattr(verb, "present_system", lambda: "Other riscv")
    shop, _ = pool
    run(pool, sshd, "SH-001", hosts=("alpha",))
    system = f"{platform.system()} {platform.machine()}"
    assert json.loads(shop.read(KEPT))["system"] == system
    told = shop("history", "--format", "json").out
    assert system in told
    assert "riscv" not in told


def test_a_tree_that_is_not_clean_there_is_none_in_the_record(pool, sshd):
    shop, (_, beta) = pool
    (beta / "notes.txt").write_text("mine\n", encoding="utf-8")
    assert run(pool, sshd, "SH-001", hosts=("beta",)).exit == 0
    assert json.loads(shop.read(KEPT))["tree_clean"] is False


def test_a_worker_that_dies_fails_its_test_only(pool, sshd):
    shop, folders = pool
    shop.replace(BODIES[1], "import os; os._exit(9)")
    commit(shop.root)
    for folder in folders:
        git(folder, "pull", "-q")
    result = run(pool, sshd, "shop", "--format", "json", hosts=("alpha",))
    assert result.json["outcomes"] == {
        "SH-001": "passed",
        "SH-002": "failed",
        "SH-003": "passed",
    }
    assert "crashed" in result.json["findings"][0]["message"]


def test_a_worker_that_always_dies_ends_the_run(pool, sshd):
    shop, folders = pool
    shop.write(
        "generated/conftest.py",
        "import os\n\nif 'PYTEST_XDIST_WORKER' in os.environ:\n    os._exit(3)\n",
    )
    commit(shop.root)
    for folder in folders:
        git(folder, "pull", "-q")
    result = run(pool, sshd, "SH-001", "--format", "json", hosts=("alpha",))
    assert (result.exit, result.json["outcomes"]) == (1, {})
    assert result.codes == ["RU504"]
    assert result.err.count("node down") == 5


def test_what_follows_the_dashes_says_how_tests_are_spread(pool, sshd):
    arguments = ("--", "--dist=each")
    result = run(pool, sshd, "SH-001", "--format", "json", *arguments)
    assert result.exit == 0
    assert "2 passed" in result.err


def test_a_pytest_of_the_checkout_does_not_judge(pool, sshd):
    shop, folders = pool
    shop.write("pytest.py", "def main(*_): return 0\n")
    shop.replace(BODIES[1], "assert not self.env")
    commit(shop.root)
    for folder in folders:
        git(folder, "pull", "-q")
    result = run(pool, sshd, "SH-002", "--format", "json", hosts=("alpha",))
    assert (result.exit, result.json["outcomes"]) == (1, {"SH-002": "failed"})


def test_settings_of_pytest_about_processes_do_not_take_the_machines_away(pool, sshd):
    shop, folders = pool
    head = "ini_options]\n"
    shop.replace(head, f'{head}addopts = "-n1"\n', "pyproject.toml")
    shop.replace(
        BODIES[1], "import os; assert os.path.basename(os.getcwd()) == 'alpha'"
    )
    commit(shop.root)
    for folder in folders:
        git(folder, "pull", "-q")
    assert run(pool, sshd, "SH-002", hosts=("alpha",)).exit == 0


COVERED = """\
def used():
    return 1


def unused():
    return 2
"""


def cover(shop):
    shop.write("covered.py", COVERED)
    head = "[tool.suiteloom]\n"
    shop.replace(head, f'{head}coverage = ["covered"]\n', "pyproject.toml")


def test_code_that_no_commit_has_is_not_run_as_that_of_another(pool, sshd):
    shop, folders = pool
    cover(shop)
    commit(shop.root)
    for folder in folders:
        git(folder, "pull", "-q")
    shop.write("covered.py", COVERED.replace("return 2", "return 3"))
    result = run(pool, sshd, "shop", "--allow-missing-host")
    assert result.exit == 2
    assert "2 of 2 hosts can not be used" in result.err
    assert result.err.count("another covered than here") == 2


def test_coverage_comes_back_too(pool, sshd):
    shop, folders = pool
    cover(shop)
    shop.replace(BODIES[1], "from covered import used; assert used() == 1")
    commit(shop.root)
    for folder in folders:
        git(folder, "pull", "-q")
    result = run(pool, sshd, "shop", "--format", "json")
    assert result.exit == 0, result.out
    assert result.json["coverage_percent"] == 75.0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["ssh=a"], "names no folder: without one", id="no-folder"),
        pytest.param(["chdir=/x"], "names no machine", id="no-machine"),
        pytest.param(["popen//chdir=/x"], "can not be 'popen//chdir=/x'", id="popen"),
        pytest.param(["ssh=a//chdri=/x"], "did you mean chdir?", id="typing-error"),
        pytest.param(["ssh=a//chdir="], "chdir takes a value", id="no-value"),
        pytest.param(["ssh=a//ssh=b//chdir=/x"], "ssh is there twice", id="twice"),
        pytest.param(["0*ssh=a//chdir=/x"], "asks for no worker", id="no-worker"),
        pytest.param(
            ["ssh=a//chdir=/x", "--workers", "2"], "not go with --workers", id="workers"
        ),
        pytest.param(["ssh=a//chdir=/x", "--shard", "1/2"], "with --shard", id="shard"),
        pytest.param(
            ["ssh=a//chdir=/x", "--", "generated"], "'generated' is one here", id="path"
        ),
        pytest.param(
            ["ssh=a//chdir=/x", "--", f"{SUITE}::TestPayment"], "is one here", id="node"
        ),
    ],
)
def test_what_can_not_be_is_said_before_any_machine_is_asked(shop, options, message):
    result = shop("run", "--tx", *options)
    assert (result.exit, message in result.err) == (2, True), result.err


def test_without_ssh_no_machine_is_reached(shop, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = shop("run", "--tx", "ssh=a//chdir=/x")
    assert (result.exit, "no program ssh" in result.err) == (6, True)


def test_without_pytest_xdist_the_extra_is_named(shop, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    result = shop("run", "--tx", "ssh=a//chdir=/x")
    assert (result.exit, "suiteloom[parallel]" in result.err) == (2, True)
