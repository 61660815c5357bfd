"""The service with scripts that browsers keep: what the tests in a browser load."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class KeptByBrowsers:
    """The service whose scripts browsers keep without asking again: none changes while tests run."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def kept(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["cache-control"] = "max-age=86400, immutable"
            await send(message)

        static = scope["type"] == "http" and scope["path"].startswith("/static/")
        await self.app(scope, receive, kept if static else send)
