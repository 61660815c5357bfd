"""Equations as a person reads them: the LaTeX that is shown goes in, those that are false come out.

Nothing of the product's own formula code is used. A written number stands for all numbers that are shown so, a name
for what ``Meanings`` says, and neighbours of an equals sign must have a number in common. What a formula leaves to its
reader (which of two nodes a name means, whether a sum keeps its axis) is chosen in every possible way: an equation is
false if no way makes it true. A formula that cannot be read is false too.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import reduce
from typing import Any, Protocol, TypeVar

import numpy as np

from tests.helpers import intervals
from tests.helpers.intervals import Interval

T = TypeVar("T")
MOST_READINGS = 40000


class NoReading(Exception):
    """The choices made so far give the formula no meaning."""


class NotSaid(Exception):
    """The formula is cut off by dots, or has a derivative of many numbers by many: nothing is claimed."""


class Choices:
    """One way to read a formula: choices that were made before, and the first one for each further question."""

    def __init__(self, made: Sequence[int]) -> None:
        self.made, self.asked = list(made), list[int]()

    def one_of(self, options: Sequence[T]) -> T:
        if not options:
            raise NoReading
        k = len(self.asked)
        if k == len(self.made):
            self.made.append(0)
        self.asked.append(len(options))
        return options[self.made[k]]

    def next(self) -> "Choices | None":
        """The next way; None after the last."""
        made = self.made[: len(self.asked)]
        while made and made[-1] + 1 == self.asked[len(made) - 1]:
            made.pop()
        return Choices([*made[:-1], made[-1] + 1]) if made else None


Side = Callable[[Choices], Interval]


class Meanings(Protocol):
    """What names stand for where a formula is shown; several values where a name has several meanings."""

    def values(self, name: str) -> Sequence[Interval | None]: ...
    def derivatives(self, of: str, by: str) -> Sequence[Interval | None]: ...
    def function(self, name: str) -> Callable[..., Any] | None: ...
    def moved(self, name: str, part: str) -> list[Callable[[Any], Any]]: ...
    def shapes(self) -> list[tuple[int, ...]]: ...


_COMPONENT = r"(?:\\(?:mathit|mathrm|text)\{[^{}]*\}|[A-Za-zℒ]|\\_)(?:_\{\d+\})?"
_NAME = rf"{_COMPONENT}(?:\{{\.\}}{_COMPONENT})*"
_TOKEN = re.compile(
    rf"""\ +|\\,
    |(?P<nan>\\text\{{NaN\}})
    |(?P<number>\d+(?:\{{,\}}\d{{3}})*(?:\.\d+)?)(?:\ \\times\ 10\^\{{(?P<exponent>-?\d+)\}})?
    |\\operatorname\{{(?P<function>[^{{}}]*)\}}
    |(?P<name>{_NAME})
    |(?P<sign>\\[a-zA-Z]+|\\.|.)""",
    re.X,
)
_RELATIONS = ("=", r"\neq", r"\leftarrow")
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal,
    "<": np.less,
    ">": np.greater,
    r"\le": np.less_equal,
    r"\ge": np.greater_equal,
    r"\ne": np.not_equal,
    r"\neq": np.not_equal,
}
_PLAIN_FUNCTIONS = ("ln", "log", "sin", "cos", "tan", "arctan", "tanh", "max", "min", "Phi", "varphi")


class Reader:
    """Reads one formula: recursive descent, in which each rule gives a function from choices to an interval."""

    def __init__(self, latex: str, meanings: Meanings) -> None:
        self.latex, self.meanings = latex, meanings
        self.tokens = [found for found in _TOKEN.finditer(latex) if found.lastgroup]
        self.signs = [*(found["sign"] or "" for found in self.tokens), *[""] * 3]
        self.at = 0

    # Tokens

    def sign(self, ahead: int = 0) -> str:
        return self.signs[self.at + ahead]

    def is_next(self, group: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at][group] is not None

    def take(self, *signs: str) -> bool:
        """Pass over these signs if they come next."""
        if self.signs[self.at : self.at + len(signs)] != list(signs):
            return False
        self.at += len(signs)
        return True

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise SyntaxError(f"{sign} expected before {self.rest()!r} in {self.latex!r}")

    def rest(self) -> str:
        return self.latex[self.tokens[self.at].start() :] if self.at < len(self.tokens) else ""

    def until(self, close: str) -> str:
        """The text up to the bracket that closes the one just taken, which is passed over too."""
        start, depth, opens = self.at, 1, {"}": "{", "]": "["}[close]
        while self.at < len(self.tokens):
            depth += (self.sign() == opens) - (self.sign() == close)
            self.at += 1
            if not depth:
                first, last = self.tokens[start].start(), self.tokens[self.at - 1].start()
                return self.latex[first:last].strip()
        raise SyntaxError(f"{opens} without {close} in {self.latex!r}")

    def braces(self) -> str:
        """The text in the braces that come next, or the digit without any."""
        if self.is_next("number"):
            self.at += 1
            return self.tokens[self.at - 1][0]
        self.need("{")
        return self.until("}")

    def of(self, latex: str) -> Side:
        """Another formula of one side, with the same meanings."""
        inner = Reader(latex, self.meanings)
        side = inner.sum()
        if inner.at < len(inner.tokens):
            raise SyntaxError(f"{inner.rest()!r} is not understood in {latex!r}")
        return side

    # Grammar

    def sides(self) -> list[tuple[str, str, Side]]:
        """Every side: the relation in front of it, its text, and what it is."""
        found = []
        relation = ""
        while True:
            start = self.at
            side = self.sum()
            end = self.tokens[self.at].start() if self.at < len(self.tokens) else len(self.latex)
            found.append((relation, self.latex[self.tokens[start].start() : end].strip(), side))
            relation = self.sign()
            if relation not in _RELATIONS:
                break
            self.at += 1
        if self.at < len(self.tokens):
            raise SyntaxError(f"{self.rest()!r} is not understood in {self.latex!r}")
        return found

    def sum(self) -> Side:
        side = self.term()
        while self.sign() in ("+", "-"):
            combine = intervals.add if self.sign() == "+" else intervals.subtract
            self.at += 1
            side = _both(combine, side, self.term())
        return side

    def term(self) -> Side:
        """A product, read from left to right; two factors side by side are multiplied like numbers."""
        if self.take("-"):
            return _both(intervals.multiply, lambda choices: Interval.exact(-1.0), self.term())
        side = self.factor()
        while True:
            if self.take(r"\cdot"):
                side = _multiplied(side, self.signed())
            elif self.take(r"\times") or self.take(r"\odot"):
                side = _both(intervals.multiply, side, self.signed())
            elif self.begins():
                side = _both(intervals.multiply, side, self.factor())
            else:
                return side

    def signed(self) -> Side:
        if self.take("-"):
            return _both(intervals.multiply, lambda choices: Interval.exact(-1.0), self.factor())
        return self.factor()

    def begins(self) -> bool:
        """Whether a factor comes next, with no sign in front of it."""
        if self.at == len(self.tokens):
            return False
        if self.sign():
            first = self.sign().removeprefix("\\")
            return first in ("(", "[", "{", *_PLAIN_FUNCTIONS) or first in _PRIMARIES
        return True

    def factor(self) -> Side:
        side = self.primary()
        while True:
            if self.take("^"):
                exponent = self.braces()
                if exponent == r"\mathsf{T}":
                    side = _moved(side, _transposed)
                else:
                    side = _both(intervals.power, side, self.of(exponent))
            elif self.sign() == "_" and self.sign(1) == "{":
                self.at += 1
                index = tuple(map(int, self.braces().split(",")))
                side = _moved(side, _element(index))
            elif self.sign() == "[" and not self.is_bracket():
                self.at += 1
                side = self.picked(side)
            else:
                return side

    def is_bracket(self) -> bool:
        """Whether the square bracket that comes next is a condition, and no index."""
        depth = 0
        for token in self.tokens[self.at :]:
            sign = token["sign"]
            depth += (sign in ("[", "(")) - (sign in ("]", ")"))
            if depth == 1 and sign in _COMPARE:
                return True
            if not depth:
                break
        return False

    def picked(self, side: Side) -> Side:
        """A part of a tensor, ``a[0, :]``, or with it replaced, ``a[0 ← b]``."""
        key_text, _, value = self.until("]").partition(r"\leftarrow")
        key = tuple(map(_key, re.split(r", (?![^(]*\))", key_text.strip())))
        if not value:
            return _moved(side, lambda end: end[key])
        put = self.of(value)

        def replaced(choices: Choices) -> Interval:
            into, given = side(choices), put(choices)
            low, high = into.low.copy(), into.high.copy()
            low[key], high[key] = given.low, given.high
            return Interval(low, high, into.known and given.known)

        return replaced

    def primary(self) -> Side:
        if self.at == len(self.tokens):
            raise SyntaxError(f"{self.latex!r} ends too early")
        token = self.tokens[self.at]
        if self.is_next("number"):
            self.at += 1
            exponent = token["exponent"]
            number = intervals.written(
                token["number"].replace("{,}", ""), int(exponent) if exponent is not None else None
            )
            return lambda choices: number
        if self.is_next("nan"):
            self.at += 1
            return lambda choices: Interval.exact(math.nan)
        if self.is_next("name"):
            self.at += 1
            return self.named(_node_name(token["name"]))
        if self.is_next("function"):
            self.at += 1
            return self.call(token["function"].replace(r"\,", " "))
        if self.take("("):
            return self.parenthesis(lambda: self.need(")"))
        if self.take("["):
            return self.condition()
        if self.take("{"):
            return self.of(self.until("}"))
        command = self.sign().removeprefix("\\")
        self.at += 1
        if command in _PRIMARIES:
            return _PRIMARIES[command](self)
        if command in _PLAIN_FUNCTIONS:
            return self.call(command)
        self.at -= 1
        raise SyntaxError(f"{self.rest()!r} is not understood in {self.latex!r}")

    def left(self) -> Side:
        if self.take("|"):
            side = self.sum()
            self.need(r"\right")
            self.need("|")
            return lambda choices: intervals.absolute(side(choices))
        self.need("(")

        def close() -> None:
            self.need(r"\right")
            self.need(")")

        return self.parenthesis(close)

    def parenthesis(self, close: Callable[[], None]) -> Side:
        """A formula in parentheses, a tensor by its shape, ``(2, 3)``, or several numbers, ``(0.5, 2)``."""
        sides, alone = [self.sum()], True
        while self.take(","):
            alone = False
            if self.sign() not in (")", r"\right"):
                sides.append(self.sum())
        close()
        return sides[0] if alone else lambda choices: _several(sides, choices)

    def condition(self) -> Side:
        """``[a > b]``: 1 where it holds, else 0; where the shown digits leave it open, either."""
        left = self.sum()
        compare = _COMPARE.get(self.sign())
        if compare is None:
            raise SyntaxError(f"no relation before {self.rest()!r} in {self.latex!r}")
        self.at += 1
        right = self.sum()
        self.need("]")

        def holds(choices: Choices) -> Interval:
            a, b = left(choices), right(choices)
            corners = [compare(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
            if not (a.known and b.known):
                return Interval.of_shape(np.shape(corners[0]))
            # What is written alike is read as equal.
            alike = (a.low == b.low) & (a.high == b.high)
            # Numbers of the program itself, not of their shown digits, are equal then.
            same = alike & (a.high - a.low <= 1e-12 * np.abs(a.high))
            overlap = (a.low <= b.high) & (b.low <= a.high) & ~same & ~((a.low == a.high) & (b.low == b.high))
            first = compare(a.middle, b.middle)
            truth = np.array(np.where(alike, compare(0, 0), first), dtype=float)
            undecided = np.argwhere(np.broadcast_to(overlap, truth.shape))
            for place in map(tuple, undecided[:8]):
                truth[place] = choices.one_of((truth[place], 1 - truth[place]))
            return Interval.exact(truth)

        return holds

    def fraction(self) -> Side:
        above, below = self.braces(), self.braces()
        if above.startswith(r"\partial ") and below.startswith(r"\partial "):
            of, by = (_node_name(each.removeprefix(r"\partial ")) for each in (above, below))
            return self.among(lambda: self.meanings.derivatives(of, by))
        return _both(intervals.divide, self.of(above), self.of(below))

    def named(self, name: str) -> Side:
        """A node's value, or a function called by its name."""
        if self.sign() == "(" and self.meanings.function(name) is not None:
            return self.call(name)
        return self.among(lambda: self.meanings.values(name))

    def among(self, values: Callable[[], Sequence[Interval | None]]) -> Side:
        known = values()

        def reading(choices: Choices) -> Interval:
            value = choices.one_of(known)
            if value is None:
                raise NotSaid
            return value

        return reading

    def root(self) -> Side:
        side = self.of(self.braces())
        return lambda choices: intervals.sqrt(side(choices))

    def matrix(self) -> Side:
        self.need("{")
        kind = self.until("}")
        if kind == "cases":
            return self.cases()
        if kind != "pmatrix":
            raise SyntaxError(self.latex)
        start = self.at
        while self.sign() != r"\end":
            self.at += 1
        text = self.latex[self.tokens[start].start() : self.tokens[self.at].start()]
        self.at += 1
        self.braces()
        rows = [[_cell(cell) for cell in row.split("&")] for row in text.split(r"\\")]
        low, high = (np.array([[cell[end] for cell in row] for row in rows]) for end in (0, 1))
        whole = Interval(low, high)
        # A vector is written as one row.
        options = [whole.moved(lambda end: end[0]), whole] if len(rows) == 1 else [whole]
        return lambda choices: choices.one_of(options)

    def cases(self) -> Side:
        """Either of two formulas, element by element: the first where its condition holds."""
        start = self.at
        while self.sign() != r"\end":
            self.at += 1
        text = self.latex[self.tokens[start].start() : self.tokens[self.at].start()]
        self.at += 1
        self.braces()
        rows = [row.split("&") for row in text.split(r"\\")]
        first, second = (self.of(value.strip()) for value, _ in rows)
        conditions = [self.of(f"[{each.strip()}]") for each in rows[0][1].split(", ")]

        def chosen(choices: Choices) -> Interval:
            a, b, *holds = (side(choices) for side in (first, second, *conditions))
            where = reduce(np.logical_and, [condition.low == 1 for condition in holds])
            low, high = np.where(where, a.low, b.low), np.where(where, a.high, b.high)
            return Interval(low, high, a.known and b.known and all(each.known for each in holds))

        return chosen

    def over(self) -> Side:
        """A tensor above the shape that it has; sizes that are letters are any."""
        sizes = re.findall(r"\w+", self.braces())
        side = self.of(self.braces())

        def fits(choices: Choices) -> Interval:
            value = side(choices)
            row = (1, *value.shape) if len(value.shape) + 1 == len(sizes) == 2 else value.shape
            column = (*value.shape, 1) if len(value.shape) + 1 == len(sizes) == 2 else value.shape
            if not any(
                len(shape) == len(sizes)
                and all(not n.isdigit() or int(n) == m for n, m in zip(sizes, shape, strict=True))
                for shape in (row, column)
            ):
                raise NoReading
            return value

        return fits

    def total(self) -> Side:
        r"""A sum along axes, of all without any, or of the terms for which a condition holds: ``\sum_{t \ne 0}``."""
        below = self.braces() if self.take("_") else ""
        axes = tuple(map(int, below.split(","))) if re.fullmatch(r"[\d,]+", below) else None
        condition = self.of(f"[{below}]") if below and axes is None else None
        side = self.term()

        def summed(choices: Choices) -> Interval:
            terms = side(choices)
            if condition is not None:
                holds = condition(choices).low == 1
                terms = terms.moved(lambda end: np.where(holds, end, 0.0))
            return _reduced(np.sum, terms, axes, choices)

        return summed

    def all_multiplied(self) -> Side:
        if self.take("_"):
            raw = self.braces()
            if raw.startswith(r"\text"):  # of the others along the same axes
                return self.others()
            axes: tuple[int, ...] | None = tuple(map(int, raw.split(",")))
        else:
            axes = None
        side = self.term()
        return lambda choices: _extremes_of(np.prod, side(choices), axes, choices)

    def others(self) -> Side:
        side = self.term()

        def product_of_others(choices: Choices) -> Interval:
            a = side(choices)
            axes = choices.one_of(_all_axes(len(a.shape)))

            def at(end: Any) -> Any:
                made = np.ones_like(end)
                for place in np.ndindex(*end.shape):
                    line = tuple(slice(None) if k in axes else place[k] for k in range(end.ndim))
                    rest = end.copy()
                    rest[place] = 1
                    made[place] = np.prod(rest[line])
                return made

            return intervals.estimated(at, (a,))

        return product_of_others

    def average(self) -> Side:
        side = self.of(self.braces())

        def mean(choices: Choices) -> Interval:
            a = side(choices)
            axes = choices.one_of(_all_axes(len(a.shape)))
            return a.moved(lambda end: np.mean(end, axis=axes, keepdims=True))

        return mean

    def call(self, name: str) -> Side:
        """A function with its arguments in parentheses, or with the one factor behind it."""
        subscript = ""
        if self.take("_"):
            subscript = self.braces()
        if name not in _OF_ONE and self.take("("):
            arguments = [self.sum()]
            while self.take(","):
                arguments.append(self.sum())
            self.need(")")
        else:
            if name == "log" and self.is_next("function") and self.tokens[self.at]["function"] == "softmax":
                self.at += 1  # read as one: in float64 the softmax alone may be 0
                return self.call("log_softmax")
            arguments = [self.factor()]
        return lambda choices: self.called(name, subscript, [each(choices) for each in arguments], choices)

    def called(self, name: str, subscript: str, given: list[Interval], choices: Choices) -> Interval:
        if name in ("ln", "log"):
            base = Interval.exact(math.log(int(subscript))) if subscript else None
            return intervals.divide(intervals.ln(given[0]), base) if base else intervals.ln(given[0])
        if name in _OF_NUMBERS:
            return _OF_NUMBERS[name](*given)
        axes = tuple(map(int, subscript.split(","))) if re.fullmatch(r"[\d,]+", subscript) else None
        if name in ("max", "min") and len(given) == 2 and axes is None:
            return intervals.monotone(np.maximum if name == "max" else np.minimum)(*given)
        if name == "first":  # of those that hold, along axes that a formula does not say
            axes = choices.one_of(_all_axes(len(given[0].shape)))
            return given[0].moved(lambda end: _first(end, axes))
        if name in _REDUCTIONS:
            return _extremes_of(_REDUCTIONS[name], _together(given), axes, choices)
        if name in ("softmax", "log_softmax", "cumsum"):
            given = [_together(given)]
        if name == "log_softmax":
            if not given[0].shape:
                return intervals.subtract(given[0], given[0])
            axis = axes[0] if axes else -1
            return intervals.estimated(lambda end: _log_softmax(end, axis), tuple(given))
        if name == "transpose":
            return given[0].moved(lambda end: np.transpose(end, axes))
        if name in ("concat", "stack"):
            join = np.concatenate if name == "concat" else np.stack
            assert axes is not None
            if name == "concat":  # a number is one element
                given = [each.moved(np.atleast_1d) for each in given]
            ends = ([each.low for each in given], [each.high for each in given])
            return Interval(*(join(end, axes[0]) for end in ends), all(each.known for each in given))
        if name in ("cumsum", "rcumsum"):
            axis = axes[0] if axes else choices.one_of(range(len(given[0].shape)))
            turn = (lambda end: np.flip(end, axis)) if name == "rcumsum" else (lambda end: end)
            return given[0].moved(lambda end: turn(np.cumsum(turn(end), axis)))
        if name in ("repeat", "reshape"):
            if re.fullmatch(r"\d+", subscript):
                shapes = [(int(subscript), *given[0].shape)]
            elif subscript:
                shapes = [tuple(map(int, re.findall(r"\d+", subscript)))]
            else:
                shapes = self.meanings.shapes()
            shape = choices.one_of(shapes)
            if name == "reshape":
                return given[0].moved(lambda end: np.reshape(end, shape))
            wide = choices.one_of(_raised(given[0].shape, len(shape)))
            return given[0].moved(lambda end: np.broadcast_to(end.reshape(wide), shape))
        if name == "onehot":
            classes = np.arange(
                choices.one_of(sorted({shape[-1] for shape in self.meanings.shapes() if shape}))
            )
            return given[0].moved(lambda end: 1.0 * (np.round(end)[..., None] == classes))
        moved = self.meanings.moved(name, subscript)
        if moved and _is_nothing(given[0]):
            return given[0]
        if moved:
            return given[0].moved(choices.one_of(moved))
        function = self.meanings.function(name)
        if function is None:
            raise SyntaxError(f"the function {name} of {self.latex!r} is not known")
        return intervals.estimated(function, tuple(given))


