"""A worker without a process: the real loop and session, in the service's own event loop."""

import asyncio
import itertools
import pickle
from typing import Any

from chainrule.app.runs.embedded import EmbeddedWorkers
from chainrule.app.runs.protocol.refusals import Refused, WorkerGone
from chainrule.app.runs.worker.worker import Worker, open_session


def piped(message: Any) -> Any:
    """Copy a message as a pipe would."""
    return pickle.loads(pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))


class WorkerInProcess:
    """Takes the place of `WorkerProcess`, and can be killed like one."""

    pid = None

    def __init__(self, on_snapshot: Any, on_exit: Any) -> None:
        self._on_snapshot, self._on_exit = on_snapshot, on_exit
        self._numbers = itertools.count(1)
        self._answers: dict[int, Any] = {}
        self._worker: Worker | None = None
        self._training: asyncio.Task[None] | None = None
        self._called = asyncio.Event()

    def _send(self, kind: str, *rest: Any) -> None:
        if kind == "snapshot":
            self._on_snapshot(*piped(rest))
        else:
            number, result = piped(rest)
            self._answers[number] = kind, result

    async def start(self, order: dict[str, Any], seconds: float) -> Any:
        order = piped(order)
        self._worker = Worker(open_session(order), self._send, order["keep_seconds"])
        self._worker.report_ready()
        self._training = asyncio.create_task(self._train())
        return self._taken(0)

    async def _train(self) -> None:
        worker = self._worker
        assert worker is not None
        while True:
            # Between chunks the service has time for everything else.
            await asyncio.sleep(0.001)
            if not worker.session.running:
                self._called.clear()
                await self._called.wait()
            elif not worker.session.seconds_to_step():
                worker.train()

    async def call(self, name: str, *arguments: Any, seconds: float) -> Any:
        await asyncio.sleep(0)
        if self._worker is None:
            raise WorkerGone("it was killed")
        number = next(self._numbers)
        self._worker.answer(number, name, piped(arguments))
        self._called.set()
        return self._taken(number)

    def _taken(self, number: int) -> Any:
        kind, result = self._answers.pop(number)
        if kind == "refused":
            raise Refused(result.kind, result.detail)
        if kind == "failed":
            raise RuntimeError(f"in the worker: {result}")
        return result

    def kill(self) -> None:
        """End it as SIGKILL ends a process: nothing more is sent, and the service is told."""
        self._end()
        self._on_exit()

    async def stop(self) -> None:
        self._end()

    def _end(self) -> None:
        self._worker = None
        if self._training is not None:
            self._training.cancel()


def workers_in_process() -> EmbeddedWorkers:
    """Make the service's own workers, with such a worker in place of each process."""
    return EmbeddedWorkers(30.0, WorkerInProcess)
