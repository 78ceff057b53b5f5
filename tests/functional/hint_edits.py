"""Small projects in which one thing is wrong, each with the edit that its hint names.

What `check` finds without pytest is in `hint_cases`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hint_cases import SPEC, SUITE

from example import Example
from pending_calls import replaced

__all__ = ["LISTS", "NOT_MADE_HERE", "RUNS", "SCAFFOLDS", "EditCase"]

_Make = Callable[[Example], None]


@dataclass(frozen=True, slots=True)
class EditCase:
    """One way to go wrong, and what a person does who follows the hint.

    Attributes:
        code: Of the finding; a usage error has none.
        make: Makes it of a project in order.
        verb: What meets the finding.
        says: What its hint says, at least.
        edit: What the hint names; None if it names commands only, or no edit that is
            made by its words alone.
        then: The verb with the options that the hint names; None if it is as before.
    """

    code: str
    make: _Make
    verb: tuple[str, ...]
    says: str
    edit: _Make | None = None
    then: tuple[str, ...] | None = None
    name: str = ""

    @property
    def id(self) -> str:
        """What the case is called in a report."""
        words = self.name or "-".join(self.says.split()[:4])
        return f"{self.code or self.verb[0]}-{words}"


def _file(path: str, text: str | bytes) -> _Make:
    return lambda project: project.write(path, text)


def _change(path: str, old: str, new: str) -> _Make:
    return lambda project: project.replace(path, (old, new))


def _append(path: str, text: str) -> _Make:
    return lambda project: project.write(path, project.read(path) + text)


def _gone(path: str) -> _Make:
    return lambda project: (project.root / path).unlink()


def _moved(path: str, to: str) -> _Make:
    def make(project: Example) -> None:
        (project.root / path).rename(project.root / to)

    return make


def _all(*makes: _Make) -> _Make:
    def make(project: Example) -> None:
        for one in makes:
            one(project)

    return make


def _nothing(_: Example) -> None:
    pass


# Lists of tests: what is wrong, and the list as the hint has it.

_NEW = ("new", "sales", "--from-list")


def _list(
    code: str,
    text: str | bytes,
    says: str,
    after: str = "",
    path: str = "l.txt",
    *then: str,
) -> EditCase:
    edit = _file(path, after) if after else None
    more = (*_NEW, path, *then) if then else None
    name = f"{path}-{len(text)}-{len(says)}"
    return EditCase(code, _file(path, text), (*_NEW, path), says, edit, more, name)


_HEAD = "group,name\n"
_COLUMNS = "group,name,kind,async\n"
LISTS = [
    _list("LI101", b"P: test_a\nP: \xe4\n", "UTF-8", "P: test_a\nP: test_b\n"),
    _list("LI101", "P: test_a - x\u202ey\n", "remove it", "P: test_a - xy\n"),
    _list("LI102", "just words\n", "--group TITLE", "", "l.txt", "--group", "Cart"),
    _list("LI102", "P: pay test_z\n", "write the name first", "P: test_z pay\n"),
    _list("LI102", "P: test_a test_b\n", "write one test", "P: test_a\nP: test_b\n"),
    _list(
        "LI102",
        'group,name\nP,"test_a" b\n',
        "written twice",
        'group,name\nP,"test_a"\n',
        "l.csv",
    ),
    _list("LI103", "P: ✓✓✓✓\n", "write a name before", "P: test_pays_once ✓✓✓✓\n"),
    _list("LI103", "✓✓: test_a\n", "title with letters", "Ticks: test_a\n"),
    _list("LI104", "P: test_a\nP: test_a\n", "rename one", "P: test_a\nP: test_b\n"),
    _list(
        "LI104",
        "P: X-1 test_a\nP: X-1 test_b\n",
        "change one",
        "P: X-1 test_a\nP: X-2 test_b\n",
    ),
    _list(
        "LI105",
        "## P (2)\n\n- test_a\n",
        "correct the number",
        "## P (1)\n\n- test_a\n",
        "l.md",
    ),
    _list("LI106", "\n", "", "P: test_a\n"),
    _list(
        "LI108",
        "group,what\nP,test_a\n",
        "--map HEADER=name",
        "",
        "l.csv",
        "--map",
        "what=name",
    ),
    _list(
        "LI109",
        f"{_COLUMNS}P,test_a,postive,\n",
        "did you mean",
        f"{_COLUMNS}P,test_a,positive,\n",
        "l.csv",
    ),
    _list(
        "LI109",
        f"{_COLUMNS}P,test_a,,maybe\n",
        "true or false",
        f"{_COLUMNS}P,test_a,,true\n",
        "l.csv",
    ),
    _list(
        "LI109",
        f"{_HEAD}P,test_a,more\n",
        "name the column",
        "group,name,notes\nP,test_a,more\n",
        "l.csv",
        "--ignore",
        "notes",
    ),
    _list("LI110", "words\n" * 1_001, "mend those", "P: test_a\n"),
]
"""Lists of tests, as `new` reads them."""


# Scaffold, templates, usage: fast, without pytest.


def _second_project(project: Example) -> None:
    project.write("shop/pyproject.toml", "[project]\nname = 'x'\n")
    project.write("shop/.gitignore", "*.pyc\n")


def _ejected_twice(project: Example) -> None:
    assert project.run("templates", "eject").code == 0
    project.write("suite_templates/test.py.j2", "mine\n")


SCAFFOLDS = [
    EditCase(
        "SP111",
        _file("specs/more/a.yaml", "suiteloom: 1\n"),
        ("check",),
        "take it out of the folder",
        _moved("specs/more/a.yaml", "a.yaml"),
    ),
    EditCase(
        "SF102",
        _nothing,
        ("new", "shop", "--from-list", "l.txt"),
        "`suiteloom add shop GROUP NAME` adds a test to it",
        then=("add", "shop", "Cart", "test_more"),
    ),
    EditCase(
        "TP101",
        _ejected_twice,
        ("templates", "eject"),
        "name another folder",
        _moved("suite_templates/test.py.j2", "test.py.j2"),
    ),
    EditCase(
        "",
        _change("pyproject.toml", '"report"', '"reprot"'),
        ("status",),
        "use one of report, fail",
        _change("pyproject.toml", '"reprot"', '"report"'),
        name="policy",
    ),
    EditCase(
        "",
        _change("pyproject.toml", "pending =", "pendng ="),
        ("status",),
        "did you mean `pending`",
        _change("pyproject.toml", "pendng =", "pending ="),
        name="key",
    ),
    EditCase(
        "",
        _change("pyproject.toml", "pending", 'suites = ".git/x"\npending'),
        ("generate", "--check"),
        "name a folder inside the project",
        _change("pyproject.toml", ".git/x", "generated"),
        name="folder",
    ),
    EditCase(
        "",
        _change("pyproject.toml", "pending", 'templates = "mine"\npending'),
        ("generate", "--check"),
        "or remove `templates`",
        _change("pyproject.toml", 'templates = "mine"\n', ""),
        name="templates",
    ),
    EditCase(
        "",
        _nothing,
        ("generate", "shp"),
        "did you mean shop?",
        then=("generate", "shop"),
        name="domain",
    ),
    EditCase(
        "",
        _nothing,
        ("prune", "SH-900"),
        "`suiteloom check` names the orphans",
        name="prune",
    ),
    EditCase(
        "",
        _nothing,
        ("absorb", "SH-001"),
        "`suiteloom check` says what differs",
        name="absorb",
    ),
    EditCase("", _nothing, ("accept", "SH-9"), "", name="accept"),
]
"""Refusals of commands that need no pytest."""


# Collection and run: each starts pytest, so that they are a campaign.

_OPTION = 'asyncio_default_fixture_loop_scope = "function"\n'


def _setting(line: str) -> _Make:
    return _change("pyproject.toml", _OPTION, f"{_OPTION}{line}\n")


def _unset(line: str) -> _Make:
    return _change("pyproject.toml", f"{line}\n", "")


def _conftest(text: str) -> _Make:
    return _file("conftest.py", text)


def _body(statements: str, path: str = SUITE) -> _Make:
    def make(project: Example) -> None:
        text = replaced(project.read(path), "        self.pending()", statements, 1)
        project.write(path, text)

    return make


def _ini(code: str, line: str, says: str, *verb: str) -> EditCase:
    return EditCase(
        code,
        _setting(line),
        verb or ("check",),
        says,
        _unset(line),
        name=line.split(" ", maxsplit=1)[0].strip('"') + f"-{len(line)}",
    )


_BAD = "        assert 1 == 2"
_GOOD = "        assert 1 == 1"
_DESELECT = """\
def pytest_collection_modifyitems(config, items):
    gone = [item for item in items if item.originalname == "test_refund"]
    items[:] = [item for item in items if item not in gone]
