"""The pages: the workbench, saved links in it, a net that trains, and the list of calls."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from chainrule.app.deps import LanguageDep, Services, ServicesDep
from chainrule.app.graphs import work
from chainrule.app.lecture.examples import DEFAULT, examples
from chainrule.app.routes.first_answers import first_answers
from chainrule.app.routes.page import READ, page
from chainrule.app.runs.run_status import run_limits
from chainrule.app.web.call_list import calls as call_list
from chainrule.app.web.i18n import Language
from chainrule.app.web.problem_kinds import KINDS

router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=READ)
async def workbench(request: Request, parts: ServicesDep, language: LanguageDep) -> Response:
    """The workbench, with the apples and oranges unless the address says otherwise."""
    example = examples()[DEFAULT]
    boot = {
        "program": example.program_in(language),
        "inputs": example.inputs,
        "seed": example.upstream,
        "labels": example.labels,
        "open": list(example.open),
    }
    return await _workbench(request, parts, language, boot)


@router.api_route("/s/{share_id}", methods=READ)
async def shared(share_id: str, request: Request, parts: ServicesDep, language: LanguageDep) -> Response:
    """The workbench with a saved link."""
    content = await work.waiting(lambda: parts.shares.load(share_id))
    view: dict[str, Any] = {key: value for key, value in content["view"].items() if value is not None}
    if "lang" in view and "lang" not in request.query_params:
        language = view["lang"]
    boot = view | {"program": content["program"], "inputs": content["inputs"]}
    return await _workbench(request, parts, language, boot)


@router.api_route("/mnist", methods=READ)
async def mnist(request: Request, parts: ServicesDep, language: LanguageDep) -> Response:
    """A net that trains. The page makes its own run, or opens the one in its address."""
    boot = {"limits": run_limits(parts.settings, parts.runs)}
    return page(request, parts, "mnist.html", language, boot)


@router.api_route("/api", methods=READ)
async def calls(request: Request, parts: ServicesDep, language: LanguageDep) -> Response:
    """The list of calls, each with an example, and the kinds of problems."""
    base = parts.settings.public_url or str(request.base_url)
    context = {"calls": call_list(request.app.openapi(), base), "kinds": KINDS}
    return page(request, parts, "api.html", language, {}, context)


async def _workbench(request: Request, parts: Services, language: Language, boot: dict[str, Any]) -> Response:
    first = await first_answers(parts, request.query_params, boot, language)
    context = {"tour_offered": "tour" not in request.cookies, "first": first}
    return page(request, parts, "workbench.html", language, boot, context)
