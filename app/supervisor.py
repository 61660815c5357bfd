"""Several web processes and one engine: started, started again when they end, and stopped together."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence

from chainrule.app.heavy.child import command, environment
from chainrule.app.settings import Settings

_STOP_SECONDS = 20.0
"""Time for a process to end when it is told to; then it is killed."""
_WELL_SECONDS = 10.0
"""A process that lived so long is started again at once."""
_WAITS = (0.0, 0.5, 1.0, 2.0, 5.0)
"""Times before another start of one that keeps ending; the last one repeats."""


class Child:
    """One process that is started again whenever it ends unasked."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], fds: Sequence[int]
    ) -> None:
        self.name, self._command, self._environment, self._fds = name, command, environment, fds
        self.ready = asyncio.Event()
        """Set once it answers for the first time."""
        self._process: asyncio.subprocess.Process | None = None
        self._ends = False

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return None if self._process is None else self._process.pid

    async def run(self) -> None:
        """Keep it running until `stop`."""
        failures = 0
        while not self._ends:
            begin = time.monotonic()
            # Its standard input ends with this process, and the child with that.
            process = self._process = await asyncio.create_subprocess_exec(
                *command("chainrule", *self._command),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=self._environment,
                pass_fds=self._fds,
                start_new_session=True,  # Ctrl+C is for this process, which stops the others in order
            )
            assert process.stdout is not None
            async for _ in process.stdout:
                self.ready.set()
            code = await process.wait()
            if self._ends:
                return
            failures = 0 if time.monotonic() - begin > _WELL_SECONDS else failures + 1
            print(f"chainrule: {self.name} ended ({code}) and starts again", file=sys.stderr, flush=True)
            await asyncio.sleep(_WAITS[min(failures, len(_WAITS) - 1)])

    async def stop(self) -> None:
        """End it; its successor does not come."""
        self._ends = True
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def supervise(settings: Settings, listener: socket.socket, url: str) -> None:
    """Serve with `settings.workers` web processes and an engine until told to stop. `url` is printed."""
    with tempfile.TemporaryDirectory(prefix="chainrule-") as folder:
        asyncio.run(_supervise(settings, listener, url, f"unix:{folder}/engine"))


async def _supervise(settings: Settings, listener: socket.socket, url: str, engine_url: str) -> None:
    surroundings = environment(
        CHAINRULE_ENGINE_URL=engine_url,
        CHAINRULE_WORKERS="1",
        CHAINRULE_SIGNING_KEY=settings.signing_key or secrets.token_urlsafe(32),
    )
    descriptor = listener.fileno()
    engine = Child("the engine", ["engine", "--child"], surroundings, ())
    web = [
        Child(f"web process {count + 1}", ["serve", "--child", str(descriptor)], surroundings, (descriptor,))
        for count in range(settings.workers)
    ]
    children = [engine, *web]
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    running = [asyncio.create_task(child.run(), name=child.name) for child in children]
    announcing = asyncio.create_task(_announce(children, url))
    await told.wait()
    announcing.cancel()
    # First those that people talk to, then the engine, which saves the runs.
    await asyncio.gather(*(child.stop() for child in web))
    await engine.stop()
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def _announce(children: Sequence[Child], url: str) -> None:
    for child in children:
        await child.ready.wait()
    print(f"Chainrule is at {url}  (Ctrl+C stops it)", flush=True)


def end_with_parent() -> None:
    """Have this process told to stop when its standard input ends: whoever started it is gone then."""

    def wait() -> None:
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="wait for the supervisor", daemon=True).start()
