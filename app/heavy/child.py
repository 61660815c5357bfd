"""A child process ended, with the pipes to it."""

import contextlib
import subprocess
from typing import Any


def end(process: subprocess.Popen[Any]) -> None:
    """Kill a process, wait until it is gone, and close its pipes."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
