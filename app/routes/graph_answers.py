"""The answers about one evaluated graph, as bytes; long work goes to a thread."""

import re
from collections.abc import Callable
from typing import TypeVar

from chainrule.app.encoding.whole_tensor import tensor_file, tensor_json
from chainrule.app.graphs import work
from chainrule.app.graphs.compiled import Evaluation
from chainrule.app.graphs.cost import refuse_many_elements
from chainrule.app.graphs.explanation_json import explanation_json, steps_json
from chainrule.app.graphs.graph_json import empty_graph_json, graph_json, values_json
from chainrule.app.graphs.kinks_json import met_json
from chainrule.app.graphs.tensor_answer import provenance_json, tensor_of
from chainrule.app.picture.kinks import words
from chainrule.app.picture.layout import Layout, Layouts
from chainrule.app.picture.scene import Scene
from chainrule.app.picture.svg import draw, scene_of
from chainrule.app.routes.subjects import Subject
from chainrule.app.schemas.requests import (
    Element,
    Explain,
    GraphRequest,
    Picture,
    PictureRequest,
    Steps,
    WholeGraph,
    WholeTensor,
)
from chainrule.app.web.problems import ProblemError
from chainrule.core.engine.graph import Graph
from chainrule.core.explain.explain import explain
from chainrule.core.explain.provenance import provenance
from chainrule.core.explain.steps import step_count, steps
from chainrule.core.export.origin import Origin, signed
from chainrule.core.gradcheck.nudge import Push, nudge
from chainrule.core.text import Text

T = TypeVar("T")

_NO_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="graph" viewBox="0 0 1 1" width="1" height="1"></svg>\n'
)
"""The picture of a program whose first node already has an error."""


async def whole(layouts: Layouts, subject: Subject[WholeGraph]) -> bytes:
    """Encode the whole graph as `GraphAnswer` describes it, with a layout if the request wants one."""
    body, evaluation, layout = subject.body, subject.evaluation, None
    if evaluation is None:
        return empty_graph_json(body.upstream, subject.error)
    if body.layout:
        scene = await work.run(
            work.SCENE * len(evaluation.graph),
            lambda: Scene(evaluation.graph, body.open, direction=body.direction, wrap=body.wrap),
        )
        layout = (await layouts.place(scene)).as_json(scene)
    return await work.run(
        work.GRAPH * evaluation.compiled.cost,
        lambda: graph_json(evaluation, error=subject.error, layout=layout),
    )


async def values(evaluation: Evaluation) -> bytes:
    """Encode the numbers alone as `ValuesAnswer` describes them."""
    return await work.run(work.VALUES * evaluation.compiled.cost, lambda: values_json(evaluation))


def origin_of(body: GraphRequest) -> Origin:
    """The program and the numbers of a request, for an export to carry along."""
    return Origin(body.program, body.inputs, body.upstream, body.mistakes, body.conventions)


async def picture(layouts: Layouts, subject: Subject[Picture]) -> str:
    """Draw the graph as SVG."""
    body, evaluation = subject.body, subject.evaluation
    if evaluation is None:
        return _NO_PICTURE
    placed = await layout_of(layouts, evaluation.graph, body)
    pushes = None if body.nudge is None else await _pushes(evaluation, body.nudge)
    drawn = await work.run(
        work.DRAW * len(evaluation.graph),
        lambda: draw(
            evaluation.graph,
            evaluation.values,
            evaluation.gradients,
            open=body.open,
            labels=body.labels,
            step=body.step,
            theme=body.theme,
            lang=body.lang,
            standalone=body.standalone,
            layout=placed,
            wrong=evaluation.wrong,
            blanks=body.blanks,
            kinks=words(met_json(evaluation)),
            zoom=body.zoom,
            pushes=pushes,
            direction=body.direction,
            wrap=body.wrap,
        ),
    )
    if body.standalone and body.labels != "blanks" and isinstance(body, PictureRequest):
        return signed(drawn, "svg", origin_of(body))
    return drawn


