"""Pasted programs that are refused: the error says, in both languages, what to write instead."""

import re

import pytest

from chainrule.core.errors import ProgramError
from chainrule.core.language.program import parse

_CODE = re.compile(r"`([^`]+)`")

REFUSED = [
    ("import torch", "`np.exp` for `torch.exp`"),
    ("import torch.nn as nn", "delete this line"),
    ("x = torch.tensor(2.0)", "write `2.0` for `torch.tensor(2.0)`"),
    ("from layer_naive import *", "paste `class MulLayer`"),
    ("from common.layers import Affine", "paste the `class` of a layer"),
    ("import pandas as pd", "write the data out"),
    ("x = [3, 4]\ny = np.linalg.norm(x)", "`np.sqrt(np.sum(x ** 2))`"),
    ("x = [3, 4]\ny = x.norm()", "`np.sqrt(np.sum(x ** 2))`"),
    ("x = 3\ny = x ^ 2", "`x ** 2`"),
    ("lambda = 3", "`lambda_`"),
    ("x = 2\ny = ln(x)", "`log(x)`"),
    ("x = [1, 'x']", "has a text in it"),
    ("x = 1" + "0" * 5000, "too many digits"),
    ("x = [1, 2, 3]\nb = argmax(x) // (x >= 31)", "no division by zero"),
    ("x = [1, 2, 3]\ny = x[np.array([0, 2]) // np.array([1, 0])]", "no division by zero"),
    ("x = [1, 'x']\ny = x * 2", "`'x'` is a text"),
    ("x = np.array([1, 'x'])", "`'x'` is a text"),
    ("x = 'abc'", "is a text"),
    ("x = (1, 2)", "in square brackets"),
    ("x = {'a': 1}", '`y = x["a"] * 2`'),
    ("x = {1, 2}", "write a list"),
    ("x = {i for i in range(3)}", "write a list"),
    ("def f(x):\n    return x * 2", "call it with a value"),
    ("class Mul:\n    def forward(self, x):\n        return x", "`layer = Mul()`"),
    ("x = [[1, 2], [3, 4]]\ny = sum(x, dim=1)", "did you mean `axis`?"),
    ("x = [[1, 2], [3, 4]]\ny = x.sum(dim=1)", "did you mean `axis`?"),
    ("x = [[1, 2], [3, 4]]\ny = softmax(x, dim=1)", "did you mean `axis`?"),
    ("x = [[1, 2], [3, 4]]\ny = softmax(x, axis=0)", "`softmax(x.T).T`"),
    ("x = [[1, 2], [3, 4]]\ny = sum(x, axis=1, keepdim=True)", "did you mean `keepdims`?"),
    ("w = 2.0\nloss = w * 3\nwith torch.no_grad():\n    w -= 0.1", "delete this block"),
    ("with open('a.txt') as f:\n    x = f.read()", "write the data out"),
    ("layer = nn.Linear(3, 2)", "`affine(x, W, b)`"),
    ("class Net(nn.Module):\n    pass", "`class Net:`"),
    ("x = 2\ny = F.relu(x)", "`relu(…)`"),
    ("a = [[1.0, 2]]\nt = [1]\nL = F.cross_entropy(a, t)", "`softmax_with_loss(a, t)`"),
    ("x = [1.0, 2]\ny = torch.cat([x, x])", "`concatenate([x, y])`"),
    ("w = 2.0\nloss = w * 3\noptimizer.step()", "delete this line"),
    ("x = 2\nplt.plot(x, x)", "delete the lines that plot"),
    ("x = 1\nwhile x < 10:\n    x = x * 2", "`for i in range(10):`"),
    ("try:\n    x = 1\nexcept:\n    x = 2", "keep the lines inside"),
    ("x = float(input('x = '))", "write a number"),
    ("x = open('a.txt')", "write the data out"),
    ("x = 5\ny = x % 3", "a remainder jumps"),
    ("x = 5\nx %= 3", "a remainder jumps"),
    ("x = 5\ny = x // 2", "counts sizes or places"),
    ("x = 1 + 2j", "the real and the imaginary part"),
    ("x = 1\nx[0] = 3", "one number has no elements"),
    ("y = (x := 2) + 1", "write two lines"),
    ("def f():\n    yield 1\ny = f()", "use `return`"),
    ("async def f():\n    return 1", "without `async`"),
    ("x = list(map(abs, [1, 2]))", "`[f(v) for v in x]`"),
    ("from functools import reduce\ny = reduce(max, [1, 2])", "as a loop"),
    ("import random\nx = random.choice([1, 2])", "write the values"),
    ("x = [1.0, 2]\ny = x.add_(1)", "no tensor is changed in place"),
    ("x = 2\ny = x.w * 3", "`x.T`"),
    ("x = {'a': 1}\ny = x[..., 0:2]", "whole number"),
    ("x = np.array([1.4, 2.6])\ny = x.astype(int) * 2", "cuts decimals off"),
    ("x = [2.0, 1.0]\ny = sorted([x[0], x[1]])", "cannot be sorted"),
    ("x = [1, 2]\ny = x.rehsape(2, 1)", "did you mean `reshape`?"),
    ("params = {'W1': [1, 2]}\ny = params['W2'] * 2", "did you mean `'W1'`?"),
    ("x = 1\nif x > 0 && x < 2:\n    y = x", "write `and` and `or`"),
    ("dL/dx = 2", "`dL_dx`"),
    ("y = \\frac{1}{2}", "no LaTeX"),
    ("x = 2\nif True:\n    y = x\nelse if False:\n    y = 0", "`elif`"),
]


