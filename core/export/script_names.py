"""Names, numbers and comments of a generated Python script, safe whatever the program's own names are."""

import keyword
import math
from collections.abc import Iterable
from unicodedata import normalize

from core.graph import Graph


class Names:
    """Hands out names for a script, each once."""

    def __init__(self, reserved: Iterable[str]) -> None:
        self._taken = {*keyword.kwlist, "print", "float", "abs", *reserved}

    def new(self, wanted: str) -> str:
        """``wanted``, or the first of ``wanted_2``, ``wanted_3`` … that is free."""
        wanted = normalize("NFKC", wanted)  # as Python itself reads names
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name

    def for_nodes(self, graph: Graph) -> list[str]:
        """A variable for every node: its id where it can be, ``sigmoid_1_op_2`` for ``sigmoid_1.op_2``.

        The program's own names come first, so that no other node takes one of them.
        """
        names = [""] * len(graph)
        for index in sorted(range(len(graph)), key=lambda i: "." in graph.ids[i]):
            names[index] = self.new(graph.ids[index].replace(".", "_"))
        return names


def number(value: float | None) -> str:
    """A float as Python writes it, with whole numbers short: ``100``, ``1.1``, ``float("nan")``."""
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


def comment(text: str | None) -> str:
    """The text as a comment behind a statement, on one line whatever is in it; nothing for no text."""
    words = " ".join(printable(text or "").split())
    return f"  # {words}" if words else ""


def printable(text: str) -> str:
    """The text with a space for every sign that is not to be seen: line breaks, controls, changes of direction."""
    return "".join(letter if letter.isprintable() or letter == _JOINER else " " for letter in text)


_JOINER = "\N{ZERO WIDTH JOINER}"
"""It makes one emoji of several."""