async def _pushes(evaluation: Evaluation, written: str) -> dict[int, Push]:
    """Push a value as `id:delta` says, an element as `id[0,1]:delta`. Raises ProblemError for an unknown id."""
    part, _, delta = written.rpartition(":")
    element = re.fullmatch(r"(.+)\[([\d,]+)\]", part)
    name, index = (element[1], [int(k) for k in element[2].split(",") if k]) if element else (part, [])
    node = known(name, lambda: evaluation.graph.index(name))
    found = await work.run(
        4 * work.SWEEP * evaluation.compiled.cost,
        lambda: nudge(evaluation.graph, evaluation.values, node, float(delta), index, evaluation.conventions),
    )
    return {push.node: push for push in found.pushes}


async def layout_of(layouts: Layouts, graph: Graph, body: Picture) -> Layout:
    """Lay out the picture of a graph, or take its layout from the cache."""
    scene = await work.run(
        work.SCENE * len(graph),
        lambda: scene_of(graph, body.open, body.labels, body.lang, body.blanks, body.direction, body.wrap),
    )
    return await layouts.place(scene)


async def walk(evaluation: Evaluation, body: Steps) -> bytes:
    """Encode a part of the walk as `StepsAnswer` describes it."""
    graph = evaluation.graph

    def answer() -> bytes:
        some = steps(
            graph,
            evaluation.values,
            evaluation.gradients,
            body.lang,
            open=body.open,
            start=body.start,
            count=body.count,
        )
        return steps_json(step_count(graph, body.open), some)

    return await work.run(work.STEP * min(body.count, 2 * len(graph)), answer)


async def explanation(evaluation: Evaluation, body: Explain) -> bytes:
    """Encode one part's explanation as `ExplainAnswer` describes it. Raises ProblemError for an unknown id."""
    compiled = evaluation.compiled

    def answer() -> bytes:
        explained = known(
            body.id,
            lambda: explain(
                compiled.graph,
                evaluation.values,
                evaluation.gradients,
                body.id,
                body.lang,
                open=body.open,
                mistakes=evaluation.mistakes,
            ),
        )
        check = compiled.check_part(body.id, evaluation)
        return explanation_json(explained, check, compiled.tensors, body.lang)

    return await work.run(work.EXPLAIN * compiled.cost, answer)


async def trace(evaluation: Evaluation, body: Element, most: int) -> bytes:
    """Encode one element's origin as `ProvenanceAnswer` describes it.

    Raises ProblemError for an unknown id, and for a graph with more than `most` elements.
    """
    graph = evaluation.graph
    refuse_many_elements(graph, most)

    def answer() -> bytes:
        made = known(
            body.id,
            lambda: provenance(
                graph, evaluation.values, evaluation.gradients, body.id, body.of, body.index, body.open
            ),
        )
        return provenance_json(made)

    return await work.run(work.EXPLAIN * evaluation.compiled.cost, answer)


async def tensor(evaluation: Evaluation, body: WholeTensor) -> bytes:
    """Encode one tensor as `TensorAnswer` describes it. Raises ProblemError for an unknown id."""
    value = known(body.id, lambda: tensor_of(evaluation, body.id, body.of))
    return await work.run(evaluation.compiled.cost, lambda: tensor_json(body.id, body.of, value))


def tensor_npy(evaluation: Evaluation, body: WholeTensor) -> bytes:
    """Write one tensor as a file for `numpy.load`. Raises ProblemError for an unknown id."""
    return tensor_file(known(body.id, lambda: tensor_of(evaluation, body.id, body.of)))


def known(part: str, answer: Callable[[], T]) -> T:
    """Return the result of `answer`. Raises ProblemError for its KeyError: the graph has no such id."""
    try:
        return answer()
    except KeyError:
        raise ProblemError(
            "unknown-id",
            Text(f"`{part}`라는 id는 그래프에 없습니다.", f"Nothing in the graph has the id `{part}`."),
            name=part,
        ) from None
