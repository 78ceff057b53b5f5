"""Runs the service: `python -m assistant`, in an empty folder too."""

import argparse
import asyncio
import os
import secrets
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from structlog.typing import FilteringBoundLogger

from assistant.config import Configuration, ConfigurationError, load
from assistant.config.rules import SIGNING
from assistant.config.sources import short_name
from assistant.errors import AssistantError
from assistant.logs import open_log

CONFIGURATION_FOLDER = Path("config")
"""Read if it is there and no other is named."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the service until SIGINT or SIGTERM.

    Returns:
        The exit code: 0 after a signal, 1 if the service could not start, 2 if the
        configuration cannot be used.
    """
    options = _parser().parse_args(arguments)
    server = {"host": options.host, "port": options.port}
    given = {
        f"server.{name}": each for name, each in server.items() if each is not None
    }
    try:
        configuration = _configure(options.config, os.environ, given)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    log = open_log(sys.stderr, level=configuration.settings.log.level)
    if configuration.source_of(SIGNING[0]) == "overrides":
        log.warning(
            "development_secrets", detail="random, logins end with this process"
        )
    try:
        asyncio.run(_run(configuration, log))
    except (AssistantError, OSError, RuntimeError) as error:
        sys.stderr.write(f"the service could not start: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("assistant", description="Runs the chat service.")
    parser.add_argument("--config", type=Path, help="the folder with base.yaml")
    parser.add_argument("--host", help="the address to listen on")
    parser.add_argument("--port", type=int, help="the port, 0 for a free one")
    return parser


def _configure(
    folder: Path | None, environ: Mapping[str, str], overrides: Mapping[str, Any]
) -> Configuration:
    """Load the configuration; for development, make up the secrets that are missing."""
    if folder is None and CONFIGURATION_FOLDER.is_dir():
        folder = CONFIGURATION_FOLDER
    try:
        return load(folder, environ, overrides)
    except ConfigurationError as error:
        missing = {each.path for each in error.problems if each.source == "defaults"}
        development = short_name(environ.get("ENVIRONMENT", "dev")) == "dev"
        if not development or not missing <= set(SIGNING):
            raise
        made_up = {path: secrets.token_urlsafe(32) for path in missing}
        return load(folder, environ, {**overrides, **made_up})


async def _run(configuration: Configuration, log: FilteringBoundLogger) -> None:
    # A configuration that cannot be used is said before all of this is imported.
    from assistant.platform import Platform
    from assistant.serving import serve

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    settings = configuration.settings
    app = Platform(configuration, log=log).app
    async with serve(app, host=settings.server.host, port=settings.server.port) as at:
        log.info("listening", address=at.http, environment=settings.environment)
        await stopping.wait()
    log.info("stopped")


if __name__ == "__main__":
    raise SystemExit(main())
