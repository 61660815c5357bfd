"""The call that reads what people paste: a text of another tool, or an export of this site, as a program."""

import re
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.responses import Response

from chainrule.app.deps import Services, ServicesDep
from chainrule.app.encoding.encode import JSON, encode, nested_numbers
from chainrule.app.graphs import work
from chainrule.app.schemas.translations import TranslationAnswer, TranslationRequest
from chainrule.app.web.bodies import BodyRoute
from chainrule.app.web.problems import ProblemError, responses
from chainrule.core.export.origin import Origin
from chainrule.core.foreign import Translation, from_origin, translate

router = APIRouter(
    prefix="/api/v1/graphs", tags=["graphs"], responses=responses(400, 413, 422), route_class=BodyRoute
)

_SAVED = re.compile(r"/s/([a-z2-7]{10,52})")
_LINK = 2_000
"""Most characters of a link."""

_NOTHING: dict[str, Any] = {
    "kind": None,
    "name": "",
    "program": "",
    "inputs": {},
    "upstream": 1.0,
    "mistakes": [],
    "conventions": [],
    "lines": [],
    "note": None,
}


@router.post("/translate", summary="A text of another tool as a program", response_model=TranslationAnswer)
async def translate_text(body: TranslationRequest, parts: ServicesDep) -> Response:
    """Line by line: what it becomes, what was dropped and why. Nothing is executed.

    Exports of this site give the graph they were made from, with the same numbers.
    """
    found = await _saved(parts, body.text) or await work.in_thread(lambda: translate(body.text))
    return Response(encode(_NOTHING if found is None else _answer(found, body.lang)), media_type=JSON)


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


def _answer(found: Translation, lang: str) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "name": found.name.in_language(lang),
        "program": found.program,
        "inputs": {name: nested_numbers(value) for name, value in found.inputs.items()},
        "upstream": nested_numbers(found.upstream),
        "mistakes": list(found.mistakes),
        "conventions": list(found.conventions),
        "lines": [
            {
                "line": line.number,
                "text": line.text,
                "becomes": line.becomes,
                "why": line.why and line.why.in_language(lang),
            }
            for line in found.lines
        ],
        "note": found.note and found.note.in_language(lang),
    }
