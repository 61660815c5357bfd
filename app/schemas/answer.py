"""The root of all answers, and texts in both languages."""

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """The root of all answers."""

    model_config = ConfigDict(extra="forbid")


class Text(Answer):
    """A text in the two languages."""

    ko: str = Field(description="Korean.", examples=["덧셈"])
    en: str = Field(description="English.", examples=["addition"])
