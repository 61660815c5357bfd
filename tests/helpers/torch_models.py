"""Small PyTorch models of many kinds, each with the call and the loss that a plain run makes."""

import math
import warnings
from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrizations, parametrize
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.utils.checkpoint import checkpoint


@dataclass
class Case:
    """A model, its call, and its loss."""

    model: Any
    inputs: tuple[Any, ...] = ()
    target: Any = None
    loss: Any = None
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    through_backward: bool = False
    """Whether a plain run must use ``.backward()``."""
    hooked: bool = False
    """Whether a user's hook changes gradients on their way."""

    def run(self) -> Any:
        """Return the loss of a plain run."""
        output = self.model(*self.inputs, **self.kwargs)
        if self.loss is None:
            return output
        return self.loss(output) if self.target is None else self.loss(output, self.target)

    def parameters(self) -> dict[str, Any]:
        """Return the parameters by name."""
        return dict(self.model.named_parameters())


CASES: dict[str, Callable[[], Case]] = {}


def case(make: Callable[[], Case]) -> Callable[[], Case]:
    CASES[make.__name__] = make
    return make


def summed(output: Any) -> Any:
    """Return a loss of any output: a weighted sum of all its floating tensors."""
    total: Any = 0.0
    values = output.values() if isinstance(output, Mapping) else output
    if isinstance(output, torch.Tensor):
        values = [output]
    for at, value in enumerate(values):
        if isinstance(value, torch.Tensor):
            if value.is_floating_point():
                total = total + (value.float() * (at + 1)).pow(2).mean()
        elif isinstance(value, tuple | list | dict):
            total = total + summed(value)
    return total


class Model(nn.Module):
    """A model whose forward is a function of itself and the inputs."""

    def __init__(self, forward: Callable[..., Any], **parts: Any) -> None:
        super().__init__()
        self.run = forward
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, *inputs: Any, **named: Any) -> Any:
        return self.run(self, *inputs, **named)


def labels(rows: int, classes: int) -> Any:
    return torch.randint(0, classes, (rows,))


@case
def mlp():
    net = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 3))
    return Case(net, (torch.randn(5, 6),), labels(5, 3), nn.CrossEntropyLoss())


@case
def lenet():
    net = nn.Sequential(
        *(nn.Conv2d(1, 4, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(4, 6, 5), nn.ReLU()),
        *(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(6, 10), nn.ReLU(), nn.Linear(10, 3)),
    )
    return Case(net, (torch.randn(3, 1, 12, 12),), labels(3, 3), F.cross_entropy)


class Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        y += x
        return self.relu(y)


@case
def residual():
    net = nn.Sequential(nn.Conv2d(3, 4, 3), Residual(4), Residual(4), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return Case(net, (torch.randn(2, 3, 8, 8),), torch.randn(2, 4), nn.MSELoss())


class UNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.down1, self.down2 = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 8, 3, stride=2, padding=1)
        self.up = nn.ConvTranspose2d(8, 4, 2, stride=2)
        self.norm = nn.GroupNorm(2, 8)
        self.out = nn.Conv2d(8, 1, 1)

    def forward(self, x):
        a = F.silu(self.down1(x))
        b = F.gelu(self.down2(a))
        return self.out(self.norm(torch.cat([a, self.up(b)], 1)))


@case
def unet():
    return Case(UNet(), (torch.randn(2, 1, 8, 8),), torch.rand(2, 1, 8, 8).round(), nn.BCEWithLogitsLoss())


@case
def lstm():
    net = Model(
        lambda self, x: self.head(self.rnn(x)[0][:, -1]),
        rnn=nn.LSTM(5, 6, 2, batch_first=True, dropout=0.2),
        head=nn.Linear(6, 2),
    )
    return Case(net, (torch.randn(3, 4, 5),), labels(3, 2), F.cross_entropy)


@case
def gru_both_ways():
    net = Model(lambda self, x: self.rnn(x), rnn=nn.GRU(5, 4, bidirectional=True))
    return Case(net, (torch.randn(4, 3, 5),), loss=summed)


@case
def rnn_cells_in_a_loop():
    def forward(self, x):
        state = x.new_zeros(x.shape[0], 5)
        for step in x.unbind(1):
            state = self.cell(step, state)
        return state

    return Case(Model(forward, cell=nn.RNNCell(3, 5)), (torch.randn(2, 6, 3),), loss=summed)


@case
def packed_sequence():
    def forward(self, packed):
        return pad_packed_sequence(self.rnn(packed)[0])[0]

    packed = pack_padded_sequence(torch.randn(5, 3, 4), torch.tensor([5, 2, 3]), enforce_sorted=False)
    return Case(Model(forward, rnn=nn.LSTM(4, 4)), (packed,), loss=summed)


@case
def packed_inside():
    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
        return pad_packed_sequence(self.rnn(packed)[0])[0]

    return Case(
        Model(forward, rnn=nn.GRU(4, 4)), (torch.randn(5, 3, 4), torch.tensor([5, 2, 3])), loss=summed
    )


@case
def transformer_encoder():
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True)
    return Case(
        nn.TransformerEncoder(layer, 2, enable_nested_tensor=False), (torch.randn(2, 4, 8),), loss=summed
    )


