"""The catalogue of everything a program can call, made from the op table of `core`."""

from typing import Any

from chainrule.core.ops import BRANCH_MISTAKES, FAN_OUT, OPS, mistake_told, mistakes_of
from chainrule.core.ops.composites import COMPOSITES, Composite
from chainrule.core.ops.op import Op
from chainrule.core.text import Text

_BRANCH: dict[str, Any] = {
    "kind": "branch",
    "name": "fan_out",
    "symbol": "Σ",
    "arity": 1,
    "written": "a * b + a",
    "title": Text("갈라짐", "branching"),
    "forward": Text("같은 값을 여러 곳에 복사해 보냅니다.", "Copies one value to several places."),
    "rule": FAN_OUT,
    "latex": "a",
    "partials": [r"\sum"],
    "gradients": [],
    "undefined": None,
    "definition": None,
    "mistakes": list(BRANCH_MISTAKES),
    "kinks": [],
}


def catalogue() -> list[dict[str, Any]]:
    """List every op, every composite, and branching, as `GET /ops` answers them."""
    entries = [*map(_primitive, OPS.values()), *map(_composite, COMPOSITES.values()), _BRANCH]
    return [_plain(entry) for entry in entries]


def _primitive(op: Op) -> dict[str, Any]:
    return {
        "kind": "primitive",
        "name": op.name,
        "symbol": op.symbol,
        "arity": op.arity,
        "written": op.written,
        "title": op.title,
        "forward": op.forward,
        "rule": op.rule_text,
        "latex": _over_letters(op.latex),
        "partials": [_over_letters(partial.latex) for partial in op.partials],
        "gradients": [_over_letters(vjp.latex) for vjp in (op.tensor.vjps if op.tensor else ())],
        "undefined": op.undefined_note,
        "definition": None,
        "mistakes": list(mistakes_of(op)),
        "kinks": [f"{op.name}.{name}" for name in op.kinks],
    }


def _composite(composite: Composite) -> dict[str, Any]:
    parameters = composite.source.partition("(")[2].partition(")")[0]
    return {
        "kind": "composite",
        "name": composite.name,
        "symbol": composite.name,
        "arity": len(parameters.split(",")),
        "written": f"{composite.name}({parameters})",
        "title": composite.title,
        "forward": None,
        "rule": composite.rule_text,
        "latex": _over_letters(composite.latex),
        "partials": [_over_letters(partial.latex) for partial in composite.partials],
        "gradients": [_over_letters(vjp.latex) for vjp in composite.vjps],
        "undefined": None,
        "definition": composite.source,
        "mistakes": [],
        "kinks": [],
    }


def _over_letters(template: str) -> str:
    """Turn a template with $a, $b, $g, $y into a formula in a, b, g, y."""
    return template.replace("$", "")


def _plain(entry: dict[str, Any]) -> dict[str, Any]:
    texts = {key: value._asdict() for key, value in entry.items() if isinstance(value, Text)}
    return entry | texts | {"mistakes": [_mistake(name) for name in entry["mistakes"]]}


def _mistake(name: str) -> dict[str, Any]:
    title, advice = mistake_told(name)
    return {"name": name, "title": title._asdict(), "advice": advice._asdict()}
