"""Programs and bodies that a careless or hostile person sends, by family, with the statuses right for each."""

import io
import itertools
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import numpy as np

GRAPHS = "/api/v1/graphs"
REFUSED, FINE, EITHER = (400, 404, 405, 413, 422), (200, 201, 204), (200, 400, 404, 405, 413, 422)
_JSON = {"content-type": "application/json"}


class Case(NamedTuple):
    """One request, and the statuses that are right for it."""

    name: str
    path: str
    body: bytes | None
    statuses: tuple[int, ...]
    method: str = "POST"
    headers: dict[str, str] = _JSON
    slow: bool = False
    """Whether its refusal takes some tenths of a second: left to the long run."""


def _program(
    name: str, text: str, statuses: tuple[int, ...] = REFUSED, call: str = "/values", **more: Any
) -> Case:
    body = json.dumps({"program": text, **more}).encode()
    return Case(name, GRAPHS + call, body, statuses)


def _body(name: str, statuses: tuple[int, ...] = REFUSED, call: str = "/values", **fields: Any) -> Case:
    return Case(name, GRAPHS + call, json.dumps({"program": "a = 2\nb = a * a"} | fields).encode(), statuses)


def _raw(name: str, body: bytes, statuses: tuple[int, ...] = REFUSED, **headers: str) -> Case:
    return Case(name, GRAPHS + "/values", body, statuses, headers=_JSON | headers)


def nesting() -> Iterator[Case]:
    """Brackets, signs, lists, calls and indices inside one another."""
    kinds: dict[str, Callable[[int], str]] = {
        "brackets": lambda n: "(" * n + "1" + ")" * n,
        "signs": lambda n: "-" * n + "1",
        "nots": lambda n: "not " * n + "1",
        "lists": lambda n: "[" * n + "1" + "]" * n,
        "calls": lambda n: "exp(" * n + "x" + ")" * n,
        "indices": lambda n: "x" + "[0]" * n,
        "attributes": lambda n: "x" + ".T" * n,
        "powers": lambda n: "**".join("2" for _ in range(n)),
        "conditions": lambda n: "1 if x else " * n + "2",
        "comparisons": lambda n: "<".join("x" for _ in range(n)),
    }
    for (kind, text), n in itertools.product(kinds.items(), (60, 900, 6_000)):
        yield _program(f"{kind} {n}", f"x = 2\ny = {text(n)}", EITHER)


def width() -> Iterator[Case]:
    """Sums, lines, names, comments and arguments without an end."""
    kinds: dict[str, Callable[[int], str]] = {
        "terms": lambda n: "y = " + " + ".join("x" for _ in range(n)),
        "targets": lambda n: " = ".join(f"y{k}" for k in range(n)) + " = x",
        "lines": lambda n: "\n".join(f"y{k} = x" for k in range(n)),
        "outputs": lambda n: ", ".join("x" for _ in range(n)),
        "comments": lambda n: f"y = x # {'🍎' * n}",
        "names": lambda n: f"{'a' * n} = x",
        "arguments": lambda n: f"y = maximum({', '.join('x' for _ in range(n))})",
        "parameters": lambda n: f"def f({', '.join(f'p{k}' for k in range(n))}):\n    return x\ny = f(x)",
        "functions": lambda n: "\n".join(f"def f{k}(a): return a" for k in range(n)),
        "blanks": lambda n: "y = x" + " " * n,
        "line ends": lambda n: "\n" * n + "y = x",
    }
    for (kind, text), n in itertools.product(kinds.items(), (500, 3_000, 30_000)):
        yield _program(f"{kind} {n}", f"x = 2\n{text(n)}", EITHER)