"""
_FINISH = "def pytest_sessionfinish(session):\n    session.exitstatus = 1\n"
_TEST = """\
      - id: SH-001
        name: test_charge
        summary: The charge is right.
        kinds: [positive]
"""


def _orphaned(project: Example) -> None:
    _body(_GOOD)(project)
    project.replace(SPEC, (_TEST, ""))
    project.done()


def _revived(project: Example) -> None:
    start = "      - id: SH-002"
    project.replace(SPEC, (start, f"{_TEST}{start}"))
    project.done()


_HELPER = "\n\ndef later(test):\n    test.pending()\n"
RUNS = [
    _ini("CO401", 'python_classes = ["Check"]', "correct python_classes"),
    _ini("CO401", 'python_functions = ["check"]', "correct python_functions"),
    EditCase(
        "CO401",
        _change(
            SUITE,
            "class TestCart(SSotBaseTestCase):\n",
            "class TestCart(SSotBaseTestCase):\n    def __init__(self): ...\n\n",
        ),
        ("check",),
        "use a fixture",
        _change(
            SUITE,
            "    def __init__(self): ...\n\n",
            "    @pytest.fixture(autouse=True)\n    def ready(self): ...\n\n",
        ),
        name="init",
    ),
    EditCase(
        "CO402",
        _append(SUITE, "\n    def test_extra(self):\n        assert 1\n"),
        ("check",),
        "move it out",
        _change(SUITE, "\n    def test_extra(self):\n        assert 1\n", ""),
        name="extra",
    ),
    EditCase(
        "CO403",
        _change(SUITE, "import pytest\n", "import pytest\nimport gone\n"),
        ("check",),
        "run pytest on the file",
        name="import",
    ),
    EditCase(
        "CO404",
        _conftest(_DESELECT),
        ("check",),
        "look for pytest_collection_modifyitems",
        _gone("conftest.py"),
        name="hook",
    ),
    _ini(
        "CO404", 'addopts = "-k charge"', "look for pytest_collection_modifyitems, -k"
    ),
    EditCase(
        "CO405",
        lambda p: p.write("tests/test_more.py", p.read(SUITE)),
        ("check",),
        "remove one of the two",
        _gone("tests/test_more.py"),
        name="twice",
    ),
    _ini("CO406", 'addopts = "-p no:suiteloom"', "take it out of"),
    EditCase(
        "CO407",
        _all(
            _setting('testpaths = ["tests"]'),
            _file("tests/test_own.py", "def test_own(): assert 1\n"),
        ),
        ("check",),
        "add generated to it",
        _change("pyproject.toml", '["tests"]', '["tests", "generated"]'),
        name="testpaths",
    ),
    _ini("CO407", 'python_files = ["check_*.py"]', "add a pattern that does"),
    _ini("CO407", 'norecursedirs = ["generated"]', "take it out of norecursedirs"),
    _ini("CO407", 'addopts = "--ignore=generated"', "take it out"),
    EditCase(
        "CO408",
        _file("tests/test_own.py", "import gone\n"),
        ("check",),
        "`suiteloom run` does not",
        name="own",
    ),
    EditCase(
        "CO409",
        _orphaned,
        ("check",),
        "put the id back into a spec",
        _revived,
        name="orphan",
    ),
    EditCase(
        "CO410",
        _all(
            _file("wares.py", "price = 1\n"),
            _change(SUITE, "import pytest\n", "import pytest\nimport wares\n"),
        ),
        ("check",),
        'add pythonpath = ["."]',
        _setting('pythonpath = ["."]'),
        name="path",
    ),
    EditCase(
        "RU501",
        _body(_BAD),
        ("run",),
        "",
        _change(SUITE, "1 == 2", "1 == 1"),
        name="failed",
    ),
    EditCase(
        "RU502",
        _conftest(_DESELECT),
        ("run",),
        "conftest files",
        _gone("conftest.py"),
        name="hook",
    ),
    EditCase(
        "RU503",
        _all(_body(_GOOD), _conftest(_FINISH)),
        ("run",),
        "pytest_sessionfinish",
        _gone("conftest.py"),
        name="finish",
    ),
    EditCase(
        "RU504",
        _nothing,
        ("run", "--", "-k", "nothing"),
        "",
        then=("run",),
        name="nothing",
    ),
    EditCase(
        "RU505",
        _all(_append(SUITE, _HELPER), _body("        later(self)")),
        ("run",),
        "call `self.pending()` in its body",
        _change(SUITE, "        later(self)", "        self.pending()"),
        name="helper",
    ),
    EditCase(
        "RU506",
        _setting('addopts = "--no-such-option"'),
        ("check",),
        "run pytest by itself",
        _unset('addopts = "--no-such-option"'),
        name="option",
    ),
]
"""What pytest makes of suites. In the ordinary run a few of them are followed."""

NOT_MADE_HERE = {
    "LI107": "tests/unit/scaffold/test_lists_inventory.py has a list of many domains",
    "RU507": "tests/functional/test_run_coverage.py: needs runs in two environments",
    "RU508": "tests/functional/test_run_verdict.py: needs a plugin that runs tests again",
    "RU509": "tests/functional/test_stale_results.py: needs a run before",
    "RU510": "tests/functional/test_quarantine.py: a person mends the test",
    "RU511": "tests/functional/test_shards.py: needs records of shards",
    "RU512": "tests/functional/test_shards.py: needs records of shards",
    "RU513": "tests/functional/test_shards.py: needs records of shards",
    "RU514": "tests/functional/test_shards.py: needs records of shards",
    "RU520": "tests/functional/test_history.py: needs a history that is held or damaged",
    "SF101": "tests/functional/test_init.py follows `--keep` and `--diff`",
}
"""Codes that no project here leads to, with the reason or the test that does."""
