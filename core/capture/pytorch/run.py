"""Record a model: one pass forward, one backward, and everything of the person's as it was."""

import inspect
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from types import CodeType
from typing import Any

import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from chainrule.core.capture.pytorch.backward import Backward
from chainrule.core.capture.pytorch.build import draft
from chainrule.core.capture.pytorch.errors import CaptureError
from chainrule.core.capture.pytorch.recorder import Recorder
from chainrule.core.capture.pytorch.recording import Recording
from chainrule.core.capture.pytorch.state import State
from chainrule.core.capture.pytorch.summaries import Store
from chainrule.core.capture.pytorch.tensors import flat, named, replaced
from chainrule.core.text import Text

BUDGET = 256 << 20
"""Bytes of tensors that a recording keeps by default, beside those named by ``keep``."""


def record(
    model: Any,
    *inputs: Any,
    target: Any = None,
    loss: Any = None,
    keep: bool | str | Iterable[str] = (),
    budget: int = BUDGET,
    kwargs: Mapping[str, Any] | None = None,
    **named_inputs: Any,
) -> Recording:
    """Run a model and its loss once, and record every value, gradient and contribution.

    ``model`` is a module, a function, or a loss tensor that was computed before. ``loss`` is called with the model's
    output, and with ``target`` (or the last input, if the model does not take it) where it takes two; without inputs
    it may be a closure without arguments, or a loss tensor. Without it the model's output is the loss, or its
    ``loss`` attribute, key or first item; an output that is no single number is recorded without gradients.

    An input has a gradient if it asks for one (``x.requires_grad_()``), as in a plain run: with it, PyTorch may choose
    other kernels, with other last bits.

    ``keep`` names nodes whose tensors are kept whatever their size: ids with ``*``, or True for all. Others are kept
    while they fit into ``budget`` bytes. ``named_inputs`` and ``kwargs`` go to the model. Raises CaptureError.
    """
    if isinstance(model, torch.Tensor) and loss is None:
        model, loss = None, model
    named_inputs = {**(kwargs or {}), **named_inputs}
    modules = _modules(model, loss)
    state = State(module for top in modules.values() for module in top.modules())
    recorder = Recorder(Store(budget), state, keep)
    try:
        parameters = _name(recorder, modules, loss)
        with ExitStack() as stack:
            stack.enter_context(torch.inference_mode(False))
            stack.enter_context(torch.enable_grad())
            stack.enter_context(_eager())
            stack.enter_context(_without_step(state))
            return _pass(recorder, model, inputs, named_inputs, target, loss, parameters)
    finally:
        state.restore()
        recorder.forget()


def _pass(
    recorder: Recorder,
    model: Any,
    inputs: tuple[Any, ...],
    named_inputs: dict[str, Any],
    target: Any,
    loss: Any,
    parameters: Mapping[str, Any],
) -> Recording:
    notes: list[str] = []
    output: Any = None
    retain = False
    if isinstance(loss, torch.Tensor):
        if loss.numel() != 1:
            raise _no_number(loss)
        found, retain = loss, True
        recorder.walk(loss)
        notes.append("The loss was computed before the capture: values inside are unknown.")
    elif loss is not None and not inputs and not named_inputs and target is None and _takes(loss, 0):
        with recorder.watching():
            found = output = loss()
    else:
        model, inputs, target = _split(model, inputs, named_inputs, target, loss)
        given = _Given(recorder)
        names = _input_names(model, inputs, named_inputs)
        inputs = tuple(given.take(value, name, "input") for value, name in zip(inputs, names, strict=False))
        named_inputs = {name: given.take(value, name, "input") for name, value in named_inputs.items()}
        if target is not None:
            target = given.take(target, "target", "target")
        with recorder.watching():
            output = model(*inputs, **named_inputs)
            found = _loss(recorder, output, target, loss)
    if found is not None and (not isinstance(found, torch.Tensor) or found.numel() != 1):
        if loss is not None:
            raise _no_number(found)
        found = None
    if found is None:
        notes.append("The output is no single number and there is no loss: no gradients.")
    elif found.grad_fn is None and not found.requires_grad:
        notes.append("The loss depends on nothing that requires a gradient: no gradients.")
    elif found.grad_fn is not None:
        recorder.place(found)
        Backward(recorder, found, retain=retain).run()
    title = type(model).__name__ if isinstance(model, torch.nn.Module) else getattr(model, "__name__", "")
    outputs = [tensor for tensor in flat(output) if isinstance(tensor, torch.Tensor)]
    return draft(
        recorder,
        title or getattr(loss, "__name__", type(loss).__name__),
        found,
        outputs,
        parameters,
        notes,
        replaced(output, lambda tensor: tensor.detach()),
    )


