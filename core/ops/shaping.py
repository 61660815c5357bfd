"""Shaping: the same elements in another shape, some of them, or copies of them.

Source: Saito Goki, *Deep Learning from Scratch*, section 5.3 (repeat: the sum is the way back).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.core.errors import EvaluationError
from chainrule.core.number_text import text
from chainrule.core.ops import shapes
from chainrule.core.ops.op import Layer, Mistake, Op, Parameters, Shape, TensorRule, Vjp
from chainrule.core.text import Text


def lead(a: Any, rank: int) -> Shape:
    """The axes that stand in front of an operand of this rank."""
    shape: Shape = np.shape(a)
    return shape[: len(shape) - rank]


def _reshape(a: Any, *, before: Shape, after: Shape) -> Any:
    return np.reshape(a, lead(a, len(before)) + after)


def _reshape_a(g: Any, a: Any, b: Any, y: Any, *, before: Shape, after: Shape) -> Any:
    return np.reshape(g, lead(g, len(after)) + before)


def _repeat(a: Any, *, times: int, rank: int) -> Any:
    front = lead(a, rank)
    shape = (*front, times, *np.shape(a)[len(front) :])
    return np.broadcast_to(np.expand_dims(a, len(front)), shape)


def _repeat_a(g: Any, a: Any, b: Any, y: Any, *, times: int, rank: int) -> Any:
    return np.sum(g, axis=-1 - rank)


def _getitem(a: Any, *, key: tuple[Any, ...]) -> Any:
    return a[(..., *key)]


def _getitem_a(g: Any, a: Any, b: Any, y: Any, *, key: tuple[Any, ...]) -> Any:
    da = np.zeros(lead(g, np.ndim(a[(..., *key)])) + np.shape(a)[-len(key) :], dtype=np.result_type(g))
    da[(..., *key)] = g
    return da


def one_hot(a: Any, *, classes: int) -> Any:
    """Class numbers (…,) as one-hot vectors (…, classes). Raises EvaluationError for one that is no class."""
    labels = np.asarray(a)
    fits = (labels >= 0) & (labels < classes) & (labels == np.floor(labels))
    if not fits.all():
        found = text(float(labels[~fits].flat[0]))
        raise EvaluationError(
            Text(
                f"정답 번호 {found}은(는) 쓸 수 없습니다. 분류가 {classes}개이므로 0부터 {classes - 1}까지의 정수여야 "
                "합니다. 번호는 0부터 셉니다.",
                f"The label {found} is out of range: there are {classes} classes, so labels are whole numbers "
                f"from 0 to {classes - 1}. Labels begin at 0.",
            )
        )
    return 1.0 * (np.asarray(a)[..., None] == np.arange(classes))


def _bind_reshape(operands: Sequence[Shape], written: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
    first = named.get("shape", written[0] if written else ())
    wanted = first if isinstance(first, tuple) else tuple(written)
    return {"before": operands[0], "after": shapes.reshaped(operands[0], wanted)}


def _bind_transpose(
    operands: Sequence[Shape], written: Sequence[Any], named: Mapping[str, Any]
) -> Parameters:
    if len(operands[0]) != 2:
        raise shapes.ShapeError(
            Text(
                f"`T`: 행렬만 전치할 수 있습니다. 모양은 {shapes.shown(operands[0])}입니다.",
                f"`T`: only a matrix can be transposed, not the shape {shapes.shown(operands[0])}.",
            )
        )
    return {}


def _bind_repeat(operands: Sequence[Shape], written: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
    times = named.get("times", written[0] if written else None)
    if not isinstance(times, int) or times < 1:
        raise shapes.ShapeError(
            Text(
                "`repeat`: 복사할 횟수를 양의 정수로 적어야 합니다.",
                "`repeat`: needs a whole number of copies, 1 or more.",
            )
        )
    return {"times": times, "rank": len(operands[0])}


def _bind_getitem(operands: Sequence[Shape], written: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
    shape, key = operands[0], tuple(written)
    if len(key) > len(shape):
        raise shapes.ShapeError(
            Text(
                f"{shapes.shown(shape)} 모양에서 {len(key)}개의 번호로 고를 수 없습니다.",
                f"The shape {shapes.shown(shape)} cannot be indexed with {len(key)} numbers.",
            )
        )
    for axis, (number, size) in enumerate(zip(key, shape, strict=False)):
        if isinstance(number, int) and not -size <= number < size:
            raise shapes.ShapeError(
                Text(
                    f"{axis}번 축에는 원소가 {size}개뿐이어서 [{number}]은(는) 없습니다.",
                    f"Axis {axis} has {size} elements, so there is no [{number}].",
                )
            )
    return {"key": key + (slice(None),) * (len(shape) - len(key))}


def _bind_one_hot(operands: Sequence[Shape], written: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
    classes = named.get("classes", written[0] if written else None)
    if not isinstance(classes, int) or classes < 1:
        raise shapes.ShapeError(
            Text(
                "`one_hot`: 분류의 개수를 양의 정수로 적어야 합니다.",
                "`one_hot`: needs the number of classes, 1 or more.",
            )
        )
    return {"classes": classes}


def _key(key: Any) -> str:
    if not isinstance(key, slice):
        return str(key)
    ends = ["" if end is None else str(end) for end in (key.start, key.stop)]
    return ":".join(ends) + ("" if key.step is None else f":{key.step}")


def _torch_getitem(operands: Sequence[str], parameters: Parameters) -> str:
    """PyTorch has no negative steps: the axis is turned round first, and place i becomes place −1 − i."""
    key = parameters["key"]
    turned = [axis for axis, part in enumerate(key) if isinstance(part, slice) and (part.step or 1) < 0]
    if not turned:
        return f"{operands[0]}[{key!r}]"
    forth = list(key)
    for axis in turned:
        start, stop = (None if end is None else -1 - end for end in (key[axis].start, key[axis].stop))
        forth[axis] = slice(start, stop, -key[axis].step)
    return f"{operands[0]}.flip({tuple(turned)!r})[{tuple(forth)!r}]"


def _reshape_kept(
    parameters: Parameters, operands: Sequence[Shape], whole: Shape
) -> Iterable[tuple[int, int, int]]:
    if operands[0] and whole and operands[0][0] == whole[0]:
        yield 0, 0, 0


def _getitem_kept(
    parameters: Parameters, operands: Sequence[Shape], whole: Shape
) -> Iterable[tuple[int, int, int]]:
    place = 0
    for axis, key in enumerate(parameters["key"]):
        if isinstance(key, slice):
            if whole[place] == operands[0][axis]:
                yield 0, axis, place
            place += 1


_RESHAPE = Layer(
    "Reshape",
    """\
