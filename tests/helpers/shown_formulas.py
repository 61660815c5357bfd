"""Every formula that explain, steps, the inspector and the tensor panel show of one program."""

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Gradients, Tape, Values
from chainrule.core.explain.explain import explain
from chainrule.core.explain.explanation import Explanation
from chainrule.core.explain.provenance import provenance
from chainrule.core.explain.steps import steps
from chainrule.core.language.program import parse

MOST_ELEMENTS = 4
"""So many elements of each tensor are traced."""


class Shown:
    """One evaluated program, and the formulas that a page shows of it."""

    def __init__(
        self,
        program: str,
        inputs: dict[str, Any] | None = None,
        upstream: Any = 1.0,
        mistakes: Collection[str] = (),
        conventions: Collection[str] = (),
    ) -> None:
        self.program, self.mistakes = program, mistakes
        self.graph: Graph = parse(program, {name: np.shape(value) for name, value in (inputs or {}).items()})
        tape = Tape(self.graph)
        known = {node.id for node in self.graph.inputs}
        self.values: Values = tape.forward({k: v for k, v in (inputs or {}).items() if k in known})
        self.gradients: Gradients = tape.backward(upstream, mistakes, self.values, conventions)
        self.right_gradients: Gradients = (
            tape.backward(upstream, (), self.values, conventions) if mistakes else self.gradients
        )

    def formulas(self) -> Iterator[tuple[str, str, str]]:
        """The part that each formula is shown at, what of it, and its LaTeX."""
        graph, found = self.graph, (self.graph, self.values, self.gradients)
        groups = tuple(group.id for group in graph.groups)
        for opened in ((), groups) if groups else ((),):
            for part in [*graph.ids, *groups, *(edge.id for edge in graph.edges)]:
                yield from _explained(part, explain(*found, part, "en", opened, self.mistakes))
            for step in steps(*found, "en", opened):
                yield step.node, f"step {step.phase}", step.formula
        for group in graph.groups:
            for source in dict.fromkeys(group.inputs):
                merged = f"{graph.ids[source]}->{group.id}"
                try:
                    yield from _explained(merged, explain(*found, merged, "en"))
                except KeyError:
                    continue  # the argument is not read inside
        for node in graph.nodes:
            for index in list(np.ndindex(*node.shape))[:MOST_ELEMENTS]:
                for of in ("value", "grad"):
                    if of == "grad" and self.gradients.nodes[node.index] is None:
                        continue
                    for opened in ((), groups) if groups else ((),):
                        traced = provenance(*found, node.id, of, index, opened)  # type: ignore[arg-type]
                        yield node.id, f"{of} {index}", traced.formula.whole
                        for term in traced.terms:
                            yield node.id, f"{of} {index} term", term.formula.whole


def _explained(part: str, found: Explanation) -> Iterator[tuple[str, str, str]]:
    for name, formula in (("formula", found.formula), ("gradient", found.gradient)):
        if formula is not None:
            yield part, name, formula.whole
    for local in found.locals:
        yield (
            part,
            f"local {local.edge}",
            f"{local.symbols} = {local.numbers}" if local.numbers else local.symbols,
        )
        yield part, f"shapes {local.edge}", local.shapes
    for path in found.paths.items if found.paths else ():
        yield part, "path", path.formula.whole
    for closed in found.closed:
        yield part, "closed", closed.symbols
    if found.derivation:
        yield part, "derivation", " ".join(found.derivation)
