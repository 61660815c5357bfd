"""``np.einsum``: values and gradients are those of PyTorch; what it cannot read is refused."""

import numpy as np
import pytest
import torch

from chainrule.core.engine.tape import Tape
from chainrule.core.errors import ProgramError
from chainrule.core.language.program import parse

SIZES = {"i": 2, "j": 3, "k": 4, "l": 2, "b": 2, "h": 3}


@pytest.mark.parametrize(
    "letters",
    "ij,jk->ik ij,kj->ik ij,kj i,i-> i,j->ij ij->ji ij-> ij->j ba bij,bjk->bik bhik,bhjk->bhij i,ij,j-> ijk,ijk->i "
    "ij,j->i ij,ij->ij ij,jk,k->i ijk,kl->ijl ij,kl->ijkl ik,jk->j ijkl,jl->ik ij,i->ij".split(),
)
def test_values_and_gradients_are_those_of_pytorch(letters: str) -> None:
    source = np.random.default_rng(1)
    sizes = {**SIZES, "a": 3}
    operands = letters.partition("->")[0].split(",")
    arrays = [source.normal(size=[sizes[letter] for letter in own]) for own in operands]
    lines = [f"x{k} = np.array({array.tolist()})" for k, array in enumerate(arrays)]
    graph = parse(
        "\n".join([*lines, f"y = np.einsum('{letters}', {', '.join(f'x{k}' for k in range(len(arrays)))})"])
    )
    tape = Tape(graph)
    values = tape.forward()
    given = [torch.tensor(array, requires_grad=True) for array in arrays]
    result = torch.einsum(letters, *given)
    upstream = source.normal(size=tuple(result.shape))
    torch.Tensor.backward(torch.sum(result * torch.tensor(upstream)))
    gradients = tape.backward(upstream if upstream.shape else float(upstream), values=values).nodes
    assert np.shape(values[graph.output]) == tuple(result.shape)
    np.testing.assert_allclose(values[graph.output], result.detach(), rtol=1e-12)
    for k, tensor in enumerate(given):
        np.testing.assert_allclose(gradients[graph.index(f"x{k}")], tensor.grad, rtol=1e-9)


def test_a_product_of_matrices_is_drawn_as_one() -> None:
    graph = parse("a = randn(2, 3)\nb = randn(4, 3)\ny = np.einsum('ij,kj->ik', a, b)")
    assert [node.op.name for node in graph.nodes if node.op] == ["transpose", "matmul"]


@pytest.mark.parametrize(
    "call",
    [
        "'ii', np.eye(2)",
        "'ij,jk', np.eye(2)",
        "'i...', np.eye(2)",
        "'ij->iz', np.eye(2)",
        "'ij->ii', np.eye(2)",
        "'ij,ij->ij', np.eye(2), np.eye(3)",
        "",
        "2, np.eye(2)",
    ],
)
def test_letters_that_do_not_fit_are_refused(call: str) -> None:
    with pytest.raises(ProgramError) as caught:
        parse(f"y = np.einsum({call})\n")
    assert caught.value.line == 1
    assert caught.value.allowed is not None
    assert "einsum" in caught.value.message.en
