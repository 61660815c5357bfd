"""What a recording shows of a model: edges, groups, boxes, reasons; and the traps of PyTorch."""

import sys

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.modules import module as module_hooks
from torch.overrides import _len_torch_function_stack
from torch.utils.checkpoint import checkpoint

from chainrule.core.capture import capture_json, read_capture
from chainrule.core.capture.pytorch import CaptureError, record
from tests.helpers.captured_models import bits, state
from tests.helpers.torch_models import CASES, Model, TinyGpt


@pytest.fixture(autouse=True)
def seeded_on_one_thread():
    torch.manual_seed(0)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def edges_into(capture, name):
    """Return the edges into a node as (source's id, slots, whether a gradient comes back)."""
    target = capture.index[name]
    edges = [capture.edges[edge] for edge in capture.into[target]]
    return [(capture.nodes[edge.source].id, edge.slots, edge.returns) for edge in edges]


def test_two_operands_from_one_tensor_are_one_edge_with_the_sum():
    x = torch.tensor([3.0, 4.0], requires_grad=True)
    recording = record(Model(lambda self, x: (x * x).sum()), x)
    assert edges_into(recording.capture, "mul") == [("inputs[0]", (0, 1), True)]
    assert recording.contribution(recording.capture.into[recording.capture.index["mul"]][0]).tolist() == [
        6,
        8,
    ]
    assert recording.gradient("inputs[0]").tolist() == [6, 8]
    assert x.grad is None


def test_autocast_s_cast_of_a_weight_is_a_node_that_both_readers_read():
    capture = record(CASES["autocast"]().model, torch.randn(2, 3)).capture
    casts = [at for at, node in enumerate(capture.nodes) if node.op == "autocast"]
    readers = [
        sorted(capture.nodes[capture.edges[edge].target].id for edge in capture.out_of[at]) for at in casts
    ]
    assert readers == [["first.linear"]] * 2 + [["net.linear", "net.linear#2"]] * 2
    assert {capture.nodes[at].outputs[0].dtype for at in casts} == {"bfloat16"}
    assert {capture.nodes[capture.edges[capture.into[at][0]].source].kind for at in casts} == {"parameter"}


def test_a_tied_weight_stands_in_the_innermost_group_common_to_its_readers():
    ids = torch.randint(0, 17, (2, 6))
    capture = record(TinyGpt(), ids, labels=ids).capture
    tied = capture.nodes[capture.index["wte.weight"]]
    assert tied.aliases == ("head.weight",)
    assert capture.groups[tied.group].kind == "model"
    assert capture.index["head.weight"] == capture.index["wte.weight"]
    own = capture.nodes[capture.index["mixes.0.weight"]]
    assert capture.groups[own.group].path == "mixes.0"
    assert edges_into(capture, "wte.embedding") == [("ids", (0,), False), ("wte.weight", (1,), True)]


def test_equal_blocks_beside_each_other_have_one_number():
    net = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 3), nn.Linear(3, 2))
    capture = record(net, torch.randn(2, 3), loss=lambda y: y.sum()).capture
    blocks = {group.path: group.block for group in capture.groups}
    assert blocks["0"] == blocks["1"] >= 0
    assert blocks["2"] == blocks["3"] == blocks["4"] == -1


def test_whether_a_gradient_comes_back_is_told_of_the_edge():
    def forward(self, x):
        y = self.net(x)
        return (y * y.detach() + y.argmax()).sum()

    capture = record(Model(forward, net=nn.Linear(3, 3)), torch.randn(2, 3)).capture
    assert edges_into(capture, "mul") == [("net.linear", (0,), True), ("detach", (1,), False)]
    assert edges_into(capture, "detach") == [("net.linear", (0,), False)]
    assert edges_into(capture, "argmax") == [("net.linear", (0,), False)]


def test_parameters_without_gradient_have_a_reason():
    capture = record(*_call("frozen_detached_and_unused")).capture
    why = {parameter.name: parameter.no_gradient for parameter in capture.parameters}
    assert why["frozen.weight"] == "frozen"
    assert why["cut.bias"] == why["still.bias"] == "detached"
    assert why["unused.weight"] == "unused"
    assert why["live.weight"] is None
    assert why["count"] == "integer"


def _call(name):
    case = CASES[name]()
    return (case.model, *case.inputs)


