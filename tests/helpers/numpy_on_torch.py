"""NumPy on PyTorch tensors: pasted programs carried out by Python itself, with PyTorch's gradients.

Nothing of the program language takes part. A statement that makes one of the inputs gives it a leaf tensor.
"""

import ast
import io
import math
import random
import sys
import types
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stdout
from typing import Any

import numpy as np
import torch


class Array(torch.Tensor):
    """A float64 tensor with NumPy's methods."""

    def __format__(self, form: str) -> str:
        return format(self.item(), form) if not self.ndim else str(self)

    def __repr__(self) -> str:  # type: ignore[override]
        return str(self.detach().numpy())

    def __float__(self) -> float:
        return float(self.item())

    def __round__(self, digits: int = 0) -> float:
        return round(self.item(), digits)

    def __getitem__(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        backward = [k for k, part in enumerate(parts) if isinstance(part, slice) and (part.step or 1) < 0]
        if backward and ... not in parts and None not in parts:
            # PyTorch has no steps back: the places are written out, and the rest of the key comes after.
            axis = backward[0]
            places = torch.tensor(range(*parts[axis].indices(self.shape[axis])), dtype=torch.long)
            rest = tuple(slice(None) if k == axis else part for k, part in enumerate(parts))
            return torch.index_select(self, axis, places)[rest]
        return super().__getitem__(_key(key))

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(value, float | int):
            value = torch.tensor(float(value), dtype=torch.float64)
        super().__setitem__(_key(key), value)

    def __iadd__(self, other: Any) -> Any:  # type: ignore[override,misc]
        # NumPy's numbers are not changed in place.
        return super().__iadd__(other) if self.ndim else self + other

    def __isub__(self, other: Any) -> Any:  # type: ignore[override,misc]
        return super().__isub__(other) if self.ndim else self - other

    def __imul__(self, other: Any) -> Any:  # type: ignore[override,misc]
        return super().__imul__(other) if self.ndim else self * other

    def __iter__(self) -> Any:
        return (self[k] for k in range(len(self)))

    def backward(self) -> None:  # type: ignore[override]
        """The script's own way back: the test goes it once the script is through."""

    @property
    def grad(self) -> "Array":  # type: ignore[override]
        return torch.zeros_like(self).detach()

    @property
    def T(self) -> Any:  # type: ignore[override]
        return self.permute(*reversed(range(self.ndim))) if self.ndim else self

    @property
    def size(self) -> int:  # type: ignore[override]
        return self.numel()

    def copy(self) -> "Array":
        return self.clone()

    def astype(self, kind: Any) -> "Array":
        return self

    def flatten(self) -> "Array":  # type: ignore[override]
        return self.reshape(-1)

    def transpose(self, *order: Any) -> Any:  # type: ignore[override]
        order = order[0] if len(order) == 1 and isinstance(order[0], tuple) else order
        return self.permute(*order) if order else self.permute(*reversed(range(self.ndim)))

    def max(self, axis: Any = None, keepdims: bool = False) -> Any:  # type: ignore[override]
        return _reduced(torch.amax, self, axis, keepdims)

    def min(self, axis: Any = None, keepdims: bool = False) -> Any:  # type: ignore[override]
        return _reduced(torch.amin, self, axis, keepdims)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Any:  # type: ignore[override]
        return _reduced(torch.sum, self, axis, keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Any:  # type: ignore[override]
        return _reduced(torch.mean, self, axis, keepdims)

    def var(self, axis: Any = None, keepdims: bool = False) -> Any:  # type: ignore[override]
        return _variance(self, axis, keepdims)

    def std(self, axis: Any = None, keepdims: bool = False) -> Any:  # type: ignore[override]
        return torch.sqrt(_variance(self, axis, keepdims))

    def prod(self, axis: Any = None, keepdims: bool = False) -> Any:  # type: ignore[override]
        if axis is None:
            return torch.prod(self).reshape((1,) * self.ndim if keepdims else ())
        return torch.prod(self, dim=axis, keepdim=keepdims)

    def argmax(self, axis: Any = None) -> Any:  # type: ignore[override]
        return array(torch.argmax(self, dim=axis))

    def dot(self, other: Any) -> Any:  # type: ignore[override]
        return dot(self, other)


def _key(key: Any) -> Any:
    if isinstance(key, tuple):
        return tuple(map(_key, key))
    if isinstance(key, torch.Tensor) and key.dtype == torch.float64:
        return key.long()
    if isinstance(key, list) and all(isinstance(each, bool) for each in key):
        return torch.tensor(key)
    if isinstance(key, range | list):
        return torch.as_tensor(list(key)).long()
    return key


def array(value: Any, *_: Any, **__: Any) -> Any:
    """A nested list of numbers and tensors as a tensor; truth values stay a mask."""
    if isinstance(value, list) and value and all(isinstance(each, bool) for each in value):
        return torch.tensor(value).as_subclass(Array)
    if isinstance(value, torch.Tensor):
        return value.to(torch.float64).as_subclass(Array)
    if isinstance(value, np.ndarray | float | int):
        return torch.as_tensor(np.asarray(value, dtype=float)).clone().as_subclass(Array)
    return torch.stack([array(each) for each in value]).as_subclass(Array)


def _axes(x: torch.Tensor, axis: Any) -> Any:
    return tuple(range(x.ndim)) if axis is None else axis


def _reduced(function: Callable[..., Any], x: Any, axis: Any, keepdims: bool) -> Any:
    x = array(x)
    return function(x, dim=_axes(x, axis), keepdim=keepdims) if x.ndim else x


def _variance(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return torch.var(array(x), dim=_axes(array(x), axis), keepdim=keepdims, correction=0)


def dot(a: Any, b: Any) -> Any:
    a, b = array(a), array(b)
    return a @ b if a.ndim and b.ndim else a * b


def _unary(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x: function(array(x))


def _binary(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, y: function(array(x), array(y))


def _joined(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda parts, **named: function(
        [array(part) for part in parts], **({"dim": named["axis"]} if named else {})
    )


def _where(condition: Any, a: Any, b: Any) -> Any:
    return torch.where(torch.as_tensor(condition).bool(), array(a), array(b)).as_subclass(Array)


def _clip(x: Any, low: Any, high: Any) -> Any:
    return torch.clamp(array(x), low, high).as_subclass(Array)


def _padded(x: Any, width: Any, mode: str = "constant") -> Any:
    pairs = width if isinstance(width, list | tuple) else [(width, width)] * x.ndim
    return torch.nn.functional.pad(x, [each for pair in reversed(pairs) for each in pair])


def _repeat(x: Any, times: int, axis: int | None = None) -> Any:
    return torch.repeat_interleave(array(x), times, dim=axis)


def _softmax(x: Any) -> Any:
    return torch.softmax(array(x), -1)


class _Random:
    """``numpy.random``, its state as ``seed`` sets it; ``randn`` and ``rand`` without one as this project has it."""

    def __init__(self) -> None:
        self.state: Any = None

    def seed(self, seed: int) -> None:
        self.state = np.random.RandomState(seed)

    def randn(self, *shape: int) -> Any:
        source = self.state
        return array(source.randn(*shape) if source else np.random.default_rng(0).standard_normal(shape))

    def rand(self, *shape: int) -> Any:
        return array(self.state.rand(*shape) if self.state else np.random.default_rng(0).random(shape))

    def uniform(self, low: float, high: float, size: Any = None) -> Any:
        return array(self.state.uniform(low, high, size))

    def normal(self, mean: float, scale: float, size: Any = None) -> Any:
        return array(self.state.normal(mean, scale, size))

    def random(self, size: Any = None) -> Any:
        return array(self.state.random_sample(size))

    def RandomState(self, seed: int) -> "_Random":
        source = _Random()
        source.seed(seed)
        return source

    def default_rng(self, seed: int) -> Any:
        source = np.random.default_rng(seed)
        return types.SimpleNamespace(
            standard_normal=lambda size: array(source.standard_normal(size)),
            normal=lambda mean=0.0, scale=1.0, size=None: array(source.normal(mean, scale, size)),
            integers=lambda low, high, size=None: array(source.integers(low, high, size)),
        )


def _numpy() -> types.SimpleNamespace:
    unary = "sinh cosh exp2 exp log sqrt sin cos tan tanh abs log1p log2 log10 arctan square negative".split()
    return types.SimpleNamespace(
        **{name: _unary(getattr(torch, name)) for name in unary},
        add=_binary(torch.add),
        subtract=_binary(torch.subtract),
        multiply=_binary(torch.multiply),
        divide=_binary(torch.divide),
        power=_binary(torch.pow),
        maximum=_binary(torch.maximum),
        minimum=_binary(torch.minimum),
        arctan2=_binary(torch.arctan2),
        diff=lambda x, axis=-1: torch.diff(array(x), dim=axis),
        flip=lambda x, axis=None: torch.flip(array(x), list(range(x.ndim)) if axis is None else [axis]),
        roll=lambda x, shift, axis=None: torch.roll(array(x), shift, axis),
        trace=_unary(torch.trace),
        diag=_unary(torch.diag),
        average=lambda x, weights: torch.sum(array(x) * array(weights)) / torch.sum(array(weights)),
        broadcast_to=lambda x, shape: torch.broadcast_to(array(x), shape),
        hypot=_binary(torch.hypot),
        polyval=np.polyval,
        outer=lambda x, y: torch.outer(array(x).reshape(-1), array(y).reshape(-1)),
        transpose=lambda x, order=None: array(x).transpose(*(order or ())),
        dot=dot,
        matmul=dot,
        array=array,
        max=lambda x, axis=None, keepdims=False: array(x).max(axis, keepdims),
        min=lambda x, axis=None, keepdims=False: array(x).min(axis, keepdims),
        sum=lambda x, axis=None, keepdims=False: array(x).sum(axis, keepdims),
        mean=lambda x, axis=None, keepdims=False: array(x).mean(axis, keepdims),
        var=_variance,
        std=lambda x, axis=None, keepdims=False: torch.sqrt(_variance(x, axis, keepdims)),
        prod=lambda x, axis=None, keepdims=False: array(x).prod(axis, keepdims),
        cumsum=lambda x, axis=0: torch.cumsum(array(x), axis),
        argmax=lambda x, axis=None: array(x).argmax(axis),
        where=_where,
        clip=_clip,
        repeat=_repeat,
        tile=lambda x, times: torch.tile(array(x), (times,)),
        concatenate=_joined(torch.cat),
        stack=_joined(torch.stack),
        hstack=_joined(torch.hstack),
        vstack=_joined(torch.vstack),
        split=lambda x, parts, axis=0: torch.chunk(array(x), parts, dim=axis),
        pad=_padded,
        squeeze=_unary(torch.squeeze),
        expand_dims=lambda x, axis: torch.unsqueeze(array(x), axis),
        swapaxes=lambda x, a, b: torch.swapaxes(array(x), a, b),
        tril=lambda x, k=0: torch.tril(array(x), k),
        triu=lambda x, k=0: torch.triu(array(x), k),
        eye=lambda n: array(np.eye(n)),
        zeros=lambda *shape: array(np.zeros(shape[0] if isinstance(shape[0], tuple) else shape)),
        empty=lambda shape: array(np.zeros(shape)),
        ones=lambda *shape: array(np.ones(shape[0] if isinstance(shape[0], tuple) else shape)),
        full=lambda shape, value: array(np.full(shape, value)),
        zeros_like=lambda x: array(torch.zeros_like(array(x))),
        ones_like=lambda x: array(torch.ones_like(array(x))),
        arange=lambda *bounds, dtype=float: array(np.arange(*bounds)),
        linspace=lambda start, stop, num=50: array(np.linspace(start, stop, num)),
        random=_Random(),
        pi=math.pi,
        e=math.e,
        inf=math.inf,
        newaxis=None,
        ndarray=torch.Tensor,
        allclose=lambda a, b: torch.allclose(array(a), array(b)),
        errstate=np.errstate,
    )


def _mathematics() -> types.ModuleType:
    module = types.ModuleType("math")
    for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh"):
        setattr(module, name, _unary(getattr(torch, name)))
    module.factorial = math.factorial  # type: ignore[attr-defined]
    module.pi, module.e = math.pi, math.e  # type: ignore[attr-defined]
    return module


def _largest(choose: Callable[..., Any]) -> Callable[..., Any]:
    def choice(*values: Any) -> Any:
        several = list(values[0]) if len(values) == 1 else list(values)
        result = array(several[0])
        for each in several[1:]:
            result = choose(result, array(each))
        return result

    return choice


class Carried:
    """A program carried out: its output, and the gradient of each input."""

    def __init__(self, program: str, inputs: Iterable[str], output: str) -> None:
        self.leaves: dict[str, torch.Tensor] = {}
        self._awaited = set(inputs)
        tree = _Leaves(self._awaited).visit(ast.parse(program))
        last = tree.body[-1]
        if isinstance(last, ast.Expr):
            shown = last.value
            if isinstance(shown, ast.Call) and getattr(shown.func, "id", "") == "print":
                shown = shown.args[-1]
            tree.body.append(ast.Assign([ast.Name("_shown", ast.Store())], shown))
        ast.fix_missing_locations(tree)
        numpy, mathematics = _numpy(), _mathematics()
        module = types.ModuleType("numpy")
        module.__dict__.update(vars(numpy))
        plotting = types.ModuleType("matplotlib.pyplot")
        plotting.__dict__.update(plot=lambda *_: None, show=lambda: None)
        outer = types.ModuleType("matplotlib")
        outer.__dict__["pyplot"] = plotting
        engine = types.ModuleType("micrograd.engine")
        engine.__dict__["Value"] = array
        replaced = {
            "numpy": module,
            "math": mathematics,
            "matplotlib": outer,
            "matplotlib.pyplot": plotting,
            "micrograd": types.ModuleType("micrograd"),
            "micrograd.engine": engine,
        }
        names: dict[str, Any] = {
            "_leaf": self._leaf,
            "np": module,
            "math": mathematics,
            "max": _largest(torch.maximum),
            "min": _largest(torch.minimum),
            "softmax": _softmax,
            "float": array,
            "__name__": "__main__",
        }
        kept = {name: sys.modules.get(name) for name in replaced}
        state = random.getstate()
        try:
            sys.modules.update(replaced)
            with redirect_stdout(io.StringIO()):
                exec(compile(tree, "program", "exec"), names)
        finally:
            random.setstate(state)
            for name, held in kept.items():
                if held is None:
                    del sys.modules[name]
                else:
                    sys.modules[name] = held
        self.output = array(names["_shown"] if output == "_shown" else names[output])

    def gradients(self) -> Mapping[str, Any]:
        """The gradient of the sum of the output by each leaf."""
        torch.Tensor.backward(torch.sum(self.output))
        return {
            name: np.zeros(leaf.shape) if leaf.grad is None else leaf.grad.numpy()
            for name, leaf in self.leaves.items()
        }

    def _leaf(self, name: Any, value: Any, owner: str = "") -> Any:
        name = name if isinstance(name, str) else owner
        if isinstance(value, list | tuple) and (any(map(_holds_tensors, value)) or _ragged(value)):
            # Each tensor of a list is an input of its own; a number beside them stays what it is.
            return type(value)(
                [each if isinstance(each, int) else self._leaf(name, each, name) for each in value]
            )
        # A name that is given to another input again is numbered, as in the graph.
        further = (f"{name}_{count}" for count in range(2, 99))
        if name in self.leaves and owner:
            name = next((each for each in further if each not in self.leaves), name)
        if name in self.leaves or name not in self._awaited or isinstance(value, dict):
            return value
        leaf = array(array(value)).detach().clone()
        self.leaves[name] = leaf.as_subclass(torch.Tensor).requires_grad_()
        # Programs may change their arrays in place, which a leaf does not allow.
        return self.leaves[name].clone().as_subclass(Array)


def _ragged(value: Any) -> bool:
    """Whether the rows of a list differ in length."""
    try:
        np.array(value, dtype=float)
    except (ValueError, TypeError, RuntimeError):
        return True
    return False


def _holds_tensors(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_holds_tensors, value))
    return isinstance(value, torch.Tensor)


class _Leaves(ast.NodeTransformer):
    """Every value that a program gives to a name, an attribute or an entry passes through ``_leaf``."""

    def __init__(self, inputs: set[str]) -> None:
        self.inputs = inputs

    def visit_Assign(self, node: ast.Assign) -> Any:
        if isinstance(node.value, ast.Dict):
            node.value = self.visit_Dict(node.value)
        names = [name for target in node.targets for name in _targets(target)]
        if len(node.targets) > 1:
            node.value = self._wrapped(node.value, names[0]) if len(names) == 1 else node.value
            return [
                ast.Assign([target], self._wrapped(node.value, name))
                for target, name in zip(node.targets, names, strict=True)
            ]
        target = node.targets[0]
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            values = [self._wrapped(v, n) for v, n in zip(node.value.elts, names, strict=True)]
            return ast.Assign([target], ast.Tuple(values, ast.Load()))
        if isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Constant):
            owner = ast.Constant(getattr(target.value, "id", ""))
            node.value = ast.Call(ast.Name("_leaf", ast.Load()), [target.slice, node.value, owner], [])
        elif len(names) == 1 and not isinstance(target, ast.Tuple):
            # Objects of one class have attributes of one name.
            node.value = self._wrapped(node.value, names[0], isinstance(target, ast.Attribute))
        return node

    def visit_Dict(self, node: ast.Dict) -> Any:
        node.values = [
            self._wrapped(value, str(key.value), True) if isinstance(key, ast.Constant) else value
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is not None and isinstance(node.target, ast.Name):
            node.value = self._wrapped(node.value, node.target.id)
        return node

    def _wrapped(self, value: ast.expr, name: str, several: bool = False) -> ast.expr:
        if name not in self.inputs:
            return value
        owner = [ast.Constant(name)] if several else []
        return ast.Call(ast.Name("_leaf", ast.Load()), [ast.Constant(name), value, *owner], [])


def _targets(target: ast.expr) -> list[str]:
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, ast.Attribute):
        return [target.attr]
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return [str(target.slice.value)]
    if isinstance(target, ast.Tuple):
        return [name for each in target.elts for name in _targets(each)]
    return [""]