@case
def transformer_whole():
    net = nn.Transformer(8, 2, 1, 1, 16, batch_first=True)
    return Case(net, (torch.randn(2, 4, 8), torch.randn(2, 3, 8)), loss=summed)


@case
def attention_in_eval():
    net = Model(
        lambda self, x: self.attention(x, x, x, need_weights=False)[0], attention=nn.MultiheadAttention(8, 2)
    )
    return Case(net.eval(), (torch.randn(4, 2, 8),), loss=summed)


@case
def attention_with_mask():
    def forward(self, x):
        mask = torch.triu(torch.full((4, 4), float("-inf")), 1)
        return self.attention(x, x, x, attn_mask=mask)

    return Case(Model(forward, attention=nn.MultiheadAttention(8, 2)), (torch.randn(4, 2, 8),), loss=summed)


class TinyGpt(nn.Module):
    def __init__(self, vocabulary=17, width=8, depth=3, context=6) -> None:
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2 * depth))
        self.mixes = nn.ModuleList(nn.Linear(width, 3 * width) for _ in range(depth))
        self.feeds = nn.ModuleList(
            nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
            for _ in range(depth)
        )
        self.head = nn.Linear(width, vocabulary, bias=False)
        self.head.weight = self.wte.weight

    def forward(self, ids, labels=None):
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1], device=ids.device))
        for at, (mix, feed) in enumerate(zip(self.mixes, self.feeds, strict=True)):
            q, k, v = mix(self.norms[2 * at](x)).chunk(3, -1)
            x = x + F.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + feed(self.norms[2 * at + 1](x))
        logits = self.head(x)
        if labels is None:
            return {"logits": logits}
        return {"loss": F.cross_entropy(logits.flatten(0, 1), labels.flatten()), "logits": logits}


@case
def gpt_with_tied_weights():
    ids = torch.randint(0, 17, (2, 6))
    case = Case(TinyGpt(), (ids,), kwargs={"labels": ids})
    case.run = lambda: case.model(ids, labels=ids)["loss"]
    return case


@case
def siamese():
    def forward(self, a, b):
        return F.cosine_similarity(self.net(a), self.net(b)).mean()

    return Case(
        Model(forward, net=nn.Sequential(nn.Linear(4, 3), nn.Tanh())), (torch.randn(5, 4), torch.randn(5, 4))
    )


@case
def same_input_twice():
    x = torch.randn(4, 4, requires_grad=True)
    return Case(Model(lambda self, a, b: (self.net(a) * b).sum(), net=nn.Linear(4, 4)), (x, x))


@case
def square_of_one_tensor():
    return Case(
        Model(
            lambda self, x: (self.net(x) * self.net(x) + (y := self.net(x)) * y).sum(), net=nn.Linear(3, 2)
        ),
        (torch.randn(4, 3),),
    )


@case
def in_place_views():
    def forward(self, x):
        y = self.net(x)
        y[:, 0] = y[:, 1] * 2
        y[:, 2:].mul_(3)
        part = y[1]
        y.add_(1)
        part = part * 2
        return y.sum() + part.pow(2).sum()

    return Case(Model(forward, net=nn.Linear(4, 4)), (torch.randn(3, 4),))


@case
def in_place_on_the_input():
    def forward(self, x):
        x[x < 0] = 0.5
        x.mul_(2)
        return self.net(x).relu_().sum()

    return Case(Model(forward, net=nn.Linear(4, 4)), (torch.randn(3, 4),))


@case
def in_place_on_a_fresh_buffer():
    def forward(self, x):
        out = torch.zeros(3, 8)
        out[:, :4] = self.a(x)
        out[:, 4:] = self.b(x)
        out.view(-1)[0] = 7.0
        return (out**2).sum()

    return Case(Model(forward, a=nn.Linear(4, 4), b=nn.Linear(4, 4)), (torch.randn(3, 4),))


@case
def control_flow_by_data():
    def forward(self, x):
        for _ in range(3):
            x = self.a(x) if x.sum() > 0 else self.b(x).tanh()
        while x.norm() > 1:
            x = x / 2
        return x.sum()

    return Case(Model(forward, a=nn.Linear(3, 3), b=nn.Linear(3, 3)), (torch.randn(2, 3),))


@dataclass
class Batch:
    image: Any
    more: dict[str, Any]
    name: str = "batch"


@dataclass
class Result:
    loss: Any
    score: Any


@case
def dataclasses_in_and_out():
    def forward(self, batch):
        score = self.net(batch.image + batch.more["shift"][0])
        return Result(score.pow(2).mean(), score)

    case = Case(Model(forward, net=nn.Linear(3, 2)), (Batch(torch.randn(2, 3), {"shift": [torch.randn(3)]}),))
    case.run = lambda: case.model(*case.inputs).loss
    return case


Pair = namedtuple("Pair", "left right")


