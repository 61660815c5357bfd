"""Random programs on tensors agree with PyTorch, in value and in every gradient."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse


def _axes(axis: Any, x: torch.Tensor) -> Any:
    return tuple(range(x.ndim)) if axis is None else axis


TORCH: dict[str, Any] = {
    "exp": torch.exp,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "abs": torch.abs,
    "sigmoid": torch.sigmoid,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "softmax": lambda x: torch.softmax(x, dim=-1),
    "sum": lambda x, axis=None, keepdims=False: torch.sum(x, dim=_axes(axis, x), keepdim=keepdims),
    "mean": lambda x, axis=None, keepdims=False: torch.mean(x, dim=_axes(axis, x), keepdim=keepdims),
    "max": lambda x, axis=None, keepdims=False: torch.amax(x, dim=_axes(axis, x), keepdim=keepdims),
    "repeat": lambda x, times: torch.stack([x] * times),
    "reshape": torch.reshape,
}
"""The language's functions by PyTorch's own."""


@st.composite
def programs(draw: st.DrawFn) -> tuple[str, dict[str, np.ndarray[Any, Any]]]:
    """A program of up to 20 lines on tensors of up to three axes, and values for its inputs."""
    sizes = st.integers(1, 3)
    shapes: dict[str, tuple[int, ...]] = {}
    inputs: dict[str, np.ndarray[Any, Any]] = {}
    lines: list[str] = []
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    for k in range(draw(st.integers(1, 4))):
        shape = tuple(draw(st.lists(sizes, max_size=2)))
        shapes[f"x{k}"] = shape
        inputs[f"x{k}"] = generator.uniform(-2, 2, shape)

    def pick() -> str:
        return draw(st.sampled_from(sorted(shapes)))

    for k in range(draw(st.integers(1, 20))):
        a, name = pick(), f"v{k}"
        shape = shapes[a]
        kind = draw(st.sampled_from(["unary", "binary", "product", "reduce", "layout", "pick", "layer"]))
        if kind == "unary":
            op = draw(
                st.sampled_from(["tanh({})", "relu({})", "exp(tanh({}))", "abs({})", "-{}", "({}) ** 2"])
            )
            line, result = f"tanh({op.format(a)})", shape
        elif kind == "binary":
            b = pick()
            try:
                result = np.broadcast_shapes(shape, shapes[b])
            except ValueError:
                continue
            op = draw(st.sampled_from(["{} + {}", "{} - {}", "{} * {}", "{} / (exp({}) + 1)"]))
            line = op.format(a, b)
        elif kind == "product":
            b = pick()
            if not (1 <= len(shape) <= 2 and 1 <= len(shapes[b]) <= 2 and shape[-1] == shapes[b][0]):
                continue
            line, result = f"{a} @ {b}", shape[:-1] + shapes[b][1:]
        elif kind == "reduce":
            op = draw(st.sampled_from(["sum", "mean", "max"]))
            axis = draw(st.none() | st.integers(-len(shape), len(shape) - 1)) if shape else None
            keepdims = draw(st.booleans()) if axis is not None else False
            line = f"{op}({a}, axis={axis}, keepdims={keepdims})" if axis is not None else f"{op}({a})"
            result = np.sum(np.empty(shape), axis=axis, keepdims=keepdims).shape
        elif kind == "layout":
            if len(shape) == 2 and draw(st.booleans()):
                line, result = f"{a}.T", shape[::-1]
            elif len(shape) < 3 and draw(st.booleans()):
                times = draw(st.integers(1, 3))
                line, result = f"repeat({a}, {times})", (times, *shape)
            else:
                result = (math.prod(shape),)
                line = f"reshape({a}, {result})"
        elif kind == "pick":
            if not shape:
                continue
            row = draw(st.integers(-shape[0], shape[0] - 1))
            key = draw(st.sampled_from([f"{row}", f"{row % shape[0]}:"]))
            line, result = f"{a}[{key}]", np.empty(shape)[row].shape
            if ":" in key:
                result = (shape[0] - row % shape[0], *shape[1:])
        else:
            line, result = (f"softmax({a})", shape) if shape else (f"sigmoid({a})", shape)
        lines.append(f"{name} = {line}")
        shapes[name] = tuple(result)
    assume(lines)
    last = draw(st.lists(st.sampled_from(sorted(shapes)), min_size=1, max_size=3, unique=True))
    lines.append("L = " + " + ".join(f"sum(tanh({name}))" for name in last))
    return "\n".join(lines), inputs


@given(programs())
def test_random_programs_agree_with_pytorch(drawn: tuple[str, dict[str, Any]]) -> None:
    program, inputs = drawn
    tape = Tape(parse(program, {name: value.shape for name, value in inputs.items()}))
    graph = tape.graph
    used = [node.id for node in graph.inputs]
    values = tape.forward({name: inputs[name] for name in used})
    gradients = tape.backward(values=values)

    leaves = {name: torch.tensor(inputs[name], requires_grad=True) for name in used}
    namespace: dict[str, Any] = {**TORCH, **leaves}
    exec(program, namespace)
    namespace["L"].backward()

    assert values[graph.output] == pytest.approx(namespace["L"].item(), rel=1e-9, abs=1e-12)
    for name, leaf in leaves.items():
        expected = np.zeros(leaf.shape) if leaf.grad is None else leaf.grad.numpy()
        assert np.shape(gradients.nodes[graph.index(name)]) == expected.shape
        np.testing.assert_allclose(gradients.nodes[graph.index(name)], expected, rtol=1e-9, atol=1e-12)