def literals() -> Iterator[Case]:
    """Numbers too long, too large, or of another kind, and powers of powers."""
    for text in (
        "9" * 5_000,
        "9" * 18_000,
        "0x" + "f" * 4_000,
        "0b" + "1" * 18_000,
        "1" + "_0" * 5_000,
        "1e999999999",
        "-1e400",
        "1e-999999999",
        "1" * 400 + ".5",
        "9**9**9**9",
        "10**10**10",
        "2**100000000",
        "(2**10000)**10000",
        "1 << 10**9",
        "0.1**-100000",
        "1e308 * 1e308",
        "-(10**400)",
        "3j",
        "1j**1e9",
        "'" + "x" * 15_000 + "'",
        "b'abc'",
        "f'{1:>1000000000}'",
        "'%1000000000d' % 1",
        "'x' * 10**10",
        "int('9' * 100000)",
        "float('nan')",
        "float('1' * 10000)",
        "factorial(10**6)",
        "1_000_000_000_000_000_000_000_000 % 7",
        "0" * 9_000,
    ):
        yield _program(text[:24], f"x = {text}\ny = x * 2", EITHER)


def shapes() -> Iterator[Case]:
    """Tensors larger than any memory."""
    for text in (
        "zeros(10**12)",
        "ones((10**5, 10**5))",
        "rand(1000, 1000, 1000)",
        "randn(2, 2, 2, 2, 2, 2, 2, 2, 2, 2)",
        "zeros((1,) * 40)",
        "zeros(-1)",
        "zeros(1.5)",
        "zeros(10**400)",
        "eye(10**6)",
        "arange(10**12)",
        "arange(0, 1, 1e-12)",
        "arange(0, 1, 0)",
        "arange(1e308)",
        "linspace(0, 1, 10**9)",
        "full((10**4, 10**4), 1)",
        "[0] * 10**9",
        "[[0] * 1000] * 10**6",
        "[[1, 2], [3]]",
        "[[], [1]]",
        "list(range(10**10))",
        "range(10**10)",
        "tile([1, 2], 10**9)",
        "repeat([1, 2], 10**9)",
        "reshape([1, 2], (10**9, -1))",
        "broadcast_to(1, (10**6, 10**6))",
        "rand(10**6) * reshape(rand(10**6), (10**6, 1))",
        "reshape(rand(10**6), (10**6, 1)) @ rand(1, 10**6)",
        "stack([rand(1000, 1000)] * 1000)",
        "concatenate([rand(1000, 1000)] * 10000)",
        "einsum('i,j,k,l->ijkl', rand(99), rand(99), rand(99), rand(99))",
    ):
        statuses = FINE if text.startswith("randn(2") else REFUSED
        yield _program(text[:30], f"x = {text}\ny = sum(x)", statuses)


