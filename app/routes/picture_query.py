"""A picture's own address: its query, which is that of the page, read as a request."""

from typing import Annotated, Any

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from chainrule.app.schemas.requests import SHOPPING, Direction, Labels, Lang, PictureRequest, Theme
from chainrule.core.export.origin import number_or_list, split


def picture_query(
    program: Annotated[str, Query(description="The program.", examples=[SHOPPING])],
    inputs: Annotated[
        str,
        Query(
            description="Other values for inputs, as `apple:130,X:[[1,2],[3,4]]`.",
            examples=["apple:130,tax:1.2"],
        ),
    ] = "",
    upstream: Annotated[
        str | None,
        Query(
            description="The upstream gradient of the output: a number, or a list as `[[1,2],[3,4]]`.",
            examples=["1.3"],
        ),
    ] = None,
    seed: Annotated[str | None, Query(description="An older name of `upstream`.", deprecated=True)] = None,
    mistakes: Annotated[
        str, Query(description="Rules to break, separated by commas.", examples=["mul.not_swapped"])
    ] = "",
    conventions: Annotated[
        str,
        Query(
            description="What is passed back at kinks, separated by commas.", examples=["maximum.tie.first"]
        ),
    ] = "",
    open: Annotated[
        str, Query(description="Groups drawn open, separated by commas.", examples=["sigmoid_1"])
    ] = "",
    output: Annotated[
        str | None, Query(description="The value to differentiate, by default the last one.", examples=["y"])
    ] = None,
    labels: Annotated[Labels, Query(description="What the edges show.")] = "numbers",
    step: Annotated[
        int | None, Query(ge=0, le=1_000_000, description="The step of the walk to show.")
    ] = None,
    zoom: Annotated[
        float | None,
        Query(
            ge=0.02,
            le=8,
            description="The scale at which it is seen: from afar letters grow, and less is told.",
        ),
    ] = None,
    nudge: Annotated[
        str | None, Query(description="A value to push and by how much.", examples=["apple:10"])
    ] = None,
    direction: Annotated[Direction, Query(description="Where it runs: `down` for a narrow page.")] = "right",
    wrap: Annotated[
        float | None,
        Query(ge=200, le=100_000, description="The width of a line: a long chain is broken into lines."),
    ] = None,
    theme: Annotated[Theme, Query(description="The colours.")] = "light",
    lang: Annotated[Lang, Query(description="The language.")] = "ko",
) -> PictureRequest:
    """Read the query as a request. Raises an error that names the place in the query."""
    try:
        given = {
            name: _value(text) for name, text in (("upstream", upstream), ("seed", seed)) if text is not None
        }
        return PictureRequest.model_validate(
            {
                "program": program,
                "inputs": dict(map(_pair, split(inputs))),
                "mistakes": [item for item in mistakes.split(",") if item],
                "conventions": [item for item in conventions.split(",") if item],
                "open": [item for item in open.split(",") if item],
                "output": output or None,
                "labels": labels,
                "step": step,
                "zoom": zoom,
                "nudge": nudge or None,
                "direction": direction,
                "wrap": wrap,
                "theme": theme,
                "lang": lang,
                "standalone": True,
                **given,
            }
        )
    except ValidationError as error:
        found = [{**item, "loc": ("query", *item["loc"])} for item in error.errors(include_url=False)]
        raise RequestValidationError(found) from None


PictureQuery = Annotated[PictureRequest, Depends(picture_query)]


def _pair(text: str) -> tuple[str, Any]:
    name, _, value = text.rpartition(":")
    return name, _value(value)


def _value(text: str) -> Any:
    """Read a number or a list; any other text is left for validation to refuse."""
    try:
        return number_or_list(text)
    except (ValueError, RecursionError):
        return text
