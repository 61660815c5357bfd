"""Divergence: where a training step first produced NaN or infinity, and how to avoid it."""

import numpy as np

from chainrule.core.errors import TrainingStopped
from chainrule.core.number_text import text
from chainrule.core.text import Text
from chainrule.core.training.buffered import Array
from chainrule.core.training.plan import Plan

_LARGE_VALUE, _LARGE_GRADIENT = 1e6, 1e12
"""Without NaN or infinity, the first number beyond these counts as the origin."""


def divergence(plan: Plan, step: int, learning_rate: float, backward: bool) -> TrainingStopped:
    """Return the error for a pass that diverged, with the node where that began.

    ``backward`` says which of the two passes was under way.
    """
    if backward:
        order = plan.visible[::-1]
        node = _first(order, plan.gradients, _LARGE_GRADIENT)
        column: list[Array] | list[Array | None] = plan.gradients
    else:
        node = _first(plan.visible, plan.values, _LARGE_VALUE)
        column = plan.values
    node = plan.graph.output if node is None else node
    what, name, worst = ("gradient" if backward else "value"), plan.graph.ids[node], _worst_text(column[node])
    ko = "기울기" if backward else "값"
    message = Text(
        f"{step}번째 스텝에서 학습을 멈추었습니다. `{name}` 노드의 {ko}에 {worst}이(가) 처음 나타났습니다.",
        f"Training stopped at step {step}: the {what} of `{name}` is the first to reach {worst}.",
    )
    return TrainingStopped(message, _advice(step, learning_rate), step, name, backward)


def _first(order: list[int], column: list[Array] | list[Array | None], large: float) -> int | None:
    """Return the first node with a NaN or infinite element, else the first with one above ``large``."""
    for bad in (
        lambda array: not np.isfinite(array).all(),
        lambda array: np.abs(array).max(initial=0.0) > large,
    ):
        for node in order:
            array = column[node]
            if array is not None and bad(array):
                return node
    return None


def _worst_text(array: Array | None) -> str:
    assert array is not None
    if np.isnan(array).any():
        return text(float("nan"))
    return text(float(np.abs(array).max(initial=0.0)))


def _advice(step: int, learning_rate: float) -> Text:
    if step == 1:
        return Text(
            "가중치의 초깃값이 너무 큽니다. He나 Xavier 초깃값, 또는 더 작은 표준편차로 처음부터 다시 시작하세요.",
            "The initial weights are too large. Start over with He, Xavier or a smaller standard deviation.",
        )
    rate = text(learning_rate)
    return Text(
        f"학습률 {rate}이(가) 너무 큽니다. 10분의 1로 줄이고 처음부터 다시 시작하세요.",
        f"The learning rate {rate} is too large. Divide it by ten and start over.",
    )
