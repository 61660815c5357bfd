"""What a program is built with: its text, its limits, the graph so far, and errors that point at the text."""

import ast
import math
import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.errors import ProgramError, Remedy
from chainrule.core.language.advice import REFUSED_FUNCTIONS
from chainrule.core.language.sharing import Arrays
from chainrule.core.language.source import Source
from chainrule.core.language.values import (
    Absent,
    Builtin,
    Class,
    Function,
    Known,
    Method,
    Pending,
    Unsettled,
    Value,
)
from chainrule.core.ops import CODES, OPS, TENSOR_CODES, shapes
from chainrule.core.ops.op import Shape
from chainrule.core.text import Text

MOST_AXES = 32
"""Axes of one tensor: NumPy stops at 64, and evaluating many inputs at once adds axes in front."""


_CHANGED_IN_PLACE = re.compile(r"\]\s*=(?!=)|[\])\w]\s*(?:[-+*/@]|\*\*|//)=|\bout\s*=|\.fill\s*\(")


MOST_LISTED_IN_ALL = 1_000_000
"""Elements of all lists that are made in one step each: repeated, copied or put together."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a program may be; each limit ends in a ``ProgramError`` that names it."""

    source_length: int = 20_000
    """Characters of the program."""
    nodes: int = 5_000
    """Nodes of the graph, after loops are unrolled."""
    steps: int = 100_000
    """Statements carried out and functions called, after loops are unrolled."""
    tensor_elements: int = 1_000_000
    """Elements of one tensor."""
    elements: int = 10_000_000
    """Elements of all tensors together."""
    call_depth: int = 50
    """Functions called inside one another."""
    soft: "Limits | None" = None
    """Lower limits of nodes, steps and elements; past them reading ends in `LongProgram`, which is no error."""


class LongProgram(Exception):
    """A program past the soft limits: whoever reads it has no time for it, and somebody else may."""


class Scope:
    """The names of the program, or of one call: node indices, and what is no node."""

    __slots__ = ("elsewhere", "function", "inputs", "names", "outer", "sealed")

    def __init__(
        self,
        function: str | None = None,
        outer: "Scope | None" = None,
        inputs: bool = False,
        sealed: bool = False,
    ) -> None:
        self.function = function
        """The function that is being called, None outside."""
        self.outer = outer
        """Where names are looked up that are not here."""
        self.inputs = inputs
        """Whether a number that gets a name here is an input."""
        self.sealed = sealed
        """Whether the names given here stay inside: nodes get their names from outside."""
        self.names: dict[str, Value] = {}
        self.elsewhere: dict[str, Scope] = {}
        """Where names stand that ``global`` or ``nonlocal`` declares."""

    def give(self, name: str, value: Value) -> None:
        """Give a name a value, where it stands."""
        (self.elsewhere.get(name, self) if self.elsewhere else self).names[name] = value


Walk = Generator[tuple[ast.AST, Scope], Value, Value]
"""A part of the tree that asks for parts below it: yields each with its scope, is sent its value, returns its own.

The asking is done on one explicit stack (``program.run``), so depth is bounded by the limits and never by the
interpreter's stack.
"""

Place = tuple[int, int, int, int]
"""Where a part of the tree stands in the text."""


def place_of(node: ast.AST) -> Place:
    """The place of a part of the tree: the same each time the text is read."""
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Hindsight:
    """What only reading the whole program shows; the program is then read once more."""

    fixed: set[Place] = field(default_factory=set)
    """Where numbers stand that decide on the graph's form, such as the ``n`` of ``range(n)``: they are no nodes."""
    early: set[Place] = field(default_factory=set)
    """Where inputs are written that a group reads first: they get their node at once, outside of it."""
    copies: set[Place] = field(default_factory=set)
    """Where tensors are copied that change later, they or their copies: a copy is a node of its own."""
    lists: set[Place] = field(default_factory=set)
    """Where lists of numbers are written that grow later: they are lists and no tensors."""
    flat: set[str] = field(default_factory=set)
    """Functions that change what stands outside of them: they are drawn without a box."""

    def again(self) -> "Hindsight":
        """A copy, to add to."""
        return Hindsight(set(self.fixed), set(self.early), set(self.copies), set(self.lists), set(self.flat))


