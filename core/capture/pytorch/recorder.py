"""The forward pass: each call of PyTorch becomes a node, and owns the autograd nodes that it made.

A tensor is known by its autograd node and output number; one without an autograd node by its identity, as long as it
lives. An autograd node belongs to the call behind which it was first seen. One that no call made (a custom Function,
TorchScript, a view that autograd replays) belongs to a box of its own.
"""

import fnmatch
import re
import threading
import weakref
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import torch
import torch.nn.functional as F
from torch._C._functorch import is_functorch_wrapped_tensor
from torch.nn.modules import module as hooks
from torch.nn.parameter import is_lazy
from torch.overrides import TorchFunctionMode

from chainrule.core.capture.pytorch import sources
from chainrule.core.capture.pytorch.events import EdgeEvent, GroupEvent, NodeEvent, OutputEvent, Place
from chainrule.core.capture.pytorch.names import LEAKS, RECTIFIERS, WRITERS, autograd_name, op_name
from chainrule.core.capture.pytorch.state import State
from chainrule.core.capture.pytorch.summaries import Store
from chainrule.core.capture.pytorch.tensors import flat
from chainrule.core.capture.records import GroupKind, Kind, Reason

_PASS = frozenset(
    "size dim ndimension numel nelement element_size item tolist stride storage_offset is_contiguous type "
    "is_floating_point is_complex is_signed is_sparse register_hook register_post_accumulate_grad_hook backward "
    "retain_grad requires_grad_ get_device is_same_size is_inference is_set_to is_pinned is_shared is_tensor "
    "is_storage is_nonzero is_conj is_neg equal allclose result_type can_cast promote_types __bool__ __len__ "
    "__float__ __int__ __index__ __complex__ __repr__ __str__ __format__ __hash__ __contains__ __dir__ "
    "__deepcopy__ __reduce_ex__ numpy __array__ __dlpack__ __dlpack_device__ data_ptr untyped_storage storage "
    "has_names names dim_order share_memory_ finfo iinfo __delitem__ apply_ map_ module_load sparse_dim "
    "dense_dim coalesced is_coalesced untyped_storage q_scale q_zero_point qscheme".split()
)
"""Functions that compute nothing that could be a node."""
_READ = frozenset("T mT H mH real imag data grad".split())
"""Attributes that are tensors."""
_ACCUMULATE: Any = type(torch.ones(1, requires_grad=True).expand(2).grad_fn.next_functions[0][0])
_CUSTOM: Any = torch.autograd.function.BackwardCFunction
_TEXT = (int, float, bool, str, torch.dtype, torch.device)


