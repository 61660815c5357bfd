"""The site in a thread of this process, for a view that is served."""

import tempfile
import threading
from functools import cache
from pathlib import Path

import uvicorn

from chainrule.app.main import create_app
from chainrule.app.server import address, listen
from chainrule.app.settings import Settings


@cache
def site(port: int) -> str:
    """Start the site once a port, until the interpreter ends; return its address, ``http://127.0.0.1:1234/``."""
    folder = Path(tempfile.mkdtemp(prefix="chainrule-"))
    settings = Settings(
        database_url=f"sqlite:///{folder / 'links.sqlite3'}", run_folder="", log_level="warning"
    )
    listener = listen("127.0.0.1", port)
    config = uvicorn.Config(
        create_app(settings), log_level="warning", access_log=False, server_header=False, proxy_headers=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="chainrule-site", daemon=True)
    thread.start()
    return address(listener)
