"""The settings as one flat table, names of earlier releases included."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import SecretStr, TypeAdapter
from pydantic.fields import FieldInfo

from assistant.config.settings import Section, Settings


class Renamed(NamedTuple):
    """The present name of a setting, and what one old unit is in the present one."""

    path: str
    factor: int = 1


RENAMED: Mapping[str, Renamed] = MappingProxyType(
    {
        "auth.access_lifetime_minutes": Renamed("auth.access_lifetime_s", 60),
        "auth.secret_key": Renamed("auth.jwt_secret"),
        "chat.idle_timeout_s": Renamed("chat.idle_limit_s"),
        "log_level": Renamed("log.level"),
    }
)
"""Names that earlier releases used, and which still work."""


@cache
def known() -> Mapping[str, FieldInfo]:
    """Return every setting by its path, such as `chat.idle_limit_s` or `debug`."""
    table: dict[str, FieldInfo] = {}
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            table.update({f"{name}.{n}": f for n, f in kind.model_fields.items()})
        else:
            table[name] = field
    return MappingProxyType(table)


@cache
def converter(path: str) -> TypeAdapter[Any]:
    """Return what converts a text to the type of a setting."""
    kind: Any = known()[path].annotation
    return TypeAdapter(kind)


def is_secret(path: str) -> bool:
    """Tell whether a setting is kept out of every output."""
    return known()[path].annotation is SecretStr


def unknown(path: str) -> str:
    """Return the message for a path that is no setting, with the nearest one."""
    if any(each.startswith(f"{path}.") for each in known()):
        return "is a section: it takes names and values"
    close = get_close_matches(path, known(), n=1)
    return "is not a known setting" + (f"; is it {close[0]}?" if close else "")


def flat(settings: Settings) -> dict[str, Any]:
    """Return the value of every setting by its path, secrets as `SecretStr`."""
    values: dict[str, Any] = {}
    for path in known():
        section, _, name = path.rpartition(".")
        holder = getattr(settings, section) if section else settings
        values[path] = getattr(holder, name)
    return values
