"""The calls that tell where numbers come from: explain, steps, the numerical check, exports, tensors."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from chainrule.app.deps import ServicesDep
from chainrule.app.encoding.encode import encode
from chainrule.app.graphs import work
from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.graphs.cost import refuse_many_elements
from chainrule.app.graphs.explanation_json import gradcheck_json
from chainrule.app.graphs.tensor_answer import NPY, NPY_FILE, file_name
from chainrule.app.routes import graph_answers
from chainrule.app.routes.evaluation import JSON, compile_program, read
from chainrule.app.schemas.insight import (
    ExplainAnswer,
    ExportAnswer,
    GradcheckAnswer,
    ProvenanceAnswer,
    StepsAnswer,
    TensorAnswer,
)
from chainrule.app.schemas.requests import (
    ExplainRequest,
    ExportRequest,
    GradcheckRequest,
    ProvenanceRequest,
    StepsRequest,
    TensorRequest,
    WholeTensor,
)
from chainrule.app.web.problems import responses
from chainrule.core.export import export

router = APIRouter(prefix="/api/v1/graphs", tags=["graphs"], responses=responses(400, 413, 422))


@router.post(
    "/explain",
    summary="Where one node's numbers come from",
    response_model=ExplainAnswer,
    responses=responses(404),
)
async def explain_part(body: ExplainRequest, parts: ServicesDep) -> Response:
    """One node, edge or group: formulas, local derivatives, the sum over branches, paths, the numerical check."""
    compiled, found = await read(parts, body)
    answer = await graph_answers.explained(compiled, found, body, body.inputs, body.mistakes)
    return Response(answer, media_type=JSON)


@router.post("/steps", summary="The walk forward and backward, step by step", response_model=StepsAnswer)
async def list_steps(body: StepsRequest, parts: ServicesDep) -> Response:
    """First the forward pass node by node, then the backward pass; each step with its rule and its numbers."""
    compiled, found = await read(parts, body)
    return Response(await graph_answers.walked(compiled, found, body), media_type=JSON)


@router.post("/gradcheck", summary="All gradients beside numerical ones", response_model=GradcheckAnswer)
async def check_gradients(body: GradcheckRequest, parts: ServicesDep) -> Response:
    """Backpropagation beside the central difference, for every input; with `mistakes`, the broken one."""
    compiled = await compile_program(parts, body.program, body.inputs)
    inputs = len(compiled.graph.inputs)
    answer = await work.run(
        work.CHECK * compiled.cost * (1 + inputs / 40),
        lambda: gradcheck_json(
            compiled.check_inputs(body.inputs, body.epsilon, body.mistakes, body.seed),
            body.epsilon,
            compiled.tensors,
        ),
    )
    return Response(answer, media_type=JSON)


@router.post("/export", summary="The graph for another program", response_model=ExportAnswer)
async def export_graph(body: ExportRequest, parts: ServicesDep) -> Response:
    """As DOT, as Mermaid, as runnable Python in the book's layers, as runnable PyTorch, as JSON."""
    compiled, found = await read(parts, body)
    if body.format == "json":
        refuse_many_elements(compiled.graph)
    answer = await work.run(
        work.EXPORT * compiled.cost,
        lambda: encode(
            export(compiled.graph, found.values, found.gradients, body.format, body.lang)._asdict()
        ),
    )
    return Response(answer, media_type=JSON)


@router.post(
    "/tensor",
    summary="One tensor whole",
    response_model=TensorAnswer,
    responses=responses(404) | {200: NPY_FILE},
)
async def read_tensor(body: TensorRequest, request: Request, parts: ServicesDep) -> Response:
    """All elements and how they are spread, as JSON; with `Accept: application/x-npy` as a file for `numpy.load`."""
    return await tensor_response(body, request, *await read(parts, body))


@router.post(
    "/provenance",
    summary="What makes one element",
    response_model=ProvenanceAnswer,
    responses=responses(404),
)
async def trace_element(body: ProvenanceRequest, parts: ServicesDep) -> Response:
    """The elements that one element of a value or gradient is made of, and the products that make it."""
    compiled, found = await read(parts, body)
    return Response(await graph_answers.traced(compiled, found, body), media_type=JSON)


async def tensor_response(
    body: WholeTensor, request: Request, compiled: Compiled, found: Evaluation
) -> Response:
    """One tensor as the request's Accept wants it."""
    file = NPY in request.headers.get("accept", "")
    answer = await graph_answers.tensor(compiled, found, body, file)
    headers = {"Vary": "Accept"}
    if file:
        headers["Content-Disposition"] = f'attachment; filename="{file_name(body.id, body.of)}"'
    return Response(answer, media_type=NPY if file else JSON, headers=headers)
