"""Pictures under addresses of their own, for slides and READMEs."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from chainrule.app.answers.graph import picture_png
from chainrule.app.deps import Services, ServicesDep
from chainrule.app.graphs import work
from chainrule.app.heavy.job import Job
from chainrule.app.routes import graph_answers
from chainrule.app.routes.graph_calls import SVG, SvgResponse
from chainrule.app.routes.picture_query import PictureQuery
from chainrule.app.routes.subjects import CALLS, evaluated_program
from chainrule.app.schemas.requests import Picture, PictureRequest
from chainrule.app.web.http_cache import cached
from chainrule.app.web.i18n import Language
from chainrule.app.web.problems import language_of, responses
from chainrule.app.web.security import EMBEDDED_PICTURE

router = APIRouter(prefix="/api/v1/graphs", tags=["graphs"], responses=responses(422, 503))

_DAY = 86_400
_KEPT: dict[int | str, dict[str, Any]] = {
    304: {"description": "The picture that `If-None-Match` names is still the newest."}
}


class PngResponse(Response):
    """A picture as PNG."""

    media_type = "image/png"


_PNG: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture.",
        "content": {
            PngResponse.media_type: {"schema": {"type": "string", "contentMediaType": PngResponse.media_type}}
        },
    }
}


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
    """For a README or a slide. The parameters are those of the page's own address."""
    svg = await picture(parts, query.model_copy(update={"standalone": standalone}), language_of(request))
    return cached(request, svg.encode(), "image/svg+xml", max_age=_DAY, headers=EMBEDDED_PICTURE)


@router.get(
    "/picture.png",
    summary="The picture as PNG at twice its size",
    response_class=PngResponse,
    responses=_PNG | _KEPT,
)
async def png_file(request: Request, parts: ServicesDep, query: PictureQuery) -> Response:
    """For programs that cannot show SVG. The parameters are those of the page's own address."""
    svg = await picture(parts, query, language_of(request))
    # Rendering holds the interpreter for as long as it takes: the event loop would stand still.
    image = await work.in_process(parts.pool, Job("png", picture_png, (svg,)))
    return cached(request, image, "image/png", max_age=_DAY, headers=EMBEDDED_PICTURE)


async def picture(parts: Services, body: PictureRequest, language: Language) -> str:
    """Draw a program's graph as SVG. Raises ProgramError and EvaluationError, but for a body with `partial` set."""
    return await graph_answers.picture(
        parts.layouts, await evaluated_program(parts, body, language, CALLS[Picture])
    )


async def place(parts: Services, body: PictureRequest, language: Language) -> None:
    """Lay out a program's picture for a request that will follow. Raises as `picture` does."""
    await graph_answers.layout_of(
        parts.layouts, await evaluated_program(parts, body, language, CALLS[Picture])
    )
