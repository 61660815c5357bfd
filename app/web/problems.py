"""One JSON shape for every error: RFC 9457 problem details (`application/problem+json`)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal

import msgspec
from fastapi.requests import HTTPConnection
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from chainrule.app.web.i18n import Language, choose_language
from chainrule.app.web.problem_errors import ProblemError, graph_problem, problem_body
from chainrule.app.web.problem_kinds import KINDS

__all__ = ["ProblemError", "graph_problem", "problem_body"]

MEDIA_TYPE = "application/problem+json"

_RETRY_SECONDS = 5
"""The Retry-After of statuses 429 and 503, where no other is told: about as long as a place takes to come."""


class FieldProblem(BaseModel):
    """One part of a request that does not match the call."""

    pointer: str = Field(
        description="JSON pointer to the part, below `/body`, `/query` or `/path`.",
        examples=["/body/upstream"],
    )
    detail: str = Field(description="What is wrong with it.", examples=["Input should be a valid string"])


class EditProposed(BaseModel):
    """A change inside one line of the program."""

    line: int = Field(description="Line in the program, from 1.", examples=[2])
    column: int = Field(description="First column replaced, from 1.", examples=[9])
    end_column: int = Field(description="First column behind what is replaced.", examples=[13])
    text: str = Field(description="What stands there then.", examples=["apple"])


class FixProposed(BaseModel):
    """Edits of the program, all of them together, after which the error is gone."""

    kind: Literal["replace", "define", "rename"] = Field(
        description="Other words for those at fault, a value for a name, or another name for a value."
    )
    text: str = Field(description="What the program then has.", examples=["apple"])
    edits: list[EditProposed] = Field(description="The changes; none overlaps another.")


class Problem(BaseModel):
    """Problem details as in RFC 9457. Fields after `detail` appear only where they apply."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(
        description="`about:blank`, or a reference to the description of this kind of problem.",
        examples=["/api#program"],
    )
    title: str = Field(
        description="The kind of problem in a few words.", examples=[KINDS["program"].title.en]
    )
    status: int = Field(description="The HTTP status.", examples=[422])
    detail: str = Field(description="The error in a sentence.", examples=["`aple` is not defined."])
    line: int | None = Field(None, description="Line in the program, from 1.", examples=[2])
    column: int | None = Field(None, description="Column in that line, from 1.", examples=[9])
    end_column: int | None = Field(None, description="First column after the error.", examples=[13])
    name: str | None = Field(None, description="The name at fault.", examples=["aple"])
    hint: str | None = Field(None, description="A suggestion.", examples=["Did you mean `apple`?"])
    allowed: str | None = Field(
        None,
        description="What may stand there instead.",
        examples=["+ - * / **, function calls, numbers and names"],
    )
    fix: FixProposed | None = Field(
        None, description="A change that takes the error away, where one surely does."
    )
    other_fix: FixProposed | None = Field(
        None, description="Another such change, where the first may not be what is meant."
    )
    errors: list[FieldProblem] | None = Field(
        None, description="Each part of the request that does not match, for kind `invalid-request`."
    )


def status_body(status: int, detail: str) -> dict[str, Any]:
    """Build the problem object for a plain HTTP status."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def problem_response(body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """Answer with a problem object, its status and its media type."""
    own = {"Cache-Control": "no-store"}
    if body["status"] in (429, 503):
        own["Retry-After"] = str(_RETRY_SECONDS)
    return Response(
        msgspec.json.encode(body),
        status_code=body["status"],
        media_type=MEDIA_TYPE,
        headers=own | dict(headers or {}),
    )


def language_of(request: HTTPConnection) -> Language:
    """The language of a problem: the browser's preference; English for clients without one, such as curl."""
    accepted = request.headers.get("accept-language")
    return choose_language(accept_language=accepted) if accepted else "en"


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may answer with these statuses, for the OpenAPI document."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": _DESCRIPTIONS.get(status, HTTPStatus(status).phrase), "content": content}
        for status in statuses
    }


_DESCRIPTIONS = {
    400: "The body is not JSON.",
    403: "It belongs to somebody else.",
    404: "Nothing has this name or id.",
    409: "The run's state does not allow it.",
    413: "The body exceeds the size limit.",
    422: "The program or the request has an error; the problem says where and why.",
    429: "Too many in a short time, or too many kept; `Retry-After` says how long to wait.",
    503: "The service cannot do it at the moment.",
    504: "It took longer than allowed.",
    507: "There is no room for more.",
}
