"""The engine: one process that owns all runs and counts every visitor, and serves the web processes."""

import asyncio
import contextlib
import hmac
import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from chainrule.app.cluster.pool import RayPool
from chainrule.app.deps import Services
from chainrule.app.relay import wire
from chainrule.app.relay.asgi import answered
from chainrule.app.relay.line import Line, LineLost
from chainrule.app.relay.sums import summed
from chainrule.app.runs.run import Run
from chainrule.app.web import logs
from chainrule.app.web.problem_handlers import unforeseen
from chainrule.app.web.quotas import Quotas
from chainrule.app.web.quotas import visitor as counted_for

_HELLO_SECONDS = 5.0
_COLLECT_SECONDS = 2.0
"""Time for a web process to tell its counters."""

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class _Seat:
    """One watcher of a web process."""

    run: Run
    visitor: str


class Engine:
    """Listens for web processes and answers each with the same application."""

    def __init__(
        self, app: ASGIApp, parts: Services, quotas: Quotas, address: wire.Address, secret: str | None
    ) -> None:
        self.quotas = quotas
        self._app, self._parts, self._address, self._secret = app, parts, address, secret
        self._server: asyncio.Server | None = None
        self.lines: dict[Line, asyncio.Task[None] | None] = {}

    async def open(self) -> None:
        """Listen. A socket's file that an earlier engine left behind is replaced. Raises OSError."""
        path = self._address.path
        if path is None:
            self._server = await asyncio.start_server(self._connected, self._address.host, self._address.port)
            return
        with contextlib.suppress(FileNotFoundError):
            Path(path).unlink()
        before = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._connected, path)
        finally:
            os.umask(before)

    @property
    def port(self) -> int:
        """The port it listens on; 0 for a Unix socket."""
        if self._server is None or self._address.path is not None:
            return 0
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Take no more calls and leave all web processes."""
        if self._server is not None:
            self._server.close()
        tasks = [task for task in self.lines.values() if task is not None]
        for line in list(self.lines):
            line.close()
        if tasks:
            await asyncio.wait(tasks, timeout=5)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await self._is_ours(reader):
            logger.warning("Somebody without the secret was turned away.")
            writer.close()
            return
        calls = _Calls(self._app, self._parts, self)
        line = calls.line = Line(reader, writer, calls.answers)
        self.lines[line] = asyncio.current_task()
        try:
            await line.serve()
        finally:
            del self.lines[line]
            calls.close()

    async def _is_ours(self, reader: asyncio.StreamReader) -> bool:
        """Whether the first message is the secret."""
        try:
            async with asyncio.timeout(_HELLO_SECONDS):
                _, kind, secret = await wire.read(reader)
        except (EOFError, OSError, TimeoutError):
            return False
        wanted = self._secret or ""
        return kind == "hello" and hmac.compare_digest(str(secret).encode(), wanted.encode())

    async def counters(self, asking: Line | None, told_by_it: bytes) -> bytes:
        """Return the counters of the engine and of all web processes together; one asks and tells its own."""
        texts = [told_by_it, self._parts.metrics.text()]
        others = [line.call("counters") for line in self.lines if line is not asking]
        for told in await asyncio.gather(*map(_bounded, others)):
            if told is not None:
                texts.append(told)
        return summed(texts)


async def _bounded(call: Awaitable[bytes]) -> bytes | None:
    try:
        async with asyncio.timeout(_COLLECT_SECONDS):
            return await call
    except (LineLost, TimeoutError, RuntimeError):
        return None


class _Calls:
    """What one web process may ask."""

    def __init__(self, app: ASGIApp, parts: Services, engine: Engine) -> None:
        self._app, self._parts, self._engine = app, parts, engine
        self.line: Line | None = None
        self._seats: dict[int, _Seat] = {}
        self._left: dict[int, asyncio.Event] = {}
        self.answers: dict[str, Callable[..., Awaitable[Any]]] = {
            "request": self._request,
            "left": self._client_left,
            "join": self._join,
            "leave": self._leave,
            "next": self._next,
            "lease": self._lease,
            "admit": self._admit,
            "saves": self._saves,
            "job": self._job,
            "counters": self._counters,
        }

    def close(self) -> None:
        """Let all watchers of the web process leave."""
        for seat in self._seats.values():
            self._parts.watching.leave(seat.run, seat.visitor)
        self._seats.clear()

    async def _request(
        self, number: int, fields: dict[str, Any], body: bytes, visitor: str, request_id: str | None
    ) -> Any:
        counted_for.set(visitor)
        logs.request_id.set(request_id)
        left = self._left[number] = asyncio.Event()
        try:
            return await answered(self._app, fields, body, left)
        except Exception as error:
            response = unforeseen(error)
            return [response.status_code, response.raw_headers, bytes(response.body), None]
        finally:
            del self._left[number]

    async def _client_left(self, number: int) -> None:
        if (left := self._left.get(number)) is not None:
            left.set()

    async def _join(self, seat: int, run_id: str, visitor: str, most: int) -> bool:
        """Seat a watcher; tell whether the run has a frame already."""
        run = self._parts.runs.registry.find(run_id)
        channel = self._parts.watching.join(run, visitor, most)
        self._seats[seat] = _Seat(run, visitor)
        return bool(channel.latest)

    async def _leave(self, seat: int) -> None:
        if (left := self._seats.pop(seat, None)) is not None:
            self._parts.watching.leave(left.run, left.visitor)

    async def _next(self, seat: int, after: int) -> tuple[int, bytes, bool]:
        """Wait for the frame after a number; tell its number and whether the run is removed."""
        run = self._seats[seat].run
        try:
            channel = self._parts.watching.channel(run.id)
        except KeyError:
            return after, b"", run.removed
        if run.removed and channel.number <= after:
            return after, b"", True
        number, message = await channel.next(after if channel.latest else max(0, after))
        return number, message, run.removed

    async def _lease(
        self, name: str, owner: str | None, address: str, most: float
    ) -> tuple[str, float, float]:
        return self._engine.quotas.lease(name, owner, address, most)

    async def _admit(self, owner: str, address: str) -> float:
        return self._engine.quotas.admit_from(owner, address)

    async def _job(self, body: bytes) -> tuple[str, Any]:
        pool = self._parts.pool
        if not isinstance(pool, RayPool):
            raise RuntimeError(
                "this engine has no cluster: CHAINRULE_RAY_ADDRESS is set for web processes alone"
            )
        return await pool.submit_packed(body)

    async def _saves(self) -> bool:
        return not self._parts.runs.persistence.failing

    async def _counters(self, own: bytes) -> bytes:
        return await self._engine.counters(self.line, own)
