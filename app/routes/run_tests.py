"""A run's test images: what the net takes them for, the confusion matrix, the mistakes."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from chainrule.app.deps import ServicesDep
from chainrule.app.encoding.encode import JSON
from chainrule.app.routes.runs import RunDep
from chainrule.app.runs.protocol.pass_request import ImagePage
from chainrule.app.schemas.run_tests import TestImageAnswer, TestSetAnswer
from chainrule.app.web.bodies import BodyRoute
from chainrule.app.web.http_cache import FRESH
from chainrule.app.web.problems import responses

router = APIRouter(
    prefix="/api/v1/runs/{id}/tests", tags=["runs"], responses=responses(404, 422, 503), route_class=BodyRoute
)

MOST = 200
"""Most images in one answer."""


@router.get("", summary="The test set as the net sees it", response_model=TestSetAnswer)
async def list_tests(
    run: RunDep,
    parts: ServicesDep,
    only: Annotated[
        Literal["all", "mistakes"], Query(description="Whether only those that the net gets wrong.")
    ] = "all",
    label: Annotated[int | None, Query(ge=0, le=255, description="Those of this class.")] = None,
    predicted: Annotated[int | None, Query(ge=0, le=255, description="Those taken for this class.")] = None,
    order: Annotated[
        Literal["index", "probability"],
        Query(description="As they lie in the set, or first those that the net is surest of."),
    ] = "index",
    offset: Annotated[int, Query(ge=0, le=100_000_000, description="The first one wanted, from 0.")] = 0,
    limit: Annotated[
        int, Query(ge=0, le=MOST, description="Most images wanted; 0 for the matrix alone.")
    ] = 50,
    step: Annotated[
        int | None,
        Query(
            ge=0,
            le=1_000_000_000,
            description="Page on in the answer of this step while it is known; else it is the newest, and `step` "
            "says which.",
        ),
    ] = None,
) -> Response:
    """Accuracy, confusion matrix, and a page of the images with their pictures in one."""
    runs = parts.runs
    page = ImagePage(only == "mistakes", label, predicted, order, offset, limit, step)
    answer = await runs.ask(run, lambda: runs.workers.tests(run.id, page))
    return Response(answer, media_type=JSON, headers=FRESH)


@router.get("/{index}", summary="One test image", response_model=TestImageAnswer)
async def read_test_image(
    run: RunDep,
    parts: ServicesDep,
    index: Annotated[int, Path(ge=0, le=100_000_000, description="Its place in the test set, from 0.")],
) -> Response:
    """Its pixels, its label, and what the net as it is now makes of it."""
    runs = parts.runs
    answer = await runs.ask(run, lambda: runs.workers.test_image(run.id, index))
    return Response(answer, media_type=JSON, headers=FRESH)
