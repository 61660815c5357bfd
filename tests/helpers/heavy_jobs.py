"""Jobs for processes that do heavy work: quick, endless, stubborn, failing."""

import os
from pathlib import Path

import numpy as np

from chainrule.app.heavy.job import stage
from chainrule.app.web.problem_errors import ProblemError
from chainrule.core.errors import ProgramError
from chainrule.core.text import Text

done = 0
kept: list[np.ndarray] = []


def count() -> bytes:
    """Tell this process, and how many of these jobs it has done."""
    global done
    done += 1
    return b"%d %d" % (os.getpid(), done)


def spin(path: str) -> bytes:
    """Compute without end, once this process's id stands in the file."""
    stage("check")
    Path(path).write_text(str(os.getpid()))
    while True:
        sum(range(1000))


def hold(path: str) -> bytes:
    """Never let the interpreter go: no exception can be raised in the middle."""
    Path(path).write_text(str(os.getpid()))
    return bytes(sum(range(10**12)))


def end() -> bytes:
    """End as a crash would."""
    os._exit(9)


def end_once(path: str) -> bytes:
    """End as a crash would, the first time."""
    if not Path(path).exists():
        Path(path).touch()
        os._exit(9)
    return b"again"


def misread() -> bytes:
    """Raise what a program with an error raises."""
    raise ProgramError(Text("틀림", "wrong"), 3, 4, name="x")


def refuse() -> bytes:
    """Raise what a refused request raises."""
    raise ProblemError("memory", Text("큼", "large"), name="y", retry_after=7)


def divide() -> bytes:
    """Raise what nobody foresaw."""
    return bytes(1 // 0)


def fill() -> bytes:
    """Keep 96 MB."""
    kept.append(np.ones(12_000_000))
    return str(os.getpid()).encode()
