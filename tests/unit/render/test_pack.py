"""Templates that fail, reach too far or write the wrong number of docstrings."""

from pathlib import Path

import pytest

from suiteloom.errors import UsageError
from suiteloom.render.pack_check.load import load_pack

BLOCK = "{% filter docstring %}\nText.\n{% endfilter %}\n"
TOP = "{{ decorators }}\n{{ signature }}\n"

FAILING = [
    pytest.param("{{ test.sumary }}", "no field `sumary`", id="undefined-field"),
    pytest.param("{{ test.quarantine }}", "no field `quarantine`", id="of-no-suite"),
    pytest.param("{{ missing }}", "no variable `missing`", id="undefined-name"),
    pytest.param("{{ test.__class__ }}", "`__class__`", id="class"),
    pytest.param("{{ test.summary.__class__.__mro__ }}", "`__class__`", id="mro"),
    pytest.param("{{ ''['__class__'] }}", "`__class__`", id="subscript"),
    pytest.param("{{ test.__init__.__globals__ }}", "`__init__`", id="globals"),
    pytest.param("{{ test|attr('__class__') }}", "`__class__`", id="attr"),
    pytest.param("{{ page.docstring }}", "no variable `page`", id="page"),
    pytest.param("{{ '{0.__class__}'.format(test) }}", "'__class__'", id="format"),
    pytest.param("{{ [].append(1) }}", "not safely callable|unsafe", id="mutation"),
    pytest.param("{{ 1 / 0 }}", "division by zero", id="arithmetic"),
    pytest.param("{{ test.summary + 1 }}", "can only concatenate", id="type"),
    pytest.param("{{ range(10 ** 9) }}", "[Rr]ange too big", id="range"),
    pytest.param("{{ test | literal }}", "no literal for Test", id="literal"),
    pytest.param("{{ lipsum() }}", "no variable `lipsum`", id="lipsum"),
    pytest.param("{{ test.kinds | random }}", "no filter `random`", id="random"),
    pytest.param("{% include 'no.j2' %}", "there is no template no.j2", id="include"),
    pytest.param("{% include '../x.j2' %}", "../x.j2 is outside", id="outside"),
]


@pytest.mark.parametrize(("expression", "message"), FAILING)
def test_a_failing_expression_is_refused_with_template_and_line(
    templates, expression, message
):
    folder = templates(test=f"{TOP}{BLOCK}\n    {{{{ body }}}}\n{expression}\n")
    with pytest.raises(UsageError, match=message) as caught:
        load_pack(folder)
    assert Path(caught.value.path) == folder / "test.py.j2"
    assert caught.value.line == 8
    assert caught.value.hint


def test_what_only_fails_with_one_spec_names_template_and_line(render, data, templates):
    """The specs of the check have no such title; the real one has."""
    only = "{% if suite.domain == 'orders' %}{{ 1 / 0 }}{% endif %}"
    pack = load_pack(templates(test=f"{TOP}{BLOCK}    {{{{ body }}}}\n{only}\n"))
    with pytest.raises(UsageError, match="division by zero") as caught:
        render(data(), pack)
    assert Path(caught.value.path) == pack.folder / "test.py.j2"
    assert caught.value.line == 7


def test_a_failure_in_an_included_template_names_that_one(templates):
    folder = templates()
    (folder / "bvj.j2").write_text(
        "{% macro lines(bvj) %}\n{{ bvj.gaol }}\n{% endmacro %}\n", "utf-8"
    )
    with pytest.raises(UsageError, match="`bvj` has no field `gaol`") as caught:
        load_pack(folder)
    assert (Path(caught.value.path).name, caught.value.line) == ("bvj.j2", 2)


def test_a_docstring_that_some_specs_leave_empty_is_refused(templates):
    empty = BLOCK.replace("Text.", "{{ test.origin }}")
    with pytest.raises(UsageError, match="the docstring is empty") as caught:
        load_pack(templates(test=f"{TOP}{empty}    {{{{ body }}}}\n"))
    assert Path(caught.value.path).name == "test.py.j2"
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        pytest.param("", 5, "writes no body", id="empty"),
        pytest.param("    # later\n", 5, "writes no body", id="comment"),
        pytest.param(
            "    return (\n", 6, "no Python: '\\(' was never closed", id="syntax"
        ),
    ],
)
def test_a_template_must_write_a_body(templates, body, line, message):
    folder = templates(test=f"{TOP}{BLOCK}{body}")
    with pytest.raises(UsageError, match=message) as caught:
        load_pack(folder)
    assert Path(caught.value.path) == folder / "test.py.j2"
    assert caught.value.line == line


def test_a_body_of_the_templates_own_has_a_digest(render, data, templates):
    folder = templates(test=f"{TOP}{BLOCK}    assert self.pending\n    self.x = 1\n")
    (unit,) = render(data(), load_pack(folder)).groups[0].units
    assert unit.body == "assert self.pending\nself.x = 1"
    assert len(unit.body_digest) == 6
    assert unit.rev.endswith(f".{unit.body_digest}")
    assert f'rev="{unit.rev}"' in unit.source


def test_which_of_two_blocks_may_depend_on_the_test(render, data, templates):
    text = f"{TOP}{{% if test.is_async %}}{BLOCK}{{% else %}}{BLOCK}{{% endif %}}"
    folder = templates(test=f"{text}    {{{{ body }}}}\n")
    (unit,) = render(data(), load_pack(folder)).groups[0].units
    assert unit.text.docstring == "Text."


@pytest.mark.parametrize("name", ["header", "class", "test"])
def test_a_template_with_wrong_syntax(templates, name):
    folder = templates(**{name: "first\n{% filter docstring %}\n{% endfor %}\n"})
    with pytest.raises(UsageError, match="endfor") as caught:
        load_pack(folder)
    assert Path(caught.value.path) == folder / f"{name}.py.j2"
    assert caught.value.line == 3


def test_a_missing_template(templates):
    folder = templates()
    (folder / "class.py.j2").unlink()
    with pytest.raises(
        UsageError, match=r"there is no template class\.py\.j2"
    ) as caught:
        load_pack(folder)
    assert Path(caught.value.path) == folder / "class.py.j2"


def test_a_template_that_is_no_text(templates):
    folder = templates()
    (folder / "test.py.j2").write_bytes(b"caf\xe9")
    with pytest.raises(UsageError, match="not UTF-8"):
        load_pack(folder)