@pytest.mark.parametrize(
    ("name", "op", "reason"),
    [
        ("custom_functions", "Clipped", "custom"),
        ("reentrant_checkpoint", "CheckpointFunction", "checkpoint"),
        ("scripted_part", "DifferentiableGraph", "scripted"),
        ("vmapped", "tanh", "functorch"),
        ("in_place_views", "as_strided", "replayed"),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_cannot_be_seen_inside_is_a_box_that_says_so(name, op, reason):
    capture = record(*_call(name)).capture
    boxes = [(node.op, node.reason) for node in capture.nodes if node.kind == "box"]
    assert {told for _, told in boxes} == {reason}
    assert op in {box for box, _ in boxes} or reason in ("replayed", "functorch")


def test_the_ops_inside_a_custom_function_are_not_shown():
    capture = record(*_call("custom_functions")).capture
    assert "clamp" not in {node.op for node in capture.nodes}
    split = capture.nodes[capture.index["Split"]]
    assert len(split.outputs) == 2
    assert split.outputs[1].value is not None


def test_a_checkpoint_s_parameters_lead_into_its_box_with_their_whole_gradient():
    capture = record(*_call("reentrant_checkpoint")).capture
    box = capture.nodes.index(next(node for node in capture.nodes if node.kind == "box"))
    names = {capture.nodes[capture.edges[edge].source].id for edge in capture.into[box]}
    assert {"a.0.weight", "a.0.bias", "stem.linear"} <= names
    for edge in capture.into[box]:
        source = capture.nodes[capture.edges[edge].source].outputs[0]
        assert capture.edges[edge].contribution == source.gradient


def test_attention_opens_into_its_ops():
    ops = [node.op for node in record(*_call("attention_with_mask"), loss=lambda y: y[0].sum()).capture.nodes]
    assert "softmax" in ops
    assert "multi_head_attention_forward" not in ops
    assert (
        F.multi_head_attention_forward.__globals__["has_torch_function"] is torch.overrides.has_torch_function
    )


def test_the_model_s_group_has_no_name_of_a_submodule():
    case = CASES["a_submodule_named_model"]()
    capture = record(case.model, *case.inputs, case.target, loss=case.loss).capture
    assert [group.id for group in capture.groups] == [
        "/",
        "loss",
        "model",
        "model.module",
        "model.module#2",
        "/loss",
    ]
    assert [group.kind for group in capture.groups][:2] == ["model", "module"]
    assert capture.groups[4].calls == 2
    assert capture.nodes[capture.loss[0]].group == 5


def test_module_path_file_and_line_are_told():
    capture = record(*_call("residual"), loss=lambda y: y.sum()).capture
    node = capture.nodes[capture.index["1.add_"]]
    assert node.path == "1"
    assert node.source.text == "y += x"
    assert node.source.file.endswith("torch_models.py")
    assert node.in_place
    assert (
        capture.nodes[capture.index["1.bn1.batch_norm"]].source.text
        == "y = self.relu(self.bn1(self.conv1(x)))"
    )


def test_a_module_is_found_by_its_path_and_a_view_of_its_memory_by_its_write():
    recording = record(*_call("lenet"), loss=lambda y: y.pow(2).sum())
    assert bits(recording.value("0")) == bits(recording.value("0.conv2d"))
    assert recording.gradient("7").shape == (3, 10)
    with pytest.raises(KeyError, match="did you mean"):
        recording.value("0.conv2")


# What a loss may be


def net_and_data():
    return nn.Linear(3, 2), torch.randn(4, 3), torch.randn(4, 2)


def plain_gradient(net, x, t):
    (gradient,) = torch.autograd.grad(F.mse_loss(net(x), t), [net.weight])
    return bits(gradient)


def test_a_loss_may_be_a_module_a_function_a_closure_or_a_tensor():
    net, x, t = net_and_data()
    wanted = plain_gradient(net, x, t)
    loss = F.mse_loss(net(x), t)
    for recording in (
        record(net, x, t, loss=nn.MSELoss()),
        record(net, x, target=t, loss=F.mse_loss),
        record(net, x, loss=lambda y: F.mse_loss(y, t)),
        record(net, loss=lambda: F.mse_loss(net(x), t)),
        record(lambda: F.mse_loss(net(x), t)),
        record(lambda x: F.mse_loss(net(x), t), x),
        record(net, loss=loss),
        record(loss),
    ):
        capture = recording.capture
        assert capture.loss_value == loss.item()
        name = "weight" if "weight" in capture.index else "parameter"
        assert bits(recording.gradient(name)) == wanted
        assert capture.nodes[capture.loss[0]].kind == "loss"
    loss.backward()  # the graph is still there
    assert bits(net.weight.grad) == wanted


def test_a_closure_may_run_backward_itself_as_optimizers_ask_for():
    net, x, t = net_and_data()
    wanted = plain_gradient(net, x, t)
    net.weight.grad = torch.ones(2, 3)

    def closure():
        net.zero_grad()
        loss = F.mse_loss(net(x), t)
        loss.backward()
        return loss

    assert bits(record(net, loss=closure).gradient("weight")) == wanted
    assert net.weight.grad.tolist() == [[1, 1, 1], [1, 1, 1]]


def test_a_node_may_have_hundreds_of_results():
    net = Model(lambda self, x: sum(self.net(x).flatten().unbind()), net=nn.Linear(3, 100))
    capture = record(net, torch.randn(4, 3)).capture
    assert len(capture.nodes[capture.index["unbind"]].outputs) == 400
    assert len(read_capture(capture_json(capture)).nodes) == len(capture.nodes)


def test_an_output_that_is_no_number_is_recorded_without_gradients():
    net, x, _ = net_and_data()
    capture = record(net, x).capture
    assert capture.loss is None
    assert capture.notes
    assert capture.nodes[capture.outputs[0][0]].op == "linear"
    assert {parameter.no_gradient for parameter in capture.parameters} == {"detached"}


def test_a_loss_of_many_numbers_is_refused():
    net, x, _ = net_and_data()
    before = state(net)
    with pytest.raises(CaptureError, match="one number"):
        record(net, x, loss=lambda y: y)
    assert state(net) == before


# What stays as it was


@pytest.mark.parametrize("where", ["forward", "loss", "backward"])
def test_an_error_in_the_model_leaves_all_as_it_was(where):
    class Broken(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, gradient):
            raise ZeroDivisionError

    def forward(self, x):
        self.seen = x
        self.items.append(x)
        with torch.no_grad():
            self.net.weight.mul_(2)
        y = self.norm(self.net(x) + torch.rand(4))
        if where == "forward":
            raise ZeroDivisionError
        return Broken.apply(y).sum() if where == "backward" else y.sum()

    def loss(y):
        return y / (0 if where == "loss" else 1) if where == "backward" else 1 / 0

    net = Model(forward, net=nn.Linear(3, 4), norm=nn.BatchNorm1d(4))
    net.items = []
    net.net.weight.grad = torch.ones(4, 3)
    x = torch.randn(5, 3)
    before = state(net)
    with pytest.raises(ZeroDivisionError):
        record(net, x, loss=loss)
    assert state(net) == before
    assert not hasattr(net, "seen")
    assert _len_torch_function_stack() == 0
    assert not module_hooks._global_forward_hooks
    assert not module_hooks._global_forward_pre_hooks
    assert not module_hooks._global_forward_hooks_always_called


def test_a_large_parameter_written_in_forward_is_put_back(monkeypatch):
    monkeypatch.setattr("chainrule.core.capture.pytorch.state.COPIED", 0)

    def forward(self, x):
        with torch.no_grad():
            self.net.weight.mul_(2)
            self.slow.weight.data.view(-1)[0] = 7.0
            self.slow.bias.numpy()[:] = 3
        return self.table(torch.tensor([1, 2])).sum() + (self.net(x) + self.slow(x)).sum()

    net = Model(
        forward,
        net=nn.Linear(3, 3),
        slow=nn.Linear(3, 3).requires_grad_(False),
        table=nn.Embedding(4, 3, max_norm=0.1),
    )
    x = torch.randn(2, 3)
    before = state(net)
    recording = record(net, x)
    assert state(net) == before
    assert recording.value("net.weight").sum() != net.net.weight.sum()


def test_a_capture_works_where_gradients_are_off():
    net, x, t = net_and_data()
    for mode in (torch.no_grad(), torch.inference_mode()):
        with mode:
            assert record(net, x, t, loss=F.mse_loss).gradient("weight") is not None


def test_gradients_of_inputs_come_if_they_are_asked_for():
    net, x, t = net_and_data()
    assert record(net, x, t, loss=F.mse_loss).gradient("input") is None
    x.requires_grad_()
    recording = record(net, x, t, loss=F.mse_loss)
    assert bits(recording.gradient("input")) == bits(torch.autograd.grad(F.mse_loss(net(x), t), x)[0])
    assert x.grad is None


# Memory


def test_tensors_are_kept_by_name_or_while_the_budget_lasts():
    net = nn.Sequential(nn.Linear(200, 200), nn.Linear(200, 200))
    x = torch.randn(300, 200)
    recording = record(net, x, loss=lambda y: y.sum(), keep="1.*", budget=0)
    assert recording.value("1.linear").shape == (300, 200)
    assert recording.gradient("1.weight").shape == (200, 200)
    for read, name in ((recording.value, "0.linear"), (recording.gradient, "0.weight")):
        with pytest.raises(CaptureError, match="keep="):
            read(name)
    node = recording.capture.nodes[recording.capture.index["0.linear"]]
    assert node.outputs[0].value.count == 60_000
    assert bits(record(net, x, loss=lambda y: y.sum()).gradient("0.weight")) is not None


def test_a_checkpoint_runs_its_inside_only_once_forward():
    calls = []

    def inside(x):
        calls.append(1)
        return x.tanh()

    net = Model(
        lambda self, x: checkpoint(inside, self.net(x), use_reentrant=False).sum(), net=nn.Linear(3, 3)
    )
    capture = record(net, torch.randn(2, 3)).capture
    assert len(calls) == 2
    assert [node.op for node in capture.nodes if node.op == "tanh"] == ["tanh"]


def test_a_custom_backward_that_writes_into_its_gradient_changes_no_number():
    class Rude(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x + 0

        @staticmethod
        def backward(ctx, gradient):
            return gradient.mul_(0)

    net = Model(lambda self, x: (Rude.apply(self.net(x)) * 3).sum(), net=nn.Linear(3, 3))
    recording = record(net, torch.randn(2, 3))
    assert recording.gradient("Rude").tolist() == [[3.0] * 3] * 2
    assert recording.gradient("net.linear").tolist() == [[0.0] * 3] * 2


def test_dead_units_are_counted():
    net = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    with torch.no_grad():
        net[0].bias[:2] = -100
        net[0].bias[2:] = 100
    output = record(net, torch.randn(5, 3), loss=lambda y: y.sum()).capture
    relu = output.nodes[output.index["1.relu"]].outputs[0]
    assert (relu.dead, relu.units) == (2, 4)


@pytest.mark.soak
def test_compiled_parts_run_as_they_are_written():
    """In the long run: compiling loads a compiler."""
    part = nn.Sequential(nn.Linear(3, 3), nn.Tanh())
    net = Model(lambda self, x: self.part(x).sum(), part=torch.compile(part, backend="eager"))
    function = torch.compile(lambda y: y.exp() * 2, backend="eager")
    x = torch.randn(4, 3)
    whole = record(
        torch.compile(nn.Linear(3, 2), backend="eager"), x, loss=lambda y: function(y).sum()
    ).capture
    assert {"linear", "exp", "mul", "sum"} <= {node.op for node in whole.nodes}
    recording = record(net, x)
    assert [node.op for node in recording.capture.nodes if node.kind in ("op", "loss")] == [
        "linear",
        "tanh",
        "sum",
    ]
    (name,) = (name for name, _ in net.named_parameters() if name.endswith("weight"))
    assert bits(recording.gradient(name)) == bits(torch.autograd.grad(part(x).sum(), part[0].weight)[0])


def test_a_backward_pass_needs_no_symbolic_shapes(monkeypatch):
    """PyTorch imports SymPy with them, which takes a second, where it is given the gradient of the loss."""
    monkeypatch.setitem(sys.modules, "torch.fx.experimental.symbolic_shapes", None)
    net = nn.Linear(2, 1)
    recording = record(net, torch.ones(1, 2), loss=torch.sum)
    assert torch.equal(recording.gradient("weight"), torch.ones(1, 2))


def test_a_complex_loss_is_passed_back_from_one():
    weight = nn.Parameter(torch.tensor([1 + 2j]))
    recording = record(lambda: (weight * 3j).sum())
    (expected,) = torch.autograd.grad((weight * 3j).sum(), weight, torch.tensor(1 + 0j))
    node = next(node for node in recording.capture.nodes if node.kind in ("parameter", "constant"))
    assert torch.equal(recording.gradient(node.id), expected)


@pytest.mark.parametrize("kind", [torch.optim.Adam, torch.optim.SGD])
def test_a_closure_that_steps_its_optimizer_is_refused_before_anything_changed(kind):
    net = nn.Linear(2, 1)
    optimizer = kind(net.parameters(), lr=0.1)
    net(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    before, grads = state(net), [parameter.grad.clone() for parameter in net.parameters()]
    memory = {key: dict(values) for key, values in optimizer.state.items()}

    def closure():
        optimizer.zero_grad()
        loss = net(torch.ones(1, 2)).sum()
        loss.backward()
        optimizer.step()
        return loss

    with pytest.raises(CaptureError, match=rf"{kind.__name__}.step\(\) was called"):
        record(closure)
    assert state(net) == before
    assert all(torch.equal(a, b.grad) for a, b in zip(grads, net.parameters(), strict=True))
    assert {key: dict(values) for key, values in optimizer.state.items()} == memory
    optimizer.step()


def test_an_inner_loop_may_step_its_own_optimizer():
    outer = nn.Linear(2, 1)

    def closure():
        inner = nn.Parameter(torch.ones(2))
        optimizer = torch.optim.SGD([inner], lr=0.5)
        (inner * inner).sum().backward()
        optimizer.step()
        return (outer(torch.ones(1, 2)) * inner.detach()).sum()

    recording = record(closure)
    assert recording.capture.loss_value is not None
