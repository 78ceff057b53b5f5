"""The second factor: one-time codes by time (TOTP) and recovery codes."""

import secrets

import pyotp
from pyotp.utils import strings_equal
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.auth.errors import AccountError, LoginError
from assistant.auth.tables import RecoveryCode, User
from assistant.auth.tickets import digest_of
from assistant.clock import Clock

STEP_S = 30
RECOVERY_CODES = 8


class SecondFactor:
    """Enrolls and checks second factors inside the caller's transaction.

    A code is accepted in its own 30 s and in those before and after, and only once.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def enroll(self, user: User) -> str:
        """Give a user a new secret; it counts once it is confirmed.

        Returns:
            The `otpauth://` address that an authenticator application reads.

        Raises:
            AccountError: A second factor is in force already (`second_factor_active`).
        """
        if user.totp_confirmed:
            raise AccountError(
                "a second factor is in force already", code="second_factor_active"
            )
        user.totp_secret = pyotp.random_base32()
        totp = pyotp.TOTP(user.totp_secret)
        return totp.provisioning_uri(name=user.email, issuer_name="Assistant")

    def confirm(self, tx: AsyncSession, user: User, code: str) -> tuple[str, ...]:
        """Put the enrolled secret in force.

        Returns:
            Eight recovery codes; they are not shown again.

        Raises:
            AccountError: Nothing is enrolled and unconfirmed (`second_factor_absent`).
            LoginError: The code is wrong (`invalid_otp`).
        """
        if user.totp_secret is None or user.totp_confirmed:
            raise AccountError(
                "no second factor waits for its code", code="second_factor_absent"
            )
        if not self._accept(user, user.totp_secret, code):
            raise LoginError("the code is wrong", code="invalid_otp")
        user.totp_confirmed = True
        codes = tuple(secrets.token_hex(8) for _ in range(RECOVERY_CODES))
        for each in codes:
            tx.add(RecoveryCode(digest=digest_of(each), user_id=user.id))
        return codes

    async def check(self, tx: AsyncSession, user: User, otp: str) -> bool:
        """Tell whether a code is right, and use it up.

        Args:
            tx: The transaction.
            user: Who has a second factor in force.
            otp: A code of the authenticator application or a recovery code.
        """
        if user.totp_secret is not None and self._accept(user, user.totp_secret, otp):
            return True
        found = await tx.get(RecoveryCode, digest_of(otp))
        if found is None or found.user_id != user.id:
            return False
        await tx.delete(found)
        return True

    def _accept(self, user: User, secret: str, code: str) -> bool:
        totp = pyotp.TOTP(secret, interval=STEP_S)
        present = int(self._clock.now()) // STEP_S
        for step in (present - 1, present, present + 1):
            if step > user.totp_step and strings_equal(totp.generate_otp(step), code):
                user.totp_step = step
                return True
        return False