class Reshape:
    def __init__(self, shape):
        self.shape = shape
        self.before = None

    def forward(self, x):
        self.before = np.shape(x)
        return np.reshape(x, self.shape)

    def backward(self, dout):
        return np.reshape(dout, self.before)
""",
    ("after",),
)
_TRANSPOSE = Layer(
    "Transpose",
    """\
class Transpose:
    def forward(self, x):
        return x.T

    def backward(self, dout):
        return dout.T
""",
)
_REPEAT = Layer(
    "Repeat",
    """\
class Repeat:
    def __init__(self, times):
        self.times = times

    def forward(self, x):
        return np.stack([x] * self.times)

    def backward(self, dout):
        return np.sum(dout, axis=0)
""",
    ("times",),
)
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
        dx[self.key] = dout
        return dx
""",
    ("key",),
)
_ONE_HOT = Layer(
    "OneHot",
    """\
class OneHot:
    def __init__(self, classes):
        self.classes = classes

    def forward(self, t):
        return 1.0 * (t[..., None] == np.arange(self.classes))
""",
    ("classes",),
)
SHAPING = (
    Op(
        name="reshape",
        symbol="reshape",
        latex=r"\operatorname{reshape}($a)",
        title=Text("모양 바꾸기", "reshape"),
        forward=Text("원소를 같은 차례로 다른 모양에 놓습니다.", "Lays the elements out in another shape."),
        rule_text=Text(
            "모양을 바꾸는 노드는 상류의 기울기를 원래 모양으로 되돌려 흘려보냅니다.",
            "A reshape node lays the upstream gradient out in the old shape.",
        ),
        tensor=TensorRule(
            value=_reshape,
            shape=lambda a, *, before, after: after,
            vjps=(Vjp(_reshape_a, r"\operatorname{reshape}($g)", "reshape($g)"),),
            written="reshape(a, 2, 3)",
            torch=lambda operands, parameters: f"{operands[0]}.reshape({parameters['after']!r})",
            bind=_bind_reshape,
            parameters=("shape",),
            kept=_reshape_kept,
            template=lambda latex, parameters, shape: (
                rf"\operatorname{{reshape}}_{{{shapes.shown(parameters['after'])}}}($a)"
            ),
            linear=True,
            layer=_RESHAPE,
        ),
    ),
    Op(
        name="transpose",
        symbol="T",
        latex=r"{$a}^{\mathsf{T}}",
        precedence=4,
        operand_precedence=(9,),
        title=Text("전치", "transpose"),
        forward=Text("행과 열을 맞바꿉니다.", "Exchanges rows and columns."),
        rule_text=Text(
            "전치 노드는 상류의 기울기를 전치해 흘려보냅니다.",
            "A transpose node passes back the transpose of the upstream gradient.",
        ),
        tensor=TensorRule(
            value=lambda a: np.swapaxes(a, -1, -2),
            shape=lambda a: a[::-1],
            vjps=(Vjp(lambda g, a, b, y: np.swapaxes(g, -1, -2), r"{$g}^{\mathsf{T}}", "$gᵀ"),),
            written="a.T",
            torch=lambda operands, parameters: f"{operands[0]}.T",
            bind=_bind_transpose,
            kept=lambda parameters, operands, whole: ((0, 0, 1), (0, 1, 0)),
            linear=True,
            layer=_TRANSPOSE,
        ),
    ),
    Op(
        name="repeat",
        symbol="repeat",
        latex=r"\operatorname{repeat}($a)",
        title=Text("반복", "repeat"),
        forward=Text("입력을 N번 복사해 쌓습니다.", "Stacks N copies of its input."),
        rule_text=Text(
            "반복 노드는 복사본마다 온 상류의 기울기를 모두 더해 흘려보냅니다(순전파의 반복은 역전파의 합).",
            "A repeat node adds up the upstream gradients of all copies: repeat forward, sum backward.",
        ),
        tensor=TensorRule(
            value=_repeat,
            shape=lambda a, *, times, rank: (times, *a),
            vjps=(Vjp(_repeat_a, r"\sum_{n} $g", "Σ$g"),),
            written="repeat(a, 3)",
            torch=lambda operands, parameters: f"torch.stack([{operands[0]}] * {parameters['times']})",
            bind=_bind_repeat,
            parameters=("times",),
            kept=lambda parameters, operands, whole: (
                (0, axis, axis + 1) for axis in range(len(operands[0]))
            ),
            template=lambda latex, parameters, shape: (
                rf"\operatorname{{repeat}}_{{{parameters['times']}}}($a)"
            ),
            linear=True,
            layer=_REPEAT,
        ),
        mistakes={
            "not_summed": Mistake(
                Text("복사본의 기울기를 더하지 않음", "copies not summed"),
                (),
                Text(
                    "복사본 하나만 셌습니다. 모든 복사본의 기울기를 더합니다.",
                    "That takes one copy only. The gradients of all copies are added.",
                ),
                (lambda g, a, b, y, *, times, rank: np.take(g, -1, axis=-1 - rank),),
            )
        },
    ),
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
            value=_getitem,
            shape=lambda a, *, key: np.empty(a)[key].shape,
            vjps=(Vjp(_getitem_a, r"\operatorname{put}($g)", "put($g)"),),
            written="a[0, 1:3]",
            torch=_torch_getitem,
            bind=_bind_getitem,
            kept=_getitem_kept,
            template=lambda latex, parameters, shape: rf"$a[{', '.join(map(_key, parameters['key']))}]",
            linear=True,
            layer=_PICK,
        ),
    ),
    Op(
        name="one_hot",
        symbol="1-hot",
        latex=r"\operatorname{onehot}($a)",
        title=Text("원-핫", "one-hot"),
        forward=Text("정답 번호를 원-핫 벡터로 바꿉니다.", "Turns class numbers into one-hot vectors."),
        rule_text=Text(
            "정답은 학습하지 않으므로 기울기를 흘려보내지 않습니다.",
            "Labels are not learned, so no gradient passes back.",
        ),
        tensor=TensorRule(
            value=one_hot,
            shape=lambda a, *, classes: (*a, classes),
            vjps=(Vjp(None, "0", "0"),),
            written="one_hot(a, 10)",
            torch=lambda operands, parameters: (
                f"({operands[0]}[..., None] == torch.arange({parameters['classes']})).double()"
            ),
            bind=_bind_one_hot,
            parameters=("classes",),
            kept=lambda parameters, operands, whole: ((0, axis, axis) for axis in range(len(operands[0]))),
            layer=_ONE_HOT,
        ),
        own_example="x = [[1, 2], [3, -1]]\na = [0, 1]\ny = one_hot(a, 2) * x\nL = sum(y ** 3)",
    ),
)
"""In the order of their codes."""
