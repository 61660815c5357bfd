"""A lesson over loopback: ever more students drag, look and ask while four runs train, until answers are late.

A student drags for a fifth of the time, 20 values a second, and otherwise asks for a picture or an explanation, or
saves a link. One process plays all of them, each over a connection of its own. It stops by itself: at most `STUDENTS`
steps of some seconds each.
"""

import asyncio
import json
import random
import statistics
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from websockets.asyncio.client import connect

from benchmarks.checkout import ROOT, serving

STUDENTS = (10, 20, 40, 60, 80, 100, 140, 200, 280, 400, 560)
"""Students of each step."""
LATE, VERY_LATE = 0.150, 0.500
"""Seconds within which 99 of 100 answers come, and all that are accepted past capacity."""
FASTER, ENOUGH_STUDENTS, FRAMES = 3.0, 100, 15.0
"""What is promised: requests a second as a multiple, students in time, and frames a second of each watcher."""
RUNS, WATCHERS = 4, 5
DRAG_SECONDS, REST_SECONDS, DRAGS_A_SECOND = 1.0, 4.0, 20
OTHERS = ("picture", "explain", "picture", "share")
"""What a student asks for between two drags, one each second."""
PROGRAM = """apple = 100
apple_num = 2
orange = 150
orange_num = 3
tax = 1.1
price = (apple * apple_num + orange * orange_num) * tax"""


@dataclass
class Told:
    """What came of a step."""

    waits: list[float] = field(default_factory=list)
    """Seconds of each accepted answer, from when it was to be asked for."""
    statuses: Counter[int] = field(default_factory=Counter)
    frames: Counter[int] = field(default_factory=Counter)
    """Frames by watcher."""

    def p99(self) -> float:
        """Return the seconds within which 99 of 100 answers came."""
        return statistics.quantiles(self.waits, n=100)[-1] if len(self.waits) > 1 else float("inf")


