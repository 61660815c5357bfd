"""The answers about one evaluated graph, a program's or a run's."""

import pickle
import re
from typing import TYPE_CHECKING, Any

from chainrule.app.answers.asked import Found, known
from chainrule.app.encoding.whole_tensor import tensor_file, tensor_json
from chainrule.app.graphs.compiled import Evaluation
from chainrule.app.graphs.cost import refuse_many_elements
from chainrule.app.graphs.explanation_json import explanation_json, steps_json
from chainrule.app.graphs.graph_json import empty_graph_json, graph_json, values_json
from chainrule.app.graphs.kinks_json import met_json
from chainrule.app.graphs.tensor_answer import provenance_json, tensor_of
from chainrule.app.heavy.job import stage
from chainrule.app.picture.kept import Pictures, View
from chainrule.app.picture.kinks import words
from chainrule.app.picture.layout import Layout
from chainrule.app.picture.png import png
from chainrule.app.picture.scene import Scene
from chainrule.app.picture.svg import drawing
from chainrule.core.explain.explain import explain
from chainrule.core.explain.provenance import provenance
from chainrule.core.explain.steps import step_count, steps
from chainrule.core.export.origin import Origin, signed
from chainrule.core.gradcheck.nudge import Push, nudge

if TYPE_CHECKING:
    from chainrule.app.schemas.requests import Element, Explain, Picture, Steps, WholeGraph, WholeTensor

_NO_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="graph" viewBox="0 0 1 1" width="1" height="1"></svg>\n'
)
"""The picture of a program whose first node already has an error."""


def whole(found: Found, body: "WholeGraph", layout: dict[str, Any] | None) -> bytes:
    """Encode the whole graph as `GraphAnswer` describes it, with this layout."""
    if found.evaluation is None:
        return empty_graph_json(body.upstream, found.error)
    return graph_json(found.evaluation, error=found.error, layout=layout)


def values(found: Found) -> bytes:
    """Encode the numbers alone as `ValuesAnswer` describes them."""
    return values_json(found.whole)


def walk(found: Found, body: "Steps") -> bytes:
    """Encode a part of the walk as `StepsAnswer` describes it."""
    evaluation = found.whole
    graph = evaluation.graph
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


def explanation(found: Found, body: "Explain") -> bytes:
    """Encode one part's explanation as `ExplainAnswer` describes it. Raises ProblemError for an unknown id."""
    evaluation = found.whole
    compiled = evaluation.compiled
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


def trace(found: Found, body: "Element", most: int) -> bytes:
    """Encode one element's origin as `ProvenanceAnswer` describes it.

    Raises ProblemError for an unknown id, and for a graph with more than `most` elements.
    """
    evaluation = found.whole
    graph = evaluation.graph
    refuse_many_elements(graph, most)
    made = known(
        body.id,
        lambda: provenance(
            graph, evaluation.values, evaluation.gradients, body.id, body.of, body.index, body.open
        ),
    )
    return provenance_json(made)


def tensor(found: Found, body: "WholeTensor") -> bytes:
    """Encode one tensor as `TensorAnswer` describes it. Raises ProblemError for an unknown id."""
    value = known(body.id, lambda: tensor_of(found.whole, body.id, body.of))
    return tensor_json(body.id, body.of, value)


def tensor_npy(found: Found, body: "WholeTensor") -> bytes:
    """Write one tensor as a file for `numpy.load`. Raises ProblemError for an unknown id."""
    return tensor_file(known(body.id, lambda: tensor_of(found.whole, body.id, body.of)))


def graph_scene(evaluation: Evaluation, body: "WholeGraph") -> Scene:
    """Make the scene of a whole graph's layout."""
    return Scene(evaluation.graph, body.open, direction=body.direction, wrap=body.wrap)


def picture_scene(evaluation: Evaluation, body: "Picture") -> Scene:
    """Make the scene of a picture."""
    return evaluation.compiled.beside(Pictures).scene(_view(body))


def is_kept(evaluation: Evaluation, body: "Picture") -> bool:
    """Tell whether most of a picture is kept, so that it takes little time."""
    return evaluation.compiled.beside(Pictures).has(_view(body))


def _view(body: "Picture") -> View:
    # Ids of blanks decide on the texts alone, not on the scene.
    blanks = None if body.blanks is None else ()
    return View(tuple(body.open), body.labels, body.lang, blanks, body.direction, body.wrap)


def graph_scene_pickled(found: Found, body: "WholeGraph") -> bytes:
    """Make the scene of a whole graph's layout for another process; of none without a graph."""
    return _pickled(None if found.evaluation is None else graph_scene(found.evaluation, body))


def picture_scene_pickled(found: Found, body: "Picture") -> bytes:
    """Make the scene of a picture for another process; of none without a graph."""
    stage("draw")
    return _pickled(None if found.evaluation is None else picture_scene(found.evaluation, body))


def _pickled(scene: Scene | None) -> bytes:
    return pickle.dumps(scene, protocol=pickle.HIGHEST_PROTOCOL)


def picture(found: Found, body: "Picture", placed: Layout | None, origin: Origin | None) -> str:
    """Draw the graph as SVG. A standalone picture carries its `origin`. Raises ProblemError for an unknown id."""
    stage("draw")
    evaluation = found.evaluation
    if evaluation is None or placed is None:
        return _NO_PICTURE
    whole = drawing(
        picture_scene(evaluation, body),
        evaluation.values,
        evaluation.gradients,
        step=body.step,
        theme=body.theme,
        standalone=body.standalone,
        layout=placed,
        wrong=evaluation.wrong,
        blanks=body.blanks,
        kinks=words(met_json(evaluation)),
        zoom=body.zoom,
        pushes=None if body.nudge is None else _pushes(evaluation, body.nudge),
    )
    drawn = evaluation.compiled.beside(Pictures).draw(whole)
    if body.standalone and body.labels != "blanks" and origin is not None:
        return signed(drawn, "svg", origin)
    return drawn


def picture_bytes(found: Found, body: "Picture", placed: Layout | None, origin: Origin | None) -> bytes:
    """Draw the graph as SVG."""
    return picture(found, body, placed, origin).encode()


def _pushes(evaluation: Evaluation, written: str) -> dict[int, Push]:
    """Push a value as `id:delta` says, an element as `id[0,1]:delta`. Raises ProblemError for an unknown id."""
    part, _, delta = written.rpartition(":")
    element = re.fullmatch(r"(.+)\[([\d,]+)\]", part)
    name, index = (element[1], [int(k) for k in element[2].split(",") if k]) if element else (part, [])
    node = known(name, lambda: evaluation.graph.index(name))
    found = nudge(evaluation.graph, evaluation.values, node, float(delta), index, evaluation.conventions)
    return {push.node: push for push in found.pushes}


def picture_png(svg: str) -> bytes:
    """Render a standalone picture as PNG."""
    stage("draw")
    return png(svg)
