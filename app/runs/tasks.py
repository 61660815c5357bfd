"""Background tasks of the runs: logged when they fail, cancelled when the service ends."""

import asyncio
import logging
from collections.abc import Coroutine

from chainrule.app.runs.protocol.refusals import Refused, WorkerGone

_CANCEL_SECONDS = 10.0

logger = logging.getLogger(__name__)


class Tasks:
    """The tasks that are under way. For one event loop."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        """Start a task. `name` appears in the log if it fails."""
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def cancel(self) -> None:
        """Cancel every task and wait until it has ended."""
        running = list(self._running)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=_CANCEL_SECONDS)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        # A refusal or a lost worker is an answer, which whoever waits for the task receives.
        if error is not None and not isinstance(error, Refused | WorkerGone):
            logger.error("Failed to %s", task.get_name(), exc_info=error)
