"""What a reverse proxy changes: the visitor's address, the scheme, and the path below which the site stands."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from chainrule.app.settings import ROOT_PATH

_PREFIX = "x-forwarded-prefix"


class BehindProxy:
    """The outermost ASGI layer. Believes `X-Forwarded-For`, `-Proto` and `-Prefix` of trusted proxies.

    Below a root path it takes requests with that path and without it: some proxies strip it.
    """

    def __init__(self, app: ASGIApp, trusted: str, root_path: str) -> None:
        """`trusted` names proxies, separated by commas; `root_path` holds where a proxy names none."""
        self._forwarded = ProxyHeadersMiddleware(app, trusted)  # type: ignore[arg-type]
        self._root = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and (root := self._root_of(scope)):
            path = scope["path"]
            if path == root and scope["type"] == "http":
                query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
                await RedirectResponse(f"{root}/{query}", status_code=308)(scope, receive, send)
                return
            scope["root_path"] = root
            if not path.startswith(f"{root}/"):
                scope["path"] = root + path
                if scope.get("raw_path"):
                    scope["raw_path"] = root.encode() + scope["raw_path"]
        await self._forwarded(scope, receive, send)  # type: ignore[arg-type]

    def _root_of(self, scope: Scope) -> str:
        client = scope.get("client")
        if client and client[0] in self._forwarded.trusted_hosts:
            told = Headers(scope=scope).get(_PREFIX, "").rstrip("/")
            if told and re.fullmatch(ROOT_PATH, told):
                return told
        return self._root


def root_of(scope: Mapping[str, Any]) -> str:
    """Return the path below which the site stands; empty where it has a host of its own."""
    root: str = scope.get("app_root_path", scope.get("root_path", ""))
    return root


def route_path(scope: Mapping[str, Any]) -> str:
    """Return a request's path below the root path."""
    path: str = scope["path"]
    return path.removeprefix(root_of(scope))
