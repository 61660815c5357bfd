"""Cached answers: an entity tag made from the bytes, and status 304 for a browser that has them."""

import hashlib
from mimetypes import guess_type

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_BUNDLES = "dist/"
"""The static folder whose files have a hash in their names."""
_CODINGS = {"br": ".br", "gzip": ".gz"}
"""How the build compresses them, the shortest first, and what it adds to the names."""

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
    """Static files. Those whose name or query has a hash are cached for a year, others revalidated each time.

    A bundle is sent as the build compressed it, if the browser allows that.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file and its `Cache-Control`."""
        hashed = path.startswith(_BUNDLES) and not path.endswith(".json")
        response = await (self._compressed(path, scope) if hashed else super().get_response(path, scope))
        if hashed or scope["query_string"].startswith(b"v="):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            response.headers["Cache-Control"] = "no-cache"
        return response

    async def _compressed(self, path: str, scope: Scope) -> Response:
        allowed = Headers(scope=scope).get("accept-encoding", "")
        for coding, ending in _CODINGS.items():
            if coding in allowed and self.lookup_path(f"{path}{ending}")[1]:
                response = await super().get_response(f"{path}{ending}", scope)
                response.headers["Content-Type"] = guess_type(path)[0] or "application/octet-stream"
                response.headers["Content-Encoding"] = coding
                response.headers.add_vary_header("Accept-Encoding")
                return response
        return await super().get_response(path, scope)
