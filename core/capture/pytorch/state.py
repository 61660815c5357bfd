"""All of a person's that a capture may touch, kept before and put back behind."""

import random
import sys
from collections import OrderedDict, deque
from collections.abc import Iterable
from typing import Any

import torch

COPIED = 64 << 20
"""Bytes of parameters and buffers that are copied beforehand; others are copied before they are written."""


class State:
    """Random state, gradients, parameters, buffers and attributes of modules, as they were."""

    def __init__(self, modules: Iterable[Any]) -> None:
        self.modules = list(dict.fromkeys(modules))
        self._random = random.getstate()
        numpy = sys.modules.get("numpy")
        self._numpy = numpy.random.get_state() if numpy is not None else None
        self._torch = torch.get_rng_state()
        self._cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []
        self._generators: list[tuple[Any, Any]] = []
        self._attributes = [
            (module, type(module), dict(vars(module)), _contents(module)) for module in self.modules
        ]
        self._lazy: list[tuple[Any, Any]] = []
        """Parameters and buffers that the first call makes, with their class."""
        self._tensors: dict[int, tuple[Any, int, Any, bool]] = {}
        """By id: a parameter or buffer, its version, its ``.grad``, and whether it asks for a gradient."""
        self._leaves: set[int] = set()
        """Identities of those that are leaves: a write may put one into a graph."""
        self._copies: dict[int, Any] = {}
        self._storages: dict[int, list[int]] = {}
        room = COPIED
        for module in self.modules:
            for held in (*module._parameters.values(), *module._buffers.values()):
                if held is None or id(held) in self._tensors:
                    continue
                if torch.nn.parameter.is_lazy(held):
                    self._lazy.append((held, type(held)))
                    continue
                self._tensors[id(held)] = (
                    held,
                    _version(held),
                    held.grad if held.is_leaf else None,
                    held.requires_grad,
                )
                if held.is_leaf:
                    self._leaves.add(id(held))
                size = held.numel() * held.element_size() if _plain(held) else 0
                if size <= room and _plain(held):
                    room -= size
                    self._copies[id(held)] = held.detach().clone()
                elif _plain(held):
                    self._storages.setdefault(held.untyped_storage().data_ptr(), []).append(id(held))
            self._generators += [
                (made, made.get_state())
                for made in vars(module).values()
                if isinstance(made, torch.Generator)
            ]
        for held, *_ in self._tensors.values():
            if held.is_leaf and held.grad is not None:
                held.grad = None

    def tensors(self) -> list[tuple[Any, ...]]:
        """Return the parameters and buffers, each first in its tuple."""
        return list(self._tensors.values())

    def before_write(self, tensors: Iterable[Any]) -> None:
        """Copy the large parameters and buffers whose memory these tensors share."""
        if self._storages:
            for tensor in tensors:
                if _plain(tensor):
                    for key in self._storages.pop(tensor.untyped_storage().data_ptr(), ()):
                        self._copies[key] = self._tensors[key][0].detach().clone()

    def restore(self) -> None:
        """Put everything back as it was."""
        for module, kind, attributes, contents in self._attributes:
            if type(module) is not kind:
                module.__class__ = kind
            now = vars(module)
            if now.keys() != attributes.keys() or any(now[key] is not attributes[key] for key in attributes):
                now.clear()
                now.update(attributes)
            for held, copy in contents:
                if held or copy:
                    _refill(held, copy)
        with torch.no_grad():
            for key, (held, version, grad, requires_grad) in self._tensors.items():
                if key in self._leaves and not held.is_leaf:
                    held.detach_()
                self._put_back(held, self._copies.get(key), version)
                if held.is_leaf:
                    held.grad = grad
                    if held.requires_grad is not requires_grad:
                        held.requires_grad_(requires_grad)
        for held, kind in self._lazy:
            if type(held) is not kind:
                held.data = torch.empty(0, dtype=held.dtype, device=held.device)
                held.__class__ = kind
                held.grad = None
                torch._C._autograd._unsafe_set_version_counter((held,), (0,))
        for generator, state in self._generators:
            generator.set_state(state)
        random.setstate(self._random)
        if self._numpy is not None:
            sys.modules["numpy"].random.set_state(self._numpy)
        torch.set_rng_state(self._torch)
        if self._cuda:
            torch.cuda.set_rng_state_all(self._cuda)

    @staticmethod
    def _put_back(held: Any, copy: Any, version: int) -> None:
        if copy is None:
            return
        if held.shape != copy.shape or held.dtype != copy.dtype:
            held.data = copy
        elif not torch.equal(held, copy):
            held.data.copy_(copy)
        if _version(held) != version and not held.is_inference():
            torch._C._autograd._unsafe_set_version_counter((held,), (version,))


def _plain(tensor: Any) -> bool:
    """Tell whether a tensor has ordinary memory that can be copied and compared."""
    return bool(
        tensor.layout is torch.strided
        and not torch.nn.parameter.is_lazy(tensor)
        and tensor.device.type != "meta"
        and not torch._C._functorch.is_functorch_wrapped_tensor(tensor)
    )


def _version(tensor: Any) -> int:
    return -1 if tensor.is_inference() else int(tensor._version)


_CONTAINERS = frozenset({dict, OrderedDict, list, set, deque})


def _contents(module: Any) -> list[tuple[Any, Any]]:
    """Copy the lists, dictionaries and sets among a module's attributes."""
    return [
        (held, held.copy() if held else None) for held in vars(module).values() if type(held) in _CONTAINERS
    ]


def _refill(held: Any, copy: Any) -> None:
    if copy is None:
        if held:
            held.clear()
    elif isinstance(held, dict):
        if held.keys() != copy.keys() or any(held[key] is not item for key, item in copy.items()):
            held.clear()
            held.update(copy)
    elif isinstance(held, set):
        if held != copy:
            held.clear()
            held.update(copy)
    elif len(held) != len(copy) or any(a is not b for a, b in zip(held, copy, strict=True)):
        held.clear()
        held.extend(copy)
