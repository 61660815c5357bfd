"""The calls that move one input: the output as a curve, and its derivative by differences."""

from fastapi import APIRouter
from starlette.responses import Response

from chainrule.app.deps import ServicesDep
from chainrule.app.graphs import work
from chainrule.app.graphs.sweep_json import curve_json, differences_json
from chainrule.app.routes.evaluation import JSON, compile_program
from chainrule.app.schemas.sweeps import CurveAnswer, CurveRequest, DifferencesAnswer, DifferencesRequest
from chainrule.app.web.problems import responses
from chainrule.core.gradcheck.sweep import curve, differences, evenly

router = APIRouter(prefix="/api/v1/graphs", tags=["graphs"], responses=responses(400, 413, 422))


@router.post("/curve", summary="The output while one input moves", response_model=CurveAnswer)
async def draw_curve(body: CurveRequest, parts: ServicesDep) -> Response:
    """Value and slope of the output at evenly spaced places of one input, the other inputs as they are."""
    compiled = await compile_program(parts, body.program, body.inputs)
    at = evenly(body.start, body.stop, body.points)
    answer = await work.run(
        work.SWEEP * compiled.cost * len(at),
        lambda: curve_json(body.input, curve(compiled.graph, body.inputs, body.input, at)),
    )
    return Response(answer, media_type=JSON)


@router.post(
    "/differences", summary="A derivative by ever smaller differences", response_model=DifferencesAnswer
)
async def list_differences(body: DifferencesRequest, parts: ServicesDep) -> Response:
    """The forward and the central difference for each step ε, beside backpropagation."""
    compiled = await compile_program(parts, body.program, body.inputs)
    answer = await work.run(
        work.SWEEP * compiled.cost * len(body.epsilons),
        lambda: differences_json(
            body.input, differences(compiled.graph, body.inputs, body.input, body.epsilons)
        ),
    )
    return Response(answer, media_type=JSON)
