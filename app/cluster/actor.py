"""An actor that trains one run, with the same loop as a worker's process has."""

import asyncio
import contextlib
import itertools
import os
import pickle
import queue
import threading
import time
from collections.abc import Mapping
from typing import Any

from chainrule.app.runs.protocol.refusals import Refused
from chainrule.app.runs.worker.worker import Call, Worker, open_session

ORPHANED_SECONDS = 60.0
"""Without an engine that asks for so long, an actor ends: nobody would ever end it."""
_NICE = 10
_TURN_SECONDS = 5.0

Answer = tuple[str, Any, int, bytes | None]
"""Kind and content of an answer; the newest snapshot's number, and the snapshot with its status if it is new."""


class RunActor:
    """The loop around one run's session, in a thread; calls come from the engine."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._calls: queue.SimpleQueue[Call] = queue.SimpleQueue()
        self._waiting: dict[int, asyncio.Future[tuple[str, Any]]] = {}
        self._snapshot: bytes = b""
        self._number = 0
        """Count of snapshots."""
        self._newer = asyncio.Event()
        self._asked_at = time.monotonic()

    async def open(self, order: Mapping[str, Any]) -> Answer:
        """Open the session that an order describes, and train when told to."""
        self._loop = asyncio.get_running_loop()
        opened = self._waiting[0] = self._loop.create_future()
        threading.Thread(target=self._run, args=(order,), name="train", daemon=True).start()
        self._watching = asyncio.create_task(self._end_when_orphaned())
        kind, content = await opened
        return self._answer(kind, content, 0)

    async def call(self, name: str, arguments: bytes, known: int) -> Answer:
        """Answer one call; `known` is the number of the snapshot that the engine has."""
        self._asked_at = time.monotonic()
        number = next(self._numbers)
        answered = self._waiting[number] = self._loop.create_future()
        self._calls.put((number, name, pickle.loads(arguments)))
        try:
            kind, content = await answered
            return self._answer(kind, content, known)
        finally:
            self._waiting.pop(number, None)

    async def newer(self, known: int, seconds: float) -> Answer:
        """Wait for a snapshot after number `known`, but no longer than `seconds`."""
        self._asked_at = time.monotonic()
        if self._number <= known:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._newer.wait()
        return self._answer("answer", None, known)

    def _answer(self, kind: str, content: Any, known: int) -> Answer:
        return kind, content, self._number, self._snapshot if self._number > known else None

    # In the thread

    def _run(self, order: Mapping[str, Any]) -> None:
        try:
            session = open_session(order)
        except Refused as refusal:
            self._send("refused", 0, refusal)
            return
        except Exception as error:
            self._send("failed", 0, repr(error))
            return
        # Nobody waits for one that trains.
        if hasattr(os, "nice"):
            os.nice(_NICE)
        worker = Worker(session, self._send, order["keep_seconds"])
        worker.report_ready()
        worker.run(self._calls)

    def _send(self, kind: str, *rest: Any) -> None:
        if kind == "snapshot":
            # The arrays change with the next step: they are copied here, where they are at rest.
            rest = (pickle.dumps(rest, protocol=pickle.HIGHEST_PROTOCOL),)
        self._loop.call_soon_threadsafe(self._take, kind, *rest)

    # In the event loop

    def _take(self, kind: str, *rest: Any) -> None:
        if kind == "snapshot":
            (self._snapshot,) = rest
            self._number += 1
            newer, self._newer = self._newer, asyncio.Event()
            newer.set()
            return
        number, content = rest
        future = self._waiting.pop(number, None)
        if future is not None and not future.done():
            future.set_result((kind, content))

    async def _end_when_orphaned(self) -> None:
        while time.monotonic() - self._asked_at < ORPHANED_SECONDS:
            await asyncio.sleep(_TURN_SECONDS)
        os._exit(0)
