"""Dependencies of routes: the service's parts and the language of an answer."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.requests import HTTPConnection
from fastapi.templating import Jinja2Templates

from chainrule.app.graphs.programs import Programs
from chainrule.app.heavy.job import Pool
from chainrule.app.picture.layout import Layouts
from chainrule.app.runs.pass_cache import PassCache
from chainrule.app.runs.service import Runs
from chainrule.app.runs.watching import Seats, Watching
from chainrule.app.settings import Settings
from chainrule.app.shares import ShareStore
from chainrule.app.web.i18n import Language, choose_language
from chainrule.app.web.metrics import Metrics
from chainrule.app.web.owners import Visitor, owner_in, visitor_of
from chainrule.app.web.page_files import PageFiles
from chainrule.app.web.quotas import Counting
from chainrule.app.web.seal import Seal


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that live as long as the service; `app.main` makes them."""

    settings: Settings
    version: str
    metrics: Metrics
    programs: Programs
    pool: Pool
    layouts: Layouts
    shares: ShareStore
    runs: Runs
    watching: Watching
    seats: Seats
    pass_cache: PassCache
    templates: Jinja2Templates
    messages: dict[Language, dict[str, str]]
    page_files: PageFiles
    quotas: Counting
    seal: Seal


def services(connection: HTTPConnection) -> Services:
    """Return the parts of the service behind this request or socket."""
    found = connection.app.state.services
    assert isinstance(found, Services)
    return found


# Dependencies are coroutines: the framework runs plain functions in a thread, longer than most answers take.


async def services_of(connection: HTTPConnection) -> Services:
    """Return the same, for routes."""
    return services(connection)


async def language(
    request: Request,
    lang: Annotated[
        Language | None,
        Query(
            description="The language; without it the one chosen on the page, else the browser's, else Korean."
        ),
    ] = None,
) -> Language:
    """Choose an answer's language: `lang` in the query, else the page's choice, else the browser's."""
    return choose_language(
        lang, request.cookies.get("lang"), accept_language=request.headers.get("accept-language")
    )


async def owner(request: Request) -> str | None:
    """Return the hash of the owner that asks; None without a token."""
    return owner_in(request)


async def visitor(request: Request) -> Visitor:
    """Return whoever is about to make something; without a token, somebody new."""
    return visitor_of(request)


ServicesDep = Annotated[Services, Depends(services_of)]
LanguageDep = Annotated[Language, Depends(language)]
OwnerDep = Annotated[str | None, Depends(owner)]
VisitorDep = Annotated[Visitor, Depends(visitor)]