def _no_number(found: Any) -> CaptureError:
    what = f"shape {tuple(found.shape)}" if isinstance(found, torch.Tensor) else type(found).__name__
    return CaptureError(
        Text(f"손실은 수 하나여야 하는데 {what}입니다.", f"the loss must be one number, not {what}")
    )


def _loss(recorder: Recorder, output: Any, target: Any, loss: Any) -> Any:
    """Return the loss of an output, None if there is none."""
    if loss is not None:
        arguments = (output,) if target is None else (output, target)
        if isinstance(loss, torch.nn.Module):
            return loss(*arguments)
        recorder.open("loss", "", getattr(loss, "__name__", type(loss).__name__), id(loss))
        try:
            made = loss(*arguments)
            recorder.returned(made)
            return made
        finally:
            recorder.stack.pop()
    if isinstance(output, torch.Tensor):
        return output
    own = output.get("loss") if isinstance(output, Mapping) else getattr(output, "loss", None)
    if isinstance(own, torch.Tensor):
        return own
    if isinstance(output, tuple | list) and output and isinstance(output[0], torch.Tensor):
        return output[0] if output[0].dim() == 0 else None
    return None


# Arguments


class _Given:
    """The arguments as the model gets them: copies, which it may write."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._copies: dict[int, Any] = {}
        self._held: list[Any] = []

    def take(self, value: Any, name: str, kind: Any) -> Any:
        """Copy the tensors of an argument and make their nodes; a tensor given twice stays one."""
        names = {id(tensor): at for at, tensor in named(value, name)}
        return replaced(value, lambda tensor: self._copy(tensor, names.get(id(tensor), name), kind))

    def _copy(self, tensor: Any, name: str, kind: Any) -> Any:
        if id(tensor) in self.recorder.known:
            return tensor  # a parameter is given as itself
        copy = self._copies.get(id(tensor))
        if copy is None:
            copy = tensor.detach()
            if tensor.requires_grad:
                copy = copy.requires_grad_()
            # Not a leaf, so that it may be written in place.
            copy = copy.clone()
            self._copies[id(tensor)] = copy
            self._held.append(tensor)
            self.recorder.leaf(copy, kind, name, -1)
            if copy.grad_fn is not None:
                leaf = copy.grad_fn.next_functions[0][0].variable
                self.recorder.same(leaf, copy)
        return copy


def _input_names(model: Any, inputs: tuple[Any, ...], named_inputs: Mapping[str, Any]) -> list[str]:
    """Name the positional inputs as the model's signature does."""
    try:
        signature = inspect.signature(model.forward if isinstance(model, torch.nn.Module) else model)
        bound = signature.bind(*inputs, **named_inputs)
    except (TypeError, ValueError):
        return [f"input[{at}]" if len(inputs) > 1 else "input" for at in range(len(inputs))]
    names = []
    for name in bound.arguments:
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            names += [f"{name}[{at}]" for at in range(len(bound.arguments[name]))]
        elif kind is inspect.Parameter.POSITIONAL_OR_KEYWORD or kind is inspect.Parameter.POSITIONAL_ONLY:
            names.append(name)
    names += [f"input[{at}]" for at in range(len(names), len(inputs))]
    return names


def _split(
    model: Any, inputs: tuple[Any, ...], named_inputs: Mapping[str, Any], target: Any, loss: Any
) -> tuple[Any, tuple[Any, ...], Any]:
    """Return model, inputs and target; the last input is the target if the loss needs one and none is named."""
    if target is None and loss is not None and len(inputs) + bool(named_inputs) > 1 and inputs:
        forward = model.forward if isinstance(model, torch.nn.Module) else model
        needs = not _takes(loss, 1) or (_takes(loss, 2) and not _binds(forward, inputs, named_inputs))
        if needs and _takes(loss, 2):
            return model, inputs[:-1], inputs[-1]
    return model, inputs, target


def _takes(function: Any, count: int) -> bool:
    """Whether a function can be called with so many arguments."""
    called = function.forward if isinstance(function, torch.nn.Module) else function
    return _binds(called, (None,) * count, {})


