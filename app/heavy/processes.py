"""A pool of warm processes of this machine: each starts with its first job, and stays until it is ended."""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress

from chainrule.app.heavy.job import Job, Stage
from chainrule.app.heavy.process import Gone, Process, Task
from chainrule.app.web.problem_errors import ProblemError
from chainrule.core.errors import ChainruleError
from chainrule.core.text import Text

_START_SECONDS = 60.0
"""Time for a process to start on a busy machine."""

logger = logging.getLogger(__name__)


class Processes:
    """See `Pool`. Safe to use from any thread and any event loop."""

    def __init__(
        self,
        count: int,
        seconds: float,
        most_resident: int,
        module: str,
        ended: Callable[[str], None] = lambda how: None,
    ) -> None:
        """A job may take `seconds`. Each process imports `module`, and is replaced past `most_resident` bytes.

        `ended` is called for each job with how it ended: answered, late, left or lost.
        """
        self._ended = ended
        self._seconds = seconds
        self._processes = [Process(module, most_resident) for _ in range(count)]
        self._lock = threading.Lock()
        self._closed = False

    @property
    def at_once(self) -> int:
        """The number of processes."""
        return len(self._processes)

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that run."""
        return [process.pid for process in self._processes if process.pid is not None]

    async def submit(self, job: Job) -> bytes:
        """Do a job in the process that did one with its key, if that is free."""
        loop = asyncio.get_running_loop()
        limit = asyncio.timeout(_START_SECONDS)

        def begun() -> None:
            with suppress(RuntimeError):  # nobody waits for it any more
                loop.call_soon_threadsafe(reschedule)

        def reschedule() -> None:
            with suppress(RuntimeError):
                limit.reschedule(loop.time() + self._seconds)

        task = Task(job, begun)
        process = self._chosen(job.key)
        task.answer.add_done_callback(lambda _: self._done(process))
        process.hand(task)
        try:
            async with limit:
                answer = await asyncio.wrap_future(task.answer)
        except TimeoutError:
            self._ended("late")
            process.end(task)
            logger.warning("heavy work ended after %g s, at: %s", self._seconds, task.stage)
            raise too_long(self._seconds, task.stage) from None
        except asyncio.CancelledError:
            self._ended("left")
            process.end(task)
            raise
        except Gone as gone:
            self._ended("lost")
            logger.warning("heavy work lost: %s", gone)
            raise lost() from None
        except (ChainruleError, ProblemError):
            self._ended("answered")
            raise
        self._ended("answered")
        return answer

    def close(self) -> None:
        """End all processes."""
        self._closed = True
        for process in self._processes:
            process.close()

    def _chosen(self, key: str) -> Process:
        """Choose a process: free and warm for this key, else free and running, else free, else the least busy."""
        with self._lock:
            if self._closed:
                raise lost()
            chosen = min(
                self._processes, key=lambda each: (each.waiting, key not in each.keys, each.pid is None)
            )
            chosen.waiting += 1
            return chosen

    def _done(self, process: Process) -> None:
        with self._lock:
            process.waiting -= 1


_LOST = Text(
    "이 계산을 하던 프로세스가 종료되었습니다. 다시 해 보세요. 또 그러면 프로그램을 줄여 보세요.",
    "The process that computed this was ended. Try again; if it happens again, make the program smaller.",
)

_LONG: dict[Stage, Text] = {
    "read": Text(
        "프로그램을 읽는 데 {seconds:g}초보다 오래 걸려 멈췄습니다. 프로그램이나 반복 횟수를 줄여 보세요.",
        "Reading the program took longer than {seconds:g} s and was ended. Shorten it, or run its loops less often.",
    ),
    "passes": Text(
        "순전파와 역전파에 {seconds:g}초보다 오래 걸려 멈췄습니다. 텐서를 더 작게 해 보세요.",
        "The forward and the backward pass took longer than {seconds:g} s and were ended. Use smaller tensors.",
    ),
    "check": Text(
        "수치 미분에 {seconds:g}초보다 오래 걸려 멈췄습니다. 입력이나 텐서의 원소를 줄여 보세요.",
        "The numerical derivatives took longer than {seconds:g} s and were ended. Use fewer inputs or elements.",
    ),
    "draw": Text(
        "그래프를 그리는 데 {seconds:g}초보다 오래 걸려 멈췄습니다. 노드를 줄이거나 계층을 닫아 보세요.",
        "Drawing the graph took longer than {seconds:g} s and was ended. Use fewer nodes, or close its layers.",
    ),
    "answer": Text(
        "그래프에 대한 답을 쓰는 데 {seconds:g}초보다 오래 걸려 멈췄습니다. 노드나 텐서를 줄여 보세요.",
        "The answer about this graph took longer than {seconds:g} s and was ended. Use fewer nodes or elements.",
    ),
}


def too_long(seconds: float, stage: Stage) -> ProblemError:
    """Return the problem of a job that was ended past its deadline, at this stage."""
    said = _LONG[stage]
    detail = Text(said.ko.format(seconds=seconds), said.en.format(seconds=seconds))
    return ProblemError("deadline", detail)


def lost() -> ProblemError:
    """Return the problem of a job whose process ended."""
    return ProblemError("deadline", _LOST)