def _first(marked: Any, axes: tuple[int, ...]) -> Any:
    """Leave of those that are marked along the axes the first alone."""
    made, met = np.zeros_like(marked), set[tuple[int, ...]]()
    for place in map(tuple, np.argwhere(marked)):
        line = tuple(k for axis, k in enumerate(place) if axis not in axes)
        if line not in met:
            made[place] = 1.0
        met.add(line)
    return made


def _log_softmax(end: Any, axis: int) -> Any:
    s = end - np.max(end, axis=axis, keepdims=True)
    return s - np.log(np.sum(np.exp(s), axis=axis, keepdims=True))


def _dots(reader: Reader) -> Side:
    def not_said(choices: Choices) -> Interval:
        raise NotSaid

    return not_said


_PRIMARIES: dict[str, Callable[[Reader], Side]] = {
    "left": Reader.left,
    "frac": Reader.fraction,
    "sqrt": Reader.root,
    "begin": Reader.matrix,
    "underset": Reader.over,
    "sum": Reader.total,
    "prod": Reader.all_multiplied,
    "overline": Reader.average,
    "cdots": _dots,
    "infty": lambda reader: lambda choices: Interval.exact(math.inf),
    "pi": lambda reader: lambda choices: Interval.exact(math.pi),
}
_OF_NUMBERS: dict[str, Callable[..., Interval]] = {
    "sin": intervals.gentle(np.sin),
    "cos": intervals.gentle(np.cos),
    "tan": intervals.tangent,
    "arctan": intervals.monotone(np.arctan),
    "tanh": intervals.monotone(np.tanh),
    "sgn": intervals.monotone(lambda x: 1.0 * (x > 0) - (x < 0)),
    "relu": intervals.monotone(lambda x: np.where(np.isnan(x), x, np.maximum(x, 0))),
    "Phi": intervals.monotone(
        np.vectorize(lambda x: 0.5 * math.erfc(-float(x) / math.sqrt(2)), otypes=[float])
    ),
    "varphi": intervals.gentle(lambda x: np.exp(-x * x / 2) / np.sqrt(2 * np.pi)),
    "erf": intervals.monotone(np.vectorize(lambda x: math.erf(float(x)), otypes=[float])),
    "erfc": intervals.monotone(np.vectorize(lambda x: math.erfc(float(x)), otypes=[float])),
}
_OF_ONE = {"ln", "log", "sin", "cos", "tan", "arctan", "tanh", "sgn", "Phi", "varphi"}
_REDUCTIONS: dict[str, Callable[..., Any]] = {
    "max": np.max,
    "min": np.min,
    "mean": np.mean,
    "var": np.var,
    "std": np.std,
    "argmax": np.argmax,
    "argmin": np.argmin,
}


