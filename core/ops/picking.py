"""Picking elements by their place, and putting some in: ``x[0]``, ``W[ids]``, ``y[np.arange(N), t]``, ``x[1] = v``.

A key has one entry for each axis: a number, a slice, or nested tuples of numbers, which pick as an array of NumPy's
does. It counts the last axes, so that any number of axes may stand in front.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.core.ops import shapes
from chainrule.core.ops.kinks import Kink
from chainrule.core.ops.op import Layer, Op, Parameters, Shape, TensorRule, Vjp
from chainrule.core.ops.reductions import first_of, put_back
from chainrule.core.ops.shaping import lead
from chainrule.core.text import Text

Key = tuple[Any, ...]

_SHOWN = 6
"""Numbers of a list of places that a formula writes out."""


def _arrays(key: Key) -> list[int]:
    """The axes that NumPy picks from by arrays: of tuples, and then of single numbers too."""
    if not any(isinstance(part, tuple) for part in key):
        return []
    return [axis for axis, part in enumerate(key) if not isinstance(part, slice)]


def _in_a_row(axes: Sequence[int]) -> bool:
    return axes[-1] - axes[0] == len(axes) - 1


def _view(a: Any, key: Key) -> tuple[Any, Any]:
    """A view of ``a``, and the key that picks from it: axes of arrays that stand apart come first, as in NumPy."""
    arrays = _arrays(key)
    if not arrays:
        return a, (..., *key)
    front = np.ndim(a) - len(key)
    full = [np.array(part, dtype=int) if isinstance(part, tuple) else part for part in key]
    if not _in_a_row(arrays):
        a = np.moveaxis(a, [front + axis for axis in arrays], range(front, front + len(arrays)))
        full = [full[axis] for axis in arrays] + [
            full[axis] for axis in range(len(key)) if axis not in arrays
        ]
    return a, (*[slice(None)] * front, *full)


def _pick(a: Any, *, key: Key) -> Any:
    view, full = _view(np.asarray(a), key)
    return view[full]


def _pick_a(g: Any, a: Any, b: Any, y: Any, *, key: Key) -> Any:
    own = np.shape(a)[np.ndim(a) - len(key) :]
    da = np.zeros(lead(g, len(picked_shape(own, key))) + own, dtype=np.result_type(g))
    view, full = _view(da, key)
    if _arrays(key):
        np.add.at(view, full, g)  # a row that is picked twice gets both gradients
    else:
        view[full] = g
    return da


def picked_shape(shape: Shape, key: Key) -> Shape:
    """The shape of what a key picks. Raises ShapeError where the lists of places do not fit each other."""
    arrays = _arrays(key)
    sizes = {axis: len(range(shape[axis])[part]) for axis, part in enumerate(key) if isinstance(part, slice)}
    if not arrays:
        return tuple(sizes.values())
    try:
        several = np.broadcast_shapes(*(np.shape(key[axis]) for axis in arrays))
    except ValueError:
        raise shapes.ShapeError(
            Text(
                "고르는 번호의 목록은 길이가 서로 같아야 합니다.",
                "The lists of places must be of the same length.",
            )
        ) from None
    place = sum(axis < arrays[0] for axis in sizes) if _in_a_row(arrays) else 0
    left = list(sizes.values())
    return (*left[:place], *several, *left[place:])


def _bind(operands: Sequence[Shape], written: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
    shape, key = operands[0], tuple(written)
    if len(key) > len(shape):
        raise shapes.ShapeError(
            Text(
                f"{shapes.shown(shape)} 모양에서 {len(key)}개의 번호로 고를 수 없습니다.",
                f"The shape {shapes.shown(shape)} cannot be indexed with {len(key)} numbers.",
            )
        )
    for axis, (part, size) in enumerate(zip(key, shape, strict=False)):
        if isinstance(part, slice):
            continue
        numbers = np.asarray(part)
        wrong = numbers[(numbers < -size) | (numbers >= size)]
        if wrong.size:
            number = int(wrong.flat[0])
            raise shapes.ShapeError(
                Text(
                    f"{axis}번 축에는 원소가 {size}개뿐이어서 [{number}]은(는) 없습니다.",
                    f"Axis {axis} has {size} elements, so there is no [{number}].",
                )
            )
    return {"key": key + (slice(None),) * (len(shape) - len(key))}


def _written(part: Any, array: str = "{}") -> str:
    if isinstance(part, slice):
        ends = ["" if end is None else str(end) for end in (part.start, part.stop)]
        return ":".join(ends) + ("" if part.step is None else f":{part.step}")
    return array.format(_listed(part)) if isinstance(part, tuple) else str(part)


def _listed(part: Any) -> str:
    return f"[{', '.join(map(_listed, part))}]" if isinstance(part, tuple) else str(part)


def _in_formula(part: Any) -> str:
    if not isinstance(part, tuple):
        return _written(part)
    numbers = np.asarray(part).ravel().tolist()
    dots = r",\dots" if len(numbers) > _SHOWN else ""
    return f"({','.join(map(str, numbers[:_SHOWN]))}{dots})"


def _template(latex: str, parameters: Parameters, shape: Shape) -> str:
    return rf"$a[{', '.join(map(_in_formula, parameters['key']))}]"


def _torch(operands: Sequence[str], parameters: Parameters) -> str:
    """Torch has no slices that go backward: the axis is turned round first."""
    key, turned = list(parameters["key"]), operands[0]
    for axis, part in enumerate(key):
        if isinstance(part, slice) and (part.step or 1) < 0:
            back = axis - len(key)
            turned = f"{turned}.flip({back})"
            # From the other end, the same elements stand in the usual order.
            start = None if part.start is None else -part.start - 1
            stop = None if part.stop is None else -part.stop - 1
            key[axis] = slice(start, stop, -part.step)
    return f"{turned}[{', '.join(_written(part, 'torch.tensor({})') for part in key)}]"


def _kept(parameters: Parameters, operands: Sequence[Shape], whole: Shape) -> Iterable[tuple[int, int, int]]:
    key = parameters["key"]
    arrays = _arrays(key)
    several = len(np.broadcast_shapes(*(np.shape(key[axis]) for axis in arrays))) if arrays else 0
    place = several if arrays and not _in_a_row(arrays) else 0
    for axis, part in enumerate(key):
        if isinstance(part, slice):
            if whole[place] == operands[0][axis]:
                yield 0, axis, place
            place += 1
        elif arrays and axis == arrays[0] and _in_a_row(arrays):
            place += several


_PICK = Layer(
    "Pick",
    """\
