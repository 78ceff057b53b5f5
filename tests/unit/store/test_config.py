"""What a configuration may say: names where names are rendered, each with its line."""

from dataclasses import fields

import pytest

from suiteloom.errors import StorageError, UsageError
from suiteloom.model import Config
from suiteloom.store import config, load_config

CALL = "slow(__import__('os').system('touch PWN'))"


def refused(tmp_path, text, name="suiteloom.toml"):
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        load_config(tmp_path)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("key", ["markers", "categories"])
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(CALL, id="call"),
        pytest.param("slow\\nimport os", id="line-end"),
        pytest.param("slow: takes long", id="description"),
        pytest.param("class", id="keyword"),
        pytest.param("ﬁne", id="other-spelling"),
        pytest.param("_private", id="underscore"),
        pytest.param("orphan", id="marker-of-suiteloom"),
        pytest.param("parametrize", id="marker-of-pytest"),
        pytest.param("a" * 101, id="long"),
        pytest.param("", id="empty"),
    ],
)
def test_a_marker_is_a_name(tmp_path, key, name):
    error = refused(tmp_path, f'{key} = ["smoke", "{name}"]')
    assert (error.path, error.line) == ("suiteloom.toml", 1)
    assert f"`{key}` can not have '" in error.message


@pytest.mark.parametrize("key", ["base_class", "async_base_class"])
@pytest.mark.parametrize(
    "path",
    [
        pytest.param("a.B), print(", id="call"),
        pytest.param("a.B\\nimport os", id="line-end"),
        pytest.param("a..B", id="empty-part"),
        pytest.param("Base", id="no-module"),
        pytest.param("a.import.B", id="keyword"),
        pytest.param("a.B ", id="space"),
        pytest.param("", id="empty"),
    ],
)
def test_a_base_class_is_a_dotted_path(tmp_path, key, path):
    assert f"`{key}` can not be " in refused(tmp_path, f'{key} = "{path}"').message


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("test_{domain}.txt", id="other-suffix"),
        pytest.param("test_suite.py", id="one-for-all"),
        pytest.param("test_{domain:>999999999}.py", id="width"),
        pytest.param("test_{domain!r}.py", id="conversion"),
        pytest.param("test_{domain.__class__}.py", id="attribute"),
        pytest.param("test_{domain}_{title}.py", id="other-field"),
        pytest.param("test_{domain}_{.py", id="brace"),
        pytest.param("test_{{domain}}.py", id="braces"),
        pytest.param("../{domain}.py", id="folder"),
        pytest.param("a\\\\{domain}.py", id="backslash"),
        pytest.param("test_{domain}\\n::error::.py", id="line-end"),
        pytest.param("test {domain}.py", id="space"),
        pytest.param(".{domain}.py", id="hidden"),
    ],
)
def test_a_file_name_is_a_pattern_of_names(tmp_path, pattern):
    error = refused(tmp_path, f'file_name = "{pattern}"')
    assert "`file_name` can not be " in error.message


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("customer_segments", "Free\\n\\nimport os", id="segment"),
        pytest.param("internal_segments", "Plat\\u202eform", id="bidirectional"),
        pytest.param("goals", "Speed\\tand", id="goal"),
        pytest.param("goals", " Speed", id="outer-space"),
        pytest.param("goals", "", id="empty-goal"),
        pytest.param("services", "billing; rm", id="service"),
        pytest.param("coverage", "\\u001b[2J", id="escape"),
    ],
)
def test_a_text_of_a_list_is_a_line_of_text(tmp_path, key, value):
    error = refused(tmp_path, f'# texts\n{key} = [\n    "Good",\n    "{value}",\n]')
    assert f"`{key}` can not have " in error.message
    assert error.message.isprintable()


@pytest.mark.parametrize("key", ["specs", "suites", "templates"])
@pytest.mark.parametrize("folder", ["/var", "../x", "a/../../x", "a\\nb"])
def test_a_folder_lies_in_the_project(tmp_path, key, folder):
    assert f"`{key}` can not be " in refused(tmp_path, f'{key} = "{folder}"').message


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('[audit]\nno_mocks = ["a(b)"]', id="category"),
        pytest.param('[audit]\nsubjects = ["shop; x"]', id="subject"),
        pytest.param('[audit]\nbaseline = "a\\nb"', id="baseline"),
        pytest.param('[audit.services.a]\npackages = ["x y"]', id="package"),
        pytest.param('[audit.services."a\\nb"]\npackages = ["x"]', id="service"),
    ],
)
def test_names_of_the_audit_are_names(tmp_path, text):
    (tmp_path / "suiteloom.toml").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=r"suiteloom\.toml:[12]: `audit\."):
        load_config(tmp_path)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("\n\nmarkers = 3", 3, id="behind-lines"),
        pytest.param('goals = [\n  "A",\n  # b\n  "\\u0007",\n]', 1, id="escaped"),
        pytest.param('markers = [\n  "a",\n  "b c",\n]', 3, id="item"),
        pytest.param('x = """\nmarkers = ["b c"]\n"""', 1, id="in-a-text"),
        pytest.param('"markers" = ["b c"]', 1, id="quoted-key"),
        pytest.param('goals = ["A"]\r\nmarkers = ["b c"]\r\n', 2, id="windows"),
        pytest.param("[audit]\nthreshold = 101", 2, id="table"),
        pytest.param("audit.threshold = 101", 1, id="dotted-key"),
        pytest.param("\naudit = {threshold = 101}", 2, id="inline-table"),
        pytest.param('[audit]\n[audit.services.x]\nsuites = ["a"]', 3, id="deep"),
    ],
)
def test_a_message_names_the_line(tmp_path, text, line):
    (tmp_path / "suiteloom.toml").write_bytes(text.encode())
    with pytest.raises(UsageError) as caught:
        load_config(tmp_path)
    assert caught.value.line == line


