"""What requests cost, of this build beside another checkout: `python -m benchmarks.load PATH`.

PATH is a checkout of the project. Both are measured in turns, each in processes of its own, by the least of many
calls through the whole service without a network: the processor time of single calls. With `--lesson` students work
with both over loopback instead, ever more of them (`benchmarks/lesson.py`). Ends with 1 if a promise is broken.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROUNDS, CALLS, BATCH = 4, 300, 20
SHOPPING = """apple = 100
apple_num = 2
orange = 150
orange_num = 3
tax = 1.1
price = (apple * apple_num + orange * orange_num) * tax"""
PROMISED = {"numbers": 0.4, "health": 1.0, "picture": 0.5, "picture seen before": 1.0}
"""Most that a call may take, as a share of what it took before."""


def scope(method: str, path: str, body: bytes) -> dict[str, Any]:
    """What a server tells of a request of a browser."""
    headers = {
        "host": "localhost:8000",
        "content-type": "application/json",
        "content-length": str(len(body)),
        "accept": "*/*",
        "accept-encoding": "gzip, deflate, br",
        "accept-language": "ko-KR,ko;q=0.9,en;q=0.8",
    }
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8_000),
    }


async def call(app: Any, method: str, path: str, body: bytes) -> None:
    """Send one request through the service. Raises RuntimeError for an answer other than 200."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop()
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message.get("status", 200) != 200:
            raise RuntimeError(f"{path} answers {message['status']}")

    await app(scope(method, path, body), receive, send)


def requests() -> dict[str, tuple[str, str, list[bytes]]]:
    """By name, the method, the path and the bodies sent in turn."""

    def body(apple: float) -> bytes:
        return json.dumps({"program": SHOPPING, "inputs": {"apple": apple}}).encode()

    drag = [body(100 + k / 7) for k in range(CALLS)]
    return {
        "numbers": ("POST", "/api/v1/graphs/values", drag),
        "health": ("GET", "/health/live", [b""] * CALLS),
        "picture": ("POST", "/api/v1/graphs/picture", drag),
        "picture seen before": ("POST", "/api/v1/graphs/picture", [body(130)] * CALLS),
    }


async def measured() -> dict[str, float]:
    """Milliseconds of processor time of one call of each kind, in the least of many batches."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CHAINRULE_DATABASE_URL"] = f"sqlite:///{folder}/links.sqlite3"
        os.environ["CHAINRULE_QUESTIONS_PER_SECOND"] = "1000000"
        from chainrule.app.main import create_app

        app = create_app()
        found: dict[str, float] = {}
        async with app.router.lifespan_context(app):
            for name, (method, path, bodies) in requests().items():
                await call(app, method, path, bodies[0])
                found[name] = float("inf")
                for first in range(0, CALLS, BATCH):
                    begin = time.process_time()
                    for each in bodies[first : first + BATCH]:
                        await call(app, method, path, each)
                    found[name] = min(found[name], (time.process_time() - begin) / BATCH * 1e3)
    return found


def main(other: Path) -> int:
    """Measure both in turns and print the ratios; 1 if one is too large."""
    from benchmarks.checkout import ROOT, in_checkout

    rounds = [(in_checkout(other, __file__), in_checkout(ROOT, __file__)) for _ in range(ROUNDS)]
    print(f"{'ms of processor time':24} {'before':>8} {'now':>8} {'ratio':>7} {'promised':>9}")
    broken = False
    for name, most in PROMISED.items():
        before, now = (min(each[side][name] for each in rounds) for side in (0, 1))
        fails = now > most * before
        broken |= fails
        print(
            f"{name:24} {before:8.3f} {now:8.3f} {now / before:6.2f}× {most:8.2f}×{'  FAILS' if fails else ''}"
        )
    return 1 if broken else 0


if __name__ == "__main__":
    if "--measure" in sys.argv:
        print(json.dumps(asyncio.run(measured())))
    else:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("path", type=Path, help="a checkout of the project")
        parser.add_argument(
            "--lesson", action="store_true", help="students over loopback, some two minutes each"
        )
        parser.add_argument("--seconds", type=float, default=6.0, help="of a lesson with so many students")
        parser.add_argument("--workers", type=int, default=1, help="web processes of this build in a lesson")
        options = parser.parse_args()
        if options.lesson:
            from benchmarks.lesson import compare

            sys.exit(compare(options.path.resolve(), options.seconds, options.workers))
        sys.exit(main(options.path.resolve()))
