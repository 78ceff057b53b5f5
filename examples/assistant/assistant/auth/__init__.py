"""Accounts, tokens and permissions."""
