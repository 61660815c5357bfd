"""A captured model as plain data: nodes, edges, groups, summaries, and their versioned JSON; no PyTorch.

``core/capture/pytorch`` records a model into these; drawings, diagnosis and files read them. A recording is

    record(model, *inputs, target=None, loss=None, keep=(), budget=…) -> Recording
    Recording.capture: Capture                     # these records, without PyTorch
    Recording.value("x"), Recording.gradient("x")  # the tensors themselves, if kept
    Recording.difference(other)                    # two passes of one model

and ``diagnose(capture)`` says what is wrong with it.
"""

from chainrule.core.capture.diagnosis import Diagnosis, diagnose
from chainrule.core.capture.difference import Difference, difference
from chainrule.core.capture.reader import CaptureFileError, read_capture
from chainrule.core.capture.records import (
    Capture,
    Edge,
    Group,
    Histogram,
    Node,
    Output,
    Parameter,
    Source,
    Summary,
    Tile,
)
from chainrule.core.capture.writer import VERSION, capture_json

__all__ = [
    "VERSION",
    "Capture",
    "CaptureFileError",
    "Diagnosis",
    "Difference",
    "Edge",
    "Group",
    "Histogram",
    "Node",
    "Output",
    "Parameter",
    "Source",
    "Summary",
    "Tile",
    "capture_json",
    "diagnose",
    "difference",
    "read_capture",
]
