"""SL3: tricks that are found, and near misses that are not."""

from dataclasses import replace

import pytest

from suiteloom.audit.engine.examine import examine
from suiteloom.audit.engine.settings import Boundary, Settings
from suiteloom.audit.rules import imports

SERVICES = (
    Boundary("auth", ("auth", "common.auth"), ("auth/tests",)),
    Boundary("billing", ("billing", "common"), ("billing/tests",)),
)
KNOWN = {"importable": frozenset({"pytest"}), "first_party": frozenset({"shop"})}


def flaws(source, code, path="tests/test_it.py", **settings):
    facts = examine(
        path, source.encode(), replace(Settings(), **settings), imports.RULES
    )
    return [flaw for flaw in facts.flaws if flaw.finding.code == code]


def lines(source, code, path="tests/test_it.py", **settings):
    return [flaw.finding.line for flaw in flaws(source, code, path, **settings)]


class TestRelative:
    def test_in_a_test_counts_against_it(self):
        (flaw,) = flaws("def test_a():\n    from . import b\n    assert b\n", "SL301")
        assert (flaw.finding.line, flaw.owner) == (2, "test_a")

    def test_by_name_under_an_alias(self):
        source = "from importlib import import_module as get\nb = get('.b', 'a')\n"
        assert lines(source, "SL301") == [2]

    def test_near_miss(self):
        source = "def import_module(name): ...\nb = import_module('.b')\nimport a.b\n"
        assert lines(source, "SL301") == []


def test_star_in_a_branch_is_found_and_a_product_is_not():
    source = "if 1:\n    from a import *\nfrom a import b\nc = b * 2\n"
    assert lines(source, "SL302") == [2]


class TestUnresolvable:
    @pytest.mark.parametrize(
        ("source", "line"),
        [
            pytest.param("import nowhere as pytest\n", 1, id="alias-of-a-known-name"),
            pytest.param("from nowhere.shop import a\n", 1, id="known-further-down"),
            pytest.param("import os, nowhere\n", 1, id="second-of-two"),
            pytest.param(
                "try:\n    import nowhere\nexcept ValueError:\n    pass\n",
                2,
                id="caught-as-something-else",
            ),
            pytest.param(
                "try:\n    pass\nexcept ImportError:\n    pass\nelse:\n"
                "    import nowhere\n",
                None,
                id="in-an-else",
            ),
        ],
    )
    def test_found(self, source, line):
        found = lines(source, "SL303", **KNOWN)
        assert found == ([line] if line else [])

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("from .nowhere import a\n", id="relative"),
            pytest.param("import tomllib, shop.cart\n", id="known"),
            pytest.param("from __future__ import annotations\n", id="future"),
            pytest.param(
                "import contextlib as c\nwith c.suppress(ImportError):\n"
                "    import nowhere\n",
                id="suppressed",
            ),
            pytest.param(
                "try:\n    import nowhere\nexcept (KeyError, ModuleNotFoundError):\n"
                "    nowhere = None\n",
                id="caught",
            ),
            pytest.param(
                "import sys\nsys.modules['nowhere'] = shop\nimport nowhere\n",
                id="provided",
            ),
            pytest.param(
                "import sys\nsys.path.insert(0, 'x')\nimport nowhere\n", id="path"
            ),
            pytest.param(
                "import pytest\nif 1:\n    pytest.skip('x', allow_module_level=True)\n"
                "import nowhere\n",
                id="skipped",
            ),
            pytest.param("def helper():\n    import nowhere\n", id="in-a-helper"),
            pytest.param(
                "HAS_IT = find()\ndef test_a():\n    import nowhere\n    assert HAS_IT\n",
                id="in-a-test-that-may-not-run",
            ),
            pytest.param(
                "def test_a():\n    if OLD:\n        return\n    import nowhere\n",
                id="after-a-way-out",
            ),
        ],
    )
    def test_near_miss(self, source):
        assert lines(source, "SL303", **KNOWN) == []

    def test_silent_where_nobody_knows_what_can_be_imported(self):
        assert lines("import nowhere\n", "SL303") == []


class TestBoundary:
    def found(self, source, code="SL304", path="auth/tests/test_it.py"):
        return lines(source, code, path, boundaries=SERVICES)

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("import billing.a as auth\n", id="alias"),
            pytest.param("from common import money\n", id="part-of-a-package"),
            pytest.param("x = __import__('billing')\n", id="builtin"),
            pytest.param(
                "def test_a(mocker):\n    mocker.patch('billing.a.b')\n", id="mocker"
            ),
            pytest.param(
                "def test_a(monkeypatch):\n    monkeypatch.setattr('billing.a.b', 1)\n",
                id="monkeypatch",
            ),
            pytest.param("from ...billing import a\n", id="relative"),
        ],
    )
    def test_found(self, source):
        assert len(self.found(source)) == 1

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param(
                "from common import auth\n", id="own-part-of-a-foreign-package"
            ),
            pytest.param("import billing_tools\n", id="same-beginning"),
            pytest.param("from ..core import billing\n", id="own-relative"),
            pytest.param("load('billing.a')\n", id="a-text"),
            pytest.param(
                "import typing as t\nif t.TYPE_CHECKING:\n    import billing\n",
                id="for-types",
            ),
        ],
    )
    def test_near_miss(self, source):
        assert self.found(source) == []

    def test_tests_of_no_service_may_import_all(self):
        assert self.found("import billing, auth\n", path="tests/test_all.py") == []

    def test_helpers_of_other_tests_are_one_finding_of_one_rule(self):
        source = "from billing.tests.factories import invoice\n"
        assert self.found(source, "SL305") == [1]
        assert self.found(source, "SL304") == []

    def test_own_helpers(self):
        source = "from auth.tests import a\nfrom . import b\nfrom ..tests import c\n"
        assert self.found(source, "SL305") == []
