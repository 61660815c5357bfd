"""The multiplications that the table's rules really do: the same passes, on arrays that count."""

from collections.abc import Iterable
from typing import Any, Self

import numpy as np

from chainrule.core.engine.forward_mode import jvps_of
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.loop import Loop
from chainrule.core.ops.op import Kernel
from chainrule.core.ops.rules import Rules

_EACH = frozenset({np.multiply, np.divide, np.power, np.float_power, np.square, np.reciprocal})
"""What counts as one multiplication for each element of its result: products, quotients and powers."""


class Tally:
    """How many multiplications have been done."""

    def __init__(self) -> None:
        self.multiplications = 0


class Counted(np.ndarray[Any, np.dtype[Any]]):
    """An array that tells its tally of every product, quotient and power that it takes part in."""

    tally: Tally | None = None

    def __array_finalize__(self, source: Any) -> None:
        self.tally = getattr(source, "tally", None)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if "out" in options:
            options["out"] = tuple(map(_plain, options["out"]))
        plain = [_plain(each) for each in inputs]
        result = getattr(ufunc, method)(*plain, **options)
        tally = next(each.tally for each in (*inputs, self) if isinstance(each, Counted))
        if tally is not None:
            tally.multiplications += _count(ufunc, method, plain, result)
            result = counted(result, tally)
        return result

    def __getitem__(self, key: Any) -> Any:
        # NumPy makes a plain number of an array without axes.
        found = super().__getitem__(key)
        return found if isinstance(found, Counted) or self.tally is None else counted(found, self.tally)

    @classmethod
    def of(cls, value: Any, tally: Tally) -> Self:
        """Return a value that tells this tally."""
        array = np.asarray(value).view(cls)
        array.tally = tally
        return array


def counted(value: Any, tally: Tally) -> Any:
    """Return a number or an array that counts; anything else as it is."""
    return Counted.of(value, tally) if isinstance(value, (float, int, np.ndarray, np.generic)) else value


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Counted) else value


def _count(ufunc: Any, method: str, inputs: list[Any], result: Any) -> int:
    """Tell how many multiplications a call of NumPy was."""
    if ufunc is np.matmul:
        return int(np.size(result)) * int(np.shape(inputs[0])[-1])
    if ufunc not in _EACH:
        return 0
    if method == "reduce":
        return max(0, int(np.size(inputs[0])) - int(np.size(result)))
    if method == "accumulate":
        return max(0, int(np.size(inputs[0])) - 1)
    return int(np.size(result))


class CountedLoop(Loop):
    """Both passes and forward mode over one graph, on arrays, with what they multiply in ``tally``."""

    def __init__(self, graph: Graph, requires_grad: bytes) -> None:
        self.tally = Tally()
        super().__init__(graph, requires_grad, arrays=True)
        self.jvps = [jvp and self._counting(jvp) for jvp in jvps_of(graph)]
        """Every node's forward-mode rule; None at leaves."""

    def quotient(self, difference: Any, distance: float) -> Any:
        """Return a difference quotient; its division counts."""
        return _plain(counted(difference, self.tally) / distance)[()]

    def _values(self) -> list[Kernel | None]:
        return self._all(super()._values())

    def _vjps_by(self, rules: Rules) -> list[Kernel | None]:
        return self._all(super()._vjps_by(rules))

    def _all(self, kernels: Iterable[Kernel | None]) -> list[Kernel | None]:
        return [kernel and self._counting(kernel) for kernel in kernels]

    def _counting(self, kernel: Kernel) -> Kernel:
        """The same rule, counting. A node's shapes stay, so what its rule multiplies is counted at its first call."""
        costs: dict[tuple[bool, ...], int] = {}

        def counting(*operands: Any) -> Any:
            which = tuple(operand is None for operand in operands)
            cost = costs.get(which)
            if cost is not None:
                self.tally.multiplications += cost
                return kernel(*operands)
            before = self.tally.multiplications
            result = kernel(*(counted(operand, self.tally) for operand in operands))
            costs[which] = self.tally.multiplications - before
            return tuple(map(_number, result)) if isinstance(result, tuple) else _number(result)

        return counting


def _number(value: Any) -> Any:
    """A result of a rule as the other passes know it: an array that does not count, or a number."""
    return None if value is None else np.asarray(value).view(np.ndarray)[()]
