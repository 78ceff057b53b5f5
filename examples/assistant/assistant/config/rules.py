"""What an environment asks for beyond types and limits."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import SecretStr

from assistant.config.problems import Problem
from assistant.config.settings import DEPLOYED, SECRET_CHARACTERS
from assistant.config.sources import Entry, short_name

SIGNING = ("auth.jwt_secret", "auth.service_secret")
"""The secrets by which the parts of the service know each other."""


def broken_rules(
    environment: str, values: Mapping[str, Any], entries: Mapping[str, Entry]
) -> Iterator[Problem]:
    """Yield what is not right for an environment.

    Args:
        environment: Its short name.
        values: By path, as far as they could be resolved.
        entries: Where they come from.
    """
    if environment and values.get("environment") != environment:
        message = "is named by ENVIRONMENT alone"
        yield Problem("environment", message, entries["environment"].source)
    if environment in DEPLOYED and values.get("debug") is True:
        yield Problem("debug", f"must be off in {environment}", entries["debug"].source)
    for path in SIGNING:
        if path in values:
            for message in _faults(environment, values[path], entries[path]):
                yield Problem(path, message, entries[path].source)


def _faults(environment: str, value: object, entry: Entry) -> Iterator[str]:
    """Yield what is wrong with a signing secret, which may carry a label: `prod:…`."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    label, colon, rest = text.partition(":")
    meant_for = short_name(label) if colon else ""
    if meant_for and meant_for != environment:
        yield f"is a secret of {meant_for}, not of {environment}"
    if environment not in DEPLOYED:
        return
    if len(rest if meant_for else text) < SECRET_CHARACTERS:
        yield f"needs {SECRET_CHARACTERS} characters or more in {environment}"
    if entry.form == "template" and "${" not in str(entry.value):
        yield f"belongs into secrets/ or a variable in {environment}, not into a file"
