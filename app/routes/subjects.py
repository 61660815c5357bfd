"""The graph a request is about: a program's, evaluated here or in a process of heavy work."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import SimpleNamespace
from typing import Any, Generic, NamedTuple, TypeVar

from fastapi import Request
from pydantic import BaseModel

from chainrule.app.answers.asked import Asked, Bounds, Found, about_graph, about_numbers, chosen, evaluated
from chainrule.app.deps import Services, ServicesDep
from chainrule.app.graphs import work
from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.heavy.job import Job, Pool
from chainrule.app.schemas.requests import (
    Backward,
    Element,
    Explain,
    ExplainRequest,
    GraphRequest,
    PartialRequest,
    Picture,
    PictureRequest,
    ProvenanceRequest,
    Steps,
    StepsRequest,
    TensorRequest,
    WholeGraph,
    WholeGraphRequest,
    WholeTensor,
)
from chainrule.app.web.i18n import Language
from chainrule.app.web.problems import language_of
from chainrule.core.errors import ProgramError

Body = TypeVar("Body", bound=Backward)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A program whose answers are computed in processes of heavy work."""

    pool: Pool
    asked: Asked

    async def answer(self, answer: Callable[..., bytes], body: BaseModel | None, *more: Any) -> bytes:
        """Have an answer of `app.answers.graph` about its evaluated graph computed."""
        return await self._computed(about_numbers, answer, body, more)

    async def answer_of_program(
        self, answer: Callable[..., bytes], body: BaseModel | None, *more: Any
    ) -> bytes:
        """Have an answer of `app.answers.program` computed."""
        return await self._computed(about_graph, answer, body, more)

    async def _computed(
        self,
        about: Callable[..., bytes],
        answer: Callable[..., bytes],
        body: BaseModel | None,
        more: tuple[Any, ...],
    ) -> bytes:
        key = sha256(self.asked.program.encode("utf-8", "surrogatepass")).hexdigest()
        bodies = () if body is None else (_plain(body),)
        return await work.in_process(self.pool, Job(key, about, (self.asked, answer, *bodies, *more)))


def _plain(body: BaseModel) -> SimpleNamespace:
    """Return a body's fields alone: a process of heavy work does without pydantic."""
    fields = vars(body).items()
    return SimpleNamespace(
        **{name: _plain(value) if isinstance(value, BaseModel) else value for name, value in fields}
    )


@dataclass(frozen=True, slots=True)
class Subject(Generic[Body]):
    """A request's body, and the graph it is about."""

    body: Body
    found: Found
    """The evaluated graph; nothing of it if it is elsewhere."""
    elsewhere: Elsewhere | None = None

    @property
    def evaluation(self) -> Evaluation | None:
        """The evaluation here; None elsewhere, and for a program whose first node already has an error."""
        return self.found.evaluation


class Call(NamedTuple):
    """A call about an evaluated graph, to tell ahead of it what it takes."""

    takes: Callable[[Compiled, Any], float]
    """Microseconds of the answer, without both passes."""
    copies: int = 1
    """How many times the memory of both passes: an explanation looks at both again."""


CALLS: Mapping[type[Backward], Call] = {
    Backward: Call(lambda compiled, body: work.VALUES * compiled.cost),
    WholeGraph: Call(lambda compiled, body: work.GRAPH * compiled.cost),
    Picture: Call(lambda compiled, body: work.DRAW * len(compiled.graph)),
    Steps: Call(lambda compiled, body: work.STEP * min(body.count, 2 * len(compiled.graph)), 2),
    Explain: Call(lambda compiled, body: work.EXPLAIN * compiled.cost, 2),
    Element: Call(lambda compiled, body: work.EXPLAIN * compiled.cost, 2),
    WholeTensor: Call(lambda compiled, body: compiled.cost),
}


class Source(NamedTuple):
    """Where the graphs of a router's calls come from, and what differs in the answers about them."""

    subject: Callable[[type[Backward]], Callable[..., Awaitable[Subject[Any]]]]
    """Makes the FastAPI dependency that reads a body with the fields of this model and evaluates its graph."""
    headers: Mapping[str, str]
    picture_headers: Mapping[str, str]
    most_traced: int
    """Elements of a graph up to which one element is traced."""


_PROGRAM_BODIES: Mapping[type[Backward], type[GraphRequest]] = {
    Backward: GraphRequest,
    WholeGraph: WholeGraphRequest,
    Picture: PictureRequest,
    Steps: StepsRequest,
    Explain: ExplainRequest,
    Element: ProvenanceRequest,
    WholeTensor: TensorRequest,
}


def program_subject(fields: type[Backward]) -> Callable[..., Awaitable[Subject[Any]]]:
    """Make the dependency for a body with these fields and a program."""
    call = CALLS[fields]

    async def subject(body: GraphRequest, request: Request, parts: ServicesDep) -> Subject[Any]:
        return await evaluated_program(parts, body, language_of(request), call)

    subject.__annotations__["body"] = _PROGRAM_BODIES[fields]  # FastAPI reads the body's fields from here
    return subject


async def evaluated_program(
    parts: Services, body: GraphRequest, language: Language, call: Call
) -> Subject[Any]:
    """Compile and evaluate a program for a call, here or, if that takes long, in a process of heavy work.

    Raises ProgramError and EvaluationError, but for a body with `partial` set.
    """
    asked = asked_of(
        parts, body, language, call.copies + (isinstance(body, Picture) and body.nudge is not None)
    )
    programs = parts.programs
    entry = await programs.entry(body.program, body.inputs)
    if isinstance(entry, str):
        return Subject(body, Found(None), Elsewhere(parts.pool, asked))
    entry = chosen(programs, entry, asked)
    if isinstance(entry, ProgramError):
        with_part = asked.partial and entry.partial is not None
        found = (
            await work.in_thread(lambda: evaluated(entry, asked)) if with_part else evaluated(entry, asked)
        )
        return Subject(body, found)
    passes = work.EVALUATE * entry.cost
    if passes * asked.copies + call.takes(entry, body) > work.HEAVY:
        return Subject(body, Found(None), Elsewhere(parts.pool, asked))
    return Subject(body, await work.run(passes, lambda: evaluated(entry, asked)))


async def program_answer(
    parts: Services,
    body: GraphRequest,
    takes: Callable[[Compiled], float],
    answer: Callable[..., bytes],
    *more: Any,
) -> bytes:
    """Compute an answer of `app.answers.program`; `takes` estimates its microseconds. Raises ProgramError."""
    asked = asked_of(parts, body, "en", 1)
    entry = await parts.programs.entry(body.program, body.inputs)
    if not isinstance(entry, str):
        entry = chosen(parts.programs, entry, asked)
        if isinstance(entry, ProgramError):
            raise entry.with_traceback(None)
        compiled, microseconds = entry, takes(entry)
        if microseconds <= work.HEAVY:
            return await work.run(microseconds, lambda: answer(compiled, body, *more))
    return await Elsewhere(parts.pool, asked).answer_of_program(answer, body, *more)


def asked_of(parts: Services, body: GraphRequest, language: Language, copies: int) -> Asked:
    """Take from a body what its program is evaluated with."""
    return Asked(
        Bounds(parts.programs.limits, parts.programs.memory),
        body.program,
        body.inputs,
        body.output,
        body.upstream,
        body.mistakes,
        body.conventions,
        isinstance(body, PartialRequest) and body.partial,
        language,
        copies,
    )
