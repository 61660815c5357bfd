"""The pages for people: the workbench, a saved link opened in it, a net that trains, and the list of calls."""

from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.background import BackgroundTask
from starlette.responses import Response

from app import work
from app.call_list import calls as call_list
from app.deps import LanguageDep, Services, ServicesDep
from app.examples import DEFAULT, examples
from app.i18n import Language, translator
from app.paths import STATIC
from app.problems import KINDS
from app.routes.pictures import place
from app.runs.told import limits_told
from app.schemas.requests import PictureRequest
from core.errors import ChainruleError

router = APIRouter(include_in_schema=False)

_READ = ["GET", "HEAD"]
_SCRIPTS = [
    "vendor/d3.js",
    "vendor/codemirror.js",
    *sorted(f"js/{path.name}" for path in (STATIC / "js").glob("*.js")),
]
"""The workbench's modules, named in its head so that none waits until another has named it."""
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
    return _workbench(request, parts, language, boot)


@router.api_route("/s/{share_id}", methods=_READ)
async def shared(share_id: str, request: Request, parts: ServicesDep, language: LanguageDep) -> Response:
    """The workbench, opened on a saved link."""
    content = await work.waiting(lambda: parts.shares.load(share_id))
    view: dict[str, Any] = {key: value for key, value in content["view"].items() if value is not None}
    if "lang" in view and "lang" not in request.query_params:
        language = view["lang"]
    boot = view | {"program": content["program"], "inputs": content["inputs"]}
    return _workbench(request, parts, language, boot)


@router.api_route("/mnist", methods=_READ)
async def mnist(request: Request, parts: ServicesDep, language: LanguageDep) -> Response:
    """A net that trains while one watches; the page makes its run itself, or opens the one in its address."""
    boot = {"limits": limits_told(parts.settings, parts.runs)}
    return _page(request, parts, "mnist.html", language, boot)


@router.api_route("/api", methods=_READ)
async def calls(request: Request, parts: ServicesDep, language: LanguageDep) -> Response:
    """The list of calls, with an example each, and the kinds of problems."""
    base = parts.settings.public_url or str(request.base_url)
    context = {"calls": call_list(request.app.openapi(), base), "kinds": KINDS}
    return _page(request, parts, "api.html", language, {}, context)


def _workbench(request: Request, parts: Services, language: Language, boot: dict[str, Any]) -> Response:
    response = _page(request, parts, "workbench.html", language, boot, {"scripts": _SCRIPTS})
    query = request.query_params
    first: dict[str, Any] = {key: boot[key] for key in ("program", "inputs", "open", "labels") if key in boot}
    if "program" in query:
        first = {"program": query["program"]}
    if "labels" in query:
        first["labels"] = query["labels"]
    if "open" in query:
        first["open"] = [group for group in query["open"].split(",") if group]
    response.background = BackgroundTask(_begin_layout, parts, first, language)
    return response


async def _begin_layout(parts: Services, first: dict[str, Any], language: Language) -> None:
    """Lay the first picture out while the browser still reads the page's scripts; it will ask for it next."""
    # What is wrong with the program, if anything is, the page's own request tells.
    with suppress(ValidationError, ChainruleError):
        body = PictureRequest.model_validate({**first, "lang": language, "partial": True})
        await place(parts, body, language)


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
