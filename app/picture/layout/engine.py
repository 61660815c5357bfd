"""The process of the layout engine: started when needed, stopped when it exceeds a limit, started again."""

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

from chainrule.app.heavy import child
from chainrule.app.paths import STATIC
from chainrule.app.picture.layout import elk_worker

BUNDLE = STATIC / "vendor" / "elk.bundled.js"
_START_SECONDS = 30.0
"""Time limit for the process to start and load ELK, on a busy machine."""

logger = logging.getLogger(__name__)


class EngineError(Exception):
    """The engine made no layout; ``reason`` is ``time``, ``memory``, ``died``, ``refused`` or ``left``.

    Only after ``died`` is another try of the same graph worthwhile.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Engine:
    """ELK in a process of its own, for one thread at a time: ``layouts`` queues its callers.

    ``seconds`` is the time limit for one graph, ``memory_mb`` the memory limit of V8.
    """

    def __init__(self, seconds: float, memory_mb: int, bundle: Path = BUNDLE) -> None:
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._bundle = bundle
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self.job: object = None
        """What it is at work on, if the caller says so."""
        self._abandoned: object = None

    @property
    def pid(self) -> int | None:
        """The id of the process while one runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Start the process if none runs, and wait until it is ready. Raises EngineError."""
        if self.pid is not None:
            return
        self._stop()
        if self._closed:
            raise EngineError("died", "the layout engine has been closed")
        if not self._bundle.is_file():
            raise EngineError("died", f"{self._bundle} is missing: the package has not been built")
        # -P: modules beside the script must not shadow the standard library.
        command = [
            sys.executable,
            "-P",
            str(Path(elk_worker.__file__)),
            str(self._bundle),
            str(self._memory_mb),
        ]
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            raise EngineError("died", f"the layout engine did not start: {error}") from error
        if self._answer(_START_SECONDS) != {"ready": True}:
            raise EngineError("died", "the layout engine did not start")

    def layout(self, elk_graph: dict[str, Any]) -> dict[str, Any]:
        """Lay out a graph in ELK's JSON. Raises EngineError."""
        self._refuse_abandoned()
        self.start()
        stdin, _ = self._pipes()
        try:
            elk_worker.write(stdin, json.dumps(elk_graph, separators=(",", ":")).encode())
        except OSError as error:
            self._stop()
            raise EngineError("died", "the layout engine ended") from error
        answer = self._answer(self._seconds)
        if (error_text := answer.get("error")) is None:
            return answer
        if error_text == "memory":
            self._stop()
            raise EngineError("memory", f"the layout took more than {self._memory_mb} MB")
        raise EngineError("refused", str(error_text))

    def abandon(self, job: object) -> None:
        """End the process if it is at work on this job, which then raises EngineError, from any thread."""
        process = self._process
        self._abandoned = job
        if self.job is job and process is not None:
            process.kill()

    def close(self) -> None:
        """End the process for good, even in the middle of another thread's layout."""
        self._closed = True
        self._stop()

    def _refuse_abandoned(self) -> None:
        if self.job is not None and self.job is self._abandoned:
            raise EngineError("left", "nobody waits for the layout")

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            child.end(process)

    def _pipes(self) -> tuple[BinaryIO, BinaryIO]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EngineError("died", "the layout engine is not running")
        return process.stdin, process.stdout  # type: ignore[return-value]

    def _answer(self, seconds: float) -> dict[str, Any]:
        """Read the next message. After ``seconds`` a timer kills the process, which closes the pipe."""
        _, stdout = self._pipes()
        process = self._process
        assert process is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            body = elk_worker.read(stdout)
        except (OSError, ValueError):  # closed meanwhile by close()
            body = None
        finally:
            timer.cancel()
        if body is not None:
            answer: dict[str, Any] = json.loads(body)
            return answer
        self._stop()
        self._refuse_abandoned()
        if late.is_set():
            logger.warning("layout stopped after %g s", seconds)
            raise EngineError("time", f"the layout took longer than {seconds:g} s")
        raise EngineError("died", "the layout engine ended unexpectedly")
