"""The graph a request is about: compiled from the request's program and evaluated."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from fastapi import Request

from chainrule.app.deps import Services, ServicesDep
from chainrule.app.graphs import work
from chainrule.app.graphs.compiled import Compiled, Evaluation
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
from chainrule.app.web.problems import graph_problem, language_of
from chainrule.core.errors import EvaluationError, ProgramError, UpstreamError

Body = TypeVar("Body", bound=Backward)


@dataclass(frozen=True, slots=True)
class Subject(Generic[Body]):
    """A request's body, and the evaluated graph it is about."""

    body: Body
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

    async def subject(body: GraphRequest, request: Request, parts: ServicesDep) -> Subject[Any]:
        return await evaluated_program(parts, body, language_of(request), _copies(fields, body))

    subject.__annotations__["body"] = _PROGRAM_BODIES[fields]  # FastAPI reads the body's fields from here
    return subject


def _copies(fields: type[Backward], body: GraphRequest) -> int:
    """How many times the memory of both passes a call takes: an explanation looks at both again."""
    again = fields in (Explain, Steps, Element) or (isinstance(body, Picture) and body.nudge is not None)
    return 1 + again


async def evaluated_program(
    parts: Services, body: GraphRequest, language: Language, copies: int = 1
) -> Subject[Any]:
    """Compile and evaluate a program. Raises ProgramError and EvaluationError, but for a body with `partial` set."""
    if isinstance(body, PartialRequest) and body.partial:
        return await _evaluated_partially(parts, body, language, copies)
    compiled = await parts.programs.compile(body.program, body.inputs, body.output)
    return Subject(body, await evaluate(compiled, body.inputs, body, copies))


async def evaluate(
    compiled: Compiled, inputs: Mapping[str, Any], passes: Backward, copies: int = 1
) -> Evaluation:
    """Run both passes, in a thread if they take long; the call will take their memory so many times in all.

    Raises EvaluationError, and ProblemError for a program that needs too much memory.
    """
    compiled.refuse_memory(copies + bool(passes.mistakes))
    return await work.run(
        work.EVALUATE * compiled.cost,
        lambda: compiled.evaluate(inputs, passes.upstream, passes.mistakes, passes.conventions),
    )


async def _evaluated_partially(
    parts: Services, body: GraphRequest, language: Language, copies: int
) -> Subject[Any]:
    """Evaluate for a page while a person types: after an error, the part of the program before it."""
    try:
        compiled = await parts.programs.compile(body.program, body.inputs, body.output)
    except ProgramError as error:
        problem = graph_problem(error, language)
        if (partial := error.partial) is None:
            return Subject(body, None, problem, error)
        compiled = await work.in_thread(lambda: Compiled(partial, parts.programs.memory))
    except EvaluationError:  # another program's output
        return await _evaluated_partially(parts, body.model_copy(update={"output": None}), language, copies)
    else:
        try:
            return Subject(body, await evaluate(compiled, body.inputs, body, copies))
        except EvaluationError as error:
            problem = graph_problem(error, language)
    inputs = compiled.known(body.inputs)
    try:
        evaluation = await evaluate(compiled, inputs, body, copies)
    except UpstreamError:
        evaluation = await evaluate(compiled, inputs, body.model_copy(update={"upstream": 1.0}), copies)
    return Subject(body, evaluation, problem)
