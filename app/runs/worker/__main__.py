"""The process that trains one run: asked over standard input, answering on standard output.

Run by ``embedded`` as ``python -m worker``. The first message says what to train; then come
``(number, call, arguments)``, each answered by ``("answer", number, result)`` or ``("refused", number, Refused)``. In
between it sends ``("kept", snapshot, status)`` often enough that little is lost when it ends.
It ends when its input does, in the middle of a step too, so it never outlives the service.
"""

import contextlib
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from chainrule.app.runs.protocol import wire
from chainrule.app.runs.protocol.refusals import Refused, refused_data, unreadable
from chainrule.app.runs.worker import answers, image_pages
from chainrule.app.runs.worker.pass_inputs import looked_at
from chainrule.app.runs.worker.session import Session
from chainrule.core.errors import DatasetError
from chainrule.core.training import datasets
from chainrule.core.training.datasets import Dataset
from chainrule.core.training.options import Options

_NICE = 10
"""A run must not take the processor from the service."""
_STEP_SECONDS = 1.0
"""So long the answer to single steps waits for them."""

logger = logging.getLogger(__name__)


class Worker:
    """The loop around one session."""

    def __init__(self, session: Session, answer: BinaryIO, keep_seconds: float) -> None:
        self.session = session
        self._answer = answer
        self._keep_seconds = keep_seconds
        self._kept_at = time.monotonic()
        self._asked: queue.SimpleQueue[tuple[int, str, tuple[Any, ...]]] = queue.SimpleQueue()
        self._calls: dict[str, Callable[..., Any]] = {
            "act": self._act,
            "patch": session.patch,
            "load": session.load,
            "status": session.status,
            "frame": session.frame,
            "history": session.history,
            "keep": self._keep,
        }
        for answered in (answers.tensor, answers.predict, answers.gradcheck, answers.params):
            self._calls[answered.__name__] = self._of_session(answered)
        self._calls |= {
            "looked_at": self._of_session(looked_at),
            "tests": self._of_session(image_pages.listed),
            "test_image": self._of_session(image_pages.one),
        }

    def _of_session(self, answered: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments: answered(self.session, *arguments)

    def listen(self, asked: BinaryIO) -> None:
        """Take messages in, in a thread of its own; the end of the input is the end of the process."""

        def take() -> None:
            try:
                while True:
                    self._asked.put(wire.read(asked))
            except (EOFError, OSError):
                os._exit(0)

        threading.Thread(target=take, name="listen", daemon=True).start()

    def run(self) -> None:
        """Work and answer, for ever."""
        while True:
            try:
                if self.session.running:
                    wait = self.session.waits()
                    asked = self._asked.get(block=wait > 0, timeout=wait)
                else:
                    asked = self._asked.get()
            except queue.Empty:
                self.session.work()
                self._tell()
                continue
            self._reply(*asked)
            self._tell()

    def _reply(self, number: int, call: str, arguments: tuple[Any, ...]) -> None:
        try:
            result = self._calls[call](*arguments)
        except Refused as refusal:
            self._send("refused", number, refusal)
            return
        except Exception as error:
            logger.exception("%s failed", call)
            self._send("failed", number, repr(error))
            return
        if self.session.changed:
            self._keep()  # what was answered is never lost
        self._send("answer", number, result)

    def _act(self, action: str, steps: int) -> dict[str, Any]:
        session = self.session
        session.act(action, steps)
        if action == "step":
            until = time.monotonic() + _STEP_SECONDS
            while session.running and time.monotonic() < until:
                session.work()
        return session.status()

    def _tell(self) -> None:
        """Say what happened, and keep what would be lost."""
        if self.session.changed or time.monotonic() - self._kept_at >= self._keep_seconds:
            self._keep()

    def _keep(self) -> None:
        self.session.changed = False
        self._kept_at = time.monotonic()
        self._send("kept", self.session.snapshot(), self.session.status())

    def _send(self, *message: Any) -> None:
        wire.write(self._answer, message)


def main() -> None:
    """Make the session that the first message asks for, say so, then work."""
    asked, answer = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(
        sys.stderr.fileno(), sys.stdout.fileno()
    )  # whatever a library prints must not look like an answer
    order = wire.read(asked)
    try:
        folder = order["folder"]
        dataset = datasets.mnist() if folder is None else datasets.from_folder(Path(folder))
        session = _session(dataset, order)
    except DatasetError as error:
        wire.write(answer, ("refused", 0, refused_data(error)))
        return
    except Refused as refusal:
        wire.write(answer, ("refused", 0, refusal))
        return
    worker = Worker(session, answer, order["keep_seconds"])
    # Only now: somebody waits for a run to open, but nobody for one that trains.
    if hasattr(os, "nice"):
        os.nice(_NICE)
    worker.listen(asked)
    wire.write(answer, ("kept", session.snapshot(), session.status()))
    wire.write(answer, ("answer", 0, session.status()))
    worker.run()


def _session(dataset: Dataset, order: Mapping[str, Any]) -> Session:
    options, kept = Options(**order["options"]), order["kept"]
    try:
        return Session(dataset, options, order["steps"], kept, name=order["dataset"])
    except (KeyError, TypeError, ValueError) as error:
        if kept is None:
            raise
        raise unreadable(error) from None  # it was kept with other data of this name


if __name__ == "__main__":
    try:
        with contextlib.suppress(KeyboardInterrupt, BrokenPipeError, EOFError):
            main()
    except Exception:
        logger.exception("A worker ended.")
        sys.stderr.flush()
        os._exit(1)
    # The thread that listens holds standard input: there is no other way out.
    sys.stderr.flush()
    os._exit(0)
