"""The calls that tell where numbers come from: explain, steps, the numerical check, exports, tensors."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from app import work
from app.cost import refuse_many_elements
from app.deps import ServicesDep
from app.encode import encode
from app.insight_json import explanation_json, gradcheck_json, steps_json
from app.problems import ProblemError, responses
from app.routes.reading import JSON, compile_program, read
from app.schemas.insight import (
    ExplainAnswer,
    ExportAnswer,
    GradcheckAnswer,
    ProvenanceAnswer,
    StepsAnswer,
    TensorAnswer,
)
from app.schemas.requests import (
    ExplainRequest,
    ExportRequest,
    GradcheckRequest,
    ProvenanceRequest,
    StepsRequest,
    TensorRequest,
)
from app.tensor_answer import NPY, file_name, provenance_json, tensor_file, tensor_json, tensor_of
from core.explain import explain
from core.export import export
from core.ops import Text
from core.provenance import provenance
from core.steps import step_count, steps

T = TypeVar("T")

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

    def answer() -> bytes:
        explanation = _known(
            body.id,
            lambda: explain(
                compiled.graph,
                found.values,
                found.gradients,
                body.id,
                body.lang,
                open=body.open,
                mistakes=body.mistakes,
            ),
        )
        checked = compiled.check_part(body.id, body.inputs, body.mistakes, body.seed)
        return explanation_json(explanation, checked, compiled.tensors)

    return Response(await work.run(work.EXPLAIN * compiled.cost, answer), media_type=JSON)


@router.post("/steps", summary="The walk forward and backward, step by step", response_model=StepsAnswer)
async def list_steps(body: StepsRequest, parts: ServicesDep) -> Response:
    """First the forward pass node by node, then the backward pass; each step with its rule and its numbers."""
    compiled, found = await read(parts, body)
    graph = compiled.graph

    def answer() -> bytes:
        asked = steps(
            graph,
            found.values,
            found.gradients,
            body.lang,
            open=body.open,
            start=body.start,
            count=body.count,
        )
        return steps_json(step_count(graph, body.open), asked)

    return Response(await work.run(work.STEP * min(body.count, 2 * len(graph)), answer), media_type=JSON)


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
    responses=responses(404)
    | {200: {"content": {NPY: {"schema": {"type": "string", "contentMediaType": NPY}}}}},
)
async def read_tensor(body: TensorRequest, request: Request, parts: ServicesDep) -> Response:
    """All elements and how they are spread, as JSON; with `Accept: application/x-npy` as a file for `numpy.load`."""
    compiled, found = await read(parts, body)
    value = _known(body.id, lambda: tensor_of(compiled, found, body.id, body.of))
    if NPY in request.headers.get("accept", ""):
        name = file_name(body.id, body.of)
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Vary": "Accept"}
        return Response(tensor_file(value), media_type=NPY, headers=headers)
    answer = await work.run(compiled.cost, lambda: tensor_json(body.id, body.of, value))
    return Response(answer, media_type=JSON, headers={"Vary": "Accept"})


@router.post(
    "/provenance",
    summary="What makes one element",
    response_model=ProvenanceAnswer,
    responses=responses(404),
)
async def trace_element(body: ProvenanceRequest, parts: ServicesDep) -> Response:
    """The elements that one element of a value or gradient is made of, and the products that make it."""
    compiled, found = await read(parts, body)
    refuse_many_elements(compiled.graph)

    def answer() -> bytes:
        made = _known(
            body.id,
            lambda: provenance(
                compiled.graph, found.values, found.gradients, body.id, body.of, body.index, body.open
            ),
        )
        return provenance_json(made)

    return Response(await work.run(work.EXPLAIN * compiled.cost, answer), media_type=JSON)


def _known(part: str, work: Callable[[], T]) -> T:
    """What `work` finds of a part of the graph; where it raises KeyError, the problem that the id is none."""
    try:
        return work()
    except KeyError:
        raise ProblemError(
            "unknown-id",
            Text(f"`{part}`라는 id는 그래프에 없습니다.", f"Nothing in the graph has the id `{part}`."),
            name=part,
        ) from None
