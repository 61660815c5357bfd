"""The calls about a program's graph: those of every graph, the numerical check, exports, and sweeps of one input."""

from fastapi import APIRouter
from starlette.responses import Response

from chainrule.app.deps import ServicesDep
from chainrule.app.encoding.encode import JSON, encode
from chainrule.app.graphs import cost, work
from chainrule.app.graphs.changes_json import changes_json
from chainrule.app.graphs.cost import MOST_TOLD, refuse_many_elements
from chainrule.app.graphs.explanation_json import curve_json, differences_json, gradcheck_json, surface_json
from chainrule.app.graphs.nudge_json import nudge_json
from chainrule.app.routes import graph_answers
from chainrule.app.routes.graph_answers import origin_of
from chainrule.app.routes.graph_calls import add_graph_calls
from chainrule.app.routes.subjects import Source, evaluate, program_subject
from chainrule.app.schemas.changes import ChangesAnswer
from chainrule.app.schemas.explanations import ExportAnswer, GradcheckAnswer
from chainrule.app.schemas.nudge import NudgeAnswer
from chainrule.app.schemas.requests import ChangesRequest, ExportRequest, GradcheckRequest, NudgeRequest
from chainrule.app.schemas.sweeps import (
    CurveAnswer,
    CurveRequest,
    DifferencesAnswer,
    DifferencesRequest,
    SurfaceAnswer,
    SurfaceRequest,
)
from chainrule.app.web.bodies import BodyRoute
from chainrule.app.web.problems import responses
from chainrule.app.web.security import EMBEDDED_PICTURE
from chainrule.core.export import export
from chainrule.core.gradcheck.surface import surface
from chainrule.core.gradcheck.sweep import curve, curve_over, differences, evenly

router = APIRouter(
    prefix="/api/v1/graphs", tags=["graphs"], responses=responses(400, 413, 422, 503), route_class=BodyRoute
)

add_graph_calls(
    router,
    Source(program_subject, headers={}, picture_headers=EMBEDDED_PICTURE, most_traced=MOST_TOLD),
    graph_path="",
)


@router.post("/gradcheck", summary="All gradients beside numerical ones", response_model=GradcheckAnswer)
async def check_gradients(body: GradcheckRequest, parts: ServicesDep) -> Response:
    """Backpropagation, broken by `mistakes` if any are given, beside the central difference for every input."""
    compiled = await parts.programs.compile(body.program, body.inputs, body.output)
    compiled.refuse_memory(2, cost.CHECKED_AT_ONCE)
    inputs = len(compiled.graph.inputs)
    answer = await work.run(
        work.CHECK * compiled.cost * (1 + inputs / 40),
        lambda: gradcheck_json(
            compiled.check_inputs(body.inputs, body.epsilon, body.mistakes, body.upstream, body.conventions),
            body.epsilon,
            compiled.tensors,
            body.lang,
        ),
    )
    return Response(answer, media_type=JSON)


@router.post("/changes", summary="What changed, and why", response_model=ChangesAnswer)
async def explain_changes(body: ChangesRequest, parts: ServicesDep) -> Response:
    """Each value and gradient that differs between `before` and `inputs`, and the reason of each gradient."""
    compiled = await parts.programs.compile(body.program, body.inputs, body.output)
    before = await evaluate(compiled, body.before, body, 2)
    after = await evaluate(compiled, body.inputs, body, 2)
    answer = await work.run(
        2 * work.EXPLAIN * compiled.cost, lambda: changes_json(before, after, body.open, body.about)
    )
    return Response(answer, media_type=JSON)


