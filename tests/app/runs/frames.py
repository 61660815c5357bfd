"""Reads a frame by what docs/frames.md says, and by nothing else."""

import json
import math
import struct

import numpy as np


def read(message: bytes):
    """Decode the header, and the tensors by name and side as float arrays."""
    (length,) = struct.unpack_from("<I", message)
    header = json.loads(message[4 : 4 + length])
    begin = math.ceil((4 + length) / 8) * 8
    tensors = {}
    for item in header["tensors"]:
        count = math.prod(item["shape"])
        levels = np.frombuffer(message, np.int8, count, begin + item["offset"]).astype(float)
        levels[levels == -128] = np.nan
        tensors[item["name"], item["of"]] = (levels * item["scale"]).reshape(item["shape"])
    return header, tensors
