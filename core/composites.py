"""Functions written in the program language itself: called in a program, each becomes a group of primitive nodes.

Where the book simplifies a layer's gradient, the simplified form stands beside the definition.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.ops import Partial, Text


@dataclass(frozen=True, slots=True)
class Composite:
    """One function of the language made of others; ``partials`` are its simplified local derivatives.

    In a partial, ``a`` and ``b`` stand for the parameters in their order and ``y`` for the result.
    """

    name: str
    source: str
    title: Text
    latex: str
    partials: tuple[Partial, ...]
    rule: Text
    derivation: tuple[str, ...] = ()
    """The simplification, line by line, in LaTeX."""


_TABLE = (
    Composite(
        name="sigmoid",
        # The book's figure 5-20: ×(−1), exp, +1, 1/x.
        source="def sigmoid(x):\n    return 1 / (exp(x * -1) + 1)\n",
        title=Text("시그모이드", "sigmoid"),
        latex=r"\frac{1}{1 + e^{-$a}}",
        partials=(Partial("y * (1 - y)", "$y (1 - $y)", "$y·(1−$y)"),),
        rule=Text(
            "시그모이드 계층은 상류의 기울기에 y(1−y)를 곱해 흘려보냅니다.",
            "A sigmoid layer passes back the upstream gradient times y(1−y).",
        ),
        derivation=(
            r"\frac{\partial y}{\partial x} = y^2 e^{-x}",
            r"= \frac{1}{(1 + e^{-x})^2}\, e^{-x}",
            r"= \frac{1}{1 + e^{-x}} \cdot \frac{e^{-x}}{1 + e^{-x}}",
            r"= y (1 - y)",
        ),
    ),
    Composite(
        name="softplus",
        source="def softplus(x):\n    return log(exp(x) + 1)\n",
        title=Text("소프트플러스", "softplus"),
        latex=r"\log(1 + e^{$a})",
        partials=(Partial("1 - exp(-y)", "1 - e^{-$y}", "1−e^(−$y)"),),
        rule=Text(
            "소프트플러스 계층은 상류의 기울기에 1−e^(−y), 곧 입력의 시그모이드를 곱해 흘려보냅니다.",
            "A softplus layer passes back the upstream gradient times 1−e^(−y), the sigmoid of its input.",
        ),
    ),
)

COMPOSITES: Mapping[str, Composite] = {composite.name: composite for composite in _TABLE}
"""Every composite by name."""
