"""A captured model's page on this machine: any groups open, drawn when they are asked for."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

OWN_NAMES = ("127.0.0.1", "localhost")


def serve(port: int, page: str, draw: Callable[[list[str], str], str]) -> str:
    """Answer on a port of this machine until the interpreter ends; return the address.

    ``/`` is the page; ``/api/v1/view?open=a&open=b&form=down`` is the picture with these groups open. Raises OSError.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            # Another site must not read the model through a name that leads here.
            if self.headers.get("Host", "").rpartition(":")[0] not in OWN_NAMES:
                return self._answer(400, "text/plain", "Not this host.")
            if asked.path == "/":
                return self._answer(200, "text/html", page)
            if asked.path != "/api/v1/view":
                return self._answer(404, "text/plain", "There is nothing here.")
            query = parse_qs(asked.query)
            open, form = query.get("open", []), query.get("form", ["lines"])[0]
            try:
                svg = draw(open, form)
            except KeyError as error:
                return self._answer(404, "text/plain", f"No group {error}.")
            return self._answer(200, "application/json", json.dumps({"open": open, "form": form, "svg": svg}))

        def _answer(self, status: int, kind: str, text: str) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing of single requests."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, name="chainrule-view", daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/"
