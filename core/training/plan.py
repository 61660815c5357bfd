"""A graph compiled for many passes: NumPy calls into buffers that are allocated once.

It uses the same rules of the op table as the tape, compiled by ``buffered`` and ``buffered_tensors``. A composite
with a simplified gradient passes it back in one step; the nodes inside it get values but no gradients.
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
from chainrule.core.training.buffered import Array, Scratch, Step, expression_steps
from chainrule.core.training.buffered_tensors import gradient_steps, summed_back, value_steps


class Plan:
    """The forward and backward pass over one graph at fixed shapes.

    ``values[i]`` and ``gradients[i]`` are node i's buffers, in its shape and the plan's dtype; every pass overwrites
    them. A gradient is None where none is required: at data and labels, and inside a closed group. Nodes that pass a
    gradient on unchanged share its buffer. Run passes under ``np.errstate(all="ignore")``, or NumPy warns of NaN and
    infinity.
    """

    def __init__(
        self,
        graph: Graph,
        requires_grad: Collection[str],
        dtype: Any = np.float32,
        values: Mapping[str, Array] | None = None,
        gradients: Mapping[str, Array] | None = None,
    ) -> None:
        """Compile both passes. ``requires_grad`` names the inputs whose gradients are computed.

        Arrays in ``values`` and ``gradients`` serve as the buffers of the inputs of these names. Other inputs start
        with the program's values.
        """
        self.graph = graph
        self.dtype = np.dtype(dtype)
        self._scratch = Scratch(self.dtype)
        self._forward: list[Step] = []
        self._backward: list[Step] = []
        self._closed = _closed_groups(graph)
        inside = {node for group in self._closed.values() for node in group.nodes}
        self.visible = [i for i in range(len(graph)) if i not in inside or i in self._closed]
        """Nodes outside closed groups, and the groups' outputs."""
        self._requires_grad = _requires_grad(graph, requires_grad)
        self._given_values = {graph.index(name): array for name, array in (values or {}).items()}
        self.values: list[Array] = []
        self.gradients: list[Array | None] = [None] * len(graph)
        self._given_gradients = {graph.index(name): array for name, array in (gradients or {}).items()}
        self._shared: set[int] = set()
        """Nodes whose gradient is another node's buffer."""
        self._plan_forward()
        self._plan_backward()

    def forward(self) -> None:
        """Compute the value of every node from the buffers of the inputs."""
        for step in self._forward:
            step()

    def backward(self, upstream: float = 1.0) -> None:
        """Compute every required gradient at the values of the last forward pass; ``upstream`` enters the output."""
        self._upstream[...] = upstream
        for step in self._backward:
            step()

    def value(self, node_id: str) -> Array:
        """Return the value buffer of the node with this id. Raises KeyError."""
        return self.values[self.graph.index(node_id)]

    # Forward

    def _plan_forward(self) -> None:
        graph = self.graph
        for i, code in enumerate(graph.codes):
            op, shape = BY_CODE[code], graph.shapes.get(i, ())
            out = self._given_values.get(i)
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
                self._forward += expression_steps(op.value, self._names(a, b), out, self._scratch)

    def _operands(self, node: int) -> tuple[Array, Array | None]:
        a, b = self.graph.a[node], self.graph.b[node]
        return self.values[a], self.values[b] if b >= 0 else None

    @staticmethod
    def _names(a: Array, b: Array | None) -> dict[str, Array]:
        return {"a": a} if b is None else {"a": a, "b": b}

    # Backward

    def _plan_backward(self) -> None:
        graph = self.graph
        self._upstream = np.ones(graph.shapes.get(graph.output, ()), self.dtype)
        if self._requires_grad[graph.output]:
            self._pass_on(graph.output, self._upstream)
        for y in range(graph.output, -1, -1):
            g = self.gradients[y]
            if g is None:
                continue
            if y in self._closed:
                self._through_group(self._closed[y], y, g)
            elif (op := BY_CODE[graph.codes[y]]) is not None:
                self._through_op(op, y, g)
        for leaf in graph.leaves:
            if (
                self._requires_grad[leaf] and self.gradients[leaf] is None
            ):  # the output does not depend on this input
                self._buffer(leaf)[...] = 0.0

    def _through_op(self, op: Op, y: int, g: Array) -> None:
        a, b = self._operands(y)
        for slot, source in enumerate((self.graph.a[y], self.graph.b[y])):
            if source < 0 or not self._requires_grad[source]:
                continue
            if op.tensor is None:
                names = {"g": g, **self._names(a, b), "y": self.values[y]}
                self._elementwise_vjp(source, times_upstream(op.partials[slot].code), names)
            elif op.tensor.vjps[slot].vjp is not None:
                self._receive(source, self._tensor_vjp(op, slot, y, g))

    def _tensor_vjp(self, op: Op, slot: int, y: int, g: Array) -> Callable[[Array], list[Step]]:
        a, b = self._operands(y)
        parameters = self.graph.parameters.get(y, {})
        return lambda out: gradient_steps(op, slot, out, g, a, b, self.values[y], parameters)

    def _through_group(self, group: Group, y: int, g: Array) -> None:
        composite, values = COMPOSITES[group.name], self.values
        if composite.partials:
            a, b = values[group.inputs[0]], values[group.inputs[1]] if len(group.inputs) > 1 else None
            names = {"g": g, **self._names(a, b), "y": values[y]}
            for source, local in zip(group.inputs, composite.partials, strict=True):
                if self._requires_grad[source]:
                    self._elementwise_vjp(source, times_upstream(local.code), names)
        elif self._requires_grad[group.inputs[0]]:
            a = values[group.inputs[0]]
            names = {name: values[i] for name, i in zip(group.parameters, group.inputs, strict=True)}
            names |= {self.graph.names[i][0]: values[i] for i in group.nodes if i in self.graph.names}
            names |= {"g": g, "N": np.asarray(float(np.prod(a.shape[:-1])), self.dtype)}
            self._receive(
                group.inputs[0], lambda out: expression_steps(composite.fused, names, out, self._scratch)
            )

    def _elementwise_vjp(self, source: int, code: str, names: Mapping[str, Array]) -> None:
        """Compile what an elementwise rule sends back to an operand, summed where the operand was broadcast."""
        shape, g = self.graph.shapes.get(source, ()), names["g"]
        if code == "g" and g.shape == shape:
            self._pass_on(source, g)
        elif code == "g":
            self._receive(source, lambda out: [summed_back(g, out)])
        elif g.shape == shape:
            self._receive(source, lambda out: expression_steps(code, names, out, self._scratch))
        else:
            whole = self._scratch.take(g.shape)
            steps = expression_steps(code, names, whole, self._scratch)
            self._receive(source, lambda out: [*steps, summed_back(whole, out)])
            self._scratch.give_back(whole)

    def _receive(self, node: int, write: Callable[[Array], Sequence[Step]]) -> None:
        """Add a contribution to a node's gradient; ``write(out)`` compiles the steps that write it to ``out``."""
        if self.gradients[node] is None:
            self._backward += write(self._buffer(node))
            return
        contribution = self._scratch.take(self.graph.shapes.get(node, ()))
        self._backward += write(contribution)
        self._add(node, contribution)
        self._scratch.give_back(contribution)

    def _pass_on(self, node: int, g: Array) -> None:
        """Add ``g`` itself to a node's gradient, without a copy if it is the first contribution."""
        if self.gradients[node] is not None:
            self._add(node, g)
        elif node in self._given_gradients:
            self._backward.append(partial(np.copyto, self._buffer(node), g))
        else:
            self.gradients[node] = g
            self._shared.add(node)

    def _add(self, node: int, contribution: Array) -> None:
        held = self.gradients[node]
        assert held is not None
        out = self._buffer(node) if node in self._shared else held
        self._shared.discard(node)
        self._backward.append(partial(np.add, held, contribution, out=out))

    def _buffer(self, node: int) -> Array:
        """Give a node a gradient buffer of its own."""
        buffer = self._given_gradients.get(node)
        if buffer is None:
            buffer = np.empty(self.graph.shapes.get(node, ()), self.dtype)
        self.gradients[node] = buffer
        return buffer


def _closed_groups(graph: Graph) -> dict[int, Group]:
    """Return the outermost groups that pass back a simplified gradient, by their outputs."""
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


def _requires_grad(graph: Graph, inputs: Collection[str]) -> list[bool]:
    """Whether each node depends on one of the named inputs, other than through labels."""
    requires_grad: list[bool] = []
    for code, a, b, node_id in zip(graph.codes, graph.a, graph.b, graph.ids, strict=True):
        op = BY_CODE[code]
        if op is None:
            requires_grad.append(code == INPUT and node_id in inputs)
            continue
        passes = op.tensor is None or op.tensor.vjps[0].vjp is not None
        requires_grad.append(passes and (requires_grad[a] or (b >= 0 and requires_grad[b])))
    return requires_grad
