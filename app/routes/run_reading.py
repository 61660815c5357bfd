"""What can be read of a run: tensors, predictions, the numerical check, curves, parameters."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from chainrule.app.deps import ServicesDep
from chainrule.app.encoding.encode import JSON, encode
from chainrule.app.encoding.whole_tensor import NPY, NPY_FILE, file_name
from chainrule.app.routes.runs import OwnRunDep, RunDep, told
from chainrule.app.runs.curves_csv import MEDIA_TYPE as CSV
from chainrule.app.runs.curves_csv import curves_csv
from chainrule.app.schemas.explanations import TensorAnswer
from chainrule.app.schemas.requests import Of
from chainrule.app.schemas.run_reading import HistoryAnswer, PredictAnswer, PredictRequest, RunGradcheck
from chainrule.app.schemas.runs import RunAnswer
from chainrule.app.web.bodies import BodyRoute
from chainrule.app.web.http_cache import FRESH
from chainrule.app.web.problems import responses

router = APIRouter(
    prefix="/api/v1/runs/{id}", tags=["runs"], responses=responses(404, 422, 503), route_class=BodyRoute
)

NPZ = "application/x-npz"

NodeId = Annotated[
    str, Path(max_length=400, description="Id of the node, as in the run's graph.", examples=["W1"])
]
NodeSide = Annotated[Of, Path(description="Its value, or its gradient.")]

After = Annotated[int, Query(ge=-1, le=1_000_000_000, description="Only what comes after this step.")]

_CSV: dict[str, Any] = {"description": "The curves.", "content": {CSV: {"schema": {"type": "string"}}}}

PARAMS_PATH = re.compile(r"/api/v1/runs/[^/]+/params")
"""The path that takes parameters, the largest of all bodies."""


class CsvResponse(Response):
    """A table."""

    media_type = CSV


def _binary(media_type: str) -> dict[str, Any]:
    return {"content": {media_type: {"schema": {"type": "string", "contentMediaType": media_type}}}}


@router.get(
    "/nodes/{node}/{of}",
    summary="The whole value or gradient of one node",
    response_model=TensorAnswer,
    responses={200: NPY_FILE},
)
async def read_run_tensor(
    run: RunDep, node: NodeId, of: NodeSide, request: Request, parts: ServicesDep
) -> Response:
    """All elements, of the batch seen last; with `Accept: application/x-npy` as a file for `numpy.load`."""
    runs = parts.runs
    file = NPY in request.headers.get("accept", "")
    answer = await runs.ask(run, lambda: runs.workers.tensor(run.id, node, of, file))
    headers = FRESH | {"Vary": "Accept"}
    if file:
        headers["Content-Disposition"] = f'attachment; filename="{file_name(node, of)}"'
    return Response(answer, media_type=NPY if file else JSON, headers=headers)


@router.post(
    "/predict",
    summary="What the net makes of an image",
    response_model=PredictAnswer,
    responses=responses(400, 413),
)
async def predict(body: PredictRequest, run: RunDep, parts: ServicesDep) -> Response:
    """Scores, probabilities, the numbers at each node, and the gradient of the loss or of a score at every pixel."""
    runs = parts.runs
    answer = await runs.ask(run, lambda: runs.workers.predict(run.id, body.pass_request, body.score))
    return Response(answer, media_type=JSON, headers=FRESH)


@router.post(
    "/gradcheck", summary="All parameters' gradients beside numerical ones", response_model=RunGradcheck
)
async def check_run(run: RunDep, parts: ServicesDep) -> Response:
    """Backpropagation beside the central difference, for every single parameter, in float64 copies."""
    runs = parts.runs
    answer = await runs.ask(run, lambda: runs.workers.gradcheck(run.id))
    return Response(answer, media_type=JSON)


@router.get(
    "/history",
    summary="The curves",
    response_model=HistoryAnswer,
    responses={200: _CSV},
)
async def read_history(run: RunDep, request: Request, parts: ServicesDep, after: After = -1) -> Response:
    """Loss, accuracy, gradient norms and dead units; a bounded number of points, however long the run.

    With `Accept: text/csv` as a table.
    """
    history = await parts.runs.history(run, after)
    headers = FRESH | {"Vary": "Accept"}
    if CSV in request.headers.get("accept", ""):
        return Response(curves_csv(history), media_type=CSV, headers=headers)
    return Response(encode(history), media_type=JSON, headers=headers)


@router.get("/history.csv", summary="The curves as a file", response_class=CsvResponse, responses={200: _CSV})
async def download_history(run: RunDep, parts: ServicesDep, after: After = -1) -> Response:
    """A row for each step at which something was measured or changed."""
    table = curves_csv(await parts.runs.history(run, after))
    name = f'attachment; filename="{run.id}-{run.status["step"]}.csv"'
    return CsvResponse(table, headers=FRESH | {"Content-Disposition": name})


@router.get(
    "/params", summary="The parameters as .npz", response_class=Response, responses={200: _binary(NPZ)}
)
async def read_params(run: RunDep, parts: ServicesDep) -> Response:
    """W1, b1, W2 … in float32, for `numpy.load`."""
    runs = parts.runs
    archive = await runs.ask(run, lambda: runs.workers.params(run.id))
    name = f'attachment; filename="{run.id}-{run.status["step"]}.npz"'
    return Response(archive, media_type=NPZ, headers=FRESH | {"Content-Disposition": name})


@router.put(
    "/params",
    summary="Other parameters for the net",
    response_model=RunAnswer,
    responses=responses(403, 413),
    openapi_extra={"requestBody": {"required": True, **_binary("application/octet-stream")}},
)
async def load_params(run: OwnRunDep, request: Request, parts: ServicesDep) -> Response:
    """An .npz with this net's names and shapes, as `GET …/params` gives it. Training goes on."""
    runs = parts.runs
    archive = await request.body()
    await runs.change(run, lambda: runs.workers.load(run.id, archive))
    return told(parts, run, run.owner)