def loops() -> Iterator[Case]:
    """Loops and calls that never end, and graphs that double."""
    counted = (
        "\n".join("    " * k + f"for i{k} in range(50):" for k in range(6)) + "\n" + "    " * 6 + "y = y + 1"
    )
    for name, text in {
        "a long range": "for i in range(10**12):\n    y = y + 1",
        "ranges in ranges": counted,
        "while": "while 1:\n    y = y + 1",
        "while on a node": "while y > 0:\n    y = y + 1",
        "recursion": "def f(a):\n    return f(a)\nz = f(y)",
        "two that call one another": "def f(a):\n    return g(a)\ndef g(a):\n    return f(a)\nz = f(y)",
        "calls that double": "\n".join(
            ["def f0(a):\n    return a + a"]
            + [f"def f{k}(a):\n    return f{k - 1}(f{k - 1}(a))" for k in range(1, 30)]
            + ["z = f29(y)"]
        ),
        "lists that double": "a = [y]\n" + "a = [*a, *a]\n" * 60,
        "a list of nothing but ranges": "a = [*range(10**12)]",
        "ranges taken apart": "for a, b in [range(10**12)]:\n    y = y + a",
        "a range stacked": "a = stack(range(10**12))",
        "a dictionary without an end": "a = dict(zip(range(10**12), range(10**12)))",
        "arguments that double": "a = [y] * 9000\nz = maximum(" + ", ".join(["*a"] * 3000) + ")",
        "a range as a target": "*a, b = range(10**12)",
        "a text without an end": "a = 'ab'\n" + "a = a + a\n" * 60,
        "tensors that double": "a = stack([y, y])\n" + "a = concatenate([a, a])\n" * 60,
        "comprehensions": "z = [i * j * k for i in range(999) for j in range(999) for k in range(999)]",
        "a comprehension in another": "z = [[y for i in range(10**5)] for j in range(10**5)]",
        "zip of long ranges": "for a, b in zip(range(10**12), range(10**12)):\n    y = y + a",
        "sum of a generator": "z = sum(i for i in range(10**12))",
        "a list that grows while it is read": "a = [1]\nfor b in a:\n    a.append(b)",
        "a lambda of itself": "f = lambda a: f(a)\nz = f(y)",
        "map": "z = list(map(exp, range(10**9)))",
        "enumerate": "for i, a in enumerate(range(10**10)):\n    y = y + i",
        "reversed": "for i in reversed(range(10**10)):\n    y = y * 2",
        "5,001 nodes": "for i in range(5001):\n    y = y * 2",
        "a loop of nothing": "for i in range(10**6):\n    pass",
    }.items():
        case = _program(name, f"y = 2\n{text}", EITHER if name.startswith("a text") else REFUSED)
        yield case._replace(
            slow="comprehension" in name or name in ("sum of a generator", "a loop of nothing")
        )
    for use in ("z = y", "z = stack(a)", "z = y if a == a else 1", "z = [*a]"):
        text = "y = 2\na = [y]\n" + "a = [a, a]\n" * 60 + use
        yield _program(f"lists in lists: {use:.12}", text, EITHER)._replace(slow=use != "z = y")


def forbidden() -> Iterator[Case]:
    """Python that is none of the language: refused, or left out where it does nothing to a graph."""
    for text in (
        "__import__('os').system('id')",
        "import os",
        "from os import system",
        "open('/etc/passwd').read()",
        "eval('1')",
        "exec('1')",
        "compile('1', '', 'eval')",
        "globals()",
        "().__class__.__bases__[0].__subclasses__()",
        "x.__class__",
        "getattr(x, 'T')",
        "f'{x}'",
        "lambda: 1",
        "yield x",
        "await x",
        "x := 3",
        "*x",
        "{'a': 1}",
        "{1, 2}",
        "x if",
        "class A: pass",
        "global x",
        "del x",
        "try:\n    x\nexcept: pass",
        "with x: pass",
        "@x\ndef f(): pass",
        "async def f(): pass",
        "match x:\n    case 1: pass",
        "assert x",
        "raise x",
        "print(x",
        "x; ;",
        "return x",
        "break",
        "type X = int",
    ):
        yield _program(text[:30], f"x = 2\n{text}", EITHER)


def odd_letters() -> Iterator[Case]:
    """Characters that are no letters, look like others, or end lines where nobody sees it."""
    odd = {
        "NUL": "\0",
        "a lone surrogate": "\ud800",
        "right to left": "\u202e",
        "zero width": "\u200b",
        "a byte order mark": "\ufeff",
        "a line separator": "\u2028",
        "a form feed": "\f",
        "a carriage return": "\r",
        "a vertical tab": "\v",
        "a no-break space": "\u00a0",
        "a full-width digit": "\uff11",
        "an Arabic digit": "\u0661",
        "a superscript": "\u00b2",
        "a Greek question mark": "\u037e",
        "a private letter": "\U000f0000",
        "a tag": "\U000e0041",
        "1,000 marks on a letter": "e" + "\u0301" * 1_000,
        "a ligature": "\ufb01",
        "an infinity": "\u221e",
        "an escape": "\x1b[31m",
    }
    for (name, letter), place in itertools.product(
        odd.items(), ("a{} = 2\nb = a", "a = 2\nb = a * {}", "a = 2 # {}")
    ):
        yield _program(f"{name} in {place[:8]}", place.format(letter), EITHER)


