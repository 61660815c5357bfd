"""The layers of the book's chapter 5: one op as an object that goes forward, remembers, and goes backward."""

from typing import Any

from core.ops import CODES
from core.rules import BOTH, rules_with


class _BinaryLayer:
    """A layer with two inputs that follows the rules of an op."""

    def __init__(self, op: str) -> None:
        right = rules_with(frozenset()).scalar
        self._value: Any = right.value[CODES[op]]
        self._flow: Any = right.flow[CODES[op]][BOTH]
        self.x: Any = None
        self.y: Any = None
        self.out: Any = None

    def forward(self, x: Any, y: Any) -> Any:
        """The value of the op; ``x`` and ``y`` are numbers, or arrays of one shape."""
        self.x, self.y = x, y
        self.out = self._value(x, y)
        return self.out

    def backward(self, dout: Any) -> tuple[Any, Any]:
        """``dx`` and ``dy`` from the upstream gradient ``dout``, at what went forward last."""
        dy, dx = self._flow(dout, self.x, self.y, self.out)
        return dx, dy


class AddLayer(_BinaryLayer):
    """An addition node (book, section 5.4.2): passes the upstream gradient on."""

    def __init__(self) -> None:
        super().__init__("add")


class MulLayer(_BinaryLayer):
    """A multiplication node (book, section 5.4.1): passes it on times the other input."""

    def __init__(self) -> None:
        super().__init__("mul")
