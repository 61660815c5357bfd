"""Every fix that a program's error proposes: the program after it runs in Python itself and gives the same number."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.errors import ProgramError
from chainrule.core.language import fixes
from chainrule.core.language.program import parse

PYTHON = {name: getattr(np, name) for name in ("exp", "log", "tanh", "maximum", "sum", "sqrt", "sin")} | {
    "np": np,
    "math": math,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
}

FIXES = {
    "a misspelt name, wherever it is read": (
        "replace",
        "price = 3\nb = pirce * 2\ny = b + pirce * pirce  # pirce",
        "price = 3\nb = price * 2\ny = b + price * price  # pirce",
    ),
    "a misspelt name in functions too": (
        "replace",
        "price = 3\ndef f(x):\n    return x * pirce\ny = f(2) + pirce",
        "price = 3\ndef f(x):\n    return x * price\ny = f(2) + price",
    ),
    "a misspelt local name, in its function alone": (
        "replace",
        "def f(x):\n    price = x * 2\n    return pirce + pirce\ny = f(3)",
        "def f(x):\n    price = x * 2\n    return price + price\ny = f(3)",
    ),
    "a name in other cases, before a near one": (
        "replace",
        "x = 3\nX_ = 2\ny = X * X + X_",
        "x = 3\nX_ = 2\ny = x * x + X_",
    ),
    "a near name in other cases": ("replace", "price = 3\ny = PIRCE * 2", "price = 3\ny = price * 2"),
    "in characters, not bytes": ("replace", "사과값 = 3\ny = 사과갑 * 2", "사과값 = 3\ny = 사과값 * 2"),
    "a misspelt function, wherever it is called": (
        "replace",
        "x = 2\ny = maximun(x, 1)\nz = maximun(y, 5)",
        "x = 2\ny = maximum(x, 1)\nz = maximum(y, 5)",
    ),
    "a misspelt function of a module": (
        "replace",
        "x = 2\ny = np.maximun(x, 1) + np.maximun(x, 5)",
        "x = 2\ny = np.maximum(x, 1) + np.maximum(x, 5)",
    ),
    "a misspelt method": (
        "replace",
        "x = np.array([1.0, 2.0])\ny = x.men()",
        "x = np.array([1.0, 2.0])\ny = x.mean()",
    ),
    "a misspelt argument": (
        "replace",
        "x = np.array([[1.0, 2.0]])\ny = sum(sum(x, axsi=1))",
        "x = np.array([[1.0, 2.0]])\ny = sum(sum(x, axis=1))",
    ),
    "an argument's name in PyTorch": (
        "replace",
        "x = np.array([[1.0, 2.0]])\ny = sum(sum(x, dim=1))",
        "x = np.array([[1.0, 2.0]])\ny = sum(sum(x, axis=1))",
    ),
    "a misspelt attribute": (
        "replace",
        "class Net:\n    def __init__(self):\n        self.width = 3.0\nnet = Net()\ny = net.widht * 2.0",
        "class Net:\n    def __init__(self):\n        self.width = 3.0\nnet = Net()\ny = net.width * 2.0",
    ),
    "pi": ("replace", "r = 2\ny = pi * r * r + pi", "r = 2\ny = np.pi * r * r + np.pi"),
    "π": ("replace", "r = 2\ny = π * r", "r = 2\ny = np.pi * r"),
    "e": ("replace", "x = 2\ny = e ** x", "x = 2\ny = np.e ** x"),
    "tau": ("replace", "x = 2\ny = x / tau", "x = 2\ny = x / math.tau"),
    "True": ("replace", "x = 2\ny = x * true", "x = 2\ny = x * True"),
    "a name without a value": ("define", "y = x * 2", "x = 1\ny = x * 2"),
    "above the whole statement": (
        "define",
        "a = 2\nif a > 1:\n    y = (a\n         * k)\nelse:\n    y = a",
        "a = 2\nk = 1\nif a > 1:\n    y = (a\n         * k)\nelse:\n    y = a",
    ),
    "names that differ in a number are different": (
        "define",
        "x1 = 3\ny = x1 * x2",
        "x1 = 3\nx2 = 1\ny = x1 * x2",
    ),
    "a word of Python's as a name": (
        "rename",
        "lambda = 3\nf = lambda x: x * 2\ny = f(lambda) + lambda",
        "lambda_ = 3\nf = lambda x: x * 2\ny = f(lambda_) + lambda_",
    ),
    "a word that begins statements as a name": (
        "rename",
        "class = 3\nclass Net:\n    width = 2.0\ny = class * Net.width",
        "class_ = 3\nclass Net:\n    width = 2.0\ny = class_ * Net.width",
    ),
    "a value that hides a function called below": (
        "rename",
        "exp = 2\nexp = exp * 3\nz = exp + 1\ny = exp(exp) + z",
        "exp_1 = 2\nexp_1 = exp_1 * 3\nz = exp_1 + 1\ny = exp(exp_1) + z",
    ),
    "the new name is free": (
        "rename",
        "sum_1 = 5\nsum = 2\ny = sum([sum, sum_1])",
        "sum_1 = 5\nsum_2 = 2\ny = sum([sum_2, sum_1])",
    ),
}


def failure(program: str) -> ProgramError:
    with pytest.raises(ProgramError) as found:
        parse(program)
    return found.value


@pytest.mark.parametrize("what", FIXES)
def test_a_fix_is_a_whole_edit_after_which_the_program_means_what_was_meant(what):
    kind, program, wanted = FIXES[what]
    fix = failure(program).fix
    assert fix is not None
    fixed = fixes.applied(program, fix.edits)
    assert (fix.kind, fixed) == (kind, wanted)
    graph = parse(fixed)
    names = dict(PYTHON)
    exec(fixed, names)  # the test's own text
    ours = Tape(graph).forward({})
    output = graph.names[graph.output][0]
    assert float(ours[graph.output]) == pytest.approx(float(names[output]), rel=1e-14)


def test_a_name_in_other_cases_may_be_a_value_of_its_own():
    error = failure("x = 3\ny = X * 2")
    assert error.hint is not None
    assert error.hint.en == "did you mean `x`?"
    assert error.fix is not None
    assert error.fix.text == "x"
    assert error.other_fix is not None
    fixed = fixes.applied("x = 3\ny = X * 2", error.other_fix.edits)
    assert fixed == "x = 3\nX = 1\ny = X * 2"
    assert Tape(parse(fixed)).forward({})[-1] == 2.0
    assert failure("price = 3\ny = pirce * 2").other_fix is None


def test_every_place_that_names_a_remedy_has_a_fix_here():
    room = Path(fixes.__file__).parent
    sites = [
        kind for file in room.glob("*.py") for kind in re.findall(r'Remedy\(\s*"(\w+)"', file.read_text())
    ]
    assert sorted(sites) == ["define", "define", "rename", "rename", *["replace"] * 7]


@pytest.mark.parametrize(
    "program",
    [
        "x = 2\ny = coth(x)",
        "x = 2\ny = sech(x)",
        "x = 2\ny = np.sinc(x)",
        "x = 2\ny = softmin(x)",
        "x = 2\ny = relu6(x)",
        "x = 2\ny = arcsin(x)",
        "x = [2, 1]\ny = median(x)",
        "x = 2\nnp = 3\ny = np * pi",
        "x = 2\ny = x @ W",
        "def f(x):\n    return x * k\ny = f(2)",
        "in = 3\ny = in",
        "def f(exp):\n    return exp(exp)\ny = f(2)",
        "x = 2\nfor i in range(2):\n    y = x\n    y.backward()\n    x.data -= 0.1\n    z = x * 2",
    ],
)
def test_nothing_is_proposed_that_would_change_what_was_meant(program):
    assert failure(program).fix is None


def test_a_value_may_have_the_name_of_a_function_as_in_python():
    graph = parse("a = 1\nb = 2\nsum = a + b\ny = sum * 2")
    assert Tape(graph).forward({})[graph.output] == 6.0


def test_a_function_that_exists_elsewhere_is_no_misspelling():
    for name in ("coth", "softmin", "median", "erfinv"):
        hint = failure(f"x = 2\ny = {name}(x)").hint
        assert hint is None or "did you mean" not in hint.en
