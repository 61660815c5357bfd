"""Joining tensors: end to end along an axis that is there, or stacked along a new one.

A call takes a list; it is joined from the left, two tensors at a time.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.core.ops import shapes
from chainrule.core.ops.op import Binder, Kernel, Layer, Op, Parameters, Shape, TensorRule, Vjp
from chainrule.core.ops.shaping import lead
from chainrule.core.text import Text


def _raised(value: Any, axis: int, rank: int, result: int) -> Any:
    """A tensor with the axis that it lacks of the joined one, as an axis of 1."""
    return np.expand_dims(value, axis) if rank < result else np.asarray(value)


def _join(a: Any, b: Any, *, axis: int, ranks: tuple[int, int], result: int, at: int) -> Any:
    a, b = (_raised(value, axis, rank, result) for value, rank in zip((a, b), ranks, strict=True))
    front = np.broadcast_shapes(lead(a, result), lead(b, result))
    whole = [np.broadcast_to(value, front + np.shape(value)[np.ndim(value) - result :]) for value in (a, b)]
    return np.concatenate(whole, axis=axis)


def _part(slot: int) -> Kernel:
    def part(
        g: Any,
        a: Any,
        b: Any,
        y: Any,
        *,
        axis: int,
        ranks: tuple[int, int],
        result: int,
        at: int,
    ) -> Any:
        g = np.asarray(g)
        own = slice(None, at) if slot == 0 else slice(at, None)
        taken = np.moveaxis(np.moveaxis(g, axis, -1)[..., own], -1, axis)
        return np.squeeze(taken, axis=axis) if ranks[slot] < result else taken

    return part


def _shape(a: Shape, b: Shape, *, axis: int, ranks: tuple[int, int], result: int, at: int) -> Shape:
    one, two = (
        tuple(np.expand_dims(np.empty(shape), axis).shape) if len(shape) < result else shape
        for shape in (a, b)
    )
    whole = list(one)
    whole[axis] += two[axis]
    return tuple(whole)


def _bind(name: str, stacks: bool) -> Binder:
    def bind(operands: Sequence[Shape], written: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
        a, b = operands
        # The first pair of a stack has the same shape; what was stacked before has one axis more.
        result = len(a) + 1 if stacks and len(a) == len(b) else len(a)
        axis = named.get("axis", written[0] if written else 0)
        if not isinstance(axis, int) or isinstance(axis, bool) or not -result <= axis < result:
            raise shapes.ShapeError(
                Text(
                    f"`{name}`: 결과에는 {axis}번 축이 없습니다.",
                    f"`{name}`: the result has no axis {axis}.",
                )
            )
        axis = axis % result - result
        raised = [
            tuple(np.expand_dims(np.empty(shape), axis).shape) if len(shape) == result - 1 else shape
            for shape in (a, b)
        ]
        rest = [shape[:axis] + shape[len(shape) + axis + 1 :] for shape in raised]
        if len(raised[0]) != len(raised[1]) or rest[0] != rest[1]:
            raise shapes.ShapeError(
                Text(
                    f"`{name}`: {shapes.shown(a)} 모양과 {shapes.shown(b)} 모양은 이을 수 없습니다. 잇는 축이 아닌 "
                    "축의 크기가 모두 같아야 합니다.",
                    f"`{name}`: the shapes {shapes.shown(a)} and {shapes.shown(b)} cannot be joined: all axes but the "
                    "joined one must have the same size.",
                )
            )
        return {"axis": axis, "ranks": (len(a), len(b)), "result": result, "at": raised[0][axis]}

    return bind


def _kept(parameters: Parameters, operands: Sequence[Shape], whole: Shape) -> Iterable[tuple[int, int, int]]:
    gone = len(whole) + parameters["axis"]
    for slot, shape in enumerate(operands):
        others = [k for k in range(len(whole)) if k != gone]
        own = others if len(shape) == len(whole) else [k - (k > gone) for k in others]
        yield from ((slot, axis, place) for axis, place in zip(own, others, strict=True))


def _torch(operands: Sequence[str], parameters: Parameters) -> str:
    axis = parameters["axis"]
    raised = [
        f"{name}.unsqueeze({axis})" if rank < parameters["result"] else name
        for name, rank in zip(operands, parameters["ranks"], strict=True)
    ]
    return f"torch.cat([{', '.join(raised)}], dim={axis})"


def _template(latex: str, parameters: Parameters, shape: Shape) -> str:
    return latex.replace("($a", rf"_{{{parameters['axis'] + parameters['result']}}}($a")


def _rule(name: str, stacks: bool, class_name: str) -> TensorRule:
    return TensorRule(
        value=_join,
        shape=_shape,
        vjps=(
            Vjp(_part(0), r"\operatorname{part}_{1}($g)", "part1($g)"),
            Vjp(_part(1), r"\operatorname{part}_{2}($g)", "part2($g)"),
        ),
        written=f"{name}([a, b], axis=0)",
        torch=_torch,
        bind=_bind(name, stacks),
        parameters=("axis",),
        kept=_kept,
        template=_template,
        linear=True,
        folds=True,
        layer=Layer(
            class_name,
            f"""\
class {class_name}:
    def __init__(self, axis, ranks, result, at):
        self.axis = axis
        self.raised = [rank < result for rank in ranks]
        self.at = at

    def forward(self, a, b):
        parts = [np.expand_dims(x, self.axis) if up else x for x, up in zip((a, b), self.raised)]
        return np.concatenate(parts, axis=self.axis)

    def backward(self, dout):
        parts = np.split(dout, [self.at], axis=self.axis)
        return tuple(np.squeeze(x, axis=self.axis) if up else x for x, up in zip(parts, self.raised))
""",
            ("axis", "ranks", "result", "at"),
        ),
    )


JOINING = (
    Op(
        name="concatenate",
        symbol="concat",
        latex=r"\operatorname{concat}($a, $b)",
        title=Text("잇기", "concatenation"),
        forward=Text("두 텐서를 축을 따라 이어 붙입니다.", "Puts two tensors end to end along an axis."),
        rule_text=Text(
            "잇는 노드는 상류의 기울기를 이어 붙인 자리에서 나누어 저마다의 입력으로 흘려보냅니다.",
            "A concatenation cuts the upstream gradient where it joined, and passes each input its own part.",
        ),
        tensor=_rule("concatenate", False, "Concat"),
    ),
    Op(
        name="stack",
        symbol="stack",
        latex=r"\operatorname{stack}($a, $b)",
        title=Text("쌓기", "stack"),
        forward=Text(
            "같은 모양의 텐서를 새 축을 따라 쌓습니다.", "Stacks tensors of one shape along a new axis."
        ),
        rule_text=Text(
            "쌓는 노드는 상류의 기울기를 새 축을 따라 나누어 저마다의 입력으로 흘려보냅니다.",
            "A stack node takes the upstream gradient apart along the new axis, and passes each input its own part.",
        ),
        tensor=_rule("stack", True, "Stack"),
        own_example="a = [1, 2]\nb = [3, -1]\ny = stack([a, b], axis=1)\nL = sum(y ** 3)",
    ),
)
"""In the order of their codes."""
