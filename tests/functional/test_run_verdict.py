"""A verdict is never better than its witness: how pytest ended, and what it left."""

from __future__ import annotations

import pytest

from pending_calls import replaced

PENDING = "        self.pending()\n"
BODIES = ("assert self.env", "assert self.env", "assert sum(prices) == total")


@pytest.fixture
def written(shop):
    """The small project with three tests that pass."""
    text = shop.read()
    for body in BODIES:
        text = replaced(text, PENDING, f"        {body}\n", 1)
    shop.write("generated/test_shop_integration_comprehensive.py", text)
    return shop


def settings(shop, *lines):
    """Add lines to pytest's settings."""
    head = "ini_options]\n"
    shop.replace(head, "\n".join([head.strip(), *lines, ""]), "pyproject.toml")


def errors(result):
    return [f for f in result.json["findings"] if f["severity"] == "error"]


FINISH = "def pytest_sessionfinish(session):\n"
BODY = "assert self.env"
WAYS = [
    pytest.param(
        {"conftest": FINISH + "    session.exitstatus = 1\n"},
        "RU503",
        "pytest ended with 1 and no failed test",
        id="exit-status-set-in-sessionfinish",
    ),
    pytest.param(
        {"conftest": "import sys\n" + FINISH + "    sys.exit(7)\n"},
        "RU503",
        "pytest ended with 7 and no failed test",
        id="sys-exit-in-sessionfinish",
    ),
    pytest.param(
        {
            "conftest": "import warnings\n"
            + FINISH
            + "    warnings.warn('late', UserWarning)\n",
            "settings": 'filterwarnings = ["error"]',
        },
        "RU503",
        "pytest ended with 1 and no failed test",
        id="warning-as-error-at-the-end",
    ),
    pytest.param(
        {"conftest": "def pytest_unconfigure():\n    raise OSError('late')\n"},
        "RU503",
        "pytest ended with 1 and no failed test",
        id="raised-when-the-record-is-written",
    ),
    pytest.param(
        {"body": "pytest.exit('enough', returncode=0)"},
        "RU503",
        "pytest ended with 0: enough",
        id="pytest-exit-in-a-test",
    ),
    pytest.param(
        {
            "conftest": "def pytest_runtest_logfinish():\n"
            "    raise RuntimeError('broken plugin')\n"
        },
        "RU503",
        "pytest ended with 3: RuntimeError: broken plugin",
        id="internal-error",
    ),
    pytest.param(
        {"body": "import os; os._exit(0)"},
        "RU506",
        "pytest ended with 0 and wrote no record",
        id="exit-of-the-process-in-a-test",
    ),
    pytest.param(
        {"body": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"},
        "RU506",
        "pytest was ended by SIGKILL and wrote no record",
        id="killed",
    ),
    pytest.param(
        {"settings": 'addopts = "--no-such-option"'},
        "RU506",
        "pytest ended with 4 and wrote no record",
        id="usage-error",
    ),
    pytest.param(
        {
            "conftest": "def pytest_unconfigure(config):\n"
            "    record = config.getoption('suiteloom_record')\n"
            "    open(record, 'w').write('{')\n"
        },
        "RU506",
        "pytest ended with 0 and its record can not be read: not valid JSON",
        id="broken-record",
    ),
    pytest.param(
        {
            "conftest": "def pytest_unconfigure(config):\n"
            "    record = config.getoption('suiteloom_record')\n"
            "    open(record, 'w').write('{\"schema\": \"other/1\"}')\n"
        },
        "RU506",
        "pytest ended with 0 and its record can not be read: of format 'other/1'",
        id="record-of-another-format",
    ),
]


@pytest.mark.parametrize(("planted", "code", "message"), WAYS)
def test_an_end_that_the_tests_do_not_explain_is_a_finding(
    written, planted, code, message
):
    if "conftest" in planted:
        written.write("conftest.py", planted["conftest"])
    if "body" in planted:
        written.replace(f"        {BODY}\n", f"        {planted['body']}\n", count=1)
    if "settings" in planted:
        settings(written, planted["settings"])
    result = written("run", "--format", "json")
    found = [f["message"] for f in errors(result) if f["code"] == code]
    assert [text[: len(message)] for text in found] == [message]
    assert (result.exit, result.json["passed"]) == (1, False)


def test_coverage_below_the_asked_one_is_a_finding(written):
    settings(written, 'addopts = "--cov-fail-under=99.9"')
    written.replace(
        "[tool.suiteloom]\n",
        '[tool.suiteloom]\ncoverage = ["suiteloom.ssot"]\n',
        "pyproject.toml",
    )
    result = written("run", "--format", "json")
    assert result.exit == 1
    (finding,) = errors(result)
    assert finding["message"].startswith("pytest ended with 1 and no failed test")
    own_words = "FAIL Required test coverage of 99.9% not reached"
    assert own_words in finding["message"]
    assert 0 < result.json["coverage_percent"] < 99.9


def test_a_worker_that_dies_is_a_failure(written):
    written.replace(f"        {BODY}\n", "        import os; os._exit(0)\n", count=1)
    result = written("run", "--workers", "1", "--format", "json")
    assert result.exit == 1
    assert "crashed" in errors(result)[0]["message"]


def test_stopping_at_a_failure_with_workers_is_no_interruption(written):
    written.replace(f"        {BODY}\n", "        assert False\n", count=1)
    result = written("run", "--workers", "2", "--fast-fail", "--format", "json")
    assert result.exit == 1
    assert {f["code"] for f in result.json["findings"]} == {"RU501"}


@pytest.mark.usefixtures("started_anew")
def test_an_interruption_ends_with_130_and_is_no_pass(written):
    written.replace(f"        {BODY}\n", "        raise KeyboardInterrupt\n", count=1)
    result = written("run", "--format", "json")
    assert (result.exit, result.json["passed"]) == (130, False)
    assert next(f["message"] for f in errors(result)) == "pytest was interrupted"


def test_build_fails_as_its_run_does_and_says_why(written):
    written.write("conftest.py", FINISH + "    session.exitstatus = 1\n")
    result = written("build", "--format", "json")
    assert result.exit == 1
    assert result.json["passed"] is False
    assert [f["code"] for f in result.json["run"]["findings"]] == ["RU503"]


@pytest.mark.usefixtures("started_anew")
def test_check_without_a_record_fails_with_the_last_lines_of_pytest(written):
    settings(written, 'addopts = "--no-such-option"')
    result = written("check", "--format", "json")
    assert result.exit == 1
    found = [f for f in errors(result) if f["code"].startswith(("RU", "CO"))]
    assert [f["code"] for f in found] == ["RU506"]
    assert "unrecognized arguments: --no-such-option" in found[0]["message"]
    assert "run pytest by itself" in found[0]["hint"]


def test_nothing_selected_is_one_clear_finding(written):
    result = written("run", "--format", "json", "--", "-k", "nothing")
    assert result.exit == 1
    assert [(f["code"], f["message"]) for f in result.json["findings"]] == [
        ("RU504", "nothing was selected: pytest collected 4 items and deselected all")
    ]
    text = written("run", "--", "-k", "nothing").out
    assert "no specified test ran" in text


def test_written_by_its_text_and_pending_when_it_ran(written):
    body = "me = self\n        me.pending()"
    written.replace(f"        {BODY}\n", f"        {body}\n", count=1)
    result = written("run", "--format", "json")
    assert result.exit == 1
    line = (
        written.read()
        .splitlines()
        .index(next(t for t in written.read().splitlines() if '"SH-001"' in t))
    )
    assert [(f["code"], f["path"], f["line"]) for f in errors(result)] == [
        ("RU505", "generated/test_shop_integration_comprehensive.py", line + 1)
    ]
    assert errors(result)[0]["message"].startswith(
        "SH-001 test_charged_once is written"
    )


def test_pending_by_its_text_and_passed_when_it_ran(written):
    body = "if not self.env: self.pending()"
    written.replace(f"        {BODY}\n", f"        {body}\n", count=1)
    written.write(
        "conftest.py",
        "import pytest\n"
        "@pytest.hookimpl(tryfirst=True)\n"
        "def pytest_runtestloop(session):\n"
        "    session.config.pluginmanager.unregister(name='suiteloom-states')\n",
    )
    result = written("run", "--format", "json")
    assert result.exit == 1
    (finding,) = errors(result)
    assert finding["message"] == (
        "SH-001 test_charged_once is pending by its text, and passed when it was run"
    )


AGAIN = """
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    if any(report.failed for report in reports):
        for report in reports:
            if report.failed:
                report.outcome = "rerun"
            item.ihook.pytest_runtest_logreport(report=report)
            if report.outcome == "rerun":
                break
        item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    return True
"""


def test_a_test_that_passed_only_on_a_rerun_is_not_plainly_passed(written):
    written.write("conftest.py", AGAIN)
    body = "type(self).n = getattr(self, 'n', 0) + 1\n        assert self.n == 2"
    written.replace(f"        {BODY}\n", f"        {body}\n", count=1)
    result = written("run", "--format", "json")
    assert result.exit == 0
    assert result.json["outcomes"]["SH-001"] == "rerun"
    (finding,) = result.json["findings"]
    assert (finding["code"], finding["severity"]) == ("RU508", "warning")
    assert "passed only when it was run again" in finding["message"]
    totals = written("status", "--format", "json").json["totals"]
    assert (totals["passed"], totals["rerun"], totals["covered_usd"]) == (2, 1, 0)


def test_a_test_without_an_outcome_in_one_environment_is_named(written):
    written.write(
        "conftest.py",
        "import os\n"
        "def pytest_collection_modifyitems(items):\n"
        "    if os.environ['ENVIRONMENT'] == 'prod':\n"
        "        items[:] = [i for i in items if 'refund' not in i.name]\n",
    )
    written.replace(
        "category:", "environments: [test, prod]\ncategory:", "specs/shop.yaml"
    )
    assert written("generate").exit == 0
    result = written("run", "--env", "all", "--format", "json")
    assert result.exit == 1
    assert [f["message"] for f in errors(result)] == [
        "no outcome in prod: SH-002: deselected before they could run"
    ]
