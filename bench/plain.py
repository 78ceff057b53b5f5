"""The script that one would write without suiteloom: YAML, one template, black.

It writes the bytes that ``suiteloom generate`` writes into an empty project, and does
nothing else: no validation, no merging, no plan. The revs are digests that only suiteloom
defines, so two small functions are borrowed from it.

Run it with ``python bench/plain.py DIR``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import black
import jinja2
import yaml

from suiteloom.model.digest import digest
from suiteloom.render.docstrings import fold

Data = dict[str, Any]

CUSTOMERS = ("Free", "Early", "Mid", "Enterprise")
NORMATIVE_TEXTS = ("given", "when", "then", "covers")
TEMPLATE = '''\
"""{{ docstring }}
"""

import pytest
from suiteloom.ssot import {{ bases | join(", ") }}
{% for group in groups %}
class {{ group.name }}({{ group.base }}):
    """{{ group.docstring }}
    """
{% for test in group.tests %}
    @pytest.mark.spec("{{ test.id }}", rev="{{ test.rev }}")
{% for mark in test.marks %}
    @pytest.mark.{{ mark }}
{% endfor %}
{% if test.rows %}
    @pytest.mark.parametrize(
        {{ (test.names[0] if test.names | length == 1 else test.names) | repr }}, [
{% for row in test.rows %}
        pytest.param({% for value in row[1:] %}{{ value | repr }}, {% endfor -%}
        id={{ row[0] | repr }}),
{% endfor %}
    ],)
{% endif %}
    {{ "async " if test.async }}def {{ test.name }}(self
        {%- for name in test.names %}, {{ name }}{% endfor %}):
        """{{ test.docstring }}
        """
        self.pending("{{ test.id }}", rev="{{ test.rev.split('.')[0] }}")
{% endfor %}
{% endfor %}
'''


def main(folder: Path) -> None:
    """Write the suite of every spec of a project."""
    environment = jinja2.Environment(  # noqa: S701 - it writes Python, not HTML
        trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["repr"] = repr
    template = environment.from_string(TEMPLATE)
    mode = black.Mode()
    suites = folder / "generated"
    suites.mkdir(exist_ok=True)
    for path in sorted((folder / "specs").glob("*.yaml")):
        spec = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        source = template.render(suite(spec, f"specs/{path.name}"))
        name = f"test_{spec['domain']}_{spec['category']}_comprehensive.py"
        text = black.format_str(source, mode=mode)
        (suites / name).write_text(text, encoding="utf-8")


def suite(spec: Data, path: str) -> Data:
    """What the template needs of one spec."""
    bvj = justification({}, spec)
    revenue = spec["revenue"]
    text = [
        f"{spec['title']}: comprehensive {spec['category']} suite.",
        "",
        spec["summary"],
        "",
        *bvj_lines(bvj),
        f"Revenue protected: ${revenue['annual_usd']:,} a year ({revenue['protects']})",
    ]
    groups = [group_data(spec, group, bvj, path) for group in spec["groups"]]
    return {
        "docstring": with_rev(fold("\n".join(text), indent=0), path),
        "bases": sorted({group["base"] for group in groups}),
        "groups": groups,
    }


def group_data(spec: Data, group: Data, inherited: Data, path: str) -> Data:
    """What the template needs of one group."""
    bvj = justification(inherited, group)
    words = re.findall(r"[A-Za-z0-9]+", group["title"])
    name = "Test" + "".join(word[0].upper() + word[1:] for word in words)
    is_async = any(test.get("async") for test in group["tests"])
    base = "SSotAsyncTestCase" if is_async else "SSotBaseTestCase"
    text = "\n".join([f"{group['title']}.", "", *bvj_lines(bvj)])
    return {
        "name": name,
        "base": base,
        "docstring": with_rev(fold(text, indent=4), path, name, base),
        "tests": [test_data(spec, test, bvj) for test in group["tests"]],
    }


def test_data(spec: Data, test: Data, inherited: Data) -> Data:
    """What the template needs of one test."""
    docstring = "\n".join(fold(test_text(test, inherited), indent=8))
    is_async, cases = test.get("async", False), test.get("cases", [])
    names = tuple(cases[0]["with"]) if cases else ()
    rows = [[case["id"], *(case["with"][name] for name in names)] for case in cases]
    marks = [spec["category"]]
    if spec["mission_critical"]:
        marks.append("mission_critical")
    marks += test.get("markers", [])
    decorators: list[Any] = [("mark", mark) for mark in marks]
    if cases:
        decorators.append(("cases", names, rows))
    text = digest([test["id"], is_async, test["name"], docstring, decorators])
    return {
        **test,
        "rev": f"{normative(test, cases, names)}.{text}",
        "docstring": docstring,
        "marks": marks,
        "names": names,
        "rows": rows,
    }


def test_text(test: Data, inherited: Data) -> str:
    """The docstring of one test before it is folded."""
    lines = [test["summary"], "", *bvj_lines(justification(inherited, test))]
    steps = [
        f"{key.title()}: {text}"
        for key in ("given", "when", "then")
        for text in test.get(key, [])
    ]
    return "\n".join([*lines, "", *steps] if steps else lines)


def normative(test: Data, cases: list[Data], names: tuple[str, ...]) -> str:
    """The digest of what a test must do."""
    tables = [
        [case["id"], case["kind"], [[name, case["with"][name]] for name in names]]
        for case in cases
    ]
    texts = [test.get(key, []) for key in NORMATIVE_TEXTS]
    return digest([test["summary"], test["kinds"], *texts, tables])


def justification(inherited: Data, owner: Data) -> Data:
    """The BVJ of a spec, group or test, with what it inherits."""
    own = dict(owner.get("bvj", {}))
    if "segment" in own:
        names = [
            name
            for entry in own["segment"]
            for name in (CUSTOMERS if entry == "All" else (entry,))
        ]
        own["segment"] = list(dict.fromkeys(names))
    return inherited | own


def bvj_lines(bvj: Data) -> list[str]:
    """The docstring lines of a BVJ."""
    return [
        f"BVJ: {', '.join(bvj['segment'])} - {bvj['goal']}",
        f"Value Impact: {bvj['value_impact']}",
        f"Strategic Impact: {bvj['strategic_impact']}",
    ]


def with_rev(lines: list[str], path: str, *names: str) -> str:
    """A docstring with its last line, which names the spec and the rev."""
    head = "\n".join([*lines, "", f"Spec: {path} (rev"])
    return f"{head} {digest([*names, f'{head})'])})"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
