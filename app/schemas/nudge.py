"""What the call about a pushed value answers."""

from pydantic import Field

from chainrule.app.schemas.answer import Answer
from chainrule.app.schemas.changes import TwoLanguages
from chainrule.app.schemas.numbers import Number


class PushAnswer(Answer):
    """How one value changes; of a tensor, at the element that really changes most."""

    id: str = Field(description="Id of the node.", examples=["price"])
    where: list[int] = Field(description="Which element; empty for a number.")
    true: Number = Field(description="Its change, by a second evaluation.")
    straight: Number = Field(description="Its slope by the pushed value, times Δ.")
    gap: Number = Field(description="`true` minus `straight`; a small Δ closes it.")
    true_text: str = Field(description="Text of `true`, with its sign.", examples=["+22"])
    straight_text: str = Field(description="Text of `straight`, with its sign.", examples=["+22"])
    true_short: str = Field(description="`true_text` in at most seven characters.")
    straight_short: str = Field(description="`straight_text` in at most seven characters.")
    gap_text: str = Field(description="Text of `gap`, with its sign; 0 for a difference in the last digits.")


class InputEffect(Answer):
    """What a small change of one input would do to the output, by its gradient."""

    id: str = Field(description="Id of the input.", examples=["tax"])
    index: list[int] = Field(
        description="Of a tensor, its element with the largest gradient; empty for a number."
    )
    step: Number = Field(description="A small step of the input.")
    effect: Number = Field(description="Gradient × step.")
    sentence: TwoLanguages = Field(description="The same in a sentence.")


class NudgeAnswer(Answer):
    """The pushed node first, then every node behind it."""

    id: str = Field(description="Id of the pushed node.")
    index: list[int] = Field(description="Which element of it.")
    value: Number = Field(description="Its value before the push.")
    gradient: Number = Field(description="Its gradient, as in the graph's answer.")
    slope: Number = Field(
        description="The output's true slope by it: without upstream gradient and broken rules."
    )
    value_text: str = Field(description="Text of `value`.")
    slope_text: str = Field(description="Text of `slope`.")
    gradient_text: str = Field(description="Text of `gradient`.")
    delta: Number = Field(description="By how much; 0 asks for value and gradient alone.")
    delta_text: str = Field(description="Text of `delta`, with its sign.")
    output: str = Field(description="Id of the output.")
    pushes: list[PushAnswer] = Field(description="The pushed node, then those behind it, in order.")
    sentence: TwoLanguages = Field(description="How the output changes, beside gradient × Δ.")
    effects: list[InputEffect] = Field(
        description="What a small change of each input would do to the output; none if the output is a tensor."
    )
