"""The cache of compiled programs: from a program's text to its graph, ready for requests."""

import math
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from chainrule.app.graphs import work
from chainrule.app.graphs.compiled import Compiled
from chainrule.app.web.metrics import Metrics
from chainrule.core.errors import ProgramError
from chainrule.core.language.program import Limits, parse
from chainrule.core.ops.op import Shape

Given = Mapping[str, Any] | Collection[str]
"""The inputs sent with a program: values by name, or just names."""
Key = tuple[str, frozenset[tuple[str, Shape]], str]
"""The cache key of a program: its text, the inputs it needs with their shapes, and the output chosen."""

NODES_A_PLACE = 200
"""Nodes per slot of the cache, some 400 kB: large programs take several slots."""

ELEMENTS_A_PLACE = 100_000
"""Elements of a program's own tensors per slot of the cache."""


class Programs:
    """The programs compiled last, up to so many `places`. Safe to use from many threads."""

    def __init__(self, limits: Limits, places: int, metrics: Metrics, memory: int | None = None) -> None:
        self._limits = limits
        self.memory = memory
        """Most bytes that one request may compute with; None: no limit."""
        self._places = places
        self._metrics = metrics
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Compiled | ProgramError] = OrderedDict()
        self._taken = 0

    async def compile(self, source: str, inputs: Mapping[str, Any], output: str | None = None) -> Compiled:
        """Compile a program in a thread, or take it from the cache.

        ``output`` is the id of the node to differentiate, by default the program's result. Raises ProgramError, and
        EvaluationError for an output that there is none of.
        """
        entry = await work.run(0, lambda: self.kept(source, inputs))
        if entry is None:
            entry = await work.in_thread(lambda: self.read(source, inputs))
        if isinstance(entry, ProgramError):
            raise entry.with_traceback(None)  # else a cached error would collect a trace per request
        return entry if output is None else self._with_output(entry, source, inputs, output)

    def _with_output(self, entry: Compiled, source: str, inputs: Given, output: str) -> Compiled:
        if output == entry.graph.ids[entry.graph.output]:
            return entry
        key = (*_keys(source, inputs)[1][:2], output)
        with self._lock:
            kept = self._kept.get(key)
        if not isinstance(kept, Compiled):
            kept = Compiled(entry.graph.with_output(output), self.memory)
            self._keep(key, kept)
        return kept

    def kept(self, source: str, inputs: Given) -> Compiled | ProgramError | None:
        """The cached program, or the cached error; None for a program not in the cache."""
        plain, given = _keys(source, inputs)
        with self._lock:
            for key in (plain, given):
                if (entry := self._kept.get(key)) is not None and (
                    isinstance(entry, Compiled) or key == given
                ):
                    self._kept.move_to_end(key)
                    self._metrics.graphs.labels("kept").inc()
                    return entry
        return None

    def read(self, source: str, inputs: Given) -> Compiled | ProgramError:
        """Compile a program, or find its error, and cache either. May take seconds.

        The names and shapes of `inputs` matter to a program that reads a name it never assigns.
        """
        self._metrics.graphs.labels("read").inc()
        plain, given = _keys(source, inputs)
        try:
            entry: Compiled | ProgramError = Compiled(parse(source, (), self._limits), self.memory)
            key = plain
        except ProgramError as error:
            entry, key = error, plain
            if given != plain:
                key = given
                try:
                    entry = Compiled(parse(source, _shapes(inputs), self._limits), self.memory)
                except ProgramError as second:
                    entry = second
        if isinstance(entry, ProgramError):
            _forget_parser(entry)
        self._keep(key, entry)
        return entry

    def _keep(self, key: Key, entry: Compiled | ProgramError) -> None:
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = entry
            self._taken += _places(entry)
            while self._taken > self._places and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._taken -= _places(dropped)
            self._metrics.kept_graphs.set(len(self._kept))


def _forget_parser(error: ProgramError) -> None:
    """Drop the traceback, which holds the whole parser, and keep the partial graph."""
    error.__traceback__ = error.__context__ = error.__cause__ = None


def _places(entry: Compiled | ProgramError) -> int:
    graph = entry.graph if isinstance(entry, Compiled) else entry.partial
    if graph is None:
        return 1
    kept = sum(math.prod(graph.shapes.get(node, ())) for node in graph.leaves) if graph.shapes else 0
    return 1 + len(graph) // NODES_A_PLACE + kept // ELEMENTS_A_PLACE


def _keys(source: str, inputs: Given) -> tuple[Key, Key]:
    return (source, frozenset(), ""), (source, frozenset(_shapes(inputs).items()), "")


def _shapes(inputs: Given) -> dict[str, Shape]:
    """The shape of each input; names alone stand for numbers."""
    if not isinstance(inputs, Mapping):
        return dict.fromkeys(inputs, ())
    return {name: np.shape(value) if isinstance(value, list) else () for name, value in inputs.items()}
