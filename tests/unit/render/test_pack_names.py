"""Names that do not exist are found wherever they stand, taken branches or not."""

import pytest

from suiteloom.errors import UsageError
from suiteloom.render.pack_check.load import load_pack

TEST = """\
{{ decorators }}
{{ signature }}
{% filter docstring %}
Text.
{% endfilter %}
    {{ body }}
{% if false %}
HERE
{% endif %}
"""

LOOPS = (
    "{% for g in suite.groups %}{% for t in g.tests %}{% for c in t.cases %}"
    "HERE{% endfor %}{% endfor %}{% endfor %}"
)
MACRO = "{% macro show(x) %}{% if 0 %}{{ x.HERE }}{% endif %}{% endmacro %}"

WRONG = [
    pytest.param("{{ domian }}", "variable `domian`", "`suite.domain`", id="variable"),
    pytest.param("{{ sute.domain }}", "variable `sute`", "`suite`", id="owner"),
    pytest.param("{{ test.nmae }}", "`test` has no field `nmae`", "`name`", id="field"),
    pytest.param("{{ test['nmae'] }}", "no field `nmae`", "`name`", id="subscript"),
    pytest.param("{{ suite.bvj.gaol }}", "`suite.bvj` has no", "`goal`", id="deep"),
    pytest.param(
        "{% for g in suite.groups %}{{ g.titel }}{% endfor %}",
        "`g` has no field `titel`",
        "`title`",
        id="loop-group",
    ),
    pytest.param(
        LOOPS.replace("HERE", "{{ c.idd }}"), "`c` has no", "`id`", id="loop-case"
    ),
    pytest.param(
        LOOPS.replace("HERE", "{{ loop.indx }}"), "`loop` has no", "`index`", id="loop"
    ),
    pytest.param(
        "{% for n, v in test.cases[0].values %}{{ n.uper() }}{% endfor %}",
        "`n` has no field `uper`",
        "`upper`",
        id="unpacked",
    ),
    pytest.param(
        "{% for t in suite.tests if t.is_asinc %}{% endfor %}",
        "`t` has no field `is_asinc`",
        "`is_async`",
        id="condition-of-a-loop",
    ),
    pytest.param(
        "{% set s = suite %}{{ s.tilte }}", "`s` has no", "`title`", id="assigned"
    ),
    pytest.param(
        "{% with s = suite.revenue %}{{ s.protect }}{% endwith %}",
        "`s` has no field `protect`",
        "`protects`",
        id="with",
    ),
    pytest.param(
        MACRO.replace("HERE", "sumary") + "{{ show(test) }}",
        "`x` has no field `sumary`",
        "`summary`",
        id="macro",
    ),
    pytest.param(
        "{{ (suite.groups | first).titel }}", "no field `titel`", "`title`", id="first"
    ),
    pytest.param(
        "{{ suite.groups | map(attribute='titel') | join }}",
        "an item of suite.groups` has no field `titel`",
        "`title`",
        id="map",
    ),
    pytest.param(
        "{{ suite.groups | selectattr('is_asinc') | list }}",
        "no field `is_asinc`",
        "`is_async`",
        id="selectattr",
    ),
    pytest.param("{{ 1 if 0 else tset }}", "`tset`", "`test`", id="else"),
    pytest.param("{{ [x, test] }}", "`x`", "there are suite", id="list"),
    pytest.param("{{ test.id ~ nam }}", "`nam`", "name", id="concat"),
    pytest.param("{{ test }}", "`test` is no text", "summary", id="record"),
    pytest.param("{{ suite.tests }}", "`suite.tests` is no text", "loop", id="tests"),
    pytest.param(
        "{% from 'bvj.j2' import lines %}{{ lines }}",
        "`lines`",
        "call",
        id="not-called",
    ),
    pytest.param("{{ test.name | uper }}", "filter `uper`", "`upper`", id="filter"),
    pytest.param("{{ test.kinds | map('uper') }}", "`uper`", "`upper`", id="map-name"),
    pytest.param("{{ test is strng }}", "test `strng`", "`string`", id="test"),
    pytest.param("{{ foo is defined }}", "`foo`", "there are", id="asked"),
    pytest.param("{{ foo | default('') }}", "`foo`", "there are", id="default"),
    pytest.param(
        "{% from 'bvj.j2' import linse %}", "no `linse`", "`lines`", id="imported"
    ),
    pytest.param(
        "{% import 'bvj.j2' as b %}{{ b.linse(test) }}",
        "`b` has no field `linse`",
        "`lines`",
        id="module",
    ),
    pytest.param(
        "{% include test.name %}", "must be a text", "include", id="dynamic-include"
    ),
    pytest.param("{% include '/etc/hosts' %}", "outside", "copy", id="absolute"),
    pytest.param("{% import 'no.j2' as n %}", "no template no.j2", "bvj.j2", id="gone"),
]


