"""The calls about a program's graph: those of every graph, the numerical check, exports, and sweeps of one input."""

from fastapi import APIRouter
from starlette.responses import Response

from chainrule.app.answers import program as answers
from chainrule.app.deps import ServicesDep
from chainrule.app.encoding.encode import JSON
from chainrule.app.graphs import work
from chainrule.app.graphs.cost import MOST_TOLD
from chainrule.app.graphs.race_json import race_time
from chainrule.app.graphs.work import check_time
from chainrule.app.routes.graph_answers import origin_of
from chainrule.app.routes.graph_calls import add_graph_calls
from chainrule.app.routes.subjects import Source, program_answer, program_subject
from chainrule.app.schemas.changes import ChangesAnswer
from chainrule.app.schemas.explanations import ExportAnswer, GradcheckAnswer
from chainrule.app.schemas.nudge import NudgeAnswer
from chainrule.app.schemas.order import OrderAnswer
from chainrule.app.schemas.races import RaceAnswer
from chainrule.app.schemas.requests import (
    ChangesRequest,
    ExportRequest,
    GradcheckRequest,
    NudgeRequest,
    OrderRequest,
    RaceRequest,
)
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
    answer = await program_answer(parts, body, check_time, answers.gradcheck)
    return Response(answer, media_type=JSON)


@router.post("/changes", summary="What changed, and why", response_model=ChangesAnswer)
async def explain_changes(body: ChangesRequest, parts: ServicesDep) -> Response:
    """Each value and gradient that differs between `before` and `inputs`, and the reason of each gradient."""
    answer = await program_answer(
        parts, body, lambda compiled: 2 * (work.EVALUATE + work.EXPLAIN) * compiled.cost, answers.changes
    )
    return Response(answer, media_type=JSON)


@router.post("/nudge", summary="One value pushed by Δ", response_model=NudgeAnswer, responses=responses(404))
async def push_value(body: NudgeRequest, parts: ServicesDep) -> Response:
    """Every value behind it: how it really changes, beside slope × Δ; and what each input would do to the output."""
    answer = await program_answer(
        parts, body, lambda compiled: (work.EVALUATE + 4 * work.SWEEP) * compiled.cost, answers.pushed
    )
    return Response(answer, media_type=JSON)


@router.post("/order", summary="The backward pass in any order", response_model=OrderAnswer)
async def pass_back_in_order(body: OrderRequest, parts: ServicesDep) -> Response:
    """What each node gets if gradients are passed back in this order, beside the right gradients; and what is lost."""
    answer = await program_answer(
        parts, body, lambda compiled: (work.EVALUATE + work.EXPLAIN) * compiled.cost, answers.ordered
    )
    return Response(answer, media_type=JSON)


@router.post("/races", summary="Three ways to all slopes, pass by pass", response_model=RaceAnswer)
async def race(body: RaceRequest, parts: ServicesDep) -> Response:
    """Passes of one way, with the multiplications that they really did, counted while they ran."""

    answer = await program_answer(
        parts, body, lambda compiled: race_time(compiled, body.count), answers.raced
    )
    return Response(answer, media_type=JSON)


@router.post("/export", summary="The graph for another program", response_model=ExportAnswer)
async def export_graph(body: ExportRequest, parts: ServicesDep) -> Response:
    """As DOT, as Mermaid, as runnable Python in the book's layers, as runnable PyTorch, as JSON."""
    answer = await program_answer(
        parts,
        body,
        lambda compiled: (work.EVALUATE + work.EXPORT) * compiled.cost,
        answers.exported,
        origin_of(body),
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
    answer = await program_answer(
        parts, body, lambda compiled: work.SWEEP * compiled.cost * body.points, answers.curve
    )
    return Response(answer, media_type=JSON)


@router.post("/surface", summary="The output while two inputs move", response_model=SurfaceAnswer)
async def draw_surface(body: SurfaceRequest, parts: ServicesDep) -> Response:
    """The output at every pair of places of two inputs, the others fixed: for contours."""
    answer = await program_answer(
        parts, body, lambda compiled: work.EVALUATE * compiled.cost * body.points**2 / 10, answers.surface
    )
    return Response(answer, media_type=JSON)


@router.post(
    "/differences", summary="A derivative by ever smaller differences", response_model=DifferencesAnswer
)
async def list_differences(body: DifferencesRequest, parts: ServicesDep) -> Response:
    """The forward and the central difference for each step ε, beside backpropagation."""
    answer = await program_answer(
        parts, body, lambda compiled: work.SWEEP * compiled.cost * len(body.epsilons), answers.differences
    )
    return Response(answer, media_type=JSON)
