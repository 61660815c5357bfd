"""Questions: a set by its seed, an answer checked, a hint, the answer itself."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from chainrule.app.deps import LanguageDep, ServicesDep
from chainrule.app.encoding.encode import JSON
from chainrule.app.graphs import work
from chainrule.app.heavy.job import Job
from chainrule.app.lecture.question_json import answer_json, blank_of, check_json, hint_json, set_json
from chainrule.app.schemas.questions import (
    BlankRequest,
    CheckAnswer,
    CheckRequest,
    HintAnswer,
    HintRequest,
    QuestionSet,
    RightAnswer,
)
from chainrule.app.web.bodies import BodyRoute
from chainrule.app.web.http_cache import cached
from chainrule.app.web.problems import responses
from chainrule.core.questions.blanks import Blank
from chainrule.core.questions.generator import LARGEST_SEED, LEVELS, MOST, Question, question

_FEW = 10
"""Questions that a thread makes: some 0.15 s."""

router = APIRouter(prefix="/api/v1/questions", tags=["questions"], route_class=BodyRoute)


@router.get("", summary="A set of questions", response_model=QuestionSet, responses=responses(422))
async def list_questions(
    request: Request,
    language: LanguageDep,
    parts: ServicesDep,
    seed: Annotated[
        int, Query(ge=0, le=LARGEST_SEED, description="The set: the same seed gives the same questions.")
    ] = 1,
    level: Annotated[
        int,
        Query(
            ge=1,
            le=len(LEVELS),
            description="1: one node, 2: shopping, 3: mixed ops with fan-out, 4: layers with shapes.",
        ),
    ] = 1,
    count: Annotated[int, Query(ge=1, le=MOST, description="How many questions.")] = 5,
) -> Response:
    """Graphs with blanks, made from random numbers and structures; the answers are not in them."""
    asked = (seed, level, count, language)
    if count > _FEW:
        answer = await work.in_process(parts.pool, Job("questions", set_json, asked))
    else:
        answer = await work.in_thread(lambda: set_json(*asked))
    return cached(request, answer, JSON, headers={"Vary": "Accept-Language, Cookie"})


@router.post(
    "/check",
    summary="Whether an answer is right",
    response_model=CheckAnswer,
    responses=responses(400, 404, 413, 422),
)
async def check_answer(body: CheckRequest) -> Response:
    """Right within the tolerance, near, a known mistake by its name, or wrong."""
    return await _asked(body, lambda asked, blank: check_json(asked, blank, body.answer))


@router.post(
    "/hint",
    summary="A hint for a blank",
    response_model=HintAnswer,
    responses=responses(400, 404, 413, 422),
)
async def give_hint(body: HintRequest) -> Response:
    """In three stages: where to look, the formula in symbols, the rule."""
    return await _asked(body, lambda asked, blank: hint_json(asked, blank, body.stage))


@router.post(
    "/answer",
    summary="The answer to a blank",
    response_model=RightAnswer,
    responses=responses(400, 404, 413, 422),
)
async def give_answer(body: BlankRequest) -> Response:
    """For a student who gives up, and for a teacher."""
    return await _asked(body, lambda _, blank: answer_json(blank))


async def _asked(body: BlankRequest, told: Callable[[Question, Blank], bytes]) -> Response:
    """Make the answer about one blank in a thread."""

    def answer() -> bytes:
        asked = question(body.seed, body.level, body.index)
        return told(asked, blank_of(asked, body.blank))

    return Response(await work.in_thread(answer), media_type=JSON)
