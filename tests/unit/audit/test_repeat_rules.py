"""SL110 and SL111, and the digest by which bodies are told apart."""

import pytest

from suiteloom.audit.engine.ancestry import classes_of, marks_of
from suiteloom.audit.engine.bodies import body_digests
from suiteloom.audit.engine.examine import examine_all
from suiteloom.audit.engine.facts import FileFacts, TestFacts
from suiteloom.audit.engine.settings import Settings
from suiteloom.audit.engine.testfile import read_test_file
from suiteloom.audit.rules import justification, repeated


def test_bodies_are_told_apart_whatever_was_asked_before():
    source = (
        "import pytest\n\n\nclass TestA:\n    pytestmark = [pytest.mark.slow]\n\n"
        "    def test_a(self):\n        self.n = 1\n        assert self.n == 1\n"
        "        assert self.n\n"
    )
    fresh = read_test_file("a.py", source, Settings())
    asked = read_test_file("a.py", source, Settings())
    assert list(marks_of(asked, asked.tests[0], classes_of(asked)))
    assert list(body_digests(asked).values()) == list(body_digests(fresh).values())


def facts_of(path, *tests):
    return FileFacts(path, (), tests)


def one_test(name, line, identity="", body=""):
    return TestFacts(name, line, identity, {}, body, (), is_pending=False)


class TestRepeats:
    def run(self, code, *files):
        rules = [rule for rule in repeated.RULES if rule.code == code]
        return [
            (file.path, flaw.finding.line, flaw.owner, flaw.finding.message)
            for file in examine_all(files, Settings(), rules)
            for flaw in file.flaws
        ]

    def test_an_id_is_reported_wherever_it_comes_again(self):
        found = self.run(
            "SL110",
            facts_of("a.py", one_test("test_a", 3, "X-1"), one_test("test_b", 9)),
            facts_of("b.py", one_test("T.test_a", 5, "X-1"), one_test("test_b", 9)),
        )
        message = "X-1 is the id of a.py:3 test_a already"
        assert found == [("b.py", 5, "T.test_a", message)]

    def test_a_body_is_reported_with_the_first_of_its_kind(self):
        found = self.run(
            "SL111",
            facts_of("a.py", one_test("test_a", 3, body="f0")),
            facts_of(
                "b.py",
                one_test("test_b", 5, body="f0"),
                one_test("test_c", 9, body="f1"),
                one_test("test_d", 12, body="f0"),
            ),
        )
        message = "the body is a copy of a.py:3 test_a"
        assert found == [
            ("b.py", 5, "test_b", message),
            ("b.py", 12, "test_d", message),
        ]


def digests(source, path="tests/test_a.py"):
    file = read_test_file(path, source, Settings())
    return list(body_digests(file).values())


class TestDigest:
    BODY = "    a = 1\n    b = 2\n    assert a < b\n"

    def test_docstring_comments_and_plain_marks_do_not_count(self):
        one, two = digests(
            "import pytest\ndef test_a():\n" + self.BODY + "@pytest.mark.slow\n"
            "@pytest.mark.spec('A-1')\ndef test_b():\n    '''Why.'''\n    # so\n"
            + self.BODY
        )
        assert one == two != ""

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("def test_a():\n    a = 1\n    assert a\n", id="too-short"),
            pytest.param(
                "class TestA:\n    def test_a(self):\n        a = 1\n        b = 2\n"
                "        self.pending()\n",
                id="pending",
            ),
        ],
    )
    def test_says_nothing(self, source):
        assert digests(source) == [""]

    @pytest.mark.parametrize(
        ("one", "two"),
        [
            pytest.param(
                "from a import run\ndef test_a():\n    b = run()\n",
                "from c import run\ndef test_a():\n    b = run()\n",
                id="imported-from-elsewhere",
            ),
            pytest.param(
                "RUN = 1\ndef test_a():\n    b = RUN\n",
                "RUN = 2\ndef test_a():\n    b = RUN\n",
                id="defined-in-the-file",
            ),
            pytest.param(
                "def test_a(client):\n    b = client\n",
                "def test_a(client):\n    b = client\n",
                id="fixture-of-another-folder",
            ),
            pytest.param(
                "import p\n@p.mark.parametrize('b', [1])\ndef test_a(b):\n    b = 1\n",
                "import p\n@p.mark.parametrize('b', [2])\ndef test_a(b):\n    b = 1\n",
                id="other-cases",
            ),
            pytest.param("def test_a():\n", "async def test_a():\n", id="async"),
        ],
    )
    def test_what_makes_a_difference(self, one, two):
        first = digests(one + self.BODY, "tests/a/test_a.py")
        second = digests(two + self.BODY, "tests/b/test_a.py")
        assert first != second

    @pytest.mark.parametrize(
        ("between", "same"),
        [
            pytest.param("", True, id="plain"),
            pytest.param(
                "    def setup_method(self):\n        go()\n", False, id="setup"
            ),
        ],
    )
    def test_classes(self, between, same):
        body = "".join(f"    {line}\n" for line in self.BODY.splitlines())
        one, two = digests(
            "class TestA:\n    def test_a(self):\n"
            + body
            + "class TestB:\n"
            + between
            + "    def test_b(self):\n"
            + body
        )
        assert (one == two) is same

    @pytest.mark.parametrize(
        ("base", "same"),
        [
            pytest.param("from unittest import TestCase as Base", True, id="unittest"),
            pytest.param("from tools import Base", False, id="a-base-that-reads-it"),
        ],
    )
    def test_class_attributes_count_for_bases_that_may_read_them(self, base, same):
        test = "        a = 1\n        b = 2\n        self.assertEqual(a, b)\n"
        one, two = digests(
            f"{base}\nclass TestA(Base):\n    subject = 1\n    def test_a(self):\n{test}"
            f"class TestB(Base):\n    subject = 2\n    def test_b(self):\n{test}"
        )
        assert (one == two) is same


@pytest.mark.parametrize(
    ("values", "found"),
    [
        pytest.param(("No order is lost.", "no order  is lost."), 1, id="the-same"),
        pytest.param(("TODO", "TODO"), 0, id="to-do"),
        pytest.param(("TBD.", "TBD."), 0, id="to-be-done"),
        pytest.param(("Orders FIXME", "Orders FIXME"), 0, id="with-words"),
        pytest.param(("TODO", "TODO", "Kept.", "Kept."), 1, id="both"),
    ],
)
def test_values_that_are_still_to_be_written_are_no_repetition(values, found):
    tests = tuple(
        TestFacts(f"test_{n}", n, "", {"Value Impact": text}, "", (), is_pending=False)
        for n, text in enumerate(values, 1)
    )
    rules = [rule for rule in justification.RULES if rule.code == "SL405"]
    (file,) = examine_all(
        [FileFacts("a.py", (), tests)], Settings(needs_bvj=True), rules
    )
    assert len(file.flaws) == found
