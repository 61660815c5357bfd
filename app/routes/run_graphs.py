"""The calls about a run's graph at one pass; the whole graph and its picture also by address alone."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from chainrule.app.answers.asked import Found
from chainrule.app.deps import ServicesDep
from chainrule.app.encoding.encode import JSON
from chainrule.app.graphs.cost import MOST_TRACED_IN_A_NET
from chainrule.app.routes import graph_answers
from chainrule.app.routes.graph_calls import SVG, SvgResponse, add_graph_calls
from chainrule.app.routes.runs import RunDep
from chainrule.app.routes.subjects import Source, Subject
from chainrule.app.runs.protocol.pass_request import PassRequest
from chainrule.app.schemas.graph import GraphAnswer
from chainrule.app.schemas.requests import (
    Backward,
    Element,
    Explain,
    Labels,
    Lang,
    Picture,
    Steps,
    Theme,
    WholeGraph,
    WholeTensor,
)
from chainrule.app.schemas.run_graphs import (
    RunElement,
    RunExplain,
    RunGraph,
    RunPass,
    RunPicture,
    RunSteps,
    RunTensor,
)
from chainrule.app.web.bodies import BodyRoute
from chainrule.app.web.http_cache import FRESH
from chainrule.app.web.problems import responses
from chainrule.app.web.security import PICTURE_POLICY

router = APIRouter(
    prefix="/api/v1/runs/{id}", tags=["runs"], responses=responses(404, 422, 503), route_class=BodyRoute
)

_PICTURE_HEADERS = FRESH | {"Content-Security-Policy": PICTURE_POLICY}

_BODIES: Mapping[type[Backward], type[RunPass]] = {
    Backward: RunPass,
    WholeGraph: RunGraph,
    Picture: RunPicture,
    Steps: RunSteps,
    Explain: RunExplain,
    Element: RunElement,
    WholeTensor: RunTensor,
}

Sample = Annotated[
    int | None,
    Query(ge=0, le=1_000_000, description="One image of the batch, from 0; without it the whole batch."),
]
OpenGroups = Annotated[
    str, Query(description="Groups drawn open, separated by commas.", examples=["affine_1"])
]


def run_subject(fields: type[Backward]) -> Callable[..., Awaitable[Subject[Any]]]:
    """Make the dependency for a body with these fields that names a pass of a run."""

    async def subject(body: RunPass, run: RunDep, parts: ServicesDep) -> Subject[Any]:
        evaluation = await parts.pass_cache.evaluate(run, body.pass_request)
        again = parts.pass_cache.backward(evaluation, body.upstream, body.mistakes, body.conventions)
        return Subject(body, Found(await again))

    subject.__annotations__["body"] = _BODIES[fields]  # FastAPI reads the body's fields from here
    return subject


add_graph_calls(
    router,
    Source(
        run_subject,
        headers=FRESH,
        picture_headers=_PICTURE_HEADERS,
        most_traced=MOST_TRACED_IN_A_NET,
    ),
    graph_path="/graph",
)


@router.get("/graph", summary="The net's graph with this run's numbers", response_model=GraphAnswer)
async def read_run_graph(
    run: RunDep,
    parts: ServicesDep,
    sample: Sample = None,
    layout: Annotated[bool, Query(description="Whether to place the nodes and route the edges.")] = False,
    open: OpenGroups = "",
) -> Response:
    """The same answer as of `POST /api/v1/graphs`: values and gradients of the batch seen last."""
    evaluation = await parts.pass_cache.evaluate(run, PassRequest(sample))
    subject = Subject(WholeGraph(layout=layout, open=_names(open)), Found(evaluation))
    return Response(await graph_answers.whole(parts.layouts, subject), media_type=JSON, headers=FRESH)


@router.get(
    "/picture.svg",
    summary="The net's graph drawn",
    response_class=SvgResponse,
    responses=SVG,
)
async def draw_run(
    run: RunDep,
    parts: ServicesDep,
    sample: Sample = None,
    open: OpenGroups = "",
    labels: Annotated[Labels, Query(description="What the edges show.")] = "numbers",
    step: Annotated[
        int | None, Query(ge=0, le=1_000_000, description="The step of the walk to show.")
    ] = None,
    theme: Annotated[Theme, Query(description="The colours.")] = "light",
    lang: Annotated[Lang, Query(description="The language.")] = "ko",
    standalone: Annotated[bool, Query(description="Whether the styles are inside.")] = True,
) -> Response:
    """The same drawing as of every graph, with the numbers of the batch seen last."""
    body = Picture(open=_names(open), labels=labels, step=step, theme=theme, lang=lang, standalone=standalone)
    subject = Subject(body, Found(await parts.pass_cache.evaluate(run, PassRequest(sample))))
    return SvgResponse(await graph_answers.picture(parts.layouts, subject), headers=_PICTURE_HEADERS)


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]
