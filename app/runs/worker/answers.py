"""A worker's answers beside frames: tensors, predictions, gradient checks, parameters."""

import math
import time
from typing import Any

import numpy as np

from chainrule.app.encoding.encode import encode, number
from chainrule.app.encoding.tensor_json import Pole, nested
from chainrule.app.encoding.whole_tensor import tensor_file, tensor_json
from chainrule.app.runs.protocol.pass_request import PassRequest
from chainrule.app.runs.protocol.refusals import Refused
from chainrule.app.runs.worker.archive import npz
from chainrule.app.runs.worker.pass_inputs import checked_class, pass_inputs, scores_of
from chainrule.app.runs.worker.session import Session
from chainrule.core.engine.tape import Tape
from chainrule.core.gradcheck.gradcheck import ElementChecks
from chainrule.core.nets import net_graph
from chainrule.core.text import Text

_WORST = 20
_SCATTERED = 2_000
"""Points in each parameter's scatter plot, besides the worst."""
_IMAGES = 2
"""Images of the batch that gradients are checked on."""


def tensor(session: Session, node: str, of: Pole, file: bool) -> bytes:
    """Encode one node's whole value or gradient in the last pass, as JSON or as a NumPy file."""
    trainer = session.trainer
    try:
        index = trainer.graph.index(node)
    except KeyError:
        raise Refused(
            "unknown-id", Text(f"`{node}` 노드가 없습니다.", f"There is no node `{node}`.")
        ) from None
    value = trainer.last.values()[index] if of == "value" else _gradient(session, index)
    if value is None:
        raise Refused(
            "no-gradient",
            Text(f"`{node}`의 기울기는 구하지 않습니다.", f"No gradient is computed at `{node}`."),
        )
    whole = np.asarray(value, dtype=np.float64)
    return tensor_file(whole) if file else tensor_json(node, of, whole)


def _gradient(session: Session, index: int) -> Any:
    """Return a node's gradient in the last pass; None at labels and constants.

    Training computes none at the pixels and inside closed layers: there it is made now.
    """
    last = session.trainer.last
    gradient = last.gradients()[index]
    if gradient is not None:
        return gradient
    if session.trainer.graph.ids[index] == "x":
        return last.pixel_gradients(session.trainer.options.batch_size)
    tape = Tape(last.batch_graph())
    with np.errstate(all="ignore"):
        return tape.backward(1.0, (), tape.forward()).nodes[index]


def predict(session: Session, pass_request: PassRequest, score: int | None) -> bytes:
    """Classify one image, a test image or pixels 0 … 1, with the current parameters.

    Every node's gradient is that of one `score`, or else of the loss at the request's label. Without a label it is
    the test image's, or the predicted class.
    """
    program, inputs = pass_inputs(session, pass_request)
    pixels, scores_id = inputs["x"], scores_of(session)
    label = int(inputs["t"][0])
    if score is not None:
        score = checked_class(session, "score", score)
        program = program.replace(
            f"loss = softmax_with_loss({scores_id}, t)", f"score = sum({scores_id} * pick)"
        )
        del inputs["t"]
        inputs["pick"] = np.eye(session.dataset.classes)[[score]]
    tape = Tape(net_graph(program, inputs))
    graph = tape.graph
    with np.errstate(all="ignore"):
        values = tape.forward()
    gradients = tape.backward(1.0, (), values).nodes
    scores = np.asarray(values[graph.index(scores_id)])[0]
    exponentials = np.exp(scores - scores.max())
    hidden = {
        name: {"value": nested(_row(values[index])), "grad": nested(_row(gradients[index]))}
        for index, name in enumerate(graph.ids)
        if name[0] in "az" and name[1:].isdecimal()
    }
    return encode(
        {
            "step": session.trainer.step_count,
            "predicted": int(np.argmax(scores)),
            "scores": nested(scores),
            "probabilities": nested(exponentials / exponentials.sum()),
            "loss": None if score is not None else number(float(values[graph.output])),
            "pixels": nested(_row(pixels)),
            "nodes": hidden,
            "gradient": {
                "of": "loss" if score is None else "score",
                "label": label if score is None else score,
                "pixels": nested(_row(gradients[graph.index("x")])),
            },
        }
    )


def gradcheck(session: Session) -> bytes:
    """Compare every parameter's gradient with a numerical one, on the first images of the last batch."""
    trainer = session.trainer
    begin = time.perf_counter()
    checked = trainer.check(_IMAGES)
    seconds = time.perf_counter() - begin
    parameters = [_check_json(elements, trainer.options.seed + k) for k, elements in enumerate(checked)]
    return encode(
        {
            "step": trainer.step_count,
            "images": min(_IMAGES, trainer.options.batch_size),
            "seconds": seconds,
            "ok": all(item["ok"] for item in parameters),
            "count": sum(elements.excess.size for elements in checked),
            "parameters": parameters,
        }
    )


def params(session: Session) -> bytes:
    """Return the current parameters as the bytes of an .npz archive."""
    return npz(session.trainer.parameters)


def _check_json(elements: ElementChecks, seed: int) -> dict[str, Any]:
    """Return one parameter's part of the answer."""
    excess = elements.excess.ravel()
    backprop, numerical = elements.backprop.ravel(), elements.numerical.ravel()
    with np.errstate(all="ignore"):
        absolute = np.abs(backprop - numerical)
        larger = np.maximum(np.abs(backprop), np.abs(numerical))
        relative = np.divide(absolute, larger, out=np.zeros_like(absolute), where=larger != 0)
    worst = np.argsort(-excess, kind="stable")[:_WORST]
    plotted = np.arange(excess.size)
    if excess.size > _SCATTERED:
        sample = np.random.default_rng(seed).choice(excess.size, _SCATTERED, replace=False)
        plotted = np.union1d(sample, worst)
    failing = int(np.count_nonzero(~(excess <= 1)))
    return {
        "id": elements.id,
        "count": excess.size,
        "of": math.prod(elements.shape),
        "ok": not failing,
        "failing": failing,
        "absolute": number(float(absolute.max())),
        "relative": number(float(relative.max())),
        "worst": [
            {
                "index": elements.where(int(at)),
                "backprop": number(float(backprop[at])),
                "numerical": number(float(numerical[at])),
                "absolute": number(float(absolute[at])),
                "relative": number(float(relative[at])),
                "excess": number(float(excess[at])),
            }
            for at in worst
        ],
        "scatter": {"backprop": nested(backprop[plotted]), "numerical": nested(numerical[plotted])},
    }


def _row(value: Any) -> Any:
    return np.asarray(value, dtype=float)[0]
