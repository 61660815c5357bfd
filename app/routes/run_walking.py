"""A run's graph asked as any graph is: numbers, picture, walk, explanations, tensors, where an element comes from."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from chainrule.app.deps import Services, ServicesDep
from chainrule.app.graphs import work
from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.graphs.cost import MOST_TRACED_IN_A_NET
from chainrule.app.graphs.graph_json import values_json
from chainrule.app.graphs.tensor_answer import NPY_FILE
from chainrule.app.routes import graph_answers
from chainrule.app.routes.evaluation import JSON
from chainrule.app.routes.explanations import tensor_response
from chainrule.app.routes.pictures import SVG, SvgResponse, drawn
from chainrule.app.routes.runs import RunDep
from chainrule.app.runs.run import Run
from chainrule.app.schemas.graph import GraphAnswer, ValuesAnswer
from chainrule.app.schemas.insight import ExplainAnswer, ProvenanceAnswer, StepsAnswer, TensorAnswer
from chainrule.app.schemas.run_looks import (
    RunElement,
    RunExplain,
    RunGraph,
    RunLook,
    RunPicture,
    RunSteps,
    RunTensor,
)
from chainrule.app.web.problems import responses
from chainrule.app.web.security import PICTURE_POLICY

router = APIRouter(prefix="/api/v1/runs/{id}", tags=["runs"], responses=responses(400, 404, 413, 422, 503))

_FRESH = {"Cache-Control": "no-store"}


@router.post("/graph", summary="The net's graph at one pass", response_model=GraphAnswer)
async def read_graph(body: RunGraph, run: RunDep, parts: ServicesDep) -> Response:
    """The same as `POST /api/v1/graphs`, of the batch seen last, one image of it, a test image or one's own."""
    compiled, found = await see(parts, run, body)
    return _json(await graph_answers.whole(parts.layouts, compiled, found, body))


@router.post("/values", summary="The numbers of one pass", response_model=ValuesAnswer)
async def read_values(body: RunLook, run: RunDep, parts: ServicesDep) -> Response:
    """The same as `POST /api/v1/graphs/values`: what the picture's arrows carry, with no picture."""
    compiled, found = await see(parts, run, body)
    return _json(await work.run(work.VALUES * compiled.cost, lambda: values_json(compiled, found)))


@router.post(
    "/picture", summary="The net's graph drawn at one pass", response_class=SvgResponse, responses=SVG
)
async def draw_picture(body: RunPicture, run: RunDep, parts: ServicesDep) -> Response:
    """The same as `POST /api/v1/graphs/picture`."""
    svg = await drawn(parts, body, *await see(parts, run, body))
    return SvgResponse(svg, headers=_FRESH | {"Content-Security-Policy": PICTURE_POLICY})


@router.post("/steps", summary="The walk through the net", response_model=StepsAnswer)
async def list_steps(body: RunSteps, run: RunDep, parts: ServicesDep) -> Response:
    """The same as `POST /api/v1/graphs/steps`: forward node by node, then backward."""
    return _json(await graph_answers.walked(*await see(parts, run, body), body))


@router.post(
    "/explain", summary="Where one node of the net has its numbers from", response_model=ExplainAnswer
)
async def explain_part(body: RunExplain, run: RunDep, parts: ServicesDep) -> Response:
    """The same as `POST /api/v1/graphs/explain`."""
    compiled, found = await see(parts, run, body)
    return _json(await graph_answers.explained(compiled, found, body, {}, body.mistakes))


@router.post("/provenance", summary="What makes one element in the net", response_model=ProvenanceAnswer)
async def trace_element(body: RunElement, run: RunDep, parts: ServicesDep) -> Response:
    """The same as `POST /api/v1/graphs/provenance`."""
    return _json(await graph_answers.traced(*await see(parts, run, body), body, MOST_TRACED_IN_A_NET))


@router.post(
    "/tensor", summary="One tensor of the net whole", response_model=TensorAnswer, responses={200: NPY_FILE}
)
async def read_tensor(body: RunTensor, run: RunDep, request: Request, parts: ServicesDep) -> Response:
    """The same as `POST /api/v1/graphs/tensor`: of edges, groups and nodes inside groups too."""
    response = await tensor_response(body, request, *await see(parts, run, body))
    response.headers.update(_FRESH)
    return response


async def see(parts: Services, run: Run, body: RunLook) -> tuple[Compiled, Evaluation]:
    """The run's graph with the numbers of the pass that the request is about."""
    seen = await parts.looks.see(run, body.look)
    return seen.compiled, await parts.looks.taken_back(seen, body.seed, body.mistakes)


def _json(answer: bytes) -> Response:
    return Response(answer, media_type=JSON, headers=_FRESH)
