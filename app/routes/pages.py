"""The pages for people: the workbench, a saved link opened in it, and the list of calls."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app import work
from app.call_list import calls as call_list
from app.deps import LanguageDep, Services, ServicesDep
from app.examples import DEFAULT, examples
from app.i18n import Language, translator
from app.problems import KINDS

router = APIRouter(include_in_schema=False)

_READ = ["GET", "HEAD"]
THEMES = ("system", "light", "dark", "projector")


@router.api_route("/", methods=_READ)
async def workbench(request: Request, parts: ServicesDep, language: LanguageDep) -> Response:
    """The workbench, opened on the apples and oranges unless the address says otherwise."""
    example = examples()[DEFAULT]
    boot = {
        "program": example.program_in(language),
        "inputs": example.inputs,
        "seed": example.seed,
        "labels": example.labels,
        "open": example.open,
    }
    return _page(request, parts, "workbench.html", language, boot)


@router.api_route("/s/{share_id}", methods=_READ)
async def shared(share_id: str, request: Request, parts: ServicesDep, language: LanguageDep) -> Response:
    """The workbench, opened on a saved link."""
    content = await work.waiting(lambda: parts.shares.load(share_id))
    view: dict[str, Any] = {key: value for key, value in content["view"].items() if value is not None}
    if "lang" in view and "lang" not in request.query_params:
        language = view["lang"]
    boot = view | {"program": content["program"], "inputs": content["inputs"]}
    return _page(request, parts, "workbench.html", language, boot)


@router.api_route("/api", methods=_READ)
async def calls(request: Request, parts: ServicesDep, language: LanguageDep) -> Response:
    """The list of calls, with an example each, and the kinds of problems."""
    base = parts.settings.public_url or str(request.base_url)
    context = {"calls": call_list(request.app.openapi(), base), "kinds": KINDS}
    return _page(request, parts, "api.html", language, {}, context)


def _page(
    request: Request,
    parts: Services,
    template: str,
    language: Language,
    boot: dict[str, Any],
    more: dict[str, Any] | None = None,
) -> Response:
    # The address decides, then a saved link, then what the person chose here before.
    wishes = (request.query_params.get("theme"), boot.get("theme"), request.cookies.get("theme"))
    theme = next((wish for wish in wishes if wish in THEMES), "system")
    context = {
        "lang": language,
        "theme": theme,
        "nonce": request.state.csp_nonce,
        "messages": parts.messages,
        "boot": boot | {"lang": language, "theme": theme},
        "version": parts.version,
        "_": translator(parts.messages, language),
    }
    return parts.templates.TemplateResponse(
        request,
        template,
        context | (more or {}),
        headers={"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"},
    )
