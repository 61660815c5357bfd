"""What is asked of a run beside its frames, answered in its worker: graph, tensors, predictions, checks."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.compiled import Compiled
from app.encode import encode, number
from app.graph_json import graph_json
from app.runs.refusals import Refused
from app.runs.session import Session
from app.tensor_answer import tensor_file, tensor_json
from app.tensor_json import Pole, nested
from core.gradcheck import Elements
from core.nets import DeepNet, net_graph
from core.ops import INPUT, Text
from core.tape import Tape

_WORST = 20
_SCATTERED = 500
"""Points of each parameter's scatter plot."""


def graph(session: Session, sample: int | None) -> bytes:
    """The net as `GraphAnswer` describes it, at the batch seen last, or at one image of it."""
    compiled = Compiled(net_graph(*sampled(session, sample)))
    return graph_json(compiled, compiled.evaluate({}))


def sampled(session: Session, sample: int | None) -> tuple[str, dict[str, Any]]:
    """The net's program and the numbers of its inputs: the batch seen last, the parameters it was seen with."""
    whole = session.trainer.batch_graph()
    numbers = {whole.ids[leaf]: whole.values[leaf] for leaf in whole.leaves if whole.codes[leaf] == INPUT}
    if sample is not None:
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
        numbers |= {"x": numbers["x"][one], "t": numbers["t"][one]}
    return _program(session), numbers


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


def predict(session: Session, pixels: Sequence[float], label: int | None, score: int | None) -> bytes:
    """What the net as it is now makes of one image; pixels 0 … 1, row by row.

    The gradient of every node is that of the loss at ``label`` (else at the class predicted), or of one ``score``.
    """
    dataset, trainer = session.dataset, session.trainer
    expected, classes = dataset.train_images.shape[1], dataset.classes
    if len(pixels) != expected:
        raise _misfit(f"`pixels` has {len(pixels)} numbers; an image has {expected}.")
    for name, chosen in (("label", label), ("score", score)):
        if chosen is not None and chosen >= classes:
            raise _misfit(f"`{name}` is {chosen}; the classes are 0 to {classes - 1}.")
    scores_id = f"a{len(trainer.options.hidden) + 1}"
    x = np.asarray([pixels], dtype=float)
    inputs: dict[str, NDArray[Any]] = {"x": x, "t": np.zeros(1), **trainer.parameters}
    tape, made = _taped(_program(session), inputs)
    scores = np.asarray(made[tape.graph.index(scores_id)])[0]
    predicted = int(np.argmax(scores))
    if score is None:
        inputs["t"] = np.array([float(predicted if label is None else label)])
        tape, made = _taped(_program(session), inputs)
    else:
        program = _program(session).replace(
            f"loss = softmax_with_loss({scores_id}, t)", f"score = sum({scores_id} * pick)"
        )
        inputs["pick"] = np.eye(classes)[[score]]
        del inputs["t"]
        tape, made = _taped(program, inputs)
    gradients = tape.backward(1.0, (), made).nodes
    exponentials = np.exp(scores - scores.max())
    hidden = {
        name: {"value": nested(_row(made[index])), "grad": nested(_row(gradients[index]))}
        for index, name in enumerate(tape.graph.ids)
        if name[0] in "az" and name[1:].isdecimal()
    }
    return encode(
        {
            "predicted": predicted,
            "scores": nested(scores),
            "probabilities": nested(exponentials / exponentials.sum()),
            "loss": None if score is not None else number(float(made[tape.graph.output])),
            "nodes": hidden,
            "gradient": {
                "of": "loss" if score is None else "score",
                "label": int(inputs["t"][0]) if score is None else score,
                "pixels": nested(_row(gradients[tape.graph.index("x")])),
            },
        }
    )


def gradcheck(session: Session) -> bytes:
    """Every parameter's gradient beside the numerical one, on the first images of the batch seen last."""
    checked = session.trainer.check()
    worst = [_worst_of(elements) for elements in checked]
    return encode(
        {
            "ok": all(item["ok"] for item in worst),
            "count": sum(elements.excess.size for elements in checked),
            "parameters": worst,
        }
    )


def params(session: Session) -> bytes:
    """The parameters as they are now: the bytes of an .npz."""
    return npz(session.trainer.parameters)


def npz(arrays: dict[str, NDArray[Any]]) -> bytes:
    """Arrays by name as NumPy's archive."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _worst_of(elements: Elements) -> dict[str, Any]:
    """One parameter's part of the answer."""
    check = elements.worst()
    excess = elements.excess.ravel()
    backprop, numerical = elements.backprop.ravel(), elements.numerical.ravel()
    order = np.argsort(-excess, kind="stable")[:_WORST]
    spread = np.unique(np.linspace(0, excess.size - 1, min(_SCATTERED, excess.size)).astype(int))
    return {
        "id": elements.id,
        "count": excess.size,
        "ok": check.ok,
        "failing": int(np.count_nonzero(~(excess <= 1))),
        "absolute": number(check.absolute),
        "relative": number(check.relative),
        "worst": [
            {
                "index": [int(place) for place in np.unravel_index(int(at), elements.excess.shape)],
                "backprop": number(float(backprop[at])),
                "numerical": number(float(numerical[at])),
                "excess": number(float(excess[at])),
            }
            for at in order
        ],
        "scatter": {"backprop": nested(backprop[spread]), "numerical": nested(numerical[spread])},
    }


def _program(session: Session) -> str:
    """The net's program: it follows from its depth and its activation alone."""
    options = session.trainer.options
    return DeepNet(1, [1] * len(options.hidden), 1, options.activation, seed=0).program()


def _taped(program: str, inputs: dict[str, NDArray[Any]]) -> tuple[Tape, Any]:
    tape = Tape(net_graph(program, inputs))
    with np.errstate(all="ignore"):
        return tape, tape.forward()


def _row(value: Any) -> Any:
    return np.asarray(value, dtype=float)[0]


def _misfit(english: str) -> Refused:
    return Refused("run-options", Text(f"이미지가 이 신경망에 맞지 않습니다: {english}", english))
