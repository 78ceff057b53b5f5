"""Specs as plain data that rules can edit, and their YAML."""

from __future__ import annotations

import copy
import itertools
from dataclasses import dataclass, field

import yaml

__all__ = ["Domain", "Group", "Specs", "Test"]

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # the faster one where it is


@dataclass
class Test:
    __test__ = False

    id: str
    name: str
    summary: str = "It holds."
    value: str = "It gains."
    kinds: list = field(default_factory=lambda: ["positive"])
    is_async: bool = False
    markers: list = field(default_factory=list)
    cases: list = field(default_factory=list)

    @property
    def normative(self):
        """What the test must do."""
        return copy.deepcopy((self.summary, self.kinds, self.cases))

    def data(self):
        data = {
            "id": self.id,
            "name": self.name,
            "summary": self.summary,
            "kinds": self.kinds,
            "async": self.is_async,
            "bvj": {"value_impact": self.value},
        }
        if self.markers:
            data["markers"] = self.markers
        if self.cases:
            data["cases"] = [
                {"id": case, "kind": "positive", "with": dict(values)}
                for case, values in self.cases
            ]
        return data


def _parsed(data):
    return Test(
        data["id"],
        data["name"],
        summary=data["summary"],
        value=data["bvj"]["value_impact"],
        kinds=data["kinds"],
        is_async=data["async"],
        markers=data.get("markers", []),
        cases=[(row["id"], list(row["with"].items())) for row in data.get("cases", [])],
    )


@dataclass
class Group:
    title: str
    tests: list

    @property
    def class_name(self):
        return "Test" + "".join(word.capitalize() for word in self.title.split())


@dataclass
class Domain:
    name: str
    groups: list

    @property
    def path(self):
        return f"generated/test_{self.name}_integration_comprehensive.py"

    @property
    def tests(self):
        return [test for group in self.groups for test in group.tests]

    def yaml(self):
        data = {
            "suiteloom": 1,
            "domain": self.name,
            "title": "Some domain",
            "summary": "What it is about.",
            "category": "integration",
            "revenue": {"annual_usd": 1000, "protects": "something"},
            "bvj": {
                "segment": ["All"],
                "goal": "Stability",
                "value_impact": "Gain.",
                "strategic_impact": "Strategy.",
            },
            "groups": [
                {"title": g.title, "tests": [test.data() for test in g.tests]}
                for g in self.groups
            ],
        }
        return yaml.dump(data, Dumper=_DUMPER, sort_keys=False)


@dataclass
class Specs:
    """Every spec of a project, and the tests that were taken out of them."""

    domains: list
    removed: list = field(default_factory=list)

    @classmethod
    def start(cls, count):
        """A project of `count` domains with two groups of two tests each."""
        ids = itertools.count(1)
        domains = []
        for number in range(count):
            groups = []
            for letter in ("a", "b"):
                tests = [cls.new_test(next(ids)) for _ in range(2)]
                groups.append(Group(f"group {letter}{number}", tests))
            domains.append(Domain(f"domain{number}", groups))
        return cls(domains)

    @staticmethod
    def new_test(number):
        return Test(f"XY-{number:03}", f"test_number_{number}")

    @classmethod
    def parse(cls, texts):
        """The specs in YAML that `files` wrote, or that came of merging such files."""
        domains = []
        for text in texts:
            data = yaml.safe_load(text)
            groups = [
                Group(group["title"], [_parsed(test) for test in group["tests"]])
                for group in data["groups"]
            ]
            domains.append(Domain(data["domain"], groups))
        return cls(domains)

    def remember(self, *others):
        """Note the tests of other states that are not among these."""
        known = {test.id for _, _, test in self.tests}
        gone = {}
        for other in others:
            for test in [*other.removed, *(test for _, _, test in other.tests)]:
                if test.id not in known:
                    gone[test.id] = copy.deepcopy(test)
        self.removed = list(gone.values())

    @property
    def groups(self):
        return [(domain, group) for domain in self.domains for group in domain.groups]

    @property
    def tests(self):
        return [(d, g, test) for d, g in self.groups for test in g.tests]

    def files(self):
        return {f"specs/{domain.name}.yaml": domain.yaml() for domain in self.domains}

    def take(self, test):
        """Take a test out; a group or domain that it leaves empty goes too."""
        domain, group = next((d, g) for d, g, other in self.tests if other is test)
        group.tests.remove(test)
        if not group.tests:
            domain.groups.remove(group)
        if not domain.groups:
            self.domains.remove(domain)
        return domain
