"""Configuration: the settings, where they come from and how they change."""

from assistant.config.consistency import disagreements
from assistant.config.loading import Configuration, load
from assistant.config.manager import ConfigurationManager, Drift, Version
from assistant.config.problems import ConfigurationError, Problem, UnknownVersionError
from assistant.config.settings import Settings

__all__ = [
    "Configuration",
    "ConfigurationError",
    "ConfigurationManager",
    "Drift",
    "Problem",
    "Settings",
    "UnknownVersionError",
    "Version",
    "disagreements",
    "load",
]
