"""The gradient detective: a case opened, its picture, numerical checks, the accusation, results verified."""

import secrets
import time
from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import Response

from chainrule.app.answers.asked import Found
from chainrule.app.deps import LanguageDep, ServicesDep
from chainrule.app.encoding.encode import JSON
from chainrule.app.graphs import work
from chainrule.app.lecture import detective_json
from chainrule.app.lecture.detective_json import State, read_state
from chainrule.app.routes import graph_answers
from chainrule.app.routes.graph_calls import SVG, SvgResponse
from chainrule.app.routes.subjects import Subject
from chainrule.app.schemas.detective import (
    AccuseRequest,
    CaseAnswer,
    CaseGraphRequest,
    CasePictureRequest,
    CaseRequest,
    CheckedNode,
    CheckNodeRequest,
    ResultsAnswer,
    ResultsRequest,
    VerdictAnswer,
)
from chainrule.app.schemas.graph import GraphAnswer
from chainrule.app.schemas.requests import Picture
from chainrule.app.web.bodies import BodyRoute
from chainrule.app.web.problems import responses
from chainrule.core.questions.detective import case

router = APIRouter(prefix="/api/v1/detective", tags=["detective"], route_class=BodyRoute)


@router.post("/cases", summary="Open a case", response_model=CaseAnswer, responses=responses(400, 413, 422))
async def open_case(body: CaseRequest, language: LanguageDep, parts: ServicesDep) -> Response:
    """A net, drawn from a seed, in which one backward rule is broken at one place."""
    state = State(body.seed, body.level, body.index, secrets.token_urlsafe(9), int(time.time()))
    return await _answered(lambda: detective_json.opened(parts.seal, state, language))


@router.post(
    "/graph",
    summary="A case's graph with its wrong gradients",
    response_model=GraphAnswer,
    responses=responses(400, 413, 422),
)
async def read_case_graph(body: CaseGraphRequest) -> Response:
    """As the picture shows it; local derivatives are left out."""
    return await _answered(
        lambda: detective_json.whole_graph(case(body.seed, body.level, body.index), body.seed, body.lang)
    )


@router.post(
    "/picture",
    summary="A case's picture with its wrong gradients",
    response_class=SvgResponse,
    responses=responses(400, 413, 422, 503) | SVG,
)
async def draw_case(body: CasePictureRequest, parts: ServicesDep) -> Response:
    """The graph drawn as SVG, its layers closed."""
    evaluation = await work.in_thread(
        lambda: detective_json.evaluation(case(body.seed, body.level, body.index), body.seed, body.lang)
    )
    fields = Picture.model_validate(
        {"lang": body.lang, "direction": body.direction, "wrap": body.wrap, "open": []}
    )
    return SvgResponse(await graph_answers.picture(parts.layouts, Subject(fields, Found(evaluation))))


@router.post(
    "/checks",
    summary="A numerical check of one node",
    response_model=CheckedNode,
    responses=responses(400, 404, 409, 413, 422),
)
async def check_node(body: CheckNodeRequest, parts: ServicesDep) -> Response:
    """The numerical gradient beside the shown one, and a token that counts the check."""
    state = read_state(parts.seal, body.token)
    return await _answered(lambda: detective_json.checked(parts.seal, state, body.node))


@router.post(
    "/accusations",
    summary="Accuse one op",
    response_model=VerdictAnswer,
    responses=responses(400, 404, 409, 413, 422),
)
async def accuse_node(body: AccuseRequest, parts: ServicesDep) -> Response:
    """The verdict, the truth, and a signed result; it closes the case."""
    state = read_state(parts.seal, body.token)
    return await _answered(lambda: detective_json.accused(parts.seal, state, body.node, body.kind))


@router.post(
    "/results",
    summary="Verify results",
    response_model=ResultsAnswer,
    responses=responses(400, 413, 422),
)
async def verify_results(body: ResultsRequest, parts: ServicesDep) -> Response:
    """For a teacher: what was signed, whatever else a file of results says."""
    return await _answered(lambda: detective_json.results(parts.seal, body.tokens))


async def _answered(answer: Callable[[], bytes]) -> Response:
    return Response(await work.in_thread(answer), media_type=JSON)
