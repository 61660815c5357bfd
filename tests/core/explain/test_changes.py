"""What changed and why: the split of every gradient's change is exact, and every number in a sentence is true."""

import math
import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.core.engine.tape import Tape
from chainrule.core.explain.changes import Changed, Side, changes
from chainrule.core.language.program import parse
from chainrule.core.ops import BY_CODE, OPS
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.rules import RIGHT as RULES
from tests.app.test_every_op import PROGRAMS
from tests.helpers import pytorch
from tests.helpers.strategies import Program, programs

SHOPPING = """apple = 100
apple_num = 2
orange = 150
orange_num = 3
tax = 1.1
price = (apple * apple_num + orange * orange_num) * tax"""


def compared(program, inputs, open=(), mistakes=(), upstream=1.0):
    """Return the tape, both sides, and what changed by its id."""
    tape = Tape(parse(program))
    sides = []
    for given_inputs in ({}, inputs):
        values = tape.forward(given_inputs)
        sides.append(Side(values, tape.backward(upstream, mistakes, values)))
    found = changes(tape.graph, *sides, open)
    return tape, sides, {each.id: each for each in found}


def groups_of(program):
    return [group.id for group in parse(program).groups]


def test_the_price_of_apples_changes_the_gradient_of_the_tax():
    _, _, found = compared(SHOPPING, {"apple": 121})
    tax = found["tax"]
    assert (tax.gradient.old, tax.gradient.new, tax.gradient.difference) == (650, 692, 42)
    assert tax.reason.code == "local"
    assert tax.reason.causes == ("op_3->price.0",)
    assert tax.reason.sentence == (
        "×는 두 입력을 맞바꿉니다. tax 쪽이 받는 것은 반대편이 나르는 값입니다. 그 값이 2 × 21 = 42만큼 늘었습니다.",
        "× swaps: tax receives what the other arm carries, and that rose by 2 × 21 = 42.",
    )
    assert "orange" not in found
    assert found["apple"].gradient is None
    assert found["price"].value.difference == pytest.approx(46.2)


def test_the_tax_changes_every_gradient_behind_it_by_the_upstream_alone():
    _, _, found = compared(SHOPPING, {"tax": 1.2})
    assert found["apple"].reason.code == "upstream"
    assert found["apple"].reason.sentence.en == (
        "The slope of apple × apple_num stays 2; the upstream gradient rose by 0.1: 2 × 0.1 = +0.2."
    )
    assert found["op_1"].reason.sentence.en == (
        "apple × apple_num + orange × orange_num passes the upstream gradient on unchanged, and that rose by 0.1."
    )


def test_a_relu_that_opens_says_so():
    _, _, found = compared("x = -1\ny = 3 * relu(x)", {"x": 2})
    assert found["x"].reason.sentence.en.startswith(
        "ReLU is a switch: open for inputs above 0, else closed; "
    )
    assert (found["x"].gradient.old, found["x"].gradient.new) == (0, 3)


def test_a_value_read_twice_tells_its_branches():
    _, _, found = compared("x = 2\ny = x * x + x * 3", {"x": 5})
    assert found["x"].reason.code == "sum"
    assert found["x"].reason.sentence.en == (
        "It is a sum over branches, and each changed. Through x × x: +3, through x × x: +3; together +6."
    )


def test_a_closed_layer_is_one_node():
    program = "x = 1\ny = sigmoid(x) * 2"
    _, _, found = compared(program, {"x": 3})
    assert found["x"].reason.code == "local"
    assert "the sigmoid layer" in found["x"].reason.sentence.en
    assert "x->sigmoid_1" in found
    _, _, opened = compared(program, {"x": 3}, groups_of(program))
    assert opened["x"].gradient.difference == pytest.approx(found["x"].gradient.difference)


def test_nothing_changes_between_equal_numbers():
    assert compared(SHOPPING, {})[2] == {}


