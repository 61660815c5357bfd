"""The tape's way for training: one graph compiled for many passes, every buffer made once.

The same rules of the op table as everywhere, written out as NumPy calls into buffers (``core.training.buffered``,
``buffered_tensors``). Layers whose simplified gradient is known (``composites``) pass it back at once; the
nodes inside them get values and no gradients.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Graph, Group
from chainrule.core.ops import BY_CODE, INPUT
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.op import Op
from chainrule.core.ops.rules import times_upstream
from chainrule.core.training.buffered import Array, Scratch, Step, written
from chainrule.core.training.buffered_tensors import gradient_steps, summed_back, value_steps


class Plan:
    """The two passes over one graph, at fixed shapes.

    ``values[i]`` and ``gradients[i]`` are the buffers of node i: arrays of the plan's dtype in the node's shape,
    written anew by every pass. A gradient is None where nobody asks: at data and labels, and inside a closed layer.
    Nodes that pass a gradient on unchanged share one buffer with those they pass it to. NumPy warns of what is not
    finite: passes are made under ``np.errstate(all="ignore")``.
    """

    def __init__(
        self,
        graph: Graph,
        asked: Collection[str],
        dtype: Any = np.float32,
        values: Mapping[str, Array] | None = None,
        gradients: Mapping[str, Array] | None = None,
    ) -> None:
        """``asked`` names the inputs whose gradients are wanted; no other is worked out.

        ``values`` and ``gradients`` are arrays of the caller's that stand for the buffers of the inputs they are
        named after; other inputs begin with the values of the program.
        """
        self.graph = graph
        self.dtype = np.dtype(dtype)
        self._scratch = Scratch(self.dtype)
        self._forward: list[Step] = []
        self._backward: list[Step] = []
        self._closed = _closed_groups(graph)
        inside = {node for group in self._closed.values() for node in group.nodes}
        self.visible = [i for i in range(len(graph)) if i not in inside or i in self._closed]
        """The nodes that do not stand inside a closed layer; its output stands for the layer."""
        self._requires_grad = _requires_grad(graph, asked)
        self._given = {graph.index(name): array for name, array in (values or {}).items()}
        self.values: list[Array] = []
        self.gradients: list[Array | None] = [None] * len(graph)
        self._own = {graph.index(name): array for name, array in (gradients or {}).items()}
        self._shared: set[int] = set()
        self._plan_forward()
        self._plan_backward()

    def forward(self) -> None:
        """The value of every node, from what stands in the buffers of the inputs."""
        for step in self._forward:
            step()

    def backward(self, seed: float = 1.0) -> None:
        """The gradient of every node that needs one, at the values of the last forward pass."""
        self._seed[...] = seed
        for step in self._backward:
            step()

    def value(self, node_id: str) -> Array:
        """The buffer of the value of the node with this id. Raises KeyError."""
        return self.values[self.graph.index(node_id)]

    # Forward

    def _plan_forward(self) -> None:
        graph = self.graph
        for i, code in enumerate(graph.codes):
            op, shape = BY_CODE[code], graph.shapes.get(i, ())
            out = self._given.get(i)
            if out is None:
                out = np.zeros(shape, self.dtype)
                out[...] = graph.values.get(i, 0.0)
            self.values.append(out)
            if op is None:
                continue
            a, b = self._operands(i)
            if op.tensor is not None:
                self._forward += value_steps(op, out, a, b, graph.parameters.get(i, {}), self._scratch)
            else:
                self._forward += written(op.value, self._names(a, b), out, self._scratch)

    def _operands(self, node: int) -> tuple[Array, Array | None]:
        a, b = self.graph.a[node], self.graph.b[node]
        return self.values[a], self.values[b] if b >= 0 else None

    @staticmethod
    def _names(a: Array, b: Array | None) -> dict[str, Array]:
        return {"a": a} if b is None else {"a": a, "b": b}

    # Backward

    def _plan_backward(self) -> None:
        graph = self.graph
        self._seed = np.ones(graph.shapes.get(graph.output, ()), self.dtype)
        if self._requires_grad[graph.output]:
            self._pass_on(graph.output, self._seed)
        for y in range(graph.output, -1, -1):
            g = self.gradients[y]
            if g is None:
                continue
            if y in self._closed:
                self._through_layer(self._closed[y], y, g)
            elif (op := BY_CODE[graph.codes[y]]) is not None:
                self._through_op(op, y, g)
        for leaf in graph.leaves:
            if self._requires_grad[leaf] and self.gradients[leaf] is None:  # the output does not depend on it
                self._buffer(leaf)[...] = 0.0

    def _through_op(self, op: Op, y: int, g: Array) -> None:
        a, b = self._operands(y)
        for slot, source in enumerate((self.graph.a[y], self.graph.b[y])):
            if source < 0 or not self._requires_grad[source]:
                continue
            if op.tensor is None:
                names = {"g": g, **self._names(a, b), "y": self.values[y]}
                self._flow(source, times_upstream(op.partials[slot].code), names)
            elif op.tensor.vjps[slot].vjp is not None:
                self._receive(source, self._tensor_share(op, slot, y, g))

    def _tensor_share(self, op: Op, slot: int, y: int, g: Array) -> Callable[[Array], list[Step]]:
        a, b = self._operands(y)
        parameters = self.graph.parameters.get(y, {})
        return lambda out: gradient_steps(op, slot, out, g, a, b, self.values[y], parameters)

    def _through_layer(self, group: Group, y: int, g: Array) -> None:
        composite, values = COMPOSITES[group.name], self.values
        if composite.partials:
            a, b = values[group.inputs[0]], values[group.inputs[1]] if len(group.inputs) > 1 else None
            names = {"g": g, **self._names(a, b), "y": values[y]}
            for source, local in zip(group.inputs, composite.partials, strict=True):
                if self._requires_grad[source]:
                    self._flow(source, times_upstream(local.code), names)
        elif self._requires_grad[group.inputs[0]]:
            a = values[group.inputs[0]]
            names = {name: values[i] for name, i in zip(group.parameters, group.inputs, strict=True)}
            names |= {self.graph.names[i][0]: values[i] for i in group.nodes if i in self.graph.names}
            names |= {"g": g, "N": np.asarray(float(np.prod(a.shape[:-1])), self.dtype)}
            self._receive(group.inputs[0], lambda out: written(composite.fused, names, out, self._scratch))

    def _flow(self, source: int, code: str, names: Mapping[str, Array]) -> None:
        """What an elementwise rule sends back to an operand, summed where the operand was broadcast."""
        shape, g = self.graph.shapes.get(source, ()), names["g"]
        if code == "g" and g.shape == shape:
            self._pass_on(source, g)
        elif code == "g":
            self._receive(source, lambda out: [summed_back(g, out)])
        elif g.shape == shape:
            self._receive(source, lambda out: written(code, names, out, self._scratch))
        else:
            whole = self._scratch.take(g.shape)
            steps = written(code, names, whole, self._scratch)
            self._receive(source, lambda out: [*steps, summed_back(whole, out)])
            self._scratch.give_back(whole)

    def _receive(self, node: int, write: Callable[[Array], Sequence[Step]]) -> None:
        """One more share of a node's gradient, written by steps to wherever it is wanted."""
        if self.gradients[node] is None:
            self._backward += write(self._buffer(node))
            return
        share = self._scratch.take(self.graph.shapes.get(node, ()))
        self._backward += write(share)
        self._add(node, share)
        self._scratch.give_back(share)

    def _pass_on(self, node: int, g: Array) -> None:
        """One more share, which is ``g`` as it stands."""
        if self.gradients[node] is not None:
            self._add(node, g)
        elif node in self._own:
            self._backward.append(partial(np.copyto, self._buffer(node), g))
        else:
            self.gradients[node] = g
            self._shared.add(node)

    def _add(self, node: int, share: Array) -> None:
        held = self.gradients[node]
        assert held is not None
        out = self._buffer(node) if node in self._shared else held
        self._shared.discard(node)
        self._backward.append(partial(np.add, held, share, out=out))

    def _buffer(self, node: int) -> Array:
        """A node's own buffer for its gradient, made now."""
        buffer = self._own.get(node)
        if buffer is None:
            buffer = np.empty(self.graph.shapes.get(node, ()), self.dtype)
        self.gradients[node] = buffer
        return buffer


