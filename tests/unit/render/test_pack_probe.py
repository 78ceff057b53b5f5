"""A pack whose output regeneration could not read back is refused when it is loaded."""

import ast

import pytest

from suiteloom.errors import UsageError
from suiteloom.render.pack_check.load import load_pack

BLOCK = "{% filter docstring %}\nText.\n{% endfilter %}\n"
TOP = "{{ decorators }}\n{{ signature }}\n"
BODY = "    {{ body }}\n"
CLASS = "{{ class_line }}\n"
IMPORTS = "{{ imports }}\n"

LOST = [
    pytest.param(
        "test",
        f"{TOP}{BLOCK}    print('{{{{ test.summary }}}}')\n",
        "the template writes no Python",
        6,
        id="spec-text-as-code",
    ),
    pytest.param(
        "test",
        f"# {{{{ test.name }}}}:\n{TOP}{BLOCK}{BODY}) = 1\n",
        "the template writes no Python: unmatched ')' in ') = 1'",
        8,
        id="syntax",
    ),
    pytest.param(
        "test",
        f"{TOP}{BLOCK}{BODY}\ndef test_more(self):\n    assert self\n",
        "the template writes more than one test",
        8,
        id="two-tests",
    ),
    pytest.param(
        "test",
        f"{TOP}{BLOCK}{BODY}\nlimit = 5\n",
        "the template writes more than one test",
        8,
        id="test-and-more",
    ),
    pytest.param(
        "test",
        TOP.replace("signature", "signature | replace('self', 'this')") + BLOCK + BODY,
        "the signature is lost",
        2,
        id="signature",
    ),
    pytest.param(
        "test",
        TOP.replace("decorators", "decorators | replace('@pytest.mark.integ', '#')")
        + BLOCK
        + BODY,
        "the decorators are lost",
        1,
        id="decorators",
    ),
    pytest.param(
        "test",
        TOP.replace("decorators", "decorators | replace('PB-', 'XX-')") + BLOCK + BODY,
        "the decorators are lost",
        1,
        id="id",
    ),
    pytest.param(
        "test",
        f"{TOP}    first = 1\n{BLOCK}{BODY}",
        "something stands before the docstring of the test",
        3,
        id="before-the-docstring",
    ),
    pytest.param(
        "test",
        f"{TOP}{BLOCK}    # Arrange first\n{BODY}",
        "a comment stands above the first statement of the body",
        6,
        id="comment-above",
    ),
    pytest.param(
        "test",
        f"{TOP}{BLOCK}{BODY}    # and then\n",
        "a comment stands behind the last statement of the body",
        7,
        id="comment-below",
    ),
    pytest.param(
        "test",
        f"{TOP}{BLOCK}    self.x = '''one\n    two and three\n    '''\n",
        "the body has a text over several lines",
        7,
        id="long-text",
    ),
    pytest.param(
        "class",
        CLASS.replace("class_line", "class_line | replace('Test', 'Check')") + BLOCK,
        "the class line is lost",
        1,
        id="class-line",
    ),
    pytest.param(
        "class",
        f"limit = 5\n{CLASS}{BLOCK}",
        "the template writes something beside its class",
        1,
        id="beside-the-class",
    ),
    pytest.param(
        "class",
        f"{CLASS}{BLOCK}\n\nclass TestMore:\n    x = 1\n",
        "the template writes more than one class",
        1,
        id="two-classes",
    ),
    pytest.param(
        "class",
        f"{CLASS}    limit = 5\n{BLOCK}",
        "something stands before the docstring of the class",
        3,
        id="before-the-class-docstring",
    ),
    pytest.param(
        "class",
        f"{CLASS}{BLOCK}\n    def test_more(self):\n        assert self\n",
        "the class writes a test of its own: test_more",
        6,
        id="test-in-the-class",
    ),
    pytest.param(
        "header",
        f"limit = 5\n{BLOCK}{IMPORTS}",
        "something stands before the docstring of the module",
        2,
        id="before-the-module-docstring",
    ),
    pytest.param(
        "header",
        BLOCK + IMPORTS.replace("imports", "imports | replace('SSot', 'My')"),
        "the imports are lost",
        4,
        id="imports",
    ),
    pytest.param(
        "header",
        f"{BLOCK}{IMPORTS}\ndef test_more():\n    assert 1\n",
        "the header writes a test of its own: test_more",
        6,
        id="test-in-the-header",
    ),
    pytest.param(
        "header",
        f"{BLOCK}{IMPORTS}{{{{ suite.must_cover[0] }}}} = 1\n",
        "has no element 0|no Python",
        5,
        id="only-with-some-specs",
    ),
]


