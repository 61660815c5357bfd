"""The op table's rules as functions of one node: its value, and its vector-Jacobian product.

Elementwise rules are compiled once for Python floats and once for NumPy; a tensor op's take the node's parameters;
any of them can be replaced by a known mistake.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from chainrule.core.errors import EvaluationError, did_you_mean
from chainrule.core.ops.compile import ARRAY_FUNCTIONS, SCALAR_FUNCTIONS, compile_rule
from chainrule.core.ops.kinks import Choice, Kink, choices_of
from chainrule.core.ops.mistakes import (
    BRANCH_MISTAKES,
    COPIES_NOT_SUMMED,
    FAN_OUT_NOT_SUMMED,
    UPSTREAM_FORGOTTEN,
    mistakes_of,
)
from chainrule.core.ops.op import Kernel, Op, Parameters, Shape, TensorRule
from chainrule.core.ops.registry import BY_CODE, OPS, WATCHERS
from chainrule.core.ops.shapes import unbroadcast
from chainrule.core.text import Text

A, B, BOTH = 1, 2, 3
"""Bits of ``needs_input_grad``: which operands of an op need a gradient."""


def known_mistakes() -> list[str]:
    """Return the name of every mistake that can be made on purpose."""
    return [*(mistake for op in OPS.values() for mistake in mistakes_of(op)), *BRANCH_MISTAKES]


MISTAKES = tuple(known_mistakes())
"""Those of the table itself, for the API document."""


def known_conventions() -> dict[str, str]:
    """Return the name of every convention that can be chosen at a kink, with the kink's name."""
    return {choice: kink for op in OPS.values() for choice, kink in choices_of(op.name, op.kinks).items()}


CONVENTIONS = tuple(known_conventions())
"""Those of the table itself, for the API document."""


class RuleBook:
    """Every elementwise rule by op code, compiled on one set of functions.

    ``value[code](a, b)`` is an op's value; a unary op ignores ``b``. ``vjp[code][needs_input_grad](g, a, b, y)`` is
    what an op that receives the upstream gradient ``g`` passes back: one gradient if it is unary, else the pair of
    those of ``b`` and ``a``, in this order, because that is how edges are met on the way back. With ``g`` = 1 it is
    the local derivative. What is not needed is None and never computed: the derivative of x ** 2 by its exponent is
    a logarithm of x, and x may be negative. A leaf and a tensor op have None.
    """

    def __init__(
        self,
        functions: Mapping[str, Kernel],
        mistakes: Collection[str] = (),
        conventions: Collection[str] = (),
        right: "RuleBook | None" = None,
    ) -> None:
        """Compile every op's rules; only those that differ, where the ``right`` ones are at hand."""
        self._functions, self._mistakes, self._conventions = functions, mistakes, conventions
        self.value: list[Kernel | None] = []
        self.vjp: list[tuple[Kernel | None, ...]] = []
        other = {name.partition(".")[0] for name in (*mistakes, *conventions)}
        for code, op in enumerate(BY_CODE):
            if right is None or op is None or op.name in other:
                self.add(op)
            else:
                self.value.append(right.value[code])
                self.vjp.append(right.vjp[code])

    def add(self, op: Op | None) -> None:
        """Compile the rules of the op with the next code."""
        if op is None or op.tensor:
            self.value.append(None)
            self.vjp.append((None, None, None, None))
            return
        partials = with_conventions(op, self._conventions)
        for name, mistake in op.mistakes.items():
            if f"{op.name}.{name}" in self._mistakes:
                partials = mistake.partials
        if f"{op.name}.{UPSTREAM_FORGOTTEN}" not in self._mistakes:
            partials = tuple(times_upstream(partial) for partial in partials)
        self.value.append(compile_rule(op.value, self._functions, "a, b"))
        self.vjp.append(tuple(_compile_vjp(partials, needs, self._functions) for needs in range(4)))


def with_conventions(op: Op, conventions: Collection[str]) -> tuple[str, ...]:
    """The local derivatives of an elementwise op, which at its kinks pass what these conventions say."""
    partials = tuple(partial.code for partial in op.partials)
    for kink, choice in chosen_at(op, conventions):
        partials = tuple(
            f"where({kink.at}, {passed}, {partial})" if passed else partial
            for passed, partial in zip(choice.passed, partials, strict=True)
        )
    return partials


