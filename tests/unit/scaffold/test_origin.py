"""The requirement by which others install this suiteloom, from what installers record."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from suiteloom.scaffold import origin

URL = "https://example.com/team/suiteloom"
COMMIT = "0123456789012345678901234567890123456789"
DIGEST = "ab" * 32


class Installed:
    """A distribution with the files that an installer left beside it."""

    version = "1.2.3"

    def __init__(self, **files):
        self._files = files

    def read_text(self, name):
        return self._files.get(name.partition(".")[0])


@pytest.fixture
def installed(monkeypatch):
    """Let suiteloom be installed with a record of its address, or with none."""

    def make(record=None, installer="pip\n"):
        text = (
            record if record is None or isinstance(record, str) else json.dumps(record)
        )
        files = {"direct_url": text, "INSTALLER": installer}
        monkeypatch.setattr(origin, "distribution", lambda _: Installed(**files))
        return origin.requirement()

    return make


@pytest.mark.parametrize(
    ("record", "line"),
    [
        pytest.param(None, "suiteloom[all]==1.2.3", id="an-index"),
        pytest.param(
            {"url": URL, "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
            f"suiteloom[all] @ git+{URL}@{COMMIT}",
            id="git",
        ),
        pytest.param(
            {
                "url": URL,
                "vcs_info": {"vcs": "git", "commit_id": COMMIT},
                "subdirectory": "tools",
            },
            f"suiteloom[all] @ git+{URL}@{COMMIT}#subdirectory=tools",
            id="a-folder-of-a-repository",
        ),
        pytest.param(
            {"url": f"{URL}.whl", "archive_info": {"hashes": {"sha256": DIGEST}}},
            f"suiteloom[all] @ {URL}.whl#sha256={DIGEST}",
            id="a-file-with-its-digest",
        ),
    ],
)
def test_what_others_can_install_is_one_requirement(installed, record, line):
    found = installed(record)
    assert found == line
    assert Requirement(found).name == "suiteloom"


@pytest.mark.parametrize(
    "record",
    [
        pytest.param({"url": "file:///home/x", "dir_info": {}}, id="a-folder"),
        pytest.param({"url": "file:///x.whl", "archive_info": {}}, id="a-local-file"),
        pytest.param(
            {"url": "https://me:secret@example.com/x", "archive_info": {}},
            id="a-password",
        ),
        pytest.param({"url": URL}, id="no-kind"),
        pytest.param({}, id="no-address"),
        pytest.param([], id="another-shape"),
        pytest.param("{", id="no-JSON"),
    ],
)
def test_what_others_can_not_install_is_no_requirement(installed, record):
    assert installed(record) == ""


def test_files_that_no_installer_left_say_nothing(installed):
    assert installed(None, installer=None) == ""


def test_pip_refuses_the_marked_place_instead_of_asking_an_index(tmp_path):
    wanted = tmp_path / "requirements.txt"
    wanted.write_text(f"{origin.UNKNOWN}\n")
    python = Path(sys.base_prefix, "bin", "python3")  # environments of uv have no pip
    command = [str(python), "-m", "pip", "install", "--dry-run", "--no-index"]
    if not python.exists():
        pytest.skip("no Python that environments were made from")
    done = subprocess.run(
        [*command, "-r", str(wanted)], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert f"Invalid requirement: '{origin.UNKNOWN}'" in done.stderr
