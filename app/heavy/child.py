"""A child process that runs a module of this program: its command, environment, and end."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import chainrule

_ROOT = Path(chainrule.__file__).resolve().parents[1]

ONE_THREAD: Mapping[str, str] = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Of the linear algebra: more gain little for one child and slow the others."""


def command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of this Python."""
    # -P: a person's `random.py` in the folder of the service is not Python's.
    return [sys.executable, "-P", "-m", module, *arguments]


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment, in which a child finds this very package, and more."""
    path = os.pathsep.join(part for part in (str(_ROOT), os.environ.get("PYTHONPATH", "")) if part)
    return {**os.environ, "PYTHONPATH": path, **more}


def end(process: subprocess.Popen[Any]) -> None:
    """Kill a process, wait until it is gone, and close its pipes."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
