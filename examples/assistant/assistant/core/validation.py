"""Input from outside: refused or made harmless before anything uses it."""

import unicodedata
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import AssistantError

Model = TypeVar("Model", bound=BaseModel)

TITLE_CHARACTERS = 200

_JOINERS = "\u200c\u200d"  # in use by Persian, Indic scripts and emoji


class InvalidInputError(AssistantError):
    """What was sent is not as it must be; sent values are not repeated.

    Code: `invalid_input`.

    Attributes:
        problems: One sentence for each, such as `title: Field required`.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Join the problems to one message."""
        super().__init__("; ".join(problems), code="invalid_input")
        self.problems = problems


def clean_line(text: str) -> str:
    """Return a text without what readers cannot see and programs could obey.

    Space of any kind becomes single spaces; control, direction, private and unassigned
    characters go, except joiners; the rest is composed (NFC). Markup stays: whoever shows
    the text must show it as text.
    """
    kept = (
        each
        for each in text
        if each.isspace()
        or each in _JOINERS
        or not unicodedata.category(each).startswith("C")
    )
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("has no visible character")
    return text


Title = Annotated[
    str,
    Field(max_length=TITLE_CHARACTERS),
    AfterValidator(clean_line),
    AfterValidator(_not_empty),
]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Input(BaseModel):
    """What is sent to the service: no unknown names, no guessed types."""

    model_config = ConfigDict(extra="forbid", strict=True)


def parse(model: type[Model], data: Any) -> Model:
    """Make a model of what was sent.

    Raises:
        InvalidInputError: It does not fit, with every problem.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = tuple(
            f"{'.'.join(map(str, each['loc'])) or 'input'}: {each['msg']}"
            for each in error.errors()
        )
        raise InvalidInputError(problems) from None
