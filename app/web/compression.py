"""Answers compressed on their way out, except those of a drag."""

from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_BINARY = ("application/octet-stream", "application/x-npy")


class Compressed(GZipMiddleware):
    """Packs answers that take more than one packet; long ones in a thread, so that others do not wait.

    Answers to paths that end in `except_for` pass as they are: there, packing takes longer than sending.
    """

    def __init__(self, app: ASGIApp, except_for: tuple[str, ...]) -> None:
        super().__init__(
            app,
            minimum_size=1_400,
            compresslevel=5,
            thread_minimum_size=50_000,
            exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, *_BINARY),
        )
        self.except_for = except_for

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, packed if the browser allows it."""
        if scope["type"] == "http" and scope["path"].endswith(self.except_for):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)
