"""Changes in place: what NumPy does to every holder of an array, or a refusal that says what to write."""

import copy
import random

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.errors import ProgramError
from chainrule.core.language.program import parse
from tests.helpers.in_place_programs import InPlacePrograms


def by_python(program: str, x: float) -> float:
    names = {"np": np, "copy": copy, "x": x}
    exec(program, names)
    return float(names["L"])


def agrees(program: str) -> bool:
    """Compare a program with Python's own run of it, on both sides of its choices; False where it is refused."""
    try:
        expected = {x: by_python(program, x) for x in (0.5, 1.5)}
        graph = parse("import copy\nx = 1.5\n" + program)
    except (ValueError, ProgramError):  # NumPy itself refuses to broadcast into an array
        return False
    tape = Tape(graph)
    for x, value in expected.items():
        found = float(tape.forward({"x": x})[graph.output])
        np.testing.assert_allclose(found, value, rtol=1e-9, atol=1e-9, err_msg=program)
    return True


def test_random_programs_change_what_numpy_changes() -> None:
    assert sum(agrees(InPlacePrograms(seed).draw()) for seed in range(80)) > 40


@pytest.mark.soak
def test_many_random_programs_change_what_numpy_changes() -> None:
    first = random.randrange(10**9)
    for seed in range(first, first + 5_000):
        agrees(InPlacePrograms(seed).draw())


A = "a = np.array([1.0, 2.0]) * x\n"
B = "b = np.array([3.0, 5.0]) * x\n"
W = "W = np.array([[1.0, 2.0], [3.0, 4.0]]) * x\n"
P = """
class P:
    def __init__(self, w):
        self.w = w
    def up(self):
        self.w += 1
    def set(self):
        self.w[0] = 9
"""

CHANGED = [
    # Attributes.
    P + A + "p = P(a)\np.up()\nL = np.sum(a)",
    P + A + "p = P(a)\np.set()\nL = np.sum(a)",
    P + A + "p = P(a)\na += 1\nL = np.sum(p.w)",
    P + A + "p, q = P(a), P(a)\np.up()\nL = np.sum(q.w)",
    P + A + "p = P(a.copy())\np.up()\nL = np.sum(a) + 10 * np.sum(p.w)",
    P
    + A
    + "ps = [P(a * 1), P(a * 2)]\nws = [p.w for p in ps]\nfor w in ws:\n    w -= 0.5\nL = np.sum(ps[1].w)",
    P + A + "p = P(a)\nq = copy.deepcopy(p)\nq.up()\nL = np.sum(p.w) + 3 * np.sum(q.w)",
    # Lists, tuples and dictionaries.
    A + B + "l = [a, b]\nl[0] += 1\nL = np.sum(a)",
    A + B + "l = [a, b]\na[0] = 7\nL = np.sum(l[0])",
    A + B + "for p in [a, b]:\n    p -= 1\nL = np.sum(a * b)",
    A + B + "for p in (a, b):\n    p[0] -= 1\nL = np.sum(a * b)",
    A + B + "for p, q in zip([a, b], [b, a]):\n    p -= q\nL = np.sum(a * b)",
    A + B + "d = {'a': a, 'b': b}\nfor k in d:\n    d[k] -= 0.5\nL = np.sum(a) * np.sum(b)",
    A + B + "d = {'a': a, 'b': b}\nfor v in d.values():\n    v -= 0.5\nL = np.sum(d['a']) * np.sum(b)",
    A + "l = [a] * 2\nl[0] += 1\nL = np.sum(l[1])",
    A + "l = [np.zeros(2)] * 2\nl[0] += a\nL = np.sum(l[1])",
    A + "t = (a, 2.0)\nt[0][0] = 5.0\nL = np.sum(a)",
    A + "s = np.zeros(2)\nh = [s]\ns += a\nh.append(s)\ns += a\nL = np.sum(h[0]) + np.sum(h[1])",
    A
    + "h = []\ns = a * 1\nfor i in range(3):\n    h.append(s.copy())\n    s += 1\nL = np.sum(h[0]) + 5 * np.sum(h[2])",
    "l = [1.0, 2.0]\nm = l\nm += [x]\nL = sum(l)",
    "l = [1.0, 2.0]\nl.append(x)\nL = sum(l)",
    # Several names.
    A + "y = z = a * 1\ny += 1\nL = np.sum(z)",
    A + "y, z = a, a\ny[0] = 5\nL = np.sum(a * z)",
    A + "y = np.asarray(a)\ny += 1\nL = np.sum(a)",
    A + "y = np.array(a)\ny += 1\nL = np.sum(a)",
    A + "y = +a\ny += 1\nL = np.sum(a)",
    A + "y = a[::-1]\nz = y.copy()\nz[0] = 0.1\nL = np.sum(a) + 2 * np.sum(y) + 3 * np.sum(z)",
    A + "y = a[1:]\nz = a.copy()\nz[z < 1.6] = 0.1\nL = np.sum(y) + 3 * np.sum(z)",
    A + "z = a.copy()\ny = z[1:]\na += 1\nL = np.sum(y) + 3 * np.sum(a)",
    A + "y = a[[0, 1]]\ny += 1\nL = np.sum(a)",
    W + "v = W.flatten()\nv[0] = 10\nL = np.sum(W[0]) + v[0]",
    # Functions.
    A + "def f(v):\n    v += 1\n    return np.sum(v)\ny = f(a)\nL = y + np.sum(a)",
    A + "def f(v):\n    v[v < 1.5] = 0\n    return v\ny = f(a)\nL = np.sum(y) + np.sum(a)",
    A + "def f(v, w=a):\n    return np.sum(v * w)\na += 1\nL = f(a)",
    A + "f = lambda: np.sum(a)\na += 1\nL = f()",
    "c = 1.0\ndef f():\n    global c\n    c = c + x\nf()\nL = c * 2",
    "def o():\n    c = 1.0\n    def i(v):\n        nonlocal c\n        c += v\n        return c\n    i(x)\n"
    "    return i(3.0) * c\nL = o()",
    # Where an input decides.
    A + "l = [a]\nif x > 1:\n    l[0] += 1\nL = np.sum(a)",
    A + B + "if x > 1:\n    b = a\nelse:\n    a += 1\nL = np.sum(a) + 3 * np.sum(b)",
    A + "y = a\nif x > 1:\n    y[0] = 7\nelse:\n    a += 1\nL = np.sum(a)",
    P + A + "p = P(a)\nif x > 1:\n    p.w = a * 2\nelse:\n    p.w = -a\nL = np.sum(p.w)",
    # Into an array that stands there.
    A + "y = a\nnp.multiply(a, 2, out=a)\nL = np.sum(y)",
    "y = np.add(np.eye(2), x, out=np.eye(2))\nL = np.sum(y)",
    A + "b = np.zeros(2)\ny = b\nnp.dot(a, np.eye(2), out=b)\nL = np.sum(y)",
    A + "np.maximum(0, a - 1.5, out=a)\nL = np.sum(a)",
    A + "y = a\na.fill(3.0)\nL = np.sum(y) * x",
    A + "y = a\na[:] = a * 2\nL = np.sum(y)",
]