@case
def nested_inputs_and_named_ones():
    def forward(self, items, *more, scale=1.0, **named):
        total = sum(self.net(item) for item in items) + self.net(items[0])
        total = total + self.net(named["pair"].left) * named["pair"].right
        return {"loss": (total * scale).pow(2).mean() + more[0][1].sum() * total.sum(), "items": [total]}

    pair = Pair(torch.randn(2, 3), torch.randn(2, 2))
    inputs = ([torch.randn(2, 3), torch.randn(2, 3)], (torch.ones(1), torch.randn(2)))
    case = Case(Model(forward, net=nn.Linear(3, 2)), inputs, kwargs={"pair": pair, "scale": 0.5})
    case.run = lambda: case.model(*inputs, **case.kwargs)["loss"]
    return case


@case
def sparse_embedding():
    net = Model(lambda self, ids: self.table(ids).pow(2).sum(), table=nn.Embedding(9, 3, sparse=True))
    return Case(net, (torch.tensor([[1, 2, 1], [0, 8, 1]]),))


@case
def embedding_bag():
    net = Model(
        lambda self, ids, at: self.table(ids, at).pow(2).sum(), table=nn.EmbeddingBag(9, 3, mode="mean")
    )
    return Case(net, (torch.tensor([1, 2, 1, 0, 8]), torch.tensor([0, 2])))


@case
def embedding_with_max_norm():
    net = Model(lambda self, ids: self.table(ids).pow(2).sum(), table=nn.Embedding(9, 3, max_norm=0.5))
    return Case(net, (torch.tensor([[1, 2, 1], [0, 8, 1]]),))


@case
def checkpoint_of_either_kind():
    def forward(self, x):
        return (
            checkpoint(self.a, checkpoint(self.b, x, use_reentrant=False), use_reentrant=False).pow(2).sum()
        )

    parts = {name: nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.5), nn.Tanh()) for name in "ab"}
    return Case(Model(forward, **parts), (torch.randn(2, 3),))


@case
def reentrant_checkpoint():
    def forward(self, x):
        return self.head(checkpoint(self.a, self.stem(x), use_reentrant=True)).pow(2).sum()

    inside = nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.5), nn.Tanh())
    return Case(
        Model(forward, stem=nn.Linear(3, 3), a=inside, head=nn.Linear(3, 1)),
        (torch.randn(2, 3),),
        through_backward=True,
    )


class Clipped(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, low):
        ctx.save_for_backward(x)
        ctx.low = low
        return (x * 1.0).clamp(min=low)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        gradient = gradient.clone()
        return gradient.mul_(2) * (x > ctx.low), None


class Split(torch.autograd.Function):
    @staticmethod
    def forward(x, y):
        return x + y, x * y

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, a, b):
        x, y = ctx.saved_tensors
        return a + b * y, a + b * x


early = Clipped.apply


@case
def custom_functions():
    def forward(self, x):
        y = early(Clipped.apply(self.net(x), -0.1), 0.0)
        a, b = Split.apply(y, self.net(x))
        return (a * b).sum() + b.sum()

    return Case(Model(forward, net=nn.Linear(3, 3)), (torch.randn(2, 3),))


@case
def loss_by_a_custom_function():
    class Loss(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return (x * x).sum()

        @staticmethod
        def backward(ctx, gradient):
            return gradient * 2 * ctx.saved_tensors[0]

    return Case(nn.Linear(3, 2), (torch.randn(4, 3),), loss=lambda y: Loss.apply(y))


@case
def parametrizations_of_weights():
    net = nn.Sequential(
        parametrizations.weight_norm(nn.Linear(4, 4)),
        nn.Tanh(),
        parametrizations.spectral_norm(nn.Linear(4, 4)),
        parametrizations.orthogonal(nn.Linear(4, 4)),
    )

    class Symmetric(nn.Module):
        def forward(self, x):
            return x.triu() + x.triu(1).transpose(-1, -2)

    last = nn.Linear(4, 4)
    parametrize.register_parametrization(last, "weight", Symmetric())
    net.append(last)
    return Case(net, (torch.randn(3, 4),), loss=summed)


@case
def old_weight_norm():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = nn.Sequential(nn.utils.weight_norm(nn.Linear(4, 4)), nn.utils.spectral_norm(nn.Linear(4, 4)))
    return Case(net, (torch.randn(3, 4),), loss=summed)


@case
def frozen_detached_and_unused():
    def forward(self, x):
        frozen = self.frozen(x)
        with torch.no_grad():
            still = self.still(frozen)
        return self.live(frozen + still + self.cut(x).detach()).pow(2).sum()

    parts = {name: nn.Linear(3, 3) for name in ("frozen", "still", "live", "cut", "unused")}
    net = Model(forward, **parts)
    net.frozen.requires_grad_(False)
    net.count = nn.Parameter(torch.tensor([3]), requires_grad=False)
    return Case(net, (torch.randn(2, 3),))


@case
def frozen_lstm_below_a_head():
    net = Model(
        lambda self, x: self.head(self.rnn(x)[0]),
        rnn=nn.LSTM(4, 4).requires_grad_(False),
        head=nn.Linear(4, 2),
    )
    return Case(net, (torch.randn(5, 3, 4),), loss=summed)


@case
def frozen_convolutions_below_a_head():
    body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3)).requires_grad_(False)
    return Case(
        nn.Sequential(body, nn.Flatten(), nn.Linear(8 * 16, 2)), (torch.randn(2, 3, 8, 8),), loss=summed
    )


