"""An import is ours by its line, not by its name; all others are hand-written."""

import pytest

from .conftest import ALPHA, BETA, ONE, SPECS, TWO, written

OURS = "from suiteloom.ssot import SSotBaseTestCase\n"
ASYNC = (ONE, ONE.replace("async: false", "async: true"))


def all_async(project):
    text = SPECS["specs/alpha.yaml"].replace("async: false", "async: true")
    project.write("specs/alpha.yaml", text)
    project.done()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            (OURS, OURS.replace("suiteloom.ssot", "mycompany.base")), id="own"
        ),
        pytest.param((OURS, OURS + "import os\n"), id="import"),
        pytest.param((OURS, OURS.replace("SSot", "get_env, SSot")), id="ordered"),
        pytest.param((OURS, OURS.replace("\n", "  # mine\n")), id="comment"),
        pytest.param((OURS, OURS.replace("\n", " as B\n") + OURS), id="alias"),
        pytest.param((OURS, OURS + "LIMIT = 3\n"), id="constant"),
        pytest.param((OURS, OURS + "if 1: import os\n"), id="in-a-block"),
    ],
)
def test_suite_with_a_line_of_a_person_outlives_its_spec(project, change):
    project.replace(BETA, change)
    (project.root / "specs/beta.yaml").unlink()
    data = project.done().json
    text = project.read(BETA)
    for line in set(change[1].splitlines()) - {OURS.strip()}:
        assert line in text
    assert "class TestThird" not in text
    counted = data["hand_written_lines"]
    assert counted["before"] == counted["after"] > 0


def test_suite_that_is_all_ours_goes_with_its_spec(project):
    (project.root / "specs/beta.yaml").unlink()
    data = project.done().json
    assert not (project.root / BETA).exists()
    assert data["hand_written_lines"] == {"before": 0, "after": 0}


@pytest.mark.parametrize(
    "line",
    [
        pytest.param('__all__ = ["SSotBaseTestCase"]', id="all"),
        pytest.param("def helper(x: 'list[SSotBaseTestCase]'): ...", id="annotation"),
        pytest.param("BASE = SSotBaseTestCase", id="name"),
    ],
)
def test_import_that_a_line_of_a_person_uses_stays(project, line):
    project.replace(ALPHA, (OURS, f"{OURS}\n{line}\n"))
    all_async(project)
    text = project.read(ALPHA)
    assert "import SSotAsyncTestCase, SSotBaseTestCase\n" in text
    assert line in text


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            "from suiteloom.ssot import get_env, SSotBaseTestCase", id="order"
        ),
        pytest.param(
            "from suiteloom.ssot import SSotBaseTestCase  # base", id="comment"
        ),
        pytest.param("from suiteloom.ssot import (SSotBaseTestCase)", id="brackets"),
        pytest.param("from suiteloom.ssot import SSotBaseTestCase; X = 1", id="two"),
        pytest.param(
            "from suiteloom.ssot import SSotBaseTestCase, get_env as env", id="alias"
        ),
    ],
)
def test_import_that_a_person_wrote_keeps_its_line_and_undoing_gives_the_bytes_back(
    project, line
):
    project.replace(ALPHA, (OURS, f"{line}\n"))
    before = project.read(ALPHA)
    project.replace("specs/alpha.yaml", ASYNC)
    project.done()
    text = project.read(ALPHA)
    assert f"{line}\n" in text
    assert "from suiteloom.ssot import SSotAsyncTestCase\n" in text
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    assert project.read(ALPHA) == before


def test_name_that_a_person_added_to_our_import_stays_through_our_edits(project):
    project.replace(ALPHA, (OURS, OURS.replace("\n", ", get_env\n")))
    before = project.read(ALPHA)
    all_async(project)
    assert "from suiteloom.ssot import SSotAsyncTestCase, get_env\n" in project.read(
        ALPHA
    )
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    assert project.read(ALPHA) == before


def test_hand_written_import_counts_as_a_hand_written_line(project):
    written(project, ALPHA, "test_one", "assert 1")
    project.replace(ALPHA, (OURS, OURS + "import os\nfrom re import sub, match\n"))
    project.replace("specs/alpha.yaml", (TWO, TWO.replace("two", "too")))
    counted = project.done().json["hand_written_lines"]
    assert counted == {"before": 3, "after": 3}