def bodies() -> Iterator[Case]:
    """Bodies that are no JSON, or JSON of a form nobody reads."""
    program = '"program": "a = 2"'
    for name, text in {
        "nothing": "",
        "no JSON": "a = 2",
        "half": f"{{{program}",
        "a list": "[]",
        "a number": "1",
        "null": "null",
        "a text": '"a = 2"',
        "NaN": "NaN",
        "100,000 brackets": "[" * 100_000,
        "100,000 brackets, closed": "[" * 100_000 + "]" * 100_000,
        "100,000 objects": '{"a":' * 100_000,
        "70,000 fields": f"{{{program}, " + ", ".join(f'"k{k}": 1' for k in range(70_000)) + "}",
        "70,000 inputs": f'{{{program}, "inputs": {{' + ", ".join(f'"k{k}": 1' for k in range(70_000)) + "}}",
        "300,000 numbers": f'{{{program}, "inputs": {{"a": [' + "1," * 300_000 + "1]}}",
        "a deep input": f'{{{program}, "inputs": {{"a": {"[" * 900}1{"]" * 900}}}}}',
        "30,000 lists": f'{{{program}, "inputs": {{"a": [' + "[]," * 30_000 + "[]]}}",
        "1,000,000 blanks": " " * 1_000_000,
        "twice the same name": f'{{{program}, "inputs": {{"a": 1, "a": "x"}}}}',
        "a name of a prototype": f'{{{program}, "__proto__": {{"a": 1}}}}',
        "a number of 100,000 digits": f'{{{program}, "upstream": {"9" * 100_000}}}',
        "an exponent of 10,000 digits": f'{{{program}, "upstream": 1e{"9" * 10_000}}}',
        "an escape without an end": f'{{{program}, "output": "\\u12',
        "a lone surrogate": f'{{{program}, "output": "\\ud800"}}',
    }.items():
        yield _raw(name, text.encode(), FINE if name.startswith("an exponent") else REFUSED)
    yield _raw("no UTF-8", b'{"program": "\xff\xfe"}')
    yield _raw("UTF-16", '{"program": "a = 2"}'.encode("utf-16"), EITHER)
    yield _raw("packed by gzip", b"\x1f\x8b\x08\0\0\0\0\0", **{"content-encoding": "gzip"})
    yield _raw("a form", b"program=a", **{"content-type": "application/x-www-form-urlencoded"})
    yield _raw("no type", b'{"program": "a = 2"}', **{"content-type": ""})
    yield _raw(
        "another alphabet", b'{"program": "a = 2"}', EITHER, **{"content-type": "application/json; charset=x"}
    )
    yield _raw("too long", b" " * 1_000_001)


