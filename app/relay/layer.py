"""The layer of a web process that has the engine answer every call about runs."""

import asyncio
import contextlib
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from chainrule.app.relay import asgi
from chainrule.app.relay.client import EngineClient, away
from chainrule.app.relay.line import LineLost
from chainrule.app.web import logs
from chainrule.app.web.direct import Handlers, handled, whole_body
from chainrule.app.web.leaving import ClientGone, unless_gone
from chainrule.app.web.proxy import route_path
from chainrule.app.web.quotas import visitor

_RUNS = re.compile(r"/api/v1/runs(/.*)?", re.S)


class RunsElsewhere:
    """The ASGI layer before the application; sockets with frames stay here (see `Feeds`)."""

    def __init__(self, app: ASGIApp, engine: EngineClient, handlers: Handlers) -> None:
        self.app, self._engine, self._handlers = app, engine, handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _RUNS.fullmatch(route_path(scope)):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive, send)
        try:
            response = await self._answer(scope, receive)
        except Exception as error:
            response = await handled(request, error, self._handlers)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        """Return the engine's answer; it hears of a client that goes away. Raises ProblemError, ClientGone."""
        body = await whole_body(receive)
        number = next(self._engine.numbers)
        call = asyncio.create_task(
            self._engine.call(
                "request",
                number,
                asgi.told(scope),
                body,
                visitor.get(),
                logs.request_id.get(),
                again=scope["method"] in ("GET", "HEAD"),
            )
        )
        try:
            status, headers, answer, route = await unless_gone(_awaited(call))
        except LineLost:
            raise away() from None
        except ClientGone:
            with contextlib.suppress(LineLost):
                await self._engine.call("left", number, patient=False)
            call.add_done_callback(_retrieved)
            raise
        scope["route"] = _Route(route)
        response = Response(answer, status)
        response.raw_headers = [(bytes(name), bytes(value)) for name, value in headers]
        return response


async def _awaited(call: asyncio.Task[Any]) -> Any:
    return await asyncio.shield(call)


def _retrieved(call: asyncio.Task[Any]) -> None:
    """Nobody waits for this call: whatever became of it is all right."""
    if not call.cancelled():
        call.exception()


class _Route:
    """The template of a path, for the counters of requests."""

    def __init__(self, path: str | None) -> None:
        self.path = path
