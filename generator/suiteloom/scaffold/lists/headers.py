"""What people and their tools call the columns of a list of tests.

A header is compared without case, accents, signs and words such as "test case" before it,
as it stands, without what it has in brackets, and behind its last dash.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from suiteloom.model.identifiers import closest

__all__ = ["FIELDS", "candidates", "field_named", "header_key", "label_field", "rank"]

FIELDS = {
    "id": "id",
    "group": "group",
    "name": "name",
    "summary": "summary",
    "given": "given",
    "data": "given",
    "when": "when",
    "then": "then",
    "kinds": "kinds",
    "kind": "kinds",
    "async": "async",
    "marker": "marker",
    "segment": "segment",
    "goal": "goal",
    "value impact": "value_impact",
    "strategic impact": "strategic_impact",
}
"""What `--map HEADER=FIELD` takes, and the key of a spec that it stands for."""

_USUAL: Mapping[str, Sequence[str]] = {
    "id": (
        *("id", "tc id", "key", "issue key", "identifier", "case identifier"),
        *("ref", "reference", "code", "no", "number", "nr", "num", "s no", "sr no"),
        *("sl no", "jira key", "jira id", "codigo", "kennung", "identifiant"),
    ),
    "name": (
        *("name", "title", "", "check", "scenario name", "scenario title", "scenario"),
        *("scenarios", "summary", "objective", "what to test", "item", "use case"),
        *("description", "desc", "titulo", "nome", "nombre", "titel", "titre", "nom"),
        *("cenario", "escenario", "testfall", "bezeichnung", "caso de teste"),
        *(
            "caso de prueba",
            "cas de",
            "skenario",
            "skenario pengujian",
            "название",
            "наименование",
            "заголовок",
        ),
        *("标题", "用例名称", "用例标题", "测试用例", "テスト項目"),
    ),
    "group": (
        *("group", "module", "module name", "section", "suite", "suite name"),
        *("feature", "feature name", "area", "functional area", "component", "folder"),
        *("components", "component s", "component name", "functionality", "function"),
        *("section hierarchy", "repository path", "area path", "path", "epic"),
        *("epic name", "page", "page name", "screen", "screen name", "sub module"),
        *("submodule", "category", "set", "user story", "story", "scenario"),
        *("scenarios", "modulo", "modul", "funcionalidade", "funcionalidad"),
        *("gruppe", "bereich", "grupo", "groupe", "модуль", "раздел", "模块"),
        *("所属模块", "功能模块"),
    ),
    "summary": (
        *("summary", "description", "desc", "objective", "purpose", "details"),
        *("what to test", "descricao", "descripcion", "beschreibung", "objetivo"),
        *("ziel", "описание", "描述"),
    ),
    "given": (
        *("given", "precondition", "preconditions", "pre condition", "pre conditions"),
        *("prerequisite", "prerequisites", "pre requisite", "pre requisites"),
        *("preconditions text", "pre req", "prereq", "setup", "initial state"),
        *("initial conditions", "pre condicoes", "precondicoes", "pre condicao"),
        *("precondicion", "precondiciones", "vorbedingung", "vorbedingungen"),
        *("voraussetzung", "voraussetzungen", "preconditions requises"),
        *("предусловие", "предусловия", "前置条件"),
    ),
    "data": (
        *("data", "step data", "steps data", "input data", "input", "inputs"),
        *("dados", "dados de teste", "datos", "datos de prueba", "testdaten"),
        *("donnees", "тестовые данные", "测试数据"),
    ),
    "when": (
        *("when", "step action", "steps action", "action", "actions", "steps step"),
        *("script step", "script step by step step", "step description", "steps"),
        *("steps description", "step", "steps to execute", "steps to reproduce"),
        *("execution steps", "procedure", "step details", "steps details"),
        *("steps to perform", "script", "instructions", "step instruction"),
        *(
            "passos",
            "passo",
            "pasos",
            "langkah",
            "langkah langkah",
            "schritte",
            "testschritte",
            "etapes",
        ),
        *("шаги", "шаг", "шаги воспроизведения", "步骤", "测试步骤", "操作步骤"),
    ),
    "then": (
        *("then", "expected result", "expected results", "expected", "step expected"),
        *("step expected result", "steps expected result", "expected outcome"),
        *("expected outcomes", "expected output", "expected behavior", "expectation"),
        *("expected behaviour", "expected response", "script expected result"),
        *("script step by step expected result", "pass criteria"),
        *("success criteria", "resultado esperado", "resultados esperados"),
        *("hasil yang diharapkan",),
        *("erwartetes ergebnis", "erwartete ergebnisse", "resultat attendu"),
        *("ожидаемый результат", "预期结果", "期望结果"),
    ),
    "kinds": ("kinds", "kind"),
    "type": ("type", "scenario type", "positive negative"),
    "async": ("async",),
    "segment": ("segment",),
    "goal": ("goal",),
    "value_impact": ("value impact",),
    "strategic_impact": ("strategic impact",),
}
"""Headers by what they stand for, the clearest first."""

_LEADING = frozenset(
    {"test", "tests", "testcase", "testcases", "case", "cases", "tc", "manual"}
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRACKETS = re.compile(r"[(\[](?P<inside>[^()\[\]]*)[)\]]")
_SIGN = re.compile(r"[\W_]+")
_LABELS = ("given", "data", "when", "then", "summary", "id")
_LONGEST = 80  # characters of a header


def header_key(header: str) -> str:
    """A header in the form in which headers are compared."""
    text = _HUMP.sub(" ", header[:_LONGEST].replace("#", " no "))
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(_SIGN.sub(" ", letters).split())


def candidates(header: str) -> frozenset[str]:
    """What a header may stand for; empty if nobody uses it for anything."""
    return frozenset(_meaning(header))


def rank(header: str, field: str) -> int:
    """How clearly a header stands for one of its candidates, the clearest with 0."""
    return _meaning(header)[field]


def _meaning(header: str) -> Mapping[str, int]:
    """The candidates of a header with their ranks, of its first form that is known."""
    known = _index()
    return next((known[key] for key in _keys(header) if key in known), {})


@cache
def _index() -> Mapping[str, Mapping[str, int]]:
    """Fields and ranks by header."""
    index: dict[str, dict[str, int]] = {}
    for field, headers in _USUAL.items():
        for place, header in enumerate(headers):
            index.setdefault(header_key(header), {}).setdefault(field, place)
    return index


def label_field(text: str) -> str:
    """What a label such as ``Expected result`` begins, or an empty string.

    Only what a test has below its title is a label: its id, summary, what is given, its
    steps and what is expected.
    """
    if len(text) > _LONGEST or not text.strip():
        return ""
    found = candidates(text)
    return next((field for field in _LABELS if field in found), "")


def field_named(name: str) -> tuple[str, str]:
    """The field that `--map` names.

    Returns:
        The field, empty if there is none of that name, and what to do then.
    """
    key = " ".join(name.replace("_", " ").casefold().split())
    if key in FIELDS:
        return FIELDS[key], ""
    close = closest(key, FIELDS)
    known = f"known: {', '.join(FIELDS)}"
    return "", f"did you mean {close!r}?" if close else known


def _keys(header: str) -> Iterator[str]:
    """The forms of a header that may be known, the whole first."""
    found = _BRACKETS.search(header)
    forms = [header]
    if found:
        forms += [_BRACKETS.sub(" ", header), found["inside"]]
    if " - " in header:
        forms.append(header.rpartition(" - ")[2])
    for form in forms:
        words = header_key(form).split()
        if not words:
            continue
        yield " ".join(words)
        while words and words[0] in _LEADING:
            del words[0]
            yield " ".join(words)
