"""Connections within bounds: heads and bodies that do not arrive, answers nobody takes, too many from one address.

Layers on uvicorn's protocols. Each connection has one timer, which looks at it now and then: a request costs nothing.
"""

import asyncio
from collections.abc import Set
from typing import Any, NamedTuple

import msgspec
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.websockets.auto import AutoWebSocketsProtocol

from chainrule.app.web.problems import MEDIA_TYPE, status_body

BODY_RATE = 10_000
"""Bytes a second of a body that arrives fast enough, once its time is over."""


class Bounds(NamedTuple):
    """How long a connection may keep the service waiting, in seconds, and how many one address may have."""

    head: float
    """For the whole head of a request, from its first byte or the connection's beginning."""
    body: float
    """For the body of a request, and one second more for every `BODY_RATE` bytes."""
    send: float
    """Without a byte taken of what is sent."""
    per_address: int
    trusted: str
    """Proxies, separated by commas, whose connections are those of many."""


class _Bounded(asyncio.Protocol):
    """What both protocols have in common: answers that nobody takes."""

    bounds: Bounds
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    connections: Set[Any]
    client: tuple[str, int] | None

    _timer: asyncio.TimerHandle | None = None
    _unsent = 0
    _unsent_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to look at the connection."""
        super().connection_made(transport)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop looking."""
        self._stop_looking()
        super().connection_lost(exc)

    def _stop_looking(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        """Close the connection if it keeps the service waiting too long, or look again later."""
        now = self.loop.time()
        unsent = self.transport.get_write_buffer_size()
        if not unsent or unsent != self._unsent:
            self._unsent, self._unsent_since = unsent, now
        elif now - self._unsent_since >= self.bounds.send:
            self._timer = None
            self.transport.abort()  # closing would wait for what nobody takes
            return
        due = self._due(now)
        if due is not None and now >= due and not self.transport.is_closing():
            self._timer = None
            self._late()
            due = None
        wait = self.bounds.send / 4 if due is None else min(due - now, self.bounds.send / 4)
        self._timer = self.loop.call_later(max(wait, 0.01), self._look)

    def _due(self, now: float) -> float | None:
        """When the connection must have sent what it owes; None if it owes nothing."""
        return None

    def _late(self) -> None:
        """Close a connection that has not."""


class _BoundedHttp(_Bounded):
    cycle: Any
    """The newest request's, None before the first."""
    trusted: Any
    """Contains the hosts of proxies."""

    _head_since: float | None = None
    _body_since = 0.0
    _body_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Refuse one connection too many of an address."""
        self._head_since = self.loop.time()
        super().connection_made(transport)
        if self._is_one_too_many():
            self._refuse(503, "Too many connections from this address.", b"retry-after: 5\r\n")

    def data_received(self, data: bytes) -> None:
        """Note when heads and bodies begin."""
        before = self.cycle
        if self._head_since is None and (before is None or before.response_complete):
            self._head_since = self.loop.time()
        self._body_bytes += len(data)
        super().data_received(data)
        if self.cycle is not before:
            self._head_since, self._body_since, self._body_bytes = None, self.loop.time(), 0

    def handle_websocket_upgrade(self, *event: Any) -> None:
        """Leave the connection to the other protocol."""
        self._stop_looking()
        super().handle_websocket_upgrade(*event)  # type: ignore[misc]

    def _due(self, now: float) -> float | None:
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            # Idle between requests: uvicorn's own timer closes it.
            return None if self._head_since is None else self._head_since + self.bounds.head
        return self._body_since + self.bounds.body + self._body_bytes / BODY_RATE if cycle.more_body else None

    def _late(self) -> None:
        cycle = self.cycle
        if cycle is None or cycle.response_complete or not cycle.response_started:
            self._refuse(408, "The request did not arrive in time.")
        else:
            self.transport.close()

    def _is_one_too_many(self) -> bool:
        most = self.bounds.per_address
        if self.client is None or len(self.connections) <= most:
            return False
        host = self.client[0]
        if host in self.trusted:
            return False
        return sum(1 for each in self.connections if each.client and each.client[0] == host) > most

    def _refuse(self, status: int, detail: str, header: bytes = b"") -> None:
        body = msgspec.json.encode(told := status_body(status, detail))
        head = (
            f"HTTP/1.1 {status} {told['title']}\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
            "cache-control: no-store\r\nconnection: close\r\n"
        )
        self.transport.write(head.encode() + header + b"\r\n" + body)
        self.transport.close()


def http_protocol(bounds: Bounds) -> type[asyncio.Protocol]:
    """Return uvicorn's protocol for HTTP within these bounds."""
    trusted = ProxyHeadersMiddleware(_nothing, bounds.trusted).trusted_hosts
    return type("BoundedHttp", (_BoundedHttp, AutoHTTPProtocol), {"bounds": bounds, "trusted": trusted})


async def _nothing(*_: Any) -> None:
    """Stand for an application."""


def socket_protocol(bounds: Bounds) -> type[asyncio.Protocol]:
    """Return uvicorn's protocol for WebSockets within these bounds."""
    assert isinstance(AutoWebSocketsProtocol, type)
    return type("BoundedSocket", (_Bounded, AutoWebSocketsProtocol), {"bounds": bounds})
