"""The graph calls: the whole graph, and its numbers alone."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from chainrule.app.deps import ServicesDep
from chainrule.app.graphs import work
from chainrule.app.graphs.graph_json import empty_graph_json, values_json
from chainrule.app.routes import graph_answers
from chainrule.app.routes.evaluation import JSON, Read, compile_program, read, read_partial
from chainrule.app.schemas.graph import GraphAnswer, ValuesAnswer
from chainrule.app.schemas.requests import GraphRequest, WholeGraphRequest
from chainrule.app.web.problems import language_of, responses

router = APIRouter(prefix="/api/v1/graphs", tags=["graphs"], responses=responses(400, 413, 422))


@router.post("", summary="The whole graph with its numbers", response_model=GraphAnswer)
async def read_graph(body: WholeGraphRequest, request: Request, parts: ServicesDep) -> Response:
    """Nodes, edges and groups with values, gradients, formulas and texts.

    On request with a layout; in the partial mode, of a program with an error, the part before it.
    """
    if body.partial:
        found = await read_partial(parts, body, language_of(request))
    else:
        found = Read(*await read(parts, body))
    if found.compiled is None or found.evaluation is None:
        return Response(empty_graph_json(body.seed, found.error), media_type=JSON)
    answer = await graph_answers.whole(parts.layouts, found.compiled, found.evaluation, body, found.error)
    return Response(answer, media_type=JSON)


@router.post("/values", summary="The numbers alone, for sliders", response_model=ValuesAnswer)
async def read_values(body: GraphRequest, parts: ServicesDep) -> Response:
    """Values and gradients in the order of the graph's nodes and edges, small and fast."""
    compiled = await compile_program(parts, body.program, body.inputs)
    answer = await work.run(
        (work.EVALUATE + work.VALUES) * compiled.cost,
        lambda: values_json(compiled, compiled.evaluate(body.inputs, body.seed, body.mistakes)),
    )
    return Response(answer, media_type=JSON)
