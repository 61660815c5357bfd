"""The catalogue: the ops that a program can call, and the lecture's examples."""

import hashlib
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chainrule.app.deps import LanguageDep, ServicesDep
from chainrule.app.encoding.encode import JSON, encode
from chainrule.app.graphs.catalogue import catalogue
from chainrule.app.graphs.engines import kinks_of_all
from chainrule.app.lecture.examples import examples
from chainrule.app.schemas.catalogue import ExampleItem, OpItem
from chainrule.app.schemas.kinks import KinkItem
from chainrule.app.web.http_cache import cached
from chainrule.app.web.i18n import Language
from chainrule.app.web.problems import responses
from chainrule.core.ops.op import Op
from chainrule.core.ops.registry import WATCHERS

router = APIRouter(prefix="/api/v1", tags=["catalogue"])

_BY_LANGUAGE = {"Vary": "Accept-Language"}

Slug = Annotated[str, Path(description="Its name.", max_length=100, examples=["apples-and-oranges"])]


@router.get("/ops", summary="Everything a program can call", response_model=list[OpItem])
async def list_ops(request: Request) -> Response:
    """Primitives and composites, with their rules and the ways to break them."""
    return cached(request, _ops_json(), JSON, max_age=_kept(request))


@router.get("/kinks", summary="Kinks, and what other engines give there", response_model=list[KinkItem])
async def list_kinks(request: Request, parts: ServicesDep) -> Response:
    """Where an op has no single slope: what is passed, what could be, and what fourteen other engines pass."""
    return cached(request, encode([*_kinks(parts.version).values()]), JSON)


@router.get("/kinks/{kink}", summary="One kink", response_model=KinkItem, responses=responses(404, 422))
async def read_kink(
    kink: Annotated[str, Path(description="Its name.", max_length=100, examples=["maximum.tie"])],
    request: Request,
    parts: ServicesDep,
) -> Response:
    """The kink of this name, with the split among the engines."""
    found = _kinks(parts.version).get(kink)
    if found is None:
        raise HTTPException(404, "There is no kink of this name; GET /api/v1/kinks lists them.")
    return cached(request, encode(found), JSON)


@router.get(
    "/examples", summary="The lecture's examples", response_model=list[ExampleItem], responses=responses(422)
)
async def list_examples(request: Request, language: LanguageDep) -> Response:
    """All examples in the lecture's order; the comments in their programs are in the request's language."""
    return cached(request, _examples_json(language), JSON, max_age=_kept(request), headers=_BY_LANGUAGE)


@router.get(
    "/examples/{slug}", summary="One example", response_model=ExampleItem, responses=responses(404, 422)
)
async def read_example(slug: Slug, request: Request, language: LanguageDep) -> Response:
    """The example of this name; the comments in its program are in the request's language."""
    found = examples().get(slug)
    if found is None:
        raise HTTPException(404, "There is no example of this name; GET /api/v1/examples lists them.")
    return cached(request, encode(found.as_json(language)), JSON, headers=_BY_LANGUAGE)


def catalogue_tag() -> str:
    """Return a hash of what the two lists of the catalogue say; pages put it into their addresses as `v`."""
    digest = hashlib.sha256(_ops_json())
    for language in ("ko", "en"):
        digest.update(_examples_json(language))
    return digest.hexdigest()[:12]


def _kept(request: Request) -> int:
    """Seconds that a browser may keep a list: a year if it asks for the one that stands."""
    return 31_536_000 if request.query_params.get("v") == catalogue_tag() else 0


@cache
def _ops_json() -> bytes:
    return encode(catalogue())


@cache
def _kinks(version: str) -> dict[str, dict[str, Any]]:
    return kinks_of_all(version)


def _changed(op: Op | None) -> None:
    _ops_json.cache_clear()
    _kinks.cache_clear()


WATCHERS.append(_changed)


@cache
def _examples_json(language: Language) -> bytes:
    return encode([example.as_json(language) for example in examples().values()])
