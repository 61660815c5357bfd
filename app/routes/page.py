"""What all pages share: language, theme, texts, and an early start of the first picture's layout."""

from contextlib import suppress
from typing import Any

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import Response

from chainrule.app.deps import Services
from chainrule.app.routes.catalogue import catalogue_tag
from chainrule.app.routes.pictures import place
from chainrule.app.schemas.requests import PictureRequest
from chainrule.app.web.i18n import Language, translator
from chainrule.app.web.owners import visitor_of
from chainrule.app.web.proxy import root_of
from chainrule.core.errors import ChainruleError

READ = ["GET", "HEAD"]
THEMES = ("system", "light", "dark", "projector")


def page(
    request: Request,
    parts: Services,
    template: str,
    language: Language,
    boot: dict[str, Any],
    more: dict[str, Any] | None = None,
    status: int = 200,
) -> Response:
    """Render a template. `boot` is the page's first state, `more` adds to the context of base.html."""
    # The address decides, then a saved link, then what the person chose here before.
    wishes = (request.query_params.get("theme"), boot.get("theme"), request.cookies.get("theme"))
    theme = next((wish for wish in wishes if wish in THEMES), "system")
    context = {
        "lang": language,
        "theme": theme,
        "nonce": request.state.csp_nonce,
        "messages": parts.messages,
        "boot": boot | {"lang": language, "theme": theme},
        "catalogue": catalogue_tag(),
        "root": root_of(request.scope),
        "files": parts.page_files.now(root_of(request.scope)),
        "version": parts.version,
        "_": translator(parts.messages, language),
    }
    response = parts.templates.TemplateResponse(
        request,
        template,
        context | (more or {}),
        status_code=status,
        headers={"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"},
    )
    visitor_of(request).remember(request, response)
    return response


async def begin_layout(parts: Services, first: dict[str, Any], language: Language) -> None:
    """Lay out the picture that the browser will ask for next."""
    # The page's own request reports errors in the program.
    with suppress(ValidationError, ChainruleError):
        body = PictureRequest.model_validate({**first, "lang": language, "partial": True})
        await place(parts, body, language)
