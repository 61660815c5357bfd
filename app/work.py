"""Long work beside the event loop: small graphs are answered at once, large ones in a thread."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import anyio.to_thread

from app.compiled import Compiled, CompiledPrograms
from core.errors import ProgramError

AT_ONCE = 300
"""Nodes up to which an evaluation is quicker than the way to a thread and back, which takes about 0.1 ms."""

T = TypeVar("T")


async def find(
    programs: CompiledPrograms, source: str, inputs: Mapping[str, float]
) -> Compiled | ProgramError:
    """What the program means; it is read in a thread unless it is known."""
    known = programs.kept(source, inputs)
    return known if known is not None else await in_thread(lambda: programs.read(source, inputs))


async def run(nodes: int, work: Callable[[], T]) -> T:
    """The result of `work` on so many nodes."""
    return work() if nodes <= AT_ONCE else await in_thread(work)


async def in_thread(work: Callable[[], T]) -> T:
    """The result of `work`, done in a thread."""
    return await anyio.to_thread.run_sync(work)
