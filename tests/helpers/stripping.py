"""A proxy as nginx and Caddy are: it serves a site below a path, which it strips, and nothing else."""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class Stripping:
    """Passes requests below `root` on without it, and names it in `X-Forwarded-Prefix`."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        self.app, self.root = app, root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if not scope["path"].startswith(f"{self.root}/"):
            await PlainTextResponse("Nothing here.", 404)(scope, receive, send)
            return
        assert "x-forwarded-prefix" not in Headers(scope=scope)
        headers = [*scope["headers"], (b"x-forwarded-prefix", self.root.encode())]
        path = scope["path"].removeprefix(self.root)
        raw = scope["raw_path"].removeprefix(self.root.encode())
        await self.app({**scope, "path": path, "raw_path": raw, "headers": headers}, receive, send)