def chosen_at(op: Op, conventions: Collection[str]) -> list[tuple[Kink, Choice]]:
    """The kinks of an op at which these conventions choose something else than its entry."""
    return [
        (kink, choice)
        for name, kink in op.kinks.items()
        for own, choice in kink.choices.items()
        if f"{op.name}.{name}.{own}" in conventions
    ]


def op_with(op: Op, conventions: Collection[str]) -> Op:
    """The entry of an op that passes what these conventions say: its local derivatives and its layer class."""
    chosen = chosen_at(op, conventions)
    if not chosen:
        return op
    if op.tensor is not None:
        layer = op.tensor.layer._replace(source=chosen[-1][1].layer)
        return replace(op, tensor=replace(op.tensor, layer=layer))
    codes = with_conventions(op, conventions)
    partials = tuple(old._replace(code=code) for old, code in zip(op.partials, codes, strict=True))
    return replace(op, partials=partials, layer=None)


def times_upstream(partial: str) -> str:
    """The expression of what a local derivative passes back, over g as well."""
    # Multiplying by one would be half of the work of most programs; nothing passes a slope of 0, not even ∞.
    return {"1.0": "g", "-1.0": "-g", "0.0": "0.0"}.get(partial, f"g * ({partial})")


def _compile_vjp(partials: tuple[str, ...], needs: int, functions: Mapping[str, Kernel]) -> Kernel:
    a, b = (partials[slot] if needs & bit else "None" for slot, bit in ((0, A), (-1, B)))
    return compile_rule(f"({b}, {a})" if len(partials) == 2 else a, functions, "g, a, b, y")


class Rules:
    """The rules of all nodes: as the table has them, or with mistakes, or with other conventions at kinks.

    Raises EvaluationError for a mistake that is not one of ``known_mistakes``, for a convention that is not one of
    ``known_conventions``, and for two conventions of one kink.
    """

    def __init__(self, mistakes: Collection[str] = (), conventions: Collection[str] = ()) -> None:
        known = known_mistakes() if mistakes else []
        for mistake in mistakes:
            if mistake not in known:
                raise EvaluationError(
                    Text(
                        f"`{mistake}`은(는) 알려진 실수가 아닙니다.", f"`{mistake}` is not a known mistake."
                    ),
                    name=mistake,
                    hint=did_you_mean(mistake, known),
                )
        if conventions:
            refuse_conventions(conventions)
        self.mistakes, self.conventions = frozenset(mistakes), frozenset(conventions)
        right: Rules | None = RIGHT if mistakes or conventions else None
        self.scalar: RuleBook = RuleBook(
            SCALAR_FUNCTIONS, mistakes, conventions, right.scalar if right else None
        )
        self.array: RuleBook = RuleBook(
            ARRAY_FUNCTIONS, mistakes, conventions, right.array if right else None
        )
        self.sums_fan_out = FAN_OUT_NOT_SUMMED not in mistakes
        self.sums_copies = COPIES_NOT_SUMMED not in mistakes
        self._twins = dict(zip(_flat(self.scalar), _flat(self.array), strict=True))

    def node_value(self, code: int, parameters: Parameters) -> Kernel | None:
        """The forward rule ``value(a, b)`` of a node on arrays; None for a leaf.

        A tensor op's value without axes is a NumPy scalar and no array: only that has a hash.
        """
        op = BY_CODE[code]
        if op is None or op.tensor is None:
            return self.array.value[code]
        value = op.tensor.value
        if op.arity == 1:
            return lambda a, b: value(a, **parameters)[()]
        return lambda a, b: value(a, b, **parameters)[()]

    def node_vjp(
        self, code: int, needs_input_grad: int, parameters: Parameters, shapes: Sequence[Shape]
    ) -> Kernel | None:
        """The backward rule ``vjp(g, a, b, y)`` of a node on arrays, as ``RuleBook`` has it; None for a leaf.

        ``shapes`` are those of its operands: gradients of elementwise ops are summed back to them.
        """
        op = BY_CODE[code]
        if op is None:
            return None
        if op.tensor is not None:
            return self._tensor_vjp(op, op.tensor, needs_input_grad, parameters)
        vjp = self.array.vjp[code][needs_input_grad]
        assert vjp is not None
        return _summed_back(vjp, shapes, self.sums_copies)

    def ieee(self, rule: Kernel, *operands: float) -> Any:
        """The result of a scalar rule that raised: inf or nan, as IEEE arithmetic has it."""
        with np.errstate(all="ignore"):
            result = self._twins.get(rule, rule)(*map(np.float64, operands))
        if isinstance(result, tuple):
            return tuple(None if each is None else float(each) for each in result)
        return float(result)

    def vjps_of(self, op: Op) -> list[Kernel | None]:
        """The vjps of a tensor op, which at its kinks pass what the conventions say; mistakes are left out."""
        assert op.tensor is not None
        for _, choice in chosen_at(op, self.conventions):
            return list(choice.vjps)
        return [vjp.vjp for vjp in op.tensor.vjps]

    def _tensor_vjp(self, op: Op, tensor: TensorRule, needs: int, parameters: Parameters) -> Kernel:
        forgetful = f"{op.name}.{UPSTREAM_FORGOTTEN}" in self.mistakes
        vjps = self.vjps_of(op)
        for name, mistake in op.mistakes.items():
            if f"{op.name}.{name}" in self.mistakes:
                vjps = list(mistake.vjps)
        own = [vjp if needs & bit else None for vjp, bit in zip(vjps, (A, B), strict=False)]

        def vjp(g: Any, a: Any, b: Any, y: Any) -> Any:
            if forgetful:
                g = np.ones_like(y)
            gradients = [each and each(g, a, b, y, **parameters) for each in own]
            return gradients[0] if len(gradients) == 1 else tuple(reversed(gradients))

        return vjp

    def register(self, op: Op | None) -> None:
        """Take an op that was registered at run time into the books, or the last one out."""
        for book in (self.scalar, self.array):
            if op is None:
                book.value.pop()
                book.vjp.pop()
            else:
                book.add(op)
        self._twins = dict(zip(_flat(self.scalar), _flat(self.array), strict=True))


