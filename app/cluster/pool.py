"""Heavy jobs as tasks of a Ray cluster, each in a process that can be ended."""

import asyncio
import contextlib
import pickle
import signal
import threading
from types import FrameType
from typing import Any

from chainrule.app.cluster.ray import Cluster
from chainrule.app.heavy.job import Job, Stage, report_to
from chainrule.app.heavy.processes import lost, too_long
from chainrule.app.web.problem_errors import ProblemError
from chainrule.core.errors import ChainruleError

_START_SECONDS = 60.0
"""Time for a process to start on a busy cluster."""


class _Deadline(BaseException):
    """The job took too long."""


def do(body: bytes, seconds: float) -> tuple[str, Any]:
    """Do a pickled job in a process of the cluster: its answer, the stage past its deadline, or our own error."""
    at: list[Stage] = ["read"]
    report_to(lambda stage: at.__setitem__(0, stage))

    def late(signum: int, frame: FrameType | None) -> None:
        raise _Deadline

    timed = threading.current_thread() is threading.main_thread()
    if timed:
        signal.signal(signal.SIGALRM, late)
        signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        job: Job = pickle.loads(body)
        return "answer", job.work(*job.arguments)
    except _Deadline:
        return "late", at[0]
    except (ChainruleError, ProblemError) as error:
        return "error", pickle.dumps(error)
    finally:
        if timed:
            signal.setitimer(signal.ITIMER_REAL, 0)


class RayPool:
    """See `Pool`. For one event loop."""

    def __init__(self, cluster: Cluster, at_once: int, seconds: float) -> None:
        """A job may take `seconds`."""
        self._cluster, self._at_once, self._seconds = cluster, at_once, seconds

    @property
    def at_once(self) -> int:
        """How many jobs can be done at the same time."""
        return self._at_once

    async def submit(self, job: Job) -> bytes:
        """Do a job somewhere in the cluster."""
        return result(
            await self.submit_packed(pickle.dumps(job, protocol=pickle.HIGHEST_PROTOCOL)), self._seconds
        )

    async def submit_packed(self, body: bytes) -> tuple[str, Any]:
        """Do a pickled job; return what `do` returns. Raises ProblemError."""
        try:
            ray = await self._cluster.ray()
            task = ray.remote(do).options(num_cpus=1, max_retries=1).remote(body, self._seconds)
        except ConnectionError:
            raise lost() from None
        try:
            async with asyncio.timeout(_START_SECONDS + self._seconds):
                kind, content = await task
                return kind, content
        except TimeoutError:
            await self._end(ray, task)
            return "late", "read"
        except asyncio.CancelledError:
            await asyncio.shield(self._end(ray, task))
            raise
        except ray.exceptions.RayError:
            raise lost() from None

    async def _end(self, ray: Any, task: Any) -> None:
        with contextlib.suppress(Exception):  # done, or lost: nothing is left to end
            await asyncio.to_thread(lambda: ray.cancel(task, force=True))

    def close(self) -> None:
        """Do nothing: what goes on ends by itself."""


def result(told: tuple[str, Any], seconds: float) -> bytes:
    """Return a job's answer as `do` told it. Raises ProblemError past the deadline, and what the job raised."""
    kind, content = told
    if kind == "answer":
        return bytes(content)
    if kind == "late":
        raise too_long(seconds, content)
    raise pickle.loads(content)
