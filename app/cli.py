"""The `chainrule` command: `chainrule serve` starts the site and prints its address."""

import argparse
import socket
import sys
from collections.abc import Sequence
from importlib.metadata import version

import uvicorn
from pydantic import ValidationError
from uvicorn.supervisors import ChangeReload

import chainrule
from chainrule.app.settings import Settings
from chainrule.app.web.logs import log_config


class AnnouncingServer(uvicorn.Server):
    """A uvicorn server that prints its address in one line, once it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then print the address."""
        await super().startup(sockets=sockets)
        if self.started and sockets:
            print(f"Chainrule is at {address(sockets[0])}  (Ctrl+C stops it)", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Return 0, or 1 after a message on standard error."""
    parser = argparse.ArgumentParser(prog="chainrule", description="Backpropagation on computational graphs.")
    parser.add_argument("--version", action="version", version=f"chainrule {version('chainrule')}")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="start the site")
    serve.add_argument("--host", help="address to listen on (CHAINRULE_HOST, else 127.0.0.1)")
    serve.add_argument(
        "--port", type=int, help="port to listen on, 0 for any free one (CHAINRULE_PORT, else 8000)"
    )
    serve.add_argument("--reload", action="store_true", help="start again when a Python file changes")
    options = parser.parse_args(arguments)
    given = {name: getattr(options, name) for name in ("host", "port") if getattr(options, name) is not None}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        for problem in error.errors():
            name = "CHAINRULE_" + "_".join(str(part) for part in problem["loc"]).upper()
            print(f"chainrule: {name}: {problem['msg']}, not {problem['input']!r}", file=sys.stderr)
        return 1
    try:
        listener = listen(settings.host, settings.port)
    except OSError as error:
        print(
            f"chainrule: cannot listen on {settings.host} port {settings.port}: {error.strerror}."
            f" Another port: chainrule serve --port {settings.port % 65535 + 1}",
            file=sys.stderr,
        )
        return 1
    with listener:
        start(settings, listener, reload=options.reload)
    return 0


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
    config = uvicorn.Config(
        "chainrule.app.main:app",
        log_level=settings.log_level,
        log_config=dict(log_config(settings.log_format, settings.log_level)),
        access_log=False,  # chainrule.app.web.logs writes it
        proxy_headers=False,  # the application itself reads them: chainrule.app.web.proxy
        server_header=False,
        # Frames are many and compress badly: it would cost the event loop more than it saves the network.
        ws_per_message_deflate=False,
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


def address(listener: socket.socket) -> str:
    """Return the URL that a browser on this machine opens."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