class Pick:
    def __init__(self, key):
        self.key = key
        self.shape = None

    def forward(self, x):
        self.shape = np.shape(x)
        return x[self.key]

    def backward(self, dout):
        dx = np.zeros(self.shape)
        np.add.at(dx, self.key, dout)
        return dx
""",
    ("key",),
)


# Elements put in


def _spread(b: Any, rank: int, target: Any) -> Any:
    """An operand with axes of 1 between those in front and its own, so that it fits what it is put into."""
    front = lead(b, rank)
    own = np.shape(b)[len(front) :]
    return np.reshape(b, front + (1,) * (target - rank) + own)


def _put(a: Any, b: Any, *, key: Key, shape: Shape, rank: int) -> Any:
    front = np.broadcast_shapes(lead(a, len(shape)), lead(b, rank))
    y = np.array(np.broadcast_to(a, front + shape), dtype=float)
    view, full = _view(y, key)
    view[full] = _spread(b, rank, len(picked_shape(shape, key)))
    return y


def _put_a(g: Any, a: Any, b: Any, y: Any, *, key: Key, shape: Shape, rank: int) -> Any:
    da = np.array(g, dtype=float)
    view, full = _view(da, key)
    view[full] = 0.0
    return da


def _put_b(g: Any, a: Any, b: Any, y: Any, *, key: Key, shape: Shape, rank: int) -> Any:
    own = np.shape(b)[np.ndim(b) - rank :]
    return shapes.unbroadcast(_pick(g, key=key), lead(g, len(shape)) + own)


def _bind_put(operands: Sequence[Shape], written: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
    a, b = operands
    key = _bind([a], written, named)["key"]
    target = picked_shape(a, key)
    if len(set(_places(a, key))) < math.prod(target):
        raise shapes.ShapeError(
            Text("같은 자리에 두 번 넣을 수 없습니다.", "Nothing can be put into one place twice.")
        )
    if shapes.broadcast("=", target, b) != target:
        raise shapes.ShapeError(
            Text(
                f"`=`: {shapes.shown(target)} 모양의 자리에 {shapes.shown(b)} 모양을 넣을 수 없습니다.",
                f"`=`: what is put into a place of shape {shapes.shown(target)} cannot have the shape "
                f"{shapes.shown(b)}.",
            )
        )
    return {"key": key, "shape": a, "rank": len(b)}


def _places(shape: Shape, key: Key) -> list[int]:
    """The numbers of the elements that a key picks, counted through the whole tensor."""
    numbers = np.arange(math.prod(shape)).reshape(shape)
    return np.asarray(_pick(numbers, key=key)).ravel().tolist()


def _put_torch(operands: Sequence[str], parameters: Parameters) -> str:
    a, b = operands
    key, shape = parameters["key"], parameters["shape"]
    target = picked_shape(shape, key)
    places = f"(torch.tensor({_places(shape, key)}),)"
    return f"{a}.reshape(-1).index_put({places}, {b}.expand({target!r}).reshape(-1)).reshape({shape!r})"


_PUT = Layer(
    "Put",
    """\
