"""The OpenAPI document: FastAPI's own, with an introduction, tags and the shape of problems."""

from typing import Any

from fastapi import FastAPI

from chainrule.app.web.problems import Problem, responses

_INTRODUCTION = """Write a computation, and get every forward value and every backward gradient on its graph.

Send a program to `POST /api/v1/graphs`. In requests and answers, numbers that JSON lacks are the strings `"NaN"`,
`"Infinity"` and `"-Infinity"`. Every error is a problem as in RFC 9457; for a program it gives line, column and a
suggestion. Problems are worded in the language of `Accept-Language` (ko, en)."""

_TAGS = [
    {"name": "graphs", "description": "A program's graph, its numbers and its picture."},
    {
        "name": "runs",
        "description": "Nets that train on the server, one worker process each. `WS /api/v1/runs/{id}/"
        "frames` sends their numbers as they change; docs/frames.md describes the format of a frame.",
    },
    {
        "name": "questions",
        "description": "Graphs with blanks, made from random numbers. One seed gives a whole class the same set.",
    },
    {
        "name": "detective",
        "description": "Nets with one broken backward rule, to be found by numerical checks. What was checked is kept "
        "in a signed `token`, which each answer gives anew.",
    },
    {"name": "catalogue", "description": "The functions a program can call, and the lecture's examples."},
    {"name": "shares", "description": "Saved links."},
    {"name": "operation", "description": "Health and metrics, for operators."},
]


def describe(app: FastAPI) -> None:
    """Set the document's introduction and tags, and describe the shape of problems."""
    app.description = _INTRODUCTION
    app.openapi_tags = _TAGS
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        for path, methods in document["paths"].items():
            for operation in methods.values():
                if path.startswith("/api/"):
                    operation["responses"].setdefault("429", responses(429)[429])
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
