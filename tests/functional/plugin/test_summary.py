import re

import pytest

SUITE = """
class TestA(SSotBaseTestCase):
    @pytest.mark.spec("SU-001")
    def test_passed(self):
        pass

    @pytest.mark.spec("SU-002")
    @pytest.mark.parametrize("n", [1, 2, 3])
    def test_worst_case_counts(self, n):
        assert n != 2

    @pytest.mark.spec("SU-003")
    def test_error(self, no_such_fixture):
        pass

    @pytest.mark.spec("SU-004")
    @pytest.mark.skip
    def test_skipped(self):
        pass

    @pytest.mark.spec("SU-005")
    @pytest.mark.parametrize("n", [1, 2])
    def test_half_pending(self, n):
        self.later(n)

    def later(self, n):
        if n == 1:
            self.pending()

    @pytest.mark.orphan("SU-006")
    def test_orphan(self):
        pass

    def test_without_id(self):
        pass
"""
HEADING = r"=+ suiteloom =+"


def test_counts_ids_by_their_worst_case(example):
    example.write(test_a=SUITE)
    result = example.run()
    line = "5 specified tests: 1 passed, 2 failed, 1 pending, 1 skipped; 1 orphaned"
    result.stdout.re_match_lines([HEADING, re.escape(line), "pending: SU-005"])


def test_counts_the_same_with_workers(example):
    example.write(test_a=SUITE)
    result = example.run_apart("-n2")
    line = "5 specified tests: 1 passed, 2 failed, 1 pending, 1 skipped; 1 orphaned"
    result.stdout.re_match_lines([HEADING, re.escape(line), "pending: SU-005"])
    assert sum("specified test" in text for text in result.outlines) == 1


def test_names_the_first_pending_ids_only(example):
    tests = "".join(
        f"    @pytest.mark.spec('SU-{n:03}')\n    def test_{n}(self): self.pending()\n"
        for n in reversed(range(1, 9))
    )
    example.write(test_a="class TestA(SSotBaseTestCase):\n" + tests)
    lines = example.run().outlines
    assert "8 specified tests: 8 pending" in lines
    pending = "pending: SU-001, SU-002, SU-003, SU-004, SU-005 and 3 more"
    assert [line for line in lines if "pending:" in line] == [pending]


def test_expected_failures_never_count_as_passed(example):
    example.write(
        test_a="""
@pytest.mark.spec("SU-001")
@pytest.mark.xfail(strict=True)
def test_fails(): assert False

@pytest.mark.spec("SU-002")
@pytest.mark.xfail(strict=False)
def test_passes(): pass
"""
    )
    assert "2 specified tests: 1 failed, 1 skipped" in example.run().outlines


def test_one_test_is_singular(example):
    example.write(test_a="@pytest.mark.spec('SU-001')\ndef test_a(): pass\n")
    assert "1 specified test: 1 passed" in example.run().outlines


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        pytest.param("def test_a(): pass\n", (), id="no_ids"),
        pytest.param("@pytest.mark.spec('A-1')\ndef test_a(): 1\n", ("-qq",), id="qq"),
        pytest.param(
            "@pytest.mark.spec('A-1')\ndef test_a(): 1\n",
            ("--collect-only",),
            id="collect_only",
        ),
    ],
)
def test_no_block(example, text, arguments):
    example.write(test_a=text)
    result = example.run(*arguments)
    assert result.ret == pytest.ExitCode.OK
    assert not [line for line in result.outlines if re.match(HEADING, line)]
    assert not [line for line in result.outlines if "specified" in line]
