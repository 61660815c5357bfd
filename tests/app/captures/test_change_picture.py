"""Two captures on one picture: what changed, what is new, what only one of them has."""

import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from torch import nn

import chainrule
from chainrule.app.captures.change_data import change_data
from chainrule.app.captures.change_picture import change_scene, draw_changes
from chainrule.app.captures.changes import Changes, brief, level, share
from chainrule.app.cli import main
from chainrule.app.view.captured import CaptureView
from chainrule.app.view.place import layouts
from chainrule.core.capture.difference import Change
from chainrule.core.capture.union import NOWHERE
from tests.app.captures.test_places import net
from tests.app.picture.test_layout import overlaps

X = torch.linspace(-1, 1, 12).reshape(4, 3)


def model(act):
    torch.manual_seed(3)
    made = nn.Sequential()
    for name, part in (("fc1", nn.Linear(3, 5)), ("act", act), ("fc2", nn.Linear(5, 1))):
        made.add_module(name, part)
    return made


@pytest.fixture(scope="module")
def step():
    """A model before and after a step, and the step itself."""
    tanh = model(nn.Tanh())
    before = chainrule.capture(tanh, X, loss=torch.mean)
    old = {name: parameter.detach().clone() for name, parameter in tanh.named_parameters()}
    tanh(X).mean().backward()
    torch.optim.SGD(tanh.parameters(), lr=0.5).step()
    new = {name: parameter.detach().clone() for name, parameter in tanh.named_parameters()}
    return before, chainrule.capture(tanh, X, loss=torch.mean), old, new


def changes_of(view):
    return Changes(view.first.capture, view.second.capture, view.difference)


def test_each_parameter_shows_how_far_it_moved(step):
    before, after, old, new = step
    found = changes_of(chainrule.diff(before, after))
    for name in old:
        at = found.union.after.index[name]
        wanted = float((new[name] - old[name]).norm() / max(new[name].norm(), old[name].norm()))
        assert found.value((at, 0)).relative == pytest.approx(wanted, rel=1e-5)
    scene = change_scene(found, {"/", "fc1"}, "en", "lines")
    svg = draw_changes(scene, layouts().place_now(scene), standalone=True)
    norms = [each["fc1.weight"].norm() for each in (old, new)]
    moved = float((new["fc1.weight"] - old["fc1.weight"]).norm() / max(norms))
    assert f">Δ{100 * moved:.2g}%" in svg
    loss = [view.capture.loss_value for view in (before, after)]
    assert f">{loss[0]:.3g} → {loss[1]:.3g}<".replace("-", "−") in svg


def test_an_edge_shows_after_minus_before_and_its_own_change(step):
    before, after, old, new = step
    view = chainrule.diff(before, after)
    found = changes_of(view)
    node = found.union.after.index["fc1.weight"]
    summaries = [capture.nodes[node].outputs[0].value for capture in (found.union.before, found.union.after)]
    tile = found.tile(*summaries)
    assert np.allclose(tile.values, (new["fc1.weight"] - old["fc1.weight"]).numpy(), atol=1e-7)
    (edge,) = (at for at, edge in enumerate(found.union.after.edges) if edge.source == node)
    back = [view.first.node("fc1.weight").grad, view.second.node("fc1.weight").grad]
    wanted = float((back[1] - back[0]).norm() / max(each.norm() for each in back))
    assert found.contribution([edge], (node, 0)).relative == pytest.approx(wanted, rel=1e-5)


