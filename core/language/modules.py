"""Modules that programs import: NumPy and its kind are known, others are passed over or refused with advice."""

import ast
import math
from collections.abc import Mapping

from chainrule.core.errors import ProgramError
from chainrule.core.language.advice import REFUSED_FUNCTIONS
from chainrule.core.language.builder import Builder, Scope
from chainrule.core.language.values import Absent, Builtin, Known, Module, Value
from chainrule.core.text import Text

NUMPY = frozenset({"numpy", "jax.numpy", "autograd.numpy", "cupy", "cupynumeric"})
"""Modules that are NumPy to a reader."""

UNIMPORTED: Mapping[str, str] = {"np": "numpy", "numpy": "numpy", "math": "math"}
"""Modules that need no import, by the names they go by."""

_CONSTANTS: Mapping[str, float] = {
    "pi": math.pi,
    "e": math.e,
    "tau": math.tau,
    "inf": math.inf,
    "Inf": math.inf,
    "infty": math.inf,
    "nan": math.nan,
    "NaN": math.nan,
    "euler_gamma": 0.5772156649015329,
}

_TYPES = frozenset(
    "float16 float32 float64 double float_ float int int8 int16 int32 int64 bool bool_ integer floating".split()
)

_KNOWN = frozenset({"numpy", "math", "random", "copy"})

_PASSED_OVER = frozenset(
    "sys os os.path time typing collections itertools functools matplotlib matplotlib.pyplot matplotlib.pylab pylab "
    "pathlib pickle warnings abc dataclasses __future__ IPython IPython.display graphviz operator "
    "mpl_toolkits.mplot3d dataset.mnist seaborn datetime json gzip urllib.request tqdm".split()
)
"""Modules whose lines draw, measure or read files: they change no graph."""

_GRADIENT = Text(
    "기울기는 이 페이지가 구합니다. 이 줄을 지우고 계산식만 남기세요.",
    "the gradient is worked out here: delete this line and keep the computation",
)

_REFUSED: Mapping[str, Text] = {
    "torch": Text(
        "이 줄을 지우고 `torch.tensor(2.0, requires_grad=True)`는 `2.0`으로, `torch.exp`는 `np.exp`로 적으세요. "
        "`.backward()`는 필요 없습니다.",
        "delete this line; write `2.0` for `torch.tensor(2.0, requires_grad=True)` and `np.exp` for `torch.exp`; "
        "`.backward()` is not needed",
    ),
    "tensorflow": Text(
        "이 줄을 지우고 `tf.Variable(2.0)`은 `2.0`으로, `tf.exp`는 `np.exp`로 적으세요.",
        "delete this line; write `2.0` for `tf.Variable(2.0)` and `np.exp` for `tf.exp`",
    ),
    "keras": Text(
        "층을 `affine(x, W, b)`, `relu(x)`, `softmax_with_loss(a, t)`로 적으세요.",
        "write the layers out: `affine(x, W, b)`, `relu(x)`, `softmax_with_loss(a, t)`",
    ),
    "jax": Text(
        "`import jax.numpy as jnp`만 남기고 나머지는 지우세요. 기울기는 이 페이지가 구합니다.",
        "keep `import jax.numpy as jnp` alone; the gradient is worked out here",
    ),
    "autograd": _GRADIENT,
    "micrograd": Text(
        "층을 식으로 적으세요: `tanh(w1 * x1 + w2 * x2 + b)`.",
        "write the neuron out: `tanh(w1 * x1 + w2 * x2 + b)`",
    ),
    "scipy": Text(
        "`scipy.special.expit`은 `sigmoid`로, `logsumexp`는 같은 이름으로 적으세요.",
        "write `sigmoid` for `scipy.special.expit`, and `logsumexp` by its own name",
    ),
    "sklearn": Text(
        "데이터를 `np.array([[…], […]])`로 적으세요.", "write the data out: `np.array([[…], […]])`"
    ),
    "pandas": Text(
        "데이터를 `np.array([[…], […]])`로 적으세요.", "write the data out: `np.array([[…], […]])`"
    ),
    "common": Text(
        "이 줄을 지우세요. `sigmoid`, `softmax`, `relu`, `cross_entropy`는 이미 있고, 계층의 `class`는 이 줄 자리에 "
        "붙여 넣으세요.",
        "delete this line: `sigmoid`, `softmax`, `relu` and `cross_entropy` are here already; paste the `class` of a "
        "layer in its place",
    ),
    "layer_naive": Text(
        "`layer_naive.py`의 `class MulLayer`와 `class AddLayer`를 이 줄 자리에 붙여 넣거나, "
        "`price = apple * apple_num`처럼 식으로 적으세요.",
        "paste `class MulLayer` and `class AddLayer` of `layer_naive.py` in place of this line, or write the formula: "
        "`price = apple * apple_num`",
    ),
}
"""By the first part of a module's name: what to write instead of importing it."""