def test_infinity_has_no_difference():
    _, _, found = compared("x = 1\ny = log(x)", {"x": 0})
    assert found["x"].reason.code == "not_finite"
    assert math.isnan(found["x"].gradient.difference)


def test_a_broken_rule_is_split_as_it_is():
    _, _, found = compared("a = 2\nb = 3\ny = a * b", {"a": 5}, mistakes=("mul.not_swapped",))
    assert (found["a"].gradient.old, found["a"].gradient.new) == (2, 5)
    assert found["a"].reason.local == 3
    assert "other arm" not in found["a"].reason.sentence.en


def middle_term(graph, edge, old, new):
    """Send the old upstream gradient back over an edge at the new values, by PyTorch."""
    node = graph.nodes[edge.target]
    operands = [pytorch.leaf(np.asarray(new.values[i], float)) for i in node.inputs]
    if node.op.tensor is None:
        result = pytorch.OPS[node.op.name](*operands)
    else:
        parameters = graph.parameters.get(node.index, {})
        names = ["a", "b"][: len(operands)]
        result = eval(
            node.op.tensor.torch(names, parameters), {"torch": torch}, dict(zip("ab", operands, strict=False))
        )
    upstream = torch.tensor(old.gradients.nodes[edge.target], dtype=torch.float64)
    result.backward(torch.broadcast_to(upstream, result.shape))
    return operands[edge.slot].grad.numpy()


def moved_inputs(graph):
    """Move every tensor a little."""
    return {
        node.name: np.asarray(node.value, float) * 1.1
        + np.resize([0.05, -0.02, 0.03], node.shape or (1,))[()]
        if node.shape
        else node.value * 1.1
        for node in graph.inputs
        if not any(BY_CODE[graph.codes[e.target]].name == "one_hot" for e in graph.outgoing(node.index))
    }


@pytest.mark.parametrize("name", OPS)
def test_the_parts_are_what_torch_says(name):
    program = OPS[name].example
    inputs = moved_inputs(parse(program))
    if "L =" not in program:
        program += "\nL = (y + 3) ** 2"
        across = {"relu": -0.9, "abs": -0.9, "leaky_relu": -0.9, "masked": 0.0, "masked_out": 0.0}
        inputs = (
            {"a": across.get(name, 2.1), "b": 1.4} if OPS[name].arity == 2 else {"a": across.get(name, 2.1)}
        )
    tape, (old, new), found = compared(program, inputs, groups_of(program))
    graph = tape.graph
    told = set()
    for edge in graph.edges:
        change = found.get(edge.id)
        if change is None or change.reason is None or old.gradients.edges[edge.index] is None:
            continue
        place = change.gradient.where
        middle = float(np.asarray(middle_term(graph, edge, old, new))[place])
        before = float(np.asarray(old.gradients.edges[edge.index])[place])
        now = float(np.asarray(new.gradients.edges[edge.index])[place])
        scale = max(abs(before), abs(now), abs(middle))
        assert change.reason.upstream == pytest.approx(now - middle, abs=1e-9 * scale), edge.id
        assert change.reason.local == pytest.approx(middle - before, abs=1e-9 * scale), edge.id
        told.add(graph.nodes[edge.target].op.name)
    assert name in told or OPS[name].flat(0) or name == "one_hot"  # labels have no gradient


