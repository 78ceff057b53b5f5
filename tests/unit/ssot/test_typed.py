import pytest

from suiteloom.ssot import CacheInfo, ConversionError
from suiteloom.ssot.conversion import convert

GOOD = [
    *[(word, "bool", True) for word in ("1", "true", "TRUE", "Yes", "on", " true ")],
    *[(word, "bool", False) for word in ("0", "false", "False", "NO", "off")],
    ("0", "int", 0),
    ("-17", "int", -17),
    ("+5", "int", 5),
    ("007", "int", 7),
    (" 42 ", "int", 42),
    ("1", "float", 1.0),
    ("-1.5", "float", -1.5),
    (".5", "float", 0.5),
    ("2.", "float", 2.0),
    ("1e-3", "float", 0.001),
    ("", "list", []),
    ("a", "list", ["a"]),
    (" a , b,,c ", "list", ["a", "b", "c"]),
    ("null", "json", None),
    ('{"a": [1, 2.5, true]}', "json", {"a": [1, 2.5, True]}),
]

BAD = [
    *[(text, "bool") for text in ("", "2", "maybe", "tru", "y", "truefalse")],
    *[(text, "int") for text in ("", "1.0", "1_000", "0x1", "\u0661", "one", "1 2")],
    ("9" * 5000, "int"),
    *[(text, "float") for text in ("", "nan", "inf", "-Infinity", "1,5", "1_0.0")],
    ("1e999", "float"),
    *[(text, "json") for text in ("", "{", "NaN", "[Infinity]", "{'a': 1}")],
    ("[" * 100_000, "json"),
]


def short(value):
    return repr(value[:12]) if isinstance(value, str) else repr(value)


@pytest.mark.parametrize(("text", "kind", "expected"), GOOD, ids=short)
def test_good_values_are_converted(env, text, kind, expected):
    env.set("V", text)
    value = env.get_as("V", kind)
    assert value == expected
    assert type(value) is type(expected)
    assert getattr(env, f"get_{kind}")("V") == expected


@pytest.mark.parametrize(("text", "kind"), BAD, ids=short)
def test_bad_values_name_key_and_type(env, text, kind):
    env.set("RETRIES", text)
    with pytest.raises(ConversionError, match=r"^RETRIES: expected a") as caught:
        getattr(env, f"get_{kind}")("RETRIES", None)
    words = {"bool": "bool", "int": "int", "float": "float", "json": "JSON"}
    assert words[kind] in caught.value.expected
    assert caught.value.key == "RETRIES"
    assert len(str(caught.value)) < 200
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("kind", ["bool", "int", "float", "json"])
def test_errors_mask_sensitive_values(env, kind):
    env.set("API_KEY", "hunter2{")
    with pytest.raises(ConversionError, match=r"API_KEY.*\*\*\*") as caught:
        env.get_as("API_KEY", kind)
    assert "hunter2" not in str(caught.value)


def test_errors_mask_credentials_in_other_values(env):
    env.set("SERVER", "https://u:hunter2@h")
    with pytest.raises(ConversionError, match="https://") as caught:
        env.get_int("SERVER")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("kind", ["bool", "int", "float", "list", "json"])
def test_a_missing_variable_gives_the_default_as_it_is(env, kind):
    assert env.get_as("MISSING", kind) is None
    default = object()
    assert env.get_as("MISSING", kind, default) is default


def test_a_default_does_not_hide_a_bad_value(env):
    env.set("N", "many")
    with pytest.raises(ConversionError):
        env.get_int("N", 5)


def test_a_list_may_have_another_separator(env):
    env.set("PATHS", "/a:/b,c")
    assert env.get_list("PATHS", separator=":") == ["/a", "/b,c"]
    assert env.get_list("PATHS") == ["/a:/b", "c"]


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="unknown kind 'date'; known: bool, int"):
        convert("A", "1", "date")


def test_conversions_are_cached_and_the_cache_can_be_cleared(env):
    env.set("N", "5")
    env.clear_cache()
    assert [env.get_int("N") for _ in range(3)] == [5, 5, 5]
    assert env.get_cache_info() == CacheInfo(hits=2, misses=1, entries=1)
    env.clear_cache()
    assert env.get_cache_info() == CacheInfo(hits=0, misses=0, entries=0)
    assert env.get_int("N") == 5


def test_the_cache_never_gives_an_old_value(env):
    env.set("N", "5")
    assert env.get_int("N") == 5
    env.set("N", "6")
    assert env.get_int("N") == 6
    env.delete("N")
    assert env.get_int("N") is None
    assert env.get_cache_info().entries == 1


def test_a_cached_value_cannot_be_spoiled(env):
    env.set("J", '{"a": [1]}')
    env.get_json("J")["a"].append(2)
    env.get_json("J")["a"].append(3)
    assert env.get_json("J") == {"a": [1]}
    env.set("L", "a,b")
    env.get_list("L").append("c")
    assert env.get_list("L") == ["a", "b"]


def test_switching_isolation_clears_the_cache(env):
    env.set("N", "5")
    env.get_int("N")
    env.disable_isolation()
    assert env.get_cache_info().entries == 0
