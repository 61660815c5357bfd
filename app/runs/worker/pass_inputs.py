"""The inputs of one pass through a run's net: its program, and the values of x, t and the parameters."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.app.runs.protocol.pass_request import PassRequest
from chainrule.app.runs.protocol.refusals import Refused
from chainrule.app.runs.worker.session import Session
from chainrule.core.engine.tape import Tape
from chainrule.core.nets import DeepNet, net_graph
from chainrule.core.ops import INPUT
from chainrule.core.text import Text

Inputs = dict[str, Any]
"""Values of the net's inputs by name."""


def pass_inputs(session: Session, request: PassRequest) -> tuple[str, Inputs]:
    """Return the net's program and the values of its inputs. Raises Refused if there is no such image."""
    program = program_of(session)
    if request.test is None and request.pixels is None:
        return program, _batch(session, request.sample)
    parameters = session.trainer.parameters
    if request.test is not None:
        x, label = test_image(session, request.test)
    else:
        x, label = _row(session, request.pixels or ()), None
    label = checked_class(session, "label", request.label) if request.label is not None else label
    if label is None:
        label = int(np.argmax(scores(session, x, parameters)))
    return program, {"x": x, "t": np.array([float(label)]), **parameters}


def program_of(session: Session) -> str:
    """Return the net's program, which depends on its depth and activation alone."""
    options = session.trainer.options
    return DeepNet(1, [1] * len(options.hidden), 1, options.activation, rng_seed=0).program()


def scores_of(session: Session) -> str:
    """Return the id of the node that holds the scores."""
    return f"a{len(session.trainer.options.hidden) + 1}"


def scores(session: Session, x: Any, parameters: Inputs) -> Any:
    """Return the score of each class for one image, (C,)."""
    tape = Tape(net_graph(program_of(session), {"x": x, "t": np.zeros(1), **parameters}))
    with np.errstate(all="ignore"):
        return np.asarray(tape.forward()[tape.graph.index(scores_of(session))])[0]


def test_image(session: Session, index: int) -> tuple[Any, int]:
    """Return a test image as x (1, D), 0 … 1, and its label. Raises Refused if there is none."""
    images = session.dataset.test_images
    if index >= len(images):
        raise Refused(
            "run-image",
            Text(
                f"시험 이미지는 {len(images):,}장입니다. `test`는 0부터 {len(images) - 1}까지입니다.",
                f"There are {len(images):,} test images: `test` is 0 to {len(images) - 1}.",
            ),
        )
    return images[index : index + 1] / 255.0, int(session.dataset.test_labels[index])


def checked_class(session: Session, name: str, chosen: int) -> int:
    """Return the class if it exists. Raises Refused otherwise."""
    classes = session.dataset.classes
    if chosen >= classes:
        raise misfit(f"`{name}` is {chosen}; classes range from 0 to {classes - 1}.")
    return chosen


def misfit(english: str) -> Refused:
    """Return the refusal for an image or class that does not fit the net."""
    return Refused("run-image", Text(f"이미지가 이 신경망에 맞지 않습니다: {english}", english))


def _row(session: Session, pixels: Sequence[float]) -> Any:
    """Return a visitor's image as x (1, D). Raises Refused for another size."""
    expected = session.dataset.train_images.shape[1]
    if len(pixels) != expected:
        raise misfit(f"`pixels` has {len(pixels)} numbers; an image has {expected}.")
    return np.asarray([pixels], dtype=float)


def _batch(session: Session, sample: int | None) -> Inputs:
    graph = session.trainer.last.batch_graph()
    inputs = {graph.ids[leaf]: graph.values[leaf] for leaf in graph.leaves if graph.codes[leaf] == INPUT}
    if sample is None:
        return inputs
    images = len(inputs["x"])
    if sample >= images:
        raise Refused(
            "run-image",
            Text(
                f"배치에는 이미지가 {images}장 있습니다. `sample`은 0부터 {images - 1}까지입니다.",
                f"The batch has {images} images: `sample` is 0 to {images - 1}.",
            ),
        )
    one = slice(sample, sample + 1)
    return inputs | {"x": inputs["x"][one], "t": inputs["t"][one]}
