"""A captured model drawn, told and written for other programs."""

import io
import json
import re
from xml.etree import ElementTree

import networkx
import pytest
import torch

from chainrule import capture
from chainrule.app.captures.details import Details
from chainrule.app.captures.export import EXPORTS
from chainrule.app.captures.findings import findings
from chainrule.app.saved.views import Images
from chainrule.app.view.captured import CaptureView
from chainrule.core.capture import read_capture
from tests.core.capture.test_visible import chain
from tests.helpers.captured_sample import sample


def drawn(svg):
    root = ElementTree.fromstring(svg)
    return {part.get("data-id") for part in root.iter() if part.get("data-id")}


def test_groups_open_in_place():
    view = CaptureView(sample())
    assert drawn(view.svg()) >= {"/", "inner", "inner.w", "inner.matmul", "pow", "@output"}
    closed = drawn(view.svg(open=["/"]))
    assert "inner" in closed
    assert "inner.w" not in closed
    assert "h.0×12" in drawn(CaptureView(chain(12)).svg())
    with pytest.raises(KeyError):
        view.svg(open=["outer"])


@pytest.mark.parametrize("options", [{"zoom": 0.2}, {"theme": "dark", "lang": "ko"}, {"direction": "down"}])
def test_every_way_to_draw(options):
    svg = CaptureView(sample()).svg(**options)
    ElementTree.fromstring(svg)
    assert ("손실" in svg) == (options.get("lang") == "ko")


def test_numbers_of_edges_are_those_of_the_capture():
    svg = CaptureView(sample()).svg(open=["/"])
    texts = re.findall(r"<text class=\"(?:value|grad|cell)\"[^>]*>([^<]*)<", svg)
    assert {"11", "22", "121", "1", "66", "88"} <= set(texts)


def test_the_panel_says_where_a_node_stands_in_the_code():
    parts = Details(sample(), "en", Images()).all()
    assert parts["pow"]["code"] == {"place": "net.py:7 · forward", "text": "return (x @ self.inner.w) ** 2"}
    assert parts["inner.w"]["rows"][2] == ("also named", "tied.w")
    assert parts["inner"]["sub"] == "Inner"
    row = Details(chain(3), "ko", Images()).all()["h.0×3"]
    assert [name for name, _, _ in row["sums"]["rows"]] == ["h.0", "h.1", "h.2"]


def test_findings_in_both_languages():
    (unused,) = [finding for finding in findings(sample(), "en") if "parameter without" in finding["title"]]
    assert unused["wrong"]
    assert unused["lines"] == [{"text": "spare: unused: no op read it", "id": None}]
    assert any("손실 121" in finding["title"] for finding in findings(sample(), "ko"))


def test_findings_do_not_contradict_one_another():
    """One of eight units is dead, which is no fault, and a bias is still 0, which has no ratio."""
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
    with torch.no_grad():
        model[0].bias.fill_(1)[3] = -100
        model[2].bias.zero_()
    told = findings(capture(model, torch.rand(5, 4), loss=torch.Tensor.mean).capture, "en")
    titles = [finding["title"] for finding in told]
    assert "No NaN, no infinity; every parameter has a gradient." in titles
    (dead,) = [finding for finding in told if finding["title"].startswith("Dead")]
    assert [line["text"] for line in dead["lines"]] == ["1.relu: 1 / 8"]
    (ratios,) = [finding for finding in told if finding["title"].startswith("Largest")]
    assert {line["id"] for line in ratios["lines"]} == {"0.weight", "0.bias", "2.weight"}


def test_graphml_is_read_by_networkx():
    graph = networkx.read_graphml(io.BytesIO(EXPORTS["graphml"](sample()).encode()))
    assert set(graph) == {"x", "inner.w", "inner.matmul", "pow"}
    assert graph.edges["inner.w", "inner.matmul"]["gradient_norm"] == pytest.approx(2420**0.5)
    assert graph.nodes["pow"]["source"] == "net.py:7"


def test_json_is_read_back():
    view = CaptureView(sample())
    assert read_capture(view.to_json()).nodes[0].id == "x"
    assert json.loads(view.export("json"))["version"] == 1


@pytest.mark.parametrize(("format", "said"), [("dot", "subgraph cluster_1"), ("mermaid", "subgraph g1")])
def test_modules_are_clusters(format, said):
    text = CaptureView(sample()).export(format)
    assert said in text
    assert text.count("->" if format == "dot" else "-->") == 3


@pytest.mark.parametrize(("zoom", "name"), [(0.3, "inner: Inner"), (0.1, "Net")])
def test_from_far_the_outermost_shut_lid_has_its_name(zoom, name):
    svg = CaptureView(sample()).svg(zoom=zoom)
    assert re.findall(r'class="lid-name"[^>]*>([^<]+)<', svg) == [name]