@pytest.mark.parametrize(("name", "text", "message", "line"), LOST)
def test_what_regeneration_could_not_read_is_refused(
    templates, name, text, message, line
):
    import re

    with pytest.raises(UsageError) as caught:
        load_pack(templates(**{name: text}))
    wanted = message if "|" in message else re.escape(message)
    assert re.search(wanted, caught.value.message)
    assert caught.value.path.endswith(f"/{name}.py.j2")
    assert caught.value.line == line
    assert caught.value.hint


KEPT = [
    pytest.param("header", f"# Ours\n{BLOCK}{IMPORTS}\nlimit=5\n# x\n", id="header"),
    pytest.param("class", f"{CLASS}{BLOCK}    limit=5 # s\n    # more\n", id="class"),
    pytest.param("class", f"@mine\n{CLASS}{BLOCK}", id="decorated-class"),
    pytest.param(
        "test",
        f"# ours\n{TOP}{BLOCK}\n    with self.x( ):\n        # A\n        {{{{ body }}}}\n",
        id="body",
    ),
    pytest.param(
        "test",
        f"{TOP}{BLOCK}    print( {{{{ test.summary | literal }}}},'a' )\n",
        id="literal",
    ),
    pytest.param(
        "test",
        "@mine(  1 )\n"
        + TOP.replace("signature", "signature")
        + "{% filter docstring %}\n{{ test.summary }}\n{% endfilter %}\n"
        + BODY,
        id="short-docstring",
    ),
]


@pytest.mark.parametrize(("name", "text"), KEPT)
def test_what_a_pack_adds_is_stable_under_black(render, data, templates, name, text):
    import black

    pack = load_pack(templates(**{name: text}))
    for summary in (
        "Short.",
        'He said "no"',
        "Ends in a backslash \\",
        "w " * 60 + ".",
    ):
        suite = render(data(summary=summary.strip()), pack)
        assert black.format_str(suite.source, mode=black.Mode()) == suite.source
        tree = ast.parse(suite.source)
        group = next(node for node in tree.body if isinstance(node, ast.ClassDef))
        test = next(node for node in group.body if isinstance(node, ast.FunctionDef))
        (unit,) = suite.groups[0].units
        assert ast.get_docstring(test) == unit.text.docstring
        assert ast.literal_eval(unit.docstring)


def test_the_built_in_pack_needs_no_black(built_in):
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path\n"
        "from suiteloom.render.pack_check.load import load_pack\n"
        "load_pack(Path(sys.argv[1]), check=True)\n"
        "sys.exit('black' in sys.modules)\n"
    )
    command = [sys.executable, "-c", code, str(built_in.folder)]
    assert subprocess.run(command, check=False).returncode == 0


def test_formatting_changes_neither_digests_nor_bodies(render, data, templates):
    wide = f"{TOP}{BLOCK}    x = self.call(   1,'a' )\n    self.pending( )\n"
    neat = f'{TOP}{BLOCK}    x = self.call(1, "a")\n    self.pending()\n'
    one = render(data(), load_pack(templates(test=wide)))
    two = render(data(), load_pack(templates(test=neat)))
    assert one == two
    assert 'x = self.call(1, "a")\n' in one.source
    (unit,) = one.groups[0].units
    assert unit.rev.count(".") == 2
    assert f'rev="{unit.rev}"' in one.source


def test_a_body_that_black_turns_into_the_pending_one_is_pending(
    render, data, templates
):
    pack = load_pack(templates(test=f"{TOP}{BLOCK}    self.pending( )\n"))
    (unit,) = render(data(), pack).groups[0].units
    assert unit.body == f'self.pending("OR-001", rev="{unit.normative}")'
    assert unit.body_digest == ""
