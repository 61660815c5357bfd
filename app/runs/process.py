"""A worker's process as the service sees it: numbered calls go in, answers and snapshots come out."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from typing import Any

from chainrule.app.runs.launch import Launched, launched
from chainrule.app.runs.protocol import wire
from chainrule.app.runs.protocol.refusals import Refused, WorkerGone

_END_SECONDS = 5.0


class WorkerProcess:
    """A process that runs `app.runs.worker`."""

    def __init__(self, on_snapshot: Callable[[Any, Any], None], on_exit: Callable[[], None]) -> None:
        """`on_snapshot` receives each snapshot and status; `on_exit` is called if the process ends unasked."""
        self._on_snapshot, self._on_exit = on_snapshot, on_exit
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._process: Launched | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._stopped = False

    @property
    def pid(self) -> int | None:
        """Process id, None before the start."""
        return None if self._process is None else self._process.pid

    async def start(self, order: dict[str, Any], seconds: float) -> Any:
        """Start the process, wait until it is ready, and return its first status. Raises as `call` does."""
        try:
            async with asyncio.timeout(seconds):
                self._process = await launched()
        except TimeoutError:
            raise WorkerGone(f"no process in {seconds:g} s") from None
        except (EOFError, OSError) as error:
            raise WorkerGone(str(error)) from error
        self._hearing = asyncio.create_task(self._hear(), name="hear a worker")
        return await self._answer(0, order, seconds)

    async def call(self, name: str, *arguments: Any, seconds: float) -> Any:
        """Return the answer to one call.

        Raises Refused, and WorkerGone for a process that ended or takes longer than `seconds`.
        """
        number = next(self._numbers)
        return await self._answer(number, (number, name, arguments), seconds)

    async def _answer(self, number: int, message: Any, seconds: float) -> Any:
        process, hearing = self._process, self._hearing
        if process is None or hearing is None or hearing.done():
            raise WorkerGone("there is no process")
        future = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            async with asyncio.timeout(seconds):
                process.writer.write(wire.packed(message))
                await process.writer.drain()
                return await future
        except TimeoutError:
            self.kill()  # a worker that does not answer is replaced, and its run continues from the last snapshot
            raise WorkerGone(f"no answer in {seconds:g} s") from None
        except OSError as error:
            raise WorkerGone(str(error)) from error
        finally:
            del self._waiting[number]
            if future.done() and not future.cancelled():
                future.exception()

    async def _hear(self) -> None:
        process = self._process
        assert process is not None
        try:
            while True:
                kind, *rest = await wire.read_async(process.reader)
                if kind == "snapshot":
                    self._on_snapshot(*rest)
                    continue
                number, result = rest
                future = self._waiting.get(number)
                if future is None or future.done():
                    continue
                if kind == "answer":
                    future.set_result(result)
                elif kind == "refused":
                    future.set_exception(Refused(result.kind, result.detail))
                else:
                    future.set_exception(RuntimeError(f"in the worker: {result}"))
        except (EOFError, OSError):
            pass
        finally:
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(WorkerGone("the process ended"))
            if not self._stopped:
                self._on_exit()

    def kill(self) -> None:
        """End the process as a crash would."""
        if self._process is not None:
            self._process.kill()

    async def stop(self) -> None:
        """End the process and free everything of it."""
        self._stopped = True
        self.kill()
        process, hearing = self._process, self._hearing
        if process is None:
            return
        if hearing is not None:
            with contextlib.suppress(TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(asyncio.shield(hearing), _END_SECONDS)
            if not hearing.done():
                hearing.cancel()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _END_SECONDS)
