"""Weaves YAML specs into pytest suites and keeps the two telling the same story.

It has no assertions of its own for pytest to rewrite: PYTEST_DONT_REWRITE.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