@pytest.mark.parametrize("program", CHANGED)
def test_who_holds_an_array_has_it_changed(program: str) -> None:
    assert agrees(program)


REFUSED = [
    (W + "for row in W:\n    row /= np.sum(row)\nL = np.sum(W)", "Setting elements of `row`"),
    (W + "l = list(W)\nl[0] += 1\nL = np.sum(W)", "Setting elements of `l[0]`"),
    (W + "l = [W[0], W[1]]\nW += 1\nL = np.sum(l[0])", "`W[0]` is a part"),
    (W + "p, q = np.split(W, 2)\np += 1\nL = np.sum(W)", "Setting elements of `p`"),
    (A + "y = np.flip(a)\ny[0] = 9\nL = np.sum(a)", "Setting elements of `y`"),
    (A + "y = a[:1]\nL = 0\nfor i in range(2):\n    L = L + np.sum(y)\n    a += 1", "`y` is a part"),
    (W + "W[0], W[1] = W[1], W[0]\nL = np.sum(W[0])", "`W[0]` is a part"),
    (A + B + "y = a if x > 1 else b\ny += 1\nL = np.sum(a)", "Setting elements of `y`"),
    (A + "l = []\nif x > 1:\n    l.append(a)\nL = np.sum(l[0])", "depends on an input"),
    (A + "a += np.ones((2, 2))\nL = np.sum(a)", "cannot become one of shape (2, 2)"),
]


@pytest.mark.parametrize(("program", "words"), REFUSED)
def test_what_cannot_be_followed_is_refused_with_advice(program: str, words: str) -> None:
    with pytest.raises(ProgramError) as caught:
        parse("x = 1.5\n" + program)
    assert words in caught.value.message.en
    assert caught.value.hint is not None
    assert caught.value.line > 1


def test_a_function_that_changes_what_is_read_outside_has_no_box() -> None:
    graph = parse(
        "a = np.array([1.0, 2.0])\ndef f(v):\n    v += 1\n    return np.sum(v)\ny = f(a)\nL = y * np.sum(a)"
    )
    assert [group.name for group in graph.groups] == []
    graph = parse("a = np.array([1.0, 2.0])\ndef f(v):\n    v += 1\n    return np.sum(v)\nL = f(a)")
    assert [group.name for group in graph.groups] == ["f"]
