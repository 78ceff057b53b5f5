"""Argument mapping, exit codes, terminal output; no logic."""
