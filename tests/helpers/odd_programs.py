"""Seeded odd programs: a grammar with odd literals in odd places, and sound programs with something broken in them."""

import io
import random
import tokenize
from collections.abc import Callable, Sequence

from chainrule.core.language.calls import KNOWN
from chainrule.core.ops import OPS
from chainrule.core.ops.composites import COMPOSITES

NUMBERS = (
    *("0", "1", "2", "3", "-1", "-2", "1.5", "0.5", "-0.0", "1e308", "-1e308", "1e-320", "1e999"),
    *("2**53", "10**400", "np.nan", "np.inf", "-np.inf", "math.pi", "1j", "0x1F", "1_000", "9" * 400),
    *("9" * 4000, "１", "−1", "True", "False", "None", "...", "-True", "- - 1", "+(-1)", "~1", "not 1"),
    *("2**-1", "1/0", "0**-1", "7 % 0", "1.", ".5"),
)
"""Literals where a number is wanted."""

UNREADABLE = (
    *("1e", "0777", "0b2", "1__0", "1.5.2", "9" * 5000, "٣", "²", "½", "Ⅷ", "1٣", "1e٣", "∞"),
    *("'\ud800\udfff", "x y", "1 2", "", "{", ")", "?", "x!", "a.", ".a", "+", "*", "lambda", "="),
    *("==", "x :=", "f(", "[,]", "if", "\x00", "\ud800", "$"),
)
"""What is no expression of Python's."""

VALUES = (
    *NUMBERS,
    *("[]", "[[]]", "[1, 2]", "[[1, 2], [3, 4]]", "[[1], [2, 3]]", "[1, 'x']", "(1,)", "()", "((1,),)"),
    *("[[[[[1]]]]]", "{}", "{1: 2}", "{1}", "{'a': 1}", "{**{}}", "'a'", "''", "b'x'", "f'{x}'"),
    *("f'{f\"{x}\"}'", "'\\ud800'", "'%s' % x", "lambda a: a", "(y := 2)", "x if x else y"),
    *("x if 1 else y", "yield 1", "await x", "*x", "[*x]", "(*x, 1)", "np", "np.random", "math"),
    *("print", "sum", "self", "super()", "x.shape", "x.T", "x.grad", "x.nothing", "x.__class__"),
    *("range(3)", "range(10**9)", "range(0, 5, 0)", "[0] * 10**9", "'a' * 10**9", "zip([1], [2])"),
    *("enumerate([1])", "zeros(0)", "np.zeros((0, 3))", "np.zeros((2, 0))"),
    *("zeros(" + "1, " * 70 + ")", "zeros(10**5, 10**5)", "randn(2, 3)", "randn(2, 3, 4)"),
    *("np.arange(6).reshape(1, 2, 3)", "np.ones((3, 1))", "arange(0)", "np.eye(3)"),
    *("[i for i in range(3)]", "[i for i in x]", "{i: i for i in [1]}", "(i for i in [1])", "x[0]"),
    *("x[0][0]", "x[x]", "1 < 2 < 3", "x < y", "x == None", "x is None", "x in [1]", "x and y"),
    *("x or 1", "not x", "~(x > 1)", "x != x"),
)
"""Literals and expressions of every kind."""

INDEXES = (
    *NUMBERS[:22],
    *(":", "::", "::-1", "::0", "::-2", "1:", ":-1", "5:2", "0:10**30", "1.5:", ":None", "True:"),
    *("::1.5", ":x", "'a':", "...", "..., ...", "None", "None, None, None", "0, 0, 0, 0", ":, 0"),
    *("0, :", ":, None", "..., 0", "[0, 1]", "[-1]", "[]", "[[0, 1], [1, 0]]", "[0], [0]"),
    *("[0, 1], [0]", "[0, 1], [0, 1, 2]", "[1.5]", "[True, False]", "[None]", "[99]", "np.arange(2)"),
    *("np.arange(2), [0, 1]", "x > 0", "x", "'W'", "()", "(0,)", "(0, 0)", "{}", "lambda: 0", "*x"),
    "i",
)
"""What stands in brackets."""

KEYWORDS = (
    *("axis", "keepdims", "dim", "shape", "dtype", "seed", "scale", "times", "repeats", "k", "n"),
    *("num", "out", "where", "classes", "a_min", "a_max", "ddof", "axes", "order", "size", "mode", "x"),
    *("y", "fill_value", "initial", "alpha"),
)

NAMES = (
    *("x", "y", "W", "b", "t", "h", "L", "a", "이름", "é", "x_1", "_", "Ω", "ſ", "ﬁ", "x́", "if_", "sum"),
    *("exp", "np"),
)

