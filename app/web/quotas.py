"""How much each visitor may do in a while: token buckets, by the visitor's token or else by address."""

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import NamedTuple, Protocol

from fastapi.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from chainrule.app.web.owners import owner_in
from chainrule.app.web.problems import ProblemError, language_of, problem_body, problem_response
from chainrule.app.web.proxy import route_path
from chainrule.core.text import Text

visitor: ContextVar[str] = ContextVar("visitor", default="")
"""Whom the request at hand counts for: a call's token or address, of a page the address alone."""

_MOST_KEYS = 50_000
"""Visitors remembered; the one unseen longest is forgotten, and then counts as new."""
_ROUNDING = 1e-9
_SHARE_OF_ADDRESS = 10.0
"""An address without tokens may do as much as so many visitors: a class whose browsers keep no cookies."""


class Rate(NamedTuple):
    """A token bucket's size, and how fast it fills."""

    burst: float
    per_second: float


def per_minute(count: float) -> Rate:
    """Allow `count` a minute, all at once or one by one."""
    return Rate(count, count / 60)


class TokenBuckets:
    """Buckets by key, each full at first."""

    def __init__(self, rate: Rate, now: Callable[[], float]) -> None:
        self._rate, self._now = rate, now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Tokens left, and when."""

    def take(self, key: str, cost: float = 1.0) -> float:
        """Take tokens and return 0, or leave them and return the seconds until there are enough."""
        burst, per_second = self._rate
        now = self._now()
        tokens, at = self._left.pop(key, (burst, now))
        tokens = min(burst, tokens + (now - at) * per_second)
        missing = cost - tokens
        wait = missing / per_second if missing > _ROUNDING else 0.0
        self._left[key] = (tokens if wait else tokens - cost, now)
        if len(self._left) > _MOST_KEYS:
            self._left.popitem(last=False)
        return wait


class Quotas:
    """The quotas of one service. For one event loop."""

    def __init__(self, rates: Mapping[str, Rate], now: Callable[[], float]) -> None:
        """`rates` names what is counted: runs, starts, shares, questions, and visitors an address brings."""
        self._visitors = TokenBuckets(rates["visitors"], now)
        self._buckets = {name: TokenBuckets(rate, now) for name, rate in rates.items()}
        self._known: OrderedDict[str, None] = OrderedDict()

    def client(self, connection: HTTPConnection, owner: str | None = None) -> str:
        """Return the key that a request counts for: its token's hash, else its address.

        A token counts as soon as its address may bring another visitor.
        """
        owner = owner or owner_in(connection)
        address = address_of(connection)
        if owner is None or self._admit(owner, address):
            return address
        return owner

    def lease(self, name: str, owner: str | None, address: str, most: float) -> tuple[str, float, float]:
        """Give away up to `most` of `name`, at least one: the key they count for, how many, and the time to wait."""
        client = address if owner is None or self._admit(owner, address) else owner
        cost = 1 / visitors_in(client)
        bucket = self._buckets[name]
        for count in dict.fromkeys((most, 1.0)):
            if not (wait := bucket.take(client, count * cost)):
                return client, count, 0.0
        return client, 0.0, wait

    def admit_from(self, owner: str, address: str) -> float:
        """Return how long a visitor has to wait whom their address may not bring yet; 0 for all others."""
        return self._admit(owner, address)

    def charge(self, name: str, connection: HTTPConnection, owner: str | None = None) -> str:
        """Count one more of `name` and return the key it counts for. Raises ProblemError with the time to wait."""
        client = self.client(connection, owner)
        if wait := self._buckets[name].take(client, 1 / visitors_in(client)):
            raise too_many(wait)
        return client

    def admit(self, connection: HTTPConnection, owner: str) -> None:
        """Let somebody make something of their own. Raises ProblemError if their address brings too many."""
        if wait := self._admit(owner, address_of(connection)):
            raise too_many(wait)

    def _admit(self, owner: str, address: str) -> float:
        if owner in self._known:
            self._known.move_to_end(owner)
            return 0.0
        if wait := self._visitors.take(address):
            return wait
        self._known[owner] = None
        if len(self._known) > _MOST_KEYS:
            self._known.popitem(last=False)
        return 0.0


ADDRESS = "from "
"""What the key of an address begins with."""


def address_of(connection: HTTPConnection) -> str:
    """Return the address that a request comes from; of IPv6 the network, of which one machine has all."""
    return _named(connection.client.host if connection.client else "")


@lru_cache(maxsize=4096)
def _named(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f"{ADDRESS}{host}"
    if address.version == 6:
        return f"{ADDRESS}{ipaddress.ip_network((address, 64), strict=False)}"
    return f"{ADDRESS}{address}"


def visitors_in(client: str) -> float:
    """Return how many visitors' quota a client has: an address without tokens may be a class."""
    return _SHARE_OF_ADDRESS if client.startswith(ADDRESS) else 1.0


class Counting(Protocol):
    """Counts what visitors do, here or for several processes together."""

    async def client(self, connection: HTTPConnection) -> str:
        """Return the key that a request counts for."""

    async def charge(self, name: str, connection: HTTPConnection, owner: str | None = None) -> str:
        """Count one more of `name` and return the key it counts for. Raises ProblemError with the time to wait."""

    async def admit(self, connection: HTTPConnection, owner: str) -> None:
        """Let somebody make something of their own. Raises ProblemError if their address brings too many."""


class CountingHere:
    """The quotas of one process; see `Counting`."""

    def __init__(self, quotas: Quotas) -> None:
        self._quotas = quotas

    async def client(self, connection: HTTPConnection) -> str:
        """Return the key that a request counts for."""
        return self._quotas.client(connection)

    async def charge(self, name: str, connection: HTTPConnection, owner: str | None = None) -> str:
        """Count one more of `name`."""
        return self._quotas.charge(name, connection, owner)

    async def admit(self, connection: HTTPConnection, owner: str) -> None:
        """Let somebody make something of their own."""
        self._quotas.admit(connection, owner)


class QuestionLimit:
    """The ASGI layer that tells whom a request counts for, and answers calls under `/api/` past the quota with 429."""

    def __init__(self, app: ASGIApp, quotas: Counting) -> None:
        self.app, self.quotas = app, quotas

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and route_path(scope).startswith("/api/"):
            connection = HTTPConnection(scope)
            try:
                visitor.set(await self.quotas.charge("questions", connection))
            except ProblemError as error:
                body = problem_body(error.kind, error.detail, language_of(connection))
                await problem_response(body, error.headers)(scope, receive, send)
                return
        elif scope["type"] == "http":
            visitor.set(address_of(HTTPConnection(scope)))
        await self.app(scope, receive, send)


def too_many(wait: float) -> ProblemError:
    """Return the problem of whoever has to wait so many seconds."""
    seconds = max(1, math.ceil(wait))
    return ProblemError(
        "too-many",
        Text(
            f"짧은 시간에 너무 많이 요청했습니다. {seconds}초 뒤에 다시 해 보세요.",
            f"Too many requests in a short time. Try again in {seconds} s.",
        ),
        retry_after=seconds,
    )
