import json

import pytest

from suiteloom.ssot import ValidationResult

GOOD_STAGING = {
    "ENVIRONMENT": "staging",
    "POSTGRES_HOST": "db.staging.example.com",
    "POSTGRES_PORT": "5432",
    "POSTGRES_DB": "chat",
    "POSTGRES_USER": "chat_app",
    "POSTGRES_PASSWORD": "Tr0ub4dor-and-3",
}
GOOD_URL = "postgresql://chat_app:Tr0ub4dor-and-3@db.staging.example.com:5432/chat"


@pytest.fixture
def bare(env):
    """An environment without variables."""
    for key in env.get_all():
        env.delete(key)
    return env


def test_an_empty_environment_is_valid_and_lists_what_is_optional(bare):
    assert bare.validate_all() == ValidationResult(
        is_valid=True,
        missing_optional=("DATABASE_URL", "JWT_SECRET_KEY", "LOG_LEVEL", "REDIS_URL"),
    )


def test_required_and_optional_variables_can_be_named(bare):
    bare.update({"A": " ", "B": "1", "D": "1"})
    result = bare.validate_all(required=["C", "A", "B"], optional=["E", "D"])
    assert not result.is_valid
    assert result.errors == (
        "A is required and not set",
        "C is required and not set",
    )
    assert result.missing_optional == ("E",)


def test_an_unknown_name_is_visible(bare):
    bare.set("APP_ENV", "prdo")
    result = bare.validate_all()
    assert not result.is_valid
    assert len(result.errors) == 1
    assert "APP_ENV is 'prdo'" in result.errors[0]
    assert "staging" in result.errors[0]


def test_names_that_differ_are_a_warning(bare):
    bare.update({"ENVIRONMENT": "test", "ENV": "testing", "APP_ENV": "dev"})
    result = bare.validate_all()
    assert result.is_valid
    assert result.warnings == (
        "APP_ENV names another environment than ENVIRONMENT; ENVIRONMENT decides",
    )


def test_flags_that_are_no_bool_words_are_a_warning(bare):
    bare.update({"TESTING": "maybe", "DEBUG": "5"})
    assert bare.validate_all().warnings == (
        "DEBUG is not a bool word and counts as not set",
        "TESTING is not a bool word and counts as not set",
    )


def test_a_database_url_has_a_scheme(bare):
    bare.set("DATABASE_URL", "u:hunter2@host")
    result = bare.validate_all()
    assert result.errors == ("DATABASE_URL has no scheme (scheme://…)",)


@pytest.mark.parametrize("name", ["staging", "production"])
@pytest.mark.parametrize("secret", ["changeme", "x" * 31])
def test_a_weak_secret_is_an_error_where_users_are(bare, name, secret):
    bare.update({**GOOD_STAGING, "ENVIRONMENT": name, "JWT_SECRET_KEY": secret})
    (error,) = bare.validate_all().errors
    assert error.startswith("JWT_SECRET_KEY")
    assert secret not in error
    bare.set("JWT_SECRET_KEY", "x" * 32)
    assert bare.validate_all().is_valid
    bare.update({"ENVIRONMENT": "test", "JWT_SECRET_KEY": secret})
    assert bare.validate_all().is_valid


def test_testing_and_debug_in_production(bare):
    bare.update({"ENVIRONMENT": "prod", "TESTING": "1", "DEBUG": "true"})
    result = bare.validate_all()
    assert result.errors == ("TESTING is on in production",)
    assert result.warnings == ("DEBUG is on in production",)


def test_in_staging_the_credentials_count(bare):
    bare.update(GOOD_STAGING)
    assert bare.validate_all().is_valid
    bare.delete("POSTGRES_PASSWORD")
    result = bare.validate_all()
    assert not result.is_valid
    assert result.errors == (
        "the database password is not set (POSTGRES_PASSWORD or DATABASE_URL)",
    )


