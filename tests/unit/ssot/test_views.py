import pytest

from suiteloom.ssot import (
    InvalidVariableError,
    NamespaceCollision,
    NamespaceCollisionError,
)


def test_a_prefix_view_is_a_live_mapping(env):
    env.update({"APP_A": "1", "APP_B": "2", "OTHER": "3", "APP_": "4"})
    view = env.prefix_view("APP_")
    assert dict(view) == {"A": "1", "B": "2"}
    assert len(view) == 2
    assert "A" in view
    assert "OTHER" not in view
    assert view.get("C", "none") == "none"
    with pytest.raises(KeyError):
        view["C"]
    env.set("APP_C", "5")
    assert view["C"] == "5"


def test_a_prefix_view_writes_to_the_environment(env):
    view = env.prefix_view("APP_")
    assert view.set("A", "1", "me") is True
    assert env.get("APP_A") == "1"
    assert env.get_variable_source("APP_A") == "me"
    env.protect_variable("APP_A")
    assert view.set("A", "2") is False
    assert view.delete("A") is False
    assert view.delete("A", force=True) is True
    assert not env.exists("APP_A")


@pytest.mark.parametrize("prefix", ["", None, 5])
def test_a_prefix_is_a_text(env, prefix):
    with pytest.raises(InvalidVariableError, match="prefix"):
        env.prefix_view(prefix)


def test_views_show_no_value(env):
    env.set("APP_A", "hunter2")
    assert repr(env.prefix_view("APP_")) == "<PrefixView 'APP_': 1 variables>"
    assert "hunter2" not in repr(env.namespace("app"))


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("auth", "AUTH_"), ("auth-service", "AUTH_SERVICE_"), ("a.b c", "A_B_C_")],
)
def test_a_namespace_has_a_prefix(env, name, prefix):
    view = env.namespace(name)
    assert (view.name, view.prefix) == (name, prefix)
    view.set("URL", "x")
    assert env.get(f"{prefix}URL") == "x"
    assert env.get_variable_source(f"{prefix}URL") == f"namespace:{name}"
    assert env.get_variable_owner(f"{prefix}URL") == name


@pytest.mark.parametrize("name", ["", "--", None])
def test_a_name_without_prefix_is_refused(env, name):
    with pytest.raises(InvalidVariableError):
        env.namespace(name)


def test_namespaces_do_not_see_each_other(env):
    auth, chat = env.namespace("auth"), env.namespace("chat")
    auth.set("URL", "a")
    chat.set("URL", "c")
    assert dict(auth) == {"URL": "a"}
    assert dict(chat) == {"URL": "c"}
    auth.delete("URL")
    assert dict(chat) == {"URL": "c"}


def test_asking_again_gives_the_same_namespace(env):
    env.namespace("auth", "A_").set("URL", "x")
    assert dict(env.namespace("auth")) == {"URL": "x"}
    assert dict(env.namespace("auth", "A_")) == {"URL": "x"}


def test_two_names_with_one_prefix_collide(env):
    env.namespace("auth-service")
    message = "'auth-service' and 'auth_service' both have the prefix 'AUTH_SERVICE_'"
    with pytest.raises(NamespaceCollisionError, match=message):
        env.namespace("auth_service")


def test_one_name_with_two_prefixes_collides(env):
    env.namespace("auth")
    with pytest.raises(NamespaceCollisionError, match="'AUTH_'; it cannot have 'B_'"):
        env.namespace("auth", "B_")


def test_a_variable_belongs_to_the_longest_prefix(env):
    auth, service = env.namespace("auth"), env.namespace("auth-service")
    env.set("AUTH_SERVICE_URL", "x")
    env.set("AUTH_URL", "y")
    assert dict(service) == {"URL": "x"}
    assert dict(auth) == {"URL": "y"}
    with pytest.raises(
        NamespaceCollisionError,
        match="AUTH_SERVICE_URL belongs to namespace 'auth-service', not to 'auth'",
    ):
        auth.set("SERVICE_URL", "z")
    with pytest.raises(NamespaceCollisionError):
        auth.delete("SERVICE_URL")
    assert env.get("AUTH_SERVICE_URL") == "x"
    assert env.find_namespace_collisions() == [
        NamespaceCollision("AUTH_SERVICE_URL", ("auth", "auth-service"), "auth-service")
    ]


def test_a_later_namespace_cannot_take_a_written_variable(env):
    auth = env.namespace("auth")
    auth.set("SERVICE_URL", "x")
    with pytest.raises(
        NamespaceCollisionError,
        match="AUTH_SERVICE_URL was written by namespace 'auth'",
    ):
        env.namespace("auth-service")
    assert env.release_namespace("auth") is True
    assert env.release_namespace("auth") is False
    assert dict(env.namespace("auth-service")) == {"URL": "x"}


def test_a_released_namespace_cannot_write(env):
    auth = env.namespace("auth")
    env.release_namespace("auth")
    with pytest.raises(NamespaceCollisionError, match="not registered"):
        auth.set("URL", "x")
    assert not env.exists("AUTH_URL")


def test_without_namespaces_nothing_is_owned(env):
    env.set("AUTH_URL", "x")
    assert env.get_variable_owner("AUTH_URL") is None
    assert env.find_namespace_collisions() == []


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(lambda view: view.delete("B_C"), id="delete-absent"),
        pytest.param(lambda view: view.set("B_C", 5), id="set-invalid"),
        pytest.param(lambda view: view.set("B_C", "x"), id="set-protected"),
        pytest.param(
            lambda view: (
                view.set("B_C", "x", force=True),
                view.delete("B_C", force=True),
            ),
            id="set-and-delete",
        ),
    ],
)
def test_what_was_not_written_is_not_claimed(env, attempt):
    env.protect_variable("A_B_C")
    try:
        attempt(env.namespace("A"))
    except InvalidVariableError:
        assert not env.exists("A_B_C")
    env.unprotect_variable("A_B_C")
    other = env.namespace("A_B")
    assert other.set("C", "theirs")
    assert env.get_variable_owner("A_B_C") == "A_B"
