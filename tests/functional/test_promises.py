"""Promises that hold for whole commands: each test here is for one of docs/reliability.md."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter

import black
import pytest

from pending_calls import PENDING_CALL, found, tied
from suiteloom.cli.edge import run_app
from suiteloom.errors import ConflictError
from suiteloom.model import Config, FileChange
from suiteloom.render.templates import templates_folder
from suiteloom.specs import resolve
from suiteloom.store import commit
from suiteloom.store.lock import locked

SPEC = "specs/shop.yaml"
SUITE = "generated/test_shop_integration_comprehensive.py"
OTHER = "generated/test_shop_depot_integration_comprehensive.py"
FIRST = re.compile(r"      - id: SH-001.*?\n\n", re.DOTALL)
SECOND = re.compile(r"      - id: SH-002.*?\n\n", re.DOTALL)
PENDING = "        self.pending()"


def edit(cli, *changes, path=SPEC):
    """Replace texts or patterns in a file; each has to be there."""
    text = cli.read(path)
    for old, new in changes:
        pattern = old if isinstance(old, re.Pattern) else re.compile(re.escape(old))
        if old == PENDING:
            pattern = re.compile(f"        {PENDING_CALL.pattern}")
        text, count = pattern.subn(lambda _, new=new: new, text, count=1)
        assert count == 1, old
    cli.write(path, tied(text) if path.endswith(".py") else text)


def marks(cli):
    """Inode and times of every file, those of suiteloom's own folder included."""
    found = {}
    for path in sorted(cli.root.rglob("*")):
        status = path.stat()
        found[path] = (status.st_ino, status.st_mtime_ns, status.st_size)
    return found


@pytest.fixture
def written(shop):
    """The shop with a written body in SH-001 and SH-003."""
    edit(shop, (PENDING, "        assert self.env  # one"), path=SUITE)
    head, tail = shop.read().rsplit(found(shop.read(), PENDING)[-1], 1)
    shop.write(SUITE, f"{head}        assert sum(prices) == total  # three{tail}")
    assert shop("generate").exit == 0
    return shop


@pytest.fixture
def two(written):
    """A second domain, whose name begins with that of the first, with a body."""
    text = written.read(SPEC).replace("domain: shop", "domain: shop_depot")
    text = text.replace("SH-", "DE-").replace("title: Shop", "title: Depot")
    written.write("specs/depot.yaml", text)
    assert written("generate").exit == 0
    edit(written, (PENDING, "        assert self.env  # depot"), path=OTHER)
    assert written("generate").exit == 0
    return written


ASYNC = "kinds: [positive, edge]\n        async: true"
CART = "  - title: Cart\n    tests:\n"
REFUND = (
    "      - {id: SH-002, name: test_refund, summary: S., kinds: [edge],"
    " bvj: {value_impact: V.}}\n"
)
EDITS = {
    "asynchronous": (("kinds: [positive, edge]", ASYNC),),
    "respecified": (("does not charge", "never charges"),),
    "renamed": (("test_charged_once", "test_paid_once"),),
    "retitled": (("title: Payment", "title: Money"),),
    "recased": (("{prices: [1, 2], total: 3}", "{prices: [4], total: 4}"),),
    "marked": (("name: test_refund", "name: test_refund\n        markers: [slow]"),),
    "written-removed": ((FIRST, ""),),
    "pending-removed": ((SECOND, ""),),
    "exchanged": (("SH-001", "X"), ("SH-002", "SH-001"), ("X", "SH-002")),
    "moved": ((SECOND, ""), (CART, CART + REFUND)),
    "joined": ((CART, ""),),
    "renamed-domain": (("domain: shop", "domain: store"),),
    "revenue": (("900000", "800000"),),
}


def to(cli, text):
    """Generate from a spec."""
    cli.write(SPEC, text)
    result = cli("generate")
    assert result.exit == 0, result.out + result.err


@pytest.mark.parametrize("name", EDITS)
def test_a_detour_leaves_no_trace(written, name):
    start = written.tree()
    edit(written, ("charge a card again", "charge twice"), ("test_refund", "test_back"))
    goal = written.read(SPEC)
    to(written, goal)
    straight = written.tree()
    assert straight[SUITE] != start[SUITE]
    written.write(SUITE, start[SUITE].decode())
    written.write(SPEC, start[SPEC].decode())
    to(written, start[SPEC].decode())
    assert written.tree() == start
    edit(written, *EDITS[name])
    to(written, written.read(SPEC))
    assert written.tree() not in (start, straight)
    to(written, goal)
    assert written.tree() == straight


