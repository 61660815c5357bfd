"""What PyTorch's functions, methods and attributes are called here.

Source: the reference of PyTorch 2.13, ``torch``, ``torch.Tensor``, ``torch.nn.functional``.
"""

from collections.abc import Mapping, Sequence

from chainrule.core.foreign.templates import Template

Forms = Sequence[Template]
"""Several ways to call one function; the first that fits is taken."""

_KEPT = "dtype device requires_grad out layout pin_memory generator names memory_format non_blocking copy"
"""Arguments that say where and how a tensor is kept."""


def _each(names: str, parameters: str, expression: str, ignored: str = "out inplace") -> dict[str, Forms]:
    """The same form for several functions; ``$`` stands for the function's name."""
    return {name: [Template(parameters, expression.replace("$", name), ignored)] for name in names.split()}


def _reduced(name: str, ours: str) -> dict[str, Forms]:
    """A reduction: PyTorch takes NumPy's names of its arguments too."""
    return {
        name: [
            Template(f"a {axis}= {keep}=", f"{ours}(a, axis={axis}, keepdims={keep})", "dtype out")
            for axis, keep in (("dim", "keepdim"), ("axis", "keepdims"))
        ]
    }


def _spread(name: str) -> dict[str, Forms]:
    """Variance and deviation: PyTorch divides by n − 1 unless told otherwise."""
    return {
        name: [
            Template(
                f"a dim= {less} keepdim=",
                f"{name}(a, axis=dim, keepdims=keepdim, ddof={less.partition('=')[0]})",
            )
            for less in ("unbiased=1", "correction")
        ]
    }


FUNCTIONS: Mapping[str, Forms] = {
    **_each(
        "tensor as_tensor asarray Tensor FloatTensor DoubleTensor LongTensor from_numpy",
        "data",
        "data",
        _KEPT,
    ),
    **_each("Parameter Variable", "data", "data", _KEPT),
    **_each("exp log log1p log2 log10 sqrt sin cos tan tanh abs relu sigmoid erf erfc", "a", "$(a)"),
    **_each("sign square diag trace flatten squeeze sinh cosh argmax softplus", "a", "$(a)"),
    **_each("tril triu", "a diagonal=", "$(a, diagonal)"),
    **_each("atan arctan", "a", "arctan(a)"),
    **_each("absolute", "a", "abs(a)"),
    **_each("maximum minimum logaddexp outer dot xlogy hypot clamp_min clamp_max", "a b", "$(a, b)"),
    **_each("atan2 arctan2", "a b", "arctan2(a, b)"),
    **_each("inner vdot", "a b", "dot(a, b)"),
    **{
        name: forms
        for each in ("sum", "mean", "prod", "logsumexp")
        for name, forms in _reduced(each, each).items()
    },
    **_reduced("amax", "max"),
    **_reduced("amin", "min"),
    **_spread("var"),
    **_spread("std"),
    **_each("max min", "a", "$(a)"),
    **_each("cumsum", "a dim", "cumsum(a, axis=dim)", "dtype out"),
    **_each("mm matmul bmm mv", "a b", "a @ b"),
    **_each("add", "a b", "a + b"),
    **_each("sub subtract", "a b", "a - b"),
    **_each("mul multiply", "a b", "a * b"),
    **_each("div divide true_divide", "a b", "a / b"),
    **_each("neg negative", "a", "-a"),
    **_each("pow", "a b", "a ** b"),
    **_each("reciprocal", "a", "1 / a"),
    **_each("rsqrt", "a", "1 / sqrt(a)"),
    **_each("addmm", "c a b", "c + a @ b"),
    **_each("norm", "a", "sqrt(sum(a ** 2))", "p"),
    **_each("where", "condition a b", "where(condition, a, b)"),
    **_each("clamp clip", "a min=None max=None", "clip(a, min, max)"),
    **_each("cat concat concatenate", "tensors dim=", "concatenate(tensors, axis=dim)"),
    **_each("stack", "tensors dim=", "stack(tensors, axis=dim)"),
    **_each("reshape view", "a *shape", "a.reshape(shape)"),
    **_each("t", "a", "a.T"),
    **_each("transpose swapaxes", "a first second", "a.swapaxes(first, second)"),
    **_each("permute", "a *dims", "a.transpose(dims)"),
    **_each("unsqueeze", "a dim", "expand_dims(a, dim)"),
    **_each("softmax log_softmax", "a dim=-1", "$(a, axis=dim)", "dtype"),
    **_each("leaky_relu", "a negative_slope=0.01", "leaky_relu(a, negative_slope)"),
    **_each("gelu", "a", "gelu(a)"),
    **_each("silu elu", "a", "$(a)"),
    **_each("logsigmoid", "a", "-softplus(-a)"),
    "linear": [
        Template("x weight bias", "affine(x, weight.T, bias)"),
        Template("x weight", "x @ weight.T"),
    ],
    **_each("cross_entropy", "a target", "softmax_with_loss(a, target)"),
    **_each("mse_loss", "a target", "mse(a, target)"),
    **_each("l1_loss", "a target", "mean(abs(a - target))"),
    **_each("nll_loss binary_cross_entropy binary_cross_entropy_with_logits", "a target", "$(a, target)"),
    **_each("zeros ones", "*size", "$(size)", _KEPT),
    **_each("zeros_like ones_like", "a", "np.$(a)", _KEPT),
    **_each("full_like", "a value", "np.full_like(a, value)", _KEPT),
    **_each("full", "size value", "np.full(size, value)", _KEPT),
    **_each("eye", "n", "np.eye(n)", _KEPT),
    **_each("arange", "*bounds", "np.arange(bounds)", _KEPT),
    **_each("linspace", "start end steps", "np.linspace(start, end, steps)", _KEPT),
    **_each("randn rand", "*size", "np.random.$(size)", _KEPT),
    **_each("manual_seed", "seed", "np.random.seed(seed)"),
}
"""By the last part of a function's name, in ``torch``, ``torch.nn.functional`` or ``torch.special``."""

METHODS: Mapping[str, Forms] = {
    **{
        name: forms
        for name, forms in FUNCTIONS.items()
        if not name.endswith(("_like", "eye", "full", "_seed"))
    },
    **_each("item clone contiguous double float requires_grad_ detach_ retain_grad tolist", "a", "a"),
    **_each("to cuda cpu numpy type", "a *where", "a", _KEPT),
    "size": [Template("a dim", "a.shape[dim]"), Template("a", "a.shape")],
    **_each("numel nelement", "a", "a.size"),
}
"""By a tensor's method; the tensor is the first argument."""

ATTRIBUTES: Mapping[str, Template] = {
    "mT": Template("a", "a.swapaxes(-1, -2)"),
}
"""By a tensor's attribute."""

RANDOM = frozenset({"randn", "rand", "manual_seed"})
"""Functions whose numbers are others here."""
