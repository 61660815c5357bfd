"""The lecture: its table of contents, and a page for each part."""

import asyncio
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from chainrule.app.deps import LanguageDep, Services, ServicesDep
from chainrule.app.lecture.figures import ShownFigure
from chainrule.app.lecture.lessons import OF_THE_SLIDES, Heading, Lesson, lessons
from chainrule.app.routes.first_answers import First, answers_in_time
from chainrule.app.routes.page import READ, begin_layout, page
from chainrule.app.routes.pictures import picture
from chainrule.app.schemas.requests import PictureRequest
from chainrule.app.web.i18n import Language
from chainrule.app.web.leaving import client
from chainrule.app.web.problem_errors import ProblemError
from chainrule.app.web.proxy import root_of
from chainrule.core.errors import ChainruleError

router = APIRouter(include_in_schema=False)

AHEAD = 600
"""Seconds that a browser may keep a part which it fetched while the one before was read; other cookies void it."""
PATIENCE = 0.4
"""Seconds that a page waits for first layouts; pictures that are late are drawn by its script."""


@router.api_route("/learn", methods=READ)
async def contents(request: Request, parts: ServicesDep, language: LanguageDep) -> Response:
    """All parts of the lecture in order."""
    response = _contents(request, parts, language)
    first = lessons().contents(language)[:1]
    if first:
        response.background = BackgroundTask(_begin, parts, lessons().lesson(first[0].slug, language))
    return response


@router.api_route("/learn/{slug}", methods=READ)
async def part(slug: str, request: Request, parts: ServicesDep, language: LanguageDep) -> Response:
    """One part by its name; its number redirects to the name."""
    order = lessons().contents(language)
    at = next(
        (
            k
            for k, heading in enumerate(order)
            if slug in (heading.slug, f"{heading.part:02}", str(heading.part))
        ),
        None,
    )
    if at is None:
        return _contents(request, parts, language, missing=slug)
    if slug != order[at].slug:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{root_of(request.scope)}/learn/{order[at].slug}{query}", status_code=308)
    lesson = lessons().lesson(slug, language)
    after = order[at + 1] if at + 1 < len(order) else None
    first = next((figure for figure in lesson.figures.values() if figure.program), None)
    answers, pictures = await asyncio.gather(_first(parts, first, language), _pictures(parts, lesson))
    if first and answers and first.kind == "graph" and first.step is None:
        pictures[first.id] = answers.picture
    context = {
        "lesson": lesson,
        "pictures": pictures,
        "first": first,
        "answers": answers,
        "before": order[at - 1] if at else None,
        "after": after,
        **_shared(order),
    }
    response = page(request, parts, "lesson.html", language, {}, context)
    if request.headers.get("sec-purpose", "").startswith("prefetch"):
        response.headers["Cache-Control"] = f"private, max-age={AHEAD}"
    elif after:
        response.background = BackgroundTask(_begin, parts, lessons().lesson(after.slug, language))
    return response


def _contents(request: Request, parts: Services, language: Language, missing: str | None = None) -> Response:
    context = {"missing": missing, **_shared(lessons().contents(language))}
    return page(request, parts, "learn.html", language, {}, context, 404 if missing is not None else 200)


def _shared(order: list[Heading]) -> dict[str, Any]:
    return {"parts": order, "of_the_slides": OF_THE_SLIDES}


def _request(figure: ShownFigure, language: Language) -> dict[str, Any]:
    """Return the request that draws a figure's first state."""
    return {
        "program": figure.program,
        "inputs": dict(figure.inputs),
        "upstream": figure.upstream,
        "labels": figure.labels,
        "open": list(figure.open),
        "lang": language,
    }


async def _pictures(parts: Services, lesson: Lesson) -> dict[str, str]:
    """Draw the graphs' first pictures, as far as they are ready in time."""
    client.set(None)  # what is late goes on when the page has been sent
    drawn: dict[str, asyncio.Task[str]] = {}
    for figure in lesson.figures.values():
        if figure.kind == "graph":
            body = PictureRequest.model_validate({**_request(figure, lesson.lang), "step": figure.step})
            drawn[figure.id] = asyncio.create_task(picture(parts, body, lesson.lang))
    if drawn:
        await asyncio.wait(drawn.values(), timeout=PATIENCE)
    # A late one continues: its layout is cached for the script that will ask for it.
    return {id: task.result() for id, task in drawn.items() if task.done()}


async def _first(parts: Services, figure: ShownFigure | None, language: Language) -> First | None:
    """Answer what the part's first graph will be asked for, as far as that is ready in time."""
    if figure is None:
        return None
    with suppress(ValidationError, ChainruleError, ProblemError):
        body = PictureRequest.model_validate({**_request(figure, language), "partial": True})
        return await answers_in_time(parts, body, language, explained=figure.kind == "linked")
    return None


async def _begin(parts: Services, lesson: Lesson) -> None:
    """Lay out the pictures of the next page, though this one has been sent and its client may be gone."""
    client.set(None)
    for figure in lesson.figures.values():
        if figure.kind == "graph":
            await begin_layout(parts, _request(figure, lesson.lang), lesson.lang)
