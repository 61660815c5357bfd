"""Models of the call that reads a text of another tool."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from chainrule.app.schemas.answer import Answer
from chainrule.app.schemas.numbers import TensorOrNumber
from chainrule.app.schemas.requests import Lang

_TORCH = "import torch\nx = torch.tensor(2.0, requires_grad=True)\ny = torch.exp(x)\ny.backward()"


class TranslationRequest(BaseModel):
    """A text of another tool."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"text": _TORCH, "lang": "en"}]}
    )

    text: str = Field(
        description="A script of PyTorch, micrograd, NumPy or the book, or an export of this site: SVG, program, "
        "Python, PyTorch, DOT, Mermaid, JSON, curl, link."
    )
    lang: Lang = Field("ko", description="The language of sentences.")


class TranslatedLine(Answer):
    """What became of one statement."""

    line: int = Field(description="Its first line in the text, from 1.", examples=[2])
    text: str = Field(description="What stood there.", examples=["x = torch.tensor(2.0, requires_grad=True)"])
    becomes: str | None = Field(
        description="What stands there now; null if it was dropped.", examples=["x = 2.0"]
    )
    why: str | None = Field(description="Why it changed; null for a line that stays.")


class TranslationAnswer(Answer):
    """The program that a text means, and what became of each of its lines."""

    kind: Literal["pytorch", "micrograd", "numpy", "book", "chainrule"] | None = Field(
        description="What the text is; null for a text of no known tool, with all else empty."
    )
    name: str = Field(description="What it is, in words.", examples=["a PyTorch script"])
    program: str = Field(description="The program.", examples=["x = 2.0\ny = exp(x)"])
    inputs: dict[str, TensorOrNumber] = Field(description="Numbers that differ from the program's own.")
    upstream: TensorOrNumber = Field(description="The upstream gradient of the output.", examples=[1.0])
    mistakes: list[str] = Field(description="Backward rules broken on purpose.")
    conventions: list[str] = Field(description="What is passed back at kinks.")
    lines: list[TranslatedLine] = Field(description="Statement by statement.")
    note: str | None = Field(description="What one must know of the whole, such as other random numbers.")
