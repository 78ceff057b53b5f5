"""How many messages each user may send."""

from collections import deque

from assistant.clock import Clock

SPAN_S = 60.0


class RateLimit:
    """Counts messages of users over the latest minute.

    Args:
        per_minute: How many of a user's messages any minute may hold.
        clock: Tells when they came.
    """

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._times: dict[str, deque[float]] = {}  # who sent last stands last

    def __len__(self) -> int:
        """Return how many users are remembered."""
        return len(self._times)

    def allow(self, user_id: str) -> bool:
        """Tell whether the user may send a message now, and count it if so."""
        start = self._clock.now() - SPAN_S
        self._forget(start)
        times = self._times.get(user_id, deque())
        while times and times[0] <= start:
            times.popleft()
        if len(times) >= self._per_minute:
            return False
        times.append(self._clock.now())
        self._times.pop(user_id, None)
        self._times[user_id] = times
        return True

    def _forget(self, start: float) -> None:
        while self._times:
            user_id, times = next(iter(self._times.items()))
            if times[-1] > start:
                return
            del self._times[user_id]
