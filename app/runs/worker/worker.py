"""The worker's loop: train a little, answer calls, send snapshots so that a crash loses little."""

import logging
import queue
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from chainrule.app.runs.protocol.refusals import Refused, refused_data, unreadable
from chainrule.app.runs.protocol.wire import Status
from chainrule.app.runs.worker import answers, image_pages
from chainrule.app.runs.worker.pass_inputs import pass_inputs
from chainrule.app.runs.worker.session import Session
from chainrule.core.errors import DatasetError
from chainrule.core.training import Options, datasets

_STEP_SECONDS = 1.0
"""Longest time that a call for single steps waits for them."""

Call = tuple[int, str, tuple[Any, ...]]
"""Number, name and arguments."""

logger = logging.getLogger(__name__)


mnist = cache(datasets.mnist)
"""Read once a process; workers forked from one that has read it share its memory."""


def open_session(order: Mapping[str, Any]) -> Session:
    """Open the session of an order (see `Workers.create`). Raises Refused for unusable data or snapshots."""
    folder, snapshot = order["folder"], order["snapshot"]
    try:
        dataset = mnist() if folder is None else datasets.from_folder(Path(folder))
        return Session(dataset, Options(**order["options"]), order["steps"], snapshot, name=order["dataset"])
    except DatasetError as error:
        raise refused_data(error) from None
    except (KeyError, TypeError, ValueError) as error:
        if snapshot is None:
            raise
        raise unreadable(error) from None  # it was taken with other data of this name


class Worker:
    """The loop around one session."""

    def __init__(self, session: Session, send: Callable[..., None], keep_seconds: float) -> None:
        """`send` takes the parts of one message; `keep_seconds` is the time between snapshots while training."""
        self.session = session
        self._send = send
        self._keep_seconds = keep_seconds
        self._clock = session.clock
        self._snapshot_at = self._clock()
        self._answers: dict[str, Callable[..., Any]] = {
            "act": self._act,
            "patch": session.patch,
            "load": session.load,
            "status": session.status,
            "frame": session.frame,
            "history": session.history,
            "take_snapshot": self._send_snapshot,
        }
        for name, answer in (
            ("tensor", answers.tensor),
            ("predict", answers.predict),
            ("gradcheck", answers.gradcheck),
            ("params", answers.params),
            ("pass_inputs", pass_inputs),
            ("tests", image_pages.listed),
            ("test_image", image_pages.one),
        ):
            self._answers[name] = self._of_session(answer)

    def _of_session(self, answer: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments: answer(self.session, *arguments)

    def report_ready(self) -> None:
        """Send the first snapshot and answer the order."""
        self._send_snapshot()
        self._send("answer", 0, self.session.status())

    def run(self, calls: "queue.SimpleQueue[Call]") -> None:
        """Train and answer forever."""
        while True:
            try:
                if self.session.running:
                    pause = self.session.seconds_to_step()
                    call = calls.get(block=pause > 0, timeout=pause)
                else:
                    call = calls.get()
            except queue.Empty:
                self.train()
                continue
            self.answer(*call)

    def train(self) -> None:
        """Train for about a hundredth of a second, then send a snapshot if one is due."""
        self.session.train()
        self._send_due_snapshot()

    def answer(self, number: int, name: str, arguments: tuple[Any, ...]) -> None:
        """Answer one call. A call that changes the run sends its snapshot first."""
        try:
            result = self._answers[name](*arguments)
        except Refused as refusal:
            self._send("refused", number, refusal)
            return
        except Exception as error:
            logger.exception("%s failed", name)
            self._send("failed", number, repr(error))
            return
        if self.session.changed:
            self._send_snapshot()
        self._send("answer", number, result)
        self._send_due_snapshot()

    def _act(self, action: str, steps: int) -> Status:
        session = self.session
        session.act(action, steps)
        if action == "step":
            until = self._clock() + _STEP_SECONDS
            while session.running and self._clock() < until:
                session.train()
        return session.status()

    def _send_due_snapshot(self) -> None:
        if self.session.changed or self._clock() - self._snapshot_at >= self._keep_seconds:
            self._send_snapshot()

    def _send_snapshot(self) -> None:
        self.session.changed = False
        self._snapshot_at = self._clock()
        self._send("snapshot", self.session.snapshot(), self.session.status())
