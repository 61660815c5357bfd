"""The graph calls: the whole graph, its numbers, its explanations, its checks, its exports."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app import work
from app.compiled import Compiled
from app.deps import Services, ServicesDep
from app.graph_json import empty_graph_json, graph_json, values_json
from app.problems import language_of, problem_body, program_problem, responses
from app.scene import Scene
from app.schemas.graph import GraphAnswer, ValuesAnswer
from app.schemas.requests import GraphRequest, WholeGraphRequest
from core.errors import EvaluationError, ProgramError

router = APIRouter(prefix="/graphs", tags=["graphs"], responses=responses(400, 413, 422))

JSON = "application/json"


async def compiled(parts: Services, request: GraphRequest) -> Compiled:
    """The program of a request, ready. Raises ProgramError."""
    found = await work.find(parts.programs, request.program, request.inputs)
    if isinstance(found, ProgramError):
        raise found
    return found


@router.post("", response_model=GraphAnswer)
async def read_graph(body: WholeGraphRequest, request: Request, parts: ServicesDep) -> Response:
    """The whole graph: nodes, edges and groups with values, gradients, formulas and texts."""
    found = await work.find(parts.programs, body.program, body.inputs)
    inputs, error = body.inputs, None
    if isinstance(found, ProgramError):
        if not body.partial:
            raise found
        error = program_problem(found, language_of(request))
        if found.partial is None:
            return Response(empty_graph_json(body.seed, error), media_type=JSON)
        found = Compiled(found.partial)
        inputs = found.known(inputs)
    try:
        evaluation = await work.run(
            len(found.graph), lambda: found.evaluate(inputs, body.seed, body.mistakes)
        )
    except EvaluationError as wrong:
        if not body.partial:
            raise
        error = problem_body("input", wrong.message, language_of(request), name=wrong.name, hint=wrong.hint)
        inputs = found.known(inputs)
        evaluation = await work.run(
            len(found.graph), lambda: found.evaluate(inputs, body.seed, body.mistakes)
        )
    layout = None
    if body.layout:
        scene = await work.in_thread(lambda: Scene(found.graph, body.open))
        layout = (await parts.layouts.place(scene)).as_json(scene)
    answer = await work.run(
        len(found.graph), lambda: graph_json(found, evaluation, error=error, layout=layout)
    )
    return Response(answer, media_type=JSON)


@router.post("/values", response_model=ValuesAnswer)
async def read_values(body: GraphRequest, parts: ServicesDep) -> Response:
    """Only the numbers, in the order of the graph's nodes and edges: for sliders."""
    found = await compiled(parts, body)
    answer = await work.run(
        len(found.graph), lambda: values_json(found, found.evaluate(body.inputs, body.seed, body.mistakes))
    )
    return Response(answer, media_type=JSON)
