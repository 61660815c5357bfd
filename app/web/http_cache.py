"""Cached answers: an entity tag made from the bytes, and status 304 for a browser that has them."""

import hashlib

from fastapi import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FRESH = {"Cache-Control": "no-store"}
"""The headers of an answer that must not be cached: a run's numbers change."""


def cached(
    request: Request, body: bytes, media_type: str, *, max_age: int = 0, headers: dict[str, str] | None = None
) -> Response:
    """Answer with `body` and an ETag, or an empty 304 if the browser has it.

    `max_age` in seconds; with 0 the browser revalidates each time.
    """
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    control = f"public, max-age={max_age}" if max_age else "no-cache"
    kept = {"ETag": tag, "Cache-Control": control} | (headers or {})
    known = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=kept)
    return Response(body, media_type=media_type, headers=kept)


class CachedStaticFiles(StaticFiles):
    """Static files: cached for a year if the address has `?v=`, else revalidated each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file and its `Cache-Control`."""
        response = await super().get_response(path, scope)
        versioned = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        return response
