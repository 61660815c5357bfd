"""From a request to an evaluated graph: what all graph calls begin with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chainrule.app.deps import Services
from chainrule.app.graphs import work
from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.schemas.requests import GraphRequest
from chainrule.app.web.i18n import Language
from chainrule.app.web.problems import problem_body, program_problem
from chainrule.core.errors import EvaluationError, ProgramError

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Read:
    """A graph with its numbers; or, in the partial mode, what there is of it and what is wrong."""

    compiled: Compiled | None
    """None where the error stands before the first node."""
    evaluation: Evaluation | None
    error: dict[str, Any] | None = None


async def compile_program(parts: Services, program: str, inputs: Mapping[str, Any]) -> Compiled:
    """The program, ready. Raises ProgramError."""
    found = await work.find(parts.programs, program, inputs)
    if isinstance(found, ProgramError):
        raise found
    return found


async def evaluate(
    compiled: Compiled, body: GraphRequest, inputs: Mapping[str, Any] | None = None
) -> Evaluation:
    """The numbers for a request. Raises EvaluationError."""
    given = body.inputs if inputs is None else inputs
    return await work.run(
        work.EVALUATE * compiled.cost, lambda: compiled.evaluate(given, body.seed, body.mistakes)
    )


async def read(parts: Services, body: GraphRequest) -> tuple[Compiled, Evaluation]:
    """The graph with its numbers. Raises ProgramError and EvaluationError."""
    compiled = await compile_program(parts, body.program, body.inputs)
    return compiled, await evaluate(compiled, body)


async def read_partial(parts: Services, body: GraphRequest, language: Language) -> Read:
    """The same for the page while a person types: an error leaves what stands before it, and is told."""
    found = await work.find(parts.programs, body.program, body.inputs)
    if isinstance(found, ProgramError):
        error = program_problem(found, language)
        if found.partial is None:
            return Read(None, None, error)
        compiled = await work.in_thread(lambda: Compiled(found.partial))  # type: ignore[arg-type]
        return Read(compiled, await evaluate(compiled, body, compiled.known(body.inputs)), error)
    try:
        return Read(found, await evaluate(found, body))
    except EvaluationError as wrong:
        error = problem_body("input", wrong.message, language, name=wrong.name, hint=wrong.hint)
        return Read(found, await evaluate(found, body, found.known(body.inputs)), error)
