import pytest

from suiteloom.ssot import MASK, is_sensitive_key, mask_text, mask_value


@pytest.mark.parametrize(
    "key",
    [
        "PASSWORD",
        "DB_PASSWORD",
        "dbPassword",
        "PGPASSWD",
        "JWT_SECRET",
        "CLIENT_SECRET_ID",
        "ACCESS_TOKEN",
        "tokens",
        "API_KEY",
        "apiKey",
        "APIKEY",
        "SSH_KEYS",
        "AWS_ACCESS_KEY_ID",
        "GOOGLE_CREDENTIALS",
        "SESSION_COOKIE",
        "BASIC_AUTH",
        "DB_PASS",
        "DB_PWD",
        "db.password",
        "PRIVATE_PEM",
    ],
)
def test_sensitive_keys(key):
    assert is_sensitive_key(key)
    assert mask_value(key, "hunter2") == MASK


@pytest.mark.parametrize(
    "key",
    ["PWD", "OLDPWD", "PATH", "KEYBOARD", "LOG_LEVEL", "AUTHOR", "COMPASS", "HOST"],
)
def test_other_keys(key):
    assert not is_sensitive_key(key)
    assert mask_value(key, "hunter2") == "hunter2"


def test_an_empty_secret_is_shown_as_empty():
    assert mask_value("PASSWORD", "") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("postgres://u:p@h:5432/d", "postgres://***@h:5432/d", id="url"),
        pytest.param("redis://:p@h/0", "redis://***@h/0", id="no-user"),
        pytest.param("https://p@h", "https://***@h", id="no-password"),
        pytest.param("pg+async://u:p@ss/w@h/d", "pg+async://***@h/d", id="at-in-it"),
        pytest.param("https://h/a?b=c", "https://h/a?b=c", id="url-without"),
        pytest.param(
            "https://h/?token=abc&x=1", "https://h/?token=***&x=1", id="query"
        ),
        pytest.param("host=h password=abc", "host=h password=***", id="dsn"),
        pytest.param("password = 'a b' x", "password = *** x", id="dsn-quoted"),
        pytest.param(
            '{"api_key": "a\\"b", "x": 1}', '{"api_key": "***", "x": 1}', id="json"
        ),
        pytest.param('{"pwd": 123}', '{"pwd": "***"}', id="json-number"),
        pytest.param(
            "Authorization: Bearer abc.d", "Authorization: Bearer ***", id="b"
        ),
        pytest.param("see eyJhbGci.eyJzdWIi.c2ln end", "see *** end", id="jwt"),
        pytest.param(
            "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\n",
            "***\n",
            id="pem",
        ),
        pytest.param("-----BEGIN PRIVATE KEY-----\nabc", "***", id="pem-cut"),
        pytest.param("nothing to hide", "nothing to hide", id="plain"),
    ],
)
def test_credentials_inside_text(text, expected):
    assert mask_text(text) == expected
    assert mask_value("ANY", text) == expected


def test_very_long_values_are_not_shown():
    assert mask_value("ANY", "x" * 2001) == "<2001 characters>"
    assert mask_value("ANY", "x" * 2000) == "x" * 2000