def _binds(function: Any, arguments: tuple[Any, ...], named_arguments: Mapping[str, Any]) -> bool:
    try:
        inspect.signature(function).bind(*arguments, **named_arguments)
    except TypeError:
        return False
    except ValueError:
        return True
    return True


# Modules


def _modules(model: Any, loss: Any) -> dict[str, Any]:
    """Return the modules of a call by prefix: the model's is empty, those that a function reads have their names."""
    found: dict[str, Any] = {}
    if isinstance(model, torch.nn.Module):
        found[""] = model
    elif model is not None:
        found.update(_read_by(model))
    if isinstance(loss, torch.nn.Module):
        if loss is not model:
            found["loss" if "loss" not in found else "loss'"] = loss
    elif callable(loss):
        inside = {id(part) for top in found.values() for part in top.modules()}
        found.update(
            (name, module)
            for name, module in _read_by(loss).items()
            if name not in found and id(module) not in inside
        )
    if "" not in found and len(found) == 1 and not isinstance(loss, torch.nn.Module):
        found = {"": next(iter(found.values()))}
    return found


def _read_by(function: Any) -> dict[str, Any]:
    """Return the modules that a function reads from around it, by name."""
    found: dict[str, Any] = {}
    while isinstance(function, partial):
        found.update((f"argument{at}", value) for at, value in enumerate(function.args))
        found.update(function.keywords)
        function = function.func
    owner = getattr(function, "__self__", None)
    if owner is not None:
        found["self"] = owner
        if not isinstance(owner, torch.nn.Module):
            found.update(getattr(owner, "__dict__", {}))
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    if code is not None:
        cells = zip(code.co_freevars, function.__closure__ or (), strict=False)
        for name, cell in cells:
            try:
                found[name] = cell.cell_contents
            except ValueError:
                continue
        for name in _names(code):
            if name in function.__globals__:
                found[name] = function.__globals__[name]
        for value in function.__defaults__ or ():
            found.setdefault(type(value).__name__, value)
    modules: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, torch.nn.Module) and all(value is not other for other in modules.values()):
            modules[name] = value
    return modules


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _name(recorder: Recorder, modules: Mapping[str, Any], loss: Any) -> dict[str, Any]:
    """Tell the recorder all names; return all parameters by name."""
    parameters: dict[str, Any] = {}
    others: dict[int, list[str]] = {}
    for prefix, top in modules.items():
        if top is loss and isinstance(loss, torch.nn.Module):
            recorder.losses.add(id(top))
        for path, module in top.named_modules(prefix=prefix, remove_duplicate=False):
            recorder.paths.setdefault(id(module), []).append(path)
            recorder.reserved.add(path)
        for kind, table in (
            ("parameter", top.named_parameters(prefix=prefix, remove_duplicate=False)),
            ("buffer", top.named_buffers(prefix=prefix, remove_duplicate=False)),
        ):
            for name, tensor in table:
                recorder.reserved.add(name)
                others.setdefault(id(tensor), []).append(name)
                if kind == "parameter":
                    parameters[name] = tensor
                names = others[id(tensor)]
                recorder.known[id(tensor)] = (names[0], kind, tuple(names[1:]))  # type: ignore[assignment]
    recorder.reserved.discard("")
    return parameters


@contextmanager
def _eager() -> Iterator[None]:
    """Have compiled modules run as they are written; nothing to do before Dynamo was imported."""
    if "torch._dynamo" not in sys.modules:
        yield
        return
    with warnings.catch_warnings(), torch.compiler.set_stance("force_eager"):
        # The recorder's own hooks are meant.
        warnings.filterwarnings("ignore", "Using `torch.compile.module.` when there are global hooks")
        yield


@contextmanager
def _without_step(state: State) -> Iterator[None]:
    """Refuse the step of an optimizer of what is captured, before anything of it has changed."""
    held = {id(tensor) for tensor, *_ in state.tensors()}

    def refuse(optimizer: Any, args: Any, kwargs: Any) -> None:
        if any(id(each) in held for group in optimizer.param_groups for each in group["params"]):
            name = type(optimizer).__name__
            raise CaptureError(
                Text(
                    f"캡처하는 동안 {name}의 step()이 호출되었습니다. 매개변수가 바뀌면 기울기를 계산할 수 없으니 "
                    "step()을 부르지 말고 손실을 반환하세요.",
                    f"{name}.step() was called during the capture, whose backward pass needs the parameters as they "
                    "were: return the loss without a step",
                )
            )

    handle = register_optimizer_step_pre_hook(refuse)
    try:
        yield
    finally:
        handle.remove()