def test_a_message_names_the_line_in_pyproject(tmp_path):
    text = "[project]\nname = 'x'\n\n[tool.suiteloom]\nspecs = 'specs'\nmarkers = ['a b']\n"
    error = refused(tmp_path, text, "pyproject.toml")
    assert error.place == "pyproject.toml:6"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("#" * 500_001, id="size"),
        pytest.param(".".join("a" * 20_000) + " = 1", id="long-key"),
        pytest.param("[" + ".".join("a" * 20_000) + "]", id="long-header"),
        pytest.param("a = " + "[" * 100_000, id="deep-list"),
        pytest.param("a = " + "9" * 10_000, id="long-number"),
        pytest.param("a = '\x00'", id="nul"),
        pytest.param("a = [", id="no-toml"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(tmp_path, text):
    (tmp_path / "suiteloom.toml").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=r"not valid TOML|the file (has|is)"):
        load_config(tmp_path)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    (tmp_path / "pyproject.toml").mkdir()
    with pytest.raises(StorageError, match="is not a file"):
        load_config(tmp_path)


def test_what_teams_write_is_taken(tmp_path):
    text = """
specs = "plans/specs/"
file_name = "test-{category}.{domain}_v2.py"
base_class = "shop._testing.base.Base"
markers = ["größe", "slow2"]
categories = ["contract"]
customer_segments = ["Früh & spät"]
services = ["billing-api"]
"""
    (tmp_path / "suiteloom.toml").write_text(text, "utf-8")
    assert load_config(tmp_path) == Config(
        source="suiteloom.toml",
        specs="plans/specs",
        file_name="test-{category}.{domain}_v2.py",
        base_class="shop._testing.base.Base",
        markers=("größe", "slow2"),
        categories=("contract",),
        customer_segments=("Früh & spät",),
        services=("billing-api",),
    )


def test_every_key_has_its_reader():
    read = {item.name for item in fields(Config)} - {"source", "own"}
    assert read == {*config._PROBLEMS, *config._READERS}


@pytest.mark.parametrize("key", ["specs", "suites", "templates"])
@pytest.mark.parametrize("folder", [".git/hooks", "./.GIT/x", "a/.git", ".suiteloom"])
def test_no_folder_is_one_of_git_or_suiteloom(tmp_path, key, folder):
    error = refused(tmp_path, f'# folders\n{key} = "{folder}"')
    assert f"`{key}` can not be '{folder}': it is in ." in error.message
    assert error.line == 2


def test_no_baseline_is_in_a_folder_of_git(tmp_path):
    error = refused(tmp_path, '[audit]\n\nbaseline = ".git/config"')
    assert error.message == "`audit.baseline` can not be in .git"
    assert error.line == 3


@pytest.mark.parametrize(
    ("target", "what"),
    [
        pytest.param(".git/hooks", "leads into .git through a link", id="git"),
        pytest.param("../other", "leads out of the project through a link", id="out"),
    ],
)
@pytest.mark.parametrize(
    ("key", "line"),
    [("specs", 2), ("suites", 2), ("templates", 2), ("audit.baseline", 2)],
)
def test_no_folder_is_a_link_to_elsewhere(tmp_path, key, line, target, what):
    root = tmp_path / "project"
    (root / ".git" / "hooks").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (root / "linked").symlink_to(root / target)
    error = refused(root, f'# folders\n{key} = "linked/a"')
    assert error.message == f"`{key}`: linked/a {what}"
    assert error.line == line


def test_a_default_folder_is_no_link_to_elsewhere_either(tmp_path):
    (tmp_path / ".git" / "hooks").mkdir(parents=True)
    (tmp_path / "generated").symlink_to(tmp_path / ".git" / "hooks")
    with pytest.raises(UsageError, match=r"`suites`: generated leads into \.git"):
        load_config(tmp_path)


def test_a_folder_may_be_a_link_within_the_project(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "generated").symlink_to(tmp_path / "real")
    assert load_config(tmp_path).suites == "generated"
