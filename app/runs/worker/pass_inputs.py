"""One pass through a run's net, put together in its worker: the program, and the numbers of its inputs."""

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

Numbers = dict[str, Any]
"""The net's inputs by name."""


def looked_at(session: Session, look: PassRequest) -> tuple[str, Numbers]:
    """The net's program and the numbers of its inputs. Raises Refused for an image that there is not."""
    program = program_of(session)
    if look.test is None and look.pixels is None:
        return program, _batch(session, look.sample)
    parameters = session.trainer.parameters
    if look.test is not None:
        x, label = test_image(session, look.test)
    else:
        x, label = _row(session, look.pixels or ()), None
    label = checked_class(session, "label", look.label) if look.label is not None else label
    if label is None:
        label = int(np.argmax(scores(session, x, parameters)))
    return program, {"x": x, "t": np.array([float(label)]), **parameters}


def program_of(session: Session) -> str:
    """The net's program: it follows from its depth and its activation alone."""
    options = session.trainer.options
    return DeepNet(1, [1] * len(options.hidden), 1, options.activation, rng_seed=0).program()


def scores_of(session: Session) -> str:
    """Id of the node that has the scores."""
    return f"a{len(session.trainer.options.hidden) + 1}"


def scores(session: Session, x: Any, parameters: Numbers) -> Any:
    """The score of each class for one image, (C,)."""
    tape = Tape(net_graph(program_of(session), {"x": x, "t": np.zeros(1), **parameters}))
    with np.errstate(all="ignore"):
        return np.asarray(tape.forward()[tape.graph.index(scores_of(session))])[0]


def test_image(session: Session, index: int) -> tuple[Any, int]:
    """A test image as x (1, D), 0 … 1, and its label. Raises Refused if there is none."""
    images = session.dataset.test_images
    if index >= len(images):
        raise Refused(
            "run-options",
            Text(
                f"시험 이미지는 {len(images):,}장입니다. `test`는 0부터 {len(images) - 1}까지입니다.",
                f"There are {len(images):,} test images: `test` is 0 to {len(images) - 1}.",
            ),
        )
    return images[index : index + 1] / 255.0, int(session.dataset.test_labels[index])


def checked_class(session: Session, name: str, chosen: int) -> int:
    """The class, if there is such a one. Raises Refused."""
    classes = session.dataset.classes
    if chosen >= classes:
        raise misfit(f"`{name}` is {chosen}; the classes are 0 to {classes - 1}.")
    return chosen


def misfit(english: str) -> Refused:
    """The image, or what is asked about it, does not fit the net."""
    return Refused("run-options", Text(f"이미지가 이 신경망에 맞지 않습니다: {english}", english))


def _row(session: Session, pixels: Sequence[float]) -> Any:
    """An image of one's own as x (1, D). Raises Refused if it has another size."""
    expected = session.dataset.train_images.shape[1]
    if len(pixels) != expected:
        raise misfit(f"`pixels` has {len(pixels)} numbers; an image has {expected}.")
    return np.asarray([pixels], dtype=float)


def _batch(session: Session, sample: int | None) -> Numbers:
    whole = session.trainer.batch_graph()
    numbers = {whole.ids[leaf]: whole.values[leaf] for leaf in whole.leaves if whole.codes[leaf] == INPUT}
    if sample is None:
        return numbers
    images = len(numbers["x"])
    if sample >= images:
        raise Refused(
            "run-options",
            Text(
                f"배치에는 이미지가 {images}장 있습니다. `sample`은 0부터 {images - 1}까지입니다.",
                f"The batch has {images} images: `sample` is 0 to {images - 1}.",
            ),
        )
    one = slice(sample, sample + 1)
    return numbers | {"x": numbers["x"][one], "t": numbers["t"][one]}
