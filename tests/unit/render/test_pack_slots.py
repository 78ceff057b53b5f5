"""Each template writes one docstring and each of its slots once, on every way through."""

import pytest

from suiteloom.errors import UsageError
from suiteloom.render.pack_check.load import load_pack

BLOCK = "{% filter docstring %}\nText.\n{% endfilter %}\n"
TOP = "{{ decorators }}\n{{ signature }}\n"
BODY = "    {{ body }}\n"
IF = "{% if test.is_async %}\n"
TWICE = "the template uses {} twice".format
WITHOUT = "the template does not use {}".format
BRANCH = "a branch of the template goes without {}".format
LOOP = "{% for kind in test.kinds %}\n"

TESTS = [
    pytest.param(f"{TOP}{BLOCK}{BODY}{BODY}", TWICE("{{ body }}"), 7, id="two-bodies"),
    pytest.param(
        f"{TOP}{BLOCK}{BODY}{{% if 0 %}}\n{BODY}{{% endif %}}\n",
        TWICE("{{ body }}"),
        8,
        id="two-bodies-in-a-branch",
    ),
    pytest.param(
        f"{TOP}{BLOCK}{LOOP}{BODY}{{% endfor %}}\n",
        "the template uses {{ body }} in a loop",
        7,
        id="bodies-in-a-loop",
    ),
    pytest.param(f"{TOP}{BODY}", WITHOUT("{% filter docstring %}"), 1, id="no-block"),
    pytest.param(
        f"{TOP}{BLOCK}{BODY}{BLOCK}",
        TWICE("{% filter docstring %}"),
        7,
        id="two-blocks",
    ),
    pytest.param(
        f"{TOP}{IF}{BLOCK}{{% endif %}}\n{BODY}",
        BRANCH("{% filter docstring %}"),
        4,
        id="block-in-one-branch",
    ),
    pytest.param(
        f"{{{{ decorators }}}}\n{BLOCK}{BODY}",
        WITHOUT("{{ signature }}"),
        1,
        id="no-signature",
    ),
    pytest.param(
        f"{{{{ signature }}}}\n{BLOCK}{BODY}",
        WITHOUT("{{ decorators }}"),
        1,
        id="no-decorators",
    ),
    pytest.param(
        f"{TOP}{{{{ signature }}}}\n{BLOCK}{BODY}",
        TWICE("{{ signature }}"),
        3,
        id="two-signatures",
    ),
    pytest.param(
        f"{{{{ signature }}}}\n{{{{ decorators }}}}\n{BLOCK}{BODY}",
        "{{ signature }} stands above {{ decorators }}",
        1,
        id="wrong-order",
    ),
    pytest.param(
        f"{{% set s = signature %}}\n{{{{ decorators }}}}\n{{{{ s }}}}\n{BLOCK}{BODY}",
        WITHOUT("{{ signature }}"),
        1,
        id="by-another-name",
    ),
]


@pytest.mark.parametrize(("text", "message", "line"), TESTS)
def test_a_test_template_that_loses_or_doubles_a_slot(templates, text, message, line):
    with pytest.raises(UsageError) as caught:
        load_pack(templates(test=text))
    assert message in caught.value.message.split("\n")[0]
    assert caught.value.path.endswith("/test.py.j2")
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("name", "text", "message", "line"),
    [
        pytest.param("header", BLOCK, WITHOUT("{{ imports }}"), 1, id="imports"),
        pytest.param("class", BLOCK, WITHOUT("{{ class_line }}"), 1, id="class-line"),
        pytest.param(
            "class",
            "{{ class_line }}\n" * 2 + BLOCK,
            TWICE("{{ class_line }}"),
            2,
            id="two-class-lines",
        ),
        pytest.param(
            "header",
            f"{{{{ imports }}}}\n{BLOCK}",
            "{{ imports }} stands above {% filter docstring %}",
            1,
            id="imports-first",
        ),
        pytest.param(
            "header",
            BLOCK + "{# {{ imports }} #}\n",
            WITHOUT("{{ imports }}"),
            1,
            id="in-a-comment",
        ),
    ],
)
def test_the_other_templates(templates, name, text, message, line):
    with pytest.raises(UsageError) as caught:
        load_pack(templates(**{name: text}))
    shown = [caught.value.message.split("\n")[0], *caught.value.message.split("\n  ")]
    assert any(message in item for item in shown)
    assert caught.value.path.endswith(f"/{name}.py.j2")
    assert caught.value.line == line


GOOD = [
    pytest.param(
        f"{TOP}{IF}{BLOCK}{{% else %}}\n{BLOCK}{{% endif %}}\n{BODY}", id="either-block"
    ),
    pytest.param(
        f"{TOP}{BLOCK}{IF}{BODY}{{% else %}}\n    assert self\n{{% endif %}}\n",
        id="body-in-one-branch",
    ),
    pytest.param(f"{TOP}{BLOCK}    assert self\n", id="body-of-its-own"),
    pytest.param(
        "{% macro doc() %}\n{% filter docstring %}\nText.\n{% endfilter %}\n"
        f"{{% endmacro %}}\n{TOP}{{{{ doc() }}}}\n{BODY}",
        id="block-in-a-macro",
    ),
    pytest.param(
        f'{TOP}{{% include "block.j2" %}}\n{BODY}', id="block-in-an-included-template"
    ),
]


@pytest.mark.parametrize("text", GOOD)
def test_good_templates_are_not_refused(render, data, templates, text):
    folder = templates(test=text)
    (folder / "block.j2").write_text(BLOCK, "utf-8")
    (unit,) = render(data(), load_pack(folder)).groups[0].units
    assert unit.text.docstring == "Text."


def test_a_slot_in_an_included_template_is_named_there(templates):
    folder = templates(test=f'{TOP}{BLOCK}{BODY}{{% include "more.j2" %}}\n')
    (folder / "more.j2").write_text(f"{{# x #}}\n{BODY}", "utf-8")
    with pytest.raises(UsageError) as caught:
        load_pack(folder)
    assert TWICE("{{ body }}") in caught.value.message
    assert (caught.value.path, caught.value.line) == (f"{folder}/more.j2", 2)
