"""Layouts of scenes: cached by structure, made by ELK, or in Python if a graph is large or ELK fails."""

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

EDGES, EDGES_IN_PYTHON = 2, 3
"""Limit of nodes and edges together, as a multiple of the nodes allowed: for ELK, and for the layout in Python."""
FLAT = 4
"""A graph without crossings is laid out in Python from this part of ``layout_elk_work`` on: ELK's looks the same."""
SMALL = 60
"""Nodes, and columns that edges pass, of a scene that need not wait for a large one."""
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
        """Visible nodes, and columns that edges pass, up to which ELK lays out a graph."""
        ...

    @property
    def layout_cache_size(self) -> int:
        """Number of layouts cached."""
        ...


def is_small(scene: Scene) -> bool:
    """Whether a scene need not wait for large ones."""
    return elk.work(scene) <= SMALL


class _Lane:
    """An engine, and the queue of those who want it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.queue = ThreadPoolExecutor(max_workers=1, thread_name_prefix="layout")
        self.waiting = 0


class _Pending:
    """A layout that is being made, or waits for its turn."""

    def __init__(self, key: str, lane: _Lane, made: "Future[Layout]") -> None:
        self.key, self.lane, self.made = key, lane, made
        self.callers = 0
        self.begun = False


PARTS_A_PLACE = 500
"""Nodes and edges per slot of the cache, some 200 kB: large layouts take several slots."""


def _places(layout: Layout) -> int:
    return 1 + (len(layout.nodes) + len(layout.edges)) // PARTS_A_PLACE


class Layouts:
    """The layouts of the service. Safe to call from any thread and any event loop.

    Callers share an engine through a queue; small scenes have a second one while that is busy. Equal scenes share one
    layout, and one that nobody waits for any more is not made. A large graph is laid out in Python. The layout is
    plain if the graph is too large, if ELK takes too much time or memory, or if the queue
    is too long: see ``Layout.reason``.
    """

    def __init__(self, settings: LayoutSettings) -> None:
        self._max_nodes = settings.layout_max_nodes
        self._elk_work = settings.layout_elk_work
        self._patience = 2 * settings.layout_seconds
        self._kept = settings.layout_cache_size
        self._lanes = tuple(
            _Lane(Engine(settings.layout_seconds, settings.layout_memory_mb)) for _ in ("all", "small")
        )
        self._lock = threading.Lock()
        self._cache: OrderedDict[str, Layout] = OrderedDict()
        self._taken = 0
        self._pending: dict[str, _Pending] = {}

    async def place(self, scene: Scene) -> Layout:
        """Lay out a scene, without blocking the event loop."""
        pending = self._submit(scene)
        if isinstance(pending, Layout):
            return pending
        try:
            return await asyncio.shield(asyncio.wrap_future(pending.made))
        finally:
            self._leave(pending)

    def known(self, scene: Scene) -> Layout | None:
        """Return the layout of a scene if it is kept."""
        with self._lock:
            return self._known(scene.shape_key)

    def place_now(self, scene: Scene) -> Layout:
        """Lay out a scene, blocking this thread."""
        pending = self._submit(scene)
        return pending if isinstance(pending, Layout) else pending.made.result()

    def warm(self) -> None:
        """Start an engine in the background, ahead of the first request."""
        self._lanes[0].queue.submit(self._lanes[0].engine.start)

    def close(self) -> None:
        """Stop the engines, whatever they are doing."""
        for lane in self._lanes:
            lane.queue.shutdown(wait=False, cancel_futures=True)
            lane.engine.close()
        for lane in self._lanes:
            lane.queue.shutdown(wait=True)
            lane.engine.close()
        for pending in self._pending.values():  # those whose turn never came
            pending.made.cancel()

    @property
    def engine_pid(self) -> int | None:
        """The first engine's process id while it runs."""
        return self._lanes[0].engine.pid

    def _known(self, key: str) -> Layout | None:
        known = self._cache.get(key)
        if known is not None:
            self._cache.move_to_end(key)
        return known

    def _submit(self, scene: Scene) -> "Layout | _Pending":
        key = scene.shape_key
        with self._lock:
            if (known := self._known(key)) is not None:
                return known
            if (pending := self._pending.get(key)) is None:
                first, second = self._lanes
                lane = second if first.waiting > second.waiting and is_small(scene) else first
                lane.waiting += 1
                pending = self._pending[key] = _Pending(key, lane, Future())
                lane.queue.submit(self._make, scene, pending, monotonic() + self._patience)
            pending.callers += 1
            return pending

    def _leave(self, pending: "_Pending") -> None:
        """Give up waiting; what nobody waits for is not made, and ELK is ended in the middle of it."""
        with self._lock:
            pending.callers -= 1
            if pending.callers or self._pending.get(pending.key) is not pending:
                return
            del self._pending[pending.key]  # whoever asks again has another one made
            begun = pending.begun
        if begun:
            pending.lane.engine.abandon(pending)

    def _make(self, scene: Scene, pending: "_Pending", latest: float) -> None:
        """Make a layout, in its lane's only thread, and cache it unless the queue was too long."""
        lane = pending.lane
        try:
            with self._lock:
                pending.begun = bool(pending.callers)
            if not pending.begun:
                raise EngineError("left", "nobody waits for the layout")
            lane.engine.job = pending
            layout, lasting = self._placed(scene, latest, lane.engine)
        except BaseException as error:
            self._end(pending)
            if isinstance(error, EngineError):
                pending.made.cancel()
            else:
                pending.made.set_exception(error)
            return
        finally:
            lane.engine.job = None
        self._end(pending, layout if lasting else None)
        pending.made.set_result(layout)

    def _end(self, pending: "_Pending", layout: Layout | None = None) -> None:
        with self._lock:
            if self._pending.get(pending.key) is pending:
                del self._pending[pending.key]
            pending.lane.waiting -= 1
            if layout is not None:
                self._keep(pending.key, layout)

    def _keep(self, key: str, layout: Layout) -> None:
        if (before := self._cache.pop(key, None)) is not None:
            self._taken -= _places(before)
        self._cache[key] = layout
        self._taken += _places(layout)
        while self._taken > self._kept and len(self._cache) > 1:
            _, dropped = self._cache.popitem(last=False)
            self._taken -= _places(dropped)

    def _placed(self, scene: Scene, latest: float, engine: Engine) -> tuple[Layout, bool]:
        """Place a scene, broken into lines if it asks for them, and tell whether to cache it."""
        if scene.wrap is None:
            return self._in_one_line(scene, latest, engine)
        with self._lock:
            layout = self._cache.get(scene.unbroken_key)
        lasting = True
        if layout is None:
            layout, lasting = self._in_one_line(scene, latest, engine)
            if lasting:
                with self._lock:
                    self._keep(scene.unbroken_key, layout)
        return lines.broken(scene, layout, scene.wrap), lasting

    def _in_one_line(self, scene: Scene, latest: float, engine: Engine) -> tuple[Layout, bool]:
        """Place a scene, and tell whether to cache it. By size alone, so that a graph always looks the same."""
        nodes, most = len(scene.nodes), self._max_nodes
        parts = nodes + len(scene.edges)
        if nodes > most or parts > EDGES_IN_PYTHON * most:
            return plain.layout(scene, "size"), True
        work = elk.work(scene)
        layout: Layout | None = None
        if (scene.quick or FLAT * work > self._elk_work) and layered.work(scene) <= LONG_EDGES * most:
            if scene.quick or work > self._elk_work:
                layout = layered.layout(scene, scene.quick)
            elif not scene.groups:
                layout = layered.flat_layout(scene)
        if layout is not None:
            return layout, True
        if parts > EDGES * most or work > LONG_EDGES * most:
            return plain.layout(scene, "size"), True
        if monotonic() > latest:
            return plain.layout(scene, "busy"), False
        try:
            return self._by_elk(scene, engine), True
        except EngineError as error:
            if error.reason == "left":
                raise
            return plain.layout(scene, error.reason), True

    def _by_elk(self, scene: Scene, engine: Engine) -> Layout:
        orders = elk.first_orders(scene)
        layout = self._ask(scene, orders, engine)
        if elk.work(scene) <= elk.ANOTHER_LOOK_UP_TO:
            for _ in range(elk.MORE_LOOKS):
                better = elk.orders_by_place(scene, layout)
                if better == orders:
                    break
                other = self._ask(scene, better, engine)
                if elk.crosswise(scene, other, better) >= elk.crosswise(scene, layout, orders):
                    break
                layout, orders = other, better
        return layout

    def _ask(self, scene: Scene, orders: list[list[int]], engine: Engine) -> Layout:
        graph = elk.to_elk(scene, orders)
        try:
            return elk.from_elk(scene, engine.layout(graph))
        except EngineError as error:
            if error.reason != "died":
                raise
        # The process died since the last request; try a new one once.
        return elk.from_elk(scene, engine.layout(graph))