def fields() -> Iterator[Case]:
    """Fields of the wrong type, out of range, or without number."""
    wrong: dict[str, Iterable[Any]] = {
        "program": (None, 1, [], {}, True, "", "#" * 30_000),
        "inputs": (None, 1, [], "a", {"z": 1}, {"": 1}, {"a" * 30_000: 1}, {"\0": 1}, {"__class__": 1}),
        "upstream": (None, "x", {}, [], [1, 2], [[1], [2, 3]], True, "1e5"),
        "mistakes": (None, "mul", ["no.such"], ["mul.not_swapped"] * 101, [1], [["a"]]),
        "conventions": (None, ["no.such"], ["maximum.tie.first", "maximum.tie.second"], [0]),
        "output": (1, "no such", "x" * 401, [], {}),
    }
    for name, values in wrong.items():
        for value in values:
            yield _body(f"{name} is {value!r:.20}", **{name: value})
    for value in (
        None,
        "x",
        True,
        {},
        [[1, 2], [3]],
        ["x"],
        [None],
        "nan",
        "1",
        [[[[[[[[[1]]]]]]]]],
        [1] * 5_000,
    ):
        yield _body(f"an input is {value!r:.20}", inputs={"a": value})
    for value in ("NaN", "Infinity", "-Infinity", 1e308, -1e308, 5e-324, 0):
        yield _body(f"an input is {value!r:.20}", FINE, inputs={"a": value})
    calls: dict[str, dict[str, Iterable[Any]]] = {
        "/picture": {
            "zoom": (0, -1, 1e9, "1", float("nan"), True),
            "wrap": (0, 1e9, "x"),
            "step": (-1, 1 << 70, 1.5, "1"),
            "labels": ("no such", 1),
            "open": (["x" * 401], [1], ["a"] * 5_001, "a"),
            "blanks": (["a"] * 501, [1]),
            "nudge": (
                "a" * 499 + "!",
                "1" * 500,
                "a:" + "1" * 490 + "x",
                ":1",
                "a:1e",
                "no such:1",
                "a[9,9]:1",
            ),
            "theme": ("red",),
            "direction": ("up",),
        },
        "/steps": {"count": (0, 1 << 40, "1"), "start": (-1, 1 << 40), "open": ([None],)},
        "/explain": {"id": (None, "no such", "x" * 401, 1)},
        "/provenance": {"id": ("no such",), "index": ([-1], [1] * 33, ["0"], [1 << 70])},
        "/tensor": {"id": ("no such",), "of": ("both",)},
        "/gradcheck": {"epsilon": (0, -1, 2, "x", float("nan"), float("inf"))},
        "/nudge": {"delta": (None, "x", float("inf"), float("nan")), "index": ([0], [1 << 70])},
        "/export": {"format": ("exe", None)},
        "/curve": {"points": (0, 1 << 40), "start": (float("nan"),), "input": ("no such",)},
        "/surface": {"points": (0, 1 << 40)},
        "/differences": {"epsilons": ([], [0], [float("nan")], [1e-3] * 10_000)},
        "/changes": {"before": ({"z": 1}, [], {"a": "x"}), "about": (["x" * 401],)},
    }
    needed: dict[str, dict[str, Any]] = {
        "/explain": {"id": "a"},
        "/provenance": {"id": "a"},
        "/tensor": {"id": "a"},
        "/nudge": {"id": "a", "delta": 1},
        "/export": {"format": "json"},
        "/curve": {"input": "a", "start": 0, "stop": 1},
        "/surface": {"x": {"input": "a", "start": 0, "stop": 1}, "y": {"input": "a", "start": 0, "stop": 1}},
        "/differences": {"input": "a", "epsilons": [1e-3]},
    }
    for call, names in calls.items():
        for name, values in names.items():
            for value in values:
                yield _body(
                    f"{call}: {name} is {value!r:.20}", call=call, **needed.get(call, {}) | {name: value}
                )


def heavy() -> Iterator[Case]:
    """Valid programs whose answer needs too much memory or time."""
    fan = "x = rand(1000, 1000)\ny = 0\n" + "y = y + max(x)\n"
    for call, more in {
        "/values": {},
        "": {},
        "/picture": {},
        "/steps": {},
        "/explain": {"id": "x"},
        "/provenance": {"id": "x", "index": [0, 0]},
        "/gradcheck": {},
        "/export": {"format": "json"},
        "/curve": {"input": "x", "start": 0, "stop": 1},
        "/nudge": {"id": "y", "delta": 1},
        "/changes": {},
    }.items():
        yield _program(f"{call}: 260 maxima", fan + "y = y + max(x)\n" * 260, call=call, **more)
    yield _program("numerical check of 17,000 elements", "x = rand(130, 130)\ny = max(x)", FINE, "/gradcheck")
    yield _program("numerical check of a product", "x = rand(300, 300)\ny = sum(x @ x)", call="/gradcheck")
    yield _program(
        "a whole tensor as JSON", "x = rand(1000, 1000)\ny = sum(x)", (200, 422), "/export", format="json"
    )