@case
def complex_numbers():
    def forward(self, x):
        z = torch.complex(self.a(x), self.b(x))
        z = torch.fft.ifft(torch.fft.fft(z) * self.filter).conj()
        return (z.abs().pow(2) + z.real + torch.view_as_real(z.resolve_conj()).sum(-1)).sum()

    net = Model(forward, a=nn.Linear(3, 4), b=nn.Linear(3, 4))
    net.filter = nn.Parameter(torch.randn(4, dtype=torch.complex64))
    return Case(net, (torch.randn(2, 3),))


@case
def autocast():
    def forward(self, x):
        with torch.autocast("cpu", torch.bfloat16):
            y = self.net(self.net(self.first(x)))
        return y.float().pow(2).mean()

    return Case(Model(forward, first=nn.Linear(3, 4), net=nn.Linear(4, 4)), (torch.randn(2, 3),))


@case
def tied_across_modules():
    net = Model(
        lambda self, x: (self.inner.b(self.inner.a(x)) + self.outer(x)).pow(2).sum(),
        inner=nn.ModuleDict({"a": nn.Linear(3, 3), "b": nn.Linear(3, 3)}),
        outer=nn.Linear(3, 3),
    )
    net.inner["b"].weight = net.inner["a"].weight
    net.outer.bias = net.inner["a"].bias
    return Case(
        Model(
            lambda self, x: (self.inner["b"](self.inner["a"](x)) + self.outer(x)).pow(2).sum(),
            inner=net.inner,
            outer=net.outer,
        ),
        (torch.randn(2, 3),),
    )


@case
def vmapped():
    def forward(self, x):
        y = torch.vmap(lambda row: (self.weight @ row).tanh())(x)
        return self.net(y).sum()

    net = Model(forward, net=nn.Linear(3, 2))
    net.weight = nn.Parameter(torch.randn(3, 3))
    return Case(net, (torch.randn(4, 3),))


@case
def functional_call_and_func_grad():
    def forward(self, x):
        weights = {name: value * 2 for name, value in self.net.named_parameters()}
        y = torch.func.functional_call(self.net, weights, (x,))
        slopes = torch.func.grad(lambda z: self.other(z).pow(2).sum())(y)
        return slopes.sum() + y.sum()

    return Case(Model(forward, net=nn.Linear(3, 3), other=nn.Linear(3, 2)), (torch.randn(4, 3),))


@case
def double_backward():
    def forward(self, x):
        x = x.clone().requires_grad_()
        energy = self.net(x).sum()
        (force,) = torch.autograd.grad(energy, x, create_graph=True)
        return energy + (force**2).sum()

    return Case(
        Model(forward, net=nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))), (torch.randn(2, 3),)
    )


@case
def double_backward_of_the_input():
    def forward(self, x):
        energy = self.net(x).pow(2).sum()
        (force,) = torch.autograd.grad(energy, x, create_graph=True)
        return energy + force.pow(2).sum()

    net = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.SiLU(), nn.Linear(4, 1))
    return Case(Model(forward, net=net), (torch.randn(2, 3, requires_grad=True),))


@case
def hooks_of_a_user():
    def forward(self, x):
        y = self.net(x)
        y.register_hook(lambda gradient: gradient * 10)
        z = self.more(y)
        z.retain_grad()
        return (z + y).pow(2).sum()

    net = Model(forward, net=nn.Linear(3, 3), more=nn.Linear(3, 3))
    net.more.register_forward_hook(lambda module, args, output: output * 2)
    net.more.register_full_backward_hook(lambda module, inputs, outputs: (inputs[0] * 3,))
    net.net.weight.register_hook(lambda gradient: gradient.clamp_(-1, 1))
    return Case(net, (torch.randn(2, 3),), hooked=True)


@case
def moving_average_of_weights():
    def forward(self, x):
        with torch.no_grad():
            for slow, fast in zip(self.slow.parameters(), self.fast.parameters(), strict=True):
                slow.mul_(0.9).add_(fast, alpha=0.1)
            wanted = self.slow(x)
        self.steps += 1
        self.seen.append(x.mean().item())
        return F.mse_loss(self.fast(x + torch.rand_like(x)), wanted)

    net = Model(forward, slow=nn.Linear(3, 3).requires_grad_(False), fast=nn.Linear(3, 3))
    net.steps, net.seen = 0, []
    return Case(net, (torch.randn(2, 3),))


@case
def weights_of_float64():
    return Case(
        nn.Linear(3, 2).double(), (torch.randn(4, 3, dtype=torch.float64),), loss=lambda y: y.pow(2).sum()
    )