def _both(combine: Callable[[Interval, Interval], Interval], left: Side, right: Side) -> Side:
    return lambda choices: combine(left(choices), right(choices))


def _multiplied(left: Side, right: Side) -> Side:
    """A matrix product; behind a column, a vector may be a row."""

    def product(choices: Choices) -> Interval:
        a, b = left(choices), right(choices)
        if len(a.shape) == 2 and a.shape[1] == 1 and len(b.shape) == 1 and choices.one_of((True, False)):
            b = b.moved(lambda end: end[None, :])
        if len(a.shape) > 1 and len(b.shape) == 2 and b.shape[1] == 1 and a.shape[-1] != b.shape[0]:
            # Of many numbers by a transposed vector: each is a column of one, and the vector a row.
            a, b = a.moved(lambda end: end[..., None]), b.moved(np.transpose)
        many = (
            len(a.shape) == len(b.shape) + 1 > 2
            and a.shape[:-2] == b.shape[:-1]
            and a.shape[-1] == b.shape[-1]
        )
        if many and choices.one_of((True, False)):  # as many matrices by as many vectors
            return intervals.product(a, b.moved(lambda end: end[..., None])).moved(lambda end: end[..., 0])
        return intervals.product(a, b)

    return product


def _moved(side: Side, change: Callable[[Any], Any]) -> Side:
    return lambda choices: side(choices).moved(change)


