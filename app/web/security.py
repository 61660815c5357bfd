"""The layer between the network and the routes: body limit, host check, security headers, unexpected errors."""

import re
import secrets
from collections.abc import Sequence
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chainrule.app.web.hosts import Hosts
from chainrule.app.web.leaving import client
from chainrule.app.web.problem_handlers import unforeseen
from chainrule.app.web.problems import problem_response, status_body
from chainrule.app.web.proxy import route_path

_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'nonce-{nonce}'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox"
"""The policy of a picture opened by itself: its own styles and nothing else."""

EMBEDDED_PICTURE = {
    "Content-Security-Policy": PICTURE_POLICY,
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}
"""The headers of a picture that any site may show."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # A link can carry a whole program; other sites must not learn it.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")


_OTHER_HOST = (
    "This service does not answer to this host name. Its operator names it in CHAINRULE_PUBLIC_URL or "
    "CHAINRULE_ALLOWED_HOSTS."
)


class BodyLimit(NamedTuple):
    """A size limit for the bodies of particular calls."""

    method: str
    path: re.Pattern[str]
    most: int
    """Bytes."""


class Guard:
    """The outermost ASGI layer. Sets `request.state.csp_nonce` to a new nonce for each request.

    Headers that a route sets take precedence: a picture has its own policy.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Hosts,
        max_body_bytes: int,
        others: Sequence[BodyLimit] = (),
    ) -> None:
        self.app = app
        self.hosts = hosts
        self.max_body_bytes = max_body_bytes
        self.others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not self.hosts.answers(Headers(scope=scope).get("host", "")):
            await send({"type": "websocket.close", "code": 1008, "reason": "Not this host."})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["csp_nonce"] = nonce
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = [*message.get("headers", ())]
                there = {name.lower() for name, _ in headers}
                if b"content-security-policy" not in there:
                    headers.append((b"content-security-policy", _POLICY.format(nonce=nonce).encode()))
                headers += [item for item in _RAW_HEADERS if item[0] not in there]
                if scope["scheme"] == "https" and _TRANSPORT[0] not in there:
                    headers.append(_TRANSPORT)
                message["headers"] = headers
            await send(message)

        request_headers = Headers(scope=scope)
        # A supervisor uses the address, not the name, and health is no secret.
        if not route_path(scope).startswith("/health/") and not self.hosts.answers(
            request_headers.get("host", "")
        ):
            refusal = problem_response(status_body(400, _OTHER_HOST))
            await refusal(scope, receive, send_guarded)
            return
        limit = self._limit(scope)
        declared = request_headers.get("content-length", "")
        if declared.isdecimal() and (len(declared) > 18 or int(declared) > limit):
            refusal = problem_response(status_body(413, _too_large(limit)), {"Connection": "close"})
            await refusal(scope, receive, send_guarded)
            return
        read = 0

        async def receive_limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise HTTPException(413, _too_large(limit), {"Connection": "close"})
            return message

        client.set(receive_limited)
        try:
            await self.app(scope, receive_limited, send_guarded)
        except Exception as error:
            if started:
                raise
            await unforeseen(error)(scope, receive, send_guarded)

    def _limit(self, scope: Scope) -> int:
        """The size limit of this request's body, in bytes."""
        asked = route_path(scope)
        for method, path, most in self.others:
            if scope["method"] == method and path.fullmatch(asked):
                return most
        return self.max_body_bytes


def _too_large(limit: int) -> str:
    return f"The body is larger than {limit:,} bytes."
