"""Numbers about the work that was done: counters, gauges and distributions."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Distribution:
    """What was observed under one name.

    Attributes:
        count: How many values.
        total: Their sum.
        smallest: The smallest one; 0.0 without values.
        largest: The largest one; 0.0 without values.
        p95: The smallest observed value that 95% of them do not exceed.
    """

    count: int
    total: float
    smallest: float
    largest: float
    p95: float


class Metrics:
    """Counters, gauges and distributions by name; safe to use from threads.

    A distribution keeps its latest values only, `kept` of them.
    """

    def __init__(self, *, kept: int = 1000) -> None:
        """Begin empty."""
        self._kept = kept
        self._lock = threading.Lock()
        self._counters: dict[str, int] = {}
        self._gauges: dict[str, float] = {}
        self._peaks: dict[str, float] = {}
        self._observed: dict[str, list[float]] = {}

    def count(self, name: str, amount: int = 1) -> None:
        """Add to a counter.

        Raises:
            ValueError: The amount is negative.
        """
        if amount < 0:
            raise ValueError(f"{name}: a counter only rises")
        with self._lock:
            self._counters[name] = self._counters.get(name, 0) + amount

    def counter(self, name: str) -> int:
        """Return a counter; 0 before it was first raised."""
        with self._lock:
            return self._counters.get(name, 0)

    def gauge(self, name: str, value: float) -> None:
        """Set a gauge; its highest value is kept as its peak."""
        with self._lock:
            self._gauges[name] = value
            self._peaks[name] = max(value, self._peaks.get(name, value))

    def level(self, name: str) -> float:
        """Return the value of a gauge now; 0.0 before it was first set."""
        with self._lock:
            return self._gauges.get(name, 0.0)

    def peak(self, name: str) -> float:
        """Return the highest value that a gauge has had; 0.0 before it was set."""
        with self._lock:
            return self._peaks.get(name, 0.0)

    def observe(self, name: str, value: float) -> None:
        """Add a value to a distribution; durations are in seconds, `…_s`.

        Raises:
            ValueError: The value is not a finite number.
        """
        if not math.isfinite(value):
            raise ValueError(f"{name}: {value} is not a finite number")
        with self._lock:
            values = self._observed.setdefault(name, [])
            values.append(value)
            del values[: -self._kept]

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Observe how long a block takes, in seconds, also when it raises."""
        start = perf_counter()
        try:
            yield
        finally:
            self.observe(name, perf_counter() - start)

    def distribution(self, name: str) -> Distribution:
        """Return what was observed under a name."""
        with self._lock:
            values = sorted(self._observed.get(name, ()))
        if not values:
            return Distribution(0, 0.0, 0.0, 0.0, 0.0)
        p95 = values[math.ceil(0.95 * len(values)) - 1]
        return Distribution(len(values), math.fsum(values), values[0], values[-1], p95)

    def snapshot(self) -> dict[str, float]:
        """Return every counter and gauge by name, and `NAME.count` of distributions."""
        with self._lock:
            counts = {f"{name}.count": len(v) for name, v in self._observed.items()}
            return dict(sorted({**self._counters, **self._gauges, **counts}.items()))
