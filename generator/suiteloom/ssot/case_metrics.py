"""Metrics of a test: what it recorded, and counts of what the platform did."""

from suiteloom.ssot.case_state import CaseState, MetricValue

__all__ = ["CaseMetrics"]


class CaseMetrics:
    """Recording and counting for a test class.

    `increment_…` adds a count (an int, not negative; 1 if not given), returns the sum,
    and raises ValueError for any other count. `get_…` reads the sum. Counters that
    counted something are among the metrics.
    """

    @property
    def _case(self) -> CaseState:
        raise NotImplementedError

    def record_metric(self, name: str, value: MetricValue) -> None:
        """Record a metric of this test; a second value replaces the first.

        Args:
            name: Not empty, and not the name of a counter.
            value: A finite number, a str or a bool.

        Raises:
            TypeError: The value is of another type.
            ValueError: The name is not fit, or the number is not finite.
        """
        self._case.record(name, value)

    def get_metric(
        self, name: str, default: MetricValue | None = None
    ) -> MetricValue | None:
        """Return a metric, or the default when it was not recorded."""
        return self._case.all_metrics().get(name, default)

    def get_all_metrics(self) -> dict[str, MetricValue]:
        """Return the metrics by name, with the counters that counted; a new dict."""
        return self._case.all_metrics()

    def assert_metrics_recorded(self, *names: str) -> None:
        """Fail unless each of these metrics was recorded; with no name, any metric.

        Args:
            *names: Names of metrics or counters.

        Raises:
            AssertionError: Names those that are missing and those that are there.
        """
        recorded = self._case.all_metrics()
        missing = [name for name in names if name not in recorded]
        if missing or not recorded:
            raise AssertionError(
                f"metrics not recorded: {', '.join(missing) or 'any'}; "
                f"recorded: {', '.join(sorted(recorded)) or 'none'}"
            )

    def increment_database_queries(self, count: int = 1) -> int:
        """Count database queries; returns the sum."""
        return self._case.count("database_queries", count)

    def get_database_queries(self) -> int:
        """Return the number of database queries counted."""
        return self._case.count("database_queries", 0)

    def increment_cache_operations(self, count: int = 1) -> int:
        """Count cache operations; returns the sum."""
        return self._case.count("cache_operations", count)

    def get_cache_operations(self) -> int:
        """Return the number of cache operations counted."""
        return self._case.count("cache_operations", 0)

    def increment_websocket_events(self, count: int = 1) -> int:
        """Count WebSocket events; returns the sum."""
        return self._case.count("websocket_events", count)

    def get_websocket_events(self) -> int:
        """Return the number of WebSocket events counted."""
        return self._case.count("websocket_events", 0)

    def increment_llm_requests(self, count: int = 1) -> int:
        """Count requests to a language model; returns the sum."""
        return self._case.count("llm_requests", count)

    def get_llm_requests(self) -> int:
        """Return the number of requests to a language model counted."""
        return self._case.count("llm_requests", 0)
