"""The pages: the workbench, saved links in it, a net that trains, and the list of calls."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from chainrule.app.deps import LanguageDep, Services, ServicesDep
from chainrule.app.graphs import work
from chainrule.app.lecture.examples import DEFAULT, Example, examples
from chainrule.app.paths import STATIC
from chainrule.app.routes.first_answers import first_answers
from chainrule.app.routes.page import READ, page
from chainrule.app.runs.run_status import run_limits
from chainrule.app.web import licences
from chainrule.app.web.call_list import calls as call_list
from chainrule.app.web.i18n import Language
from chainrule.app.web.problem_kinds import KINDS
from chainrule.app.web.proxy import root_of, route_path

router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=READ)
async def workbench(request: Request, parts: ServicesDep, language: LanguageDep) -> Response:
    """The workbench, with the apples and oranges unless the address says otherwise."""
    wanted = request.query_params.get("example")
    if wanted is not None and wanted in examples() and "program" not in request.query_params:
        return RedirectResponse(_address_of(examples()[wanted], request, language))
    example = examples()[DEFAULT]
    boot = {
        "program": example.program_in(language),
        "inputs": example.inputs,
        "seed": example.upstream,
        "labels": example.labels,
        "open": list(example.open),
    }
    missing = wanted if "program" not in request.query_params else None
    return await _workbench(request, parts, language, boot, missing)


def _address_of(example: Example, request: Request, language: Language) -> str:
    """Return the workbench's address with an example, and with what else the request's address says."""
    shown: dict[str, str] = {"program": example.program_in(language), "labels": example.labels}
    if example.inputs:
        shown["inputs"] = ",".join(
            f"{name}:{msgspec.json.encode(value).decode()}" for name, value in example.inputs.items()
        )
    if example.open:
        shown["open"] = ",".join(example.open)
    if example.upstream != 1.0:
        shown["seed"] = str(example.upstream)
    others = {name: value for name, value in request.query_params.items() if name != "example"}
    return f"{root_of(request.scope)}/?{urlencode(shown | others)}"


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


@router.api_route("/about", methods=READ)
async def about(request: Request, parts: ServicesDep, language: LanguageDep) -> Response:
    """What the site is, and the licences of the libraries that it is made with."""
    context = {
        "version": parts.version,
        "of_pages": licences.of_pages(STATIC),
        "of_service": licences.of_service(),
    }
    return page(request, parts, "about.html", language, {}, context)


async def _workbench(
    request: Request, parts: Services, language: Language, boot: dict[str, Any], missing: str | None = None
) -> Response:
    """Render the workbench; ``missing`` is the example that the address names and that there is none of."""
    query = request.query_params
    context = {
        "tour_offered": "tour" not in request.cookies,
        "first": await first_answers(parts, query, boot, language),
        "example": route_path(request.scope) == "/" and "program" not in query,
        "missing_example": missing,
    }
    return page(request, parts, "workbench.html", language, boot, context)
