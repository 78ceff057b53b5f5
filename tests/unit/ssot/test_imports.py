"""What importing the runtime costs, measured in fresh interpreters."""

import json
import subprocess
import sys

import pytest

import suiteloom.ssot

LOADED = """
import json, sys
{statement}
print(json.dumps(sorted(sys.modules)))
"""
GENERATOR_ONLY = {"black", "copier", "jinja2", "pydantic", "rich", "typer", "yaml"}


def modules_after(statement):
    output = subprocess.run(
        [sys.executable, "-c", LOADED.format(statement=statement)],
        capture_output=True,
        check=True,
        text=True,
    )
    return set(json.loads(output.stdout))


@pytest.mark.parametrize(
    "statement",
    ["import suiteloom.ssot", "from suiteloom.ssot import *"],
    ids=["module", "everything"],
)
def test_the_runtime_stands_alone(statement):
    loaded = modules_after(statement)
    assert "suiteloom.ssot.environment" in loaded
    others = {
        name
        for name in loaded
        if name.startswith("suiteloom.")
        and name != "suiteloom.ssot"
        and not name.startswith("suiteloom.ssot.")
    }
    assert others == set()
    assert {name.partition(".")[0] for name in loaded} & GENERATOR_ONLY == set()


def test_the_environment_alone_needs_no_pytest():
    loaded = modules_after("from suiteloom.ssot import get_env; get_env().get('A')")
    assert loaded & {"pytest", "pytest_asyncio", "dotenv", "asyncio"} == set()


def test_every_public_name_is_there():
    for name in suiteloom.ssot.__all__:
        assert getattr(suiteloom.ssot, name) is not None
    assert dir(suiteloom.ssot) == sorted(suiteloom.ssot.__all__)


def test_another_name_is_not():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = suiteloom.ssot.nothing