class Recorder(TorchFunctionMode):
    """Everything seen of one forward pass."""

    def __init__(self, store: Store, state: State, keep: bool | Iterable[str]) -> None:
        super().__init__()
        self.store = store
        self.state = state
        self.nodes: list[NodeEvent] = []
        self.edges: dict[tuple[int, int, int], EdgeEvent] = {}
        self.groups: list[GroupEvent] = []
        self.owner: dict[Any, int] = {}
        """By autograd node, the node that it belongs to."""
        self.places: dict[tuple[Any, int], Place] = {}
        """By autograd node and output number, the tensor."""
        self.crossings: dict[Any, list[tuple[int, EdgeEvent]]] = {}
        """By autograd node, its edges to other owners: position in ``next_functions`` and edge."""
        self.known: dict[int, tuple[str, Kind, tuple[str, ...]]] = {}
        """By identity of a tensor: its name, kind and other names."""
        self.paths: dict[int, list[str]] = {}
        """By identity of a module, its paths."""
        self.losses: set[int] = set()
        """Identities of modules that are the loss."""
        self.reserved: set[str] = set()
        self.stack: list[int] = []
        self.hidden: dict[Any, list[Any]] = {}
        """By custom Function's node, the parameters that its forward read."""
        self.called: dict[Any, tuple[int, Any]] = {}
        """By custom Function's node, group and source line of its call."""
        self.calls: dict[int, int] = {}
        self.transformed = False
        self.threads = False
        """Whether a module was called in another thread."""
        self.hooked = False
        """Whether a hook was set on a tensor, which may write gradients in place."""
        self.thread = threading.get_ident()
        self.started = int(torch._C._autograd._get_sequence_nr())
        self._alive: dict[int, tuple[Any, int, int]] = {}
        """By identity of a tensor without autograd node: a weak reference and its place."""
        self._held: list[Any] = []
        self._keep = _matcher(keep)
        self._ids: dict[str, int] = {}
        self._slot: dict[int, int] = {}

    # Calls

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name == "__get__":
            if func.__self__.__name__ not in _READ:
                return func(*args, **kwargs)
        elif name in _PASS:
            if name in LEAKS:
                self.state.before_write(flat(args))
            self.hooked |= name == "register_hook"
            if name == "backward":
                # The recorder goes through the graph once more, behind the model.
                kwargs = {**kwargs, "retain_graph": True}
            return func(*args, **kwargs)
        if func is F.multi_head_attention_forward:
            with _opened(func), self:
                return func(*args, **kwargs)
        operands = flat(args)
        if kwargs:
            operands += flat(kwargs)
        writes = (
            name in WRITERS
            or (name[-1:] == "_" and name[-2:] != "__")
            or name[:3] == "__i"
            or "out" in kwargs
        )
        if writes:
            self.state.before_write(operands)
        if threading.get_ident() != self.thread or self._closed(operands) or any(map(is_lazy, operands)):
            return func(*args, **kwargs)
        places = [self.place(tensor) for tensor in operands]
        result = func(*args, **kwargs)
        outputs = flat(result)
        if name == "__setitem__" or (writes and not outputs and name.startswith("_foreach_")):
            outputs = flat(args[0])
        if outputs:
            self._note(func, args, kwargs, operands, places, outputs, writes)
        return result

    def _closed(self, operands: list[Any]) -> bool:
        """Whether this call runs inside of what stays a closed box."""
        if torch._C._functorch.peek_interpreter_stack() is not None:
            self.transformed = True
            return True
        if torch.is_grad_enabled():
            return False
        inside = sources.custom_function()
        if inside is None:
            return False
        if inside is not True:
            if inside not in self.called:
                self.called[inside] = (
                    self.stack[-1] if self.stack else -1,
                    sources.place(sources.calling_frame(2)),
                )
            reads = self.hidden.setdefault(inside, [])
            reads.extend(tensor for tensor in operands if tensor.requires_grad and tensor.is_leaf)
        return True

    def _note(
        self,
        func: Any,
        args: Any,
        kwargs: Any,
        operands: list[Any],
        places: list[Place],
        outputs: list[Any],
        writes: bool,
    ) -> None:
        """Make the node of a call, if it made a tensor."""
        if writes:
            # What was written through a view is a new tensor of the memory's owner; autograd replays the view.
            bases = [tensor._base for tensor in outputs if tensor._base is not None]
            tracked = [base for base in bases if base.grad_fn is not None]
            outputs = [tensor for tensor in outputs if tensor._base is None or tensor._base.grad_fn is None]
            outputs += tracked + [base for base in bases if base.grad_fn is None and self._is_alive(base)]
            written = {id(operand) for operand in operands}
        fresh = []
        for tensor in outputs:
            fn = tensor.grad_fn
            if fn is not None:
                if (fn, tensor.output_nr) not in self.places:
                    fresh.append(tensor)
            elif writes and tensor.requires_grad and id(tensor) in self.known and self._is_alive(tensor):
                # A parameter stays the leaf that it is, with the value that is read from now on.
                event = self.nodes[self._alive[id(tensor)][1]]
                event.outputs[0].value = self.store.add(tensor, copy=True, keep=event.keep)
            elif (
                (writes and id(tensor) in written)
                or (writes and tensor._base is None)
                or not self._is_alive(tensor)
            ):
                fresh.append(tensor)
        if not fresh:
            return
        op = op_name(func)
        new, sources_of = self._claim([tensor.grad_fn for tensor in fresh if tensor.grad_fn is not None])
        node = self._node(
            "op", op, op, self.stack[-1] if self.stack else -1, sources.place(sources.calling_frame(3))
        )
        event = self.nodes[node]
        event.in_place = writes and op.endswith("_")
        for at, value in enumerate(args):
            if value is not None and (isinstance(value, _TEXT) or _numbers(value)):
                event.arguments.append((str(at), value))
        for key, value in kwargs.items():
            if value is not None and (isinstance(value, _TEXT) or _numbers(value)):
                event.arguments.append((key, value))
        self._own(node, new, fresh)
        rectifier = op in RECTIFIERS
        for at, tensor in enumerate(fresh):
            event.outputs[at].value = self.store.add(tensor, copy=True, keep=event.keep, units=rectifier)
        self._connect(node, sources_of, places)

    def _own(self, node: int, new: list[Any], outputs: list[Any]) -> None:
        """Give autograd nodes and outputs to a node."""
        event = self.nodes[node]
        for fn in new:
            self.owner[fn] = node
            event.autograd.append(fn.name())
        for tensor in outputs:
            place = (node, len(event.outputs))
            event.outputs.append(_output(tensor))
            if tensor.grad_fn is not None:
                self.places.setdefault((tensor.grad_fn, tensor.output_nr), place)
            else:
                self._alive[id(tensor)] = (weakref.ref(tensor), *place)

    def _connect(self, node: int, crossing: list[tuple[Any, int, Place]], places: list[Place]) -> None:
        """Make the edges into a node: those of autograd, then those on which nothing comes back."""
        for slot, place in enumerate(places):
            self._edge(place, node).slots.append(slot)
        self._slot[node] = len(places)
        for fn, at, place in crossing:
            edge = self._edge(place, node)
            if not edge.slots:
                edge.slots.append(self._slots(node))
            edge.crossings += 1
            self.crossings.setdefault(fn, []).append((at, edge))

    def _slots(self, node: int) -> int:
        """Return the next free slot of a node, behind the operands that its call was given."""
        free = self._slot.get(node, 0)
        self._slot[node] = free + 1
        return free

    def _edge(self, place: Place, node: int) -> EdgeEvent:
        key = (*place, node)
        edge = self.edges.get(key)
        if edge is None:
            edge = self.edges[key] = EdgeEvent(*key)
        return edge

    # Autograd nodes

    def _claim(self, roots: list[Any]) -> tuple[list[Any], list[tuple[Any, int, Place]]]:
        """Return the autograd nodes behind ``roots`` that nobody owns, and their edges to those that somebody does."""
        new: dict[Any, None] = {}
        stack = [fn for fn in roots if fn not in self.owner]
        order: list[tuple[Any, int, Any, int]] = []
        while stack:
            fn = stack.pop()
            if fn in new:
                continue
            new[fn] = None
            for at, (following, number) in enumerate(fn.next_functions):
                if following is None:
                    continue
                if following in self.owner or type(following) is _ACCUMULATE or self._apart(following, roots):
                    order.append((fn, at, following, number))
                else:
                    stack.append(following)
        crossing = []
        for fn, at, following, number in order:
            if following not in new:
                crossing.append((fn, at, self._place_of(following, number)))
        return list(new), crossing

    def _apart(self, fn: Any, roots: list[Any]) -> bool:
        """Whether an unseen autograd node is a box or a node of its own, and no part of the call."""
        if isinstance(fn, _CUSTOM):
            return fn not in roots
        if fn.name() != "ToCopyBackward0" or fn in roots or not torch._C._is_any_autocast_enabled():
            return False
        return type(fn.next_functions[0][0]) is _ACCUMULATE

    def _place_of(self, fn: Any, number: int) -> Place:
        """Return the tensor that an autograd edge leads to."""
        if isinstance(fn, _ACCUMULATE):
            return self.place(fn.variable)
        known = self.places.get((fn, number))
        if known is not None:
            return known
        if fn not in self.owner:
            if fn.name() == "ToCopyBackward0" and not isinstance(fn, _CUSTOM):
                return self._cast(fn)
            return self._box(fn, number, None)
        # A result that its call did not return: the statistics of a normalization, say.
        event = self.nodes[self.owner[fn]]
        place = (self.owner[fn], len(event.outputs))
        event.outputs.append(_metadata(fn, number, inner=not isinstance(fn, _CUSTOM)))
        self.places[fn, number] = place
        return place

    def _cast(self, fn: Any) -> Place:
        """Make a node of autocast's cast of a leaf, which later calls use again."""
        leaf = fn.next_functions[0][0].variable
        read = self.place(leaf)
        node = self._node("op", "autocast", "autocast", self.nodes[read[0]].group, None)
        made = leaf.detach().to(torch.get_autocast_dtype(leaf.device.type))
        self.owner[fn] = node
        event = self.nodes[node]
        event.autograd.append(fn.name())
        event.outputs.append(_output(made))
        event.outputs[0].requires_grad = True
        event.outputs[0].value = self.store.add(made, copy=False, keep=event.keep)
        self.places[fn, 0] = (node, 0)
        self._connect(node, [(fn, 0, read)], [])
        return node, 0

    def _box(self, fn: Any, number: int, tensor: Any) -> Place:
        """Make the node of what no call was seen to make."""
        for below in self._unseen(fn):
            if below not in self.owner:
                self._one_box(below, 0, None)
        return self._one_box(fn, number, tensor)

    def _unseen(self, fn: Any) -> list[Any]:
        """Return the custom Functions below an autograd node that nobody owns, the deepest first."""
        found: list[Any] = []
        seen = {fn}
        stack = [(fn, iter(fn.next_functions))]
        while stack:
            at, following = stack[-1]
            for below, _ in following:
                if below is not None and below not in seen and below not in self.owner:
                    seen.add(below)
                    if not isinstance(below, _ACCUMULATE):
                        stack.append((below, iter(below.next_functions)))
                        break
            else:
                stack.pop()
                if at is not fn and isinstance(at, _CUSTOM):
                    found.append(at)
        return found

    def _one_box(self, fn: Any, number: int, tensor: Any) -> Place:
        new, crossing = self._claim([fn])
        hidden = [self.place(leaf) for leaf in self.hidden.pop(fn, ())]
        custom = isinstance(fn, _CUSTOM)
        op = autograd_name(fn.name())
        group, line = self.called.get(fn, (self.stack[-1] if self.stack else -1, None))
        if line is None:
            line = sources.place(sources.calling_frame(2))
        hook = custom and op == "BackwardHookFunction"
        if hook:
            op = "backward_hook"
        node = self._node("op" if hook else "box", op, op, group, line)
        event = self.nodes[node]
        event.reason = None if hook else self._reason(fn, op, tensor)
        self._own(node, new, [])
        for at in range(number):
            event.outputs.append(_metadata(fn, at, inner=not custom))
            self.places[fn, at] = (node, at)
        event.outputs.append(_metadata(fn, number, inner=False) if tensor is None else _output(tensor))
        self.places[fn, number] = (node, number)
        if tensor is not None and not is_functorch_wrapped_tensor(tensor):
            event.outputs[number].value = self.store.add(tensor, copy=True, keep=event.keep)
        self._connect(node, crossing, [])
        for place in hidden:
            if (*place, node) not in self.edges:
                edge = self._edge(place, node)
                edge.slots.append(self._slots(node))
                edge.hidden = True
        return node, number

    def _reason(self, fn: Any, op: str, tensor: Any) -> Reason:
        if isinstance(fn, _CUSTOM):
            return "checkpoint" if op == "CheckpointFunction" else "custom"
        if self.threads:
            return "compiled"
        if 0 <= fn._sequence_nr() < self.started:
            return "outside"
        if tensor is not None and tensor._is_view() and tensor._version:
            return "replayed"
        if self.transformed:
            return "functorch"
        if any(self.groups[at].scripted for at in self.stack) or isinstance(tensor, torch.Tensor):
            return "scripted"
        return "compiled"

    # Tensors

    def place(self, tensor: Any) -> Place:
        """Return which output of which node a tensor is; one not seen before becomes a leaf or a box."""
        fn = tensor.grad_fn
        if fn is not None:
            number = tensor.output_nr
            known = self.places.get((fn, number))
            if known is not None:
                return known
            if fn in self.owner:
                return self._late(self._place_of(fn, number), tensor)
            return self._box(fn, number, tensor)
        alive = self._alive.get(id(tensor))
        if alive is not None and alive[0]() is tensor:
            return alive[1], alive[2]
        return self._leaf(tensor)

    def _late(self, place: Place, tensor: Any) -> Place:
        """Give a result that was not seen at first its value."""
        event = self.nodes[place[0]]
        made = event.outputs[place[1]]
        if made.value is None and not is_functorch_wrapped_tensor(tensor):
            made.value = self.store.add(tensor, copy=True, keep=event.keep)
        return place

    def _is_alive(self, tensor: Any) -> bool:
        alive = self._alive.get(id(tensor))
        return alive is not None and alive[0]() is tensor

    def _leaf(self, tensor: Any) -> Place:
        name, kind, _ = self.known.get(id(tensor), ("", "constant", ()))
        if not name:
            kind = "parameter" if isinstance(tensor, torch.nn.Parameter) else "constant"
            name = kind
        return self.leaf(tensor, kind, name, self.stack[-1] if self.stack else -1)

    def leaf(self, tensor: Any, kind: Kind, name: str, group: int, of: Any = None) -> Place:
        """Make the node of a tensor that no call made; ``of`` is the tensor whose name it has."""
        node = self._node(kind, kind, name, group, None)
        event = self.nodes[node]
        event.outputs.append(_output(tensor))
        if tensor.grad_fn is not None:
            self.owner[tensor.grad_fn] = node
            self.places[tensor.grad_fn, tensor.output_nr] = (node, 0)
        else:
            self._alive[id(tensor)] = (weakref.ref(tensor), node, 0)
        self._held.append(tensor)
        if not is_lazy(tensor):
            event.outputs[0].value = self.store.add(tensor, copy=True, keep=event.keep)
        return node, 0

    def same(self, leaf: Any, copy: Any) -> None:
        """Take a leaf for the tensor that is its copy."""
        self._alive[id(leaf)] = (weakref.ref(leaf), *self.places[copy.grad_fn, copy.output_nr])
        self._held.append(leaf)

    def leaf_of(self, tensor: Any) -> int:
        """Return the node of a parameter, -1 if none read it."""
        alive = self._alive.get(id(tensor))
        return alive[1] if alive is not None and alive[0]() is tensor else -1

    def walk(self, loss: Any) -> None:
        """Make the nodes of a graph that was computed before, one for each of autograd's."""
        stack, seen = [loss.grad_fn], set()
        order: list[Any] = []
        while stack:
            fn = stack.pop()
            if fn is None or type(fn) is _ACCUMULATE or fn in self.owner:
                continue
            if fn in seen:
                self.owner[fn] = len(order)
                order.append(fn)
                continue
            seen.add(fn)
            stack.append(fn)
            stack.extend(following for following, _ in fn.next_functions if following not in seen)
        self.owner.clear()
        for fn in order:
            op = autograd_name(fn.name())
            crossing = [
                (fn, at, self._place_of(following, number))
                for at, (following, number) in enumerate(fn.next_functions)
                if following is not None
            ]
            node = self._node("op", op, op, -1, None)
            self._own(node, [fn], [])
            self._connect(node, crossing, [])
        place = self.place(loss)
        if loss.grad_fn is not None:
            event = self.nodes[place[0]]
            event.outputs[place[1]].value = self.store.add(loss, copy=True, keep=event.keep)

    def _node(self, kind: Kind, op: str, name: str, group: int, line: Any) -> int:
        if kind in ("op", "box"):
            path = self.groups[group].path if group >= 0 else ""
            wanted = f"{path}.{op}" if path else op
        else:
            wanted = name
            name = name.rpartition(".")[2] if kind in ("parameter", "buffer") else name
        event = NodeEvent(self._id(wanted, kind), kind, op, name, group, [], source=line)
        event.keep = self._keep(event.id)
        self.nodes.append(event)
        return len(self.nodes) - 1

    def _id(self, wanted: str, kind: Kind) -> str:
        """Return the name, or ``name#2`` … if it is taken."""
        wanted = wanted[:400]
        if kind in ("parameter", "buffer") and wanted in self.reserved and wanted not in self._ids:
            self._ids[wanted] = 1
            return wanted
        while True:
            count = self._ids[wanted] = self._ids.get(wanted, 0) + 1
            found = wanted if count == 1 else f"{wanted}#{count}"
            if found not in self.reserved and (count == 1 or found not in self._ids):
                self._ids.setdefault(found, 1)
                return found

    # Modules

    def enter(self, module: Any, args: Any) -> None:
        """Open the group of a module's call."""
        if threading.get_ident() == self.thread:
            with torch._C.DisableTorchFunction():
                self._enter(module, args)
        else:
            self.threads = True

    def _enter(self, module: Any, args: Any) -> None:
        paths = self.paths.get(id(module))
        kind: GroupKind = "module"
        if id(module) in self.losses:
            kind = "loss"
        elif paths and paths[0] == "":
            kind = "model"
        path = paths[0] if paths else type(module).__name__
        self.open(kind, "" if kind != "module" else path, type(module).__name__, id(module))
        group = self.groups[self.stack[-1]]
        group.scripted = isinstance(module, torch.jit.ScriptModule)
        if group.scripted:
            group.inputs = [self.place(tensor) for tensor in flat(args)]

    def open(self, kind: GroupKind, path: str, module: str, key: int) -> None:
        """Open a group."""
        self.calls[key] = self.calls.get(key, 0) + 1
        parent = self.stack[-1] if self.stack else -1
        self.groups.append(GroupEvent(kind, path, module, self.calls[key], parent, key))
        self.stack.append(len(self.groups) - 1)

    def leave(self, module: Any, result: Any) -> None:
        """Close the group of a module's call."""
        if threading.get_ident() != self.thread:
            return
        while self.stack and self.groups[self.stack[-1]].key != id(module):
            self.stack.pop()
        if self.stack:
            self.returned(result)
            self.stack.pop()

    def returned(self, result: Any) -> None:
        """Note what the innermost open group returns."""
        with torch._C.DisableTorchFunction():
            self._returned(result)

    def _returned(self, result: Any) -> None:
        group = self.groups[self.stack[-1]]
        if torch._C._functorch.peek_interpreter_stack() is not None:
            return
        outputs = flat(result)
        if not torch.is_grad_enabled() and sources.custom_function() is not None:
            return
        unseen = []
        for tensor in outputs[:16]:
            if tensor.grad_fn is not None or self._is_alive(tensor):
                group.outputs.append(self.place(tensor))
            elif id(tensor) not in self.known:
                unseen.append(tensor)
        if unseen and (group.scripted or self.transformed):
            node = self._node("box", group.module, group.module, self.stack[-1], None)
            self.nodes[node].reason = "scripted" if group.scripted else "functorch"
            self._own(node, [], unseen)
            for at, tensor in enumerate(unseen):
                self.nodes[node].outputs[at].value = self.store.add(
                    tensor, copy=True, keep=self.nodes[node].keep
                )
                group.outputs.append((node, at))
            self._connect(node, [], group.inputs)

    @contextmanager
    def watching(self) -> Any:
        """Record calls and modules while the block runs."""
        before = hooks.register_module_forward_pre_hook(self.enter)
        behind = hooks.register_module_forward_hook(
            lambda module, args, result: self.leave(module, result), always_call=True
        )
        try:
            with self:
                yield
        finally:
            before.remove()
            behind.remove()

    def forget(self) -> None:
        """Let go of the person's tensors and of autograd's graph."""
        for table in (
            self.owner,
            self.places,
            self.crossings,
            self.called,
            self.hidden,
            self._alive,
            self.known,
        ):
            table.clear()
        self._held.clear()