def _transposed(end: Any) -> Any:
    return np.swapaxes(end, -1, -2) if end.ndim > 1 else end[:, None]


def _element(index: tuple[int, ...]) -> Callable[[Any], Any]:
    def at(end: Any) -> Any:
        if end.ndim != len(index):
            raise NoReading
        return end[index]

    return at


def _key(text: str) -> Any:
    if ":" in text:
        return slice(*(int(end) if end else None for end in text.split(":")))
    return [int(k) for k in text[1:-1].split(",")] if text.startswith("(") else int(text)


def _cell(latex: str) -> tuple[float, float]:
    text = latex.strip().replace("{,}", ",").replace(r"\infty", "∞").replace(r"\text{NaN}", "NaN")
    return intervals.in_cell(re.sub(r" \\times 10\^\{(-?\d+)\}", r"e\1", text))


def _node_name(latex: str) -> str:
    """A node's name from its LaTeX; numbers are kept as ``_{2}``, which has several meanings."""
    plain = re.sub(r"\\(?:mathit|mathrm|text)\{([^{}]*)\}", r"\1", latex)
    plain = plain.replace("{.}", ".").replace(r"\_", "_")
    return plain


def _several(sides: Sequence[Side], choices: Choices) -> Interval:
    """Numbers in parentheses: a tensor's shape, or the numbers themselves."""
    values = [side(choices) for side in sides]
    if all(not value.shape and value.known for value in values):
        sizes = [float(value.middle) for value in values]
        if all(size >= 0 and size.is_integer() for size in sizes) and choices.one_of((True, False)):
            return Interval.of_shape(tuple(map(int, sizes)))
    return _together(values)


