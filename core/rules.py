"""The rules of the op table as functions: once for Python floats, once for NumPy."""

from collections.abc import Collection, Mapping
from typing import Any

from core.errors import EvaluationError, did_you_mean
from core.ops import ARRAY_FUNCTIONS, BY_CODE, CODES, OPS, SCALAR_FUNCTIONS, Rule, Text, compile_rule

FAN_OUT_NOT_SUMMED = "fan_out.not_summed"

A, B, BOTH = 1, 2, 3
"""Which operands ask for a gradient: the index of a rule in ``RuleBook.backward[code]``."""


class RuleBook:
    """The compiled rules by op code.

    ``forward[code](a, b)`` is the value; a unary op ignores ``b``. ``backward[code][asked](a, b, y)`` is the local
    derivative by one operand (``asked`` is A or B) or the pair of both (BOTH). A derivative that nobody asks for
    is never computed: that by the exponent of ``x ** 2`` is a logarithm of x, and x may be negative.
    """

    def __init__(
        self, functions: Mapping[str, Rule], partials: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        self.forward: list[Rule] = []
        self.backward: list[tuple[Rule, ...]] = []
        for op in BY_CODE:
            if op is None:
                self.forward.append(_no_rule)
                self.backward.append((_no_rule,) * 4)
                continue
            texts = (partials or {}).get(op.name) or tuple(partial.code for partial in op.partials)
            a, b = texts[0], texts[-1]
            self.forward.append(compile_rule(op.value, functions, "a, b"))
            self.backward.append(
                (_no_rule, *(compile_rule(text, functions) for text in (a, b, f"(({a}), ({b}))")))
            )


def _no_rule(*_: Any) -> Any:
    raise AssertionError("a leaf has no rule")


SCALAR = RuleBook(SCALAR_FUNCTIONS)
"""On Python floats. Raises ArithmeticError or ValueError where IEEE arithmetic has inf or nan."""

ARRAY = RuleBook(ARRAY_FUNCTIONS)
"""On NumPy arrays, and on NumPy scalars as IEEE arithmetic has it. To be called under ``np.errstate``."""


def mistaken(book: Mapping[str, Rule], mistakes: Collection[str]) -> tuple[RuleBook, set[int], bool]:
    """The rules with known mistakes in them.

    Returns the rule book on ``book``, the codes of ops that forget the upstream gradient, and whether the
    gradients of a fan-out are not summed. Raises EvaluationError for a mistake that no op knows.
    """
    partials: dict[str, tuple[str, ...]] = {}
    forgetful: set[int] = set()
    for mistake in mistakes:
        op, _, name = mistake.partition(".")
        if mistake == FAN_OUT_NOT_SUMMED:
            continue
        if op in OPS and name == "upstream_forgotten":
            forgetful.add(CODES[op])
        elif op in OPS and name in OPS[op].mistakes:
            partials[op] = OPS[op].mistakes[name].partials
        else:
            raise EvaluationError(
                Text(f"`{mistake}`은(는) 알려진 실수가 아닙니다.", f"`{mistake}` is not a known mistake."),
                name=mistake,
                hint=did_you_mean(mistake, known_mistakes()),
            )
    return RuleBook(book, partials), forgetful, FAN_OUT_NOT_SUMMED in mistakes


def known_mistakes() -> list[str]:
    """Every mistake that can be asked for, as ``op.mistake``."""
    known = [f"{op.name}.{name}" for op in OPS.values() for name in (*op.mistakes, "upstream_forgotten")]
    return [*known, FAN_OUT_NOT_SUMMED]