@pytest.mark.parametrize("name", EDITS)
def test_undoing_an_edit_gives_the_old_bytes(written, name):
    start = written.tree()
    edit(written, *EDITS[name])
    to(written, written.read(SPEC))
    assert written.tree() != {**start, SPEC: written.tree()[SPEC]}
    to(written, start[SPEC].decode())
    assert written.tree() == start


@pytest.mark.parametrize("name", EDITS)
def test_one_domain_never_touches_another(two, name):
    path = two.root / OTHER
    before = (path.read_bytes(), path.stat().st_ino, path.stat().st_mtime_ns)
    edit(two, *EDITS[name])
    to(two, two.read(SPEC))
    assert two.tree()[OTHER] == before[0]
    edit(two, ("charge a card again", "charge twice"), path="specs/depot.yaml")
    edit(two, ("summary: From cart", "summary: All the way from cart"))
    domain = "store" if name == "renamed-domain" else "shop"
    result = two("generate", domain, "--format", "json")
    assert result.exit == 0
    assert {action["domain"] for action in result.json["plan"]} <= {domain}
    assert (path.read_bytes(), path.stat().st_ino, path.stat().st_mtime_ns) == before
    assert two("generate").exit == 0
    assert b"charge twice" in path.read_bytes()


def test_only_one_writer_at_a_time(written):
    change = FileChange("made.py", None, b"x = 1\n")
    with locked(written.root):
        with pytest.raises(ConflictError, match="another suiteloom"):
            commit(written.root, [change])
        edit(written, ("A refund", "Any refund"))
        before = written.tree()
        assert written("generate").exit == 5
        assert written.tree() == before
    assert written("generate").exit == 0
    assert "Any refund" in written.read()


REFUND_UNIT = re.compile(
    r'    @pytest.mark.spec\("SH-002".*?pending\([^)]*\)\n', re.DOTALL
)
HAND_EDITS = {
    "nothing": (),
    "edited-docstring": ((SUITE, "A refund reaches", "Refunds reach"),),
    "edited-name": ((SUITE, "def test_refund(", "def test_refunds("),),
    "edited-class": ((SUITE, '"""Cart.', '"""Basket.'),),
    "body": ((SUITE, "# one", "# changed"),),
    "comment-in-spec": ((SPEC, "title: Shop", "title: Shop  # still"),),
    "renamed": ((SPEC, "test_refund", "test_money_back"),),
    "suspect": ((SPEC, "charge a card again", "charge twice"),),
    "orphan": ((SPEC, FIRST, ""),),
    "deleted": ((SUITE, REFUND_UNIT, ""),),
    "no-import": ((SUITE, "import pytest\n", ""),),
    "edited-and-renamed": (
        (SUITE, "A refund reaches", "Refunds reach"),
        (SPEC, "test_refund", "test_money_back"),
    ),
    "broken": ((SUITE, "import pytest\n", "import pytest\n=======\n"),),
    "invalid-spec": ((SPEC, "title: Shop", "titel: Shop"),),
}  # fmt: skip


@pytest.mark.parametrize("known", [True, False], ids=["stamped", "unknown"])
@pytest.mark.parametrize("name", HAND_EDITS)
def test_check_says_what_generate_does(written, name, known):
    for path, old, new in HAND_EDITS[name]:
        edit(written, (old, new), path=path)
    if not known:
        shutil.rmtree(written.root / ".suiteloom")
    before, whole = written.tree(), marks(written)
    checked = written("generate", "--check").exit
    assert written("generate", "--diff").exit == (checked if checked > 1 else 0)
    assert marks(written) == whole
    done = written("generate").exit
    wrote = written.tree() != before
    assert done in {0, 3, 4}
    assert checked == (done or int(wrote))
    assert not (wrote and done)
    if not done:
        assert written("generate", "--check").exit == 0


