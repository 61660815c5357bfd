"""A job for another process, and the interface of whatever does jobs: processes of this machine, or a cluster."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Stage = Literal["read", "passes", "check", "draw", "answer"]
"""What a job is doing: reading its program, running both passes, checking numerically, drawing, writing its answer."""


@dataclass(frozen=True, slots=True)
class Job:
    """A function of a module with its arguments, all of which can be pickled."""

    key: str
    """Jobs with the same key share much: better where the last one was done."""
    work: Callable[..., bytes]
    arguments: tuple[Any, ...] = ()


class Pool(Protocol):
    """Does jobs elsewhere."""

    @property
    def at_once(self) -> int:
        """How many jobs can be done at the same time."""

    async def submit(self, job: Job) -> bytes:
        """Return what a job's work returns, or raise what it raises of our own errors.

        A cancelled call ends its job within a second. Raises ProblemError past the deadline.
        """

    def close(self) -> None:
        """End everything at once; whoever waits for a job gets ProblemError."""


_reporter: Callable[[Stage], None] | None = None


def report_to(reporter: Callable[[Stage], None]) -> None:
    """Have the stages of this process's jobs told to `reporter`."""
    global _reporter
    _reporter = reporter


def stage(name: Stage) -> None:
    """Tell what the job does from now on, for the message past its deadline; nothing happens outside a job."""
    if _reporter is not None:
        _reporter(name)