def _together(values: list[Interval]) -> Interval:
    if len(values) == 1:
        return values[0]
    return Interval(
        np.stack([each.low for each in values]),
        np.stack([each.high for each in values]),
        all(e.known for e in values),
    )


def _all_axes(rank: int) -> list[tuple[int, ...]]:
    """Every choice of axes, all of them first."""
    return [tuple(k for k in range(rank) if not bits >> k & 1) for bits in range(2**rank - (rank > 0))] or [
        ()
    ]


def _reduced(
    reduce: Callable[..., Any], a: Interval, axes: tuple[int, ...] | None, choices: Choices
) -> Interval:
    """A reduction along axes, all without any; whether it keeps them at length 1, a formula does not say."""
    if _is_nothing(a):
        return a
    over = tuple(range(len(a.shape))) if axes is None else axes
    if any(axis >= len(a.shape) for axis in over):
        raise NoReading
    gone = _gone(axes, over, choices)
    made = a.moved(lambda end: np.squeeze(reduce(end, axis=over, keepdims=True), axis=gone))
    if reduce is np.sum and a.logarithm is not None:
        made.logarithm = a.logarithm.moved(
            lambda end: np.squeeze(np.logaddexp.reduce(end, axis=over, keepdims=True), axis=gone)
        )
    return made


