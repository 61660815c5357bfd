"""The first graph of a page, answered within the page: nothing is asked before it lives."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from fastapi.exceptions import RequestValidationError
from markupsafe import Markup
from pydantic import ValidationError

from chainrule.app.deps import Services
from chainrule.app.encoding.encode import encode
from chainrule.app.routes import graph_answers
from chainrule.app.routes.picture_query import picture_query
from chainrule.app.routes.subjects import CALLS, Subject, evaluated_program
from chainrule.app.schemas.requests import (
    ExplainRequest,
    Picture,
    PictureRequest,
    StepsRequest,
    WholeGraphRequest,
)
from chainrule.app.web.i18n import Language
from chainrule.app.web.leaving import client
from chainrule.app.web.problems import ProblemError
from chainrule.core.errors import ChainruleError

PATIENCE = 0.3
"""Seconds that a page waits for its first picture. A late one is laid out all the same, for the call that follows."""
MOST_NODES = 200
"""A larger graph would keep the rest of the page waiting."""
STEPS = 100
"""Steps of the walk that the page asks for first (static/js/panels/stepper/pages.js)."""

_IN_QUERY = ("inputs", "seed", "mistakes", "conventions", "open", "output", "labels")


class First(NamedTuple):
    """What a page shows at first."""

    picture: Markup
    """The SVG, as the page shows it."""
    answers: Markup
    """JSON for a script element: by call, the request and, but for the picture, its answer."""


def first_request(query: Mapping[str, str], boot: Mapping[str, Any], language: Language) -> PictureRequest:
    """Read the page's address as its script does. Raises an error for what the calls would refuse."""
    base = {} if "program" in query else {name: boot[name] for name in _IN_QUERY if name in boot}
    given = {name: query[name] for name in _IN_QUERY if name in query}
    read = picture_query(program=query.get("program", boot["program"]), lang=language, **given)  # type: ignore[arg-type]
    fields = {"upstream" if name == "seed" else name for name in given}
    overlaid = {name: getattr(read, name) for name in fields}
    if "upstream" in overlaid:
        base.pop("seed", None)
    return PictureRequest.model_validate(
        {**base, **overlaid, "program": read.program, "lang": language, "partial": True}
    )


async def first_answers(
    parts: Services, query: Mapping[str, str], boot: Mapping[str, Any], language: Language
) -> First | None:
    """Answer what the page's script would ask first; None if there is an error to tell, or it takes long."""
    with suppress(ValidationError, RequestValidationError, ChainruleError, ProblemError):
        return await answers_in_time(parts, first_request(query, boot, language), language)
    return None


async def answers_in_time(
    parts: Services, body: PictureRequest, language: Language, explained: bool = False
) -> First | None:
    """Answer what a graph's script asks first about this body; None if it takes long. Raises what the calls would.

    ``explained`` adds the explanation of every input.
    """
    working = asyncio.create_task(_answers(parts, body, language, explained))
    # What is late goes on: its layout is kept for the call that will ask for it.
    await asyncio.wait([working], timeout=PATIENCE)
    if working.done():
        return working.result()
    _LATE.add(working)
    working.add_done_callback(_forget)
    return None


_LATE: set[asyncio.Task[First | None]] = set()
"""Those still at work for a page that has been sent."""


def _forget(task: asyncio.Task[First | None]) -> None:
    _LATE.discard(task)
    if not task.cancelled():
        task.exception()  # looked at: the page's own call will report it


async def _answers(
    parts: Services, body: PictureRequest, language: Language, explained: bool = False
) -> First | None:
    client.set(None)  # what is late goes on when the page has been sent
    subject = await evaluated_program(parts, body, language, CALLS[Picture])
    found = subject.found
    if found.error or found.evaluation is None or len(found.evaluation.graph) > MOST_NODES:
        await graph_answers.layout_of(parts.layouts, subject)
        return None
    numbers: dict[str, Any] = {
        "program": body.program,
        "inputs": body.inputs,
        "seed": body.upstream,
        "mistakes": body.mistakes,
        "partial": True,
    }
    if body.conventions:
        numbers["conventions"] = body.conventions
    if body.output is not None:
        numbers["output"] = body.output
    shown = numbers | {"open": body.open, "lang": language}
    graph = await graph_answers.whole(
        parts.layouts, Subject(WholeGraphRequest.model_validate(numbers), found)
    )
    paged = shown | {"start": 0, "count": STEPS}
    steps = await graph_answers.walk(Subject(StepsRequest.model_validate(paged), found))
    picture = await graph_answers.picture(parts.layouts, subject)
    drawn = shown | {"labels": body.labels}
    answers = b'{"graphs": {"request": %b, "answer": %b}, "steps": {"request": %b, "answer": %b}, ' % (
        encode(numbers),
        graph,
        encode(paged),
        steps,
    )
    for node in found.evaluation.graph.inputs if explained else ():
        asked = shown | {"id": node.id}
        told = await graph_answers.explanation(Subject(ExplainRequest.model_validate(asked), found))
        answers += b'%b: {"request": %b, "answer": %b}, ' % (
            encode(f"explain {node.id}"),
            encode(asked),
            told,
        )
    answers += b'"picture": {"request": %b}}' % encode(drawn)
    # Within a script element nothing may look like its end.
    return First(Markup(picture), Markup(answers.decode().replace("<", "\\u003c")))
