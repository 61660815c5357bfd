"""Models of the calls about questions."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chainrule.app.schemas.answer import Answer, Text
from chainrule.app.schemas.explanations import Formula
from chainrule.app.schemas.numbers import Number
from chainrule.app.schemas.requests import Labels
from chainrule.core.questions.answer_parser import LONGEST
from chainrule.core.questions.generator import LARGEST_SEED, LEVELS, MOST
from chainrule.core.questions.hints import STAGES

Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]
Level = Annotated[int, Field(ge=1, le=len(LEVELS))]
Place = Annotated[int, Field(ge=0, lt=MOST)]


def _example(**fields: Any) -> ConfigDict:
    examples: list[Any] = [{"seed": 7, "level": 1, "index": 1, "blank": "value:z"} | fields]
    return ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": examples})


class BlankRequest(BaseModel):
    """Which blank of which question."""

    model_config = _example()

    seed: Seed = Field(description="The set's seed.")
    level: Level = Field(description="The set's level.")
    index: Place = Field(description="The question's place in the set, from 0.")
    blank: str = Field(max_length=400, description="The blank's id.")


class CheckRequest(BlankRequest):
    """An answer to be checked."""

    model_config = _example(answer="12")

    answer: str = Field(
        max_length=10 * LONGEST,
        description="What a person typed: a number such as `2.2`, `−3`, `4,620`, `1/3` or `1e-3`, or a shape such as "
        "`(3, 2)`, `(N, 2)` or `3x2`.",
    )


class HintRequest(BlankRequest):
    """Which hint is wanted."""

    model_config = _example(stage=1)

    stage: Annotated[int, Field(ge=1, le=STAGES)] = Field(
        description="1: where to look, 2: the formula in symbols, 3: the rule."
    )


class BlankItem(Answer):
    """A number or a shape to be filled in."""

    id: str = Field(description="Its id, of which the picture draws the box.", examples=["grad:x->z.0"])
    kind: Literal["value", "grad", "sum"] = Field(
        description="A value forward, a gradient that comes back on an edge, or the sum of those that come back to a "
        "node."
    )
    asks: Literal["number", "shape"] = Field(description="What is to be typed.")
    part: str = Field(description="Id of the node or edge.", examples=["x->z.0"])
    name: Text = Field(description="What it is called.")


class QuestionItem(Answer):
    """A graph with blanks; nothing in it gives the answers away."""

    index: int = Field(description="Its place in the set, from 0.")
    title: Text = Field(description="What is computed.")
    program: str = Field(description="The program, its comments in the request's language.")
    upstream: Number = Field(description="The gradient that comes in at the output: the graph's `seed`.")
    labels: Labels = Field(description="What its picture shows: `blanks` of numbers, or `shapes`.")
    blanks: list[BlankItem] = Field(description="The blanks, in the order of the passes.")


class LevelItem(Answer):
    """One of the levels."""

    level: int = Field(description="Its number, from 1.")
    title: Text = Field(description="What its questions are about.")


class QuestionSet(Answer):
    """A set of questions, the same for everybody who asks with the same seed."""

    seed: int = Field(description="The seed.")
    level: int = Field(description="The level.")
    tolerance: float = Field(description="How far an answer may be off, as a share of the right one.")
    stages: int = Field(description="How many hints there are for each blank.")
    levels: list[LevelItem] = Field(description="All levels there are.")
    questions: list[QuestionItem] = Field(description="The questions, in order.")


class MistakeFound(Answer):
    """The known mistake that gives the wrong answer."""

    name: str = Field(description="Its name, as `GET /api/v1/ops` lists it.", examples=["mul.not_swapped"])
    title: Text = Field(description="What was done wrong.")


class CheckAnswer(Answer):
    """The verdict on an answer."""

    verdict: Literal["right", "near", "mistake", "wrong", "unreadable"] = Field(
        description="`near`: within 5 % but outside the tolerance; `mistake`: a known mistake gives this; "
        "`unreadable`: neither a number nor a shape."
    )
    said: Text = Field(description="The same in a sentence.")
    mistake: MistakeFound | None = Field(description="For `mistake`, which one.")
    text: str | None = Field(description="For `right`, the number or shape as the picture writes it.")


class HintAnswer(Answer):
    """A hint for a blank."""

    stage: int = Field(description="Which one, from 1.")
    said: Text = Field(description="The hint.")
    formula: Formula | None = Field(description="The formula in symbols, at the second stage.")


class RightAnswer(Answer):
    """The answer, for a student who gives up."""

    text: str = Field(description="The number or shape as the picture writes it.", examples=["2.2"])
