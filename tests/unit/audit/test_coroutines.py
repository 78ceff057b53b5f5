"""SL7: tricks that must be found, and near misses that must not."""

import re

import pytest

from suiteloom.audit.catalogue import RULES
from suiteloom.audit.engine.examine import examine
from suiteloom.audit.engine.settings import Settings

MARK = re.compile(r" *# <-$", re.MULTILINE)
HEAD = "import asyncio\nimport time\n\nimport pytest\n\nfrom shop import serve\n\n\n"


def lines_found(code, source):
    text = MARK.sub("", source).encode()
    facts = examine("tests/test_example.py", text, Settings(), RULES)
    return [f.finding.line for f in facts.flaws if f.finding.code == code]


def marked(source):
    lines = source.splitlines()
    return [number for number, line in enumerate(lines, 1) if MARK.search(line)]


FOUND = [
    (
        "SL701",
        "inner",
        (
            "async def test_a():\n    async def fetch():\n        return 1\n"
            "    fetch()  # <-\n    assert fetch() == 1  # <-"
        ),
    ),
    (
        "SL701",
        "in a sync test",
        "async def fetch():\n    return 1\ndef test_a():\n    assert fetch()  # <-",
    ),
    ("SL701", "alias", "nap = asyncio.sleep\nasync def test_a():\n    nap(1)  # <-"),
    (
        "SL701",
        "item",
        (
            "async def fetch():\n    return [1]\nasync def test_a():\n"
            "    assert fetch()[0] == 1  # <-"
        ),
    ),
    (
        "SL702",
        "getattr",
        (
            "async def test_a():\n"
            "    getattr(time, 'sleep')(1)\n    nap = getattr(time, 'sleep')\n"
            "    nap(1)  # <-"
        ),
    ),
    (
        "SL702",
        "inner coroutine",
        (
            "async def test_a():\n    async def work():\n"
            "        time.sleep(1)  # <-\n    await work()"
        ),
    ),
    (
        "SL702",
        "client by another name",
        (
            "from httpx import get as fetch\n"
            "async def test_a():\n    assert fetch('http://x')  # <-"
        ),
    ),
    (
        "SL703",
        "said not to be done",
        (
            "async def test_a():\n"
            "    task = asyncio.ensure_future(serve())  # <-\n    await serve.ready()\n"
            "    assert not task.done()"
        ),
    ),
    (
        "SL703",
        "alias",
        (
            "from asyncio import create_task as go\nasync def test_a():\n"
            "    go(serve())  # <-\n    assert await serve.ready()"
        ),
    ),
]
SILENT = [
    (
        "SL701",
        "defined twice",
        (
            "async def fetch():\n    return 1\ndef fetch():\n"
            "    return 1\ndef test_a():\n    assert fetch()"
        ),
    ),
    (
        "SL701",
        "decorated",
        (
            "@serve.sync\nasync def fetch():\n    return 1\n"
            "def test_a():\n    assert fetch()"
        ),
    ),
    (
        "SL701",
        "parameter of that name",
        "async def fetch():\n    return 1\ndef test_a(fetch):\n    assert fetch()",
    ),
    (
        "SL701",
        "what is expected",
        (
            "async def fetch():\n    return 1\ndef test_a():\n"
            "    with pytest.warns(RuntimeWarning):\n        fetch()"
        ),
    ),
    (
        "SL701",
        "identity",
        (
            "async def fetch():\n    return 1\ndef test_a():\n"
            "    assert fetch() is not fetch()"
        ),
    ),
    (
        "SL701",
        "method of an inner class",
        (
            "class TestA:\n    async def fetch(self):\n"
            "        return 1\n    def test_a(self):\n        class Own:\n"
            "            def fetch(self):\n                return 1\n"
            "            def look(self):\n                self.fetch()\n"
            "        assert Own()"
        ),
    ),
    ("SL702", "own sleep", "from shop import sleep\nasync def test_a():\n    sleep(1)"),
    ("SL702", "sync test", "def test_a():\n    time.sleep(1)"),
    (
        "SL702",
        "lambda",
        "async def test_a():\n    await asyncio.to_thread(lambda: time.sleep(1))",
    ),
    ("SL702", "hidden name", "async def test_a(time):\n    time.sleep(1)"),
    (
        "SL703",
        "done",
        (
            "async def test_a():\n    task = asyncio.create_task(serve())\n"
            "    await serve.ready()\n    assert task.done()"
        ),
    ),
    (
        "SL703",
        "handed on",
        (
            "async def test_a():\n"
            "    task = asyncio.create_task(serve())\n    await asyncio.wait([task])"
        ),
    ),
    (
        "SL703",
        "group",
        (
            "async def test_a():\n    async with asyncio.TaskGroup() as tg:\n"
            "        tg.create_task(serve())"
        ),
    ),
    (
        "SL703",
        "refused",
        (
            "async def test_a():\n    with pytest.raises(TypeError):\n"
            "        asyncio.create_task(serve)"
        ),
    ),
]


def cases(table):
    return [pytest.param(c, HEAD + s + "\n", id=f"{c}: {name}") for c, name, s in table]


@pytest.mark.parametrize(("code", "source"), cases(FOUND))
def test_tricks_are_found(code, source):
    assert marked(source)
    assert lines_found(code, source) == marked(source)


@pytest.mark.parametrize(("code", "source"), cases(SILENT))
def test_near_misses_are_not(code, source):
    assert lines_found(code, source) == []


@pytest.mark.parametrize("code", ["SL701", "SL702", "SL703"])
def test_pending_and_orphaned_tests_are_passed_over(code):
    source = HEAD + (
        "class TestA:\n    async def test_a(self):\n        self.pending()\n"
        "        asyncio.sleep(1)\n        time.sleep(1)\n"
        "        asyncio.create_task(serve())\n"
        "@pytest.mark.orphan('A-1')\nasync def test_b():\n    asyncio.sleep(1)\n"
        "    time.sleep(1)\n    asyncio.create_task(serve())\n"
    )
    assert lines_found(code, source) == []