@contextmanager
def _opened(func: Any) -> Any:
    """Have a function of several ops answer once that nothing overrides it, so that its ops are seen."""
    table = func.__globals__
    asked = table["has_torch_function"]

    def answer(tensors: Any) -> bool:
        table["has_torch_function"] = asked
        return False

    table["has_torch_function"] = answer
    try:
        yield
    finally:
        table["has_torch_function"] = asked


def _matcher(keep: bool | Iterable[str]) -> Callable[[str], bool]:
    if isinstance(keep, bool):
        return lambda _: keep
    patterns = [keep] if isinstance(keep, str) else list(keep)
    if not patterns:
        return lambda _: False
    matches = re.compile("|".join(f"(?:{fnmatch.translate(pattern)})" for pattern in patterns)).match
    return lambda name: matches(name) is not None


def _output(tensor: Any) -> OutputEvent:
    shape = tuple(tensor.shape) if not tensor.is_nested else _ragged(tensor)
    return OutputEvent(shape, _text(tensor.dtype)[6:], _text(tensor.device), tensor.requires_grad)


def _ragged(tensor: Any) -> tuple[int, ...]:
    """Return the shape of a nested tensor, its longest row for the ragged axis; rows alone if it tells no more."""
    try:
        return tuple(side if isinstance(side, int) else int(tensor._max_seqlen) for side in tensor.shape)
    except (AttributeError, RuntimeError, TypeError):
        return (int(tensor.size(0)),)


_text = lru_cache(maxsize=256)(str)


def _metadata(fn: Any, number: int, inner: bool) -> OutputEvent:
    """Describe a tensor of which only autograd knows."""
    try:
        known = fn._input_metadata[number]
        shape, dtype, device = tuple(map(int, known.shape)), str(known.dtype)[6:], str(known.device)
    except (AttributeError, IndexError, RuntimeError, TypeError):
        shape, dtype, device = (), "unknown", "unknown"
    return OutputEvent(shape, dtype, device, True, inner=inner)


def _numbers(value: Any) -> bool:
    """Tell whether a value is a short list of numbers, such as a shape."""
    return (
        isinstance(value, tuple | list)
        and 0 < len(value) <= 8
        and all(isinstance(item, int | float) for item in value)
    )
