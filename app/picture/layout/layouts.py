"""Layouts of scenes: cached by structure, made one at a time by ELK, or in Python if a graph is large or ELK fails."""

import asyncio
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Protocol

from chainrule.app.picture.layout import elk, layered, lines, plain
from chainrule.app.picture.layout.engine import Engine, EngineError
from chainrule.app.picture.layout.geometry import Layout
from chainrule.app.picture.scene import Scene

EDGES = 2
"""Limit of nodes and edges together, as a multiple of the nodes allowed."""
FLAT = 4
"""A graph without crossings is laid out in Python from this part of ``layout_elk_work`` on: ELK's looks the same."""
LONG_EDGES = 5
"""Limit of ``work``, which counts the columns that edges pass, as a multiple of the nodes allowed."""


class LayoutSettings(Protocol):
    """The settings of ``app.settings.Settings`` about layouts."""

    @property
    def layout_seconds(self) -> float:
        """Time limit for one graph, in seconds."""
        ...

    @property
    def layout_memory_mb(self) -> int:
        """Memory limit of the engine, in megabytes."""
        ...

    @property
    def layout_max_nodes(self) -> int:
        """Visible nodes up to which a layout is not plain; edges that pass many columns count too."""
        ...

    @property
    def layout_elk_work(self) -> int:
        """Visible nodes, and columns that edges pass, up to which ELK lays out a graph without open layers."""
        ...

    @property
    def layout_cache_size(self) -> int:
        """Number of layouts cached."""
        ...


class Layouts:
    """The layouts of the service. Safe to call from any thread and any event loop.

    Callers share one engine through a queue; equal scenes share one layout. A large graph without open layers is laid
    out in Python. The layout is plain if the graph is too large, if ELK takes too much time or memory, or if the queue
    is too long: see ``Layout.reason``.
    """

    def __init__(self, settings: LayoutSettings) -> None:
        self._max_nodes = settings.layout_max_nodes
        self._elk_work = settings.layout_elk_work
        self._patience = 2 * settings.layout_seconds
        self._kept = settings.layout_cache_size
        self._engine = Engine(settings.layout_seconds, settings.layout_memory_mb)
        self._queue = ThreadPoolExecutor(max_workers=1, thread_name_prefix="layout")
        self._lock = threading.Lock()
        self._cache: OrderedDict[str, Layout] = OrderedDict()
        self._pending: dict[str, Future[Layout]] = {}

    async def place(self, scene: Scene) -> Layout:
        """Lay out a scene, without blocking the event loop."""
        return await asyncio.shield(asyncio.wrap_future(self._submit(scene)))

    def place_now(self, scene: Scene) -> Layout:
        """Lay out a scene, blocking this thread."""
        return self._submit(scene).result()

    def warm(self) -> None:
        """Start the engine in the background, ahead of the first request."""
        self._queue.submit(self._engine.start)

    def close(self) -> None:
        """Stop the engine, whatever it is doing."""
        self._queue.shutdown(wait=False, cancel_futures=True)
        self._engine.close()
        self._queue.shutdown(wait=True)
        self._engine.close()

    @property
    def engine_pid(self) -> int | None:
        """The engine's process id while it runs."""
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
        """Make a layout, in the queue's only thread, and cache it unless the queue was too long."""
        try:
            layout, lasting = self._placed(scene, latest)
        except BaseException:
            with self._lock:
                del self._pending[key]
            raise
        with self._lock:
            del self._pending[key]
            if lasting:
                self._keep(key, layout)
        return layout

    def _keep(self, key: str, layout: Layout) -> None:
        self._cache[key] = layout
        while len(self._cache) > self._kept:
            self._cache.popitem(last=False)

    def _placed(self, scene: Scene, latest: float) -> tuple[Layout, bool]:
        """Place a scene, broken into lines if it asks for them, and tell whether to cache it."""
        if scene.wrap is None:
            return self._in_one_line(scene, latest)
        with self._lock:
            layout = self._cache.get(scene.unbroken_key)
        lasting = True
        if layout is None:
            layout, lasting = self._in_one_line(scene, latest)
            if lasting:
                with self._lock:
                    self._keep(scene.unbroken_key, layout)
        return lines.broken(scene, layout, scene.wrap), lasting

    def _in_one_line(self, scene: Scene, latest: float) -> tuple[Layout, bool]:
        """Place a scene, and tell whether to cache it. By size alone, so that a graph always looks the same."""
        nodes, most = len(scene.nodes), self._max_nodes
        if nodes > most or nodes + len(scene.edges) > EDGES * most:
            return plain.layout(scene, "size"), True
        work = elk.work(scene)
        if FLAT * work > self._elk_work and not scene.groups and layered.work(scene) <= LONG_EDGES * most:
            layout = layered.layout(scene) if work > self._elk_work else layered.flat_layout(scene)
            if layout is not None:
                return layout, True
        if work > LONG_EDGES * most:
            return plain.layout(scene, "size"), True
        if monotonic() > latest:
            return plain.layout(scene, "busy"), False
        try:
            return self._by_elk(scene), True
        except EngineError as error:
            return plain.layout(scene, error.reason), True

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
        # The process died since the last request; try a new one once.
        return elk.from_elk(scene, self._engine.layout(graph))