@pytest.mark.parametrize("name", OPS)
def test_a_slope_reads_no_more_than_its_entry_says(name):
    """Move each operand that a slope does not read: the gradient that comes back stays, whatever the value does."""
    op = OPS[name]
    tape = Tape(parse(op.example))
    graph = tape.graph
    base = tape.forward()
    for node in graph.nodes:
        if node.op is not op:
            continue
        parameters = graph.parameters.get(node.index, {})
        rule = RULES.node_value(graph.codes[node.index], parameters)
        shapes = [graph.shapes.get(i, ()) for i in node.inputs]
        operands = [np.asarray(base[i], float)[()] for i in node.inputs]
        for slot in range(op.arity):
            if op.flat(slot) or not graph.requires_grad()[node.inputs[slot]]:
                continue
            vjp = RULES.node_vjp(graph.codes[node.index], 1 << slot, parameters, shapes)
            reads = op.slope_reads(slot)

            def passed(values, vjp=vjp, slot=slot, rule=rule):
                y = rule(values[0], values[-1])
                back = vjp(np.ones_like(y), values[0], values[-1], y)
                return back[1 - slot] if isinstance(back, tuple) else back

            for other in range(op.arity):
                if "y" in reads or "ab"[other] in reads:
                    continue
                shifted = list(operands)
                shifted[other] = operands[other] * 1.25 + 0.1
                np.testing.assert_array_equal(passed(operands), passed(shifted))


SPLIT = [name for name in PROGRAMS if name in COMPOSITES]


@pytest.mark.parametrize("name", SPLIT)
@pytest.mark.parametrize("opened", [False, True])
def test_the_parts_of_layers_add_up(name, opened):
    program = PROGRAMS[name]
    inputs = moved_inputs(parse(program))
    _, _, found = compared(program, inputs, groups_of(program) if opened else ())
    assert found
    for change in found.values():
        adds_up(change)
        for sentence in change.reason.sentence if change.reason else ():
            true_numbers(sentence)


def adds_up(change: Changed) -> None:
    reason, gradient = change.reason, change.gradient
    if reason is None or reason.code == "not_finite":
        return
    scale = max(map(abs, (gradient.old, gradient.new, reason.upstream, reason.local)))
    assert reason.upstream + reason.local == pytest.approx(gradient.difference, abs=1e-9 * scale), change.id


NUMBER = r"[−+]?(?:[\d,]+(?:\.\d+)?(?:e-?\d+)?)"
PRODUCT = re.compile(rf"({NUMBER}) × \(?({NUMBER})\)? = ({NUMBER})")


def read(number: str) -> float:
    return float(number.replace(",", "").replace("−", "-"))


def unwritten(number: float) -> float:
    """Return how far a number may be from its text, which has six digits, or four and a power of ten."""
    size = abs(number)
    return 6e-3 * size if size < 1e-3 or size >= 1e7 else max(6e-6 * size, 6e-7)


def true_numbers(sentence: str) -> None:
    """Every product written out is right, to the digits it is written with."""
    for found in PRODUCT.findall(sentence):
        a, b, c = map(read, found)
        room = abs(a) * unwritten(b) + abs(b) * unwritten(a) + unwritten(c)
        assert abs(a * b - c) <= room, sentence


WENT = re.compile(rf"went from ({NUMBER}) to ({NUMBER})")
ROSE = re.compile(rf"upstream gradient (?:also )?(rose|fell) by ({NUMBER})")


@pytest.mark.parametrize("name", OPS)
def test_every_sentence_of_an_op_is_true(name):
    """Move one operand at a time: products, slopes and shares in both languages, beside torch and the difference."""
    op = OPS[name]
    program = op.example
    if "L =" not in program:
        program += "\nL = (y + 3) ** 2"
    for moved, value in moved_inputs(parse(program)).items():
        tape, (old, new), found = compared(program, {moved: value}, groups_of(program))
        for edge in tape.graph.edges:
            change = found.get(edge.id)
            if change is None or change.reason is None or tape.graph.nodes[edge.target].op is not op:
                continue
            ko, en = change.reason.sentence
            for sentence in (ko, en):
                true_numbers(sentence)
                assert "None" not in sentence
                assert "$" not in sentence
            assert PRODUCT.findall(ko) == PRODUCT.findall(en)
            assert (change.reason.local == 0) or "slope" in en or "that rose" in en or "that fell" in en, en
            together = re.search(rf"[Tt]ogether ({NUMBER})", en)
            if together:
                difference = change.gradient.difference
                assert read(together[1]) == pytest.approx(difference, abs=unwritten(difference))
            if went := WENT.search(en):
                slopes = {
                    round(float(slope), 6)
                    for side in (old, new)
                    for slope in np.ravel(torch_slopes(tape.graph, edge, side))
                }
                for written in went.groups():
                    nearest = min(slopes, key=lambda slope: abs(slope - read(written)))
                    assert read(written) == pytest.approx(nearest, abs=2 * unwritten(nearest)), en


