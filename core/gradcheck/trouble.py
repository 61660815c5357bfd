"""Why a gradient and a difference of outputs do not meet: kink, cancellation, underflow or overflow."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape, Values
from chainrule.core.gradcheck.perturbed import Point, outputs
from chainrule.core.ops.op import Kernel
from chainrule.core.ops.rules import RIGHT
from chainrule.core.text import Text

Trouble = Literal["kink", "cancellation", "underflow", "overflow", "undefined"]
"""What keeps the two from being compared: a kink nearer than any step, digits that rounding takes, numbers below or
above what a float holds, or a value that is NaN or infinite."""

SENTENCES: dict[Trouble, Text] = {
    "kink": Text(
        "비교할 수 없습니다. 꺾이는 점이 가장 작은 ε보다도 가까이 있어 양쪽의 기울기가 다릅니다.",
        "They cannot be compared: a kink lies nearer than any step, so the slopes of both sides differ.",
    ),
    "cancellation": Text(
        "비교할 수 없습니다. 거의 같은 두 값을 빼면서 유효 숫자가 반올림 오차에 묻힙니다(자릿수 소실).",
        "They cannot be compared: nearly equal values are subtracted, and what is left drowns in rounding "
        "(cancellation).",
    ),
    "underflow": Text(
        "비교할 수 없습니다. 차가 부동소수점 수로 나타낼 수 있는 가장 작은 수보다 작아져 사라집니다(언더플로).",
        "They cannot be compared: the difference is smaller than the smallest floating-point number (underflow).",
    ),
    "overflow": Text(
        "비교할 수 없습니다. 값이 부동소수점 수로 나타낼 수 있는 가장 큰 수를 넘습니다(오버플로).",
        "They cannot be compared: a value exceeds the largest floating-point number (overflow).",
    ),
    "undefined": Text(
        "비교할 수 없습니다. 여기서는 값이 NaN이거나 무한대입니다.",
        "They cannot be compared: a value is NaN or infinite here.",
    ),
}

_SHARES = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
_TINY = 5e-324
"""The smallest number above 0."""
_CLOSE = 1e-5
_CERTAIN = 0.1
"""A difference is certain if its error is at most this share of its distance from the gradient."""


class Verdict(NamedTuple):
    """The most certain difference quotient, its step, and what keeps it from being one; None: nothing."""

    numerical: float
    epsilon: float
    agrees: bool
    trouble: Trouble | None


class _Moves(NamedTuple):
    """The output after moves of one element by each step, upward and downward, and what went wrong on the way."""

    up: NDArray[np.float64]
    down: NDArray[np.float64]
    right: NDArray[np.float64]
    left: NDArray[np.float64]
    flags: set[str]


def verdict(
    graph: Graph, values: Values, node: int, place: Sequence[int], gradient: float, upstream: Any = 1.0
) -> Verdict:
    """Compare a gradient with differences at all steps, of which some suit the number's size.

    ``place`` is the element of a tensor, () for a number. The error of each quotient is estimated: what its neighbour
    differs by, and the rounding of every node, carried to the output by the right gradients.
    """
    base = [np.asarray(value, dtype=float) for value in values]
    at = float(base[node][tuple(place)])
    with np.errstate(all="ignore"):
        if not all(np.isfinite(value).all() for value in base) or not np.isfinite(gradient):
            return Verdict(np.nan, _SHARES[2], False, _endless(graph, base, gradient, upstream, values))
        steps = _steps(at)
        moves = _moved(graph, base, node, place, at, steps, upstream)
        quotients = (moves.up - moves.down) / (moves.right + moves.left)
        noise = _noise(graph, values, base, upstream) + np.finfo(float).eps * np.maximum(
            abs(moves.up), abs(moves.down)
        )
        errors = _changes(quotients) + noise / np.asarray(steps)
        errors = np.where(np.isfinite(quotients), errors, np.inf)
        apart = abs(quotients - gradient)
        close = apart <= _CLOSE * np.maximum(abs(quotients), abs(gradient))
        trusted = close & (errors <= _CERTAIN * abs(gradient))
        best = int(np.argmin(np.where(trusted, errors, np.inf) if trusted.any() else errors))
        found = Verdict(float(quotients[best]), steps[best], bool(trusted.any()), None)
        if found.agrees:
            return found
        # A step far above the number sees only what lies beyond it.
        own = [k for k, step in enumerate(steps) if step <= abs(at) or at == 0.0] or [len(steps) - 1]
        sure = own[int(np.argmin(errors[own]))]
        if errors[sure] <= _CERTAIN * apart[sure]:
            return found._replace(
                trouble="kink" if _bends(graph, base, node, place, at, steps[sure], upstream) else None
            )
    if "overflow" in moves.flags:
        return found._replace(trouble="overflow")
    return found._replace(trouble="underflow" if "underflow" in moves.flags else "cancellation")


def _steps(at: float) -> list[float]:
    """Return steps on the scale of 1 and on that of the number, the largest first."""
    scales = {1.0, abs(at)} if 0.0 < abs(at) < float("inf") else {1.0}
    return sorted((scale * share for scale in scales for share in _SHARES), reverse=True)


def _rules(graph: Graph) -> list[Kernel | None]:
    return Tape(graph).rules if graph.has_tensors else [RIGHT.array.value[code] for code in graph.codes]


def _weighed(upstream: Any) -> tuple[float, Any]:
    """Return the factor of the output, and the weights of its elements; None for equal ones."""
    return (1.0, np.asarray(upstream, dtype=float)) if np.ndim(upstream) else (float(upstream), None)


def _moved(
    graph: Graph,
    base: Sequence[Any],
    node: int,
    place: Sequence[int],
    at: float,
    steps: Sequence[float],
    upstream: Any,
) -> _Moves:
    right, left = at + np.asarray(steps) - at, at - (at - np.asarray(steps))
    factor, weights = _weighed(upstream)
    flags: set[str] = set()
    index = tuple(np.full(2 * len(steps), axis) for axis in place)
    with np.errstate(all="call", call=lambda kind, _: flags.add(kind)):
        after = factor * outputs(
            graph, _rules(graph), base, node, Point(index, np.concatenate([right, -left])), weights
        )
    up, down = np.split(after, 2)
    return _Moves(up, down, right, left, flags)


def _changes(quotients: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much each quotient differs from the nearer of its neighbours."""
    change = np.abs(np.diff(quotients))
    change = np.where(np.isfinite(change), change, np.inf)
    return np.asarray(np.minimum(np.append(change, np.inf), np.append(np.inf, change)))


