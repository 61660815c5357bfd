"""The process that does jobs, one at a time: they come over standard input, answers go to standard output.

`app.heavy.process` runs it as `python -m chainrule.app.heavy MODULE`, where the module is imported ahead of the first
job. A message is `(number, job)`, or `(number, None)` to stop that job. Answers are `("stage", number, stage)`, then
one of `("answer", number, (bytes, resident))`, `("error", number, error)`, `("failed", number, text)` and
`("stopped", number, None)`. The process ends with its input, even during a job, so it never outlives the service.
"""

import _thread
import contextlib
import os
import pickle
import queue
import signal
import sys
import threading
import traceback
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO

from chainrule.app.heavy import pipe
from chainrule.app.heavy.job import Job, Stage, report_to
from chainrule.app.web.problem_errors import ProblemError
from chainrule.core.errors import ChainruleError

_NICE = 5
"""Heavy work must not slow the service down."""
_STATM = Path("/proc/self/statm")


class _Stopped(BaseException):
    """Raised in the middle of a job that nobody waits for any more."""


class _Worker:
    def __init__(self, messages: BinaryIO, answers: BinaryIO) -> None:
        self._messages, self._answers = messages, answers
        self._jobs: queue.SimpleQueue[tuple[int, bytes]] = queue.SimpleQueue()
        self._doing = self._stopping = 0

    def run(self) -> None:
        """Do jobs forever."""
        signal.signal(signal.SIGINT, self._interrupted)
        report_to(self._at_stage)
        threading.Thread(target=self._read, name="read jobs", daemon=True).start()
        self._send("ready", 0, None)
        while True:
            number, body = self._jobs.get()
            try:
                self._doing = number
                if self._stopping == number:
                    raise _Stopped
                kind, content = self._done(body)
            except _Stopped:
                kind, content = "stopped", None
            self._doing = 0
            self._send(kind, number, content)

    def _read(self) -> None:
        """Read messages until the input ends, and the process with it."""
        try:
            while True:
                body = pipe.read(self._messages)
                number, job = pickle.loads(body)
                if job is None:
                    self._stopping = number
                    _thread.interrupt_main()
                else:
                    self._jobs.put((number, job))
        except (EOFError, OSError):
            os._exit(0)

    def _interrupted(self, signum: int, frame: FrameType | None) -> None:
        # Ctrl+C in a terminal reaches this process too; the service decides what ends.
        if self._doing and self._doing == self._stopping:
            self._doing = 0
            raise _Stopped

    def _done(self, body: bytes) -> tuple[str, Any]:
        try:
            job: Job = pickle.loads(body)
            return "answer", (job.work(*job.arguments), _resident())
        except (ChainruleError, ProblemError) as error:
            return "error", error
        except Exception:
            return "failed", traceback.format_exc()

    def _at_stage(self, stage: Stage) -> None:
        number, self._doing = self._doing, 0  # half a message must not be followed by another
        self._send("stage", number, stage)
        self._doing = number
        if self._stopping == number:
            raise _Stopped

    def _send(self, kind: str, number: int, content: Any) -> None:
        self._answers.write(pipe.packed((kind, number, content)))
        self._answers.flush()


def _resident() -> int:
    """Return the bytes of memory that this process holds; 0 where the system does not tell."""
    try:
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0


def main(module: str) -> None:
    """Import what jobs need, report ready, then do jobs until the input ends."""
    # Whatever a library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    import_module(module)
    # Only now: somebody waits for the first job.
    if hasattr(os, "nice"):
        os.nice(_NICE)
    _Worker(sys.stdin.buffer, answers).run()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main(sys.argv[1])
    os._exit(0)
