"""The backward pass: autograd's own, with a hook on each node that tells what arrives and what goes on."""

from collections.abc import Callable
from typing import Any

import torch

from chainrule.core.capture.pytorch.events import EdgeEvent, Place
from chainrule.core.capture.pytorch.recorder import Recorder
from chainrule.core.capture.pytorch.summaries import Entry

_ACCUMULATE = "torch::autograd::AccumulateGrad"
_CHECKPOINT = "CheckpointFunctionBackward"


class Backward:
    """Gradients of all nodes and contributions of all edges, of one loss."""

    def __init__(self, recorder: Recorder, loss: Any, *, retain: bool = False) -> None:
        self.recorder = recorder
        self.loss = loss
        self.retain = retain
        self.leaves: dict[int, Any] = {}
        self._reached: list[Any] = []
        self._expected: dict[int, int] = {}
        """By identity of an edge, how many contributions may come."""
        self._fan: dict[Place, int] = {}
        self._held: dict[Place, tuple[Any, int, Entry]] = {}
        """Of a tensor with one reader: what came back, its version, and its entry."""
        self._inner: dict[Place, Any] = {}
        """Of a result that its call did not return, the sum of what comes back."""
        self._count = 0
        self._checkpoint = False
        self._careful = recorder.hooked or retain
        """Whether somebody may write a gradient in place, so that it must be copied."""
        self._walk()

    def _walk(self) -> None:
        """Find the autograd nodes and the leaves that the loss depends on."""
        seen = {self.loss.grad_fn}
        stack = [self.loss.grad_fn]
        while stack:
            fn = stack.pop()
            name = fn.name()
            if name == _ACCUMULATE:
                leaf = fn.variable
                self.leaves[id(leaf)] = leaf
                self._careful |= bool(leaf._backward_hooks)
                continue
            self._checkpoint |= name == _CHECKPOINT
            self._careful |= isinstance(fn, torch.autograd.function.BackwardCFunction)
            self._reached.append(fn)
            for following, _ in fn.next_functions:
                if following is not None and following not in seen:
                    seen.add(following)
                    stack.append(following)

    def run(self) -> None:
        """Run the pass. The leaves' ``.grad`` stays as it is."""
        by_node: dict[Any, list[tuple[int, Place]]] = {}
        for (fn, number), place in self.recorder.places.items():
            by_node.setdefault(fn, []).append((number, place))
        handles = []
        for fn in self._reached:
            crossing = self.recorder.crossings.get(fn, [])
            for _, edge in crossing:
                self._expected[id(edge)] = self._expected.get(id(edge), 0) + 1
                place = (edge.source, edge.output)
                self._fan[place] = self._fan.get(place, 0) + 1
        for fn in self._reached:
            crossing, made = self.recorder.crossings.get(fn, []), by_node.get(fn, [])
            if isinstance(fn, torch.autograd.function.BackwardCFunction):
                # A custom backward may write into what it is given: it is read before.
                if made:
                    handles.append(fn.register_prehook(self._before(made)))
                made = []
            if crossing or made:
                handles.append(fn.register_hook(self._behind(crossing, made)))
        try:
            leaves = list(self.leaves.values())
            self._arrive(
                leaves, self._through_checkpoints(leaves) if self._checkpoint else self._gradients(leaves)
            )
        finally:
            for handle in handles:
                handle.remove()
            self._held.clear()
        for edge in self.recorder.edges.values():
            if edge.partial is not None:
                self._settle(edge, edge.partial)
        for place, total in self._inner.items():
            event = self.recorder.nodes[place[0]]
            event.outputs[place[1]].gradient = self.recorder.store.add(total, copy=False, keep=event.keep)
        self._inner.clear()

    def _gradients(self, leaves: list[Any]) -> Any:
        return torch.autograd.grad(
            self.loss, leaves, self._one, retain_graph=self.retain, allow_unused=True, materialize_grads=False
        )

    @property
    def _one(self) -> Any:
        """The gradient of the loss by itself. None has PyTorch make it, which imports SymPy where it is given one."""
        return torch.ones_like(self.loss) if self.loss.is_complex() else None

    def _through_checkpoints(self, leaves: list[Any]) -> list[Any]:
        """Run ``.backward()``, which reentrant checkpoints need, and put back what it changes.

        Parameters inside such a checkpoint get their gradient too, though no edge of autograd leads to them.
        """
        for held, *_ in self.recorder.state.tensors():
            if held.requires_grad and held.is_leaf:
                self.leaves.setdefault(id(held), held)
        leaves[:] = self.leaves.values()
        before = [leaf.grad for leaf in leaves]
        hooks = []
        for leaf in leaves:
            leaf.grad = None
            later = getattr(leaf, "_post_accumulate_grad_hooks", None)
            if later:
                hooks.append((later, dict(later)))
                later.clear()
        try:
            self.loss.backward(self._one, retain_graph=self.retain)
            return [leaf.grad for leaf in leaves]
        finally:
            for leaf, grad in zip(leaves, before, strict=True):
                leaf.grad = grad
            for later, kept in hooks:
                later.update(kept)

    # Hooks

    def _before(self, made: list[tuple[int, Place]]) -> Callable[[Any], None]:
        def hook(gradients: Any) -> None:
            for number, place in made:
                self._gradient(place, gradients[number])

        return hook

    def _behind(
        self, crossing: list[tuple[int, EdgeEvent]], made: list[tuple[int, Place]]
    ) -> Callable[[Any, Any], None]:
        def hook(contributions: Any, gradients: Any) -> None:
            for number, place in made:
                self._gradient(place, gradients[number])
            for at, edge in crossing:
                self._contribution(edge, contributions[at])

        return hook

    def _gradient(self, place: Place, gradient: Any) -> None:
        """Take what arrives at a tensor: the sum of its edges."""
        if gradient is None:
            return
        event = self.recorder.nodes[place[0]]
        if event.outputs[place[1]].inner:
            return
        held = self._held.pop(place, None)
        if held is not None and held[0] is gradient and held[1] == gradient._version:
            event.outputs[place[1]].gradient = held[2]
        else:
            event.outputs[place[1]].gradient = self.recorder.store.add(
                gradient, copy=self._careful, keep=event.keep
            )

    def _contribution(self, edge: EdgeEvent, contribution: Any) -> None:
        """Take what an edge brings to its source."""
        edge.arrived += 1
        if contribution is not None:
            if edge.order is None:
                edge.order = self._count
                self._count += 1
            if self._expected[id(edge)] > 1:
                # The same order and type as autograd's own sum.
                edge.partial = contribution if edge.partial is None else edge.partial + contribution
                contribution = edge.partial
        if edge.arrived == self._expected[id(edge)] and (
            contribution is not None or edge.partial is not None
        ):
            self._settle(edge, contribution if contribution is not None else edge.partial)

    def _settle(self, edge: EdgeEvent, contribution: Any) -> None:
        edge.partial = None
        recorder = self.recorder
        keep = recorder.nodes[edge.source].keep or recorder.nodes[edge.target].keep
        edge.contribution = recorder.store.add(contribution, copy=self._careful, keep=keep)
        place = (edge.source, edge.output)
        if recorder.nodes[place[0]].outputs[place[1]].inner:
            before = self._inner.get(place)
            self._inner[place] = contribution if before is None else before + contribution
        elif self._fan.get(place) == 1:
            self._held[place] = (contribution, contribution._version, edge.contribution)

    def _arrive(self, leaves: list[Any], gradients: Any) -> None:
        """Take the gradients of the leaves."""
        recorder = self.recorder
        for leaf, gradient in zip(leaves, gradients, strict=True):
            if gradient is None:
                continue
            place = recorder.place(leaf)
            event = recorder.nodes[place[0]]
            held = self._held.pop(place, None)
            if held is not None and held[0] is gradient and held[1] == gradient._version:
                entry = held[2]
                recorder.store.retain(entry, gradient)
            else:
                entry = recorder.store.add(gradient, copy=False, keep=event.keep, spare=True)
            event.outputs[place[1]].gradient = entry
            self._hidden(place, entry)

    def _hidden(self, place: Place, entry: Entry) -> None:
        """Give the whole gradient to the one edge that leads into a closed box, if there is no other."""
        if self._checkpoint:
            edges = [edge for key, edge in self.recorder.edges.items() if key[:2] == place]
            closed = [edge for edge in edges if edge.hidden]
            if len(closed) == 1 and all(edge.hidden or edge.contribution is None for edge in edges):
                closed[0].contribution = entry
                closed[0].order = self._count
                self._count += 1
