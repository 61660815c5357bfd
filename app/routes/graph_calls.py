"""The seven calls about any graph: a program's, or a run's at one pass."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from chainrule.app.deps import ServicesDep
from chainrule.app.encoding.encode import JSON
from chainrule.app.encoding.whole_tensor import NPY, NPY_FILE, file_name
from chainrule.app.routes import graph_answers
from chainrule.app.routes.subjects import Source, Subject
from chainrule.app.schemas.explanations import ExplainAnswer, ProvenanceAnswer, StepsAnswer, TensorAnswer
from chainrule.app.schemas.graph import GraphAnswer, ValuesAnswer
from chainrule.app.schemas.requests import Backward, Element, Explain, Picture, Steps, WholeGraph, WholeTensor
from chainrule.app.web.problems import responses


class SvgResponse(Response):
    """A picture as SVG."""

    media_type = "image/svg+xml"


SVG: dict[int | str, dict[str, Any]] = {
    200: {"description": "The picture.", "content": {SvgResponse.media_type: {"schema": {"type": "string"}}}}
}
"""The `responses=` of a call that answers with a picture."""

_BODY = responses(400, 413)


def add_graph_calls(router: APIRouter, source: Source, graph_path: str) -> None:
    """Add the calls to a router whose graphs come from `source`; the whole graph is at `graph_path`."""

    def json(answer: bytes) -> Response:
        return Response(answer, media_type=JSON, headers=source.headers)

    @router.post(
        graph_path, summary="The whole graph with its numbers", response_model=GraphAnswer, responses=_BODY
    )
    async def read_graph(
        subject: Annotated[Subject[WholeGraph], Depends(source.subject(WholeGraph))], parts: ServicesDep
    ) -> Response:
        """Nodes, edges and groups with values, gradients, formulas and texts; on request with a layout."""
        return json(await graph_answers.whole(parts.layouts, subject))

    @router.post(
        "/values", summary="The numbers alone, for sliders", response_model=ValuesAnswer, responses=_BODY
    )
    async def read_values(
        subject: Annotated[Subject[Backward], Depends(source.subject(Backward))],
    ) -> Response:
        """Values and gradients in the order of the graph's nodes and edges, small and fast."""
        return json(await graph_answers.values(subject))

    @router.post(
        "/picture",
        summary="The picture as the page shows it",
        response_class=SvgResponse,
        responses=_BODY | SVG,
    )
    async def draw_picture(
        subject: Annotated[Subject[Picture], Depends(source.subject(Picture))], parts: ServicesDep
    ) -> Response:
        """The graph drawn as SVG, coloured by the page's styles; with `standalone` they are inside."""
        return SvgResponse(
            await graph_answers.picture(parts.layouts, subject), headers=source.picture_headers
        )

    @router.post(
        "/steps",
        summary="The walk forward and backward, step by step",
        response_model=StepsAnswer,
        responses=_BODY,
    )
    async def list_steps(subject: Annotated[Subject[Steps], Depends(source.subject(Steps))]) -> Response:
        """First the forward pass node by node, then the backward pass; each step with its rule and its numbers."""
        return json(await graph_answers.walk(subject))

    @router.post(
        "/explain",
        summary="Where one node's numbers come from",
        response_model=ExplainAnswer,
        responses=_BODY | responses(404),
    )
    async def explain_part(
        subject: Annotated[Subject[Explain], Depends(source.subject(Explain))],
    ) -> Response:
        """One node, edge or group: formulas, local derivatives, the sum over branches, paths, the numerical check."""
        return json(await graph_answers.explanation(subject))

    @router.post(
        "/provenance",
        summary="Where one element comes from",
        response_model=ProvenanceAnswer,
        responses=_BODY | responses(404),
    )
    async def trace_element(
        subject: Annotated[Subject[Element], Depends(source.subject(Element))],
    ) -> Response:
        """The elements behind one element of a value or gradient, and the products that make it up."""
        return json(await graph_answers.trace(subject, source.most_traced))

    @router.post(
        "/tensor",
        summary="One whole tensor",
        response_model=TensorAnswer,
        responses=_BODY | responses(404) | {200: NPY_FILE},
    )
    async def read_tensor(
        subject: Annotated[Subject[WholeTensor], Depends(source.subject(WholeTensor))], request: Request
    ) -> Response:
        """All elements and their histogram, as JSON; with `Accept: application/x-npy` a file for `numpy.load`."""
        body = subject.body
        headers = {**source.headers, "Vary": "Accept"}
        if NPY not in request.headers.get("accept", ""):
            answer = await graph_answers.tensor(subject)
            return Response(answer, media_type=JSON, headers=headers)
        headers["Content-Disposition"] = f'attachment; filename="{file_name(body.id, body.of)}"'
        return Response(await graph_answers.tensor_npy(subject), media_type=NPY, headers=headers)
