"""Compliance: rules over any tests, with or without specs. Pure."""
