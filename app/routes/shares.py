"""Saved links: a program and how it is shown, under a short address."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from chainrule.app.deps import OwnerDep, Services, ServicesDep, VisitorDep
from chainrule.app.encoding.encode import JSON, encode, nested_numbers
from chainrule.app.graphs import work
from chainrule.app.schemas.catalogue import Share, ShareCreated, ShareRequest
from chainrule.app.web.bodies import BodyRoute
from chainrule.app.web.http_cache import cached
from chainrule.app.web.problems import ProblemError, responses
from chainrule.core.text import Text

router = APIRouter(prefix="/api/v1/shares", tags=["shares"], route_class=BodyRoute)


ShareId = Annotated[str, Path(description="The id that saving gave.", max_length=52, examples=["k3xq7c2pma"])]


@router.post(
    "",
    summary="Save a link",
    status_code=201,
    response_model=ShareCreated,
    responses=responses(400, 413, 422, 503, 507),
)
async def save_share(
    body: ShareRequest, request: Request, parts: ServicesDep, visitor: VisitorDep
) -> Response:
    """Save a program and how it is shown. Saving the same again gives the same address.

    It belongs to the token in the cookie or in the header `Chainrule-Owner`. Without one, the answer has a new one.
    """
    if len(body.program) > (most := parts.settings.max_source_length):
        raise ProblemError(
            "program",
            Text(
                f"프로그램이 {len(body.program):,}자입니다. {most:,}자까지 저장할 수 있습니다.",
                f"The program has {len(body.program):,} characters; at most {most:,} are allowed.",
            ),
        )
    view = body.view.model_dump(exclude_unset=True, by_alias=True)
    if "seed" in view:
        view["seed"] = nested_numbers(view["seed"])
    content = {
        "program": body.program,
        "inputs": {name: nested_numbers(value) for name, value in body.inputs.items()},
        "view": view,
    }
    await parts.quotas.admit(request, visitor.owner)
    await parts.quotas.charge("shares", request, visitor.owner)
    share_id = await work.waiting(lambda: parts.shares.save(content, visitor.owner))
    url = share_url(parts, request, share_id)
    response = Response(encode({"id": share_id, "url": url}), 201, {"Location": url}, JSON)
    visitor.tell(request, response)
    return response


@router.delete(
    "/{share_id}", summary="Remove a saved link", status_code=204, responses=responses(403, 404, 422, 503)
)
async def remove_share(share_id: ShareId, parts: ServicesDep, owner: OwnerDep) -> Response:
    """Take back a link that you saved. If others saved the same, it stays for them."""
    await work.waiting(lambda: parts.shares.remove(share_id, owner))
    return Response(status_code=204)


@router.get(
    "/{share_id}", summary="Read a saved link", response_model=Share, responses=responses(404, 422, 503)
)
async def read_share(share_id: ShareId, request: Request, parts: ServicesDep) -> Response:
    """What was saved under an id."""
    content = await work.waiting(lambda: parts.shares.load(share_id))
    answer = {"id": share_id, "url": share_url(parts, request, share_id)} | content
    return cached(request, encode(answer), JSON)


def share_url(parts: Services, request: Request, share_id: str) -> str:
    """Return the address of a saved link's page, below `public_url` or else the request's own."""
    base = parts.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}/s/{share_id}"
