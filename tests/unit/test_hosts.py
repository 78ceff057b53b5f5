"""What is said to ssh and to pytest-xdist about a machine."""

import subprocess
import sys

import pytest
from execnet import XSpec

from suiteloom.errors import UsageError
from suiteloom.model import Revision
from suiteloom.results import Answer, Host
from suiteloom.workflows.run.pool import Pool, read_host

SHOWN = "import os, sys; print(os.getcwd(), os.environ['ODD'], sys.argv[1:])"


def spec_of(host, answer, **variables):
    return XSpec(host.gateway(answer, variables))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("plain", id="plain"),
        pytest.param("http://a//b///c", id="slashes"),
        pytest.param('it\'s a "b" $HOME `id`; x && y', id="shell"),
    ],
)
def test_variables_and_folders_reach_the_worker_as_they_are(tmp_path, value):
    folder = tmp_path / "a b's"
    folder.mkdir()
    guard = folder / "guard.py"
    guard.write_text(SHOWN, encoding="utf-8")
    host = Host("alpha", "x", sys.executable)
    spec = spec_of(host, Answer(folder=str(folder), guard=str(guard)), ODD=value)
    done = subprocess.run(
        ["sh", "-c", f'{spec.python} -c "code"'],  # noqa: S607 - from PATH
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == f"{folder} {value} ['-u', '-c', 'code']"
    assert spec.chdir == str(folder)


def test_a_worker_goes_by_the_variables_of_pytest(monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:randomly")
    spec = spec_of(Host("alpha", "x", "python3"), Answer(folder="/x", guard="/g.py"))
    assert "'PYTEST_ADDOPTS=-p no:randomly'" in spec.python


def test_own_options_of_ssh_go_before_ours():
    host = read_host("ssh=-p 22 me@a -o ConnectTimeout=3//chdir=x//ssh_config=c")
    command = host.command("true")
    assert command[:8] == [
        *("ssh", "-F", "c", "-p", "22", "me@a", "-o", "ConnectTimeout=3"),
    ]
    assert command[-1] == "true"
    assert command.index("ConnectTimeout=3") < command.index("ConnectTimeout=10")


def test_keys_of_a_machine():
    host = read_host("3*ssh=a//chdir=/x//python=py -X dev//nice=5//env:A=b=c")
    assert (host.workers, host.python, host.nice) == (3, "py -X dev", "5")
    assert (host.name, dict(host.variables)) == ("a:/x", {"A": "b=c"})
    pool = Pool(((host, Answer(folder="/x", guard="/g")),))
    options = pool.options({})
    assert sum(option.startswith("--tx=ssh=a ") for option in options) == 3
    assert "--max-worker-restart=12" in options


@pytest.mark.parametrize(
    "text", ["", "a", "ssh", "ssh=a//", "ssh=a//chdir=/x//id=b", "x*ssh=a//chdir=/x"]
)
def test_what_is_no_machine_is_refused(text):
    with pytest.raises(UsageError, match="--tx"):
        read_host(text)


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        pytest.param(True, [True, True], True, id="clean"),
        pytest.param(True, [True, False], False, id="changed-there"),
        pytest.param(False, [True], False, id="changed-here"),
        pytest.param(True, [None], None, id="not-known-there"),
        pytest.param(None, [False], False, id="not-known-here"),
    ],
)
def test_a_run_is_of_a_clean_tree_only_if_every_checkout_is(here, there, expected):
    members = tuple(
        (Host("a", "x", "py"), Answer(revision=Revision("c", state))) for state in there
    )
    assert Pool(members).revision(Revision("c", here)).is_clean is expected