class Builder:
    """The context in which one program becomes a graph; the functions of this package build with it."""

    def __init__(
        self,
        source: Source,
        body: Sequence[ast.stmt],
        given: Mapping[str, Shape],
        limits: Limits,
        before: "Hindsight | None" = None,
    ) -> None:
        self.source = source
        self.body = body
        self.given = given
        self.limits = limits
        self._soft = limits.soft or limits
        self.before = before or Hindsight()
        """What an earlier reading of the same program has shown."""
        self.after = self.before.again()
        """What this reading shows besides."""
        self.graph = Graph()
        self.arrays = Arrays(self.graph)
        self.reaches_out = False
        """Whether a function may have changed what stands outside of it."""
        self.touched: dict[int, tuple[Any, Any]] | None = None
        """By identity, the lists, dictionaries and objects that an undecided branch changes, with what they held."""
        self.globals = Scope(inputs=True)
        self.folding = False
        """Whether numbers stay numbers, as they do in an index, instead of becoming nodes."""
        self.in_composite: ast.AST | None = None
        """The call in the user's text while the body of a built-in composite is walked: errors point there."""
        self.active: list[ast.AST] = []
        """The functions that are being called, the innermost last."""
        self.stored = -1
        """The highest node that a list, a dictionary or an object holds."""
        self.shown: int | None = None
        """The node from which the script goes backward: the output."""
        self.updated: ast.AST | None = None
        """The statement that changes what was learned; nothing can be computed with it afterwards."""
        self.random: Any = None
        """The generator that ``np.random.seed`` has set."""
        self.python_random: Any = None
        """The same of Python's own ``random``."""
        self._origins: list[ast.AST] = []
        self._sites: dict[int, ast.AST] = {}
        """Where the number stands that an input or a constant is, if not where the node is placed."""
        self._steps = 0
        self._listed = 0
        self._elements = 0

    @cached_property
    def assigned(self) -> frozenset[str]:
        """Every name that the program itself gives a value, outside of functions."""
        outside: list[ast.stmt] = [part for part in self.body if not isinstance(part, ast.FunctionDef)]
        return frozenset(
            node.id
            for node in ast.walk(ast.Module(outside, []))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        )

    @cached_property
    def sets_elements(self) -> bool:
        """Whether a tensor is changed in place, by ``x[0] = …`` or ``x += …``: its other names then change too."""
        return _CHANGED_IN_PLACE.search(self.source.text) is not None

    @cached_property
    def only_backward(self) -> frozenset[str]:
        """Names that the script uses as upstream gradients alone, as ``dout`` in ``layer.backward(dout)``."""
        passed_back, _, otherwise = self._uses
        return passed_back - otherwise

    @cached_property
    def only_shown(self) -> frozenset[str]:
        """Names that a script which goes backward passes back or prints, and uses for nothing else."""
        passed_back, printed, otherwise = self._uses
        return (passed_back | printed) - otherwise

    @cached_property
    def _uses(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """The names that statements outside of functions pass back, print, and read otherwise."""
        uses: dict[str, set[str]] = {"backward": set(), "print": set(), "": set()}
        pending: list[tuple[ast.AST, str]] = []
        if ".backward(" in self.source.text:
            pending += [(part, "") for part in self.body]
        while pending:
            node, use = pending.pop()
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                uses[use].add(node.id)
            if isinstance(node, ast.Call):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                pending += [(part, name if name in uses else use) for part in node.args]
                pending.append((node.func, use))
            else:
                pending += [(part, use) for part in ast.iter_child_nodes(node)]
        return frozenset(uses["backward"]), frozenset(uses["print"]), frozenset(uses[""])

    # Nodes

    def apply(self, node: ast.AST, op: str, *operands: int) -> int:
        """Append an op whose arguments are all operands."""
        if self.updated is not None:
            raise self._after_update(node)
        code = CODES[op]
        if code in TENSOR_CODES:
            return self.apply_tensor(node, op, operands)
        if self.arrays.newest:
            operands = tuple(self.current(each) for each in operands)
        try:
            index = self.graph.apply(code, *operands)
        except shapes.ShapeError as found:
            self.refuse_shapes(node, found)
        return self.place(index, node)

    def apply_tensor(
        self,
        node: ast.AST,
        op: str,
        operands: Sequence[int],
        literals: Sequence[Any] = (),
        named: Mapping[str, Any] | None = None,
    ) -> int:
        """Append a tensor op with the parameters that its arguments mean."""
        if self.updated is not None:
            raise self._after_update(node)
        if self.arrays.newest:
            operands = [self.current(each) for each in operands]
        try:
            op, parameters = tensor_call(op, [self.shape(operand) for operand in operands], literals, named)
            index = self.graph.apply(CODES[op], *operands, parameters=parameters)
        except shapes.ShapeError as found:
            self.refuse_shapes(node, found)
        return self.place(index, node)

    def constant(self, value: Any, node: ast.AST) -> int:
        """Append a number or an array that stands in the program."""
        return self.place(self.graph.constant(value), node)

    def place(self, index: int, node: ast.AST, site: ast.AST | None = None) -> int:
        """Keep what a node comes from, and hold the limits of nodes and axes."""
        if index >= self._soft.nodes:
            self._refuse_long()
            raise self.error(
                node,
                f"그래프의 노드는 {self.limits.nodes:,}개까지 만들 수 있습니다.",
                f"The graph would have more than {self.limits.nodes:,} nodes.",
            )
        self._origins.append(self.in_composite or node)
        if site is not None:
            self._sites[index] = site
        shape = self.graph.shapes.get(index)
        if shape is not None:
            if len(shape) > MOST_AXES:
                raise self.too_many_axes(node, len(shape))
            self.check_size(node, math.prod(shape))
        return index

    def keep(self, value: Value) -> None:
        """Note that a list, a dictionary or an object holds a value: its nodes stay."""
        if not isinstance(value, Known | Pending):
            self.stored = len(self.graph.codes) - 1

    def finish(self) -> None:
        """Write down where each node comes from."""
        position = self.source.position
        self.graph.positions = {index: position(at) for index, at in enumerate(self._origins)}

    def shape(self, index: int) -> Shape:
        """The shape of a node."""
        return self.graph.shapes.get(index, ())

    def current(self, index: int) -> int:
        """The newest node of the array that a node stands for. Raises ProgramError where a part of it changed."""
        arrays = self.arrays
        while index in arrays.newest:
            self.after.copies.update(arrays.copies.get(index, ()))
            index = arrays.newest[index]
        if index in arrays.stale:
            doubts = arrays.doubts(index) - self.before.copies
            if not doubts:
                raise arrays.stale[index]()
            self.after.copies.update(doubts)
        if self.reaches_out:
            self.after.flat.update(self.graph.left_by(index))
        return index

    def read(self, value: Value) -> Value:
        """What a value that a name, a list or an object holds is by now: arrays may have changed in place."""
        if type(value) is int:
            return self.current(value) if self.arrays.newest or self.reaches_out else value
        if self.arrays.known and isinstance(value, Known) and id(value) in self.arrays.known:
            return self.current(self.arrays.known[id(value)][1])
        if isinstance(value, Unsettled):
            raise value.error()
        return value

    def forget(self, first: int) -> None:
        """Take the nodes from this one on back out of the graph."""
        self.graph.forget(first)
        self.arrays.forget(first)
        del self._origins[first:]

    def node(self, value: Value, at: ast.AST) -> int:
        """The node of a value; a known number becomes a constant. Raises ProgramError for what is no number."""
        if type(value) is int:
            return self.current(value) if self.arrays.newest else value
        if isinstance(value, Known):
            if id(value) in self.arrays.known:
                return self.current(self.arrays.known[id(value)][1])
            held = value.value
            if isinstance(held, bool | int | float):
                return self.constant(as_float(held), at)
            if isinstance(held, np.ndarray):
                return self.constant(np.asarray(held, dtype=float), at)
        elif isinstance(value, Pending):
            return self.current(self._awaited(value, at))
        raise self.no_number(value, at)

    def _awaited(self, value: Pending, at: ast.AST) -> int:
        if value.node is None:
            if self.graph.depth:
                # An input stands outside of groups: read the program again and make it where it is written.
                self.after.early.add(place_of(value.site))
                return self.constant(value.value, at)
            value.node = self.place(self.graph.input(value.name, value.value), value.site)
        return value.node

    def _after_update(self, node: ast.AST) -> ProgramError:
        """The error of a computation on what gradients have changed before."""
        return self.error(
            node,
            "이 줄은 기울기로 매개변수를 바꾼 뒤에 계산합니다. 그래프는 한 번의 순전파를 그립니다.",
            "This computes with parameters that gradients have changed. The graph shows one forward pass.",
            hint=Text(
                "반복문을 없애고 `.backward()`까지의 줄만 남기세요.",
                "take the lines out of the loop, and keep those up to `.backward()`",
            ),
        )

    def no_number(self, value: Value, at: ast.AST) -> ProgramError:
        """The error at what an op cannot compute with."""
        if isinstance(value, Absent):
            return self.error(at, value.reason.ko, value.reason.en)
        if isinstance(value, Unsettled):
            return value.error()
        if isinstance(value, Method) and type(value.owner) is int:
            return self.error(
                last_word(at),
                f"텐서에는 `{value.name}`(이)라는 값이 없습니다.",
                f"A tensor has no value `{value.name}`.",
                name=value.name,
                hint=Text(
                    f"메서드라면 `.{value.name}()`으로 부르세요.",
                    f"if it is a method, call it: `.{value.name}()`",
                ),
                allowed=Text("`x.T`, `x.shape`, `x.size`", "`x.T`, `x.shape`, `x.size`"),
            )
        if isinstance(value, Builtin | Function | Class | Method):
            name = value.name
            if name in REFUSED_FUNCTIONS:
                return self.error(
                    at,
                    f"`{name}`은(는) 쓸 수 없습니다.",
                    f"`{name}` is not known here.",
                    name=name,
                    hint=REFUSED_FUNCTIONS[name],
                )
            return self.error(
                at,
                f"`{name}`은(는) 함수여서 그대로 계산에 쓸 수 없습니다.",
                f"`{name}` is a function, so nothing can be computed with it as it is.",
                name=name,
                hint=Text(f"`{name}(…)`처럼 부르세요.", f"call it as `{name}(…)`"),
            )
        held = value.value if isinstance(value, Known) else None
        if held is None and not isinstance(value, Known):
            shown = self.source.text_of(at)[:40]
            return self.error(
                at,
                f"`{shown}`은(는) 수도 텐서도 아니어서 계산에 쓸 수 없습니다.",
                f"`{shown}` is neither a number nor a tensor, so nothing can be computed with it.",
                hint=Text(
                    "목록이라면 `np.array([…])`로 텐서를 만드세요.",
                    "make a tensor of a list: `np.array([…])`",
                ),
            )
        if isinstance(held, str):
            return self.error(
                at,
                f"`{held[:40]!r}`은(는) 문자열이지 실수가 아닙니다.",
                f"`{held[:40]!r}` is a text and not a real number.",
                hint=Text("따옴표 없이 수로 적으세요.", "write a number, without quotes"),
            )
        shown = str(held)[:40]
        return self.error(
            at,
            f"`{shown}`은(는) 실수가 아닙니다.",
            f"`{shown}` is not a real number.",
            hint=Text("실수부와 허수부를 따로 계산하세요.", "compute with the real and the imaginary part")
            if isinstance(held, complex)
            else None,
            allowed=Text("`2`, `1.5`, `1e-3` 같은 수", "numbers such as `2`, `1.5`, `1e-3`"),
        )

    def origin(self, index: int) -> ast.AST:
        """The expression that a node was made for."""
        return self._sites.get(index) or self._origins[index]

    # Limits and errors

    def step(self, node: ast.AST) -> None:
        """Count one statement or call."""
        self._steps += 1
        if self._steps > self._soft.steps:
            self._refuse_long()
            raise self.error(
                node,
                f"반복과 호출은 모두 합해 {self.limits.steps:,}번까지 할 수 있습니다.",
                f"Loops and calls come to more than {self.limits.steps:,} steps.",
            )

    def listed(self, node: ast.AST, count: int) -> None:
        """Count the elements of a list that one step makes."""
        self._listed += count
        if self._listed > self._soft.elements:
            self._refuse_long()
        if self._listed > MOST_LISTED_IN_ALL:
            raise self.error(
                node,
                f"목록의 원소는 모두 합해 {MOST_LISTED_IN_ALL:,}개까지 만들 수 있습니다.",
                f"All lists together have at most {MOST_LISTED_IN_ALL:,} elements.",
            )

    def check_size(self, node: ast.AST, size: int) -> None:
        """Hold the limits of elements, before they are made."""
        self._elements += size
        if self._elements > self._soft.elements:
            self._refuse_long()
        for limit, elements in (
            (self.limits.tensor_elements, size),
            (self.limits.elements, self._elements),
        ):
            if elements > limit:
                count = f"{elements:,}" if elements < 10**15 else "10¹⁵"
                raise self.error(
                    node,
                    f"원소가 {count}개입니다. {limit:,}개까지 쓸 수 있습니다.",
                    f"There are {count} elements; at most {limit:,} are allowed.",
                )

    def _refuse_long(self) -> None:
        if self.limits.soft is not None:
            raise LongProgram

    def too_many_axes(self, node: ast.AST, count: int) -> ProgramError:
        """The error of a tensor with more than ``MOST_AXES`` axes."""
        return self.error(
            node,
            f"텐서의 축은 {MOST_AXES}개까지 쓸 수 있는데 {count}개입니다.",
            f"A tensor has at most {MOST_AXES} axes here, not {count}.",
        )

    def refuse_shapes(self, node: ast.AST, found: shapes.ShapeError) -> NoReturn:
        """Raise the error of shapes that do not fit, at a node of the tree."""
        raise self.error(node, *found.message) from None

    def error(
        self,
        node: ast.AST,
        ko: str,
        en: str,
        *,
        name: str | None = None,
        hint: Text | None = None,
        allowed: Text | None = None,
        remedy: Remedy | None = None,
        otherwise: Remedy | None = None,
    ) -> ProgramError:
        """An error at a node of the tree; inside a built-in composite, at its call in the user's text."""
        line, column, end = self.source.span(self.in_composite or node)
        return ProgramError(
            Text(ko, en),
            line,
            column,
            end,
            name=name,
            hint=hint,
            allowed=allowed,
            remedy=remedy,
            otherwise=otherwise,
        )


def tensor_call(
    op: str,
    operands: Sequence[Shape],
    literals: Sequence[Any] = (),
    named: Mapping[str, Any] | None = None,
) -> tuple[str, Any]:
    """The tensor op that a call on these shapes means, and its parameters. Raises ShapeError."""
    if op == "matmul" and max(map(len, operands)) > 2:
        op = "bmm"
    tensor = OPS[op].tensor
    assert tensor is not None
    return op, tensor.bind(operands, literals, named or {})


def word_at(line: int, offset: int, word: str) -> ast.Name:
    """A part of the tree in the place of one word, so that an error can point at it."""
    end = offset + len(word.encode())
    return ast.Name(word, lineno=line, col_offset=offset, end_lineno=line, end_col_offset=end)


def last_word(node: ast.AST) -> ast.AST:
    """The last word of a path such as ``x.sum``; any other part of the tree as it is."""
    if not isinstance(node, ast.Attribute) or not node.attr.isascii():
        return node
    assert node.end_lineno is not None and node.end_col_offset is not None
    return word_at(node.end_lineno, node.end_col_offset - len(node.attr), node.attr)


def kept(build: Builder, node: ast.AST, scope: Scope) -> Walk:
    """The value of a part of the tree, in which numbers stay numbers."""
    folding, build.folding = build.folding, True
    value = yield node, scope
    build.folding = folding
    return value


def settled(outcome: Any) -> Walk:
    """What a value, or a walk that finds one, comes to."""
    if isinstance(outcome, Generator):
        return (yield from outcome)
    return outcome


def as_float(number: float) -> float:
    """A number as a float; one too large for it is infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
