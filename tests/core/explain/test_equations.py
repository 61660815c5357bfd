"""No false equation: whatever explain, steps and the inspector show is true to the digits it is shown with."""

from typing import Any

import numpy as np
import pytest

from chainrule.app.lecture.examples import examples
from tests.app.test_every_op import PROGRAMS
from tests.helpers.corner_programs import corner_program
from tests.helpers.equations import false_equations
from tests.helpers.graph_meanings import GraphMeanings, scopes_of
from tests.helpers.shown_formulas import Shown


def false_in(*program: Any, derivations: bool = True) -> list[str]:
    """The false equations of a program, each with where it stands; derivations are about numbers of usual size."""
    shown = Shown(*program)
    meanings: dict[tuple[Any, ...], GraphMeanings] = {}
    seen, wrong = set(), []
    for part, what, latex in shown.formulas():
        if what == "derivation" and not derivations:
            continue
        key = scopes_of(shown, part), part if what == "derivation" else None
        if (key, latex) not in seen:
            seen.add((key, latex))
            if key not in meanings:
                meanings[key] = GraphMeanings(shown, *key)
            wrong += [f"{part} {what}: {each}" for each in false_equations(latex, meanings[key])]
    return wrong


PAIR = r"\begin{pmatrix} 2 & 3 \end{pmatrix}"
NUMBERS = GraphMeanings(Shown("x = 2\ny = x * 3"), ("",))


@pytest.mark.parametrize(
    "latex",
    [
        r"1 \times 2 = 3",
        r"[1 > 1] = 0.5",
        r"1.1 \times 2 = 2.2001",
        r"0 \cdot \ln 0 = 0",
        r"y = x \times 4",
        r"y = x \times 3 = 5",
        rf"{PAIR} \odot {PAIR} = {PAIR}",
        rf"{PAIR} \cdot {PAIR} = \begin{{pmatrix}} 4 & 9 \end{{pmatrix}}",
        r"\sum \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} = \begin{pmatrix} 4 & 6 \end{pmatrix}",
        r"(2, 3) \cdot (2, 4) = (2, 4)",
        r"\frac{\partial y}{\partial x} = 2",
        r"\begin{gathered} 1 = 1 \\ 1 = 2 \end{gathered}",
        r"\operatorname{unheard}(2) = 2",
        r"z = 2",
        r"y ? x",
    ],
)
def test_a_false_equation_is_found(latex: str) -> None:
    assert false_equations(latex, NUMBERS)


@pytest.mark.parametrize(
    "latex",
    [
        r"2 \times 3 = 6",
        r"y = x \times 3 = 2 \times 3 = 6",
        r"\frac{1}{3} = 0.333333",
        r"e^{2} = 7.38906",
        r"[1 > 1] = 0",
        r"\sum_{0} \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} = \begin{pmatrix} 4 & 6 \end{pmatrix}",
        r"\frac{\partial y}{\partial x} = 3",
        r"1.23 \times 10^{300} \times 10 = 1.23 \times 10^{301}",
    ],
)
def test_a_true_equation_passes(latex: str) -> None:
    assert false_equations(latex, NUMBERS) == []


@pytest.mark.parametrize("slug", list(examples()))
def test_the_examples_state_no_false_equation(slug: str) -> None:
    example = examples()[slug]
    assert false_in(example.program, dict(example.inputs), example.upstream) == []


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_the_ops_state_no_false_equation(name: str) -> None:
    assert false_in(PROGRAMS[name]) == []


def test_corner_programs_state_no_false_equation() -> None:
    for seed in range(25):
        program = corner_program(seed)
        assert false_in(*program, derivations=False) == [], program


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's, at infinities, are not what is asked
def test_many_corner_programs_state_no_false_equation() -> None:
    for seed in range(25, 2000):
        program = corner_program(seed)
        assert false_in(*program, derivations=False) == [], program


CORNERS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "a vector divided by 0": ("x = [1, 2]\nz = 0\ny = x / z", (), ()),
    "0 divided by a vector": ("x = [1, 0]\nz = 0\ny = z / x", (), ()),
    "a zeroth power": ("x = [0, 2]\ny = x ** 0", (), ()),
    "0·log 0 in a closed layer": (
        "y = [[0, 0.5, 0.5], [1, 0, 0]]\nt = [[0, 0, 1], [1, 0, 0]]\nL = cross_entropy(y, t)",
        (),
        (),
    ),
    "0·log 0 with a class number": ("y = [0, 0.0]\nt = 1\nL = cross_entropy(y, t)", (), ()),
    "a softmax of infinity": ("x = [0.5, 1e999]\ny = softmax(x)", (), ()),
    "a softmax of what has no exponential": ("x = [1e300, 1, 1e300]\ny = softmax(x)", (), ()),
    "a leaky ReLU at NaN": ("z = 0\nx = [z / z, -1]\ny = leaky_relu(x, 0.1)", (), ()),
    "a chosen corner beside NaN": (
        "z = 0\nx = [z / z, 0]\ny = leaky_relu(x, 0.1)",
        (),
        ("leaky_relu.zero.one",),
    ),
    "powers of 0 of both signs": ("x = [[0], [1]]\nn = [-2.5, 0, 3]\ny = x ** n", (), ()),
    "an infinite power of 0": ("x = 0\nn = 1e999\ny = x ** n", (), ()),
    "a largest element that is NaN": ("z = 0\nx = [[z / z, 1], [2, 3]]\ny = max(x, axis=1)", (), ()),
    "the first of what is NaN": (
        "z = 0\nx = [[z / z, 1], [2, 2]]\ny = max(x, axis=1)",
        (),
        ("max.tie.first",),
    ),
    "each of what is NaN": ("z = 0\nx = [[z / z, 1], [2, 2]]\ny = max(x, axis=1)", (), ("max.tie.each",)),
    "equal elements and an infinite upstream": ("x = [2, 2]\ny = log(std(x))", (), ()),
    "a logarithm that is one number": ("x = [1, 2]\nz = 3\ny = xlogy(x, z)", (), ()),
    "a logarithm that is one row": ("x = [[1, 2], [3, 4]]\nz = [3, 2]\ny = xlogy(x, z)", (), ()),
    "both operands 0": ("x = [0, 1]\ny = xlogy(x, x)", (), ()),
    "an exponent next to 0": ("x = 1e-10\ny = logaddexp(x, 0)", (), ()),
    "layers of one name": (
        "def half(x):\n    return x / 2\ndef more(x):\n    return half(x) + x\nx = 3\na = half(x)\ny = more(a)",
        (),
        (),
    ),
    "an addition that is broken": ("x = [1, 2]\nw = [[1], [2]]\nb = 1\ny = x @ w + b", ("add.halved",), ()),
    "a broken addition inside a choice": ("x = 1\ny = where(x > 0, x, 2 * x)", ("add.halved",), ()),
    "a broken rule at a chosen tie": (
        "x = [1, 2]\ny = maximum(x, x)",
        ("maximum.both_passed",),
        ("maximum.tie.first",),
    ),
}
"""What random programs found: a program, the rules that are broken, the conventions that are chosen."""


@pytest.mark.parametrize("corner", list(CORNERS))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_corners_state_no_false_equation(corner: str) -> None:
    program, mistakes, conventions = CORNERS[corner]
    assert false_in(program, None, 1.0, mistakes, conventions) == []


def test_a_tensor_may_come_from_upstream() -> None:
    assert false_in("x = [1, 1]\ny = maximum(x, 1)", None, np.array([2.0, -0.5])) == []
