"""Compiled programs kept in memory: from a program's text to its graph, ready for requests."""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal

import numpy as np

from chainrule.app.graphs.compiled import Compiled
from chainrule.core.errors import ProgramError
from chainrule.core.language.program import Limits, LongProgram, parse
from chainrule.core.ops.op import Shape

Given = Mapping[str, Any] | Collection[str]
"""The inputs sent with a program: values by name, or just names."""
Key = tuple[str, frozenset[tuple[str, Shape]], str]
"""The key of a program: its text, the inputs it needs with their shapes, and the output chosen."""
LONG: Literal["long"] = "long"
"""Stands for a program past the soft limits."""
Entry = Compiled | ProgramError | Literal["long"]

NODES_A_PLACE = 200
"""Nodes per slot of the cache, some 400 kB: large programs take several slots."""

ELEMENTS_A_PLACE = 100_000
"""Elements of a program's own tensors per slot of the cache."""


PLACE_BYTES, NAME_BYTES = 400_000, 300
"""Bytes of a slot, and those of an input's name in a key besides its letters."""


class KeptPrograms:
    """The programs compiled last, up to so many `places`. Safe to use from many threads."""

    def __init__(self, limits: Limits, places: int, memory: int | None = None) -> None:
        self._limits = limits
        self.memory = memory
        """Most bytes that one request may compute with; None: no limit."""
        self._places = places
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Entry] = OrderedDict()
        self._taken = 0
        self.on_change: Callable[[int], None] = lambda count: None
        """Called with the number of programs kept."""

    def kept(self, source: str, inputs: Given) -> Entry | None:
        """Return what is kept of a program; None for nothing."""
        plain, given = _keys(source, inputs)
        with self._lock:
            for key in (plain, given):
                if (entry := self._kept.get(key)) is not None and (
                    not isinstance(entry, ProgramError) or key == given
                ):
                    self._kept.move_to_end(key)
                    return entry
        return None

    def read(self, source: str, inputs: Given) -> Entry:
        """Compile a program, or find its error, and keep either. May take seconds.

        The names and shapes of `inputs` matter to a program that reads a name it never assigns.
        """
        plain, given = _keys(source, inputs)
        key, entry = plain, self._entry(source, ())
        if isinstance(entry, ProgramError) and given != plain:
            key, entry = given, self._entry(source, _shapes(inputs))
        self._keep(key, entry)
        return entry

    def with_output(self, entry: Compiled, source: str, inputs: Given, output: str) -> Compiled:
        """Return the program that differentiates another node, kept too. Raises EvaluationError if there is none."""
        if output == entry.graph.ids[entry.graph.output]:
            return entry
        key = (*_keys(source, inputs)[1][:2], output)
        with self._lock:
            kept = self._kept.get(key)
        if not isinstance(kept, Compiled):
            kept = Compiled(entry.graph.with_output(output), self.memory)
            self._keep(key, kept)
        return kept

    def _entry(self, source: str, given: Mapping[str, Shape] | Collection[str]) -> Entry:
        try:
            return Compiled(parse(source, given, self._limits), self.memory)
        except ProgramError as error:
            # The traceback holds the whole parser; the partial graph stays.
            error.__traceback__ = error.__context__ = error.__cause__ = None
            return error
        except LongProgram:
            return LONG

    def _keep(self, key: Key, entry: Entry) -> None:
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = entry
            self._taken += _places(key, entry)
            while self._taken > self._places and len(self._kept) > 1:
                dropped = self._kept.popitem(last=False)
                self._taken -= _places(*dropped)
            self.on_change(len(self._kept))


def _places(key: Key, entry: Entry) -> int:
    names = sum(NAME_BYTES + len(name) for name, _ in key[1]) // PLACE_BYTES
    if entry == LONG:
        return 1 + names
    graph = entry.graph if isinstance(entry, Compiled) else entry.partial
    if graph is None:
        return 1 + names
    kept = sum(math.prod(graph.shapes.get(node, ())) for node in graph.leaves) if graph.shapes else 0
    return 1 + names + len(graph) // NODES_A_PLACE + kept // ELEMENTS_A_PLACE


def _keys(source: str, inputs: Given) -> tuple[Key, Key]:
    return (source, frozenset(), ""), (source, frozenset(_shapes(inputs).items()), "")


def _shapes(inputs: Given) -> dict[str, Shape]:
    """The shape of each input; names alone stand for numbers."""
    if not isinstance(inputs, Mapping):
        return dict.fromkeys(inputs, ())
    return {name: np.shape(value) if isinstance(value, list) else () for name, value in inputs.items()}