def torch_slopes(graph, edge, side):
    """Return every derivative of the edge's target by its source, by PyTorch."""
    node = graph.nodes[edge.target]
    operands = [pytorch.leaf(np.asarray(side.values[i], float)) for i in node.inputs]

    def result(moving):
        given = [moving if slot == edge.slot else operand for slot, operand in enumerate(operands)]
        if node.op.tensor is None:
            return pytorch.OPS[node.op.name](*given)
        written = node.op.tensor.torch(["a", "b"][: len(given)], graph.parameters.get(node.index, {}))
        return eval(written, {"torch": torch}, dict(zip("ab", given, strict=False)))

    return torch.autograd.functional.jacobian(result, operands[edge.slot]).numpy()


def test_a_closed_layer_of_one_argument_tells_its_simplified_slope():
    _, _, found = compared("x = 0\ny = sigmoid(x) * 2", {"x": math.log(3)})
    assert found["x->sigmoid_1"].reason.sentence == (
        "시그모이드 계층에서 x 쪽 국소적 미분은 sigmoid(x)·(1−sigmoid(x))입니다. 이 값은 0.25 → 0.1875, 0.0625만큼 "
        "줄었습니다. 여기에 상류의 기울기 2: 2 × (−0.0625) = −0.125.",
        "In the sigmoid layer the slope toward x is sigmoid(x)·(1−sigmoid(x)); it went from 0.25 to 0.1875; times the "
        "upstream gradient 2: 2 × (−0.0625) = −0.125.",
    )
    _, _, found = compared("X = [0, 1]\ns = sigmoid(X)\nL = sum(s * 2)", {"X": [math.log(3), 1]})
    assert found["X"].reason.sentence.en == (
        "Only [0] changed. In the sigmoid layer the slope toward X is s·(1−s); it went from 0.25 to 0.1875; times the "
        "upstream gradient 2: 2 × (−0.0625) = −0.125."
    )
    # A broken rule has no simplified slope.
    _, _, found = compared("x = 0\ny = sigmoid(x) * 2", {"x": 1}, mistakes=("mul.not_swapped",))
    assert "·(1−" not in found["x->sigmoid_1"].reason.sentence.en


@pytest.mark.parametrize(
    ("program", "inputs", "edge", "formula"),
    [
        ("a = [1, 2]\ny = softmax(a)\nL = y[0]", {"a": [2, 2]}, "a->softmax_1", "∂L/∂y·"),
        (
            "x = [[1, 2]]\nw = [[1], [2]]\nb = [0]\ny = affine(x, w, b)\nL = sum(y)",
            {"w": [[3], [2]]},
            "x->affine_1",
            "∂L/∂y·wᵀ",
        ),
        (
            "p = [[0.2, 0.8], [0.5, 0.5]]\nt = [0, 1]\nL = cross_entropy(p, t)",
            {"p": [[0.4, 0.6], [0.5, 0.5]]},
            "p",
            "−t/p/N (N = 2)",
        ),
        ("y = [1, 2, 3]\nt = [1, 1, 1]\nL = mse(y, t)", {"y": [1, 5, 3]}, "y", "2·(y−t)/n (n = 3)"),
    ],
)
def test_a_closed_layer_on_tensors_tells_its_formula(program, inputs, edge, formula):
    _, _, found = compared(program, inputs)
    ko, en = found[edge].reason.sentence
    assert formula in ko
    assert formula in en
    assert "the gradient toward" in en


