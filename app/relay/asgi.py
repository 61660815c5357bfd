"""A request as a message and back: what of its scope an application needs, and its whole answer."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Scope

from chainrule.app.web.leaving import client

_FIELDS = (
    "method",
    "scheme",
    "path",
    "raw_path",
    "root_path",
    "app_root_path",
    "query_string",
    "headers",
    "client",
    "server",
    "http_version",
)


def told(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a scope goes to the engine."""
    return {name: scope[name] for name in _FIELDS if name in scope}


def _scope(fields: Mapping[str, Any]) -> dict[str, Any]:
    pair = {name: tuple(fields[name]) for name in ("client", "server") if fields.get(name)}
    headers = [(name, value) for name, value in fields["headers"]]
    return {**fields, **pair, "headers": headers, "type": "http", "asgi": {"version": "3.0"}, "state": {}}


async def answered(app: ASGIApp, fields: Mapping[str, Any], body: bytes, left: asyncio.Event) -> list[Any]:
    """Have `app` answer; return status, headers, body and the route's path. `left` tells that the client went away."""
    scope: Scope = _scope(fields)
    status, headers, chunks = 500, [], []
    pending = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if pending:
            return pending.pop()
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message.get("headers", ()))
        else:
            chunks.append(message.get("body", b""))

    client.set(receive)
    await app(scope, receive, send)
    return [status, headers, b"".join(chunks), getattr(scope.get("route"), "path", None)]
