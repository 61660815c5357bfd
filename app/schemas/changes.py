"""What the call about two evaluations of one program answers."""

from typing import Literal

from pydantic import Field

from chainrule.app.schemas.answer import Answer
from chainrule.app.schemas.numbers import Number


class TwoLanguages(Answer):
    """A text in both languages."""

    ko: str = Field(description="In Korean.")
    en: str = Field(description="In English.")


class DifferenceHeat(Answer):
    """The difference of each element as a heat map: blue rose, orange fell; of several matrices the first."""

    href: str = Field(
        description="A PNG as a `data:` address, a pixel an element, or a block of a large matrix."
    )
    rows: int = Field(description="Its height in pixels.")
    columns: int = Field(description="Its width in pixels.")


class TensorDifference(Answer):
    """How a whole tensor changed."""

    old_norm: Number = Field(description="Square root of the sum of squares, before.")
    new_norm: Number = Field(description="The same after.")
    old_norm_text: str = Field(description="Text of `old_norm`.")
    new_norm_text: str = Field(description="Text of `new_norm`.")
    norm_difference_text: str = Field(description="Text of their difference, with its sign.")
    heat: DifferenceHeat | None = Field(description="Only with a reason, else null.")


class DifferenceAnswer(Answer):
    """A number before and after; of a tensor, that of the element that moved most."""

    old: Number = Field(description="Before.")
    new: Number = Field(description="After.")
    difference: Number = Field(description="After minus before; NaN where either is infinite or NaN.")
    old_text: str = Field(description="Text of `old`.")
    new_text: str = Field(description="Text of `new`.")
    difference_text: str = Field(description="Text of `difference`, with its sign.", examples=["+42"])
    where: list[int] = Field(description="Which element; empty for a number.")
    elements: int = Field(description="How many elements changed.")
    tensor: TensorDifference | None = Field(description="Null for a number.")


class ReasonAnswer(Answer):
    """Why a gradient changed: what an edge brings back is upstream gradient u times local derivative l.

    Its change u'l' − ul is (u' − u)·l' + u·(l' − l), exactly.
    """

    code: Literal["upstream", "local", "both", "sum", "not_finite"] = Field(
        description="Which of the two changed; `sum` for a value whose gradient comes back on several edges."
    )
    upstream: Number = Field(description="The part of the changed upstream gradient, (u' − u)·l'.")
    local: Number = Field(description="The part of the changed local derivative, u·(l' − l).")
    upstream_text: str = Field(description="Text of `upstream`, with its sign.")
    local_text: str = Field(description="Text of `local`, with its sign.")
    causes: list[str] = Field(
        description="Ids of the edges whose values the local derivative is made of, and that changed.",
        examples=[["op_3->price.0"]],
    )
    sentence: TwoLanguages = Field(description="The reason in a sentence with its numbers.")


class ChangedAnswer(Answer):
    """A node, closed group or edge whose value or gradient changed."""

    id: str = Field(description="Its id.", examples=["tax"])
    kind: Literal["node", "edge"] = Field(description="A closed group counts as a node.")
    value: DifferenceAnswer | None = Field(description="Its value; of an edge, that of its source.")
    gradient: DifferenceAnswer | None = Field(description="Its gradient; null where that is the same.")
    reason: ReasonAnswer | None = Field(description="Why its gradient changed.")


class ChangesAnswer(Answer):
    """What differs between two evaluations of one program; all else is the same."""

    structure: str = Field(description="Hash of the graph without its numbers.")
    changes: list[ChangedAnswer] = Field(
        description="Nodes in order, then edges. A difference in the last digits alone is none."
    )