def test_a_layer_whose_formula_has_no_value_there_tells_none():
    program = "p = [0.5, 0.5]\nt = [1, 0]\nL = cross_entropy(p, t)"
    _, _, found = compared(program, {"p": [1, 0]})
    assert "The numbers inside the cross entropy error layer changed" in found["p"].reason.sentence.en


def test_a_tensor_tells_the_element_that_changed_most_with_its_numbers():
    program = "X = [[1, -2], [3, 4]]\nY = relu(X)\nZ = Y * 3\nL = sum(Z)"
    _, _, found = compared(program, {"X": [[1, 2], [3, 4]]})
    gradient, reason = found["X"].gradient, found["X"].reason
    assert (gradient.where, gradient.elements, gradient.old, gradient.new) == ((0, 1), 1, 0, 3)
    assert gradient.norms == pytest.approx((math.sqrt(27), 6))
    assert gradient.apart.tolist() == [[0, 3], [0, 0]]
    assert reason.sentence == (
        "달라진 원소는 [0, 1] 하나입니다. ReLU는 스위치입니다. 입력이 0보다 크면 열리고 아니면 닫힙니다. 국소적 "
        "미분은 0 → 1, 1만큼 늘었습니다. 여기에 상류의 기울기 3: 3 × 1 = +3.",
        "Only [0, 1] changed. ReLU is a switch: open for inputs above 0, else closed; its slope went from 0 to 1; "
        "times the upstream gradient 3: 3 × 1 = +3.",
    )


def test_an_element_of_a_product_of_tensors_gets_what_the_other_arm_carries():
    _, _, found = compared("A = [1, 2]\nB = [3, 4]\nL = sum(A * B)", {"A": [1, 5]})
    assert found["B"].reason.sentence.en == (
        "Only [1] changed. × swaps: B receives what the other arm carries, and that rose by 3."
    )
    _, _, found = compared("A = [[1, 2], [3, 4]]\nb = [5, 6]\nL = sum(A * b)", {"A": [[1, 2], [3, 9]]})
    assert found["b"].reason.sentence.en == (
        "Only [1] changed. × swaps: b receives what the other arm carries. b[1] gets back a sum over 2 elements of "
        "A ⊙ b: the changed slopes make +5."
    )


@settings(max_examples=settings.default.max_examples // 10)
@given(programs(), st.data())
def test_random_programs_add_up_and_say_nothing_false(program: Program, data: st.DataObject):
    name = data.draw(st.sampled_from(sorted(program.inputs)))
    step = data.draw(st.floats(-0.5, 0.5).map(lambda x: round(x, 2)))
    _, (old, new), found = compared(program.text, {name: program.inputs[name] + step})
    for change in found.values():
        adds_up(change)
        if change.reason is None:
            continue
        for sentence in change.reason.sentence:
            true_numbers(sentence)
    graph = parse(program.text)
    for index, node_id in enumerate(graph.ids):
        if node_id in found and found[node_id].gradient:
            difference = new.gradients.nodes[index] - old.gradients.nodes[index]
            assert found[node_id].gradient.difference == difference or math.isnan(difference)


def test_parts_of_a_number_that_a_tensor_reads_are_plain_floats():
    # y's gradient is summed over the tensor; at x = 2 → 2.5 both the upstream gradient and x change.
    _, _, found = compared("x = 2\nv = [1, 2]\ny = x * x\ns = sum(v * y * y)", {"x": 2.5})
    reason = found["x->y.0"].reason
    assert (type(reason.upstream), type(reason.local)) == (float, float)
    # 2Σv·y·x: 6·(6.25·2.5 − 4·2); with the old upstream gradient and the new x: 6·4·2.5.
    assert reason.upstream == pytest.approx(6 * 2.25 * 2.5)
    assert reason.local == pytest.approx(6 * 4 * 0.5)
