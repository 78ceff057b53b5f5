"""Accounts, tokens and permissions."""

from assistant.auth.errors import AccountError, LoginError, OAuthError
from assistant.auth.service import AuthService
from assistant.auth.service_tokens import ServiceTokens
from assistant.auth.sessions import TokenPair
from assistant.auth.tokens import TokenIssuer

__all__ = [
    "AccountError",
    "AuthService",
    "LoginError",
    "OAuthError",
    "ServiceTokens",
    "TokenIssuer",
    "TokenPair",
]
