"""Startup: components in dependency order, and what happens when one fails."""
