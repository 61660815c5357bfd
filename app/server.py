"""The server: a listening socket, uvicorn on it, and the address that a browser opens."""

import asyncio
import os
import signal
import socket
import sys
from logging.config import dictConfig
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.supervisors import ChangeReload

import chainrule
from chainrule.app.relay.wire import address_of
from chainrule.app.settings import Settings
from chainrule.app.web.logs import log_config

if TYPE_CHECKING:  # whoever only starts other processes needs neither
    from fastapi import FastAPI

    from chainrule.app.relay.engine import Engine

IDLE_SECONDS = 5
"""An idle connection is closed after so many seconds."""
MOST_FILES = 65_536
"""Connections and other files that the service may have open, where the system allows it."""
GRACE_SECONDS = 4
"""Time for requests to be answered when the service is told to end."""


class AnnouncingServer(uvicorn.Server):
    """A uvicorn server that prints its address in one line, once it answers, and ends without heavy work."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then print the address."""
        await super().startup(sockets=sockets)
        if self.started and sockets:
            print(f"Chainrule is at {address(sockets[0])}  (Ctrl+C stops it)", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End heavy work at once, and then as uvicorn does."""
        if (state := getattr(self.config.loaded_app, "state", None)) is not None:
            state.services.pool.close()
        await super().shutdown(sockets=sockets)


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket: IPv6 if `host` has a colon, else IPv4. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=2048)
    # Accepted sockets inherit it; asyncio sets it only where the protocol is named. Without it, an answer in two
    # writes waits 40 ms for the client's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def start(settings: Settings, listener: socket.socket, *, reload: bool) -> None:
    """Serve until stopped."""
    _allow_many_connections()
    from chainrule.app.web.connections import Bounds, http_protocol, socket_protocol

    bounds = Bounds(
        settings.head_seconds,
        settings.body_seconds,
        settings.send_seconds,
        settings.max_connections_per_address,
        settings.forwarded_allow_ips,
    )
    config = uvicorn.Config(
        "chainrule.app.main:app",
        log_level=settings.log_level,
        log_config=dict(log_config(settings.log_format, settings.log_level)),
        access_log=False,  # chainrule.app.web.logs writes it
        proxy_headers=False,  # the application itself reads them: chainrule.app.web.proxy
        server_header=False,
        # Frames are many and compress badly: it would cost the event loop more than it saves the network.
        ws_per_message_deflate=False,
        http=http_protocol(bounds),
        ws=socket_protocol(bounds),
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        reload=reload,
        reload_dirs=list(chainrule.__path__) if reload else None,
    )
    server = AnnouncingServer(config)
    try:
        if config.should_reload:
            ChangeReload(config, target=server.run, sockets=[listener]).run()
        else:
            server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass


def _allow_many_connections() -> None:
    """Raise the limit of open files, on many systems 1,024, to what the system allows, within reason."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def start_engine(settings: Settings) -> int:
    """Own the runs and serve web processes until stopped. Return 0, or 1 after a message on standard error."""
    from chainrule.app.main import create_engine

    dictConfig(dict(log_config(settings.log_format, settings.log_level)))
    assert settings.engine_url is not None
    if not (address_of(settings.engine_url).is_local or settings.engine_secret):
        print(
            "chainrule: CHAINRULE_ENGINE_SECRET is needed where other machines reach the engine: whoever does may do "
            "anything with all runs.",
            file=sys.stderr,
        )
        return 1
    asyncio.run(_engine(*create_engine(settings), settings.engine_url))
    return 0


async def _engine(app: "FastAPI", engine: "Engine", url: str) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    opening = asyncio.create_task(told.wait())
    async with app.router.lifespan_context(app):
        print(f"The engine is at {url}  (Ctrl+C stops it)", flush=True)
        losses = [asyncio.create_task(app.state.services.runs.persistence.lost.wait())]
        if app.state.cluster is not None:
            losses.append(asyncio.create_task(app.state.cluster.watch()))
        await asyncio.wait((opening, *losses), return_when=asyncio.FIRST_COMPLETED)
        if not told.is_set():
            os._exit(1)  # another engine has the runs, or no call ends: whatever is saved, the next one finds
        for loss in losses:
            loss.cancel()


def address(listener: socket.socket) -> str:
    """Return the URL that a browser on this machine opens."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
