"""The calls that tell where numbers come from: explain, steps, the numerical check, exports."""

from fastapi import APIRouter
from starlette.responses import Response

from app import work
from app.deps import ServicesDep
from app.encode import encode
from app.insight_json import explanation_json, gradcheck_json, steps_json
from app.problems import ProblemError, responses
from app.routes.reading import JSON, compile_program, read
from app.schemas.insight import ExplainAnswer, ExportAnswer, GradcheckAnswer, StepsAnswer
from app.schemas.requests import ExplainRequest, ExportRequest, GradcheckRequest, StepsRequest
from core.explain import explain
from core.export import export
from core.gradcheck import check
from core.ops import Text
from core.steps import step_count, steps

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
        try:
            explanation = explain(
                compiled.graph,
                found.values,
                found.gradients,
                body.id,
                body.lang,
                open=body.open,
                mistakes=body.mistakes,
            )
        except KeyError:
            raise ProblemError(
                "unknown-id",
                Text(
                    f"`{body.id}`라는 id는 그래프에 없습니다.",
                    f"Nothing in the graph has the id `{body.id}`.",
                ),
                name=body.id,
            ) from None
        checked = compiled.check_part(body.id, body.inputs, body.mistakes, body.seed)
        return explanation_json(explanation, checked)

    return Response(await work.run(work.EXPLAIN * len(compiled.graph), answer), media_type=JSON)


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
    nodes, inputs = len(compiled.graph), len(compiled.graph.inputs)
    answer = await work.run(
        work.CHECK * nodes * (1 + inputs / 40),
        lambda: gradcheck_json(
            check(compiled.graph, body.inputs, body.epsilon, body.mistakes, body.seed), body.epsilon
        ),
    )
    return Response(answer, media_type=JSON)


@router.post("/export", summary="The graph for another program", response_model=ExportAnswer)
async def export_graph(body: ExportRequest, parts: ServicesDep) -> Response:
    """As DOT, as Mermaid, as runnable Python in the book's layers, as runnable PyTorch, as JSON."""
    compiled, found = await read(parts, body)
    answer = await work.run(
        work.EXPORT * len(compiled.graph),
        lambda: encode(
            export(compiled.graph, found.values, found.gradients, body.format, body.lang)._asdict()
        ),
    )
    return Response(answer, media_type=JSON)