def _summed_back(vjp: Kernel, shapes: Sequence[Shape], summed: bool) -> Kernel:
    """An elementwise vjp whose gradients have the shapes of the operands."""

    def fit(gradient: Any, y: Any, shape: Shape) -> Any:
        if gradient is None:
            return None
        # Of a number it is a NumPy scalar and no array: only that has a hash.
        return unbroadcast(np.broadcast_to(gradient, np.shape(y))[()], shape, summed)

    if len(shapes) == 1:
        (only,) = shapes
        return lambda g, a, b, y: fit(vjp(g, a, b, y), y, only)
    of_a, of_b = shapes

    def both(g: Any, a: Any, b: Any, y: Any) -> Any:
        to_b, to_a = vjp(g, a, b, y)
        return fit(to_b, y, of_b), fit(to_a, y, of_a)

    return both


def _flat(book: RuleBook) -> Iterable[Kernel]:
    return (rule for rules in (book.value, *book.vjp) for rule in rules if rule)


def refuse_conventions(conventions: Collection[str]) -> None:
    """Raise EvaluationError for an unknown convention, and for two of one kink."""
    known, chosen = known_conventions(), set[str]()
    for name in conventions:
        kink = known.get(name)
        if kink is None:
            raise EvaluationError(
                Text(f"`{name}`은(는) 알려진 규약이 아닙니다.", f"`{name}` is not a known convention."),
                name=name,
                hint=did_you_mean(name, list(known)),
            )
        if kink in chosen:
            raise EvaluationError(two_conventions(kink), name=name)
        chosen.add(kink)


def two_conventions(kink: str) -> Text:
    """Say that a kink has been given two conventions."""
    return Text(
        f"`{kink}`에 규약이 둘입니다. 하나만 고르세요.", f"`{kink}` has two conventions here: choose one."
    )


@lru_cache(maxsize=64)
def rules_with(mistakes: frozenset[str], conventions: frozenset[str] = frozenset()) -> Rules:
    """The rules with these mistakes and conventions in them; none of them: the right rules."""
    return Rules(mistakes, conventions)


RIGHT = Rules()
"""The rules as they stand in the table."""


def _registered(op: Op | None) -> None:
    RIGHT.register(op)
    rules_with.cache_clear()


WATCHERS.append(_registered)
