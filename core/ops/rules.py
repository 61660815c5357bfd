"""The op table's rules as functions: once for Python floats, once for NumPy, with mistakes on request."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from chainrule.core.errors import EvaluationError, did_you_mean
from chainrule.core.ops.op import Kernel
from chainrule.core.ops.table import (
    ARRAY_FUNCTIONS,
    BRANCH_MISTAKES,
    BY_CODE,
    COPIES_NOT_SUMMED,
    FAN_OUT_NOT_SUMMED,
    OPS,
    SCALAR_FUNCTIONS,
    UPSTREAM_FORGOTTEN,
    compile_rule,
    mistakes_of,
)
from chainrule.core.text import Text

A, B, BOTH = 1, 2, 3
"""Which operands of an op ask for a gradient."""

MISTAKES = (*(mistake for op in OPS.values() for mistake in mistakes_of(op)), *BRANCH_MISTAKES)
"""Every mistake that can be asked for."""


class RuleBook:
    """Every rule by op code, compiled on one set of functions.

    ``value[code](a, b)`` is an op's value; a unary op ignores ``b``. ``flow[code][asked](g, a, b, y)`` is what an
    op that receives the upstream gradient ``g`` sends back: one gradient if it is unary, else the pair of those of
    ``b`` and ``a``, in this order, because that is how edges are met on the way back. With ``g`` = 1 it is the
    local derivative. What is not asked for is None and never computed: the derivative of x ** 2 by its exponent
    is a logarithm of x, and x may be negative.
    """

    def __init__(self, functions: Mapping[str, Kernel], mistakes: Collection[str] = ()) -> None:
        self.value: list[Kernel | None] = []
        self.flow: list[tuple[Kernel | None, ...]] = []
        for op in BY_CODE:
            if op is None or op.tensor:  # a leaf has no rule; a tensor op's is bound to its parameters
                self.value.append(None)
                self.flow.append((None, None, None, None))
                continue
            partials = tuple(partial.code for partial in op.partials)
            for name, mistake in op.mistakes.items():
                if f"{op.name}.{name}" in mistakes:
                    partials = mistake.partials
            if f"{op.name}.{UPSTREAM_FORGOTTEN}" not in mistakes:
                partials = tuple(times_upstream(partial) for partial in partials)
            self.value.append(compile_rule(op.value, functions, "a, b"))
            self.flow.append(tuple(_compile_flow(partials, asked, functions) for asked in range(4)))


def times_upstream(partial: str) -> str:
    """The expression of what a local derivative sends back, over g as well."""
    # Multiplying by one would be half of the work of most programs.
    return {"1.0": "g", "-1.0": "-g"}.get(partial, f"g * ({partial})")


def _compile_flow(partials: tuple[str, ...], asked: int, functions: Mapping[str, Kernel]) -> Kernel:
    a, b = (partials[slot] if asked & bit else "None" for slot, bit in ((0, A), (-1, B)))
    return compile_rule(f"({b}, {a})" if len(partials) == 2 else a, functions, "g, a, b, y")


class Rules:
    """The rules, right or with mistakes, in both compilations.

    Raises EvaluationError for a mistake that is not one of ``MISTAKES``.
    """

    def __init__(self, mistakes: Collection[str] = ()) -> None:
        for mistake in mistakes:
            if mistake not in MISTAKES:
                raise EvaluationError(
                    Text(
                        f"`{mistake}`은(는) 알려진 실수가 아닙니다.", f"`{mistake}` is not a known mistake."
                    ),
                    name=mistake,
                    hint=did_you_mean(mistake, list(MISTAKES)),
                )
        self.mistakes = frozenset(mistakes)
        self.scalar = RuleBook(SCALAR_FUNCTIONS, mistakes)
        self.array = RuleBook(ARRAY_FUNCTIONS, mistakes)
        self.sums_fan_out = FAN_OUT_NOT_SUMMED not in mistakes
        self.sums_copies = COPIES_NOT_SUMMED not in mistakes
        self._twins = dict(zip(_flat(self.scalar), _flat(self.array), strict=True))

    def ieee(self, rule: Kernel, *operands: float) -> Any:
        """The result of a scalar rule that raised: inf or nan, as IEEE arithmetic has it."""
        with np.errstate(all="ignore"):
            result = self._twins[rule](*map(np.float64, operands))
        if isinstance(result, tuple):
            return tuple(None if each is None else float(each) for each in result)
        return float(result)


def _flat(book: RuleBook) -> Iterable[Kernel]:
    return (rule for rules in (book.value, *book.flow) for rule in rules if rule)


@lru_cache(maxsize=64)
def rules_with(mistakes: frozenset[str]) -> Rules:
    """The rules with these mistakes in them; none of them: the right rules."""
    return Rules(mistakes)


RIGHT = rules_with(frozenset())
"""The rules as they stand in the table."""
