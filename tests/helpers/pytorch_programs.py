"""Programs of the language carried out by PyTorch in float64, as the Python that they are."""

import ast
from typing import Any

import torch
import torch.nn.functional as F

from chainrule.core.language.makers import MAKERS
from tests.helpers.pytorch import FUNCTIONS

_DIM = {"axis": "dim", "keepdims": "keepdim"}


class Run:
    """What a program gives: every name's last value, its leaves, and the output."""

    def __init__(self, program: str) -> None:
        self.leaves: dict[str, torch.Tensor] = {}
        tree = _Leaves().visit(ast.parse(program))
        last = tree.body[-1]
        if isinstance(last, ast.Expr):
            tree.body[-1] = ast.Assign([ast.Name("_output", ast.Store())], last.value)
            output = "_output"
        else:
            # A program that ends in a loop gives what the loop assigned last.
            while isinstance(last, ast.For):
                last = last.body[-1]
            output = last.targets[0].id
        self.names: dict[str, Any] = {**NAMES, "_leaf": self._leaf, "_tensor": _tensor}
        exec(compile(ast.fix_missing_locations(tree), "program", "exec"), self.names)
        self.output: torch.Tensor = self.names[output]

    def backward(self, seed: float = 1.0) -> dict[str, torch.Tensor]:
        """The gradient of each leaf that has one, by name."""
        self.output.backward(torch.full_like(self.output, seed))
        return {name: leaf.grad for name, leaf in self.leaves.items() if leaf.grad is not None}

    def _leaf(self, name: str, value: Any) -> torch.Tensor:
        self.leaves[name] = _tensor(value).clone().requires_grad_()
        return self.leaves[name]


class _Leaves(ast.NodeTransformer):
    """Written-out numbers and lists become tensors; those that a name of the program is given, leaves."""

    depth = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        node.body = [self.visit(statement) for statement in node.body]
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        written = _is_literal(node.value) or (
            isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") in MAKERS
        )
        if written and not self.depth:
            name = ast.Constant(node.targets[0].id)
            node.value = ast.Call(ast.Name("_leaf", ast.Load()), [name, node.value], [])
            return node
        self.generic_visit(node)
        return node

    def visit_List(self, node: ast.List) -> ast.AST:
        return ast.Call(ast.Name("_tensor", ast.Load()), [node], [])


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


def _tensor(value: Any) -> torch.Tensor:
    return torch.as_tensor(value, dtype=torch.float64)


def _maker(name: str) -> Any:
    return lambda *shape, seed=0, scale=1: _tensor(MAKERS[name](shape, seed, scale).copy())


def _reduction(function: Any) -> Any:
    return lambda a, **named: function(a, **{_DIM[name]: value for name, value in named.items()})


def _targets(t: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
    return t if t.shape == scores.shape else F.one_hot(t.long(), scores.shape[-1]).double()


def _cross_entropy(y: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    return -(_targets(t, y) * torch.log(y)).sum(-1).mean()


def _softmax_with_loss(a: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    return -(_targets(t, a) * torch.log_softmax(a, -1)).sum(-1).mean()


NAMES: dict[str, Any] = {
    **FUNCTIONS,
    **{name: _maker(name) for name in MAKERS},
    "sum": _reduction(torch.sum),
    "mean": _reduction(torch.mean),
    "max": _reduction(torch.amax),
    "repeat": lambda a, times: a.expand(times, *a.shape),
    "sigmoid": torch.sigmoid,
    "softmax": lambda a: torch.softmax(a, -1),
    "cross_entropy": _cross_entropy,
    "softmax_with_loss": _softmax_with_loss,
    "affine": lambda x, w, b: x @ w + b,
    "mse": lambda y, t: F.mse_loss(y, t),
}
