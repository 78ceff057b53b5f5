"""Structured logs: one JSON object a line, secrets masked."""

from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

from assistant.clock import Clock, SystemClock
from assistant.masking import mask

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def open_log(
    stream: TextIO, *, level: str = "info", clock: Clock | None = None
) -> FilteringBoundLogger:
    """Open a log on a stream.

    Args:
        stream: Takes the lines; it is not closed here.
        level: The lowest level to write, one of `LEVELS`.
        clock: Gives `at`, in seconds since 1970; the system's when None.

    Returns:
        A logger, for example `log.info("connection_opened", user="u1")`. Every line has
        `event`, `level` and `at`.
    """
    ticking = clock or SystemClock()

    def stamp(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["at"] = ticking.now()
        return event

    def masked(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return dict(mask(event))

    logger: Any = structlog.wrap_logger(
        structlog.WriteLogger(stream),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            stamp,
            structlog.processors.format_exc_info,
            masked,
            structlog.processors.JSONRenderer(sort_keys=True, default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
    )
    log: FilteringBoundLogger = logger
    return log
