import xml.etree.ElementTree as ET

import pytest

import suiteloom.specs.loader  # noqa: F401 - PyYAML can be imported only once a process

SPEC = """
suiteloom: 1
domain: startup
title: Startup
summary: Startup order.
category: integration
mission_critical: false
environments: [test]
revenue: {annual_usd: 1, protects: deployments}
bvj:
  segment: [All]
  goal: Stability
  value_impact: Services are reachable.
  strategic_impact: Avoids downtime.
groups:
  - title: Order
    tests:
      - id: SU-001
        name: test_order
        summary: Services start in order.
        kinds: [positive]
        bvj: {goal: Velocity}
"""

SUITE = """
class TestOrder(SSotBaseTestCase):
    @pytest.mark.spec("SU-001")
    def test_order(self):
        pass

    @pytest.mark.spec("SU-002")
    def test_not_in_the_spec(self):
        self.pending()

    @pytest.mark.orphan("SU-003")
    def test_orphan(self):
        pass

    def test_unmarked(self):
        pass
"""

BVJ = {
    "spec_id": "SU-001",
    "domain": "startup",
    "group": "Order",
    "bvj_segment": "Free, Early, Mid, Enterprise",
    "bvj_goal": "Velocity",
    "bvj_value_impact": "Services are reachable.",
    "bvj_strategic_impact": "Avoids downtime.",
}


def properties(path):
    """Properties by test, those of the runtime left out."""
    return {
        case.get("name"): {
            item.get("name"): item.get("value")
            for item in case.iter("property")
            if not item.get("name").startswith("suiteloom_")
        }
        for case in ET.parse(path).getroot().iter("testcase")  # noqa: S314 - our own
    }


@pytest.fixture
def suite(example):
    example.write(test_a=SUITE)
    (example.path / "specs").mkdir()
    (example.path / "specs" / "startup.yaml").write_text(SPEC, "utf-8")
    return example


def test_properties_come_from_the_specs(suite):
    suite.run("--junitxml=out/j.xml")
    assert properties(suite.path / "out/j.xml") == {
        "test_order": BVJ,
        "test_not_in_the_spec": {"spec_id": "SU-002"},
        "test_orphan": {},
        "test_unmarked": {},
    }


def test_properties_survive_workers(suite):
    suite.run_apart("-n2", "--junitxml=out/j.xml")
    assert properties(suite.path / "out/j.xml")["test_order"] == BVJ


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("suiteloom: [", id="not_yaml"),
        pytest.param("suiteloom: 1\ntypo: 2\n", id="not_a_spec"),
    ],
)
def test_wrong_spec_leaves_the_id(suite, text):
    (suite.path / "specs" / "startup.yaml").write_text(text, "utf-8")
    result = suite.run("--junitxml=out/j.xml")
    result.assert_outcomes(passed=2, skipped=2)
    found = properties(suite.path / "out/j.xml")
    assert found["test_order"] == {"spec_id": "SU-001"}


def test_specs_are_not_read_without_junit(suite):
    suite.pytester.makeconftest(
        "import sys\n"
        "sys.modules.pop('suiteloom.specs.loader', None)\n"
        "def pytest_sessionfinish():\n"
        "    assert 'suiteloom.specs.loader' not in sys.modules\n"
    )
    assert suite.run().ret == pytest.ExitCode.OK