class Connection:
    """One student's connection: plain HTTP/1.1 that is kept alive."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> None:
        self.reader, self.writer = reader, writer
        self._head = f"Host: 127.0.0.1\r\nContent-Type: application/json\r\nChainrule-Owner: {token}\r\n"

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Send one request and return status and body. Raises IncompleteReadError if the server hangs up."""
        self.writer.write(
            f"{method} {path} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        )
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        return int(head.split(b" ", 2)[1]), await self.reader.readexactly(length)


async def opened(host: str, port: int, token: str) -> Connection:
    """Connect a student who has this token."""
    return Connection(*await asyncio.open_connection(host, port), token)


def token(number: int) -> str:
    """Return the token of a student: 43 letters."""
    return f"{number:043d}"


async def student(host: str, port: int, number: int, end: float, told: Told) -> None:
    """Play one student until `end`, and open the connection again if the server closes it."""
    dice = random.Random(number)
    await asyncio.sleep(dice.uniform(0, DRAG_SECONDS + REST_SECONDS))
    while time.perf_counter() < end:
        try:
            connection = await opened(host, port, token(number))
        except OSError:
            told.statuses[0] += 1
            await asyncio.sleep(0.2)
            continue
        try:
            while time.perf_counter() < end:
                await _drag(connection, dice, end, told)
                for other in OTHERS:
                    await _timed(connection, other, dice, time.perf_counter(), told)
                    await asyncio.sleep(REST_SECONDS / len(OTHERS))
        except (OSError, asyncio.IncompleteReadError, ValueError):
            told.statuses[0] += 1
        finally:
            connection.writer.close()


async def _drag(connection: Connection, dice: random.Random, end: float, told: Told) -> None:
    """Ask 20 times a second; what comes while an answer is awaited waits, as on the page, for the newest."""
    begin = time.perf_counter()
    for at in range(int(DRAG_SECONDS * DRAGS_A_SECOND)):
        due = begin + at / DRAGS_A_SECOND
        now = time.perf_counter()
        if now >= end:
            return
        if now < due:
            await asyncio.sleep(due - now)
        elif now > due + 1 / DRAGS_A_SECOND:
            continue  # a newer one is due already
        await _timed(connection, "values", dice, due, told)


async def _timed(connection: Connection, call: str, dice: random.Random, due: float, told: Told) -> None:
    inputs = {"apple": dice.randrange(100, 999), "tax": round(dice.uniform(1, 2), 2)}
    asked: dict[str, object] = {"program": PROGRAM, "inputs": inputs}
    path = f"/api/v1/graphs/{call}"
    if call == "explain":
        asked["id"] = "apple"
    elif call == "share":
        path = "/api/v1/shares"
    status, _ = await connection.ask("POST", path, json.dumps(asked).encode())
    told.statuses[status] += 1
    if status < 400:
        told.waits.append(time.perf_counter() - due)


async def watcher(address: str, number: int, told: list[Told]) -> None:
    """Take the frames of a run; they count for the step at hand."""
    async with connect(address, max_size=None, compression=None) as socket:
        async for _ in socket:
            told[-1].frames[number] += 1


async def lesson(site: str, seconds: float) -> list[tuple[int, float, Told]]:
    """Let ever more students work; return the students, the seconds and what came of each step."""
    host, port = urlsplit(site).hostname or "", urlsplit(site).port or 0
    steps: list[tuple[int, float, Told]] = []
    now = [Told()]
    async with AsyncExitStack() as stack:
        teacher = await opened(host, port, token(10**9))
        stack.callback(teacher.writer.close)
        watching: list[asyncio.Task[None]] = []
        for _ in range(RUNS):
            status, answer = await teacher.ask("POST", "/api/v1/runs", b'{"steps": 1000000}')
            assert status == 201, answer
            name = json.loads(answer)["id"]
            started = b'{"action": "start"}'
            assert (await teacher.ask("POST", f"/api/v1/runs/{name}/actions", started))[0] < 300
            address = f"ws://{host}:{port}/api/v1/runs/{name}/frames"
            watching += [
                asyncio.create_task(watcher(address, len(watching) + k, now)) for k in range(WATCHERS)
            ]
        for call in ("values", *OTHERS):  # the layout engine and the runs' processes start
            await _timed(teacher, call, random.Random(0), time.perf_counter(), Told())
        await asyncio.sleep(2.0)
        late = 0
        for count in STUDENTS:
            now.append(Told())
            begin = time.perf_counter()
            end = begin + seconds
            await asyncio.gather(*(student(host, port, number, end, now[-1]) for number in range(count)))
            steps.append((count, time.perf_counter() - begin, now[-1]))
            late += now[-1].p99() > LATE
            if late == 2:
                break
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
    return steps


def measured(root: Path, seconds: float, workers: int) -> dict[str, float]:
    """Print a lesson with one checkout; return what it promises of: requests a second, students, frames, refusals."""
    arguments = ("--workers", str(workers)) if workers > 1 else ()
    best = {"requests": 0.0, "students": 0.0, "frames": 0.0, "longest": 0.0}
    with serving(root, *arguments, visitors_per_minute="100000", shares_per_minute="100000") as site:
        steps = asyncio.run(lesson(site, seconds))
    print(f"{'students':>9} {'requests/s':>11} {'p99 ms':>8} {'longest':>8} {'refused':>8} {'frames/s':>9}")
    for count, took, told in steps:
        rate = len(told.waits) / took
        frames = min((told.frames[k] for k in range(RUNS * WATCHERS)), default=0) / took
        refused = sum(told.statuses[status] for status in told.statuses if status >= 400 or status == 0)
        longest = max(told.waits, default=0.0)
        print(
            f"{count:9} {rate:11.0f} {1e3 * told.p99():8.0f} {1e3 * longest:8.0f} {refused:8} {frames:9.1f}",
            flush=True,
        )
        if told.p99() <= LATE and not refused:
            best |= {"students": count, "frames": frames, "requests": max(best["requests"], rate)}
        best["longest"] = max(best["longest"], longest)
    return best


def compare(other: Path, seconds: float, workers: int) -> int:
    """Hold a lesson with both, one after the other, and print what is promised; 1 if a promise is broken."""
    print("before")
    before = measured(other, seconds, 1)
    print("now")
    now = measured(ROOT, seconds, workers)
    promises = {
        f"{now['requests']:.0f} requests a second, {now['requests'] / max(1.0, before['requests']):.1f} × before": (
            now["requests"] >= FASTER * before["requests"]
        ),
        f"{now['students']:.0f} students in time": now["students"] >= ENOUGH_STUDENTS,
        f"{now['frames']:.0f} frames a second": now["frames"] >= FRAMES,
        f"{1e3 * now['longest']:.0f} ms the longest answer past capacity": now["longest"] <= VERY_LATE,
    }
    for promise, holds in promises.items():
        print(f"{promise}{'' if holds else '  FAILS'}")
    return 0 if all(promises.values()) else 1


if __name__ == "__main__":
    sys.exit("run python -m benchmarks.load PATH --lesson")
