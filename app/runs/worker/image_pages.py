"""The test set as a run's net classifies it: confusion matrix, and pages of images with thumbnails."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.app.encoding.encode import encode, nested_numbers, number
from chainrule.app.encoding.heat_map import sprite
from chainrule.app.runs.protocol.pass_request import ImagePage
from chainrule.app.runs.worker.pass_inputs import test_image
from chainrule.app.runs.worker.session import Session


def listed(session: Session, query: ImagePage) -> bytes:
    """Return the fields of `TestSetAnswer` as JSON."""
    dataset = session.dataset
    labels = dataset.test_labels
    step, predictions = session.test_cache.at(session.trainer, session.running, query.step)
    chosen = np.flatnonzero(_wanted(query, labels, predictions.predicted))
    if query.order == "probability":
        chosen = chosen[np.argsort(-predictions.probability[chosen], kind="stable")]
    shown = chosen[query.offset : query.offset + query.limit]
    return encode(
        {
            "step": step,
            "loss": number(predictions.loss),
            "accuracy": predictions.accuracy,
            "count": len(labels),
            "mistakes": int(np.count_nonzero(predictions.predicted != labels)),
            "confusion": confusion(labels, predictions.predicted, dataset.classes).tolist(),
            "total": len(chosen),
            "offset": query.offset,
            "side": dataset.side,
            "images": [
                {
                    "index": int(at),
                    "label": int(labels[at]),
                    "predicted": int(predictions.predicted[at]),
                    "probability": number(float(predictions.probability[at])),
                    "probability_of_label": number(float(predictions.of_label[at])),
                }
                for at in shown
            ],
            "sprite": sprite(dataset.test_images[shown], dataset.side) if len(shown) else None,
        }
    )


def one(session: Session, index: int) -> bytes:
    """Return the fields of `TestImageAnswer` as JSON. Raises Refused if there is no such image."""
    pixels, label = test_image(session, index)
    trainer = session.trainer
    scores = trainer.inference.scores(session.dataset.test_images[index : index + 1])[0].astype(float)
    with np.errstate(all="ignore"):
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
    return encode(
        {
            "step": trainer.step_count,
            "index": index,
            "label": label,
            "predicted": int(np.argmax(scores)),
            "probabilities": nested_numbers(shares.tolist()),
            "side": session.dataset.side,
            "pixels": pixels[0].tolist(),
        }
    )


def confusion(labels: NDArray[Any], predicted: NDArray[Any], classes: int) -> NDArray[np.int64]:
    """Count the images of each class (row) that are predicted as each class (column)."""
    pairs = labels.astype(np.int64) * classes + predicted
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def _wanted(query: ImagePage, labels: NDArray[Any], predicted: NDArray[Any]) -> NDArray[np.bool_]:
    wanted = np.ones(len(labels), bool)
    if query.mistakes:
        wanted &= labels != predicted
    if query.label is not None:
        wanted &= labels == query.label
    if query.predicted is not None:
        wanted &= predicted == query.predicted
    return wanted