def test_what_one_capture_has_alone_stands_beside_and_new_nan_is_marked():
    first = chainrule.capture(model(nn.Tanh()), X, loss=torch.mean)
    other = model(nn.ReLU())
    with torch.no_grad():
        other.fc2.bias.fill_(torch.nan)
    view = chainrule.diff(first, chainrule.capture(other, X, loss=torch.mean))
    found = changes_of(view)
    index = found.union.after.index
    assert [found.only(index[name]) for name in ("act.tanh", "act.relu", "fc2.linear")] == [
        "first",
        "second",
        "",
    ]
    assert index["fc2.bias"] in found.newly_strange
    assert index["fc1.weight"] not in found.newly_strange
    svg = view.svg()
    classes = dict(re.findall(r'<g class="node ([^"]*)" data-id="([^"]+)"', svg))
    by_id = {name: kinds for kinds, name in classes.items()}
    assert "only-first" in by_id["act.tanh"]
    assert "only-second" in by_id["act.relu"]
    assert "failing" in by_id["fc2.bias"]
    assert "NaN or ∞ that is new" in svg
    assert "이전에만 있음" in view.svg(lang="ko")
    ElementTree.fromstring(svg)


def test_both_ways_to_run_and_open_keep_all_apart(step):
    before, after, *_ = step
    found = changes_of(chainrule.diff(before, after))
    for open in ((), ("/",), ("/", "fc1", "act", "fc2")):
        for form in ("lines", "down"):
            scene = change_scene(found, set(open), "ko", form)
            assert overlaps(scene, layouts().place_now(scene)) == []


def test_the_page_tells_what_changed_most(step):
    before, after, old, _ = step
    data = change_data(changes_of(chainrule.diff(before, after)), layouts(), "en", 10**6)
    titles = [finding["title"] for finding in data["findings"]]
    assert titles[0].startswith("Loss ")
    assert titles[-1] == "How the picture is read"
    (moved,) = (finding for finding in data["findings"] if finding["title"] == "Parameters that changed most")
    assert {line["id"] for line in moved["lines"]} == set(old)
    part = data["parts"]["fc1.weight"]
    assert " → " in part["tensors"][0]["rows"][0][1]
    assert [tensor["label"].partition(" (")[0] for tensor in part["tensors"][1:4]] == [
        "after − before", "before", "after",
    ]  # fmt: skip
    assert data["parts"]["fc1"]["sums"]["rows"]
    assert {view["form"] for view in data["views"]} == {"lines", "down"}


def test_files_are_compared_by_summaries(step, tmp_path, capsys):
    files = [
        str(view.write(tmp_path / name)) for view, name in zip(step[:2], ("a.json", "b.json"), strict=True)
    ]
    assert main(["diff", *files, "--out", str(tmp_path / "step.html")]) == 0
    assert (tmp_path / "step.html").stat().st_size < 400_000
    view = chainrule.diff(*map(CaptureView.read, files))
    written = json.loads(view.to_json())
    assert written["loss"] == [each.capture.loss_value for each in step[:2]]
    assert {node["id"] for node in written["nodes"]} >= set(step[2])
    assert "tensors in both" in repr(view)
    assert view.groups[0] == "/"
    assert len(list(view.table()[1])) == len(view.difference.nodes)


def test_orders_that_contradict_each_other_leave_the_first_out():
    one = net({}, [("x", -1, ()), ("a", -1, (0,)), ("b", -1, (1,)), ("gone", -1, (2,)), ("z", -1, (3,))])
    two = net({}, [("x", -1, ()), ("b", -1, (0,)), ("a", -1, (1,)), ("z", -1, (2,))])
    view = chainrule.diff(CaptureView(one), CaptureView(two))
    found = changes_of(view)
    assert [node.id for node in found.union.after.nodes] == ["x", "b", "a", "z"]
    assert all(after != NOWHERE for _, after in found.union.nodes)
    assert "<svg" in view.svg()


def test_changes_are_written_short():
    assert [share(None), share(Change(0.0231, True)), share(Change(0.001, False))] == [
        "–",
        "2.31 %",
        "≥ 0.1 %",
    ]
    assert [brief(Change(each, True)) for each in (0.0, 0.0231, 1.0, 1e-8, float("nan"))] == [
        "0%", "2.3%", "100%", "1e-6%", "NaN",
    ]  # fmt: skip
    assert [level(Change(each, True)) for each in (0.0, 1e-9, 0.1, 1.0, float("nan"))] == list("01689")
    assert level(None) == "0"