def _closed_groups(graph: Graph) -> dict[int, Group]:
    """By their outputs the layers that pass their simplified gradient back, none inside another."""
    closed: dict[int, Group] = {}
    inside: set[int] = set()
    for group in graph.groups:
        composite = COMPOSITES.get(group.name)
        if composite is None or group.output in inside or group.output not in group.nodes:
            continue
        if composite.partials or (composite.fused and _has_one_hot(graph, group)):
            closed[group.output] = group
            inside.update(group.nodes)
    return closed


def _has_one_hot(graph: Graph, group: Group) -> bool:
    ops = (graph.nodes[i].op for i in group.nodes)
    return any(op is not None and op.name == "one_hot" for op in ops)


def _requires_grad(graph: Graph, asked: Collection[str]) -> list[bool]:
    """For every node whether it depends on an input that is asked for, and not as a label only."""
    requires_grad: list[bool] = []
    for code, a, b, node_id in zip(graph.codes, graph.a, graph.b, graph.ids, strict=True):
        op = BY_CODE[code]
        if op is None:
            requires_grad.append(code == INPUT and node_id in asked)
            continue
        passes = op.tensor is None or op.tensor.vjps[0].vjp is not None
        requires_grad.append(passes and (requires_grad[a] or (b >= 0 and requires_grad[b])))
    return requires_grad