@case
def weights_of_bfloat16():
    net = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.Linear(4, 2)).bfloat16()
    return Case(net, (torch.randn(4, 3, dtype=torch.bfloat16),), loss=lambda y: y.float().pow(2).sum())


@case
def parameter_lists_and_dictionaries():
    def forward(self, x):
        for weight in self.weights:
            x = (x @ weight).relu()
        return (x * self.scales["a"]).sum() + torch.einsum("ij,jk->", x, self.scales["b"])

    net = Model(forward)
    net.weights = nn.ParameterList(nn.Parameter(torch.randn(3, 3)) for _ in range(3))
    net.scales = nn.ParameterDict({"a": nn.Parameter(torch.randn(3)), "b": nn.Parameter(torch.randn(3, 2))})
    return Case(net, (torch.randn(2, 3),))


@case
def three_axes_times_a_matrix():
    net = Model(lambda self, x: ((x @ self.weight).softmax(-1) @ self.weight.T).pow(2).sum())
    net.weight = nn.Parameter(torch.randn(7, 5))
    return Case(net, (torch.randn(3, 11, 7),))


class Wrapper(nn.Module):
    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, *args, **kwargs):
        halves = [self.module(half, **kwargs) for half in args[0].chunk(2)]
        return torch.cat(halves)


@case
def a_submodule_named_model():
    net = Model(
        lambda self, x: self.model(self.loss(x)), model=Wrapper(nn.Linear(3, 2)), loss=nn.Linear(3, 3)
    )
    return Case(net, (torch.randn(4, 3),), torch.randn(4, 2), nn.MSELoss())


@case
def loop_of_a_hundred_steps():
    def forward(self, x):
        for _ in range(100):
            x = x + 0.01 * torch.tanh(x @ self.weight)
        return x.pow(2).mean()

    net = Model(forward)
    net.weight = nn.Parameter(torch.randn(3, 3))
    return Case(net, (torch.randn(2, 3),))


@case
def picking_and_scattering():
    def forward(self, x, at):
        y = self.net(x)
        picked = y.gather(1, at)
        spread = torch.zeros_like(y).scatter_add(1, at, picked)
        chosen, where = y.topk(2, dim=1)
        ordered, _ = y.sort(dim=1, descending=True)
        placed = y.clone()
        placed.index_put_((torch.tensor([0, 1]), torch.tensor([1, 0])), picked[:2, 0], accumulate=True)
        some = torch.where(y > 0, y, -0.1 * y) + y.masked_fill(y < -1, 0)
        more = y.index_select(1, torch.tensor([0, 0, 2])).sum() + y.take(torch.tensor([0, 5])).sum()
        return (
            (spread + placed + some).pow(2).sum()
            + chosen.sum()
            + ordered.cumprod(1).sum()
            + more
            + where.sum()
        )

    return Case(Model(forward, net=nn.Linear(3, 4)), (torch.randn(4, 3), torch.randint(0, 4, (4, 2))))


@case
def linear_algebra():
    def forward(self, x):
        a = x @ self.weight
        square = a.T @ a + torch.eye(3)
        s = torch.linalg.svd(a, full_matrices=False)[1]
        return (
            torch.linalg.solve(square, self.weight).sum()
            + torch.linalg.slogdet(square)[1]
            + torch.linalg.cholesky(square).sum()
            + torch.linalg.inv(square).trace()
            + s.sum()
            + torch.linalg.eigh(square)[0].pow(2).sum()
            + torch.matrix_exp(square * 0.1).sum()
            + torch.linalg.norm(a)
        )

    net = Model(forward)
    net.weight = nn.Parameter(torch.randn(3, 3))
    return Case(net, (torch.randn(4, 3),))


@case
def fourier():
    def forward(self, x):
        spectrum = torch.fft.rfft(self.conv(x))
        y = torch.fft.irfft(spectrum * torch.exp(-spectrum.abs()), n=16)
        return (
            y.pow(2).sum()
            + torch.stft(y[:, 0], 8, window=torch.hann_window(8), return_complex=True).abs().sum()
        )

    return Case(
        Model(forward, conv=nn.Conv1d(2, 3, 3, padding=1, padding_mode="circular")), (torch.randn(2, 2, 16),)
    )


@case
def many_norms_and_pools():
    net = nn.Sequential(
        *(nn.Conv1d(4, 8, 3, groups=2), nn.BatchNorm1d(8), nn.PReLU(8), nn.InstanceNorm1d(8, affine=True)),
        *(nn.GroupNorm(2, 8), nn.MaxPool1d(2), nn.LocalResponseNorm(2), nn.Upsample(scale_factor=2)),
        *(nn.ConvTranspose1d(8, 4, 3), nn.RMSNorm(16), nn.Softplus(), nn.AdaptiveMaxPool1d(3), nn.GLU(1)),
        *(nn.AlphaDropout(0.2), nn.Dropout1d(0.2), nn.RReLU(), nn.Hardswish(inplace=True)),
    )
    return Case(net, (torch.randn(2, 4, 16),), loss=summed)


