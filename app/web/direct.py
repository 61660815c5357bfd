"""Calls at fixed paths whose only arguments are a JSON body and what comes with every request, answered directly.

The framework would look for the route among all others, and solve dependencies anew for each request: longer than most
answers take. What it would do is done here once, when the service is assembled; everything else goes to the framework.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.dependencies.models import Dependant
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from chainrule.app.web.bodies import BodyRoute, is_json, read
from chainrule.app.web.proxy import route_path

Answer = Callable[[Request, Any], Awaitable[Any]]
"""Answers a request with this validated body."""
Handlers = Mapping[Any, Callable[[Request, Exception], Any]]
"""By exception, what makes an answer of it."""


class _Call(NamedTuple):
    route: BodyRoute
    answer: Answer


class Direct:
    """The innermost ASGI layer: answers the calls it knows and leaves the rest to the framework."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute], handlers: Handlers) -> None:
        self.app = app
        self._handlers = handlers
        self._calls: dict[tuple[str, str], _Call] = {}
        for route in routes:
            if isinstance(route, BodyRoute) and (answer := _answer_of(route)) is not None:
                for method in route.methods or ():
                    self._calls[method, route.path] = _Call(route, answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = self._calls.get((scope["method"], route_path(scope))) if scope["type"] == "http" else None
        if call is None or not _has_json(scope):
            await self.app(scope, receive, send)
            return
        scope["route"] = call.route
        request = Request(scope, receive, send)
        try:
            body = await whole_body(receive)
            response = await call.answer(request, await read(body, call.route.body_field))
        except Exception as error:
            response = await handled(request, error, self._handlers)
        await response(scope, receive, send)


async def handled(request: Request, error: Exception, handlers: Handlers) -> Response:
    """Make an answer of an error as the framework would. Raises the error if nothing is said of its kind."""
    handler = next((handlers[kind] for kind in type(error).__mro__ if kind in handlers), None)
    if handler is None:
        raise error
    response: Response = await handler(request, error)
    return response


async def whole_body(receive: Receive) -> bytes:
    """Receive a whole body. Raises ClientDisconnect."""
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def _has_json(scope: Scope) -> bool:
    """Whether a request has a body of JSON whose length is known."""
    is_of_json = is_long = False
    for name, value in scope["headers"]:
        if name == b"content-type":
            is_of_json = is_json(value.decode("latin-1"))
        elif name == b"content-length":
            is_long = value.isdigit() and int(value) > 0
    return is_of_json and is_long


def _answer_of(route: BodyRoute) -> Answer | None:
    """Solve a route's arguments ahead; None if it has others than its body and what every request has."""
    returned = getattr(route.endpoint, "__annotations__", {}).get("return")
    if route.body_field is None or "{" in route.path or not _is_response(returned):
        return None
    bodies: list[str] = []
    answer = _solved(route.dependant, bodies)
    return answer if len(bodies) == 1 else None


def _is_response(returned: object) -> bool:
    return isinstance(returned, type) and issubclass(returned, Response)


def _solved(dependant: Dependant, bodies: list[str]) -> Answer | None:
    others = (
        dependant.path_params,
        dependant.query_params,
        dependant.header_params,
        dependant.cookie_params,
        dependant.websocket_param_name,
        dependant.response_param_name,
        dependant.background_tasks_param_name,
        dependant.security_scopes_param_name,
    )
    if any(others) or dependant.call is None:
        return None
    bodies += (field.name for field in dependant.body_params)
    parts: list[tuple[str, Answer]] = []
    for needed in dependant.dependencies:
        part = _solved(needed, bodies)
        if part is None or needed.name is None:
            return None
        parts.append((needed.name, part))
    function: Callable[..., Awaitable[Any]] = dependant.call
    body = dependant.body_params[0].name if dependant.body_params else None
    names = [name for name in (dependant.request_param_name, dependant.http_connection_param_name) if name]

    async def answer(request: Request, read: Any) -> Any:
        given: dict[str, Any] = dict.fromkeys(names, request)
        if body is not None:
            given[body] = read
        for name, part in parts:
            given[name] = await part(request, read)
        return await function(**given)

    return answer
