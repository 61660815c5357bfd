"""Write docs/ops.md, docs/reference.md and docs/capture-json.md from the op table, settings, routes and records.

Run as `python -m docs.generate`; a test fails while a file differs from what this writes.
"""

import ast
import inspect
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from chainrule.app.settings import Settings
from chainrule.core.capture import records
from chainrule.core.capture.writer import FORMAT, VERSION
from chainrule.core.ops import BRANCH_MISTAKES, FORGOTTEN, OPS, UPSTREAM_FORGOTTEN
from chainrule.core.ops.kinks import Kink
from chainrule.core.ops.op import Op

HERE = Path(__file__).parent


def plain(template: str) -> str:
    """Write an op's text template with its stand-ins as a, b, y."""
    return template.replace("$", "")


def row(*cells: str) -> str:
    """Write one line of a Markdown table; bars inside cells are escaped."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def slopes(op: Op) -> str:
    """Write the local derivatives, or a tensor op's gradients over the upstream gradient g."""
    if op.tensor is None:
        return ", ".join(
            f"∂y/∂{name} = {plain(partial.text)}" for name, partial in zip("ab", op.partials, strict=False)
        )
    return ", ".join(
        f"∂L/∂{name} = {plain(vjp.text)}" for name, vjp in zip("ab", op.tensor.vjps, strict=False)
    )


def side(code: str) -> str:
    """A slope from one side, for people."""
    either = re.sub(r"where\([^,]*, ([^,]*), ([^,]*)\)", r"\1 or \2", code)
    return either.removesuffix(".0").replace("1e999", "∞").replace("-", "−") or "none"


def kink_lines(name: str, kink: Kink) -> list[str]:
    """A kink: its place, the slopes on both sides, what is passed and why, and the choices."""
    found = []
    for operand, slopes in zip("ab", kink.slopes, strict=False):
        if slopes is not None:
            found.append(
                f"∂y/∂{operand} from the left {side(slopes.left)}, from the right {side(slopes.right)}"
            )
    lines = [
        f"- Kink `{name}` ({kink.kind}) at {plain(kink.text)}: {'; '.join([*found, kink.why.en])}",
        f"- {kink.title.ko}: {kink.why.ko}",
    ]
    if kink.default:
        own, title = kink.default
        choices = {own: title} | {each: choice.title for each, choice in kink.choices.items()}
        told = ", ".join(f"`{each}` ({text.en} · {text.ko})" for each, text in choices.items())
        lines.append(f"- Conventions at `{name}`, the first by default: {told}")
    return lines


def ops_page() -> str:
    """Write about every primitive op: notation, value, local derivatives, rule in both languages."""
    lines = [
        "# Ops",
        "",
        "Made by `python -m docs.generate` from the table in `core/ops`; to add an op is to add one entry",
        "there. An op computes y from its operands a and b. Going backward it passes to each operand the",
        "upstream gradient times the local derivative; an op of tensors, which has none, passes a product of the",
        "upstream gradient g.",
        "",
        row("op", "symbol", "written", "local derivatives", "ordinary where"),
        row(*["---"] * 5),
    ]
    for op in OPS.values():
        where = f"`{op.defined}`" if op.defined else "always"
        lines.append(row(f"[{op.name}](#{op.name})", op.symbol, f"`{op.written}`", slopes(op), where))
    for op in OPS.values():
        lines += ["", f"## {op.name}", "", f"{op.title.en} · {op.title.ko}", ""]
        lines += [f"- {op.forward.en} {op.rule_text.en}", f"- {op.forward.ko} {op.rule_text.ko}"]
        if op.undefined_note:
            lines.append(f"- {op.undefined_note.en} {op.undefined_note.ko}")
        for name, kink in op.kinks.items():
            lines += kink_lines(f"{op.name}.{name}", kink)
        for name, mistake in op.mistakes.items():
            lines.append(f"- Known mistake `{op.name}.{name}`: {mistake.title.en} · {mistake.title.ko}")
    lines += [
        "",
        "## Mistakes of every op",
        "",
        f"- `<op>.{UPSTREAM_FORGOTTEN}`: {FORGOTTEN.en} · {FORGOTTEN.ko}",
        *(f"- `{name}`: {title.en} · {title.ko}" for name, title in BRANCH_MISTAKES.items()),
        "",
    ]
    return "\n".join(lines)


