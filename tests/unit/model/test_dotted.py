"""Paths into data: what is found, and what a wrong path is told."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suiteloom.model.dotted import PathError, lookup, path_parts

DATA = {
    "score": None,
    "totals": {"passed": 117, "score": 98.5},
    "suites": [
        {"domain": "system_core", "title": "System Core", "passed": 17, "stale": False},
        {"domain": "startup", "title": "Startup", "passed": 20, "stale": True},
    ],
    "goals": {"Risk Reduction": {"tests": 4}, "a.b": 1, "length": 9},
    "runs": [{"run": 1, "tests": 3}, {"run": 2, "tests": 5}],
    "plain": [7, 8, 9],
    "mixed": [{"id": "", "name": "second"}, {"name": ["no text"], "key": "k"}],
    "odd": [{"title": "1", "n": "named"}, {"title": "x", "n": "numbered"}],
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("totals.passed", 117, id="key"),
        pytest.param("score", None, id="null-is-there"),
        pytest.param("suites.startup.passed", 20, id="entry-by-domain"),
        pytest.param("suites.0.passed", 17, id="entry-by-number"),
        pytest.param("runs.-1.tests", 5, id="entry-from-the-end"),
        pytest.param("plain.1", 8, id="value-in-a-list"),
        pytest.param("suites.length", 2, id="entries-counted"),
        pytest.param("totals.length", 2, id="keys-counted"),
        pytest.param("goals.length", 9, id="a-key-called-length-wins"),
        pytest.param("goals.Risk Reduction.tests", 4, id="space-in-a-name"),
        pytest.param('goals."a.b"', 1, id="dot-in-quotes"),
        pytest.param("mixed.second.name", "second", id="empty-identity-is-passed-over"),
        pytest.param("mixed.k.key", "k", id="identity-that-is-no-text-is-passed-over"),
        pytest.param("odd.1.n", "named", id="identity-before-number"),
        pytest.param("suites[stale=true].length", 1, id="filtered"),
        pytest.param("suites[stale=true].0.domain", "startup", id="into-the-filtered"),
        pytest.param('suites[title="System Core"].length', 1, id="filtered-by-text"),
        pytest.param("suites[passed=99].length", 0, id="nothing-left"),
        pytest.param("suites[stale=true][passed=20].length", 1, id="two-filters"),
    ],
)
def test_a_path_finds(path, expected):
    assert lookup(DATA, path) == expected


def test_a_list_of_its_own_is_filtered():
    assert lookup(DATA["runs"], "[run=2].0.tests") == 5


def test_a_filter_of_an_empty_list_is_empty():
    assert lookup({"findings": []}, "findings[code=SL201].length") == 0


@pytest.mark.parametrize(
    ("path", "part", "message", "hint"),
    [
        pytest.param(
            "totals.pased",
            "pased",
            "totals has no 'pased'",
            "did you mean totals.passed?",
            id="close-key",
        ),
        pytest.param(
            "total.passed",
            "total",
            "the data has no 'total'",
            "did you mean totals?",
            id="close-at-the-top",
        ),
        pytest.param(
            "suites.systen_core.passed",
            "systen_core",
            "suites has no 'systen_core'",
            "did you mean suites.system_core?",
            id="close-entry",
        ),
        pytest.param(
            "suites.7",
            "7",
            "suites has no '7'",
            "suites has system_core, startup, length",
            id="number-beyond-the-end",
        ),
        pytest.param(
            "totals.passed.now",
            "now",
            "totals.passed has no parts: it is a number",
            "the path ends with totals.passed",
            id="below-a-number",
        ),
        pytest.param(
            "score.value",
            "value",
            "score has no parts: it is null",
            "the path ends with score",
            id="below-null",
        ),
        pytest.param(
            "suites.length.more",
            "length",
            "suites has no 'length'",
            "length ends a path",
            id="length-is-last",
        ),
        pytest.param(
            "suites[stail=true].length",
            "stail",
            "suites has no 'stail'",
            "did you mean suites.stale?",
            id="filter-by-an-unknown-field",
        ),
        pytest.param(
            "totals[a=1]",
            "a",
            "totals has no entries: it is an object",
            "",
            id="filter-of-an-object",
        ),
    ],
)
def test_a_wrong_path_is_named(path, part, message, hint):
    with pytest.raises(PathError) as caught:
        lookup(DATA, path)
    assert (part, message, hint) == (
        caught.value.part,
        str(caught.value),
        caught.value.hint,
    )


@pytest.mark.parametrize(
    "path",
    ["", ".", "a..b", "a.", ".a", 'a."b', "a[b]", "a[b=c", "a]b", '""', "a[=1]"],
)
def test_what_is_no_path_is_refused(path):
    with pytest.raises(PathError, match="can not be read as a path"):
        lookup(DATA, path)


def test_the_names_of_parts():
    assert path_parts('suites."a.b"[c=d].length') == ("suites", "a.b", "length")


_KEYS = st.from_regex(r"[b-z]{1,4}", fullmatch=True).filter(
    lambda key: key not in {"id", "key", "name"}
)
_JSON = st.recursive(
    st.integers() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(_JSON, st.data())
def test_every_value_has_a_path(data, drawn):
    value, path = data, []
    while isinstance(value, dict | list) and value:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        key = drawn.draw(st.sampled_from(keys))
        path.append(str(key))
        value = value[key]
    assert not path or lookup(data, ".".join(path)) == value


def _found(path):
    try:
        return json.dumps(lookup(DATA, path))
    except PathError as error:
        return str(error)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_found_or_refused_in_words_that_can_be_shown(path):
    assert _found(path).isprintable()