STATEMENTS = (
    *("import torch", "from layer_naive import *", "import numpy as np", "from . import x"),
    *("import x.y as z", "import os", "while x: pass", "while True:\n    x = x + 1"),
    *("try:\n    x = 1\nexcept Exception:\n    pass", "with open('a') as f: pass", "global x"),
    *("nonlocal x", "del x", "del x[0]", "assert x", "raise x", "pass", "break", "continue"),
    *("return 1", "yield x", "async def f(): pass", "@f\ndef g(a): return a"),
    *("@property\ndef g(a): return a", "def f(): return f()", "def f(a, /, b, *, c): return a"),
    *("def f(*a, **k): return a", "def f(a, a): return a", "def f(a=x): return a", "class A: pass"),
    *("class A(A): x = 1", "class A(x, metaclass=y): pass"),
    *("class A:\n    def __init__(self): self.x = self", "x: int = 1.5", "x: int", "x[0]: int = 1"),
    *("lambda = 3", "None = 1", "f() = 1", "x + 1 = 2", "x = y = z = 1", "x, y = 1, 2"),
    *("x, *y = 1, 2, 3", "x, y = 1", "*x, = [1]", "[x, y] = y, x", "(x) = 1", "x.y = 1", "x[0] = 3"),
    *("x += 1", "x @= y", "x //= 2", "x **= 2", "x <<= 1", "x[0] += 1", "x.T += 1", "x ^ 2", "x ? y"),
    *("x++", "2x", "|x|", "x!", "√x", "for i in x: y = i", "for i in range(3): x = x + i"),
    *("for i, j in [(1, 2)]: x = i", "for i in []: x = 1", "for i in 5: x = 1"),
    *("for i in range(10**6): x = x + 1", "for x.y in [1]: pass"),
    *("for i in [1]:\n    break\nelse:\n    x = 2", "if x > 1: x = 2", "if x: y = 1\nelse: z = 2"),
    *("match x:\n    case 1: pass", "type X = int", "print(x)", "print(*x)", "print(x, y, sep='')"),
    *("print()", "x;y", "x = 1; y = 2;", ";", "\\", "'''", '"', "#", "# \x00", "x = 1 \x00"),
    *("x = \ud800", "x = '\udfff'", "\ufeffx = 1", "x\u2028= 1", "x = 1\x0cy = 2", "x = 1\x85"),
    *("\x1ay", ">>> x = 1", "In [1]: x = 1", "```python", "%timeit x", "!ls", "x = 1  # ＃ 라벨", "x ＝ １"),
    *("x = ＂a＂", "x = 1 # \U0001f34e", "\tx = 1", "   x = 1", "exec('x')", "eval('1')"),
    *("__import__('os')", "open('/etc/passwd')", "input()", "exit()", "globals()['x']", "().__class__"),
    "x.__dict__",
)
"""Statements of every kind, most of them wrong somewhere."""

PIECES = (
    *("", "\u2028", "\x0c", " ", "\n", "\x00", "\t", "(", ")", "[", "]", ":", ",", "=", ".", "*", "**"),
    *("@", "\\", "'", "#", "\ud800", "é", "−", "０", "lambda", "0.", "axis="),
)


