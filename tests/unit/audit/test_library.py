"""What a file defines is followed from every other: bases of classes, helpers that assert."""

import pytest

from suiteloom.audit.engine.definitions import define
from suiteloom.audit.engine.library import Library
from suiteloom.workflows.audit import AuditOptions, audit


def said(root, files, *codes):
    """Findings of some codes: name of the file, line, severity."""
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    report = audit(root, AuditOptions(("tests",), workers=1))
    return [
        (f.path.rpartition("/")[2], f.line, f.severity)
        for f in report.findings
        if f.code in codes
    ]


HIDDEN = "class Orders(Base):\n    def test_a(self):\n        assert self.shop()\n"
FROM_BASE = "from base import Base\n" + HIDDEN


@pytest.mark.parametrize(
    ("base", "path"),
    [
        pytest.param("class Base:\n    pass\n", "tests/base.py", id="beside-it"),
        pytest.param("class Base:\n    pass\n", "base.py", id="at-the-root"),
        pytest.param("class Base(object):\n    pass\n", "src/base.py", id="in-src"),
        pytest.param(
            "from deep import Base\n", "tests/base.py", id="re-exported-from-a-module"
        ),
        pytest.param("from deep import *\n", "tests/base.py", id="re-exported-by-star"),
    ],
)
def test_a_class_with_a_plain_base_of_the_tree_is_not_collected(tmp_path, base, path):
    files = {
        path: base,
        "deep.py": "class Base:\n    pass\n",
        "tests/test_a.py": FROM_BASE,
    }
    assert said(tmp_path, files, "SL102") == [("test_a.py", 2, "error")]


@pytest.mark.parametrize(
    "base",
    [
        pytest.param(
            "import unittest\nclass Base(unittest.TestCase):\n    pass\n", id="unittest"
        ),
        pytest.param(
            "from unittest import IsolatedAsyncioTestCase as I\n"
            "class Deep(I):\n    pass\nclass Base(Deep):\n    pass\n",
            id="over-another-class",
        ),
        pytest.param("from mid import Base\n", id="over-another-module"),
        pytest.param(
            "from unittest import TestCase\nclass Mixin:\n    pass\n"
            "class Base(Mixin, TestCase):\n    pass\n",
            id="second-of-two-bases",
        ),
    ],
)
def test_unittest_comes_to_a_class_whose_base_derives_from_it(tmp_path, base):
    mid = "from unittest import TestCase\nclass Base(TestCase):\n    pass\n"
    files = {"tests/base.py": base, "tests/mid.py": mid, "tests/test_a.py": FROM_BASE}
    assert said(tmp_path, files, "SL102") == []


@pytest.mark.parametrize(
    "user",
    [
        pytest.param(
            "from test_a import Orders\nclass TestOrders(Orders):\n    pass\n",
            id="derives-from-it",
        ),
        pytest.param(
            "import test_a\nclass TestOrders(test_a.Orders):\n    pass\n",
            id="by-its-module",
        ),
        pytest.param(
            "from .test_a import Orders\nif 1:\n    class TestB(Orders):\n        pass\n",
            id="in-a-block",
        ),
        pytest.param(
            "from test_a import Orders\ndef test_it():\n    assert Orders().test_a()\n",
            id="calls-it",
        ),
    ],
)
def test_a_class_that_another_file_uses_is_left_alone(tmp_path, user):
    hidden = "class Orders:\n    def test_a(self):\n        assert self.shop()\n"
    files = {"tests/test_a.py": hidden, "tests/test_b.py": user}
    assert said(tmp_path, files, "SL102") == []


def test_a_base_that_nobody_has_is_a_warning(tmp_path):
    text = "from shop import Base, thing\n" + HIDDEN
    files = {"tests/test_a.py": text}
    assert said(tmp_path, files, "SL102") == [("test_a.py", 2, "warning")]


def test_a_shard_knows_who_uses_its_classes(tmp_path):
    hidden = "class Orders:\n    def test_a(self):\n        assert self.shop()\n"
    user = "from test_a import Orders\nclass TestOrders(Orders):\n    pass\n"
    said(tmp_path, {"tests/test_a.py": hidden, "tests/test_b.py": user})
    from suiteloom.model import Shard

    options = AuditOptions(("tests",), workers=1, shard=Shard(1, 2))
    assert [f.code for f in audit(tmp_path, options).findings] == []


CALL = (
    "from helpers import verify\nimport shop\ndef test_a():\n    verify(shop.pay())\n"
)


@pytest.mark.parametrize(
    "helper",
    [
        pytest.param("def verify(x):\n    pass\n", id="empty"),
        pytest.param("def verify(x):\n    return x == 3\n", id="returns"),
        pytest.param(
            "from other import show\ndef verify(x):\n    show(x)\n", id="leads-to-none"
        ),
        pytest.param("from other import verify\n", id="re-exported"),
    ],
)
def test_a_helper_elsewhere_that_can_not_fail_is_no_evidence(tmp_path, helper):
    other = "def show(x):\n    print(x)\ndef verify(x):\n    print(x)\n"
    files = {
        "tests/helpers.py": helper,
        "tests/other.py": other,
        "tests/test_a.py": CALL,
    }
    assert said(tmp_path, files, "SL601", "SL613") == [("test_a.py", 3, "warning")]


@pytest.mark.parametrize(
    "helper",
    [
        pytest.param("def verify(x):\n    assert x\n", id="asserts"),
        pytest.param(
            "def verify(x):\n    if x:\n        raise ValueError\n", id="raises"
        ),
        pytest.param(
            "from other import same\ndef verify(x):\n    same(x, 1)\n",
            id="leads-to-one",
        ),
        pytest.param("from nowhere import verify\n", id="nobody-knows"),
        pytest.param("def verify(x):\n    x.check_all()\n", id="may-check"),
    ],
)
def test_a_helper_elsewhere_that_may_fail_is_evidence(tmp_path, helper):
    other = "def same(x, y):\n    if x != y:\n        raise AssertionError\n"
    files = {
        "tests/helpers.py": helper,
        "tests/other.py": other,
        "tests/test_a.py": CALL,
    }
    assert said(tmp_path, files, "SL601", "SL613") == []


def test_a_suppressed_finding_that_other_files_decide_stays_suppressed(tmp_path):
    text = CALL.replace(
        "def test_a", "# suiteloom: ignore[SL613] because it is slow\ndef test_a"
    )
    files = {"tests/helpers.py": "def verify(x):\n    pass\n", "tests/test_a.py": text}
    assert said(tmp_path, files, "SL613", "SL001") == []


def test_a_base_of_an_installed_module_that_leads_nowhere_is_not_known():
    away = define(
        "/lib/away/base.py", "import gone\nclass Case(gone.Case):\n    pass\n"
    )
    library = Library((), {"/lib/away/base.py": away}.get, installed=("/lib",))
    assert library.is_unittest("tests/test_a.py", "away.base.Case") is None
