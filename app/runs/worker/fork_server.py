"""The warm process that workers are forked from: libraries and MNIST are loaded once, and shared by all runs.

`app.runs.launch` runs it as `python -m chainrule.app.runs.worker.fork_server FD`. Each message on that socket brings
one end of a connection; a child is forked that speaks on it as `app.runs.worker` says, after it has told its process
id. The process ends when the socket closes, so it never outlives the service; its children end with their connections.
"""

import contextlib
import gc
import os
import signal
import socket
import sys

from chainrule.app.runs.protocol import wire
from chainrule.app.runs.worker import __main__ as child
from chainrule.app.runs.worker.worker import mnist
from chainrule.core.errors import DatasetError


def main(control: socket.socket) -> None:
    """Load what every worker needs, then fork one for each connection received."""
    # Whatever a library prints must not be taken for the service's own output.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets ended children
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl+C reaches this process too; the service decides what ends
    with contextlib.suppress(DatasetError):  # the worker of a run that needs it will say so
        mnist()
    gc.collect()
    gc.freeze()  # a collection in a child would write to, and so copy, the pages that all share
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        for descriptor in descriptors:
            if os.fork() == 0:
                _become_worker(control, descriptor)
            os.close(descriptor)


def _become_worker(control: socket.socket, descriptor: int) -> None:
    """Be a worker on a connection, and never return."""
    try:
        control.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        connection = socket.socket(fileno=descriptor)
        answers = connection.makefile("wb")
        wire.write(answers, os.getpid())
        child.run(connection.makefile("rb"), answers)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
