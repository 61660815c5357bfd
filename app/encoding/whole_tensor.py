"""One whole tensor: JSON with statistics, or an `.npy` file."""

import io
from typing import Any

import numpy as np

from chainrule.app.encoding.encode import encode, numbers
from chainrule.app.encoding.tensor_json import Pole, nested, summary_json
from chainrule.core.view.summary import histogram

NPY = "application/x-npy"
NPY_FILE = {"content": {NPY: {"schema": {"type": "string", "contentMediaType": NPY}}}}
"""The OpenAPI description of an `.npy` file."""


def tensor_json(part: str, of: Pole, value: Any) -> bytes:
    """Encode a tensor as `TensorAnswer` describes it."""
    array = np.asarray(value, dtype=float)
    told = summary_json(array)
    del told["preview"]
    spread = histogram(array)
    edges = {"edges": numbers(spread.edges), "counts": spread.counts}
    return encode({"id": part, "of": of, **told, "values": nested(array[()]), "histogram": edges})


def tensor_file(value: Any) -> bytes:
    """Write a value in NumPy's format, as float64."""
    file = io.BytesIO()
    np.lib.format.write_array(file, np.ascontiguousarray(value, dtype=np.float64), allow_pickle=False)
    return file.getvalue()


def file_name(part: str, of: Pole) -> str:
    """Name the file so that every system accepts it: `W1-grad.npy`."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in part)
    return f"{plain[:80] or 'tensor'}-{of}.npy"
