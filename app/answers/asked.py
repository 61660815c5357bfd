"""What a request asks about: a program with its numbers, compiled and evaluated here or in another process."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.graphs.kept import KeptPrograms
from chainrule.app.heavy.job import stage
from chainrule.app.web.problem_errors import ProblemError, graph_problem
from chainrule.core.errors import EvaluationError, ProgramError, UpstreamError
from chainrule.core.language.program import Limits
from chainrule.core.text import Text

if TYPE_CHECKING:
    from chainrule.app.web.i18n import Language

T = TypeVar("T")

_PLACES = 32
"""Slots of the programs that a process keeps."""


class Bounds(NamedTuple):
    """What a program may be, and take."""

    limits: Limits
    memory: int | None
    """Bytes that one request may compute with; None: no limit."""


class Passes(Protocol):
    """How gradients are taken."""

    @property
    def upstream(self) -> Any: ...

    @property
    def mistakes(self) -> list[str]: ...

    @property
    def conventions(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A program, the numbers put into it, and how its gradients are taken."""

    bounds: Bounds
    program: str
    inputs: Mapping[str, Any]
    output: str | None
    upstream: Any
    mistakes: list[str]
    conventions: list[str]
    partial: bool
    """Whether an error leaves an answer about the part of the program before it."""
    language: "Language"
    """The language of the problem that is told then."""
    copies: int
    """How many times the memory of both passes the call takes."""


@dataclass(frozen=True, slots=True)
class Found:
    """The evaluated graph that a request is about."""

    evaluation: Evaluation | None
    """None only in the partial mode, for a program whose first node already has an error."""
    error: dict[str, Any] | None = None
    """In the partial mode, the problem object of the program's error."""
    cause: ProgramError | None = None
    """The error that leaves no evaluation."""

    @property
    def whole(self) -> Evaluation:
        """The evaluation. Raises ProgramError where there is nothing before the program's error."""
        if self.evaluation is None:
            assert self.cause is not None
            raise self.cause.with_traceback(None)
        return self.evaluation


def chosen(programs: KeptPrograms, entry: Compiled | ProgramError, asked: Asked) -> Compiled | ProgramError:
    """Return a program with the output asked for. Raises EvaluationError without it, but in the partial mode."""
    if isinstance(entry, ProgramError) or asked.output is None:
        return entry
    try:
        return programs.with_output(entry, asked.program, asked.inputs, asked.output)
    except EvaluationError:  # another program's output
        if asked.partial:
            return entry
        raise


def evaluated(entry: Compiled | ProgramError, asked: Asked) -> Found:
    """Run both passes. Raises ProgramError and EvaluationError, but in the partial mode."""
    if isinstance(entry, Compiled):
        try:
            return Found(evaluate(entry, asked.inputs, asked, asked.copies))
        except EvaluationError as error:
            if not asked.partial:
                raise
            compiled, problem = entry, graph_problem(error, asked.language)
    else:
        if not asked.partial:
            raise entry.with_traceback(None)  # else a cached error would collect a trace per request
        problem = graph_problem(entry, asked.language)
        if entry.partial is None:
            return Found(None, problem, entry)
        compiled = Compiled(entry.partial, asked.bounds.memory)
    inputs = compiled.known(asked.inputs)
    try:
        return Found(evaluate(compiled, inputs, asked, asked.copies), problem)
    except UpstreamError:
        return Found(evaluate(compiled, inputs, replace(asked, upstream=1.0), asked.copies), problem)


def evaluate(compiled: Compiled, inputs: Mapping[str, Any], passes: Passes, copies: int = 1) -> Evaluation:
    """Run both passes; the call will take their memory so many times in all.

    Raises EvaluationError, and ProblemError for a program that needs too much memory.
    """
    stage("passes")
    compiled.refuse_memory(copies + bool(passes.mistakes))
    found = compiled.evaluate(inputs, passes.upstream, passes.mistakes, passes.conventions)
    stage("answer")
    return found


def known(part: str, answer: Callable[[], T]) -> T:
    """Return the result of `answer`. Raises ProblemError for its KeyError: the graph has no such id."""
    try:
        return answer()
    except KeyError:
        raise ProblemError(
            "unknown-id",
            Text(f"`{part}`라는 id는 그래프에 없습니다.", f"Nothing in the graph has the id `{part}`."),
            name=part,
        ) from None


def about_numbers(asked: Asked, answer: Callable[..., bytes], *arguments: Any) -> bytes:
    """Answer about a program's evaluated graph in a process of heavy work: the program is read there too."""
    return answer(evaluated(_entry(asked), asked), *arguments)


def about_graph(asked: Asked, answer: Callable[..., bytes], *arguments: Any) -> bytes:
    """Answer about a program's compiled graph in a process of heavy work. Raises ProgramError."""
    entry = _entry(asked)
    if isinstance(entry, ProgramError):
        raise entry.with_traceback(None)
    stage("answer")
    return answer(entry, *arguments)


def _entry(asked: Asked) -> Compiled | ProgramError:
    stage("read")
    programs = _programs(asked.bounds)
    entry = programs.kept(asked.program, asked.inputs) or programs.read(asked.program, asked.inputs)
    assert not isinstance(entry, str)
    return chosen(programs, entry, asked)


@lru_cache(maxsize=1)
def _programs(bounds: Bounds) -> KeptPrograms:
    """The programs that this process keeps."""
    return KeptPrograms(bounds.limits, _PLACES, bounds.memory)
