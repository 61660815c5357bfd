"""Clients that go away: what is awaited for them alone is cancelled."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from anyio import CancelScope
from starlette.types import Receive

client: ContextVar[Receive | None] = ContextVar("client", default=None)
"""Receives from the client of the request at hand, whose body has been read; None while nobody can leave."""


T = TypeVar("T")


class ClientGone(Exception):
    """The client of a request has gone away: there is nobody to answer."""


@asynccontextmanager
async def while_there() -> AsyncIterator[None]:
    """Cancel what is awaited within once the client goes away, and raise ClientGone."""
    receive = client.get()
    if receive is None:
        yield
        return
    with CancelScope() as scope:
        watching = asyncio.create_task(_watch(receive, scope.cancel))
        try:
            yield
        finally:
            watching.cancel()
    if scope.cancelled_caught:
        raise ClientGone


async def unless_gone(work: Coroutine[Any, Any, T]) -> T:
    """Return the result of `work`. Cancels it and raises ClientGone once the client goes away."""
    async with while_there():
        return await work


async def _watch(receive: Receive, leave: Callable[[], None]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    leave()