def addresses() -> Iterator[Case]:
    """Addresses with hostile queries and ids."""
    picture = f"{GRAPHS}/picture.svg?program="
    for name, path in {
        "no program": f"{GRAPHS}/picture.svg",
        "a long program": picture + "x" * 30_000,
        "a deep input": picture + "a&inputs=a:" + "[" * 2_000,
        "an input of nothing": picture + quote("a = 1") + "&inputs=:",
        "zoom": picture + quote("a = 1") + "&zoom=nan",
        "a step": picture + quote("a = 1") + "&step=1e9",
        "nudge": picture + quote("a = 1") + "&nudge=" + "1" * 600,
        "NUL": picture + "%00",
        "half a letter": picture + "%ff%fe",
        "10,000 fields": picture + "a" + "&a=1" * 10_000,
        "an example outside": "/api/v1/examples/..%2f..%2fetc%2fpasswd",
        "a kink of nothing": "/api/v1/kinks/" + "x" * 3_000,
        "a link outside": "/api/v1/shares/..%2f..%2fetc",
        "a link with NUL": "/api/v1/shares/%00",
        "a long link": "/api/v1/shares/" + "a" * 5_000,
        "a run of nobody": "/api/v1/runs/nobody",
        "a run with NUL": "/api/v1/runs/%00",
        "a tensor of no run": "/api/v1/runs/x/nodes/W1/value",
        "too many questions": "/api/v1/questions?seed=1&level=1&count=100000",
        "a level of nothing": "/api/v1/questions?seed=1&level=99",
        "a seed without an end": f"/api/v1/questions?seed={'9' * 4_000}&level=1",
        "a negative seed": "/api/v1/questions?seed=-1&level=1",
        "a file outside": "/static/..%2f..%2fpyproject.toml",
        "a file with NUL": "/static/%00",
        "nothing": "/api/v1/" + "x" * 8_000,
    }.items():
        yield Case(name, path, None, REFUSED, "GET", {})
    yield Case("a method of nothing", f"{GRAPHS}/values", None, (405,), "DELETE", {})
    yield Case("a method without a name", f"{GRAPHS}/values", None, (405,), "BREW", {})


def other_calls() -> Iterator[Case]:
    """Links, answers to questions, and texts of other tools."""

    def case(name: str, path: str, body: Any, statuses: tuple[int, ...] = REFUSED) -> Case:
        return Case(name, f"/api/v1/{path}", json.dumps(body).encode(), statuses)

    answer = {"seed": 1, "level": 1, "index": 0, "blank": "value:z", "answer": "1"}
    for name, value in {
        "seed": 1 << 80,
        "level": 0,
        "index": 1 << 40,
        "blank": "x" * 401,
        "answer": "9" * 100_000,
    }.items():
        yield case(f"an answer's {name}", "questions/check", answer | {name: value})
    for written in ("9" * 90, "1/0", "9**9**9", "((((((((1", "1e999999", "∞" * 30, "\0"):
        yield case(f"the answer {written[:12]!r}", "questions/check", answer | {"answer": written}, EITHER)
    for name, text in {
        "nothing": "",
        "brackets": "(" * 5_000,
        "a long line": "x" * 19_999,
        "a bomb of XML": '<!DOCTYPE a [<!ENTITY b "bb">]><svg>&b;</svg>',
        "a link to nowhere": "https://example.org/?program=" + "%" * 900,
        "imports": "import os\nos.system('id')",
        "torch without an end": "import torch\nwhile True:\n    torch.zeros(10**9)",
        "a pickle": "cos\nsystem\n(S'id'\ntR.",
        "JSON without an end": '{"nodes": [' * 2_000,
        "DOT without an end": "digraph {" + "a->" * 5_000,
        "letters alike": "a" * 9_999 + "!",
        "NUL": "a\0b",
    }.items():
        yield case(f"a text: {name}", "graphs/translate", {"text": text}, EITHER)
    for name, fields in {
        "no program": {},
        "a number": {"program": 1},
        "a long one": {"program": "x" * 30_000},
        "more fields": {"program": "a = 1", "owner": "me"},
        "a view": {"program": "a = 1", "view": {"x": ["y"] * 9_000}},
        "a deep view": {"program": "a = 1", "view": json.loads("[" * 300 + "]" * 300)},
        "an input": {"program": "a = 1", "inputs": {"a": "x"}},
    }.items():
        yield case(f"a link: {name}", "shares", fields)


