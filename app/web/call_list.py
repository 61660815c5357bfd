"""The list of calls on the page `/api`, made from the OpenAPI document."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a body."""

    name: str
    kind: str
    description: str
    required: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One call: purpose, parameters, answer, statuses, and an example with curl."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    takes: tuple[Field, ...]
    gives: tuple[Field, ...]
    example: str
    statuses: tuple[tuple[str, str], ...]


def calls(document: Mapping[str, Any], base: str) -> list[Call]:
    """List every call of the document in order. `base` is the service's address, for the examples."""
    return [
        _call(document, base.rstrip("/"), method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _call(
    document: Mapping[str, Any], base: str, method: str, path: str, operation: Mapping[str, Any]
) -> Call:
    def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
        name = schema.get("$ref", "").rpartition("/")[2]
        referred: Mapping[str, Any] = document["components"]["schemas"].get(name)
        return referred or schema

    body = resolved(_schema(operation.get("requestBody", {}), "application/json"))
    parameters = operation.get("parameters", [])
    takes = [
        Field(item["name"], _kind(item["schema"]), item.get("description", ""), item.get("required", False))
        for item in parameters
    ]
    success = next(iter(operation["responses"].items()))[1]
    answer = resolved(_schema(success, "application/json"))
    if answer.get("type") == "array":
        answer = resolved(answer["items"])
    return Call(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        takes=(*takes, *_fields(body)),
        gives=_fields(answer),
        example=_curl(base, method, path, parameters, body),
        statuses=tuple((status, said["description"]) for status, said in operation["responses"].items()),
    )


def _schema(content_holder: Mapping[str, Any], media_type: str) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = content_holder.get("content", {}).get(media_type, {}).get("schema", {})
    return schema


def _fields(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    required = schema.get("required", ())
    return tuple(
        Field(name, _kind(described), described.get("description", ""), name in required)
        for name, described in schema.get("properties", {}).items()
    )


def _kind(schema: Mapping[str, Any]) -> str:
    """Describe a schema in a few words: `number`, `list of string`, `numbers | symbols`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if schema.get("title") == "Number":
        return "Number"
    if "anyOf" in schema:
        kinds = dict.fromkeys(_kind(part) for part in schema["anyOf"])
        return " | ".join(kinds)
    if "enum" in schema and len(schema["enum"]) <= 8:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    kind = str(schema.get("type", "value"))
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_kind(schema['additionalProperties'])}"
    return kind


def _curl(base: str, method: str, path: str, parameters: list[Any], body: Mapping[str, Any]) -> str:
    for item in parameters:
        if item["in"] == "path":
            path = path.replace(f"{{{item['name']}}}", str((item["schema"].get("examples") or ["…"])[0]))
    lines = [f"curl {base}{path}"]
    required = [item for item in parameters if item["in"] == "query" and item.get("required")]
    if required:
        lines[0] = f"curl -G {base}{path}"
        lines += [
            f"--data-urlencode {_quoted(item['name'] + '=' + item['schema']['examples'][0])}"
            for item in required
        ]
    examples = body.get("examples")
    if examples:
        # In the order of the field descriptions.
        example = {name: examples[0][name] for name in body["properties"] if name in examples[0]}
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d {_quoted(json.dumps(example, ensure_ascii=False, indent=2))}")
    elif method == "post":
        lines[0] = f"curl -X POST {base}{path}"
    return " \\\n  ".join(lines)


def _quoted(text: str) -> str:
    """Put a text in single quotes for a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"
