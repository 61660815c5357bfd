"""One process that does jobs, as the service sees it: started when needed, replaced when ended or grown."""

import contextlib
import itertools
import logging
import pickle
import queue
import subprocess
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

from chainrule.app.heavy import child, pipe
from chainrule.app.heavy.job import Job, Stage

_MOST_JOBS = 1_000
"""Jobs after which a process is replaced: whatever a library leaks is then given back."""
_STOP_SECONDS = 0.5
"""Time for a job to stop when it is told to; then its process is killed."""
_KEYS = 64
"""Keys remembered of the jobs done last."""

logger = logging.getLogger(__name__)


class Gone(Exception):
    """The process ended in the middle of a job."""


class Task:
    """A job handed to a process. `begun` is called from another thread once the process works on it."""

    def __init__(self, job: Job, begun: Callable[[], None]) -> None:
        self.job, self.begun = job, begun
        self.stage: Stage = "read"
        """What it did last."""
        self.answer: Future[bytes] = Future()
        self.ended = False
        """Whether it was told to stop."""


class Process:
    """A process for one job at a time, and the thread that speaks with it."""

    def __init__(self, module: str, most_resident: int) -> None:
        """`module` is imported ahead of the first job. Past `most_resident` bytes the process is replaced."""
        self._module, self._most_resident = module, most_resident
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        """Held while something is written to the process."""
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._current: tuple[int, Task] | None = None
        self._jobs_done = 0
        self._closed = False
        self.waiting = 0
        """Tasks handed over and not done yet; changed under the pool's lock."""
        self.keys: OrderedDict[str, None] = OrderedDict()
        """Keys of the jobs that this process did last."""

    @property
    def pid(self) -> int | None:
        """The id of the process while one runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def hand(self, task: Task) -> None:
        """Have a task done after those handed over before."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="heavy work", daemon=True)
            self._thread.start()
        self._tasks.put(task)

    def end(self, task: Task) -> None:
        """Tell a task to stop, and kill the process if it does not; returns at once."""
        task.ended = True
        if not task.answer.cancel() and not task.answer.done():
            threading.Thread(target=self._end, args=(task,), name="end heavy work", daemon=True).start()

    def close(self) -> None:
        """End the process for good, whatever it does."""
        self._closed = True
        self._tasks.put(None)
        self._kill()

    def _end(self, task: Task) -> None:
        current = self._current
        if current is None or current[1] is not task:
            return  # done, or still starting: it is looked at before the job is sent
        if self._lock.acquire(timeout=_STOP_SECONDS):
            try:
                self._write((current[0], None))
            except OSError:
                return
            finally:
                self._lock.release()
            with contextlib.suppress(TimeoutError):
                task.answer.exception(_STOP_SECONDS)
                return
        if self._current is current:
            self._kill()

    def _kill(self) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    def _serve(self) -> None:
        """Do one task after another, in the thread."""
        while (task := self._tasks.get()) is not None:
            if not task.answer.set_running_or_notify_cancel():
                continue
            try:
                answer = self._do(task)
            except BaseException as error:
                task.answer.set_exception(error)
            else:
                task.answer.set_result(answer)
        self._forget()

    def _do(self, task: Task) -> bytes:
        body = pickle.dumps(task.job, protocol=pickle.HIGHEST_PROTOCOL)
        try:
            try:
                return self._answered(task, body)
            except Gone:
                # It may have ended since the last job, or been ended by the system: once more, in a new one.
                if task.ended or self._closed:
                    raise
                return self._answered(task, body)
        finally:
            self._current = None

    def _answered(self, task: Task, body: bytes) -> bytes:
        """Send a job and wait for its answer. Raises Gone, and what the job raises of our own errors."""
        number = next(self._numbers)
        try:
            process = self._started()
            assert process.stdout is not None
            self._remember(task.job.key)
            with self._lock:
                self._current = number, task
                if task.ended:
                    raise Gone("nobody waits for it")
                self._write((number, body))
            task.begun()
            while True:
                kind, _, content = pickle.loads(pipe.read(process.stdout))
                if kind != "stage":
                    break
                task.stage = content
        except (EOFError, OSError, ValueError) as error:
            self._forget()
            raise Gone(str(error) or "the process ended") from None
        self._jobs_done += 1
        if kind == "answer":
            answer, resident = content
            if resident > self._most_resident or self._jobs_done >= _MOST_JOBS:
                self._forget()
            return bytes(answer)
        if kind == "error":
            raise content
        if kind == "stopped":
            raise Gone("stopped")
        raise RuntimeError(f"in a process for heavy work: {content}")

    def _remember(self, key: str) -> None:
        self.keys[key] = None
        self.keys.move_to_end(key)
        if len(self.keys) > _KEYS:
            self.keys.popitem(last=False)

    def _started(self) -> "subprocess.Popen[bytes]":
        """Return the running process, or start one and wait until it is ready. Raises EOFError, OSError."""
        if self.pid is not None:
            assert self._process is not None
            return self._process
        self._forget()
        if self._closed:
            raise EOFError("closed")
        process = subprocess.Popen(
            child.command("chainrule.app.heavy", self._module),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=child.environment(**child.ONE_THREAD),
        )
        self._process = process
        if self._closed:
            self._kill()
        assert process.stdout is not None
        pipe.read(process.stdout)  # ready
        return process

    def _write(self, message: tuple[int, bytes | None]) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise BrokenPipeError
        process.stdin.write(pipe.packed(message))
        process.stdin.flush()

    def _forget(self) -> None:
        """End the process and free everything of it; the next job starts another."""
        process, self._process = self._process, None
        self._jobs_done = 0
        self.keys.clear()
        if process is not None:
            child.end(process)
