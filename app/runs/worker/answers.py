"""What is asked of a run beside its frames, answered in its worker: tensors, predictions, checks."""

import math
import time
from typing import Any

import numpy as np

from chainrule.app.encoding.encode import encode, number
from chainrule.app.encoding.tensor_json import Pole, nested
from chainrule.app.graphs.tensor_answer import tensor_file, tensor_json
from chainrule.app.runs.protocol.pass_request import PassRequest
from chainrule.app.runs.protocol.refusals import Refused
from chainrule.app.runs.worker.archive import npz
from chainrule.app.runs.worker.pass_inputs import checked_class, looked_at, scores_of
from chainrule.app.runs.worker.session import Session
from chainrule.core.engine.tape import Tape
from chainrule.core.gradcheck.gradcheck import ElementChecks
from chainrule.core.nets import net_graph
from chainrule.core.text import Text

_WORST = 20
_SCATTERED = 2_000
"""Points of each parameter's scatter plot; the worst come on top."""
_IMAGES = 2
"""Images that the gradients are checked on."""


def tensor(session: Session, node: str, of: Pole, file: bool) -> bytes:
    """One node's value or gradient whole, of the pass seen last: JSON, or NumPy's format."""
    trainer = session.trainer
    try:
        index = trainer.graph.index(node)
    except KeyError:
        raise Refused(
            "unknown-id", Text(f"`{node}` 노드가 없습니다.", f"There is no node `{node}`.")
        ) from None
    value = trainer.values()[index] if of == "value" else trainer.gradients()[index]
    if value is None:
        raise Refused(
            "no-gradient",
            Text(f"`{node}`의 기울기는 구하지 않습니다.", f"No gradient is asked for at `{node}`."),
        )
    whole = np.asarray(value, dtype=np.float64)
    return tensor_file(whole) if file else tensor_json(node, of, whole)


def predict(session: Session, look: PassRequest, score: int | None) -> bytes:
    """What the net as it is now makes of one image: a test image, or pixels 0 … 1.

    The gradient of every node is that of the loss at ``look.label`` (else at the test image's label, or the class
    predicted), or of one ``score``.
    """
    program, inputs = looked_at(session, look)
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
        made = tape.forward()
    gradients = tape.backward(1.0, (), made).nodes
    scores = np.asarray(made[graph.index(scores_id)])[0]
    exponentials = np.exp(scores - scores.max())
    hidden = {
        name: {"value": nested(_row(made[index])), "grad": nested(_row(gradients[index]))}
        for index, name in enumerate(graph.ids)
        if name[0] in "az" and name[1:].isdecimal()
    }
    return encode(
        {
            "step": session.trainer.step_count,
            "predicted": int(np.argmax(scores)),
            "scores": nested(scores),
            "probabilities": nested(exponentials / exponentials.sum()),
            "loss": None if score is not None else number(float(made[graph.output])),
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
    """Every parameter's gradient beside the numerical one, on the first images of the batch seen last."""
    trainer = session.trainer
    begin = time.perf_counter()
    checked = trainer.check(_IMAGES)
    seconds = time.perf_counter() - begin
    told = [_told(elements, trainer.options.seed + k) for k, elements in enumerate(checked)]
    return encode(
        {
            "step": trainer.step_count,
            "images": min(_IMAGES, trainer.options.batch_size),
            "seconds": seconds,
            "ok": all(item["ok"] for item in told),
            "count": sum(elements.excess.size for elements in checked),
            "parameters": told,
        }
    )


def params(session: Session) -> bytes:
    """The parameters as they are now: the bytes of an .npz."""
    return npz(session.trainer.parameters)


def _told(elements: ElementChecks, seed: int) -> dict[str, Any]:
    """One parameter's part of the answer."""
    excess = elements.excess.ravel()
    backprop, numerical = elements.backprop.ravel(), elements.numerical.ravel()
    with np.errstate(all="ignore"):
        absolute = np.abs(backprop - numerical)
        larger = np.maximum(np.abs(backprop), np.abs(numerical))
        relative = np.divide(absolute, larger, out=np.zeros_like(absolute), where=larger != 0)
    worst = np.argsort(-excess, kind="stable")[:_WORST]
    spread = np.arange(excess.size)
    if excess.size > _SCATTERED:
        some = np.random.default_rng(seed).choice(excess.size, _SCATTERED, replace=False)
        spread = np.union1d(some, worst)
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
        "scatter": {"backprop": nested(backprop[spread]), "numerical": nested(numerical[spread])},
    }


def _row(value: Any) -> Any:
    return np.asarray(value, dtype=float)[0]
