"""Names, numbers and comments of a generated script, safe for any names in the program."""

import base64
import keyword
import math
from collections.abc import Iterable
from typing import Any
from unicodedata import normalize

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.view.evaluated import Evaluated


class Names:
    """Hands out names for a script, each once."""

    def __init__(self, reserved: Iterable[str]) -> None:
        self._taken = {*keyword.kwlist, "print", "float", "abs", *reserved}

    def new(self, wanted: str) -> str:
        """Return ``wanted``, or the first free one of ``wanted_2``, ``wanted_3`` …"""
        wanted = normalize("NFKC", wanted)  # as Python itself reads names
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name

    def for_nodes(self, graph: Graph) -> list[str]:
        """Name a variable for every node: its id if possible, ``sigmoid_1_op_2`` for ``sigmoid_1.op_2``.

        The program's own names come first, so that no other node takes one of them.
        """
        names = [""] * len(graph)
        for index in sorted(range(len(graph)), key=lambda i: "." in graph.ids[i]):
            names[index] = self.new(graph.ids[index].replace(".", "_"))
        return names


def number(value: float | None) -> str:
    """Write a float as Python does, whole numbers short: ``100``, ``1.1``, ``float("nan")``."""
    if value is None or math.isnan(value):
        return 'float("nan")'
    if math.isinf(value):
        return f'float("{value}")'
    if (
        value == int(value)
        and abs(value) < 1e15
        and math.copysign(1.0, value) == (1.0 if value >= 0 else -1.0)
    ):
        return str(int(value))
    return repr(value)


_WRITTEN_OUT = 1000
"""A tensor with more elements is written as the bytes of its float64 numbers."""


def array_literal(value: Any, library: str) -> str:
    """Write a tensor or a number as an expression of ``np`` or ``torch``."""
    array = np.asarray(value, dtype=float)
    torch = library == "torch"
    if not array.shape:
        written = number(float(array))
        return f"torch.tensor({written}, dtype=torch.float64)" if torch else f"np.float64({written})"
    if array.size == 0 or (array.size > 1 and (array == array.flat[0]).all() and array.flat[0] != 0):
        filled = number(float(array.flat[0])) if array.size else "0.0"
        kind = "torch.float64" if torch else "np.float64"
        return f"{library}.full({array.shape!r}, {filled}, dtype={kind})"
    if array.size > _WRITTEN_OUT:
        encoded = base64.b64encode(np.ascontiguousarray(array, dtype="<f8").tobytes()).decode()
        data = f'base64.b64decode("{encoded}")'
        if torch:
            return f"torch.frombuffer(bytearray({data}), dtype=torch.float64).reshape({array.shape!r})"
        return f'np.frombuffer({data}, dtype="<f8").reshape({array.shape!r})'
    nested = _nested(array.tolist())
    return f"torch.tensor({nested}, dtype=torch.float64)" if torch else f"np.array({nested}, dtype=float)"


def _nested(values: Any) -> str:
    if isinstance(values, list):
        return f"[{', '.join(map(_nested, values))}]"
    return number(values)


def comment(text: str | None) -> str:
    """Write a text as a comment on one line, whatever is in it; nothing for no text."""
    words = " ".join(printable(text or "").split())
    return f"  # {words}" if words else ""


def printable(text: str) -> str:
    """Replace every invisible sign by a space: line breaks, controls, changes of direction."""
    return "".join(letter if letter.isprintable() or letter == _JOINER else " " for letter in text)


_JOINER = "\N{ZERO WIDTH JOINER}"
"""Joins several emoji into one."""


def conventions_comment(evaluated: Evaluated, lang: str) -> list[str]:
    """The line that names the conventions chosen at kinks; none if none is."""
    chosen = ", ".join(sorted(evaluated.rules.conventions))
    heading = "꺾이는 점에서 고른 규약" if lang == "ko" else "Conventions at kinks"
    return [f"# {heading}: {chosen}"] if chosen else []
