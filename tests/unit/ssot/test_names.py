import pytest

from suiteloom.ssot import TEST_DEFAULTS

NAMING = ("ENVIRONMENT", "ENV", "APP_ENV", "TESTING", "PYTEST_CURRENT_TEST")


@pytest.fixture
def bare(env):
    """An environment in which nothing names an environment or a test."""
    for key in NAMING:
        env.delete(key)
    for key in TEST_DEFAULTS:
        env.delete(key)
    return env


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("production", "production"),
        ("prod", "production"),
        ("LIVE", "production"),
        ("staging", "staging"),
        ("Stage", "staging"),
        ("stg", "staging"),
        ("development", "development"),
        ("develop", "development"),
        (" dev ", "development"),
        ("local", "development"),
        ("test", "test"),
        ("tests", "test"),
        ("TESTING", "test"),
        ("prdo", "unknown"),
        ("production2", "unknown"),
    ],
)
def test_spellings(bare, text, expected):
    bare.set("ENVIRONMENT", text)
    assert bare.get_environment_name() == expected
    answers = {
        "production": bare.is_production(),
        "staging": bare.is_staging(),
        "development": bare.is_development(),
        "test": bare.is_test(),
    }
    assert [name for name, yes in answers.items() if yes] == (
        [] if expected == "unknown" else [expected]
    )


def test_with_nothing_set_it_is_development(bare):
    assert bare.get_environment_name() == "development"


def test_precedence(bare):
    bare.set("APP_ENV", "prod")
    assert bare.is_production()
    bare.set("ENV", "staging")
    assert bare.is_staging()
    bare.set("ENVIRONMENT", "test")
    assert bare.is_test()
    bare.set("ENVIRONMENT", "  ")
    assert bare.is_staging()
    bare.set("ENVIRONMENT", "nonsense")
    assert bare.get_environment_name() == "unknown"


def test_the_name_follows_a_change(bare):
    seen = []
    for name in ("test", "staging", "production", "development"):
        bare.set("ENVIRONMENT", name)
        seen.append(bare.get_environment_name())
    assert seen == ["test", "staging", "production", "development"]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        pytest.param({}, False, id="nothing"),
        pytest.param({"PYTEST_CURRENT_TEST": "x (call)"}, True, id="pytest"),
        pytest.param({"ENVIRONMENT": "test"}, True, id="name"),
        pytest.param({"ENVIRONMENT": "prod"}, False, id="prod"),
        pytest.param(
            {"ENVIRONMENT": "prod", "PYTEST_CURRENT_TEST": "x"}, True, id="prod-pytest"
        ),
        pytest.param({"TESTING": "1", "ENVIRONMENT": "prod"}, True, id="flag"),
        pytest.param(
            {"TESTING": "false", "ENVIRONMENT": "test", "PYTEST_CURRENT_TEST": "x"},
            False,
            id="flag-off",
        ),
        pytest.param({"TESTING": "perhaps"}, False, id="no-bool-word"),
    ],
)
def test_context(bare, variables, expected):
    bare.update(variables)
    assert bare.is_test_context() is expected


def test_this_is_a_test_context(process_env, monkeypatch):
    monkeypatch.delenv("TESTING", raising=False)
    assert process_env.is_test_context()


def test_defaults_only_in_a_test_context(bare):
    assert bare.test_defaults() == {}
    assert bare.test_defaults(apply=True) == {}
    assert not bare.exists("DATABASE_URL")
    bare.set("ENVIRONMENT", "production")
    assert bare.test_defaults() == {}


def test_defaults_fill_what_is_not_there(bare):
    bare.set("PYTEST_CURRENT_TEST", "x")
    bare.set("LOG_LEVEL", "DEBUG")
    defaults = bare.test_defaults()
    assert defaults == {k: v for k, v in TEST_DEFAULTS.items() if k != "LOG_LEVEL"}
    assert not bare.exists("DATABASE_URL")
    assert bare.test_defaults(apply=True) == defaults
    assert bare.get("DATABASE_URL") == TEST_DEFAULTS["DATABASE_URL"]
    assert bare.get_variable_source("DATABASE_URL") == "test_defaults"
    assert bare.get("LOG_LEVEL") == "DEBUG"
    assert bare.is_test()
    assert bare.test_defaults() == {}


def test_defaults_never_rename_the_environment(bare):
    bare.update({"ENV": "staging", "TESTING": "true"})
    assert "ENVIRONMENT" not in bare.test_defaults(apply=True)
    assert bare.is_staging()


def test_changing_the_returned_defaults_changes_nothing(bare):
    bare.set("TESTING", "true")
    bare.test_defaults()["LOG_LEVEL"] = "spoiled"
    assert bare.test_defaults()["LOG_LEVEL"] == TEST_DEFAULTS["LOG_LEVEL"] == "WARNING"
