"""The OpenAPI document: FastAPI's own, completed by what it cannot know."""

from typing import Any

from fastapi import FastAPI

from chainrule.app.web.problems import Problem

_INTRODUCTION = """Write a computation, get every forward value and every backward gradient on its graph.

Send a program to `POST /api/v1/graphs`. Numbers that JSON lacks are the strings `"NaN"`, `"Infinity"`,
`"-Infinity"`, in requests and in answers. Every error is a problem as RFC 9457 has it; for a program it says line,
column and what may be meant. Texts of problems follow `Accept-Language` (ko, en)."""

_TAGS = [
    {"name": "graphs", "description": "From a program to its graph, its numbers, its picture."},
    {
        "name": "runs",
        "description": "Nets that train on the server, one worker process each. `WS /api/v1/runs/{id}/"
        "frames` sends their numbers while they change; docs/frames.md says how a frame is laid out.",
    },
    {
        "name": "questions",
        "description": "Graphs with blanks from random numbers; one seed is one set for a whole class.",
    },
    {"name": "catalogue", "description": "What a program can call, and the lecture's examples."},
    {"name": "shares", "description": "Saved links."},
    {"name": "operation", "description": "For those who run the service."},
]


def describe(app: FastAPI) -> None:
    """Set the document's introduction and tags, and let it know the problem's shape."""
    app.description = _INTRODUCTION
    app.openapi_tags = _TAGS
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        for methods in document["paths"].values():
            for operation in methods.values():
                for response in operation["responses"].values():
                    if response["description"] == "Successful Response":
                        response["description"] = f"{operation['summary']}."
        schemas = document["components"]["schemas"]
        if "Problem" not in schemas or "HTTPValidationError" in schemas:
            schemas.pop("HTTPValidationError", None)
            schemas.pop("ValidationError", None)
            described = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(described.pop("$defs", {}))
            schemas["Problem"] = described
        return document

    app.openapi = openapi  # type: ignore[method-assign]
