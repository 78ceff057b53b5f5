"""The root of everything that the assistant raises on purpose."""


class AssistantError(Exception):
    """Something was refused or has failed; the text is safe to show to a user.

    Attributes:
        code: What happened, as one stable word such as `rate_limited`.
    """

    def __init__(self, message: str, *, code: str = "error") -> None:
        """Keep the message and its code."""
        super().__init__(message)
        self.code = code
