"""A program as a Python object: numbers as PyTorch has them, pictures, files, a table; the commands that use it."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch

import chainrule
from chainrule.app.cli import main
from chainrule.app.view.captured import CaptureView
from chainrule.core.errors import ProgramError
from tests.helpers.captured_sample import sample

PROGRAM = "x = 3\nX = [[1, 2], [3, 4]]\ny = sum(X) * sigmoid(x)\n"


def test_values_and_gradients_are_those_of_pytorch():
    x, big = torch.tensor(3.0, requires_grad=True, dtype=float), torch.eye(2, dtype=float, requires_grad=True)
    y = big.sum() * torch.sigmoid(x)
    y.backward()
    view = chainrule.graph(PROGRAM, {"X": np.eye(2)})
    assert view.node("y").value == pytest.approx(y.item(), rel=1e-14)
    assert view.node("x").grad == pytest.approx(x.grad.item(), rel=1e-14)
    np.testing.assert_allclose(view.node("X").grad, big.grad.numpy(), rtol=1e-14)
    both = [edge for edge in view.edges if edge.source == "x"]
    assert sum(edge.grad for edge in both) == view.node("x").grad


def test_another_output_and_upstream():
    view = chainrule.graph("x = 3\ny = x * x\nz = y + 1", output="y", upstream=2.0)
    assert view.node("x").grad == 12.0
    assert view.node("z").grad == 0.0


def test_groups_are_drawn_open_by_name():
    view = chainrule.graph(PROGRAM)
    assert view.groups == ("sigmoid_1",)
    assert 'class="group open"' not in view.svg()
    assert 'class="group open"' in view.svg(open=["sigmoid_1"])
    assert view.svg().startswith("<svg")
    assert view._repr_mimebundle_(include=["image/svg+xml"]) == {"image/svg+xml": view.svg()}
    with pytest.raises(KeyError):
        view.svg(open=["sigmoid_2"])


def test_explanations_and_languages():
    view = chainrule.graph("x = 3\ny = x * x", lang="ko")
    assert "기울기" in view.explain("x").rule
    assert "gradient" in view.explain("x", lang="en").rule
    with pytest.raises(ProgramError):
        chainrule.graph("x = (")


@pytest.fixture
def program(tmp_path):
    file = tmp_path / "net.py"
    file.write_text(PROGRAM)
    return file


def test_eval_prints_every_node(program, capsys):
    assert main(["eval", str(program), "--set", "x=0"]) == 0
    said = capsys.readouterr().out
    assert "sigmoid_1.op_1" in said
    assert main(["eval", str(program), "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert {node["id"] for node in read["nodes"]} >= {"x", "X", "y"}


@pytest.mark.parametrize(("ending", "begin"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("dot", b"digraph")])
def test_export_writes_what_the_ending_names(program, tmp_path, ending, begin):
    file = tmp_path / f"out.{ending}"
    assert main(["export", str(program), str(file)]) == 0
    assert file.read_bytes().startswith(begin)


def test_what_is_wrong_is_said_on_one_line(program, tmp_path, capsys):
    program.write_text("x = (")
    for arguments, said in (
        (["eval", str(program)], "chainrule: line 1: "),
        (["eval", str(tmp_path / "none.py")], "none.py: No such file or directory"),
        (["eval", str(program), "--set", "x"], "--set x: write NAME=VALUE"),
        (["show", "net.onnx"], "net.onnx: files of models have no gradients"),
    ):
        assert main(arguments) == 1
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1


def test_train_writes_parameters_and_history(tmp_path, capsys):
    npz, history = tmp_path / "net.npz", tmp_path / "loss.csv"
    assert main(["train", "--epochs", "0.005", "--out", str(npz), "--history", str(history)]) == 0
    assert "test accuracy" in capsys.readouterr().out
    with np.load(npz) as arrays:
        assert arrays["W1"].shape == (784, 50)
    with history.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows] == ["1", "2", "3"]
    assert 2.0 < float(rows[0]["loss"]) < 2.6


def test_a_capture_has_the_gradients_of_pytorch():
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2))
    x, target = torch.randn(5, 4), torch.tensor([0, 1, 1, 0, 1])
    view = chainrule.capture(net, x, target, loss=torch.nn.CrossEntropyLoss())
    assert all(parameter.grad is None for parameter in net.parameters())
    torch.nn.CrossEntropyLoss()(net(x), target).backward()
    for name, parameter in net.named_parameters():
        assert torch.equal(view.node(name).grad, parameter.grad)
    (edge,) = (edge for edge in view.edges if edge.source == "0.weight")
    assert torch.equal(edge.grad, view.node("0.weight").grad)
    assert view.node("0").shape == (5, 3)
    assert len(view.edges) == len(view.capture.edges)
    assert "<svg" in view.svg(open=["/", "0"])
    with pytest.raises(KeyError, match="did you mean"):
        view.node("0.weigth")


def test_commands_read_a_captured_file(tmp_path, capsys):
    file = tmp_path / "net.json"
    file.write_text(CaptureView(sample()).to_json())
    assert main(["eval", str(file)]) == 0
    assert "inner.matmul" in capsys.readouterr().out
    assert main(["export", str(file), str(tmp_path / "net.graphml")]) == 0
    file.write_text("{}")
    assert main(["eval", str(file)]) == 1
    assert "chainrule: " in capsys.readouterr().err


def test_the_five_minutes_of_the_document(tmp_path, monkeypatch):
    """The first example of docs/pytorch.md, but for the served page."""
    monkeypatch.chdir(tmp_path)
    text = (Path(__file__).parents[2] / "docs" / "pytorch.md").read_text()
    example = text.split("```python\n")[1].split("```")[0]
    names = {}
    exec(re.sub(r"view\.serve\(\).*", "", example), names)
    assert (tmp_path / "net.html").stat().st_size < 500_000
    assert names["view"].node("0.weight").grad.shape == (32, 64)
    assert {edge.target for edge in names["view"].edges} >= {"0.linear", "1.relu", "2.linear"}


def test_two_captures_beside_each_other(tmp_path, capsys):
    net, x = torch.nn.Linear(3, 1), torch.ones(2, 3)
    before = chainrule.capture(net, x, loss=torch.sum)
    with torch.no_grad():
        net.weight *= 2
    after = chainrule.capture(net, x, loss=torch.sum)
    found = before.difference(after)
    assert before.nodes[found.largest.first].id in ("weight", "linear", "sum")
    by_name = {before.nodes[node.first].id: node for node in found.nodes}
    assert by_name["weight"].value.relative == pytest.approx(0.5)  # ‖w − 2w‖ by ‖2w‖
    assert by_name["weight"].value.exact
    assert by_name["bias"].value.relative == 0.0
    files = [before.write(tmp_path / "a.json"), after.write(tmp_path / "b.json")]
    assert main(["diff", *map(str, files)]) == 0
    assert "weight" in capsys.readouterr().out
    assert before.difference(CaptureView.read(files[1])).loss == found.loss
