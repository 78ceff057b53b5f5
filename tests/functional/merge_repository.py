"""A repository with two branches of one suite, merged by git."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from collections import Counter

from bench_modules import load_bench
from forks import suiteloom_call
from suiteloom.cli.edge import run_app

__all__ = [
    "SUITE",
    "Repo",
    "adding",
    "both_conflict_only_without",
    "chain",
    "inserted",
    "load_bench",
    "moving",
    "reversing",
    "taking",
    "titled",
    "valued",
]

SUITE = "generated/test_shop_integration_comprehensive.py"


class Repo:
    """A repository with one suite of nine tests in three classes.

    Args:
        root: An empty folder.
        driver: Whether git knows the driver.
    """

    def __init__(self, root, *, driver=True):
        merging = load_bench("branches")
        self.root = root
        self.spec = merging.Spec.start(3, 3)
        self._write_body = merging.write_body
        self._units = merging.units
        (root / "specs").mkdir(parents=True)
        (root / "suiteloom.toml").write_text("", "utf-8")
        (root / ".gitignore").write_text("specs/\n.suiteloom/\n", "utf-8")
        (root / ".gitattributes").write_text(
            "generated/*.py merge=suiteloom\n", "utf-8"
        )
        self.git("init", "-q", "-b", "main")
        for key, value in (
            ("user.name", "someone"),
            ("user.email", "someone@example.org"),
            ("core.autocrlf", "false"),
            ("rerere.enabled", "false"),
        ):
            self.git("config", key, value)
        if driver:
            call = f"{suiteloom_call()} merge-driver %O %A %B %P %L"
            self.git("config", "merge.suiteloom.driver", call)
        self.generate(self.spec)

    @property
    def suite(self):
        return self.root / SUITE

    @property
    def text(self):
        return self.suite.read_bytes().decode(errors="surrogateescape")

    @text.setter
    def text(self, text):
        self.suite.write_bytes(text.encode(errors="surrogateescape"))

    def git(self, *arguments, code=0):
        env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_EDITOR": "true"}
        done = subprocess.run(
            ["git", *arguments],  # noqa: S607 - the one that people have
            cwd=self.root,
            env=env,
            capture_output=True,
            check=False,
        )
        assert code in {None, done.returncode}, done.stdout + done.stderr
        return done

    def generate(self, spec):
        (self.root / "specs" / "shop.yaml").write_text(spec.text(), "utf-8")
        assert run_app(["generate", "--project", str(self.root)]) == 0

    def commit(self, change=lambda text: text):
        self.text = change(self.text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a change")

    def part(self, *, base=None, ours, theirs):
        """Commit a base and one change on each of two branches, and stand on `ours`."""
        self.commit(base or (lambda text: text))
        for name, change in (("theirs", theirs), ("ours", ours)):
            self.git("checkout", "-q", "-b", name, "main")
            self.commit(change)

    def merge(self, code=0):
        """Merge `theirs`; every line with a token that nobody removed is still there."""
        versions = [
            self.git("show", f"{name}:{SUITE}", code=None).stdout.decode("latin-1")
            for name in ("main", "ours", "theirs")
        ]
        done = self.git("merge", "-q", "-m", "merge", "theirs", code=code)
        base, ours, theirs = (Counter(re.findall(r"tok_\w+", v)) for v in versions)
        merged = Counter(
            re.findall(r"tok_\w+", self.suite.read_bytes().decode("latin-1"))
        )
        wanted = (ours | theirs) - (base - ours) - (base - theirs)
        assert merged >= wanted
        assert code or merged == wanted
        return done

    def place(self, identity):
        """Class, name and lines of a unit."""
        lines = self.text.split("\n")
        for name, owner, node in self._units(self.text):
            if name == identity:
                first = min(item.lineno for item in node.decorator_list) - 1
                return owner.name, node.name, "\n".join(lines[first : node.end_lineno])
        raise AssertionError(f"{identity} is lost")

    def order(self):
        return [name for name, _, _ in self._units(self.text)]

    def body(self, identity, token):
        return lambda text: self._write_body(text, identity, token)

    def respec(self, **changes):
        """Change a spec and generate: `SH_001={"name": …}`, or `edit=function`."""

        def change(text):
            self.text = text
            spec = type(self.spec)(ast.literal_eval(repr(self.spec.groups)))
            edit = changes.pop("edit", None)
            for key, values in changes.items():
                spec.find(key.replace("_", "-"))[0].update(values)
            if edit:
                edit(spec)
            self.generate(spec)
            return self.text

        return change


def chain(*changes):
    def change(text):
        for step in changes:
            text = step(text)
        return text

    return change


def inserted(before, added, count=1):
    """Put text in front of another one."""

    def change(text):
        assert before in text
        return text.replace(before, added + before, count)

    return change


def adding(group, place, number):
    def edit(spec):
        added = {"id": f"SH-{number}", "name": f"test_added_{number}"}
        added |= {"summary": f"Added {number}.", "kinds": ["positive"]}
        spec.groups[group]["tests"].insert(place, added)

    return edit


def taking(identity):
    return lambda spec: spec.find(identity)[1]["tests"].remove(spec.find(identity)[0])


def moving(identity, group):
    def edit(spec):
        test, old = spec.find(identity)
        old["tests"].remove(test)
        spec.groups[group]["tests"].append(test)

    return edit


def reversing(group):
    return lambda spec: spec.groups[group]["tests"].reverse()


def titled(group, title):
    return lambda spec: spec.groups[group].update(title=title)


def valued(group, text):
    return lambda spec: spec.groups[group].update(bvj={"value_impact": text})


def both_conflict_only_without(repo, plain, **branches):
    """The same branches conflict without the driver and merge with it."""
    plain.part(**{name: make(plain) for name, make in branches.items()})
    plain.merge(code=1)
    repo.part(**{name: make(repo) for name, make in branches.items()})
    repo.merge()
