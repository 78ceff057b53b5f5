"""What signing in and accounts refuse; the texts are safe to show to anybody."""

from assistant.errors import AssistantError
from assistant.identity import AuthenticationError


class LoginError(AuthenticationError):
    """A login was refused.

    Codes: `invalid_credentials` (the same for an unknown address and a wrong password),
    `otp_required`, `invalid_otp`, `locked`.

    Attributes:
        retry_after_s: When `locked`, how long the account stays so; else 0.
    """

    def __init__(self, message: str, *, code: str, retry_after_s: float = 0.0) -> None:
        """Keep the message, its code and the wait."""
        super().__init__(message, code=code)
        self.retry_after_s = retry_after_s


class AccountError(AssistantError):
    """A registration, a change or a one-time link was refused.

    Codes: `invalid_email`, `invalid_name`, `weak_password`, `email_taken`,
    `invalid_ticket`, `second_factor_active`, `second_factor_absent`, `unknown_user`,
    `unknown_role`.
    """


class OAuthError(AssistantError):
    """A sign-in through a provider was refused.

    Codes: `invalid_state`, `sign_in_refused`, `email_unverified`, `account_exists`,
    `provider_unavailable`.
    """