class Put:
    def __init__(self, key):
        self.key = key
        self.shape = None

    def forward(self, x, v):
        self.shape = np.shape(v)
        out = np.array(x, dtype=float)
        out[self.key] = v
        return out

    def backward(self, dout):
        dx = np.array(dout, dtype=float)
        dv = dx[self.key]
        # What was copied to fill the place gets the sum.
        dv = np.sum(dv, axis=tuple(range(np.ndim(dv) - len(self.shape))))
        for axis, n in enumerate(self.shape):
            if n == 1:
                dv = np.sum(dv, axis=axis, keepdims=True)
        dx[self.key] = 0.0
        return dx, dv
""",
    ("key",),
)


# The place of the largest element: a number without a slope


def _bind_place(name: str) -> Any:
    def bind(operands: Sequence[Shape], written: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
        axis = named.get("axis", written[0] if written else None)
        axes = shapes.axes(name, operands[0], axis)
        if (axis is not None and len(axes) != 1) or 0 in [operands[0][k] for k in axes]:
            raise shapes.ShapeError(
                Text(
                    f"`{name}`: 축 하나를 적거나 아무것도 적지 마세요.",
                    f"`{name}` takes one axis, or none for all elements.",
                )
            )
        return {"axis": axes}

    return bind


def _place(name: str) -> Any:
    find = {"argmax": np.argmax, "argmin": np.argmin}[name]

    def value(a: Any, *, axis: tuple[int, ...]) -> Any:
        if len(axis) == 1:
            return find(a, axis=axis[0]) * 1.0
        return find(np.reshape(a, (*lead(a, len(axis)), -1)), axis=-1) * 1.0

    return value


def _no_slope(g: Any, a: Any, b: Any, y: Any, *, axis: tuple[int, ...]) -> Any:
    # Not 0 times g: nothing passes, not even ∞.
    return np.zeros(np.broadcast_shapes(np.shape(put_back(g, axis, False)), np.shape(a)))


def _place_ties(name: str) -> Any:
    """Where elements tie, and the slopes: the number jumps to another of them when one moves."""
    extreme = {"argmax": np.max, "argmin": np.min}[name]

    def places(a: Any, b: Any, y: Any, *, axis: tuple[int, ...]) -> tuple[Any, Any, Any]:
        mask = a == extreme(a, axis=axis, keepdims=True)
        tied = mask & (np.sum(mask, axis=axis, keepdims=True) > 1)
        first = first_of(mask, axis)
        if name == "argmax":
            return tied, np.where(first, -np.inf, 0.0), np.where(first, 0.0, np.inf)
        return tied, np.where(first, 0.0, -np.inf), np.where(first, np.inf, 0.0)

    return places


def _place_kept(
    parameters: Parameters, operands: Sequence[Shape], whole: Shape
) -> Iterable[tuple[int, int, int]]:
    rank = len(operands[0])
    gone = {rank + axis for axis in parameters["axis"]}
    return ((0, axis, place) for place, axis in enumerate(axis for axis in range(rank) if axis not in gone))


def _place_torch(name: str) -> Any:
    def written(operands: Sequence[str], parameters: Parameters) -> str:
        axis = parameters["axis"]
        along = f", dim={axis[0]}" if len(axis) == 1 else ""
        return f"torch.{name}({operands[0]}{along}).double()"

    return written


def _place_of_extreme(name: str, title: Text, forward: Text) -> Op:
    return Op(
        name=name,
        symbol=name,
        latex=rf"\operatorname{{{name}}}($a)",
        title=title,
        forward=forward,
        rule_text=Text(
            "자리의 번호는 입력을 조금 바꾸어도 그대로이므로 기울기를 흘려보내지 않습니다.",
            "The place stays the same when the input changes a little, so it passes back 0.",
        ),
        tensor=TensorRule(
            value=_place(name),
            shape=lambda a, *, axis: shapes.reduced(a, axis, False),
            vjps=(Vjp(_no_slope, "0", "0"),),
            written=f"{name}(a, axis=0)",
            torch=_place_torch(name),
            bind=_bind_place(name),
            parameters=("axis",),
            kept=_place_kept,
            flat=True,
            layer=Layer(
                name.replace("arg", "Arg"),
                f"""\
