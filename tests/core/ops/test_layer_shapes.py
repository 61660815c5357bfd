"""Closed layers at operands of any shapes: the stated gradient is the one that flows, and every reader takes it."""

import itertools

import numpy as np
import pytest
import torch

from chainrule.core.engine.tape import Tape
from chainrule.core.explain.explain import explain
from chainrule.core.explain.provenance import provenance
from chainrule.core.explain.steps import steps
from chainrule.core.export import FORMATS, export
from chainrule.core.gradcheck.gradcheck import check
from chainrule.core.language.program import parse
from tests.app.test_every_op import run
from tests.core.explain.test_equations import false_in

ON_TORCH = {
    "mse": lambda y, t: torch.mean((y - t) ** 2),
    "affine": lambda x, w, b: x @ w + b,
}
SHAPES = {
    "mse": [
        *itertools.product(((), (2,), (2, 1), (1, 2), (2, 2)), repeat=2),
        ((3, 1), (3,)),
        ((3,), (3, 1)),
        ((2, 3, 1), (1, 2)),
    ],
    "affine": [
        *(((2, 2), (2, 2), b) for b in ((), (1,), (2,), (1, 2), (2, 1), (2, 2), (3, 1, 2))),
        *(((3, 2), (2,), b) for b in ((), (1,), (3,), (2, 3))),
        *(((2,), (2,), b) for b in ((), (1,), (2,), (2, 2))),
        *(((2,), (2, 3), b) for b in ((), (3,), (2, 3))),
        *(((2, 3, 2), (2, 2), b) for b in ((2,), (3, 1))),
        *(((2, 3, 2), (2, 2, 2), (2,)), ((3, 2), (2, 2, 2), (2,)), ((2, 3, 2), (2,), (3,))),
    ],
}
CALLS = [(name, shapes) for name, several in SHAPES.items() for shapes in several]


def operands(name: str, shapes: tuple[tuple[int, ...], ...]) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    return {
        letter: np.round(rng.uniform(-2, 2, shape), 2) for letter, shape in zip("abc", shapes, strict=False)
    }


def program(name: str, given: dict[str, np.ndarray]) -> str:
    lines = [f"{letter} = {value.tolist()}" for letter, value in given.items()]
    call = f"y = {name}({', '.join(given)})"
    return "\n".join([*lines, call, *(["L = sum(y ** 2)"] if name == "affine" else ["L = y * 3"])])


@pytest.mark.parametrize(("name", "shapes"), CALLS)
def test_closed_and_open_gradients_are_pytorch_s(name, shapes):
    given = operands(name, shapes)
    graph = parse(program(name, given))
    tape = Tape(graph)
    values = tape.forward()
    gradients = tape.backward(values=values)
    tensors = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in given.values()]
    y = ON_TORCH[name](*tensors)
    (torch.sum(y**2) if name == "affine" else y * 3).backward()
    for letter, tensor in zip(given, tensors, strict=True):
        assert tensor.grad is not None
        np.testing.assert_allclose(gradients.nodes[graph.index(letter)], tensor.grad.numpy(), rtol=1e-12)
    group = explain(graph, values, gradients, f"{name}_1", "en")
    assert [closed.source for closed in group.closed] == list(given)
    assert all(closed.difference <= 1e-13 for closed in group.closed)


@pytest.mark.parametrize(("name", "shapes"), CALLS[::2])
def test_every_reader_takes_them(name, shapes):
    given = operands(name, shapes)
    text = program(name, given)
    if max(map(len, shapes)) < 3 or len(shapes[1]) > 1:  # many matrices and a vector: no form to write it in
        assert false_in(text) == []
    graph = parse(text)
    tape = Tape(graph)
    values = tape.forward()
    gradients = tape.backward(values=values)
    assert all(each.ok for each in check(graph))
    for opened in ((), (f"{name}_1",)):
        assert steps(graph, values, gradients, "ko", opened)
        for node in graph.nodes:
            for index in list(np.ndindex(*node.shape))[:1]:
                provenance(
                    graph,
                    values,
                    gradients,
                    node.id,
                    "value" if gradients.nodes[node.index] is None else "grad",
                    index,
                    opened,
                )
    for form in FORMATS:
        script = export(graph, values, gradients, form, "en").text
        if form in ("python", "pytorch"):
            printed = run(script)
            for letter in given:
                np.testing.assert_allclose(
                    printed[f"d{letter}"], gradients.nodes[graph.index(letter)], rtol=1e-12, atol=1e-14
                )


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("affine", ((3, 2), (2,), ())),
        ("affine", ((2,), (2,), ())),
        ("affine", ((2, 3, 2), (2, 2), (2,))),
        ("mse", ((3, 1), (3,))),
    ],
)
def test_every_call_answers(name, shapes, client):
    text = program(name, operands(name, shapes))
    body = {"program": text}
    answer = client.post("/api/v1/graphs", json=body | {"layout": True})
    assert answer.status_code == 200, answer.text
    whole = answer.json()
    ids = [each["id"] for kind in ("nodes", "edges", "groups") for each in whole[kind]]
    for opened in ([], [f"{name}_1"]):
        for part in [*ids, f"a->{name}_1"]:
            found = client.post(
                "/api/v1/graphs/explain", json=body | {"id": part, "open": opened, "lang": "ko"}
            )
            assert found.status_code == 200, found.text
        for call in ("steps", "picture"):
            found = client.post(f"/api/v1/graphs/{call}", json=body | {"open": opened, "lang": "ko"})
            assert found.status_code == 200, found.text
    for call in ("values", "gradcheck"):
        assert client.post(f"/api/v1/graphs/{call}", json=body).status_code == 200
    assert client.post("/api/v1/graphs/steps", json=body).json()["count"] > 0


@pytest.mark.parametrize(
    "loss", ["softmax_with_loss(a, 0)", "cross_entropy(softmax(a), 1)", "softmax_with_loss(b, [1, 0])"]
)
def test_a_class_number_is_no_term_of_a_formula(loss):
    assert false_in(f"a = [1, 0.5]\nb = [[1, 0.5], [2, -1]]\nL = {loss}") == []