def _extremes_of(
    reduce: Callable[..., Any], a: Interval, axes: tuple[int, ...] | None, choices: Choices
) -> Interval:
    if reduce in (np.max, np.min, np.mean):
        return _reduced(reduce, a, axes, choices)
    if reduce in (np.argmax, np.argmin):
        axis = axes[0] if axes else None
        return intervals.estimated(lambda end: reduce(end, axis=axis), (a,))
    over = tuple(range(len(a.shape))) if axes is None else axes
    gone = _gone(axes, over, choices)
    return intervals.estimated(lambda end: np.squeeze(reduce(end, axis=over, keepdims=True), axis=gone), (a,))


def _gone(axes: tuple[int, ...] | None, over: tuple[int, ...], choices: Choices) -> tuple[int, ...]:
    """The axes that a reduction drops: all, none, or the first where several are named.

    What was summed back over axes that broadcasting had put in front, and over axes of 1, keeps the latter.
    """
    counts = [len(over), *range(len(over) if axes and len(axes) > 1 else min(len(over), 1))]
    return over[: choices.one_of(counts)]


def _raised(shape: tuple[int, ...], rank: int) -> list[tuple[int, ...]]:
    """The shapes of this rank that have axes of length 1 put in."""
    if len(shape) > rank:
        return []
    if len(shape) == rank:
        return [shape]
    found = {(*shape[:k], 1, *shape[k:]) for k in range(len(shape) + 1)}
    return sorted({longer for each in found for longer in _raised(each, rank)})


