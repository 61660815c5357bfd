"""The picture of a graph: for the page, and under an address of its own for slides and READMEs."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import Response

from app import work
from app.deps import Services, ServicesDep
from app.http_cache import cached
from app.i18n import Language
from app.picture import draw
from app.problems import language_of, responses
from app.routes.reading import Read, read, read_partial
from app.scene import Scene
from app.schemas.requests import SHOPPING, Labels, PictureRequest, Theme
from app.security import PICTURE_POLICY

router = APIRouter(prefix="/graphs", tags=["graphs"], responses=responses(413, 422))

SVG = "image/svg+xml"
_SVG_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "The picture.", "content": {SVG: {"schema": {"type": "string"}}}}
}
_HEADERS = {
    "Content-Security-Policy": PICTURE_POLICY,
    # A picture may stand on any page.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}
_DAY = 86_400


class SvgResponse(Response):
    """What the picture calls answer."""

    media_type = SVG


@router.post("/picture", response_class=SvgResponse, responses=responses(400) | _SVG_ANSWER)
async def draw_picture(body: PictureRequest, request: Request, parts: ServicesDep) -> Response:
    """The picture as SVG, as the page shows it; with `standalone` it opens anywhere."""
    svg = await picture(parts, body, language_of(request))
    return Response(svg, media_type=SVG, headers=_HEADERS)


@router.get("/picture.svg", response_class=SvgResponse, responses=_SVG_ANSWER)
async def picture_file(
    request: Request,
    parts: ServicesDep,
    program: Annotated[str, Query(description="The program.", examples=[SHOPPING])],
    inputs: Annotated[
        str,
        Query(description="Other values for inputs, as `apple:130,tax:1.2`.", examples=["apple:130,tax:1.2"]),
    ] = "",
    seed: Annotated[str, Query(description="The upstream gradient: a number.", examples=["1.3"])] = "1",
    mistakes: Annotated[
        str, Query(description="Rules to break, separated by commas.", examples=["mul.not_swapped"])
    ] = "",
    open: Annotated[
        str, Query(description="Groups drawn open, separated by commas.", examples=["sigmoid_1"])
    ] = "",
    labels: Annotated[Labels, Query(description="What the edges show.")] = "numbers",
    step: Annotated[
        int | None, Query(ge=0, le=1_000_000, description="The step of the walk to show.")
    ] = None,
    theme: Annotated[Theme, Query(description="The colours.")] = "light",
    lang: Annotated[Literal["ko", "en"], Query(description="The language.")] = "ko",
    standalone: Annotated[bool, Query(description="Whether the styles are inside.")] = True,
) -> Response:
    """The picture under an address of its own. The parameters are those of the page's own address."""
    body = _from_query(
        program=program,
        inputs=dict(_pair(item) for item in inputs.split(",") if item),
        seed=_number(seed),
        mistakes=[item for item in mistakes.split(",") if item],
        open=[item for item in open.split(",") if item],
        labels=labels,
        step=step,
        theme=theme,
        lang=lang,
        standalone=standalone,
    )
    svg = await picture(parts, body, language_of(request))
    return cached(request, svg.encode(), SVG, max_age=_DAY, headers=_HEADERS)


async def picture(parts: Services, body: PictureRequest, language: Language) -> str:
    """The SVG for a request. Raises ProgramError and EvaluationError."""
    found = await read_partial(parts, body, language) if body.partial else Read(*await read(parts, body))
    if found.compiled is None or found.evaluation is None:
        return _EMPTY
    compiled, evaluation = found.compiled, found.evaluation
    scene = await work.run(
        len(compiled.graph), lambda: Scene(compiled.graph, body.open, body.labels, body.lang)
    )
    layout = await parts.layouts.place(scene)
    return await work.run(
        len(compiled.graph),
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
        ),
    )


_EMPTY = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="graph" viewBox="0 0 1 1" width="1" height="1"></svg>\n'
)
"""The picture of a program of which nothing can be drawn yet."""


def _from_query(**fields: Any) -> PictureRequest:
    """The body that the query means. What does not fit is told with its place in the query."""
    try:
        return PictureRequest(**fields)
    except ValidationError as error:
        found = [item | {"loc": ("query", *item["loc"])} for item in error.errors(include_url=False)]
        raise RequestValidationError(found) from None


def _pair(text: str) -> tuple[str, Any]:
    name, _, value = text.rpartition(":")
    return name, _number(value)


def _number(text: str) -> Any:
    """The number that a query says; a text that says none is left for the validation to refuse."""
    try:
        return float(text)
    except ValueError:
        return text
