"""The process that trains one run: calls come over standard input, answers go to standard output.

`app.runs.launch` runs it as `python -m chainrule.app.runs.worker`, or has it forked from a warm process. The first
message orders the run; then follow calls `(number, name, arguments)`, each answered by `("answer", number, result)`,
`("refused", number, Refused)` or `("failed", number, text)`. In between come `("snapshot", snapshot, status)`. The
process ends with its input, even during a step, so it never outlives the service.
"""

import contextlib
import logging
import os
import queue
import sys
import threading
from typing import BinaryIO

from chainrule.app.runs.protocol import wire
from chainrule.app.runs.protocol.refusals import Refused
from chainrule.app.runs.worker.worker import Call, Worker, open_session

_NICE = 10
"""A run must not take the processor from the service."""

logger = logging.getLogger(__name__)


def run(calls_in: BinaryIO, answers_out: BinaryIO) -> None:
    """Do all that the messages order, then end the process: there is no way back."""
    try:
        with contextlib.suppress(KeyboardInterrupt, BrokenPipeError, EOFError):
            main(calls_in, answers_out)
    except Exception:
        logger.exception("A worker ended.")
        sys.stderr.flush()
        os._exit(1)
    # The reading thread holds the input: there is no other way out.
    sys.stderr.flush()
    os._exit(0)


def main(calls_in: BinaryIO, answers_out: BinaryIO) -> None:
    """Open the session that the first message orders, report it ready, then train and answer forever."""
    order = wire.read(calls_in)
    try:
        session = open_session(order)
    except Refused as refusal:
        wire.write(answers_out, ("refused", 0, refusal))
        return
    worker = Worker(session, lambda *message: wire.write(answers_out, message), order["keep_seconds"])
    # Only now: somebody waits for a run to open, but nobody for one that trains.
    if hasattr(os, "nice"):
        os.nice(_NICE)
    worker.report_ready()
    worker.run(_calls(calls_in))


def _calls(stream: BinaryIO) -> "queue.SimpleQueue[Call]":
    """Read calls in a thread of their own; the end of the stream ends the process."""
    calls: queue.SimpleQueue[Call] = queue.SimpleQueue()

    def read() -> None:
        try:
            while True:
                calls.put(wire.read(stream))
        except (EOFError, OSError):
            os._exit(0)

    threading.Thread(target=read, name="read calls", daemon=True).start()
    return calls


if __name__ == "__main__":
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints must not be taken for an answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    run(sys.stdin.buffer, answers)