def _noise(graph: Graph, values: Values, base: Sequence[Any], upstream: Any) -> float:
    """Estimate the rounding error of the output: each node's own, carried on by its gradient."""
    gradients = Tape(graph).backward(upstream, (), values).nodes
    eps = np.finfo(float).eps
    carried = (
        np.sum(np.abs(gradient) * np.maximum(eps * np.abs(value), _TINY))
        for gradient, value in zip(gradients, base, strict=True)
        if gradient is not None
    )
    return float(np.nansum(np.fromiter(carried, dtype=float)))


def _bends(
    graph: Graph, base: Sequence[Any], node: int, place: Sequence[int], at: float, step: float, upstream: Any
) -> bool:
    """Whether the slopes of both sides differ, and not less so from half the distance."""
    moves = _moved(graph, base, node, place, at, (step, step / 2), upstream)
    factor, weights = _weighed(upstream)
    output = base[graph.output]
    here = factor * float(np.sum(output if weights is None else output * weights))
    after, before = (moves.up - here) / moves.right, (here - moves.down) / moves.left
    gap = np.abs(after - before)
    return bool(gap[1] > 0.75 * gap[0] and gap[0] > 1e-3 * max(abs(after[0]), abs(before[0])))


def _endless(graph: Graph, base: Sequence[Any], gradient: float, upstream: Any, values: Values) -> Trouble:
    """Say whether NaN or an infinity came from numbers that grew too large."""
    flags: set[str] = set()
    rules = _rules(graph)
    with np.errstate(all="call", call=lambda kind, _: flags.add(kind)):
        for index, rule in enumerate(rules):
            operands = [base[i] for i in (graph.a[index], graph.b[index]) if i >= 0]
            if rule is None or not all(np.isfinite(operand).all() for operand in operands):
                continue
            if not np.isfinite(rule(operands[0], operands[-1])).all():
                return (
                    "overflow" if flags <= {"overflow", "underflow"} and "overflow" in flags else "undefined"
                )
    return (
        "overflow"
        if not np.isfinite(gradient) and all(np.isfinite(value).all() for value in base)
        else "undefined"
    )
