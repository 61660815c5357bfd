"""The same kink in other engines: what each gives there, grouped by answer, with this engine's own beside them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.app.encoding.encode import NON_FINITE, read_number, read_tensor
from chainrule.app.encoding.tensor_json import nested
from chainrule.core.engine.tape import Tape
from chainrule.core.explain.kinks import choices_at
from chainrule.core.language.program import parse
from chainrule.core.number_text import text
from chainrule.core.ops import OPS
from chainrule.core.ops.kinks import Kink
from chainrule.core.ops.op import Op

_TABLE = Path(__file__).with_name("engines.json")
_AS_EQUAL = 1e-5
"""Engines that compute in 32 bits give the same answer to so many digits."""


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_TABLE.read_text())
    return table


def measured_kinks() -> Iterable[str]:
    """The names of the kinks that were measured in other engines."""
    rows: Mapping[str, Any] = _table()["kinks"]
    own = ((f"{op.name}.{name}", kink.measured_as) for op in OPS.values() for name, kink in op.kinks.items())
    return {*rows, *(name for name, row in own if row in rows)}


def kinks_of_all(version: str) -> dict[str, dict[str, Any]]:
    """Every kink of an op, then every other place that was measured, as `GET /kinks` answers them, by id."""
    rows: Mapping[str, Any] = _table()["kinks"]
    items = {
        f"{op.name}.{name}": _item(f"{op.name}.{name}", op, kink, rows, version)
        for op in OPS.values()
        for name, kink in op.kinks.items()
    }
    items |= {name: _item(name, None, None, rows, version) for name in rows if name not in items}
    return items


def _item(
    name: str, op: Op | None, kink: Kink | None, rows: Mapping[str, Any], version: str
) -> dict[str, Any]:
    row_id = (kink and kink.measured_as) or name
    row = rows.get(row_id)
    item: dict[str, Any] = {
        "id": name,
        "op": op and op.name,
        "kink": kink and name,
        "title": None,
        "kind": kink and kink.kind,
        "latex": kink and kink.latex.replace("$", ""),
        "text": kink and kink.text.replace("$", ""),
        "why": kink and kink.why._asdict(),
        "choices": [],
    }
    if kink is not None and op is not None:
        item["title"] = {
            "ko": f"{op.title.ko}: {kink.title.ko}",
            "en": f"{op.title.en}: {kink.title.en}",
        }
        item["choices"] = [
            {
                "name": choice.name,
                "title": choice.title._asdict(),
                "default": choice.default,
                "gradients": None,
            }
            for choice in choices_at(name, kink)
        ]
    if row is None:
        written = op.written if op else name
        unmeasured = {"expression": written, "operands": None, "measured": None, "own": None}
        return item | unmeasured | {"answers": [], "missing": []}
    own = _own(row["expression"], row["operands"])
    for choice in item["choices"]:
        chosen = _everywhere(choice["name"].rpartition(".")[2], row_id)
        choice["gradients"] = _own(row["expression"], row["operands"], chosen)
    return (
        item
        | {
            "expression": row["expression"],
            "operands": row["operands"],
            "measured": _table()["measured"],
            "own": {"version": version, "gradients": own},
        }
        | _split(row["gradients"], own)
    )


def _everywhere(choice: str, row: str) -> list[str]:
    """The conventions of this name at all kinks of a row: a clipped input has two bounds."""
    return [
        f"{op.name}.{name}.{choice}"
        for op in OPS.values()
        for name, kink in op.kinks.items()
        if (kink.measured_as or f"{op.name}.{name}") == row and choice in kink.choices
    ]


def _own(expression: str, operands: list[Any], conventions: Sequence[str] = ()) -> list[Any]:
    """What this engine gives, computed now."""
    at = {name: np.asarray(read_tensor(each)) for name, each in zip("ab", operands, strict=False)}
    tape = Tape(parse(f"y = {expression}", {name: value.shape for name, value in at.items()}))
    values = tape.forward({name: value if value.shape else float(value) for name, value in at.items()})
    gradients = tape.backward(1.0, (), values, conventions).nodes
    return [nested(gradients[tape.graph.index(name)]) for name in at]


def _split(given: Mapping[str, Any], own: list[Any]) -> dict[str, Any]:
    """The answers, ours first, then those that most engines give; and the engines that lack the function."""
    answers: list[dict[str, Any]] = [_answer(own, ours=True)]
    for engine in _table()["engines"]:
        if engine["id"] not in given:
            continue
        found = given[engine["id"]]
        same = next((each for each in answers if _alike(each, found)), None)
        if same is None:
            answers.append(same := _answer(found))
        same["engines"].append(engine)
    answers[1:] = sorted(answers[1:], key=lambda answer: -len(answer["engines"]))
    missing = [engine for engine in _table()["engines"] if engine["id"] not in given]
    return {"answers": answers, "missing": missing}


def _answer(found: Any, ours: bool = False) -> dict[str, Any]:
    failed = isinstance(found, dict)
    return {
        "gradients": None if failed else found,
        "error": found["error"] if failed else None,
        "text": found["error"] if failed else ", ".join(map(_text, found)),
        "own": ours,
        "engines": [],
    }


def _alike(answer: Mapping[str, Any], found: Any) -> bool:
    if isinstance(found, dict) or answer["gradients"] is None:
        return isinstance(found, dict) and answer["error"] == found["error"]
    ours, theirs = _flat(answer["gradients"]), _flat(found)
    return len(ours) == len(theirs) and all(map(_same, ours, theirs))


def _flat(gradients: Any) -> list[Any]:
    if isinstance(gradients, list):
        return [each for row in gradients for each in _flat(row)]
    return [gradients]


def _same(ours: Any, theirs: Any) -> bool:
    if _is_formula(ours) or _is_formula(theirs):
        return bool(ours == theirs)
    return bool(np.isclose(read_number(ours), read_number(theirs), _AS_EQUAL, _AS_EQUAL, equal_nan=True))


def _is_formula(gradient: Any) -> bool:
    """Whether an answer is no number: a symbolic engine's, or None."""
    return gradient is None or (isinstance(gradient, str) and gradient not in NON_FINITE)


def _text(gradient: Any) -> str:
    if isinstance(gradient, list):
        return f"[{', '.join(map(_text, gradient))}]"
    return str(gradient) if _is_formula(gradient) else text(read_number(gradient))
