"""A suite as rendered: decorators, signatures, imports, and the same bytes everywhere."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from suiteloom.model import Config
from suiteloom.render.suite import import_lines, render_suite
from suiteloom.specs.loader import load_project

ROOT = Path(__file__).parents[3]

EXPECTED = '''\
"""Orders: comprehensive unit suite.

Orders are kept.

BVJ: Free, Early, Mid, Enterprise - Stability
Value Impact: Orders are not lost.
Strategic Impact: Customers come back.
Revenue protected: $1,000 a year (sales)

Spec: specs/orders.yaml (rev {module})
"""

import pytest
from suiteloom.ssot import SSotBaseTestCase


class TestKeeping(SSotBaseTestCase):
    """Keeping.

    BVJ: Free, Early, Mid, Enterprise - Stability
    Value Impact: Orders are not lost.
    Strategic Impact: Customers come back.

    Spec: specs/orders.yaml (rev {group})
    """

    @pytest.mark.spec("OR-001", rev="{unit}")
    @pytest.mark.unit
    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("size", "name"),
        [
            pytest.param(1, "a", id="one"),
            pytest.param(-2.5, None, id="two"),
        ],
    )
    def test_keeps(self, size, name):
        """It is kept.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: Orders are not lost.
        Strategic Impact: Customers come back.

        Given: an order
        Then: it is there
        """
        self.pending("OR-001", rev="{normative}")
'''


def test_a_whole_suite(render, data):
    cases = [
        {"id": "one", "kind": "edge", "with": {"size": 1, "name": "a"}},
        {"id": "two", "kind": "edge", "with": {"name": None, "size": -2.5}},
    ]
    extra = {"given": ["an order"], "then": ["it is there"], "markers": ["slow"]}
    rendered = render(data(cases=cases, **extra))
    (unit,) = rendered.groups[0].units
    expected = EXPECTED.format(
        module=rendered.text.digest,
        group=rendered.groups[0].text.digest,
        unit=unit.rev,
        normative=unit.normative,
    )
    assert rendered.source == expected
    assert unit.parameters == ("size", "name")
    assert unit.body_digest == ""


def test_async_and_mission_critical(render, data):
    content = data(**{"async": True}) | {"mission_critical": True}
    rendered = render(content)
    assert rendered.bases == ("suiteloom.ssot.SSotAsyncTestCase",)
    marks = "    @pytest.mark.unit\n    @pytest.mark.mission_critical\n    async def "
    assert marks in rendered.source


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        pytest.param({}, {"summary": "Else."}, True, id="summary"),
        pytest.param({}, {"given": ["x"]}, True, id="given"),
        pytest.param({}, {"kinds": ["negative"]}, True, id="kinds"),
        pytest.param({"given": ["x"]}, {"when": ["x"]}, True, id="given-is-not-when"),
        pytest.param({}, {"name": "test_other"}, False, id="name"),
        pytest.param({}, {"bvj": {"goal": "Security"}}, False, id="bvj"),
        pytest.param({}, {"markers": ["slow"]}, False, id="markers"),
    ],
)
def test_what_is_normative(render, data, old, new, changes):
    before, after = (render(data(**test)).groups[0].units[0] for test in (old, new))
    assert (before.normative != after.normative) is changes
    assert before.rev != after.rev


def test_imports_are_sorted_and_broken():
    assert import_lines(("a.B", "a.C", "b.D")) == [
        "import pytest",
        "from a import B, C",
        "from b import D",
    ]
    assert import_lines(("a.B", "b.D", "c.d.E"), ("b",)) == [
        "import pytest",
        "from a import B",
        "from c.d import E",
        "",
        "from b import D",
    ]
    long = (f"package.{'x' * 40}", f"package.{'y' * 40}")
    assert import_lines(long)[-1] == (
        f"from package import (\n    {'x' * 40},\n    {'y' * 40},\n)"
    )


@pytest.fixture(scope="module")
def real():
    config = Config(services=("backend",))
    sources = {
        f"specs/{p.name}": p.read_bytes() for p in (ROOT / "specs").glob("*.yaml")
    }
    return load_project(str(ROOT), config, sources)


def test_the_real_suites_parse_and_hold_every_id_once(real, built_in):
    for suite in real.suites:
        source = render_suite(suite, real.config, built_in).source
        ast.parse(source)
        for test in suite.tests:
            assert source.count(f'@pytest.mark.spec("{test.id}", ') == 1


CHILD = """\
import hashlib, sys
from pathlib import Path
from suiteloom.model import Config
from suiteloom.render.pack_check.load import load_pack
from suiteloom.render.suite import render_suite
from suiteloom.render.templates import templates_folder
from suiteloom.specs.loader import load_project

root = Path(sys.argv[1])
config = Config(services=("backend",))
paths = (root / "specs").glob("*.yaml")
sources = {f"specs/{path.name}": path.read_bytes() for path in paths}
pack = load_pack(templates_folder(root, config))
for suite in load_project(str(root), config, sources).suites:
    source = render_suite(suite, config, pack).source
    print(suite.path, hashlib.sha256(source.encode()).hexdigest())
"""

PLACES = [
    {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "4711", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Tokyo"},
]


def test_the_same_bytes_whatever_seed_locale_zone_and_folder(tmp_path):
    outputs = []
    for place, folder in zip(PLACES, (ROOT, tmp_path), strict=True):
        command = [sys.executable, "-c", CHILD, str(ROOT)]
        environment = os.environ | place
        output = subprocess.check_output(
            command, env=environment, cwd=folder, text=True
        )
        outputs.append(output)
    assert outputs[0] == outputs[1]
    assert outputs[0].count("\n") == 6