class Readings:
    """Every value that a side may have, found as they are asked for; None where nothing is claimed."""

    def __init__(self, side: Side) -> None:
        self._found: list[Interval | None] = []
        self._more = self._all(side)

    def __iter__(self) -> Iterator[Interval | None]:
        yield from self._found
        for reading in self._more:
            self._found.append(reading)
            yield reading

    def __bool__(self) -> bool:
        return any(True for _ in self)

    @staticmethod
    def _all(side: Side) -> Iterator[Interval | None]:
        for steps in (nullcontext, intervals.float64):
            choices: Choices | None = Choices(())
            for _ in range(MOST_READINGS):
                if choices is None:
                    break
                found = None
                try:
                    with steps():
                        found = side(choices)
                    yield found
                except NotSaid:
                    yield None
                except (NoReading, ValueError, IndexError):
                    pass
                choices = choices.next()


def lines_of(latex: str) -> list[str]:
    """The lines of a gathered formula; a matrix has line ends of its own."""
    if not latex.startswith(r"\begin{gathered}"):
        return [latex] if latex else []
    inner = latex.removeprefix(r"\begin{gathered}").removesuffix(r"\end{gathered}")
    lines, depth = [""], 0
    for piece in re.split(r"(\\begin\{\w+\}|\\end\{\w+\}| \\\\ )", inner):
        depth += piece.startswith(r"\begin") - piece.startswith(r"\end")
        if piece == r" \\ " and not depth:
            lines.append("")
        else:
            lines[-1] += piece
    return [line.strip() for line in lines]


