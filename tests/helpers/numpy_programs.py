"""Seeded random programs in NumPy's idiom: loops, functions, indexing by arrays, three axes, joins, choices.

NumPy carries out each statement while the program grows, so that every program is one that Python runs, with numbers
that can be compared to many digits.
"""

import random
from pathlib import Path
from typing import Any

import numpy as np

_LARGEST, _MOST_ELEMENTS = 30.0, 60

_SHAPES = ((), (3,), (4,), (2, 3), (3, 2), (3, 3), (4, 3), (2, 2, 3), (2, 3, 2), (3, 2, 2))

_ONE = (
    *("np.tanh({a})", "np.exp(-np.abs({a}))", "np.sin({a})", "np.cos({a}) * {a}"),
    *("1 / (1 + np.exp(-{a}))", "np.sqrt({a} ** 2 + 1)", "np.log({a} ** 2 + 0.5)", "{a} ** 2"),
    *("0.1 * {a} ** 3", "-{a}", "+{a} - 2", "np.maximum({a}, 0)", "np.minimum(0.3, {a})"),
    *("np.clip({a}, -0.5, 0.7)", "np.abs({a})", "np.arctan({a})"),
    *("np.where({a} > 0.1, {a}, 0.2 * {a})", "{a} * ({a} > 0)", "np.log1p({a} ** 2)", "np.square({a})"),
    *("{a} * {a}.sum()", "{a} - np.max({a})", "{a} / (1 + np.sum({a} ** 2))", "np.exp({a} - 3)"),
    *("2 ** np.tanh({a})", "(lambda p: p * p + 1)({a})", "({a} if 2 < 3 else 0)", "{a}.copy()"),
    *("np.zeros_like({a}) + {a}", "1.5 - {a}", "({a} > -0.3) * 2.0 - {a}"),
    *("({a} <= 0) * {a} + ({a} != 1)", "np.negative({a})", "np.power(np.abs({a}) + 1, 1.5)"),
    *("softmax({a})", "np.tan(np.tanh({a}))", "np.log2({a} ** 2 + 1)", "np.log10({a} ** 2 + 2)"),
    "np.ones_like({a}) * {a}",
)
_TWO = (
    *("{a} + {b}", "{a} - {b}", "{a} * {b}", "{a} / (1 + {b} ** 2)", "np.maximum({a}, {b})"),
    *("np.minimum({a}, {b})", "np.where({a} > {b}, {a}, {b} * 2)", "np.arctan2({a}, np.abs({b}) + 1)"),
    *("({a} < {b}) * {a} - {b}", "np.add({a}, {b})", "np.multiply({a}, {b})", "np.subtract({a}, {b})"),
    *("np.divide({a}, 2 + np.tanh({b}))", "np.power(1.5 + np.tanh({a}), np.tanh({b}))"),
    "np.where({a} * {b} >= 0, np.sin({a}), 0.0)",
)
_PRODUCTS = (
    *("{a} @ {b}", "{a} @ {b}.T", "{a}.T @ {b}", "np.dot({a}, {b})", "np.matmul({a}, {b})"),
    "{a}.dot({b})",
)
_REDUCED = ("sum", "mean", "max", "min", "var", "prod")
_LAYOUTS = (
    *("{a}.T", "{a}.reshape(-1)", "{a}.ravel()", "{a}[None]", "{a}[..., None]", "{a}[:, None]"),
    *("{a}[None, :, :]", "{a}.transpose(0, 2, 1)", "np.transpose({a}, (1, 0, 2))"),
    *("{a}.transpose(2, 0, 1)", "np.swapaxes({a}, 0, 1)", "np.expand_dims({a}, 0)"),
    *("{a}.reshape({a}.shape[0], -1)", "{a}.reshape(-1, 2)", "{a}.reshape(3, -1)"),
    *("np.squeeze({a}[None])", "{a}.flatten()", "np.repeat({a}, 2, axis=0)", "np.tile({a}, 2)"),
)
_KEYS = (
    *("0", "-1", "1:", ":-1", "::2", "::-1", "1:2", "0, :", ":, 0", ":, -1", ":, 1:", "..., 0"),
    *("..., 1:", "0, ...", ":, ::-1", "0, 1", "1, :, 0", ":, :, 0", ":, 1, :", "1:, :-1", "[0, 1, 0]"),
    *("[1, 1]", "[-1, 0]", ":, [1, 0]", "[0, 1], [1, 0]", "np.arange(2), [1, 0]", "[[0, 1], [1, 0]]"),
    *("np.array([1, 0])", "..., [0, 0, 1]", "[0, 1], :, [1, 0]", "i", "i + 1", "i:i + 2", "ids"),
    *("np.arange(len({a})), ids", "rows, 0", "::-2", "2:0:-1", "-2:", ":-1, ::2"),
)
_JOINS = (
    *("np.stack([{a}, {b}])", "np.stack([{a}, {b}, {a}], axis=1)", "np.concatenate([{a}, {b}])"),
    *("np.hstack([{a}, {b}])", "np.concatenate([{a}, {b}], axis=1)"),
    *("np.concatenate(({a}, {b}, {a}), axis=-1)", "np.vstack([{a}, {b}])"),
    *("np.stack([{a}, {b}], axis=-1)", "np.array([{a}, {b}])", "np.outer({a}, {b})"),
)
_BLOCKS = Path(__file__).with_name("numpy_blocks.txt").read_text(encoding="utf-8").strip().split("\n\n")
"""Statements over two tensors `a` and `b` that give the names `n` and `m` values."""


