"""Cases bring parameters and take them away; what a person wrote keeps its meaning."""

import ast

import pytest

from .conftest import ALPHA, ONE, SPECS, written

CASES = "cases: [{id: a, kind: edge, with: {z: 1}}]"

SIGNATURES = [
    pytest.param("(self, n=1, /)", "(self, n=1, /, *, z)", id="default-slash"),
    pytest.param("(self, n=1, /, *, k)", "(self, n=1, /, *, z, k)", id="slash-star"),
    pytest.param("(self=None)", "(self=None, *, z)", id="default-of-self"),
    pytest.param("(self=None,)", "(self=None, *, z,)", id="default-comma"),
    pytest.param("(self=None, *args)", "(self=None, *args, z)", id="rest"),
    pytest.param("(self=None, **kw)", "(self=None, *, z, **kw)", id="mapping"),
    pytest.param("(self=(1, 2), *, k=3)", "(self=(1, 2), *, z, k=3)", id="brackets"),
    pytest.param("(self: int = 1, /)", "(self: int = 1, /, *, z)", id="annotated"),
    pytest.param(
        "(self, f=lambda a, b: (a, b), /)",
        "(self, f=lambda a, b: (a, b), /, *, z)",
        id="lambda",
    ),
    pytest.param('(self, s="a,b/*", t=1)', '(self, z, s="a,b/*", t=1)', id="text"),
    pytest.param("(self, m, n=1)", "(self, z, m, n=1)", id="plain-default"),
    pytest.param("(*args)", "(*args, z)", id="rest-only"),
    pytest.param("(**kw)", "(z, **kw)", id="mapping-only"),
    pytest.param("(*, k)", "(*, z, k)", id="keyword-only"),
    pytest.param("()", "(z)", id="none"),
    pytest.param(
        "(\n        self,\n        n=1,  # n, m\n        /,\n    )",
        "(\n        self,\n        n=1,  # n, m\n        /, *, z,\n    )",
        id="lines",
    ),
]


def defaults(project):
    """Source of the default of each parameter of ``test_one`` that has one."""
    tree = ast.parse(project.read(ALPHA))
    node = next(n for n in ast.walk(tree) if getattr(n, "name", "") == "test_one")
    plain = [*node.args.posonlyargs, *node.args.args]
    given = plain[len(plain) - len(node.args.defaults) :]
    pairs = [
        *zip(given, node.args.defaults, strict=True),
        *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
    ]
    return {name.arg: ast.unparse(value) for name, value in pairs if value}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize(("signature", "with_case"), SIGNATURES)
def test_default_stays_with_its_parameter_and_undoing_gives_the_bytes_back(
    project, signature, with_case, newline
):
    written(project, ALPHA, "test_one", "assert 1")
    project.replace(ALPHA, ("def test_one(self)", f"def test_one{signature}"))
    project.write(ALPHA, project.read(ALPHA).replace("\n", newline))
    before, held = project.read(ALPHA), defaults(project)
    project.replace("specs/alpha.yaml", (ONE, ONE.replace("cases: []", CASES)))
    project.done()
    wanted = f"    def test_one{with_case}:\n".replace("\n", newline)
    assert wanted in project.read(ALPHA)
    assert defaults(project) == held
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    assert project.read(ALPHA) == before


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("(self, z)", "(self, w)", id="bare"),
        pytest.param("(self, z=1)", "(self, w, z=1)", id="default-is-a-persons"),
        pytest.param("(self=None, *, z)", "(self=None, *, w)", id="behind-a-star"),
        pytest.param("(z)", "(w)", id="alone"),
        pytest.param("(z, k)", "(k, w)", id="first"),
        pytest.param("(self, *, z, k=z)", "(self, w, *, k=z)", id="moves-up"),
    ],
)
def test_other_name_of_a_case_takes_the_place_of_the_old_one(project, before, after):
    project.replace("specs/alpha.yaml", (ONE, ONE.replace("cases: []", CASES)))
    project.done()
    written(project, ALPHA, "test_one", "assert 1")
    project.replace(ALPHA, ("def test_one(self, z)", f"def test_one{before}"))
    project.replace("specs/alpha.yaml", ("{z: 1}", "{w: 1}"))
    project.done()
    assert f"    def test_one{after}:\n" in project.read(ALPHA)


def test_comment_between_parameters_outlives_them(project):
    both = CASES.replace("z: 1", "z: 1, y: 2")
    project.replace("specs/alpha.yaml", (ONE, ONE.replace("cases: []", both)))
    project.done()
    signature = (
        "(\n        self,  # self\n        z,  # z\n        y,\n        k=1,\n    )"
    )
    project.replace(ALPHA, ("def test_one(self, z, y)", f"def test_one{signature}"))
    written(project, ALPHA, "test_one", "assert 1")
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    text = project.read(ALPHA)
    assert "# self" in text
    assert "# z" in text
    assert defaults(project) == {"k": "1"}


@pytest.mark.parametrize(
    ("by_hand", "title"),
    [
        pytest.param(("def test_one(", "def test_one·("), "", id="function"),
        pytest.param(("def test_one(", "def test_ﬁne·1("), "", id="function-ligature"),
        pytest.param(("class TestFirst(", "class TestFirst·("), "", id="class"),
        pytest.param(("class TestFirst(", "class TestFirst·("), "New", id="title"),
    ],
)
def test_name_with_a_middle_dot_is_replaced_as_a_whole(project, by_hand, title):
    written(project, ALPHA, "test_one", "assert 1")
    before = project.read(ALPHA)
    project.replace(ALPHA, by_hand)
    if title:
        project.replace("specs/alpha.yaml", ("title: First", f"title: {title}"))
        assert project.generate().code == 4
        project.done("--restore")
        assert "class TestNew(" in project.read(ALPHA)
        return
    project.done("--restore")
    assert project.read(ALPHA) == before
    assert project.done("--restore").json["plan"] == []