@case
def ctc_and_other_losses():
    def forward(self, x):
        y = self.net(x)
        logs = y.log_softmax(-1)
        wanted = torch.tensor([[1, 2], [2, 1]])
        ctc = F.ctc_loss(logs, wanted, torch.tensor([6, 6]), torch.tensor([2, 2]))
        flat = y.flatten(0, 1)
        return (
            ctc
            + F.multi_margin_loss(flat, torch.zeros(12, dtype=torch.long))
            + F.huber_loss(flat, torch.zeros_like(flat))
            + F.kl_div(logs, torch.full_like(logs, 0.25), reduction="batchmean")
            + F.triplet_margin_loss(flat[:4], flat[4:8], flat[8:])
        )

    return Case(Model(forward, net=nn.Linear(3, 4)), (torch.randn(6, 2, 3),))


@case
def grid_sampling():
    def forward(self, x):
        theta = self.where(x.mean((2, 3))).view(-1, 2, 3)
        grid = F.affine_grid(theta, list(x.shape), align_corners=False)
        return F.grid_sample(x, grid, align_corners=False).pow(2).sum()

    return Case(Model(forward, where=nn.Linear(2, 6)), (torch.randn(2, 2, 5, 5),))


@case
def scripted_part():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        inner = torch.jit.script(nn.Sequential(nn.Linear(3, 4), nn.Tanh()))
    for _ in range(3):  # it writes other code after the first runs, with other last bits
        inner(torch.randn(2, 3)).sum().backward()
    inner.zero_grad()
    return Case(
        Model(lambda self, x: self.head(self.inner(x)).sum(), inner=inner, head=nn.Linear(4, 2)),
        (torch.randn(2, 3),),
    )


@case
def traced_part():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        inner = torch.jit.trace(nn.Sequential(nn.Linear(3, 4), nn.Tanh()), torch.randn(2, 3))
    return Case(
        Model(lambda self, x: self.head(self.inner(x)).sum(), inner=inner, head=nn.Linear(4, 2)),
        (torch.randn(2, 3),),
    )


@case
def lazy_modules():
    net = nn.Sequential(nn.LazyConv1d(4, 3), nn.LazyBatchNorm1d(), nn.Flatten(), nn.LazyLinear(2))
    return Case(net, (torch.randn(3, 2, 8),), loss=summed)


@case
def experts_by_routing():
    def forward(self, x):
        gates = self.gate(x).softmax(-1)
        weight, chosen = gates.topk(2, -1)
        out = torch.zeros_like(x)
        for at, expert in enumerate(self.experts):
            row, slot = torch.where(chosen == at)
            if row.numel():
                out.index_add_(0, row, expert(x[row]) * weight[row, slot, None])
        return out.pow(2).sum()

    experts = nn.ModuleList(nn.Linear(4, 4) for _ in range(4))
    return Case(Model(forward, gate=nn.Linear(4, 4), experts=experts), (torch.randn(5, 4),))


@case
def state_space_scan():
    def forward(self, x):
        step = F.softplus(self.delta(x))
        decay = torch.exp(step.unsqueeze(-1) * -self.log_a.exp())
        drive = step.unsqueeze(-1) * x.unsqueeze(-1) * self.b(x).unsqueeze(2)
        state, out = torch.zeros(x.shape[0], 4, 3), []
        for at in range(x.shape[1]):
            state = decay[:, at] * state + drive[:, at]
            out.append((state * self.c(x)[:, at, None]).sum(-1))
        return torch.stack(out, 1).pow(2).mean()

    net = Model(forward, delta=nn.Linear(4, 4), b=nn.Linear(4, 3), c=nn.Linear(4, 3))
    net.log_a = nn.Parameter(torch.randn(4, 3))
    return Case(net, (torch.randn(2, 5, 4),))


@case
def variational_autoencoder():
    def forward(self, x):
        mean, spread = self.encoder(x).chunk(2, -1)
        z = torch.distributions.Normal(mean, spread.exp()).rsample()
        prior = torch.distributions.kl_divergence(
            torch.distributions.Normal(mean, spread.exp()), torch.distributions.Normal(0.0, 1.0)
        )
        return F.mse_loss(self.decoder(z), x) + prior.mean()

    return Case(Model(forward, encoder=nn.Linear(6, 4), decoder=nn.Linear(2, 6)), (torch.randn(3, 6),))


@case
def straight_through_and_gumbel():
    def forward(self, x):
        y = self.net(x)
        hard = y + (y.sign() - y).detach()
        return (hard * F.gumbel_softmax(y, hard=True)).sum()

    return Case(Model(forward, net=nn.Linear(3, 4)), (torch.randn(4, 3),))


@case
def saved_tensors_packed():
    def forward(self, x):
        with torch.autograd.graph.saved_tensors_hooks(lambda t: t.clone(), lambda t: t):
            return self.net(x).pow(3).sum()

    return Case(Model(forward, net=nn.Linear(3, 4)), (torch.randn(4, 3),))


