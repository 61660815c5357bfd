"""Advice at nodes: which form is stable, and which loss broadcasts; where it is right, and nowhere else."""

import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.explain.advice import broadcast_losses, stable_forms
from chainrule.core.explain.explain import explain
from chainrule.core.language.program import parse


@pytest.mark.parametrize(
    ("program", "node", "better"),
    [
        ("a = [1000, 0]\ny = log(softmax(a))\nL = sum(y)", "y", "log_softmax"),
        ("a = [1000, 0]\nL = cross_entropy(softmax(a), 1)", "L", "softmax_with_loss"),
        ("a = [1000, 0]\np = softmax(a)\nL = cross_entropy(p, [0, 1])", "L", "softmax_with_loss"),
        ("a = [1000, 0]\nL = log(sum(exp(a)))", "L", "logsumexp"),
        ("x = -1000\ny = log(sigmoid(x))", "y", "-softplus(-x)"),
        ("x = 1000\ny = log(1 + exp(x))", "y", "softplus(x)"),
        ("x = 1000\ny = log(exp(x) + 1)", "y", "softplus(x)"),
        ("x = 1000\ny = log1p(exp(x))", "y", "softplus(x)"),
    ],
)
def test_the_stable_form_is_named_and_is_finite(program, node, better, client):
    graph = parse(program)
    [(index, said)] = stable_forms(graph).items()
    assert graph.ids[index] == node
    assert f"`{better}`" in said.ko
    assert f"`{better}`" in said.en
    tape = Tape(graph)
    values = tape.forward()
    gradients = tape.backward(values=values)
    assert better in (explain(graph, values, gradients, node, "en").note or "")
    answer = client.post("/api/v1/graphs/values", json={"program": program}).json()
    assert better in answer["notes"][node]["en"]
    assert better in answer["notes"][node]["ko"]


@pytest.mark.parametrize(
    "program",
    [
        "a = [1, 0]\nL = softmax_with_loss(a, 1)",
        "a = [1, 0]\nL = log(sum(exp(a - max(a))))",
        "x = 1\ny = log(2 + exp(x))",
        "x = 1\ny = log(x) + softplus(x) + sigmoid(x)",
        "a = [1, 0]\nL = sum(log_softmax(a)) + logsumexp(a)",
    ],
)
def test_what_is_stable_gets_no_advice(program):
    assert stable_forms(parse(program)) == {}


def test_where_all_is_finite_the_advice_stands_in_the_inspector_only(client):
    program = "a = [1, 0]\nL = log(sum(exp(a)))"
    assert client.post("/api/v1/graphs/values", json={"program": program}).json()["notes"] == {}
    answer = client.post("/api/v1/graphs/explain", json={"program": program, "id": "L", "lang": "en"}).json()
    assert "logsumexp" in answer["note"]


COLUMN = "y = [[1], [2], [4]]\nt = [1, 2, 3]\n"


@pytest.mark.parametrize(
    ("line", "nodes"),
    [
        ("L = mse(y, t)", {"mse_1.d", "L"}),
        ("L = mse(t, y)", {"mse_1.d", "L"}),
        ("d = y - t\nL = mean(d ** 2)", {"d"}),
        ("L = sum((t - y) ** 2)", {"op_1"}),
    ],
)
def test_a_column_against_a_row_in_a_loss_is_told(line, nodes, client):
    program = COLUMN + line
    for call in ("values", ""):
        answer = client.post(f"/api/v1/graphs/{call}".rstrip("/"), json={"program": program}).json()
        notes = (
            answer["notes"]
            if call
            else {each["id"]: each["note"] for each in answer["nodes"] if each["note"]}
        )
        assert notes.keys() == nodes
        for said in notes.values():
            assert "(3, 1)" in said["en"]
            assert "(3, 3)" in said["ko"]
    part = "mse_1" if "mse" in line else min(nodes)
    answer = client.post("/api/v1/graphs/explain", json={"program": program, "id": part, "lang": "en"}).json()
    assert "(3,)" in answer["note"]


@pytest.mark.parametrize(
    "program",
    [
        f"{COLUMN}L = mse(y[:, 0], t)",
        f"{COLUMN}L = y - t",  # no loss
        "x = [1, 2, 3]\nL = sum((x[:, None] - x) ** 2)",  # meant
        "y = [[1], [2], [4]]\nL = mse(y, 2)",
        "y = [[1, 2], [3, 4]]\nt = [1, 2]\nL = mse(y, t)",
        "y = [[1]]\nt = [2]\nL = mse(y, t)",
    ],
)
def test_other_losses_get_no_warning(program):
    assert broadcast_losses(parse(program)) == {}
