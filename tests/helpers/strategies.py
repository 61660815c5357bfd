"""What hypothesis draws: programs, with the numbers to run them on."""

import math
import re
from dataclasses import dataclass

from hypothesis import strategies as st

MOST_OPS = 60

_FUNCTIONS = {
    "inv": lambda a: 1 / a,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "abs": abs,
    "relu": lambda a: max(a, 0.0),
    "maximum": max,
    "minimum": min,
}
_FORMS = (
    *(f"{name}(a)" for name in _FUNCTIONS if name not in ("maximum", "minimum")),
    *("a + b", "a - b", "a * b", "a / b", "a ** b") * 2,
    *("maximum(a, b)", "minimum(a, b)", "-a", "a + 1.5", "2 - a", "0.5 * a", "3 / a", "a ** 2", "a ** 0.5"),
)
_OPERAND = re.compile(r"\b[ab]\b")


@dataclass(frozen=True)
class Program:
    """Inputs by name, and statements of one op each: `v3 = v1 * x0`. The last one is the output."""

    inputs: dict[str, float]
    statements: tuple[str, ...]

    @property
    def text(self) -> str:
        """The program as a person would write it."""
        return "\n".join([*(f"{name} = {value!r}" for name, value in self.inputs.items()), *self.statements])


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Programs of 1 to 60 ops on 1 to 5 inputs, with numbers at which they can be compared to many digits.

    A statement that would leave the domain of its op, or make much of a rounding error (a small difference of large
    numbers, a choice between nearly equal ones), gives way to a harmless one.
    """
    numbers = st.floats(-3.0, 3.0, allow_subnormal=False).map(lambda x: round(x, 3))
    values = {f"x{k}": x for k, x in enumerate(draw(st.lists(numbers, min_size=1, max_size=5)))}
    inputs, statements = dict(values), []
    places = st.integers(0, 2**16)
    size = draw(st.integers(1, MOST_OPS))
    step = st.tuples(st.sampled_from(_FORMS), places, places)
    unread = list(values)
    for k, (form, first, second) in enumerate(draw(st.lists(step, min_size=size, max_size=size))):
        names = list(values)
        a, b = unread[first % len(unread)], names[second % len(names)]
        if size - k < len(unread):  # the last statements bring together what nobody has read yet
            form, b = "a + b", unread[(first + 1) % len(unread)]
        value = _value(form, values[a], values[b])
        if value is None:
            form = "2 * a" if abs(values[a]) < 1 else "0.5 * a"
            value = eval(form, {}, {"a": values[a]})
        operands = {"a": a, "b": b}
        statements.append(f"v{k} = {_in_names(form, operands)}")
        values[f"v{k}"] = value
        read = {operands[letter] for letter in _OPERAND.findall(form)}
        unread = [name for name in unread if name not in read] + [f"v{k}"]
    return Program(inputs, tuple(statements))


def _in_names(form: str, operands: dict[str, str]) -> str:
    return _OPERAND.sub(lambda letter: operands[letter[0]], form)


def _value(form: str, a: float, b: float) -> float | None:
    """Evaluate the form; None if it cannot be compared."""
    match form:
        case "maximum(a, b)" | "minimum(a, b)":
            harmless = abs(a - b) > 1e-3
        case "relu(a)" | "abs(a)":
            harmless = abs(a) > 1e-3
        case "tanh(a)":
            harmless = abs(a) < 3
        case "sin(a)" | "cos(a)":
            harmless = min(abs(math.sin(a)), abs(math.cos(a))) > 1e-3
        case "a ** b":
            harmless = 0.05 < a < 20 and abs(b) < 4 and abs(a - 1) > 1e-2
        case "log(a)" | "sqrt(a)" | "a ** 0.5":
            harmless = a > 0.05
        case "a / b":
            harmless = abs(b) > 0.05
        case "inv(a)" | "3 / a":
            harmless = abs(a) > 0.05
        case "exp(a)":
            harmless = a < 4
        case _:
            harmless = True
    if not harmless:
        return None
    value = float(eval(form, dict(_FUNCTIONS), {"a": a, "b": b}))
    cancelled = form in ("a + b", "a - b", "a + 1.5", "2 - a", "log(a)") and abs(value) < 1e-2 * max(
        abs(a), abs(b)
    )
    return None if cancelled or abs(value) > 50 or 0 < abs(value) < 1e-3 else value
