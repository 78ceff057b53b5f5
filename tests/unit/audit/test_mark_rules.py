"""SL5: tricks that are found, and near misses that are not."""

from dataclasses import replace

import pytest

from suiteloom.audit.engine.examine import examine, examine_all
from suiteloom.audit.engine.settings import Settings, Specified
from suiteloom.audit.rules import marks

KNOWN = {"markers": frozenset({"slow"}), "categories": ("unit", "integration")}
TEST = "def test_a():\n    assert 1\n"


def flaws(source, code, **settings):
    told = replace(Settings(), **settings)
    facts = examine(
        "tests/test_it.py", f"import pytest\n{source}".encode(), told, marks.RULES
    )
    (facts,) = examine_all([facts], told, marks.RULES)
    return [flaw for flaw in facts.flaws if flaw.finding.code == code]


def lines(source, code, **settings):
    return [flaw.finding.line - 1 for flaw in flaws(source, code, **settings)]


class TestCategory:
    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("unit = 1\n" + TEST, id="a-name-is-no-mark"),
            pytest.param("@pytest.mark.units\n" + TEST, id="nearly"),
            pytest.param(
                "class TestA:\n    pytestmark = pytest.mark.unit\n" + TEST,
                id="of-another-class",
            ),
        ],
    )
    def test_missing(self, source):
        (flaw,) = flaws(source, "SL501", needs_category=True, **KNOWN)
        assert flaw.owner == "test_a"
        assert lines(source, "SL501", **KNOWN) == []

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("pytestmark = [pytest.mark.unit]\n" + TEST, id="module"),
            pytest.param("from pytest import mark as m\n@m.unit\n" + TEST, id="alias"),
            pytest.param("@pytest.mark.unit()\n" + TEST, id="called"),
            pytest.param("u = pytest.mark.unit\n@u\n" + TEST, id="held"),
            pytest.param("u = pytest.mark.unit(1)\n@u\n" + TEST, id="held-and-called"),
            pytest.param("@pytest.fixture\n" + TEST, id="fixture"),
            pytest.param("@pytest.mark.orphan('A-1')\n" + TEST, id="orphan"),
            pytest.param("from shop import unit\n@unit\n" + TEST, id="of-the-project"),
        ],
    )
    def test_there(self, source):
        settings = {**KNOWN, "first_party": frozenset({"shop"})}
        assert lines(source, "SL501", needs_category=True, **settings) == []

    @pytest.mark.parametrize(
        ("mark", "found"),
        [
            pytest.param("@pytest.mark.unit\n", [3], id="other"),
            pytest.param("@pytest.mark.integration\n", [], id="the-spec-s"),
            pytest.param("@pytest.mark.slow\n", [], id="none"),
            pytest.param(
                "@pytest.mark.unit\n@pytest.mark.integration\n", [], id="both"
            ),
        ],
    )
    def test_against_the_spec(self, mark, found):
        spec = Specified("A-1", "test_a", "shop", "integration", (), {})
        source = "@pytest.mark.spec('A-1')\n" + mark + TEST
        assert lines(source, "SL502", specified={"A-1": spec}, **KNOWN) == found


class TestUnregistered:
    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("@pytest.mark.slwo\n", id="decorator"),
            pytest.param("from pytest import mark\n@mark.slwo(1)\n", id="imported"),
            pytest.param("m = pytest.mark\n@m.slwo\n", id="held"),
            pytest.param("pytestmark = [pytest.mark.slwo]\n", id="module"),
        ],
    )
    def test_found(self, source):
        (flaw,) = flaws(source + TEST, "SL503", **KNOWN)
        assert flaw.finding.message == "nothing registers the marker slwo"
        assert flaw.finding.hint == "did you mean `slow`?"
        assert flaws(source + TEST, "SL503", categories=("unit",)) == []

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("@pytest.mark.django_db\n", id="of-a-plugin"),
            pytest.param("@pytest.mark.unit\n", id="category"),
            pytest.param("pytest.mark.slow.args\n", id="attribute-of-a-mark"),
            pytest.param("mark = Pen()\nmark.red\n", id="another-mark"),
            pytest.param("self.mark.red\n", id="attribute-called-mark"),
        ],
    )
    def test_near_miss(self, source):
        assert flaws(source + TEST, "SL503", **KNOWN) == []


class TestReasons:
    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("@pytest.mark.skip()\n" + TEST, id="empty-call"),
            pytest.param("@pytest.mark.skip(reason='  ')\n" + TEST, id="blank"),
            pytest.param("@pytest.mark.skip('TODO')\n" + TEST, id="todo"),
            pytest.param("@pytest.mark.skip  # noqa: X1\n" + TEST, id="noqa-is-none"),
            pytest.param("skip = pytest.mark.skip\n@skip\n" + TEST, id="alias"),
            pytest.param("pytestmark = [pytest.mark.xfail]\n" + TEST, id="module"),
            pytest.param("@pytest.mark.xfail(1 < 2)\n" + TEST, id="condition"),
            pytest.param("from pytest import skip as s\ns()\n" + TEST, id="imported"),
            pytest.param(
                "def test_a(request):\n    request.applymarker(pytest.mark.xfail)\n",
                id="applied",
            ),
            pytest.param(
                "class A:\n    def test_a(self):\n        self.skipTest('')\n",
                id="unittest",
            ),
        ],
    )
    def test_found(self, source):
        assert len(flaws(source, "SL504")) == 1

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("@pytest.mark.skip(reason=WHY)\n" + TEST, id="held"),
            pytest.param("@pytest.mark.skip(**WHY)\n" + TEST, id="unpacked"),
            pytest.param("@pytest.mark.skip  # hangs\n" + TEST, id="comment"),
            pytest.param("@pytest.mark.skipif(IS_OLD)\n" + TEST, id="maybe-a-text"),
            pytest.param("@pytest.mark.skipif('1 < 2')\n" + TEST, id="text"),
            pytest.param("@pytest.mark.xfail(raises=OSError)\n" + TEST, id="raises"),
            pytest.param("skip = pytest.mark.skip\n@skip('slow')\n" + TEST, id="later"),
            pytest.param("def skip(): ...\nskip()\n" + TEST, id="another-skip"),
            pytest.param("reader.skip()\n" + TEST, id="a-method"),
            pytest.param(
                "try:\n    1\nexcept pytest.skip.Exception:\n    raise\n", id="caught"
            ),
        ],
    )
    def test_near_miss(self, source):
        assert flaws(source, "SL504") == []