def false_equations(latex: str, meanings: Meanings) -> list[str]:
    """The equations in a shown formula that are false or cannot be read, each with its two sides."""
    wrong = []
    with np.errstate(all="ignore"):
        for line in lines_of(latex):
            try:
                sides = Reader(line, meanings).sides()
                wrong += _false_neighbours(line, sides)
            except SyntaxError as error:
                wrong.append(f"cannot be read: {error}")
    return wrong


def _false_neighbours(line: str, sides: list[tuple[str, str, Side]]) -> Iterator[str]:
    values = [Readings(side) for _, _, side in sides]
    for k, (relation, text, _) in enumerate(sides):
        if not values[k]:
            yield f"no meaning: {text} in {line}"
        elif relation == "=" and values[k - 1] and not _can_be_one(values[k - 1], values[k]):
            yield f"{sides[k - 1][1]} = {text}"


def _can_be_one(left: Readings, right: Readings) -> bool:
    return any(a is None or b is None or a.meets(b) or _zeros(a, b) for a in left for b in right)


def _is_nothing(a: Interval) -> bool:
    """0, which is also a tensor of zeros."""
    return not a.shape and bool(a.low == a.high == 0)


def _zeros(a: Interval, b: Interval) -> bool:
    """0 is also a tensor of zeros."""
    small = [each for each in (a, b) if not each.shape]
    return bool(small) and all(
        np.all((each.low == 0) & (each.high == 0)) or not each.known for each in (a, b)
    )