@case
def quantized_fakely():
    def forward(self, x):
        weight = torch.fake_quantize_per_tensor_affine(self.net.weight, 0.05, 0, -128, 127)
        return F.linear(x, weight, self.net.bias).pow(2).sum()

    return Case(Model(forward, net=nn.Linear(3, 4)), (torch.randn(4, 3),))


@case
def parallel_wrapper_and_deep_copy():
    net = nn.DataParallel(nn.Sequential(nn.Linear(3, 4), nn.ReLU6(), nn.Linear(4, 2)))
    return Case(net, (torch.randn(4, 3),), loss=summed)


@case
def backward_inside_the_model():
    def forward(self, x):
        inner = self.a(x).pow(2).sum()
        inner.backward()
        step = self.a.weight - 0.1 * self.a.weight.grad
        return F.linear(x, step).sum()

    return Case(Model(forward, a=nn.Linear(3, 3)), (torch.randn(2, 3),))


@case
def implicit_layer():
    def forward(self, x):
        with torch.no_grad():
            z = torch.zeros_like(x)
            for _ in range(30):
                z = torch.tanh(self.net(z) * 0.3 + x)
        z = torch.tanh(self.net(z) * 0.3 + x)
        return z.pow(2).sum()

    return Case(Model(forward, net=nn.Linear(3, 3)), (torch.randn(2, 3),))


@case
def unusual_shapes():
    def forward(self, x, none):
        y = self.net(x)
        return (
            y.sum() * self.scale
            + y[:0].sum()
            + y.reshape(2, 1, -1, 1).squeeze().mean()
            + torch.empty(0, 3).sum()
            + none.sum()
        )

    net = Model(forward, net=nn.Linear(3, 4))
    net.scale = nn.Parameter(torch.tensor(math.pi))
    return Case(net, (torch.randn(2, 3), torch.zeros(0)))


@case
def numbers_that_are_not_finite():
    def forward(self, x):
        y = self.net(x)
        return (y.abs().sqrt() * torch.tensor([1.0, math.inf, 0.0, math.nan])).sum()

    return Case(Model(forward, net=nn.Linear(3, 4)), (torch.zeros(2, 3),))


@case
def nothing_requires_a_gradient():
    return Case(nn.Linear(3, 4).requires_grad_(False), (torch.randn(2, 3),), loss=lambda y: y.sum())


@case
def tensors_of_a_subclass():
    class Named(torch.Tensor):
        pass

    return Case(nn.Linear(3, 2), (torch.randn(4, 3).as_subclass(Named),), loss=lambda y: y.pow(2).sum())


@case
def unfolded_patches():
    def forward(self, x):
        patches = F.unfold(x, 2, stride=2).transpose(1, 2)
        moved = patches.as_strided((2, 4, 4), (16, 4, 1)) if patches.is_contiguous() else patches
        tokens = self.embed(moved) + self.position
        both = torch.cat([self.cls.expand(2, -1, -1), tokens], 1)
        return (
            F.fold(tokens.transpose(1, 2), (4, 4), 2, stride=2).sum() + both.flip(1).roll(1, 0).pow(2).mean()
        )

    net = Model(forward, embed=nn.Linear(4, 4))
    net.position, net.cls = nn.Parameter(torch.randn(4, 4)), nn.Parameter(torch.randn(1, 1, 4))
    return Case(net, (torch.randn(2, 1, 4, 4),))


@case
def pieces_changed_in_place():
    def forward(self, x):
        y = self.net(x)
        parts = list(y.split(2, 1))
        whole = torch.empty_like(y).copy_(y)
        whole.t()[0].fill_(1.0)
        whole.diagonal().zero_()
        whole.clamp_(min=-1).unsqueeze_(0)
        out = torch.empty(0)
        with torch.no_grad():
            torch.add(x, 1, out=out)
        return whole.pow(2).sum() + parts[0].sum() * parts[1].sum() + out.sum()

    return Case(Model(forward, net=nn.Linear(3, 4)), (torch.randn(4, 3),))


class Dirty(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x.mul_(2))
        return x

    @staticmethod
    def backward(ctx, gradient):
        return gradient * 2