class {name.replace("arg", "Arg")}:
    def __init__(self, axis):
        self.axis = axis[0] if len(axis) == 1 else None
        self.shape = None

    def forward(self, x):
        self.shape = np.shape(x)
        return np.{name}(x, axis=self.axis) * 1.0

    def backward(self, dout):
        return np.zeros(self.shape)
""",
                ("axis",),
            ),
        ),
        kinks={
            "tie": Kink(
                kind="step",
                latex="{$a}_{i} = {$a}_{j}",
                text="$a[i] = $a[j]",
                title=Text("동점", "a tie"),
                places=_place_ties(name),
                why=Text(
                    "같은 값이 여럿이면 하나만 조금 움직여도 번호가 뛰므로 기울기가 없습니다. 다른 자리에서처럼 0을 "
                    "보냅니다.",
                    "Where elements tie the number jumps as soon as one moves, and has no slope. It passes 0, as "
                    "everywhere else.",
                ),
            )
        },
        own_example=(f"a = [[1.5, -0.5], [0.3, 2], [-1, 0.7]]\ny = {name}(a, axis=0)\nL = sum(y * a ** 2)"),
    )


PICKING = (
    Op(
        name="getitem",
        symbol="[ ]",
        latex=r"$a[\,\cdot\,]",
        title=Text("고르기", "pick"),
        forward=Text("원소 몇 개를 골라냅니다.", "Picks some of the elements."),
        rule_text=Text(
            "고르기 노드는 상류의 기울기를 골라낸 자리에만 흘려보내고 나머지 자리에는 0을 보냅니다.",
            "A pick node passes the upstream gradient back to the elements it picked, and 0 to the others.",
        ),
        tensor=TensorRule(
            value=_pick,
            shape=lambda a, *, key: picked_shape(a, key),
            vjps=(Vjp(_pick_a, r"\operatorname{put}($g)", "put($g)"),),
            written="a[0, 1:3]",
            torch=_torch,
            bind=_bind,
            kept=_kept,
            template=_template,
            linear=True,
            layer=_PICK,
        ),
    ),
    Op(
        name="put",
        symbol="[ ]=",
        latex=r"\operatorname{put}($a, $b)",
        title=Text("넣기", "put"),
        forward=Text(
            "첫째 입력의 몇 자리를 둘째 입력으로 바꿉니다.",
            "Replaces some elements of the first input by the second.",
        ),
        rule_text=Text(
            "넣기 노드는 바뀐 자리의 기울기를 넣은 값으로, 나머지 자리의 기울기를 원래 텐서로 흘려보냅니다.",
            "A put node passes the gradient of the places it filled to what it put there, and the rest to the tensor.",
        ),
        tensor=TensorRule(
            value=_put,
            shape=lambda a, b, **parameters: a,
            vjps=(
                Vjp(_put_a, r"\operatorname{rest}($g)", "rest($g)"),
                Vjp(_put_b, r"\operatorname{pick}($g)", "pick($g)"),
            ),
            written="a[0] = b",
            torch=_put_torch,
            bind=_bind_put,
            template=lambda latex, parameters, shape: (
                rf"$a[{', '.join(map(_in_formula, parameters['key']))} \leftarrow $b]"
            ),
            linear=True,
            layer=_PUT,
        ),
        own_example="a = [[1.5, -0.5], [0.3, 2]]\nb = [1, 3]\na[1] = b\nL = sum(a ** 3)",
    ),
    _place_of_extreme(
        "argmax",
        Text("가장 큰 원소의 자리", "place of the largest"),
        Text(
            "축을 따라 가장 큰 원소의 번호를 구합니다.",
            "Takes the number of the largest element along an axis.",
        ),
    ),
    _place_of_extreme(
        "argmin",
        Text("가장 작은 원소의 자리", "place of the smallest"),
        Text(
            "축을 따라 가장 작은 원소의 번호를 구합니다.",
            "Takes the number of the smallest element along an axis.",
        ),
    ),
)
"""In the order of their codes."""
