"""Clients that go away: what is done for them alone is cancelled."""

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any, TypeVar

from starlette.types import Receive

client: ContextVar[Receive | None] = ContextVar("client", default=None)
"""Receives from the client of the request at hand, whose body has been read; None while nobody can leave."""

T = TypeVar("T")


class ClientGone(Exception):
    """The client of a request has gone away: there is nobody to answer."""


async def unless_gone(work: Coroutine[Any, Any, T]) -> T:
    """Return the result of `work`. Cancels it and raises ClientGone once the client goes away."""
    receive = client.get()
    if receive is None:
        return await work
    working, watching = asyncio.create_task(work), asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientGone
    finally:
        for task in (working, watching):
            task.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