class Three(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        where = x.argmax(1)
        ctx.mark_non_differentiable(where)
        ctx.set_materialize_grads(False)
        return x * 2, where, x * 3

    @staticmethod
    def backward(ctx, a, b, c):
        return (0 if a is None else 2 * a) + (0 if c is None else 3 * c)


@case
def odd_custom_functions():
    def forward(self, x):
        y = self.net(x) + 1
        z = Dirty.apply(y)
        _, where, c = Three.apply(z)
        for _ in range(50):
            c = early(c, -10.0)
        return (y * y).sum() + c.sum() + c.gather(1, where[:, None]).sum()

    return Case(Model(forward, net=nn.Linear(3, 3)), (torch.randn(4, 3),))


@case
def hundreds_of_custom_functions_unseen_in_between():
    def forward(self, x):
        y = self.net(x)
        for _ in range(400):
            y = early(y, -1e99)
        return y.mean() * 0.5**400

    return Case(Model(forward, net=nn.Linear(3, 3).double()), (torch.randn(1, 3).double(),))


@case
def views_of_views_in_place():
    def forward(self, x):
        y = self.net(x) * 1
        a, b = y[:, :1], y[:, 1:]
        a.mul_(2)
        b[1:].mul_(3)
        y[0] = y[1]
        y[..., -1] += self.net(x)[..., 0]
        u = y.t()
        u[0].zero_()
        return (y * a).sum() + b.sum() + u.pow(2).sum()

    return Case(Model(forward, net=nn.Linear(3, 3)), (torch.randn(4, 3),))


@case
def jagged_rows():
    def forward(self, x):
        rows = torch.nested.nested_tensor([x[:2], x], layout=torch.jagged)
        return self.net(rows).values().pow(2).sum()

    return Case(Model(forward, net=nn.Linear(3, 3)), (torch.randn(4, 3),))


@case
def parameters_named_as_inputs_and_ops():
    parts = {
        "a#2": nn.Linear(3, 3),
        "é": nn.Linear(3, 3),
        "weight": nn.Linear(3, 3),
        "linear": nn.Linear(3, 3),
    }

    def forward(self, x, input):
        for part in self.parts.values():
            x = part(x)
        return (F.linear(x, self.parts["é"].weight) * self.x + self.input * input).sum()

    net = Model(forward, parts=nn.ModuleDict(parts))
    net.x, net.input = nn.Parameter(torch.randn(3)), nn.Parameter(torch.randn(3))
    return Case(net, (torch.randn(4, 3), torch.randn(4, 3)))


@case
def gradients_switched_on_and_off():
    def forward(self, x):
        torch.set_grad_enabled(False)
        a = self.net(x)
        torch.set_grad_enabled(True)
        with torch.no_grad(), torch.enable_grad():
            b = self.net(x)
        with torch.inference_mode():
            c = self.net(x)
        y = self.net(x)
        y.data.mul_(2)
        still = y.detach()
        still.add_(1)
        return (a * b * c.clone() * y).sum() + still.sum()

    return Case(Model(forward, net=nn.Linear(3, 3)), (torch.randn(4, 3),))


@case
def an_ensemble_by_vmap():
    def forward(self, x):
        stacked, _ = torch.func.stack_module_state(list(self.nets))
        y = torch.vmap(lambda w, b: F.linear(x, w, b).tanh())(stacked["weight"], stacked["bias"])
        slopes = torch.func.jacrev(lambda z: self.last(z).tanh())(x[0])
        return y.pow(2).sum() + slopes.pow(2).sum()

    nets = nn.ModuleList(nn.Linear(3, 2) for _ in range(3))
    return Case(Model(forward, nets=nets, last=nn.Linear(3, 2)), (torch.randn(4, 3),))


@case
def a_generator_of_its_own():
    net = Model(
        lambda self, x: (self.net(x) * torch.rand(3, generator=self.random)).sum(), net=nn.Linear(3, 3)
    )
    net.random = torch.Generator().manual_seed(3)
    return Case(net, (torch.randn(4, 3),))


@case
def a_loss_with_parameters():
    class Loss(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale, self.net = nn.Parameter(torch.tensor(2.0)), nn.Linear(2, 2)

        def forward(self, y, t):
            return (self.net(y) * self.scale - t).pow(2).mean()

    return Case(nn.Linear(3, 2), (torch.randn(4, 3),), torch.randn(4, 2), Loss())


@case
def a_buffer_written_with_its_graph():
    def forward(self, x):
        self.kept.copy_(self.net(x))
        y = self.kept.sum()
        self.kept = self.kept.detach()
        return y

    net = Model(forward, net=nn.Linear(3, 3))
    net.register_buffer("kept", torch.zeros(4, 3))
    return Case(net, (torch.randn(4, 3),))


@case
def learning_to_learn():
    def forward(self, x):
        weights = dict(self.net.named_parameters())
        loss = torch.func.functional_call(self.net, weights, (x,)).pow(2).mean()
        slopes = torch.autograd.grad(loss, list(weights.values()), create_graph=True)
        after = {name: w - 0.1 * g for (name, w), g in zip(weights.items(), slopes, strict=True)}
        return torch.func.functional_call(self.net, after, (x,)).pow(2).mean()

    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    return Case(Model(forward, net=net), (torch.randn(4, 3),))


@case
def graph_network():
    def forward(self, x, edges):
        gathered = torch.zeros_like(x).index_add(0, edges[1], self.message(x[edges[0]]))
        return self.update(torch.cat([x, gathered], 1)).relu().mean()

    net = Model(forward, message=nn.Linear(3, 3), update=nn.Linear(6, 3))
    return Case(net, (torch.randn(4, 3), torch.tensor([[0, 1, 2, 3], [1, 2, 3, 0]])))


@case
def channels_last():
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU()).to(
        memory_format=torch.channels_last
    )
    return Case(net, (torch.randn(2, 3, 6, 6).to(memory_format=torch.channels_last),), loss=summed)
