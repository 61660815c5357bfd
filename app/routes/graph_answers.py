"""The answers about one evaluated graph, as bytes; long work goes to a thread, heavy work to a process."""

import pickle
from collections.abc import Callable
from typing import Any, cast

from anyio.to_thread import run_sync

from chainrule.app.answers import graph as answers
from chainrule.app.graphs import work
from chainrule.app.picture.layout import Layout, Layouts, is_small
from chainrule.app.picture.scene import Scene
from chainrule.app.routes.subjects import CALLS, Subject
from chainrule.app.schemas.requests import (
    Backward,
    Element,
    Explain,
    GraphRequest,
    Picture,
    PictureRequest,
    Steps,
    WholeGraph,
    WholeTensor,
)
from chainrule.app.web.leaving import while_there
from chainrule.core.export.origin import Origin


async def whole(layouts: Layouts, subject: Subject[WholeGraph]) -> bytes:
    """Encode the whole graph as `GraphAnswer` describes it, with a layout if the request wants one."""
    body, layout = subject.body, None
    if body.layout and (scene := await _scene(subject, answers.graph_scene, answers.graph_scene_pickled)):
        layout = (await _placed(layouts, scene)).as_json(scene)
    return await _answer(subject, WholeGraph, answers.whole, layout)


async def values(subject: Subject[Backward]) -> bytes:
    """Encode the numbers alone as `ValuesAnswer` describes them."""
    if subject.elsewhere is not None:
        return await subject.elsewhere.answer(answers.values, None)
    compiled = subject.found.whole.compiled
    return await work.run(work.VALUES * compiled.cost, lambda: answers.values(subject.found))


async def picture(layouts: Layouts, subject: Subject[Picture]) -> str:
    """Draw the graph as SVG."""
    body = subject.body
    placed = await layout_of(layouts, subject)
    origin = origin_of(body) if body.standalone and isinstance(body, PictureRequest) else None
    if subject.elsewhere is not None:
        drawn = await subject.elsewhere.answer(answers.picture_bytes, body, placed, origin)
        return drawn.decode()
    takes, evaluation = 0.0, subject.evaluation
    if evaluation is not None:
        takes = (work.REDRAW if answers.is_kept(evaluation, body) else work.DRAW) * len(evaluation.graph)
    return await work.run(takes, lambda: answers.picture(subject.found, body, placed, origin))


async def layout_of(layouts: Layouts, subject: Subject[Picture]) -> Layout | None:
    """Lay out the picture of a graph, or take its layout from the cache; None without a graph."""
    scene = await _scene(subject, answers.picture_scene, answers.picture_scene_pickled)
    return None if scene is None else await _placed(layouts, scene)


async def walk(subject: Subject[Steps]) -> bytes:
    """Encode a part of the walk as `StepsAnswer` describes it."""
    return await _answer(subject, Steps, answers.walk)


async def explanation(subject: Subject[Explain]) -> bytes:
    """Encode one part's explanation as `ExplainAnswer` describes it. Raises ProblemError for an unknown id."""
    return await _answer(subject, Explain, answers.explanation)


async def trace(subject: Subject[Element], most: int) -> bytes:
    """Encode one element's origin as `ProvenanceAnswer` describes it.

    Raises ProblemError for an unknown id, and for a graph with more than `most` elements.
    """
    return await _answer(subject, Element, answers.trace, most)


async def tensor(subject: Subject[WholeTensor]) -> bytes:
    """Encode one tensor as `TensorAnswer` describes it. Raises ProblemError for an unknown id."""
    return await _answer(subject, WholeTensor, answers.tensor)


async def tensor_npy(subject: Subject[WholeTensor]) -> bytes:
    """Write one tensor as a file for `numpy.load`. Raises ProblemError for an unknown id."""
    return await _answer(subject, WholeTensor, answers.tensor_npy)


def origin_of(body: GraphRequest) -> Origin:
    """The program and the numbers of a request, for an export to carry along."""
    return Origin(body.program, body.inputs, body.upstream, body.mistakes, body.conventions)


async def _answer(
    subject: Subject[Any], fields: type[Backward], answer: Callable[..., bytes], *more: Any
) -> bytes:
    body = subject.body
    if subject.elsewhere is not None:
        return await subject.elsewhere.answer(answer, body, *more)
    evaluation = subject.evaluation
    microseconds = 0.0 if evaluation is None else CALLS[fields].takes(evaluation.compiled, body)
    return await work.run(microseconds, lambda: answer(subject.found, body, *more))


async def _scene(
    subject: Subject[Any], make: Callable[..., Scene], make_pickled: Callable[..., bytes]
) -> Scene | None:
    """Make a scene, for it to be laid out here; None without a graph."""
    body = subject.body
    if subject.elsewhere is not None:
        pickled = await subject.elsewhere.answer(make_pickled, body)
        return cast(Scene | None, await run_sync(pickle.loads, pickled))
    evaluation = subject.evaluation
    if evaluation is None:
        return None
    return await work.run(work.SCENE * len(evaluation.graph), lambda: make(evaluation, body))


async def _placed(layouts: Layouts, scene: Scene) -> Layout:
    """Lay out a scene in this visitor's turn, or take its layout from the cache. Raises ClientGone."""
    known = layouts.known(scene)
    if known is not None:
        return known
    async with while_there(), work.turn("small layouts" if is_small(scene) else "layouts"):
        return await layouts.place(scene)
