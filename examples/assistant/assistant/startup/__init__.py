"""Startup: components in dependency order, and what happens when one fails."""

from assistant.startup.background import BackgroundTask
from assistant.startup.components import (
    Component,
    ComponentReport,
    StartupReport,
    State,
)
from assistant.startup.errors import (
    CycleError,
    GraphError,
    MissingDependencyError,
    StartupError,
)
from assistant.startup.order import levels
from assistant.startup.sequence import Startup
from assistant.startup.state import Saved, StateFile

__all__ = [
    "BackgroundTask",
    "Component",
    "ComponentReport",
    "CycleError",
    "GraphError",
    "MissingDependencyError",
    "Saved",
    "Startup",
    "StartupError",
    "StartupReport",
    "State",
    "StateFile",
    "levels",
]
