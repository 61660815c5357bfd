"""The `chainrule` command: `chainrule serve` starts the site and prints its address."""

import argparse
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
    serve.add_argument("--reload", action="store_true", help="start again when a Python file changes")
    commands_of_files.add(commands)
    options = parser.parse_args(arguments)
    if options.command != "serve":
        return commands_of_files.run(options)
    return _serve(options)


def _serve(options: argparse.Namespace) -> int:
    from pydantic import ValidationError

    from chainrule.app.server import listen, start
    from chainrule.app.settings import Settings

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