@pytest.mark.parametrize(
    ("change", "generated", "found"),
    [
        pytest.param("edited-docstring", (0, ["edited"]), "DR212", id="edited"),
        pytest.param("edited-class", (0, ["edited"]), "DR212", id="edited-class"),
        pytest.param("suspect", (0, []), "ST311", id="suspect"),
        pytest.param("orphan", (0, []), "ST312", id="orphan"),
        pytest.param("edited-and-renamed", (4, "DR204"), "DR204", id="both"),
    ],
)
def test_what_a_person_must_decide_is_said_until_decided(
    written, monkeypatch, change, generated, found
):
    monkeypatch.setattr(sys, "stdin", None)
    for path, old, new in HAND_EDITS[change]:
        edit(written, (old, new), path=path)
    first = written("generate").exit
    assert first == generated[0]
    tree = written.tree()
    for _ in range(3):
        result = written("generate", "--format", "json")
        data = result.json
        said = data["findings"][0]["code"] if first else _names(data["plan"])
        assert (result.exit, said) == generated
    check = written("check", "--format", "json")
    assert check.exit == 1
    assert found in check.codes
    assert written.tree() == tree


def _names(plan):
    return [item["action"] for item in plan]


def test_suspect_through_renames_and_moves(two):
    edit(two, ("charge a card again", "charge twice"))
    to(two, two.read(SPEC))
    reviewed = re.search(r'spec\("SH-001", .*?(reviewed="\w+")', two.read())[1]
    block = FIRST.search(two.read(SPEC))[0].replace("test_charged_once", "test_first")
    steps = [
        (SPEC, ("test_charged_once", "test_paid_once")),
        (SPEC, ("title: Payment", "title: Money")),
        (SPEC, ("domain: shop", "domain: store")),
        (SPEC, ("name: test_paid_once", "name: test_p\n        markers: [slow]")),
        (SPEC, (FIRST, "")),
        ("specs/depot.yaml", ("    tests:\n", f"    tests:\n{block}")),
    ]
    for path, change in steps:
        edit(two, change, path=path)
        assert two("generate").exit == 0
        tree = two.tree()
        suites = "".join(tree[p].decode() for p in tree if p.endswith(".py"))
        marker = re.search(r'(spec|orphan)\("SH-001", .*\n', suites)[0]
        assert reviewed in marker
        assert "assert self.env  # one" in suites
    assert "ST311" in two("check", "--format", "json").codes
    assert "def test_first(" in two.read(OTHER)


FORMATTERS = {
    "black": lambda text: black.format_str(text, mode=black.Mode()),
    "black-narrow": lambda text: black.format_str(
        text, mode=black.Mode(line_length=40, magic_trailing_comma=False)
    ),
    "ruff-single": lambda text: _ruff(text, "format", "--line-length=60",
                                      "--config=format.quote-style='single'"),
    "isort": lambda text: _ruff(text, "check", "--select=I", "--fix-only", "--quiet"),
}  # fmt: skip


def _ruff(text, verb, *options):
    ruff = shutil.which("ruff", path=f"{sys.prefix}/bin")
    command = [ruff, verb, "--isolated", *options, "--stdin-filename=x.py", "-"]
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("name", FORMATTERS)
def test_formatters_are_no_drift(written, name):
    """A body of the template's own stays suiteloom's under any formatter, too."""
    folder = written.root / "pack"
    shutil.copytree(templates_folder(written.root, Config()), folder)
    page = (folder / "test.py.j2").read_text("utf-8")
    own = "    found = {'a': [1, 2, 3], \"b\": 'two'}\n    assert found\n"
    (folder / "test.py.j2").write_text(page.replace("    {{ body }}\n", own), "utf-8")
    edit(written, ("[tool.suiteloom]", '[tool.suiteloom]\ntemplates = "pack"'),
         path="pyproject.toml")  # fmt: skip
    assert written("generate").exit == 0
    imports = ("import pytest\n", "import sys\nimport pytest\nimport os\n\nX = 'y'\n")
    edit(written, imports, path=SUITE)
    text = written.read()
    formatted = FORMATTERS[name](text)
    assert formatted != text
    written.write(SUITE, formatted)
    assert written("generate", "--check").exit == 0
    result = written("generate", "--format", "json")
    assert (result.exit, result.json["plan"]) == (0, [])
    assert written.read() == formatted
    codes = written("check", "--format", "json").codes
    assert not [code for code in codes if code.startswith("DR")]
    page = page.replace("{{ body }}", "assert 'new body'")
    (folder / "test.py.j2").write_text(page, "utf-8")
    assert written("generate").exit == 0
    assert Counter(re.findall("found|new body", written.read())) == {"new body": 1}