_ELSEWHERE = Text(
    "`import numpy as np`만 쓸 수 있습니다. 필요한 함수나 `class`는 이 줄 자리에 붙여 넣으세요.",
    "only `import numpy as np` is known; paste the functions or classes that you need in place of this line",
)

_NO_EFFECT = Text(
    "그림을 그리거나 파일을 읽는 줄의 값으로는 계산할 수 없습니다.",
    "Nothing can be computed with what plots, files and clocks give.",
)

KNOWN_CLASSES: Mapping[str, str] = {
    "OrderedDict": "dict",
    "defaultdict": "dict",
    "deepcopy": "deepcopy",
    "copy": "copy",
}


def imported(build: Builder, statement: ast.Import, scope: Scope) -> None:
    """``import numpy as np``."""
    for alias in statement.names:
        name = alias.name
        known = _module(build, statement, name)
        scope.names[alias.asname or name.partition(".")[0]] = (
            known
            if alias.asname or "." not in name
            else _module(build, statement, name.partition(".")[0], known)
        )


def imported_from(build: Builder, statement: ast.ImportFrom, scope: Scope) -> None:
    """``from numpy import exp``, ``from math import *``."""
    name = statement.module or ""
    if name == "micrograd.engine":
        scope.names["Value"] = Builtin("Value")
        return
    module = _module(build, statement, name)
    for alias in statement.names:
        if alias.name == "*":
            if isinstance(module, Module) and module.name in ("numpy", "math"):
                scope.names.update({key: Known(value) for key, value in _CONSTANTS.items() if len(key) < 4})
            continue
        if alias.name in KNOWN_CLASSES:
            scope.names[alias.asname or alias.name] = Builtin(KNOWN_CLASSES[alias.name])
            continue
        if isinstance(module, Absent) and alias.name in REFUSED_FUNCTIONS:
            scope.names[alias.asname or alias.name] = Builtin(alias.name)
            continue
        found = member(build, statement, module, alias.name)
        if isinstance(found, Builtin):
            found = Builtin(found.name, "" if found.home in ("numpy", "math") else found.home)
        scope.names[alias.asname or alias.name] = found


def _module(build: Builder, at: ast.AST, name: str, otherwise: Value | None = None) -> Value:
    if name in NUMPY:
        return Module("numpy")
    if name in _KNOWN or name.startswith("numpy."):
        return Module(name)
    if name in _PASSED_OVER:
        return Absent(_NO_EFFECT)
    if otherwise is not None:
        return otherwise
    raise refused(build, at, name)


def refused(build: Builder, at: ast.AST, name: str) -> ProgramError:
    """The error of a module that cannot be imported, with what to write instead."""
    shown = name[:60] or "."
    return build.error(
        at,
        f"모듈 `{shown}`은(는) 여기서 쓸 수 없습니다.",
        f"The module `{shown}` cannot be imported here.",
        name=shown,
        hint=_REFUSED.get(name.partition(".")[0], _ELSEWHERE),
        allowed=Text("`import numpy as np`, `import math`", "`import numpy as np`, `import math`"),
    )


def member(build: Builder, at: ast.AST, module: Value, name: str) -> Value:
    """What a module has under a name."""
    if not isinstance(module, Module):
        return module
    if module.name in ("numpy", "math"):
        if name in _CONSTANTS:
            return Known(_CONSTANTS[name])
        if name == "newaxis":
            return Known(None)
        if module.name == "numpy" and name in ("random", "linalg", "ma", "fft"):
            return Module(f"numpy.{name}")
        if name in _TYPES:
            return Builtin("float" if "float" in name or name == "double" else "int", "type")
    return Builtin(name, module.name)
