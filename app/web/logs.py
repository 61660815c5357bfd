"""Logs: one line an event, as text or as JSON, with the id of the request that it belongs to."""

import logging
import secrets
import time
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chainrule.app.web.proxy import route_path

HEADER = "X-Request-ID"
"""Where an answer names the id that its lines in the log have."""

_FIELDS = ("method", "path", "status", "milliseconds", "client")
"""What a line about an answer has besides its message."""
_QUIET = ("/health/", "/metrics")
"""Paths that are asked for all the time: their answers are logged at level debug."""

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request at hand."""

logger = logging.getLogger("chainrule.access")


class RequestLog:
    """The ASGI layer that gives each request an id and logs its answer; queries, which hold programs, are left out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        own_id = secrets.token_hex(8)
        status = 500
        begin = time.perf_counter()

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = own_id
            elif message["type"] == "websocket.accept":
                status = 101
            elif message["type"] == "websocket.close" and status == 500:
                status = 403
            await send(message)

        token = request_id.set(own_id)
        try:
            await self.app(scope, receive, send_named)
        finally:
            _log_answer(scope, status, 1000 * (time.perf_counter() - begin))
            request_id.reset(token)


def _log_answer(scope: Scope, status: int, milliseconds: float) -> None:
    level = logging.DEBUG if route_path(scope).startswith(_QUIET) else logging.INFO
    if not logger.isEnabledFor(level):
        return
    method = scope.get("method", "WS")
    # Not the decoded path, which may hold line breaks.
    path = (scope.get("raw_path") or b"").decode("latin-1").partition("?")[0]
    client = scope["client"][0] if scope.get("client") else None
    values = (method, path, status, round(milliseconds, 1), client)
    message = f"{method} {path} {status} in {milliseconds:.1f} ms"
    logger.log(level, message, extra=dict(zip(_FIELDS, values, strict=True)))


class TextLines(logging.Formatter):
    """Lines for people; what belongs to a request has its id in brackets."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s%(request)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as text."""
        now = request_id.get()
        record.request = "" if now is None else f" [{now}]"
        return super().format(record)


class JsonLines(logging.Formatter):
    """Lines for programs: each is one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as JSON, without the fields that it lacks."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_id.get(),
            **{name: getattr(record, name, None) for name in _FIELDS},
            "error": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return msgspec.json.encode(
            {name: value for name, value in line.items() if value is not None}
        ).decode()


def log_config(form: Literal["text", "json"], level: str) -> Mapping[str, Any]:
    """Return the configuration of logging: everything goes to standard error, the server's lines too."""
    lines = JsonLines if form == "json" else TextLines
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": lines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
    }
