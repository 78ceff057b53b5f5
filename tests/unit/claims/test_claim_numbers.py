"""Numbers as they are written: what they say, whether they hold, what corrects them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suiteloom.claims.marker import MarkerError, read_marker
from suiteloom.claims.numbers import (
    Relation,
    find_number,
    holds,
    number_at,
    relation_of,
    rewritten,
    said,
)


def judged(text, value, key="", asked=None):
    written = number_at(text, 0, len(text))
    return holds(written, Decimal(str(value)), key, relation_of(written, asked))


@pytest.mark.parametrize(
    ("text", "value", "key"),
    [
        pytest.param("117", 117, "passed", id="exact"),
        pytest.param("97", 96.6, "score", id="rounded-to-no-decimal"),
        pytest.param("98.5", 98.46, "score", id="rounded-to-a-decimal"),
        pytest.param("98.50", 98.5, "score", id="more-digits-than-needed"),
        pytest.param("117+", 200, "passed", id="at-least"),
        pytest.param(">95%", 95.1, "coverage_percent", id="more-than"),
        pytest.param("≥95%", 95, "coverage_percent", id="at-least-by-sign"),
        pytest.param("&gt;95%", 95.1, "coverage_percent", id="sign-as-an-entity"),
        pytest.param("<10 minutes", 599, "took_s", id="less-than-a-time"),
        pytest.param("10 minutes", 610, "took_s", id="minutes-of-seconds"),
        pytest.param("2.5 s", 2_480_000, "duration_us", id="seconds-of-microseconds"),
        pytest.param("120 ms", 0.12, "took_s", id="milliseconds-of-seconds"),
        pytest.param("14", 14.2, "took_s", id="the-unit-of-the-key"),
        pytest.param("$33.3M", 33_345_000, "revenue_usd", id="millions"),
        pytest.param("$33.3M+", 33_300_000, "revenue_usd", id="at-least-millions"),
        pytest.param("$33,300,000", 33_300_000, "revenue_usd", id="dollars"),
        pytest.param("$1.8 million", 1_800_000, "revenue_usd", id="million-in-words"),
        pytest.param("1.8 million", 1_800_000, "revenue_usd", id="no-currency"),
        pytest.param("$900K", 900_400, "revenue_usd", id="thousands"),
        pytest.param("1,234", 1234, "tests", id="comma"),
        pytest.param("1\u202f234", 1234, "tests", id="narrow-space"),
        pytest.param("1'234'567", 1234567, "tests", id="apostrophes"),
        pytest.param("1.5 MB", 1_540_000, "size_bytes", id="megabytes"),
        pytest.param("17 s", 17, "tests", id="a-unit-that-the-key-has-not"),
        pytest.param("-3", -3, "change", id="below-zero"),
        pytest.param("0", 0, "failed", id="zero"),
        pytest.param("117", 117.0, "passed", id="whole-float"),
        pytest.param("97/100", 97, "score", id="of-a-hundred"),
    ],
)
def test_a_number_is_right(text, value, key):
    assert judged(text, value, key)


@pytest.mark.parametrize(
    ("text", "value", "key"),
    [
        pytest.param("117", 116, "passed", id="exact"),
        pytest.param("118+", 117, "passed", id="at-least"),
        pytest.param(">95%", 95, "coverage_percent", id="not-more"),
        pytest.param("<10 minutes", 600, "took_s", id="not-less"),
        pytest.param("10 minutes", 631, "took_s", id="minutes"),
        pytest.param("$33.3M", 33_351_000, "revenue_usd", id="does-not-round-to-it"),
        pytest.param("$33.3M+", 33_299_999, "revenue_usd", id="a-dollar-too-little"),
        pytest.param("$33,300,000", 33_300_001, "revenue_usd", id="dollars"),
        pytest.param("98.5", 98.44, "score", id="decimal"),
        pytest.param("~97", 98, "score", id="a-tilde-promises-nothing"),
        pytest.param("1,234", 1, "tests", id="comma-is-no-end"),
    ],
)
def test_a_number_is_wrong(text, value, key):
    assert not judged(text, value, key)


@pytest.mark.parametrize(
    ("asked", "right", "wrong"),
    [
        pytest.param(Relation("~", Decimal(2), True), 98.9, 99.1, id="percent"),
        pytest.param(Relation("~", Decimal(2)), 95, 99.6, id="absolute"),
        pytest.param(Relation(">="), 97, 96.9, id="at-least"),
        pytest.param(Relation("<="), 97, 97.1, id="at-most"),
        pytest.param(Relation("="), 97.2, 98, id="equal"),
    ],
)
def test_the_marker_decides_before_the_sign(asked, right, wrong):
    assert judged("~97+", right, "score", asked)
    assert not judged("~97+", wrong, "score", asked)


@pytest.mark.parametrize(
    ("text", "value", "key", "expected"),
    [
        pytest.param("$34.1M", 33_300_000, "revenue_usd", "33.3", id="millions"),
        pytest.param("118+", 117, "passed", "117", id="at-least"),
        pytest.param("$33.4M+", 33_390_000, "revenue_usd", "33.3", id="not-too-much"),
        pytest.param(">96%", 96, "coverage_percent", "95", id="strictly-less"),
        pytest.param("<10 minutes", 600, "took_s", "11", id="strictly-more"),
        pytest.param("1,234", 1234567, "tests", "1,234,567", id="separators-stay"),
        pytest.param("1234", 1234567, "tests", "1234567", id="and-none-is-added"),
        pytest.param("98.50", 97.125, "score", "97.12", id="decimals-stay"),
        pytest.param("3", -2, "change", "-2", id="below-zero"),
        pytest.param("-3", 0, "change", "0", id="no-minus-zero"),
        pytest.param("-0.2", -0.01, "change", "0.0", id="no-minus-before-zeros"),
    ],
)
def test_what_is_written_anew_keeps_its_form(text, value, key, expected):
    written = number_at(text, 0, len(text))
    relation = relation_of(written, None)
    new = rewritten(written, Decimal(str(value)), key, relation)
    start, end = written.digits
    assert new == expected
    assert judged(text[:start] + new + text[end:], value, key)


_KEYS = st.sampled_from(["passed", "score", "took_s", "x_us", "usd_usd", "a_percent"])
_FORMS = st.sampled_from(
    ["{}", "${}M", "{}+", ">{}%", "<{} minutes", "{} ms", "$1{}K+", "≤{}", "~{}"]
)


@settings(deadline=None)
@given(
    _FORMS,
    st.decimals(0, 10**9, places=2) | st.integers(0, 10**12),
    st.decimals(-(10**9), 10**13, places=4),
    _KEYS,
    st.sampled_from(
        [None, Relation("~", Decimal(3), True), Relation("<"), Relation("=")]
    ),
)
def test_what_is_written_anew_is_right(form, shown, value, key, asked):
    text = form.format(shown)
    written = number_at(text, 0, len(text))
    relation = relation_of(written, asked)
    new = rewritten(written, value, key, relation)
    start, end = written.digits
    after = text[:start] + new + text[end:]
    again = number_at(after, 0, len(after))
    assert holds(again, value, key, relation)
    assert (again.decimals, again.scale, again.sign) == (
        written.decimals,
        written.scale,
        written.sign,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("build v1.2.3 has 44 tests", "44", id="version"),
        pytest.param("on 2024-05-06 it was 12", "12", id="date"),
        pytest.param("SU-001 and WS-026: 5", "5", id="ids"),
        pytest.param("3rd of 8", "8", id="ordinal"),
        pytest.param("at 10:45, 7 runs", "7", id="time-of-day"),
        pytest.param("color 007ec6, 3", "3", id="color"),
        pytest.param("none here", None, id="none"),
        pytest.param("9" * 40 + " 8", "8", id="too-long-for-a-number"),
    ],
)
def test_the_first_number_of_a_text(text, expected):
    found = find_number(text, 0, len(text))
    assert expected == (found and text[slice(*found.digits)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("/badge/tests-117%25-green", "117", id="between-hyphens"),
        pytest.param("/badge/tests-1.2.3-117", "117", id="behind-a-version"),
        pytest.param("?label=tests&message=97.5%2B", "97.5", id="in-a-query"),
    ],
)
def test_the_first_number_of_an_address(text, expected):
    found = find_number(text, 0, len(text), is_address=True)
    assert text[slice(*found.digits)] == expected


@settings(deadline=None)
@given(st.text(alphabet="0123456789.,$-+%<>~KM sv/:\u2212", max_size=60))
def test_any_text_has_a_number_or_none(text):
    found = find_number(text, 0, len(text))
    assert found is None or 0 <= found.start <= found.digits[0] < found.digits[1]


@pytest.mark.parametrize(
    ("value", "key", "expected"),
    [
        (117, "passed", "117"),
        (100, "passed", "100"),
        (33300000, "revenue_usd", "$33,300,000"),
        (-5, "a_usd", "-$5"),
        (97.5, "coverage_percent", "97.5%"),
        (14.25, "took_s", "14.25 s"),
    ],
)
def test_a_value_in_a_message(value, key, expected):
    assert said(Decimal(str(value)), key) == expected


@pytest.mark.parametrize(
    ("text", "source", "relation"),
    [
        pytest.param("totals.passed", "totals.passed", None, id="path"),
        pytest.param("status:totals.passed", "totals.passed", None, id="the-default"),
        pytest.param(
            "run:coverage_percent >=", "run:coverage_percent", ">=", id="sign"
        ),
        pytest.param("totals.score ~2%", "totals.score", "~", id="tolerance"),
        pytest.param("a of b", "a of b", None, id="share"),
        pytest.param("a over 100 =", "a over 100", "=", id="excess"),
        pytest.param(
            'g."Risk Reduction".n <', 'g."Risk Reduction".n', "<", id="quoted"
        ),
    ],
)
def test_a_marker_says(text, source, relation):
    asked = read_marker(text)
    assert (str(asked), asked.relation and asked.relation.sign) == (source, relation)


@pytest.mark.parametrize(
    "text",
    ["", ">=", "a b", "a of", "of b", "a of b c", '"a', "5", "a ~", "a ~x%", "a" * 501],
)
def test_a_marker_that_says_nothing(text):
    with pytest.raises(MarkerError):
        read_marker(text)