def refusal(program: str) -> ProgramError:
    with pytest.raises(ProgramError) as caught:
        parse(program)
    return caught.value


@pytest.mark.parametrize(("program", "words"), REFUSED, ids=[program[:40] for program, _ in REFUSED])
def test_a_refusal_says_what_to_write_instead(program: str, words: str) -> None:
    error = refusal(program)
    told = [error.message, *(part for part in (error.hint, error.allowed) if part is not None)]
    assert words in " ".join(part.en for part in told)
    # Both languages name the same code, and Korean is written in Korean.
    if error.hint is not None:
        assert sorted(_CODE.findall(error.hint.en)) == sorted(_CODE.findall(error.hint.ko))
        assert re.search("[가-힣]", error.hint.ko)
    assert re.search("[가-힣]", error.message.ko)
    # What is wrong stands in the program.
    line = program.split("\n")[error.line - 1]
    assert line[error.column - 1 : error.end_column - 1].strip() or error.line == 1


@pytest.mark.parametrize(
    ("program", "word"),
    [
        ("x = [[1, 2], [3, 4]]\ny = sum(x, dim=1)", "dim"),
        ("x = [[1, 2], [3, 4]]\ny = sum(x,\n  axis=1, keepdim=True)", "keepdim"),
        ("x = [1, 2]\ny = x.rehsape(2, 1)", "rehsape"),
        ("x = [1, 2]\ny = (x * 2).T.w + x", "w"),
        ("class A:\n    def forward(self, x):\n        return x\na = A()\ny = a.frward(2)", "frward"),
        ("사과 = [1, 2]\ny = sum(사과, dim=0)", "dim"),
    ],
)
def test_the_place_is_the_wrong_word_alone_so_that_one_click_can_replace_it(program: str, word: str) -> None:
    error = refusal(program)
    line = program.split("\n")[error.line - 1]
    assert line[error.column - 1 : error.end_column - 1] == word


@pytest.mark.parametrize(
    "program",
    [
        "x = 2.0\nx.requires_grad_()\ny = x * 3\ny.backward()\nprint(x.grad)",
        "x = 2.0\ny = x * 3\nprint(y.item())",
        "import matplotlib.pyplot as plt\nx = 2\ny = x * 3\nplt.plot(x, y)\nplt.show()",
        "import time\nstart = time.time()\nx = 2\ny = x * 3\nspent = time.time() - start\nprint(spent)",
        "import time\nstart = time.time()\nx = 2\ny = x * 3\nprint(time.time() - start)",
        "a = 1\ndef f():\n    global a\n    return a * 2\ny = f() * 3",
        "x = [[1, 2], [3, 4]]\ny = softmax(x, axis=-1)",
        "x = [[1, 2], [3, 4]]\ny = softmax(x, axis=1)",
        "x = [[1.0, 2], [3, 4]]\nx @= x",
        "W = [1.0, 2]\nparams = {'W': W}\nhalf = {name: p / 2 for name, p in params.items()}\ny = sum(half['W'])",
    ],
)
def test_what_a_graph_has_no_need_of_is_passed_over(program: str) -> None:
    assert parse(program).output is not None
