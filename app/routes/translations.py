"""The call that reads what people paste: a text of another tool, or an export of this site, as a program."""

import re
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.responses import Response

from chainrule.app.answers.translation import translated, translation_json
from chainrule.app.deps import Services, ServicesDep
from chainrule.app.encoding.encode import JSON
from chainrule.app.graphs import work
from chainrule.app.heavy.job import Job
from chainrule.app.schemas.translations import TranslationAnswer, TranslationRequest
from chainrule.app.web.bodies import BodyRoute
from chainrule.app.web.problems import ProblemError, responses
from chainrule.core.export.origin import Origin
from chainrule.core.foreign import Translation, from_origin

router = APIRouter(
    prefix="/api/v1/graphs", tags=["graphs"], responses=responses(400, 413, 422), route_class=BodyRoute
)

_SAVED = re.compile(r"/s/([a-z2-7]{10,52})")
_LINK = 2_000
"""Most characters of a link."""
_SHORT = 4_000
"""Most characters of a text that a thread translates: some 0.1 s."""


@router.post("/translate", summary="A text of another tool as a program", response_model=TranslationAnswer)
async def translate_text(body: TranslationRequest, parts: ServicesDep) -> Response:
    """Line by line: what it becomes, what was dropped and why. Nothing is executed.

    Exports of this site give the graph they were made from, with the same numbers.
    """
    if (found := await _saved(parts, body.text)) is not None:
        return Response(translation_json(found, body.lang), media_type=JSON)
    asked = (body.text, body.lang)
    if len(body.text) > _SHORT:
        answer = await work.in_process(parts.pool, Job("translations", translated, asked))
    else:
        answer = await work.in_thread(lambda: translated(*asked))
    return Response(answer, media_type=JSON)


async def _saved(parts: Services, text: str) -> Translation | None:
    """What a saved link shows; None for any other text, and for a link that nobody saved here."""
    link = text.strip()
    found = _SAVED.search(urlsplit(link).path) if len(link) < _LINK and "\n" not in link else None
    if found is None:
        return None
    try:
        saved = await work.waiting(lambda: parts.shares.load(found[1]))
    except ProblemError:
        return None
    view = saved["view"]
    origin = Origin(
        saved["program"],
        saved["inputs"],
        view.get("seed", 1.0),
        view.get("mistakes", ()),
        view.get("conventions", ()),
    )
    return from_origin(link, origin)
