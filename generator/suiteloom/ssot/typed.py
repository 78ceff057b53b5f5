"""Typed reading: variables as bool, int, float, list or JSON, with a cache."""

import copy
from dataclasses import dataclass
from typing import Any, overload

from suiteloom.ssot.conversion import Kind, convert
from suiteloom.ssot.isolation import IsolationControl

__all__ = ["CacheInfo", "TypedAccess"]


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """Use of the cache of conversions since it was last cleared.

    Attributes:
        hits: Conversions answered from the cache.
        misses: Conversions made.
        entries: Conversions kept: one for each variable and kind.
    """

    hits: int
    misses: int
    entries: int


class TypedAccess(IsolationControl):
    """Isolated variables that can be read as other types than text."""

    _cache: dict[tuple[str, Kind, str], tuple[str, Any]]
    _hits: int
    _misses: int

    def _prepare(self) -> None:
        super()._prepare()
        self._cache = {}
        self._hits = self._misses = 0

    @overload
    def get_bool(self, key: str, default: bool) -> bool: ...
    @overload
    def get_bool(self, key: str, default: None = None) -> bool | None: ...
    def get_bool(self, key: str, default: bool | None = None) -> bool | None:
        """Return a variable as a bool: true, 1, yes, on; false, 0, no, off; any case.

        Args:
            key: The variable.
            default: What to return when it is not there.

        Raises:
            ConversionError: It is none of these words; an empty value is not, either.
        """
        value: bool | None = self.get_as(key, "bool", default)
        return value

    @overload
    def get_int(self, key: str, default: int) -> int: ...
    @overload
    def get_int(self, key: str, default: None = None) -> int | None: ...
    def get_int(self, key: str, default: int | None = None) -> int | None:
        """Return a variable as an int: decimal digits, with or without a sign.

        Args:
            key: The variable.
            default: What to return when it is not there.

        Raises:
            ConversionError: It is anything else, "1.0", "1_000" and "" among it.
        """
        value: int | None = self.get_as(key, "int", default)
        return value

    @overload
    def get_float(self, key: str, default: float) -> float: ...
    @overload
    def get_float(self, key: str, default: None = None) -> float | None: ...
    def get_float(self, key: str, default: float | None = None) -> float | None:
        """Return a variable as a float: a decimal number, with exponent or without.

        Args:
            key: The variable.
            default: What to return when it is not there.

        Raises:
            ConversionError: It is anything else, "nan", "inf" and "" among it.
        """
        value: float | None = self.get_as(key, "float", default)
        return value

    @overload
    def get_list(
        self, key: str, default: list[str], separator: str = ","
    ) -> list[str]: ...
    @overload
    def get_list(
        self, key: str, default: None = None, separator: str = ","
    ) -> list[str] | None: ...
    def get_list(
        self, key: str, default: list[str] | None = None, separator: str = ","
    ) -> list[str] | None:
        """Return a variable as a list of texts.

        Args:
            key: The variable.
            default: What to return when it is not there.
            separator: Between items; items are stripped, empty ones dropped.

        Returns:
            A new list; empty for an empty value.
        """
        value: list[str] | None = self.get_as(key, "list", default, separator)
        return value

    def get_json(self, key: str, default: Any = None) -> Any:
        """Return a variable as the JSON value that its text is.

        Args:
            key: The variable.
            default: What to return when it is not there.

        Returns:
            A new value each time.

        Raises:
            ConversionError: It is not JSON; NaN and Infinity are not, either.
        """
        return self.get_as(key, "json", default)

    def get_as(
        self, key: str, kind: Kind, default: Any = None, separator: str = ","
    ) -> Any:
        """Return a variable converted to a kind given by name.

        Args:
            key: The variable.
            kind: "bool", "int", "float", "list" or "json".
            default: What to return when the variable is not there, as it is.
            separator: Between the items of a list.

        Returns:
            The converted value, or the default.

        Raises:
            ConversionError: The value is not of that kind. The message names key and
                expected type and masks sensitive values.
            ValueError: There is no such kind.
        """
        text = self.get(key)
        if text is None:
            return default
        slot = (key, kind, separator)
        with self._lock:
            known = self._cache.get(slot)
            if known is not None and known[0] == text:
                self._hits += 1
                return copy.deepcopy(known[1])
        value = convert(key, text, kind, separator)
        with self._lock:
            self._misses += 1
            self._cache[slot] = (text, value)
        return copy.deepcopy(value)

    def clear_cache(self) -> None:
        """Drop the cached conversions and their counts. Values never depend on it."""
        with self._lock:
            self._cache.clear()
            self._hits = self._misses = 0

    def get_cache_info(self) -> CacheInfo:
        """Return the use of the cache of conversions."""
        with self._lock:
            return CacheInfo(self._hits, self._misses, len(self._cache))

    def _forget_conversions(self) -> None:
        self.clear_cache()