@pytest.mark.parametrize(("expression", "message", "hint"), WRONG)
def test_a_wrong_name_is_found_in_a_branch_that_nothing_takes(
    templates, expression, message, hint
):
    with pytest.raises(UsageError) as caught:
        load_pack(templates(test=TEST.replace("HERE", expression)))
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.path.endswith("/test.py.j2")
    assert caught.value.line == 8


RIGHT = [
    pytest.param("{{ group.is_async }} {{ suite.tests | list | length }}", id="more"),
    pytest.param("{{ test.bvj.segment | join(', ') | upper }}", id="filters"),
    pytest.param("{{ test.name.replace('_', ' ').title() }}", id="methods"),
    pytest.param("{% set ns = namespace(n=0) %}{% set ns.n = 1 %}{{ ns.n }}", id="set"),
    pytest.param("{% for k in test.kinds %}{{ loop.index }}{% endfor %}", id="loop"),
    pytest.param("{{ imports is defined }}", id="name-of-another-template"),
    pytest.param("{{ class_line | default('') }}", id="default-of-another"),
    pytest.param(LOOPS.replace("HERE", "{{ c.values[0][1].x }}"), id="any-value"),
    pytest.param(
        "{% for g, ts in suite.tests | groupby('is_async') %}"
        "{{ ts[0].name }}{{ g }}{% endfor %}",
        id="groupby",
    ),
    pytest.param("{% include 'no.j2' ignore missing %}", id="optional-include"),
    pytest.param(
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}x{% endcall %}",
        id="caller",
    ),
]


@pytest.mark.parametrize("expression", RIGHT)
def test_a_right_name_is_not_refused(templates, expression):
    pack = load_pack(templates(test=TEST.replace("HERE", expression)))
    assert "test.py.j2" in pack.loaded


def test_every_fault_of_a_pack_is_named_in_one_run(templates):
    folder = templates(test=TEST.replace("HERE", "{{ a1 }}\n{{ test.b2 }}"))
    (folder / "class.py.j2").write_text("{{ class_line }}\n{% if %}\n", "utf-8")
    with pytest.raises(UsageError) as caught:
        load_pack(folder)
    error = caught.value
    assert (error.path, error.line) == (f"{folder}/class.py.j2", 2)
    assert f"{folder}/test.py.j2:8: there is no variable `a1`" in error.message
    assert f"{folder}/test.py.j2:9: `test` has no field `b2`" in error.message


def test_a_name_in_a_parent_template_is_checked(templates):
    folder = templates(test='{% extends "base.j2" %}\n')
    base = TEST.replace("HERE", "{{ test.nmae }}")
    (folder / "base.j2").write_text(base, "utf-8")
    with pytest.raises(UsageError, match="no field `nmae`") as caught:
        load_pack(folder)
    assert (caught.value.path, caught.value.line) == (f"{folder}/base.j2", 8)
    (folder / "base.j2").write_text(base.replace("nmae", "name"), "utf-8")
    assert "base.j2" in load_pack(folder).loaded


def test_a_link_out_of_the_folder_is_no_template(templates, tmp_path_factory):
    folder = templates(test=TEST.replace("HERE", "{% include 'far.j2' %}"))
    far = tmp_path_factory.mktemp("far") / "far.j2"
    far.write_text("x", "utf-8")
    (folder / "far.j2").symlink_to(far)
    with pytest.raises(UsageError, match=r"far\.j2 is outside"):
        load_pack(folder)


def test_what_a_pack_uses(built_in):
    pack = load_pack(built_in.folder, check=True)
    assert not pack.is_own
    assert pack.loaded == ("bvj.j2", "class.py.j2", "header.py.j2", "test.py.j2")
    assert "revenue.annual_usd" in pack.used["header.py.j2"]
    assert {"test.given", "signature", "bvj.goal"} <= set(pack.used["test.py.j2"])
    assert "group.title" not in pack.used["test.py.j2"]
