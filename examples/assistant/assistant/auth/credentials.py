"""What people type in: addresses, names and passwords, checked and hashed."""

import asyncio
import re
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from assistant.auth.errors import AccountError
from assistant.config.settings import AuthSettings
from assistant.metrics import Metrics

EMAIL_CHARACTERS = 254
NAME_CHARACTERS = 80
PASSWORD_CHARACTERS = (12, 128)
PASSWORD_VARIETY = 5
"""How many different characters a password needs."""

_EMAIL = re.compile(r"[a-z0-9._%+-]{1,64}@([a-z0-9-]{1,63}\.)+[a-z]{2,63}")


def fold_email(text: str) -> str:
    """Return an address as it is looked up; "", which nobody has, if it is not ASCII.

    Some letters beyond ASCII turn into ASCII in lower case, and would find another's.
    """
    return text.strip().lower() if text.isascii() else ""


def clean_email(text: str) -> str:
    """Return an address in the one form in which it is kept: ASCII, lower case.

    Addresses with other characters are refused, since one can look like another.

    Raises:
        AccountError: It is no address (`invalid_email`).
    """
    email = fold_email(text)
    if len(email) > EMAIL_CHARACTERS or not _EMAIL.fullmatch(email):
        raise AccountError("this is not an e-mail address", code="invalid_email")
    return email


def clean_name(text: str) -> str:
    """Return a display name without outer spaces, in Unicode form NFKC.

    Raises:
        AccountError: It is empty, has over 80 characters, or some that are invisible or
            control the text around them (`invalid_name`).
    """
    name = unicodedata.normalize("NFKC", text).strip()
    if not 0 < len(name) <= NAME_CHARACTERS or not name.isprintable():
        raise AccountError("this name cannot be shown", code="invalid_name")
    return name


def check_password(password: str, email: str) -> None:
    """Refuse a password that would be guessed.

    Raises:
        AccountError: It has not 12 to 128 characters, fewer than 5 different ones, or
            contains the address (`weak_password`).
    """
    least, most = PASSWORD_CHARACTERS
    plain = _plain(password)
    if (
        not least <= len(plain) <= most
        or len(set(plain)) < PASSWORD_VARIETY
        or email in plain.lower()
    ):
        raise AccountError(
            f"a password has {least} to {most} characters,"
            f" {PASSWORD_VARIETY} different ones, and not the e-mail address",
            code="weak_password",
        )


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


class Passwords:
    """Hashes passwords with Argon2id, in threads, so that others are served meanwhile.

    Args:
        settings: The costs.
        metrics: Observes `auth_password_check_s`.
    """

    def __init__(self, settings: AuthSettings, metrics: Metrics) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.argon2_time_cost,
            memory_cost=settings.argon2_memory_kib,
            parallelism=1,
        )
        self._metrics = metrics
        self._decoy = self._hasher.hash(secrets.token_hex())

    async def hash(self, password: str) -> str:
        """Return the salted hash of a password."""
        return await asyncio.to_thread(self._hasher.hash, _plain(password))

    async def verify(self, known: str | None, password: str) -> bool:
        """Tell whether a password fits a hash.

        Args:
            known: The hash; with None the work is the same and the answer is no.
            password: As it was typed.
        """
        with self._metrics.timed("auth_password_check_s"):
            return await asyncio.to_thread(self._fits, known, _plain(password))

    def outdated(self, known: str) -> bool:
        """Tell whether a hash was made at other costs than today's."""
        return self._hasher.check_needs_rehash(known)

    def _fits(self, known: str | None, plain: str) -> bool:
        try:
            self._hasher.verify(known or self._decoy, plain)
        except VerifyMismatchError:
            return False
        return known is not None
