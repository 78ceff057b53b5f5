"""The text of a rule: a file of a form of its own, one for each rule."""

from importlib import resources

import pytest

from suiteloom.audit.catalogue import RULES
from suiteloom.audit.engine.text import parse_text, read_text

TEXTS = resources.files("suiteloom.audit") / "texts"
PAGE = """\
---
name: nothing-asserted
severity: error
void: true
options:
  no_mocks: [e2e]
---

# A test asserts nothing

It passes whatever
the code does.

## Remedy

Assert what it is for.

## Bad

```python
def test_a():  # <-
    pay()
```

## Good

```python
def test_a():
    assert pay() == 1
```
"""


def test_each_rule_has_a_text_and_each_text_a_rule():
    files = {file.name for file in TEXTS.iterdir()}
    assert files == {f"{rule.code}.md" for rule in RULES}


def test_a_text_is_taken_apart():
    text = parse_text(PAGE)
    assert (text.name, text.severity, text.critical, text.void) == (
        *("nothing-asserted", "error"),
        *(False, True),
    )
    assert text.summary == "a test asserts nothing"
    assert text.reason == "It passes whatever the code does."
    assert text.hint == "assert what it is for"
    assert text.bad == "def test_a():  # <-\n    pay()\n"
    assert text.good == "def test_a():\n    assert pay() == 1\n"
    assert text.options == {"no_mocks": ["e2e"]}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("void: true", "hidden: true", "other fields", id="unknown-field"),
        pytest.param("severity: error\n", "", "other fields", id="field-missing"),
        pytest.param("## Remedy", "## Cure", "remedy", id="section-missing"),
        pytest.param("---\nname", "name", "no front matter", id="no-front-matter"),
    ],
)
def test_another_form_is_refused(old, new, said):
    with pytest.raises(ValueError, match=said):
        parse_text(PAGE.replace(old, new, 1))


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.code) for rule in RULES])
def test_severity_is_one_of_three(rule):
    assert read_text(rule.code).severity in {"error", "warning", "note"}
