"""The picture of a graph: for the page, and under addresses of its own for slides and READMEs."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from chainrule.app.deps import Services, ServicesDep
from chainrule.app.graphs import work
from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.picture.layout import Layout
from chainrule.app.picture.png import png
from chainrule.app.picture.svg import draw, scene_of
from chainrule.app.routes.evaluation import Read, read, read_partial
from chainrule.app.routes.picture_query import PictureQuery
from chainrule.app.schemas.requests import Picture, PictureRequest
from chainrule.app.web.http_cache import cached
from chainrule.app.web.i18n import Language
from chainrule.app.web.problems import language_of, responses
from chainrule.app.web.security import PICTURE_POLICY
from chainrule.core.engine.graph import Graph

router = APIRouter(prefix="/api/v1/graphs", tags=["graphs"], responses=responses(422))

_HEADERS = {
    "Content-Security-Policy": PICTURE_POLICY,
    # A picture may stand on any page.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}
_DAY = 86_400
_EMPTY = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="graph" viewBox="0 0 1 1" width="1" height="1"></svg>\n'
)
"""The picture of a program of which nothing can be drawn yet."""


class SvgResponse(Response):
    """A picture as SVG."""

    media_type = "image/svg+xml"


class PngResponse(Response):
    """A picture as PNG."""

    media_type = "image/png"


def _answers(kind: type[Response], schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    assert kind.media_type is not None
    return {200: {"description": "The picture.", "content": {kind.media_type: {"schema": schema}}}}


SVG = _answers(SvgResponse, {"type": "string"})
_PNG = _answers(PngResponse, {"type": "string", "contentMediaType": "image/png"})
_KEPT: dict[int | str, dict[str, Any]] = {
    304: {"description": "The picture is the one that `If-None-Match` has."}
}


@router.post(
    "/picture",
    summary="The picture as the page shows it",
    response_class=SvgResponse,
    responses=responses(400, 413) | SVG,
)
async def draw_picture(body: PictureRequest, request: Request, parts: ServicesDep) -> Response:
    """The graph drawn as SVG, coloured by the page's styles; with `standalone` they are inside."""
    svg = await picture(parts, body, language_of(request))
    return SvgResponse(svg, headers=_HEADERS)


@router.get(
    "/picture.svg",
    summary="The picture under an address of its own",
    response_class=SvgResponse,
    responses=SVG | _KEPT,
)
async def svg_file(
    request: Request,
    parts: ServicesDep,
    query: PictureQuery,
    standalone: Annotated[bool, Query(description="Whether the styles are inside.")] = True,
) -> Response:
    """The same for a README or a slide. The parameters are those of the page's own address."""
    svg = await picture(parts, query.model_copy(update={"standalone": standalone}), language_of(request))
    return cached(request, svg.encode(), "image/svg+xml", max_age=_DAY, headers=_HEADERS)


@router.get(
    "/picture.png",
    summary="The picture as PNG at twice its size",
    response_class=PngResponse,
    responses=_PNG | _KEPT,
)
async def png_file(request: Request, parts: ServicesDep, query: PictureQuery) -> Response:
    """For programs that take no SVG. The parameters are those of the page's own address."""
    svg = await picture(parts, query, language_of(request))
    image = await work.in_thread(lambda: png(svg))
    return cached(request, image, "image/png", max_age=_DAY, headers=_HEADERS)


async def place(parts: Services, body: PictureRequest, language: Language) -> None:
    """Lay out what a request is about, for one that will follow. Raises ProgramError and EvaluationError."""
    found = await _read(parts, body, language)
    if found.compiled is not None:
        await _layout(parts, body, found.compiled.graph)


async def picture(parts: Services, body: PictureRequest, language: Language) -> str:
    """The SVG for a request. Raises ProgramError and EvaluationError."""
    found = await _read(parts, body, language)
    if found.compiled is None or found.evaluation is None:
        return _EMPTY
    return await drawn(parts, body, found.compiled, found.evaluation)


async def _read(parts: Services, body: PictureRequest, language: Language) -> Read:
    return await read_partial(parts, body, language) if body.partial else Read(*await read(parts, body))


async def _layout(parts: Services, body: Picture, graph: Graph) -> Layout:
    scene = await work.run(
        work.SCENE * len(graph), lambda: scene_of(graph, body.open, body.labels, body.lang, body.blanks)
    )
    return await parts.layouts.place(scene)


async def drawn(parts: Services, body: Picture, compiled: Compiled, evaluation: Evaluation) -> str:
    """The SVG of a graph with its numbers."""
    nodes = len(compiled.graph)
    layout = await _layout(parts, body, compiled.graph)
    return await work.run(
        work.DRAW * nodes,
        lambda: draw(
            compiled.graph,
            evaluation.values,
            evaluation.gradients,
            open=body.open,
            labels=body.labels,
            step=body.step,
            theme=body.theme,
            lang=body.lang,
            standalone=body.standalone,
            layout=layout,
            wrong=evaluation.wrong,
            blanks=body.blanks,
        ),
    )
