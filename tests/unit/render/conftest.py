"""A spec, the built-in templates, and templates of one's own."""

import json
from pathlib import Path

import pytest

from suiteloom.model import Config
from suiteloom.render.pack_check.load import load_pack
from suiteloom.render.suite import render_suite
from suiteloom.render.templates import templates_folder
from suiteloom.specs.loader import load_suite

CONFIG = Config()


def spec(**test):
    """The data of a spec with one test, which has the given keys."""
    whole = {"id": "OR-001", "name": "test_keeps", "summary": "It is kept."}
    return {
        "suiteloom": 1,
        "domain": "orders",
        "title": "Orders",
        "summary": "Orders are kept.",
        "category": "unit",
        "revenue": {"annual_usd": 1_000, "protects": "sales"},
        "bvj": {
            "segment": ["All"],
            "goal": "Stability",
            "value_impact": "Orders are not lost.",
            "strategic_impact": "Customers come back.",
        },
        "groups": [{"title": "Keeping", "tests": [whole | {"kinds": ["edge"]} | test]}],
    }


@pytest.fixture
def data():
    """Make the data of a spec."""
    return spec


@pytest.fixture(scope="session")
def built_in():
    """The built-in templates."""
    return load_pack(templates_folder(Path(), CONFIG))


@pytest.fixture
def render(built_in):
    """Load the data of a spec and render it."""

    def rendered(content, pack=built_in, config=CONFIG):
        source = json.dumps(content, ensure_ascii=False).encode()
        suite, findings = load_suite(source, "specs/orders.yaml", config)
        assert findings == []
        return render_suite(suite, config, pack)

    return rendered


@pytest.fixture
def templates(tmp_path):
    """Copy the built-in templates with some of them replaced; gives the folder."""

    def copied(**replaced):
        for path in templates_folder(Path(), CONFIG).iterdir():
            (tmp_path / path.name).write_bytes(path.read_bytes())
        for name, text in replaced.items():
            (tmp_path / f"{name}.py.j2").write_text(text, "utf-8")
        return tmp_path

    return copied
