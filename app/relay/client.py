"""The engine as a web process sees it: one connection, made again whenever it breaks."""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from chainrule.app.relay import wire
from chainrule.app.relay.line import Line, LineLost
from chainrule.app.web.problem_errors import ProblemError
from chainrule.core.text import Text

_AGAIN_SECONDS = (0.05, 0.1, 0.2, 0.5)
"""Times between two attempts to connect; the last one repeats."""
_PATIENCE = 5.0
"""How long a call waits for the engine to come back: about as long as a successor takes to start."""
_CONNECT_SECONDS = 5.0
_WARNED = 10
"""Attempts after which the log says so: at the start the engine may come a little later."""

logger = logging.getLogger(__name__)


class EngineClient:
    """Calls to the engine. For one event loop."""

    def __init__(self, address: wire.Address, secret: str | None, counters: Callable[[], bytes]) -> None:
        """`counters` tells those of this process when the engine asks for them."""
        self._address, self._secret, self._counters = address, secret, counters
        self._line: Line | None = None
        self._connected = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.numbers = itertools.count(1)
        """For requests and seats, of which the engine hears again."""

    def open(self) -> None:
        """Connect, and stay connected until `close`."""
        self._connected = asyncio.Event()
        self._task = asyncio.create_task(self._stay_connected(), name="connection to the engine")

    async def close(self) -> None:
        """Break the connection."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def call(self, name: str, *arguments: Any, patient: bool = True, again: bool = False) -> Any:
        """Call the engine; a patient call waits for it to come back, and one that may be made `again` is.

        Raises LineLost, and what the engine raises.
        """
        for attempt in range(2):
            if patient:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._connected.wait(), _PATIENCE)
            line = self._line
            if line is None:
                raise LineLost("the engine is not there")
            try:
                return await line.call(name, *arguments)
            except LineLost:
                if attempt or not again:
                    raise
        raise AssertionError("the second attempt returns or raises")

    async def _stay_connected(self) -> None:
        failures = 0
        while True:
            try:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    reader, writer = await wire.connected(self._address)
            except (OSError, TimeoutError) as error:
                if failures == _WARNED:
                    logger.warning("The engine does not answer: %s", error)
            else:
                failures = 0
                await self._serve(reader, writer)
            await asyncio.sleep(_AGAIN_SECONDS[min(failures, len(_AGAIN_SECONDS) - 1)])
            failures += 1

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers: dict[str, Callable[..., Awaitable[Any]]] = {"counters": self._told}
        line = self._line = Line(reader, writer, answers)
        writer.write(wire.packed(0, "hello", self._secret or ""))
        self._connected.set()
        try:
            await line.serve()
        finally:
            self._line = None
            self._connected.clear()
            line.close()

    async def _told(self) -> bytes:
        return self._counters()


def away() -> ProblemError:
    """Return the problem of a call that needs the engine while there is none."""
    return ProblemError(
        "worker-gone",
        Text(
            "학습을 맡은 프로세스가 다시 시작되고 있습니다. 잠시 뒤에 다시 해 보세요.",
            "The process that owns the runs is starting again. Try again in a moment.",
        ),
        retry_after=2,
    )
