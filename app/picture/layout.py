"""Layouts for scenes: cached by structure, made one after another by the engine, never missing."""

import asyncio
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Protocol

from chainrule.app.picture import layout_elk as elk
from chainrule.app.picture import layout_plain as plain
from chainrule.app.picture.layout_engine import Engine, EngineError
from chainrule.app.picture.layout_geometry import Box, Layout, Point, Route
from chainrule.app.picture.scene import Scene

__all__ = ["Box", "Layout", "LayoutSettings", "Layouts", "Point", "Route"]


EDGES = 2
"""Nodes and edges together that ELK is asked for, in nodes allowed. A chain of 1,000 takes it a second and a half,
1,000 nodes of two operands each three: too long to look at a page that waits."""
LONG_EDGES = 5
"""Edges that pass many columns cost as much as nodes do: that many times the nodes allowed are too much for ELK."""


class LayoutSettings(Protocol):
    """What ``app.settings.Settings`` says about layouts."""

    @property
    def layout_seconds(self) -> float:
        """Longest time for one graph."""
        ...

    @property
    def layout_memory_mb(self) -> int:
        """Most memory of the engine."""
        ...

    @property
    def layout_max_nodes(self) -> int:
        """Visible nodes up to which ELK is asked; edges that pass many columns count too."""
        ...

    @property
    def layout_cache_size(self) -> int:
        """Layouts kept."""
        ...


class Layouts:
    """Gives each scene its layout. One object for the service; safe to call from any thread and any event loop.

    ``await place(scene)`` in the routes, ``place_now(scene)`` elsewhere. Callers share one engine by a queue; two who
    ask for the same shape share one answer. Where ELK has no answer (the graph is too large, it took too long or too
    much memory, too many are waiting) the layout is a plain one, and says so in ``engine`` and ``reason``. ``warm()``
    starts the engine beforehand, ``close()`` ends it.
    """

    def __init__(self, settings: LayoutSettings) -> None:
        self._max_nodes = settings.layout_max_nodes
        self._patience = 2 * settings.layout_seconds
        self._kept = settings.layout_cache_size
        self._engine = Engine(settings.layout_seconds, settings.layout_memory_mb)
        self._queue = ThreadPoolExecutor(max_workers=1, thread_name_prefix="layout")
        self._lock = threading.Lock()
        self._cache: OrderedDict[str, Layout] = OrderedDict()
        self._pending: dict[str, Future[Layout]] = {}

    async def place(self, scene: Scene) -> Layout:
        """The scene's layout. Waits for the engine without holding the event loop."""
        return await asyncio.shield(asyncio.wrap_future(self._submit(scene)))

    def place_now(self, scene: Scene) -> Layout:
        """The scene's layout, waiting for it in this thread."""
        return self._submit(scene).result()

    def warm(self) -> None:
        """Start the engine in the background, so that the first visitor need not wait for it."""
        self._queue.submit(self._engine.start)

    def close(self) -> None:
        """End the engine and whatever it is doing."""
        self._queue.shutdown(wait=False, cancel_futures=True)
        self._engine.close()
        self._queue.shutdown(wait=True)
        self._engine.close()

    @property
    def engine_pid(self) -> int | None:
        """The engine's process number while it runs."""
        return self._engine.pid

    def _submit(self, scene: Scene) -> Future[Layout]:
        key = scene.shape_key
        with self._lock:
            if (known := self._cache.get(key)) is not None:
                self._cache.move_to_end(key)
                ready: Future[Layout] = Future()
                ready.set_result(known)
                return ready
            if (pending := self._pending.get(key)) is None:
                pending = self._queue.submit(self._make, key, scene, monotonic() + self._patience)
                self._pending[key] = pending
            return pending

    def _make(self, key: str, scene: Scene, latest: float) -> Layout:
        """Runs in the queue's one thread."""
        lasting = True
        try:
            if self._too_large(scene):
                layout = plain.layout(scene, "size")
            elif monotonic() > latest:
                layout, lasting = plain.layout(scene, "busy"), False
            else:
                try:
                    layout = self._by_elk(scene)
                except EngineError as error:
                    layout = plain.layout(scene, error.reason)
        except BaseException:
            with self._lock:
                del self._pending[key]
            raise
        with self._lock:
            del self._pending[key]
            if lasting:
                self._cache[key] = layout
                while len(self._cache) > self._kept:
                    self._cache.popitem(last=False)
        return layout

    def _too_large(self, scene: Scene) -> bool:
        """By its size alone, so that a graph looks alike whenever and wherever it is drawn."""
        nodes, most = len(scene.nodes), self._max_nodes
        return nodes > most or nodes + len(scene.edges) > EDGES * most or elk.work(scene) > LONG_EDGES * most

    def _by_elk(self, scene: Scene) -> Layout:
        orders = elk.first_orders(scene)
        layout = self._ask(scene, orders)
        if elk.work(scene) <= elk.ANOTHER_LOOK_UP_TO:
            for _ in range(elk.MORE_LOOKS):
                better = elk.orders_by_place(scene, layout)
                if better == orders:
                    break
                other = self._ask(scene, better)
                if elk.crosswise(scene, other, better) >= elk.crosswise(scene, layout, orders):
                    break
                layout, orders = other, better
        return layout

    def _ask(self, scene: Scene, orders: list[list[int]]) -> Layout:
        graph = elk.to_elk(scene, orders)
        try:
            return elk.from_elk(scene, self._engine.layout(graph))
        except EngineError as error:
            if error.reason != "died":
                raise
        # Ended between two requests, by whatever hand: a new one is tried once.
        return elk.from_elk(scene, self._engine.layout(graph))
