"""What is asked of a graph with its numbers, be it a program's or a run's, answered as bytes."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from chainrule.app.graphs import work
from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.graphs.cost import MOST_TOLD, refuse_many_elements
from chainrule.app.graphs.explanation_json import explanation_json, steps_json
from chainrule.app.graphs.graph_json import graph_json
from chainrule.app.graphs.tensor_answer import provenance_json, tensor_file, tensor_json, tensor_of
from chainrule.app.picture.layout import Layouts
from chainrule.app.picture.scene import Scene
from chainrule.app.schemas.requests import Element, Explain, Steps, WholeGraph, WholeTensor
from chainrule.app.web.problems import ProblemError
from chainrule.core.explain.explain import explain
from chainrule.core.explain.provenance import provenance
from chainrule.core.explain.steps import step_count, steps
from chainrule.core.text import Text

T = TypeVar("T")


async def whole(
    layouts: Layouts,
    compiled: Compiled,
    found: Evaluation,
    body: WholeGraph,
    error: dict[str, Any] | None = None,
) -> bytes:
    """What `GraphAnswer` describes, placed if that is asked for."""
    layout = None
    if body.layout:
        scene = await work.run(work.SCENE * len(compiled.graph), lambda: Scene(compiled.graph, body.open))
        layout = (await layouts.place(scene)).as_json(scene)
    return await work.run(
        work.GRAPH * compiled.cost, lambda: graph_json(compiled, found, error=error, layout=layout)
    )


async def explained(
    compiled: Compiled,
    found: Evaluation,
    body: Explain,
    inputs: Mapping[str, Any],
    mistakes: Collection[str],
) -> bytes:
    """What `ExplainAnswer` describes; `inputs` and `mistakes` are those that `found` was found with."""

    def answer() -> bytes:
        explanation = _known(
            body.id,
            lambda: explain(
                compiled.graph,
                found.values,
                found.gradients,
                body.id,
                body.lang,
                open=body.open,
                mistakes=mistakes,
            ),
        )
        checked = compiled.check_part(body.id, inputs, mistakes, found.seed)
        return explanation_json(explanation, checked, compiled.tensors)

    return await work.run(work.EXPLAIN * compiled.cost, answer)


async def walked(compiled: Compiled, found: Evaluation, body: Steps) -> bytes:
    """What `StepsAnswer` describes."""
    graph = compiled.graph

    def answer() -> bytes:
        asked = steps(
            graph,
            found.values,
            found.gradients,
            body.lang,
            open=body.open,
            start=body.start,
            count=body.count,
        )
        return steps_json(step_count(graph, body.open), asked)

    return await work.run(work.STEP * min(body.count, 2 * len(graph)), answer)


async def tensor(compiled: Compiled, found: Evaluation, body: WholeTensor, file: bool) -> bytes:
    """What `TensorAnswer` describes, or the file that NumPy reads."""
    value = _known(body.id, lambda: tensor_of(compiled, found, body.id, body.of))
    if file:
        return tensor_file(value)
    return await work.run(compiled.cost, lambda: tensor_json(body.id, body.of, value))


async def traced(compiled: Compiled, found: Evaluation, body: Element, most: int = MOST_TOLD) -> bytes:
    """What `ProvenanceAnswer` describes. Raises ProblemError where the graph has more than `most` elements."""
    refuse_many_elements(compiled.graph, most)

    def answer() -> bytes:
        made = _known(
            body.id,
            lambda: provenance(
                compiled.graph, found.values, found.gradients, body.id, body.of, body.index, body.open
            ),
        )
        return provenance_json(made)

    return await work.run(work.EXPLAIN * compiled.cost, answer)


def _known(part: str, work: Callable[[], T]) -> T:
    """What `work` finds of a part of the graph; where it raises KeyError, the problem that the id is none."""
    try:
        return work()
    except KeyError:
        raise ProblemError(
            "unknown-id",
            Text(f"`{part}`라는 id는 그래프에 없습니다.", f"Nothing in the graph has the id `{part}`."),
            name=part,
        ) from None