def routes(app: FastAPI) -> Iterator[tuple[str, str, str]]:
    """Yield every call and page: method, path, one line that says what it does."""
    described = app.openapi()["paths"]
    yield "GET", str(app.openapi_url), "The OpenAPI document."
    for route in iter_route_contexts(app.routes):
        if route.path == app.openapi_url:
            continue
        for method in sorted((route.methods or set()) - {"HEAD"}):
            operation = described.get(route.path, {}).get(method.lower(), {})
            says = operation.get("description") or inspect.getdoc(route.endpoint) or ""
            yield method, route.path, says.split("\n")[0]


def default(value: Any) -> str:
    """Write a setting's default as the environment would give it."""
    if value is None:
        return "none"
    return f"`{json.dumps(value) if isinstance(value, list) else value}`"


def reference_page(app: FastAPI) -> str:
    """Write about every setting and every route."""
    lines = [
        "# Reference",
        "",
        "Made by `python -m docs.generate`. The whole contract, every field with its description and an",
        "example for each call, is the OpenAPI document at `/openapi.json`, shown at `/api`.",
        "",
        "## Settings",
        "",
        "Read from the environment when the service starts; an unknown value stops it with a message.",
        "",
        row("variable", "default", "what it is"),
        row("---", "---", "---"),
    ]
    for name, field in Settings.model_fields.items():
        lines.append(row(f"`CHAINRULE_{name.upper()}`", default(field.default), field.description or ""))
    lines += ["", "## Routes", "", row("call", "does"), row("---", "---")]
    lines += [row(f"`{method} {path}`", summary) for method, path, summary in routes(app)]
    return "\n".join([*lines, ""])


def capture_page() -> str:
    """Describe a capture's JSON, record by record, as ``core/capture/records.py`` does."""
    body = ast.parse(inspect.getsource(records)).body
    lines = [
        "# A captured model as JSON",
        "",
        'Made by `python -m docs.generate`. `view.write("net.json")` writes it: one object with `format`, which is',
        f"`{FORMAT}`, `version`, which is {VERSION}, and the fields of `Capture`.",
        "A field that has its default, or is null, is left out. A tuple is a list. A number that JSON lacks is",
        "`NaN`, `Infinity` or `-Infinity` in quotes. Indices count from 0. A tile has `rows`, `columns`,",
        "`height`, `width` and `data`: its cells row by row as little-endian float32 in base64.",
        "",
        "The reader (`chainrule.core.capture.read_capture`) takes nothing else. It refuses unknown fields,",
        "indices that lead nowhere, edges that lead back, control characters, and files past its limits, each",
        "with the place of the fault.",
        "",
        "## Words",
        "",
    ]
    for statement, said in pairwise(body):
        if (
            isinstance(statement, ast.Assign)
            and isinstance(said, ast.Expr)
            and "Literal" in ast.unparse(statement)
        ):
            lines += [f"- `{ast.unparse(statement.targets[0])}`: {document(said)}"]
    classes = [statement for statement in body if isinstance(statement, ast.ClassDef)]
    for record in sorted(classes, key=lambda record: record.name != "Capture"):
        lines += [
            "",
            f"## {record.name}",
            "",
            " ".join((ast.get_docstring(record) or "").replace("``", "`").split()),
            "",
        ]
        lines += ["| field | type | default | what it is |", "| --- | --- | --- | --- |"]
        for field, said in pairwise([*record.body, ast.Pass()]):
            if isinstance(field, ast.AnnAssign):
                shown = (
                    ""
                    if field.value is None
                    else f"`{ast.unparse(field.value)}`".replace("field(default=())", "()")
                )
                told = document(said) if isinstance(said, ast.Expr) else ""
                lines.append(
                    row(f"`{ast.unparse(field.target)}`", f"`{ast.unparse(field.annotation)}`", shown, told)
                )
    return "\n".join([*lines, ""])


def document(said: ast.Expr) -> str:
    """Return the words of a string that stands behind what it describes, on one line."""
    assert isinstance(said.value, ast.Constant)
    return " ".join(str(said.value.value).replace("``", "`").split())


def pages(app: FastAPI) -> dict[Path, str]:
    """Return each page's path and its text."""
    return {
        HERE / "ops.md": ops_page(),
        HERE / "reference.md": reference_page(app),
        HERE / "capture-json.md": capture_page(),
    }


def main() -> None:
    """Write the pages."""
    from chainrule.app.main import app

    for path, text in pages(app).items():
        path.write_text(text)


if __name__ == "__main__":
    main()
