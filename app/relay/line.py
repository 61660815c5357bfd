"""A line over one connection: numbered calls in both directions, answered in any order."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from chainrule.app.relay import wire
from chainrule.app.runs.protocol.refusals import WorkerGone
from chainrule.app.web.problem_errors import ProblemError
from chainrule.core.text import Text

Answer = Callable[..., Awaitable[Any]]
"""Answers one call, with the arguments it came with."""

logger = logging.getLogger(__name__)


class LineLost(Exception):
    """The other end is gone, or was not there."""


class Line:
    """Calls the other end and answers its calls. A call that is cancelled here is cancelled there."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answers: dict[str, Answer]
    ) -> None:
        self._reader, self._writer, self._answers = reader, writer, answers
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._working: dict[int, asyncio.Task[None]] = {}
        self.lost = False

    async def call(self, name: str, *arguments: Any) -> Any:
        """Return the other end's answer. Raises LineLost; ProblemError and WorkerGone as they were raised there."""
        if self.lost:
            raise LineLost
        number = next(self._numbers)
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(wire.packed(number, name, arguments))
            await self._writer.drain()
            return await future
        except OSError as error:
            raise LineLost(str(error)) from None
        except asyncio.CancelledError:
            if not self.lost and not future.done():
                self._writer.write(wire.packed(number, "cancel", ()))
            raise
        finally:
            del self._waiting[number]
            if future.done() and not future.cancelled():
                future.exception()

    async def serve(self) -> None:
        """Read calls and answers until the other end is gone; then every waiting call raises LineLost."""
        try:
            while True:
                self._take(*await wire.read(self._reader))
        except (EOFError, OSError, TypeError, ValueError, KeyError) as error:
            if str(error) and not isinstance(error, asyncio.IncompleteReadError | OSError):
                logger.warning("A connection between web process and engine ends: %s", error)
        finally:
            self.close()
            tasks = list(self._working.values())
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.gather(*tasks, return_exceptions=True)

    def close(self) -> None:
        """Break the connection; every waiting call raises LineLost."""
        self.lost = True
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(LineLost())
        self._writer.close()

    def _take(self, number: int, kind: str, content: Any) -> None:
        if number < 0:
            self._hear(-number, kind, content)
        elif kind == "cancel":
            if (task := self._working.get(number)) is not None:
                task.cancel()
        else:
            task = asyncio.create_task(self._answer(number, kind, content))
            self._working[number] = task
            task.add_done_callback(lambda _: self._working.pop(number, None))

    def _hear(self, number: int, kind: str, content: Any) -> None:
        future = self._waiting.get(number)
        if future is None or future.done():
            return
        if kind == "answer":
            future.set_result(content)
        elif kind == "problem":
            problem, detail, headers, more = content
            error = ProblemError(problem, Text(*detail), **more)
            error.headers = headers
            future.set_exception(error)
        elif kind == "gone":
            future.set_exception(WorkerGone(content))
        else:
            future.set_exception(RuntimeError(f"at the other end: {content}"))

    async def _answer(self, number: int, name: str, arguments: list[Any]) -> None:
        try:
            kind, content = "answer", await self._answers[name](*arguments)
        except ProblemError as error:
            kind, content = "problem", (error.kind, error.detail, error.headers, error.more)
        except WorkerGone as error:
            kind, content = "gone", str(error)
        except asyncio.CancelledError:
            return
        except Exception as error:
            logger.exception("%s failed", name)
            kind, content = "failed", repr(error)
        if self.lost:
            return
        try:
            self._writer.write(wire.packed(-number, kind, content))
            await self._writer.drain()
        except OSError:
            self.close()