def runs() -> Iterator[Case]:
    """Options of runs that no net can have."""
    wrong: dict[str, Iterable[Any]] = {
        "hidden": ([0], [-1], [10**9], [1] * 101, [1.5], "50", None, [[50]], [501] * 6),
        "activation": ("softmax", 1, None),
        "init": (-1, 11, "zero", float("nan"), []),
        "optimizer": ("lbfgs", None),
        "learning_rate": (0, -1, 1e9, float("nan"), float("inf"), "0.1"),
        "batch_size": (0, 1 << 40, 1.5, 1_001),
        "seed": (-1, 1 << 40, "x"),
        "dataset": ("../../etc", "x" * 101, None, "no such", "\0"),
        "steps": (0, 1 << 40, 10_000_000),
        "owner": ("me",),
    }
    for name, values in wrong.items():
        for value in values:
            body = json.dumps({name: value}).encode()
            yield Case(f"{name} is {value!r:.20}", "/api/v1/runs", body, REFUSED)
    for method, path in (
        ("PATCH", ""),
        ("POST", "/actions"),
        ("POST", "/copies"),
        ("DELETE", ""),
        ("POST", "/predict"),
    ):
        yield Case(
            f"{method} {path} of no run", f"/api/v1/runs/none{path}", b'{"action": "start"}', REFUSED, method
        )


def parameter_files() -> Iterator[tuple[str, bytes]]:
    """Files in the place of a run's parameters: each is refused, and none is opened further than its names."""

    def packed(**arrays: Any) -> bytes:
        file = io.BytesIO()
        np.savez(file, **arrays)
        return file.getvalue()

    def archive(name: str, content: bytes, method: int = zipfile.ZIP_STORED) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as made:
            made.writestr(name, content)
        return file.getvalue()

    yield "nothing", b""
    yield "no archive", b"W1" * 500
    yield "an empty archive", archive("readme.txt", b"")
    yield "an archive of zeros", archive("W1.npy", bytes(20_000_000), zipfile.ZIP_DEFLATED)
    yield "a name outside", archive("../../W1.npy", b"x")
    yield "a name without an end", archive("W" * 60_000, b"x")
    yield "objects", packed(W1=np.array([{}], dtype=object))
    yield "other names", packed(A=np.zeros((2, 2)))
    yield "other shapes", packed(W1=np.zeros((2, 2)), b1=np.zeros(2))
    yield "texts", packed(W1=np.array(["x"]))
    yield "half a file", packed(W1=np.zeros((9, 9)))[:200]
    yield "a header without an end", archive("W1.npy", b"\x93NUMPY\x01\x00\xff\xff{" + b"(" * 60_000)


MESSAGES: dict[str, str | bytes] = {
    "no JSON": "x",
    "brackets": "[" * 50_000,
    "a list": "[]",
    "a number": "1",
    "unknown fields": '{"a": 1}',
    "nodes of nothing": '{"nodes": ["x"]}',
    "nodes without number": json.dumps({"nodes": ["x"] * 50_000}),
    "a wrong type": '{"nodes": 1}',
    "bytes": b"\x00\xff" * 1_000,
    "NaN": '{"speed": NaN}',
}
"""What a watcher of a run may send by its socket, by name."""

FAMILIES: dict[str, Callable[[], Iterator[Case]]] = {
    family.__name__: family
    for family in (
        nesting,
        width,
        literals,
        shapes,
        loops,
        forbidden,
        odd_letters,
        bodies,
        fields,
        heavy,
        addresses,
        other_calls,
        runs,
    )
}
"""The families of requests, by name."""
