"""Weaves YAML specs into pytest suites and keeps the two telling the same story."""

__all__ = ["__version__"]

__version__ = "0.1.0"