def test_an_interrupt_is_said_and_nothing_was_written(written, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    edit(written, ("A refund", "Any refund"))
    before = written.tree()
    monkeypatch.setattr("suiteloom.workflows.planner.make_plan", interrupted)
    result = written("generate")
    assert (result.exit, result.out) == (130, "")
    assert "error: interrupted" in result.err
    assert written.tree() == before


@pytest.mark.parametrize("options", [(), ("--restore",)], ids=["plain", "restore"])
def test_what_diff_shows_is_what_is_written(written, options):
    edit(written, ("A refund reaches", "Refunds reach"), path=SUITE)
    edit(written, ("title: Cart", "title: Basket"), ("charge a card", "charge it"))
    new = (
        written.read(SPEC).replace("SH-", "NE-").replace("domain: shop", "domain: new")
    )
    written.write("specs/new.yaml", new)
    before = written.tree()
    shown = written("generate", "--diff", *options)
    assert shown.exit == 0
    assert ("Refunds reach" in shown.out) is bool(options)
    assert written("generate", *options).exit == 0
    after = written.tree()
    for path, data in before.items():
        written.write(path, data.decode())
    for path in after.keys() - before.keys():
        (written.root / path).unlink()
    patch = ["git", "apply", "--unsafe-paths", "-p1", "-"]
    subprocess.run(patch, input=shown.out.encode(), cwd=written.root, check=True)
    assert written.tree() == after


def test_generating_is_linear(tmp_path):
    """Counted in calls, not in seconds: twice as many tests more, twice the work more."""
    _calls(tmp_path / "imports", 2)
    counts = [_calls(tmp_path / str(tests), tests) for tests in (60, 120, 240)]
    for few, more, most in zip(*counts, strict=True):
        assert most - more < 2.3 * (more - few), counts


def _calls(root, tests):
    """Calls that it takes to create, to extend by half, and to regenerate a suite."""
    (root / "specs").mkdir(parents=True)
    (root / "suiteloom.toml").write_text("", "utf-8")
    head = (
        "suiteloom: 1\ndomain: d\ntitle: D\nsummary: S.\ncategory: unit\n"
        "revenue: {annual_usd: 1, protects: p}\nbvj: {segment: [All], goal: Stability,"
        " value_impact: V., strategic_impact: S.}\ngroups:\n  - title: G\n    tests:\n"
    )
    rows = [
        f"      - {{id: LI-{n:03}, name: test_{n}, summary: Holds {n}., kinds: [edge]}}\n"
        for n in range(tests)
    ]
    counts = []
    for text in (rows[: tests // 2], rows, [r.replace("Holds", "Is") for r in rows]):
        (root / "specs/d.yaml").write_text(head + "".join(text), "utf-8")
        counts.append(_counted(["generate", "--project", str(root)]))
    return counts


def _counted(arguments):
    count = 0

    def tally(_frame, event, _argument):
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(tally)
    try:
        code = run_app(arguments)
    finally:
        sys.setprofile(before)
    assert code == 0
    return count


def test_a_class_that_was_named_wrongly_is_renamed_with_all_that_stands_in_it(
    written, monkeypatch
):
    """`Straße` once was `Strae`: letters in the middle of a word were left out."""
    edit(written, ("title: Cart", "title: Straße"))
    now = resolve.class_name
    with monkeypatch.context() as patch:
        patch.setattr(resolve, "class_name", lambda title: now(title).replace("ss", ""))
        assert written("generate").exit == 0
    assert "class TestStrae(" in written.read()
    before = written.read()
    (written.root / ".suiteloom/in-sync.json").unlink()  # as another version does
    assert written("generate").exit == 0
    after = written.read()
    assert "class TestStrasse(" in after
    old_lines = [line for line in before.splitlines() if "Strae" not in line]
    kept = [line for line in after.splitlines() if "Strasse" not in line]
    drop = re.compile(r"\(rev [0-9a-f.]+\)")
    assert [drop.sub("", line) for line in kept] == [
        drop.sub("", line) for line in old_lines
    ]
    assert written("generate", "--check").exit == 0