def test_good_credentials(bare):
    bare.update(GOOD_STAGING)
    assert bare.validate_staging_database_credentials() == {
        "valid": True,
        "issues": [],
        "warnings": [],
    }


def test_good_credentials_in_a_url(bare):
    bare.update({"ENVIRONMENT": "staging", "DATABASE_URL": GOOD_URL})
    report = bare.validate_staging_database_credentials()
    assert report == {"valid": True, "issues": [], "warnings": []}


@pytest.mark.parametrize(
    ("changes", "issue"),
    [
        pytest.param({"POSTGRES_HOST": ""}, "host is not set", id="host"),
        pytest.param({"POSTGRES_DB": " "}, "name is not set", id="database"),
        pytest.param({"POSTGRES_USER": ""}, "user is not set", id="user"),
        pytest.param({"POSTGRES_PASSWORD": ""}, "password is not set", id="password"),
        pytest.param({"POSTGRES_HOST": "localhost"}, "this machine", id="localhost"),
        pytest.param({"POSTGRES_HOST": "127.0.0.1"}, "this machine", id="loopback"),
        pytest.param({"POSTGRES_PORT": "http"}, "port is not a number", id="port"),
        pytest.param({"POSTGRES_PORT": "70000"}, "from 1 to 65535", id="port-high"),
        pytest.param({"POSTGRES_PASSWORD": "Password"}, "placeholder", id="weak"),
        pytest.param({"POSTGRES_PASSWORD": "short-one"}, "shorter than 12", id="short"),
        pytest.param({"POSTGRES_PASSWORD": "1234567890123"}, "digits", id="digits"),
        pytest.param(
            {"POSTGRES_USER": "same-as-user", "POSTGRES_PASSWORD": "same-as-user"},
            "equals the user",
            id="same",
        ),
        pytest.param({"DATABASE_URL": "pg://h:port/d"}, "not a URL", id="url"),
    ],
)
def test_each_bad_credential_is_one_issue(bare, changes, issue):
    bare.update({**GOOD_STAGING, **changes})
    report = bare.validate_staging_database_credentials()
    assert report["valid"] is False
    assert len(report["issues"]) == 1
    assert issue in report["issues"][0]
    password = changes.get("POSTGRES_PASSWORD")
    if password and password != "Password":
        assert password not in json.dumps(report)


def test_with_nothing_set_everything_is_missing(bare):
    report = bare.validate_staging_database_credentials()
    assert len(report["issues"]) == 4
    assert report["warnings"] == ["the environment is development, not staging"]


def test_credential_warnings(bare):
    bare.update({**GOOD_STAGING, "POSTGRES_USER": "postgres"})
    bare.set("DATABASE_URL", GOOD_URL.replace("staging.", "other."))
    report = bare.validate_staging_database_credentials()
    assert report["valid"] is True
    assert report["warnings"] == [
        "POSTGRES_HOST and DATABASE_URL name different hosts",
        "the database user is the superuser postgres",
    ]


def test_debug_info_is_json_and_masked(env):
    env.set("DB_PASSWORD", "hunter2", "vault")
    env.set("DATABASE_URL", "pg://u:hunter3@h/d")
    env.protect_variable("DB_PASSWORD")
    env.namespace("auth")
    info = env.get_debug_info()
    assert "hunter" not in json.dumps(info)
    assert info["isolated"] is True
    assert info["has_backup"] is True
    assert info["variables"]["DB_PASSWORD"] == "***"
    assert info["variables"]["DATABASE_URL"] == "pg://***@h/d"
    assert info["sources"] == {"DB_PASSWORD": "vault", "DATABASE_URL": "unknown"}
    assert info["protected"] == ["DB_PASSWORD"]
    assert info["namespaces"] == {"auth": "AUTH_"}
    assert info["history_length"] == 2
    assert info["environment"] == env.get_environment_name()
    assert info["cache"] == {"hits": 0, "misses": 0, "entries": 0}
