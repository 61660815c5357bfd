"""The page that a person sees in place of one that cannot be shown; programs get a problem in JSON."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.responses import Response

from chainrule.app.deps import services
from chainrule.app.routes.page import page
from chainrule.app.web.i18n import choose_language
from chainrule.app.web.proxy import route_path

_FOR_PROGRAMS = ("/api/", "/health/", "/static/", "/metrics", "/openapi.json")
_KINDS = {404: "page", 503: "busy"}


def problem_page(request: Request, body: Mapping[str, Any]) -> Response | None:
    """Return a page about a problem, or None where a program asks or a page says nothing better."""
    kind = "link" if body["type"] == "/api#share-missing" else _KINDS.get(body["status"])
    if (
        kind is None
        or request.method not in ("GET", "HEAD")
        or "text/html" not in request.headers.get("accept", "")
        or route_path(request.scope).startswith(_FOR_PROGRAMS)
    ):
        return None
    language = choose_language(
        request.query_params.get("lang"),
        request.cookies.get("lang"),
        accept_language=request.headers.get("accept-language"),
    )
    return page(request, services(request), "problem.html", language, {}, {"kind": kind}, body["status"])
