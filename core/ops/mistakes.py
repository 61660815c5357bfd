"""Known wrong backward rules: those of the entries, and those of a branching, which is no op."""

from collections.abc import Mapping

from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.op import Op
from chainrule.core.ops.registry import OPS
from chainrule.core.text import Text

UPSTREAM_FORGOTTEN = "upstream_forgotten"
FORGOTTEN = Text("상류의 기울기를 곱하지 않음", "upstream gradient forgotten")
"""The mistake every op can make: it passes back its local derivative alone."""
_FORGOTTEN_ADVICE = Text(
    "국소적 미분만 썼습니다. 상류의 기울기를 곱하세요.",
    "That is the local derivative alone. Multiply it by the upstream gradient.",
)

FAN_OUT_NOT_SUMMED = "fan_out.not_summed"

NOT_SUMMED = Text("갈라진 가지의 기울기를 더하지 않음", "fan-out not summed")
"""The mistake at a branching: only the last branch's gradient is kept."""

COPIES_NOT_SUMMED = "fan_out.copies_not_summed"

COPIES = Text("복사된 축(배치)의 기울기를 더하지 않음", "copies along the batch not summed")
"""The mistake where an operand was copied along an axis to fit: only the last copy's gradient is kept."""

FAN_OUT = Text(
    "값이 여러 곳에 쓰이면 각 갈래로 돌아온 기울기를 모두 더합니다.",
    "Where a value is read more than once, the gradients that come back are added up.",
)
"""The rule at a branching, which is no op."""

COPIES_AVERAGED = "fan_out.copies_averaged"
COPIES_WRONG_AXIS = "fan_out.copies_wrong_axis"

COPY_MISTAKES: Mapping[str, Text] = {
    COPIES_AVERAGED: Text(
        "복사된 축의 기울기를 더하지 않고 평균함", "copies along the batch averaged, not summed"
    ),
    COPIES_WRONG_AXIS: Text("다른 축을 따라 더함", "summed over the wrong axis"),
}
"""Mistakes that are recognized in answers where an operand was copied; no tape makes them."""

BRANCH_MISTAKES: Mapping[str, Text] = {FAN_OUT_NOT_SUMMED: NOT_SUMMED, COPIES_NOT_SUMMED: COPIES}
"""The mistakes that belong to no op, by name."""

_BRANCH_ADVICE = {
    FAN_OUT_NOT_SUMMED: Text(
        "한 갈래만 썼습니다. 노드에서 나간 모든 갈래의 기울기를 먼저 더하세요.",
        "That takes one way only. The gradients of all ways out of the node are added first.",
    ),
    COPIES_AVERAGED: Text(
        "평균이 아니라 합입니다. 복사된 값 하나가 모든 데이터의 손실을 바꿉니다.",
        "It is the sum, not the mean: the one value changes the loss of every sample.",
    ),
    COPIES_WRONG_AXIS: Text(
        "데이터의 축(0번 축)을 따라 더해야 편향의 모양이 됩니다.",
        "Add along the axis of the samples, axis 0: that leaves the shape of the bias.",
    ),
    COPIES_NOT_SUMMED: Text(
        "순전파에서 데이터마다 복사되었으므로, 역전파에서는 그 축을 따라 모두 더합니다.",
        "Forward it was copied for every sample, so backward the gradients are added along that axis.",
    ),
}


def is_flat(op: Op) -> bool:
    """Whether no gradient passes back through an elementwise op at all: a comparison."""
    return op.tensor is None and all(op.flat(slot) for slot in range(op.arity))


def mistakes_of(op: Op) -> dict[str, Text]:
    """Return every mistake of an op by its full name, such as ``mul.not_swapped``.

    Where all slopes are 0, as of a comparison, forgetting the upstream gradient changes nothing.
    """
    own = {f"{op.name}.{name}": mistake.title for name, mistake in op.mistakes.items()}
    if is_flat(op):
        return own
    return own | {f"{op.name}.{UPSTREAM_FORGOTTEN}": FORGOTTEN}


def mistake_told(name: str) -> tuple[Text, Text]:
    """What a mistake is called, and what to do in its place. Raises KeyError for a name that is none."""
    if name in _BRANCH_ADVICE:
        return {**BRANCH_MISTAKES, **COPY_MISTAKES}[name], _BRANCH_ADVICE[name]
    op, _, own = name.partition(".")
    if own == UPSTREAM_FORGOTTEN and op in OPS:
        return FORGOTTEN, _FORGOTTEN_ADVICE
    mistake = (OPS[op] if op in OPS else COMPOSITES[op]).mistakes[own]
    return mistake.title, mistake.advice
