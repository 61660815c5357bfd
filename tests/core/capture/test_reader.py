"""A capture's JSON comes back as it was, and whatever breaks the schema is refused with its place."""

import copy
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from chainrule.core.capture import VERSION, CaptureFileError, capture_json, read_capture
from chainrule.core.capture.reader import Limits
from tests.helpers.captured_sample import sample


def test_a_capture_comes_back_as_it_was():
    text = capture_json(sample())
    again = read_capture(text)
    assert capture_json(again) == text
    assert read_capture(text.encode()).nodes[3].op == "pow"
    assert again.nodes[1].outputs[0].value.tile.values.tolist() == [[3, 4]]
    assert again.nodes[1].outputs[0].value.tile.exact
    assert again.index == {"x": 0, "inner.w": 1, "tied.w": 1, "inner.matmul": 2, "pow": 3}
    assert again.into == ((), (), (0, 1), (2,))
    assert again.out_of == ((0,), (1,), (2,), ())
    assert again.children == ((1,), ())
    assert again.members == ((0, 3), (1, 2))


def test_numbers_that_json_lacks_come_back():
    plain = sample()
    (output,) = plain.nodes[0].outputs
    odd = replace(output.value, min=-math.inf, max=math.inf, mean=math.nan, nan=1)
    odd = replace(odd, tile=replace(odd.tile, values=np.array([[math.nan, -math.inf]], np.float32)))
    node = replace(plain.nodes[0], outputs=(replace(output, value=odd),))
    text = capture_json(replace(plain, nodes=(node, *plain.nodes[1:])))
    json.loads(text, parse_constant=pytest.fail)
    value = read_capture(text).nodes[0].outputs[0].value
    assert (value.min, value.max) == (-math.inf, math.inf)
    assert math.isnan(value.mean)
    assert np.array_equal(value.tile.values, odd.tile.values, equal_nan=True)


def at(document, path, value):
    """Set what stands at a path of keys; ``...`` deletes."""
    for key in path[:-1]:
        document = document[key]
    if value is ...:
        del document[path[-1]]
    else:
        document[path[-1]] = value


VALUE = ("nodes", 0, "outputs", 0, "value")

BROKEN = [
    (("format",), "x", "format"),
    (("version",), VERSION + 1, "version"),
    (("version",), True, "version"),
    (("extra",), 1, "file"),
    (("nodes",), ..., "nodes"),
    (("nodes",), {}, "nodes"),
    (("nodes", 0), [], "nodes[0]"),
    (("nodes", 0, "id"), "pow", "nodes"),
    (("nodes", 0, "id"), "", "nodes[0].id"),
    (("nodes", 0, "id"), "a\nb", "nodes[0].id"),
    (("nodes", 0, "id"), "a\u202eb", "nodes[0].id"),
    (("nodes", 0, "id"), "\ud800", "nodes[0].id"),
    (("nodes", 0, "id"), "x" * 501, "nodes[0].id"),
    (("nodes", 0, "kind"), "virus", "nodes[0].kind"),
    (("nodes", 0, "kind"), ["op"], "nodes[0].kind"),
    (("nodes", 0, "kind"), "box", "nodes[0].reason"),
    (("nodes", 0, "group"), 2, "nodes[0].group"),
    (("nodes", 0, "group"), -2, "nodes[0].group"),
    (("nodes", 0, "onclick"), "x", "nodes[0]"),
    (("nodes", 0, "outputs"), [], "nodes[0].outputs"),
    (("nodes", 0, "outputs", 0, "shape"), [-1], "nodes[0].outputs[0].shape[0]"),
    (("nodes", 0, "outputs", 0, "shape"), [2**63], "nodes[0].outputs[0].shape[0]"),
    (("nodes", 0, "outputs", 0, "requires_grad"), 1, "nodes[0].outputs[0].requires_grad"),
    ((*VALUE, "min"), "nan", "nodes[0].outputs[0].value.min"),
    ((*VALUE, "min"), 10**400, "nodes[0].outputs[0].value.min"),
    ((*VALUE, "min"), True, "nodes[0].outputs[0].value.min"),
    ((*VALUE, "zeros"), 3, "nodes[0].outputs[0].value"),
    ((*VALUE, "histogram", "low"), 9.0, "nodes[0].outputs[0].value.histogram"),
    ((*VALUE, "histogram", "low"), "Infinity", "nodes[0].outputs[0].value.histogram"),
    ((*VALUE, "tile", "data"), "AAAA", "nodes[0].outputs[0].value.tile.data"),
    ((*VALUE, "tile", "data"), "\x00", "nodes[0].outputs[0].value.tile.data"),
    ((*VALUE, "tile", "data"), 7, "nodes[0].outputs[0].value.tile.data"),
    ((*VALUE, "tile", "width"), 3, "nodes[0].outputs[0].value.tile"),
    ((*VALUE, "tile", "height"), 10**9, "nodes[0].outputs[0].value.tile"),
    (("edges", 0, "source"), 2, "edges[0]"),
    (("edges", 0, "source"), -1, "edges[0].source"),
    (("edges", 0, "target"), 4, "edges[0]"),
    (("edges", 0, "output"), 1, "edges[0].output"),
    (("edges", 0, "slots"), [], "edges[0].slots"),
    (("edges", 0, "slots"), [5], "edges[1]"),
    (("edges", 1, "source"), 0, "edges[1]"),
    (("groups", 0, "parent"), 0, "groups[0].parent"),
    (("groups", 0, "parent"), 1, "groups[0].parent"),
    (("groups", 1, "id"), "/", "groups"),
    (("parameters", 2, "node"), 4, "parameters[2].node"),
    (("parameters", 2, "no_gradient"), "lost", "parameters[2].no_gradient"),
    (("loss",), [4, 0], "outputs"),
    (("loss",), [0], "loss"),
    (("outputs",), [[3, 1]], "outputs"),
]


@pytest.mark.parametrize(("path", "value", "place"), BROKEN)
def test_what_breaks_the_schema_is_refused_with_its_place(path, value, place):
    document = copy.deepcopy(json.loads(capture_json(sample())))
    at(document, path, value)
    with pytest.raises(CaptureFileError) as refused:
        read_capture(json.dumps(document))
    assert refused.value.name == place
    assert refused.value.message.ko != refused.value.message.en


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", "[" * 100_000, '{"format": NaN}', '{"nodes": 1e999}', b"\xff", "9" * 5000]
)
def test_other_files_are_refused(text):
    with pytest.raises(CaptureFileError):
        read_capture(text)


def test_large_and_deep_files_are_refused():
    text = capture_json(sample())
    for limits in (
        Limits(characters=10),
        Limits(nodes=3),
        Limits(edges=2),
        Limits(depth=1),
        Limits(groups=1),
    ):
        with pytest.raises(CaptureFileError):
            read_capture(text, limits)