@router.post("/nudge", summary="One value pushed by Δ", response_model=NudgeAnswer, responses=responses(404))
async def push_value(body: NudgeRequest, parts: ServicesDep) -> Response:
    """Every value behind it: how it really changes, beside slope × Δ; and what each input would do to the output."""
    compiled = await parts.programs.compile(body.program, body.inputs, body.output)
    evaluation = await evaluate(compiled, body.inputs, body, 3)
    node = graph_answers.known(body.id, lambda: compiled.graph.index(body.id))
    answer = await work.run(
        4 * work.SWEEP * compiled.cost, lambda: nudge_json(evaluation, node, body.delta, body.index)
    )
    return Response(answer, media_type=JSON)


@router.post("/export", summary="The graph for another program", response_model=ExportAnswer)
async def export_graph(body: ExportRequest, parts: ServicesDep) -> Response:
    """As DOT, as Mermaid, as runnable Python in the book's layers, as runnable PyTorch, as JSON."""
    compiled = await parts.programs.compile(body.program, body.inputs, body.output)
    if body.format == "json":
        refuse_many_elements(compiled.graph)
    compiled.refuse_memory(1, cost.WRITTEN * cost.own_elements(compiled.graph))
    evaluation = await evaluate(compiled, body.inputs, body)
    answer = await work.run(
        work.EXPORT * compiled.cost,
        lambda: encode(
            export(
                compiled.graph,
                evaluation.values,
                evaluation.gradients,
                body.format,
                body.lang,
                origin_of(body),
            )._asdict()
        ),
    )
    return Response(answer, media_type=JSON)


@router.post(
    "/curve",
    summary="The output while one value moves",
    response_model=CurveAnswer,
    responses=responses(404),
)
async def draw_curve(body: CurveRequest, parts: ServicesDep) -> Response:
    """Value and slope of the output at evenly spaced places of one input, or of any other value; the rest is fixed."""
    compiled = await parts.programs.compile(body.program, body.inputs, body.output)
    compiled.refuse_memory(2)
    at, graph = evenly(body.start, body.stop, body.points), compiled.graph

    def answer() -> bytes:
        if body.input is not None:
            return curve_json(body.input, curve(graph, body.inputs, body.input, at, body.conventions))
        part = body.node or ""
        node = graph_answers.known(part, lambda: graph.index(part))
        return curve_json(part, curve_over(graph, body.inputs, node, at, body.conventions, body.index))

    made = await work.run(work.SWEEP * compiled.cost * len(at), answer)
    return Response(made, media_type=JSON)


@router.post("/surface", summary="The output while two inputs move", response_model=SurfaceAnswer)
async def draw_surface(body: SurfaceRequest, parts: ServicesDep) -> Response:
    """The output at every pair of places of two inputs, the others fixed: for contours."""
    compiled = await parts.programs.compile(body.program, body.inputs, body.output)
    cost.refuse_many_points(compiled.graph, body.points**2)
    compiled.refuse_memory(1, cost.CHECKED_AT_ONCE)
    at_x, at_y = (evenly(axis.start, axis.stop, body.points) for axis in (body.x, body.y))
    answer = await work.run(
        work.EVALUATE * compiled.cost * len(at_x) * len(at_y) / 10,
        lambda: surface_json(
            at_x,
            at_y,
            surface(
                compiled.graph,
                body.inputs,
                (body.x.input, body.y.input),
                at_x,
                at_y,
                (body.x.index, body.y.index),
            ),
        ),
    )
    return Response(answer, media_type=JSON)


@router.post(
    "/differences", summary="A derivative by ever smaller differences", response_model=DifferencesAnswer
)
async def list_differences(body: DifferencesRequest, parts: ServicesDep) -> Response:
    """The forward and the central difference for each step ε, beside backpropagation."""
    compiled = await parts.programs.compile(body.program, body.inputs, body.output)
    compiled.refuse_memory(2)
    answer = await work.run(
        work.SWEEP * compiled.cost * len(body.epsilons),
        lambda: differences_json(
            body.input, differences(compiled.graph, body.inputs, body.input, body.epsilons, body.conventions)
        ),
    )
    return Response(answer, media_type=JSON)