def _softmax(x: Any) -> Any:
    if not np.ndim(x):
        raise ValueError("a number has no axis")
    powers = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return powers / np.sum(powers, axis=-1, keepdims=True)


class NumpyPrograms:
    """Draws one program after another."""

    def __init__(self, seed: int) -> None:
        self._draws = random.Random(seed)

    def draw(self) -> str:
        """A program whose output is a number, `L`."""
        names: dict[str, Any] = {"np": np, "softmax": _softmax}
        lines: list[str] = []
        for place in range(self._draws.randint(2, 3)):
            self._add(f"x{place} = {self._written(self._draws.choice(_SHAPES))}", names, lines)
        if self._draws.random() < 0.3:
            self._add("ids = np.array([1, 0, 1])\nrows = [0, 1]", names, lines)
        wanted = self._draws.randint(3, 9)
        for _ in range(60):
            made = len(_tensors(names))
            if made >= 3 + wanted:
                break
            self._add(self._statement(f"v{made}", f"w{made}", _tensors(names)), names, lines)
        read = list(_tensors(names))[-4:]
        lines.append("L = " + " + ".join(f"np.sum(np.tanh({each}))" for each in read))
        return "\n".join(lines)

    def _written(self, shape: tuple[int, ...]) -> str:
        """Numbers of this shape, written out; no two are the same."""
        count = int(np.prod(shape))
        numbers = np.array([round(self._draws.uniform(-2, 2), 3) for _ in range(count)]).reshape(shape)
        return f"np.array({numbers.tolist()})" if shape else repr(float(numbers))

    def _statement(self, name: str, other: str, names: dict[str, Any]) -> str:
        known = list(names)
        recent = known[-4:]
        a, b = self._draws.choice(recent), self._draws.choice(known)
        kind = self._draws.randrange(100)
        ranks = [np.ndim(names[each]) for each in (a, b)]
        if kind < 16:
            value = self._draws.choice(_ONE)
        elif kind < 30:
            value = self._draws.choice(_TWO)
        elif kind < 38:
            value = self._draws.choice(_PRODUCTS)
        elif kind < 46:
            value = self._reduction(ranks[0])
        elif kind < 54:
            value = self._draws.choice(_LAYOUTS)
        elif kind < 66:
            value = "{a}[" + self._draws.choice(_KEYS) + "]"
        elif kind < 72:
            value = self._draws.choice(_JOINS)
        else:
            value = self._draws.choice(_BLOCKS)
        if ("axis" in value and not ranks[0]) or ("dot(" in value and max(ranks) > 2):
            value = "np.tanh({a}) * {a}"  # NumPy has a rule of its own there, and we refuse
        if "{n}" not in value:
            value = "{n} = " + value
        for slot, known_as in (("{a}", a), ("{b}", b), ("{n}", name), ("{m}", other)):
            value = value.replace(slot, known_as)
        return value

    def _reduction(self, rank: int) -> str:
        name = self._draws.choice(_REDUCED)
        axes = ("", "axis=0", "axis=-1", "axis=1", "axis=(0, 1)", "axis=(0, 2)")
        axis = self._draws.choice(axes) if rank else ""
        if "(" in axis and name == "prod":
            axis = ""
        keep = "keepdims=True" if axis and self._draws.random() < 0.4 else ""
        named = ", ".join(part for part in (axis, keep) if part)
        if self._draws.random() < 0.5:
            return "{a}." + f"{name}({named})"
        return f"np.{name}({', '.join(part for part in ('{a}', named) if part)})"

    def _add(self, statement: str, names: dict[str, Any], lines: list[str]) -> None:
        """Append a statement if Python runs it and its numbers are such as can be compared."""
        tried = {
            key: value.copy() if isinstance(value, np.ndarray) else value for key, value in names.items()
        }
        try:
            with np.errstate(all="ignore"):
                exec(statement, tried)
        except Exception:  # what does not fit is not taken
            return
        for value in _tensors(tried).values():
            array = np.asarray(value, dtype=float)
            if array.size == 0 or array.size > _MOST_ELEMENTS or array.ndim > 4:
                return
            if not np.all(np.isfinite(array)) or np.max(np.abs(array)) > _LARGEST:
                return
        names.clear()
        names.update(tried)
        lines.append(statement)


def _tensors(names: dict[str, Any]) -> dict[str, Any]:
    """The values that a program computes with, by name."""
    return {
        key: value
        for key, value in names.items()
        if key[0] in "xvw" and key[1:].isdigit() and isinstance(value, np.ndarray | np.floating | float | int)
    }
