"""The `chainrule` command: `chainrule serve` starts the site and prints its address."""

import argparse
import socket
import sys
from collections.abc import Sequence
from importlib.metadata import version

from chainrule.app import commands as commands_of_files


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
    serve.add_argument("--workers", type=int, help="web processes (CHAINRULE_WORKERS, else 1)")
    serve.add_argument("--child", type=int, help=argparse.SUPPRESS)
    serve.add_argument("--reload", action="store_true", help="start again when a Python file changes")
    engine = commands.add_parser(
        "engine", help="own the runs of several web processes (CHAINRULE_ENGINE_URL)"
    )
    engine.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    commands_of_files.add(commands)
    options = parser.parse_args(arguments)
    if options.command not in ("serve", "engine"):
        return commands_of_files.run(options)
    return _serve(options)


def _serve(options: argparse.Namespace) -> int:
    from pydantic import ValidationError

    from chainrule.app.settings import Settings
    from chainrule.app.supervisor import end_with_parent, supervise

    names = ("host", "port", "workers")
    given = {name: getattr(options, name) for name in names if getattr(options, name, None) is not None}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        for problem in error.errors():
            name = "CHAINRULE_" + "_".join(str(part) for part in problem["loc"]).upper()
            print(f"chainrule: {name}: {problem['msg']}, not {problem['input']!r}", file=sys.stderr)
        return 1
    from chainrule.app.server import address, listen, start, start_engine

    is_child = options.child is not None and options.child is not False
    if is_child:
        end_with_parent()
    if options.command == "engine":
        if settings.engine_url is None:
            print(
                "chainrule: CHAINRULE_ENGINE_URL says where the engine listens; it is not set",
                file=sys.stderr,
            )
            return 1
        return start_engine(settings)
    if is_child:
        with socket.socket(fileno=options.child) as listener:
            start(settings, listener, reload=False)
        return 0
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
        if settings.workers > 1 and not options.reload:
            supervise(settings, listener, address(listener))
        else:
            start(settings, listener, reload=options.reload)
    return 0