class OddPrograms:
    """Draws one program after another from a seed and sound programs."""

    def __init__(self, draws: random.Random, sound: Sequence[str]) -> None:
        self._draws = draws
        self._sound = sound
        self._calls = sorted({*OPS, *COMPOSITES, *KNOWN})
        self._kinds: list[tuple[int, Callable[[], str]]] = [
            (38, self._written),
            (50, self._broken),
            (3, self._joined),
            (5, self._large),
            (4, self._noise),
        ]

    def draw(self) -> str:
        """One program."""
        weights = [weight for weight, _ in self._kinds]
        return self._draws.choices([make for _, make in self._kinds], weights)[0]()[:25_000]

    def _pick(self, several: Sequence[str]) -> str:
        return self._draws.choice(several)

    # By the grammar

    def _written(self) -> str:
        lines = [
            "x = "
            + self._pick(("2", "-1.5", "[1, 2, 3]", "[[1, 2], [3, 4]]", "randn(2, 3)", "randn(2, 2, 3)"))
        ]
        lines.append(
            "y = "
            + self._pick(("3", "0", "[1, 2, 3]", "[[0.5, -1], [2, 0]]", "randn(3, 2)", "randn(2, 3, 2)"))
        )
        for _ in range(self._draws.randint(1, 4)):
            if self._draws.random() < 0.12:
                lines.append(self._pick(STATEMENTS))
            else:
                lines.append(f"{self._pick(NAMES[:8])} = {self._expression(3)}")
        if self._draws.random() < 0.5:
            lines.append(f"L = sum({self._pick(('x', 'y', 'W', 'h'))})")
        return "\n".join(lines)

    def _value(self) -> str:
        return self._pick(VALUES if self._draws.random() < 0.97 else UNREADABLE)

    def _expression(self, depth: int) -> str:
        draw = self._draws.random()
        if depth == 0 or draw < 0.25:
            return (
                self._pick(("x", "y", "x", "y", "2", "0.5")) if self._draws.random() < 0.85 else self._value()
            )
        inner = self._expression(depth - 1)
        if draw < 0.45:
            sign = self._pick(
                ("+", "-", "*", "/", "**", "@", "+", "*", "%", "//", "&", "|", "^", "<", ">=", "==", "<<")
            )
            return f"({inner}) {sign} ({self._expression(depth - 1)})"
        if draw < 0.78:
            return self._call(inner, depth)
        if draw < 0.95:
            return f"({inner})[{self._pick(INDEXES)}]"
        return self._pick(
            (f"-({inner})", f"({inner}).T", f"({inner}).shape[0]", f"[{inner}, x]", f"({inner}, y)")
        )

    def _call(self, first: str, depth: int) -> str:
        name = self._pick(self._calls)
        arguments = [first] if self._draws.random() < 0.95 else []
        op = OPS.get(name)
        wanted = op.arity if op else 1
        for _ in range(wanted - 1 if self._draws.random() < 0.9 else self._draws.randint(0, 3)):
            arguments.append(self._expression(depth - 1))
        if op is not None and op.tensor is not None:
            # Parameters by place, as a number or something odd.
            arguments += [
                self._pick(NUMBERS[:24]) for _ in op.tensor.parameters if self._draws.random() < 0.25
            ]
        if self._draws.random() < 0.15:
            arguments.append(self._value())
        if self._draws.random() < 0.3:
            known = (
                KEYWORDS if op is None or op.tensor is None else (*op.tensor.parameters, self._pick(KEYWORDS))
            )
            arguments.append(f"{self._pick(known)}={self._value()}")
        inside = ", ".join(arguments)
        form = self._draws.randrange(4)
        if form == 0 and arguments:
            return f"({first}).{name}({', '.join(arguments[1:])})"
        return f"{'np.' if form == 1 else ''}{name}({inside})"

    # From sound programs

    def _broken(self) -> str:
        """A sound program with a few of its tokens replaced, dropped, doubled or exchanged."""
        text = self._pick(self._sound)
        try:
            tokens = [each for each in tokenize.generate_tokens(io.StringIO(text).readline) if each.string]
        except (tokenize.TokenError, SyntaxError):
            return text + self._pick(STATEMENTS)
        lines = text.splitlines(keepends=True)
        for each in sorted(
            self._draws.sample(tokens, min(len(tokens), self._draws.choice((0, 0, 1, 1, 1, 2)))), reverse=True
        ):
            line, start = each.start
            if each.end[0] != line or line > len(lines):
                continue
            old = lines[line - 1]
            lines[line - 1] = old[:start] + self._changed(each) + old[each.end[1] :]
        return "".join(lines)

    def _changed(self, token: tokenize.TokenInfo) -> str:
        draw = self._draws.random()
        if token.type == tokenize.NUMBER and draw < 0.95:
            return self._pick(NUMBERS) if draw < 0.7 else self._value()
        if token.type == tokenize.NAME:
            if draw < 0.3:
                return self._value()
            return self._pick(NAMES) if draw < 0.5 else self._pick(self._calls)
        return self._pick((token.string * 2, *PIECES))

    def _joined(self) -> str:
        return "\n".join(
            (self._pick(self._sound), self._pick(STATEMENTS), self._pick(self._sound), self._pick(STATEMENTS))
        )

    # Large and meaningless ones

    def _large(self) -> str:
        times = self._pick(("30", "99", "300", "1000", "4000"))
        n = int(times)
        return self._pick(
            (
                "x = 1\ny = " + "(" * n + "x" + ")" * n,
                "x = 1\ny = " + "-" * n + "x",
                "x = " + "[" * n + "1" + "]" * n,
                "x = 1\ny = " + " + ".join(["x"] * n),
                "x = 1\ny = " + "sin(" * n + "x" + ")" * n,
                "x = [1, 2]\ny = x" + "[:]" * n,
                "x = [1, 2]\ny = x[" + "None, " * n + "]",
                "x = 1\n" + "y = x\n" * n,
                "x = 1\n" + "x = x * x\n" * n,
                f"x = {'9' * n}\ny = x ** {'9' * n}",
                "x = 1\ny = x" + ".T" * n,
                f"{'x' * n} = 1\ny = {'x' * n} * 2",
                "x = 1\ny = f(" + ", ".join(["x"] * n) + ")",
                "x = 1\n" + "".join(f"{'  ' * k}if x:\n" for k in range(min(n, 120))),
                f"x = randn({n}, {n})\ny = x @ x",
                f"x = 1\nfor i in range({n}):\n  for j in range({n}):\n    x = x + i",
                f"def f(a):\n  return a\nx = 1\ny = {'f(' * n}x{')' * n}",
                f"x = [{', '.join(['1'] * n)}]\ny = stack([x, x])\nz = concatenate([{', '.join(['y'] * n)}])",
                f"x = 1  # {'라벨' * n}",
                "x = 1\ny = x if x > 0 else " + "x if x > 1 else " * n + "x",
                "x = 1\ny = lambda: " * n + "x",
                "x = '" + "\\" * n + "'",
            )
        )

    def _noise(self) -> str:
        kinds = ("x = 1\n", *PIECES, *STATEMENTS, *VALUES[:60])
        return "".join(self._pick(kinds) for _ in range(self._draws.randint(1, 12)))
