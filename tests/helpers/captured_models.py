"""What holds of every capture: values, gradients and the untouched model, beside a plain run."""

import json
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.nn.parameter import is_lazy
from torch.overrides import _len_torch_function_stack

from chainrule.core.capture import capture_json, read_capture
from chainrule.core.capture.pytorch import Recording, record
from tests.helpers.torch_models import Case


def bits(tensor: Any) -> Any:
    """Return a tensor's bytes, to compare NaN and -0 too."""
    if tensor.layout is not torch.strided:
        tensor = tensor.to_dense()
    tensor = tensor.detach().resolve_conj().resolve_neg().contiguous()
    return str(tensor.dtype), tuple(tensor.shape), tensor.reshape(-1).view(torch.uint8).numpy().tobytes()


def state(model: Any) -> list[Any]:
    """Return everything that a capture must leave alone."""
    found: list[Any] = [bits(torch.get_rng_state()), random.getstate(), np.random.get_state()[1].tobytes()]
    found.append((_len_torch_function_stack(), torch.is_grad_enabled()))
    for name, module in model.named_modules():
        hooks = {key: list(value) for key, value in vars(module).items() if key.endswith("_hooks")}
        plain = {
            key: list(value) if isinstance(value, list) else value
            for key, value in vars(module).items()
            if isinstance(value, bool | int | float | str | list) and key != "_flat_weights"
        }
        found.append((name, type(module), sorted(vars(module)), str(hooks), str(plain)))
        for held in (*module._parameters.values(), *module._buffers.values()):
            if held is None or is_lazy(held):
                found.append(type(held))
                continue
            grad = held.grad if held.is_leaf else None
            found.append(
                (
                    id(held),
                    held.requires_grad,
                    bits(held),
                    held._version,
                    None if grad is None else (id(grad), bits(grad)),
                )
            )
            found.append(str(held._backward_hooks))
    return found


def seeded(seed: int) -> None:
    torch.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed)


def equals_a_plain_run(make: Callable[[], Case], seed: int = 0, **options: Any) -> Recording:
    """Capture a model, run it plainly, compare all that both have; return the recording."""
    seeded(seed)
    case = make()
    parameters = case.parameters()
    for at, parameter in enumerate(parameters.values()):
        if at % 2 == 0 and parameter.requires_grad and not is_lazy(parameter) and case.model.training:
            parameter.grad = torch.ones_like(parameter)
    before = state(case.model)
    inputs = [bits(x) for x in case.inputs if isinstance(x, torch.Tensor)]
    recording = record(
        case.model, *case.inputs, target=case.target, loss=case.loss, keep=True, kwargs=case.kwargs, **options
    )
    assert state(case.model) == before
    assert [bits(x) for x in case.inputs if isinstance(x, torch.Tensor)] == inputs
    case.model.zero_grad()
    for x in case.inputs:
        if isinstance(x, torch.Tensor):
            x.grad = None
    plain = case.run()
    capture = recording.capture
    assert np.float64(plain.item()).tobytes() == np.float64(capture.loss_value).tobytes()
    plain_inputs = [x for x in case.inputs if isinstance(x, torch.Tensor) and x.requires_grad]
    if plain.requires_grad:
        if backward_inside(case):
            case.model.zero_grad()
        plain.backward()
    seen = {parameter.name: parameter for parameter in capture.parameters}
    for name, parameter in case.parameters().items():
        assert (seen[name].no_gradient is None) == (parameter.grad is not None), name
        if parameter.grad is not None:
            assert bits(recording.gradient(name)) == bits(parameter.grad), name
    for x in plain_inputs:
        assert any(
            node.kind == "input" and bits(recording.gradient(node.id)) == bits(x.grad)
            for node in capture.nodes
        )
    adds_up(recording, exact=not case.hooked)
    text = capture_json(capture)
    assert capture_json(read_capture(text)) == text
    assert json.loads(text)["version"] == 1
    return recording


def backward_inside(case: Case) -> bool:
    return any(parameter.grad is not None for parameter in case.parameters().values())


def adds_up(recording: Recording, exact: bool = True) -> None:
    """Check that each gradient is the sum of its edges, in the order in which autograd adds them."""
    capture = recording.capture
    for at, node in enumerate(capture.nodes):
        for output, made in enumerate(node.outputs):
            edges = [edge for edge in capture.out_of[at] if capture.edges[edge].output == output]
            came = [
                recording.contribution(edge) for edge in edges if capture.edges[edge].contribution is not None
            ]
            if (
                not came
                or made.gradient is None
                or (at, output) == capture.loss
                or (at, output) in capture.outputs
            ):
                continue
            total = came[0]
            for more in came[1:]:
                total = total + more
            gradient = recording._records.gradients[at, output].tensor
            if gradient.is_nested:
                continue
            assert gradient.shape == total.shape, node.id
            if exact:
                assert bits(gradient) == bits(total) or close(gradient, total, came), node.id


def close(gradient: Any, total: Any, came: list[Any]) -> bool:
    """Tell whether sums in another order agree: an edge may be several of autograd's, not one after the other."""
    a, b = gradient.to_dense(), total.to_dense()
    size = max(float(each.to_dense().abs().max()) if each.numel() else 0.0 for each in came)
    return len(came) > 1 and torch.allclose(
        a, b, rtol=0, atol=size * 4 * torch.finfo(a.dtype).eps, equal_nan=True
    )
