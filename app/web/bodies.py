"""JSON bodies read and validated within bounds: large ones in a thread, so that nobody else waits for them."""

import json
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any

import msgspec
from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chainrule.app.web.problems import ProblemError
from chainrule.core.text import Text

AT_ONCE = 16_000
"""Bytes of a body that is read on the event loop: some 5 ms at worst."""
MOST_KEYS = 12_000
"""Names in all objects of a body: twice the inputs of the largest program, and more."""
MOST_FIELDS = 100
"""Names in the outermost object: no call has as many fields."""
MOST_LISTS = 20_000
"""Lists and objects in a body: the rows of its tensors."""
MOST_ITEMS = 200_000
"""Items of all lists and objects of a body."""
MOST_ERRORS = 20
"""Errors that an answer tells."""

is_large: ContextVar[bool] = ContextVar("is_large", default=False)
"""Whether the body of the request is too large for any work on it on the event loop."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class BodyRoute(APIRoute):
    """A route whose JSON body is bounded in names, lists and items before it is validated."""

    def get_route_handler(self) -> Handler:
        """Read the body before the framework asks for it."""
        handle, field = super().get_route_handler(), self.body_field
        if field is None:
            return handle

        async def handle_read(request: Request) -> Response:
            body = await request.body()
            if body and is_json(request.headers.get("content-type", "")):
                # What the framework then takes for the body: it is valid already.
                request._json = await read(body, field)
            return await handle(request)

        return handle_read


async def read(body: bytes, field: Any) -> Any:
    """Validate a JSON body. Raises ProblemError past a bound, RequestValidationError, HTTPException."""
    if len(body) <= AT_ONCE:
        return _validated(body, field)
    is_large.set(True)
    return await run_sync(_validated, body, field)


def is_json(content_type: str) -> bool:
    """Tell whether a media type is JSON."""
    kind, _, subtype = content_type.partition(";")[0].strip().lower().partition("/")
    return kind == "application" and (subtype == "json" or subtype.endswith("+json"))


def _validated(body: bytes, field: Any) -> Any:
    """Return the validated body. Raises ProblemError past a bound, RequestValidationError, HTTPException."""
    _refuse("items", body.count(b","), MOST_ITEMS)
    _refuse("lists", body.count(b"[") + body.count(b"{"), MOST_LISTS)
    try:
        data = _decoded(body)
    except json.JSONDecodeError as error:
        place = {"type": "json_invalid", "loc": ("body", error.pos), "ctx": {"error": error.msg}}
        raise RequestValidationError([place | {"msg": "JSON decode error", "input": {}}]) from None
    except (ValueError, RecursionError):
        raise HTTPException(400, "There was an error parsing the body") from None
    if isinstance(data, dict):
        _refuse("fields", len(data), MOST_FIELDS)
        _refuse("names", sum(len(part) for part in data.values() if isinstance(part, dict)), MOST_KEYS)
    value, errors = field.validate(data, {}, loc=("body",))
    if errors:
        raise RequestValidationError(errors[:MOST_ERRORS])
    return value if isinstance(value, BaseModel) else data


def _decoded(body: bytes) -> Any:
    """Decode JSON. Raises ValueError with the place of the error, RecursionError."""
    try:
        return msgspec.json.decode(body)  # in a third of the time, during which no thread runs
    except (msgspec.DecodeError, UnicodeDecodeError):
        return json.loads(body)  # NaN, lone surrogates, and the place of an error


_BOUNDS = {
    "items": Text("본문의 항목이 {count:,}개", "The body has {count:,} items"),
    "lists": Text("본문의 목록과 객체가 {count:,}개", "The body has {count:,} lists and objects"),
    "fields": Text("본문의 필드가 {count:,}개", "The body has {count:,} fields"),
    "names": Text("본문의 이름이 {count:,}개", "The body has {count:,} names"),
}


def _refuse(what: str, count: int, most: int) -> None:
    """Raise ProblemError if a body has more of something than is read."""
    if count <= most:
        return
    said = _BOUNDS[what]
    detail = Text(
        f"{said.ko.format(count=count)}입니다. {most:,}개까지 읽습니다.",
        f"{said.en.format(count=count)}; at most {most:,} are read.",
    )
    raise ProblemError("invalid-request", detail, errors=[{"pointer": "/body", "detail": detail.en}])
