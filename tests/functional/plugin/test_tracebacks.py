"""What a failed test of a suite shows of itself."""

import re

import pytest

ADDRESS = re.compile("0x[0-9a-f]+")
TIME = re.compile(r" in [0-9.]+s")
RULER = re.compile("_{4,}.*_{4,}$|={4,}")
WITHOUT = ("-p", "no:suiteloom-tracebacks")
SUITE = '''

class TestOrder(SSotBaseTestCase):
    @pytest.mark.spec("SU-001", rev="123456.123456")
    @pytest.mark.integration
    @pytest.mark.parametrize("n", [1])
    def test_order(self, n):
        """Services start in order, which is a sentence of some length that is folded
            here.

        BVJ: Platform - Stability
        Value Impact: Nobody waits.
        """
        first = n
        helper()
        assert first == 2

    def test_of_a_person(self):
        """A summary.

        And a second paragraph.
        """
        assert self.env is None

    @pytest.mark.spec("SU-002", rev="123456.123456")
    def test_in_a_helper(self):
        """It helps."""
        helper(None)


def helper(value=1):
    """Help.

    Much of it.
    """
    assert value
'''
SUMMARY = [
    '        """Services start in order, which is a sentence of some length that is folded',
    '            here. …"""',
]


def shown(example, *arguments, test="TestOrder.test_order"):
    """What is shown of one failed test, from below its name to its place."""
    lines = [ADDRESS.sub("0x", line) for line in example.run(*arguments).outlines]
    start = next(
        n for n, line in enumerate(lines) if RULER.match(line) and test in line
    )
    rest = lines[start + 1 :]
    return rest[: next(n for n, line in enumerate(rest) if RULER.match(line))]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="auto"),
        pytest.param(["--tb=long"], id="long"),
        pytest.param(["--tb=long", "--showlocals"], id="locals"),
    ],
)
def test_the_docstring_is_cut_to_its_summary_and_all_else_is_there(example, arguments):
    example.write(test_a=SUITE)
    short = shown(example, *arguments)
    full = shown(example, *arguments, *WITHOUT)
    cut = [line for line in full if line not in short]
    assert [line.strip() for line in cut] == [
        "here.",
        "",
        "BVJ: Platform - Stability",
        "Value Impact: Nobody waits.",
        '"""',
    ]
    assert [line for line in short if line not in full] == SUMMARY[1:]
    assert SUMMARY[0] in short


def test_a_full_trace_is_shortened_as_well(example):
    example.write(test_a=SUITE)
    lines = shown(example, "--full-trace")
    assert SUMMARY[1] in lines
    assert "        BVJ: Platform - Stability" not in lines


@pytest.mark.parametrize("style", ["auto", "long", "short", "native", "line"])
def test_the_place_that_is_shown_is_the_line_that_failed(example, style):
    example.write(test_a=SUITE)
    out = example.run(f"--tb={style}").stdout.str()
    text = (example.path / "test_a.py").read_text("utf-8").splitlines()
    line = next(n for n, line in enumerate(text, 1) if "assert first == 2" in line)
    assert re.search(rf"test_a\.py(?::|\", line ){line}\b", out)


@pytest.mark.parametrize("style", ["short", "native", "line", "no"])
def test_styles_that_show_no_function_are_as_without_the_plugin(example, style):
    example.write(test_a=SUITE)
    runs = [example.run(f"--tb={style}", *more).outlines for more in ((), WITHOUT)]
    with_it, without = (
        [TIME.sub("", ADDRESS.sub("0x", line)) for line in lines] for lines in runs
    )
    assert with_it == without


def test_tests_without_an_id_and_helpers_are_as_without_the_plugin(example):
    example.write(test_a=SUITE)
    name = "TestOrder.test_of_a_person"
    short = shown(example, test=name)
    assert short == shown(example, *WITHOUT, test=name)
    assert "        And a second paragraph." in short
    assert "        Much of it." in shown(example, test="test_in_a_helper")


def test_a_body_that_was_never_reached_and_other_forms_of_text_stay(example):
    example.write(
        test_a="""
@pytest.fixture
def broken():
    raise ValueError(1)

class TestA(SSotBaseTestCase):
    @pytest.mark.spec("SU-001")
    def test_setup(self, broken):
        '''One.

        Two.
        '''

    @pytest.mark.spec("SU-002")
    def test_one_line(self):
        '''One.'''
        assert self.env is None

    @pytest.mark.spec("SU-003")
    def test_none(self):
        assert self.env is None

    @pytest.mark.spec("SU-004")
    def test_starts_below(self):
        '''
        One.

        Two.
        '''
        assert self.env is None

    @pytest.mark.spec("SU-005")
    def test_single_quotes(self):
        '''One.

        Two.
        '''
        try:
            assert self.env is None
        except AssertionError as error:
            raise ValueError from error
"""
    )
    for name in ("test_one_line", "test_none", "test_starts_below"):
        test = f"TestA.{name}"
        assert shown(example, test=test) == shown(example, *WITHOUT, test=test)
    chained = shown(example, test="TestA.test_single_quotes")
    assert chained.count("        '''One. …'''") == 2
    assert not [line for line in chained if "Two." in line]


def test_workers_shorten_as_well(example):
    example.write(test_a=SUITE)
    out = example.run_apart("-n1").outlines
    assert SUMMARY[1] in out
    assert "        BVJ: Platform - Stability" not in out


def test_the_xml_report_has_the_shortened_text(example):
    example.write(test_a=SUITE)
    example.run("--junitxml=out/junit.xml")
    xml = (example.path / "out" / "junit.xml").read_text("utf-8")
    assert "here. …" in xml
    assert "BVJ: Platform" not in xml
