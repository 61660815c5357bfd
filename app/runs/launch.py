"""A worker's process started: forked from a warm one on Linux, by itself on other systems."""

import asyncio
import atexit
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import Protocol

from chainrule.app.heavy import child
from chainrule.app.runs.protocol import wire

_WORKER = "chainrule.app.runs.worker"

FORKS = sys.platform == "linux"
"""Whether workers are forked; other systems' linear algebra does not survive a fork."""
_SEND_SECONDS = 1.0
"""Time in which the warm process takes a connection; otherwise it is replaced."""


class Launched(Protocol):
    """A started process and the streams to it."""

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def kill(self) -> None:
        """End it as a crash would."""

    async def wait(self) -> None:
        """Wait for its end, and free everything of it."""


async def launched() -> Launched:
    """Start a process that runs `app.runs.worker`. Raises EOFError, OSError."""
    return await (_forked() if FORKS else _spawned())


def warm() -> None:
    """Have the next workers start at once; returns before it is done."""
    if FORKS:
        _server.start()


class _ForkServer:
    """The warm process, one for all services of this process; see `worker/fork_server.py`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self) -> None:
        """Start the process unless it runs."""
        with self._lock:
            self._started()

    def send(self, connection: socket.socket) -> None:
        """Have a worker forked that speaks on a connection. Raises OSError."""
        with self._lock:
            try:
                socket.send_fds(self._started(), [b"f"], [connection.fileno()])
            except OSError:
                self._end()  # it has ended since it was looked at, or hangs
                socket.send_fds(self._started(), [b"f"], [connection.fileno()])

    def close(self) -> None:
        """End the process; its workers end with their own connections."""
        with self._lock:
            self._end()

    def _started(self) -> socket.socket:
        if self._control is not None and self._process is not None and self._process.poll() is None:
            return self._control
        self._end()
        ours, its = socket.socketpair()
        with its:
            self._process = subprocess.Popen(
                child.command(f"{_WORKER}.fork_server", str(its.fileno())),
                stdin=subprocess.DEVNULL,
                pass_fds=[its.fileno()],
                env=child.environment(**child.ONE_THREAD),
            )
        ours.settimeout(_SEND_SECONDS)
        self._control = ours
        return ours

    def _end(self) -> None:
        control, self._control = self._control, None
        process, self._process = self._process, None
        if control is not None:
            control.close()
        if process is not None:
            child.end(process)


_server = _ForkServer()
atexit.register(_server.close)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


class _Forked:
    """A child of the warm process, which forgets it as soon as it ends."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid, self.reader, self.writer = pid, reader, writer

    def kill(self) -> None:
        # It holds its connection until its end: while that stands, the id is its own.
        if not self.reader.at_eof() and self.reader.exception() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    async def wait(self) -> None:
        with contextlib.suppress(OSError):  # killed before it read all
            while await self.reader.read(1 << 16):
                pass
        await _closed(self.writer)


async def _forked() -> Launched:
    try:
        return await _connected()
    except (EOFError, OSError):  # the warm process was ended just now, with what was sent to it
        return await _connected()


async def _connected() -> Launched:
    ours, its = socket.socketpair()
    try:
        with its:
            _server.send(its)
        reader, writer = await asyncio.open_connection(sock=ours)
    except BaseException:
        ours.close()
        raise
    try:
        return _Forked(await wire.read_async(reader), reader, writer)
    except BaseException:
        writer.close()
        raise


class _Spawned:
    """A process with pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._process, self.pid = process, process.pid
        self.reader, self.writer = process.stdout, process.stdin

    def kill(self) -> None:
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def wait(self) -> None:
        await self._process.wait()
        await _closed(self.writer)


async def _spawned() -> Launched:
    pipe = asyncio.subprocess.PIPE
    command = child.command(_WORKER)
    return _Spawned(
        await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, env=child.environment(**child.ONE_THREAD)
        )
    )
