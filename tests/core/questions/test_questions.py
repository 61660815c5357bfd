"""Questions from a seed: numbers a head can do, right answers, near misses, and each known mistake by its name."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.number_text import text
from chainrule.core.ops import FAN_OUT, OPS
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.questions.blanks import Blank, Solved
from chainrule.core.questions.diagnosis import at_the_node, wrong_shapes
from chainrule.core.questions.generator import LEVEL_TITLES, LEVELS, MOST_BLANKS, Question, question, tidy
from chainrule.core.questions.hints import GRADIENT_SHAPE, STAGES, VALUE_SHAPE, hint
from chainrule.core.questions.judge import NEAR, TOLERANCE, judge

SEEDS = (0, 1, 2, 7, 4821, 999_999_999)
LEVEL_NUMBERS = range(1, len(LEVELS) + 1)


def questions(level: int, seeds=SEEDS) -> list[Question]:
    """Return every structure of a level, with several numbers."""
    return [question(seed, level, index) for seed in seeds for index in range(len(LEVELS[level - 1]))]


def numbers(level: int) -> list[tuple[Question, Blank]]:
    """Return every blank that asks a number."""
    return [(asked, blank) for asked in questions(level) for blank in asked.blanks if blank.asks == "number"]


levels = pytest.mark.parametrize("level", LEVEL_NUMBERS)


@levels
def test_every_structure_comes_once_before_any_comes_again(level: int):
    count = len(LEVELS[level - 1])
    titles = [question(5, level, index).title for index in range(count)]
    assert len(set(titles)) == count
    assert {question(5, level, index).title for index in range(count, 20)} <= set(titles)
    assert titles != [question(6, level, index).title for index in range(count)]


@levels
def test_questions_are_worked_out_in_full(level: int):
    for asked in questions(level):
        assert 1 <= len(asked.blanks) <= MOST_BLANKS
        assert len({blank.id for blank in asked.blanks}) == len(asked.blanks)
        values = Solved(asked.program, asked.upstream).values
        for blank in asked.blanks:
            if blank.kind == "value" and blank.asks == "number" and blank.index is None:
                assert values[asked.solved.graph.index(blank.part)] == blank.answer


@levels
def test_a_head_or_a_pocket_calculator_can_do_the_numbers(level: int):
    for asked, blank in numbers(level):
        assert abs(blank.answer) < 100_000
        assert len(blank.answer_text.strip("−")) <= 8, (asked.program, blank.answer_text)
        if "exp" not in asked.program and "softmax" not in asked.program:
            assert tidy(blank.answer), (asked.program, blank)


def test_the_larger_of_two_is_one_of_them():
    for asked in [*questions(1), *questions(3)]:
        for node in asked.solved.graph.nodes:
            if node.op is not None and node.op.name == "maximum":
                a, b = (asked.solved.values[at] for at in node.inputs)
                assert a != b


def test_tidy_numbers_have_few_digits():
    assert all(map(tidy, (0, 2.2, -0.4875, 12345, 0.0001)))
    assert not any(map(tidy, (1 / 3, 0.00001, 123456, 1234.56, 2.00001)))


@levels
def test_the_right_answer_is_right(level: int):
    for asked in questions(level):
        for blank in asked.blanks:
            assert judge(asked, blank, blank.answer_text).kind == "right", (asked.program, blank)
            if blank.asks == "number":
                assert judge(asked, blank, repr(blank.answer)).kind == "right"
                assert judge(asked, blank, text(blank.answer)).kind == "right"


@levels
def test_near_misses_stand_on_both_sides_of_the_tolerance(level: int):
    seen = 0
    for asked, blank in numbers(level):
        if blank.answer == 0:
            assert judge(asked, blank, "0.01").kind != "right"
            continue
        for side in (1, -1):
            within = blank.answer * (1 + side * 0.9 * TOLERANCE)
            outside = blank.answer * (1 + side * 2.2 * TOLERANCE)
            assert judge(asked, blank, repr(within)).kind == "right"
            verdict = judge(asked, blank, repr(outside)).kind
            assert verdict in ("near", "mistake", "wrong")
            seen += verdict == "near"
            assert judge(asked, blank, repr(blank.answer * (1 + side * 3 * NEAR))).kind != "near"
    assert seen > 20 or level == 4


@levels
def test_each_mistake_at_a_node_is_told_by_its_name(level: int):
    found = set()
    for asked, blank in numbers(level):
        for mistakes, number, harmless in at_the_node(asked.solved, blank):
            verdict = judge(asked, blank, repr(number))
            if verdict.kind == "right":
                assert harmless, (asked.program, blank.id, mistakes, number)
                continue
            assert (verdict.kind, verdict.mistakes) == ("mistake", mistakes), (
                asked.program,
                blank.id,
                number,
            )
            assert verdict.text.ko
            assert verdict.text.en
            found.update(mistakes)
    assert EXPECTED[level] <= found


EXPECTED = {
    1: {
        "mul.not_swapped",
        "mul.upstream_forgotten",
        "add.upstream_forgotten",
        "add.halved",
        "sub.sign_forgotten",
        "div.sign_forgotten",
        "pow.exponent_kept",
        "inv.sign_forgotten",
        "relu.mask_dropped",
        "maximum.both_passed",
        "exp.input_for_output",
        "log.not_inverted",
    },
    2: {"mul.not_swapped", "mul.upstream_forgotten", "add.upstream_forgotten", "sub.sign_forgotten"},
    3: {"mul.not_swapped", "mul.upstream_forgotten", "fan_out.not_summed", "neg.sign_forgotten"},
    4: {
        "matmul.wrong_transposed",
        "matmul.not_transposed",
        "matmul.order_swapped",
        "matmul.upstream_forgotten",
        "fan_out.copies_not_summed",
        "fan_out.copies_averaged",
        "fan_out.copies_wrong_axis",
        "softmax_with_loss.target_forgotten",
        "softmax_with_loss.sign_flipped",
        "relu.mask_dropped",
        "relu.upstream_forgotten",
        "repeat.not_summed",
    },
}
"""Of each level the mistakes that its questions must be able to tell; the four of the lecture are among them."""


@levels
def test_a_mistake_made_everywhere_is_told_too(level: int):
    told = 0
    for asked, blank in numbers(level):
        if blank.kind != "grad" or len(asked.solved.edges[blank.part].members) > 1:
            continue
        tape = Tape(asked.solved.graph)
        tape.forward()
        [edge] = asked.solved.edges[blank.part].members
        for mistake in ("mul.not_swapped", "fan_out.not_summed", "matmul.wrong_transposed"):
            got = tape.backward(asked.upstream, [mistake]).edges[edge.index]
            number = float(got if blank.index is None else got[blank.index])
            verdict = judge(asked, blank, repr(number))
            assert verdict.kind in ("right", "mistake")
            told += verdict.kind == "mistake"
    assert told


def test_wrong_shapes_are_told_by_the_mistake():
    found = set()
    for asked in questions(4):
        for blank in asked.blanks:
            for mistake, shape in wrong_shapes(asked.solved, blank):
                verdict = judge(asked, blank, str(shape))
                if verdict.kind != "right":  # a square matrix is its own transpose in shape
                    assert verdict.mistakes == (mistake,)
                    found.add(mistake)
    assert found == {"matmul.wrong_transposed", "fan_out.copies_not_summed"}


def test_a_shape_may_have_the_batch_by_name_or_by_size():
    asked = next(asked for asked in questions(4) if "Shapes of an affine layer, N" in asked.title.en)
    blank = asked.blank("value:Y")
    rows, columns = blank.answer
    for answer in (f"(N, {columns})", f"({rows}, {columns})", f"{rows}x{columns}", f"N×{columns}"):
        assert judge(asked, blank, answer).kind == "right", answer
    for answer in (f"({columns}, N)", f"({rows}, {columns + 1})", f"(N, {columns}, 1)", str(rows)):
        assert judge(asked, blank, answer).kind == "wrong", answer
    bias = asked.blank("grad:B->Y.1")
    assert judge(asked, bias, f"(N, {columns})").mistakes == ("fan_out.copies_not_summed",)


def test_what_else_is_wrong_is_told_as_far_as_it_is_known():
    asked = next(asked for asked in questions(1) if asked.title.en == "A multiplication")
    blank = asked.blank("value:z")
    assert judge(asked, blank, "2 apples").kind == "unreadable"
    assert judge(asked, blank, "").kind == "unreadable"
    assert judge(asked, blank, repr(-blank.answer)).text.en == "Only the sign is wrong."
    assert judge(asked, blank, "77777").text.en == "Not yet."


def test_the_same_seed_is_the_same_set_whatever_python_hashes():
    script = (
        "from chainrule.core.questions.generator import question\n"
        "print([question(4821, level, k).program for level in (1, 2, 3, 4) for k in range(5)])\n"
        "print([b.id for level in (1, 2, 3, 4) for k in range(5) for b in question(4821, level, k).blanks])"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": hashes},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hashes in ("0", "12345")
    }
    assert len(seen) == 1


def test_a_set_given_to_a_class_stays_as_it_was():
    """A change of dice or structures makes other questions of every seed that was given out: not by accident."""
    programs = [question(1, level, index).program for level in LEVEL_NUMBERS for index in range(5)]
    assert hashlib.sha256("\n\n".join(programs).encode()).hexdigest()[:16] == "88b1b70a1879e9cc"


@levels
def test_hints_lead_in_three_stages_to_the_rule(level: int):
    rules = {rule for op in OPS.values() for rule in (op.forward, op.rule_text)}
    rules |= {composite.rule_text for composite in COMPOSITES.values()} | {
        FAN_OUT,
        GRADIENT_SHAPE,
        VALUE_SHAPE,
    }
    for asked in questions(level, SEEDS[:2]):
        for blank in asked.blanks:
            hints = [hint(asked.solved, blank, stage) for stage in range(1, STAGES + 1)]
            assert all(found.text.ko and found.text.en for found in hints)
            assert [bool(found.latex) for found in hints] == [False, True, False]
            assert any(hints[-1].text.en.startswith(rule.en) for rule in rules), hints[-1]
            for found in hints:
                if blank.asks == "number" and len(blank.answer_text) > 2:
                    assert blank.answer_text not in found.text.en


def test_every_level_has_a_title_in_both_languages():
    assert len(LEVEL_TITLES) == len(LEVELS)
    assert all(title.ko and title.en for title in LEVEL_TITLES)


def _asked(title: str) -> Question:
    return next(asked for asked in questions(4) if title in asked.title.en)


def test_mistakes_of_a_bias_are_told_as_they_were_made():
    """The batch averaged, one row taken, the other axis summed: worked out by NumPy from the constant matrix."""
    asked = _asked("An affine layer, backward")
    graph = asked.solved.graph
    upstream = asked.solved.gradients.nodes[graph.index("Y")]
    assert len({*graph.shapes[graph.index("X")], graph.shapes[graph.index("W")][1]}) == 3, "sizes are unequal"
    blank = next(blank for blank in asked.blanks if blank.part.startswith("B->"))
    [at] = blank.index
    assert judge(asked, blank, repr(float(upstream.mean(axis=0)[at]))).mistakes == (
        "fan_out.copies_averaged",
    )
    for row in upstream:
        assert judge(asked, blank, repr(float(row[at]))).mistakes == ("fan_out.copies_not_summed",)
    if at < len(upstream):
        wrong = float(upstream.sum(axis=1)[at])
        assert judge(asked, blank, repr(wrong)).mistakes == ("fan_out.copies_wrong_axis",)


def test_mistakes_of_softmax_with_loss_are_told_as_they_were_made():
    """Targets forgotten, subtracted the wrong way round, and neither, from probabilities worked out here."""
    asked = _asked("Softmax")
    scores = asked.solved.values[asked.solved.graph.index("a")][0]
    y = np.exp(scores) / np.exp(scores).sum()
    t = np.eye(3)[int(np.ravel(asked.solved.values[asked.solved.graph.index("t")])[0])]
    for blank in asked.blanks:
        at = blank.index[1]
        assert blank.answer == pytest.approx(y[at] - t[at])
        flipped = judge(asked, blank, repr(float(t[at] - y[at])))
        assert flipped.mistakes == ("softmax_with_loss.sign_flipped",)
        if t[at]:
            forgotten = judge(asked, blank, repr(float(y[at])))
            assert forgotten.mistakes == ("softmax_with_loss.target_forgotten",)
            assert forgotten.text.en.endswith("Subtract 1 at the right class: y−t.")
            both = judge(asked, blank, repr(float(-y[at])))
            assert set(both.mistakes) == {
                "softmax_with_loss.sign_flipped",
                "softmax_with_loss.target_forgotten",
            }
        nothing = judge(asked, blank, repr(float(y[at] + 3 * t[at] + 0.37)))
        assert (nothing.kind, nothing.mistakes, nothing.text.en) == ("wrong", (), "Not yet.")


def test_two_mistakes_at_one_node_are_both_told():
    asked = next(asked for asked in questions(3) if asked.title.en == "p is used twice")
    blank = asked.blank("grad:a->p.0")
    a, into_p = (asked.solved.values[asked.solved.graph.index("a")], asked.solved.edges["p->y.0"])
    wrong = a * asked.solved.gradient(into_p)
    verdict = judge(asked, blank, repr(float(wrong)))
    assert set(verdict.mistakes) == {"fan_out.not_summed", "mul.not_swapped"}
    assert "Not yet" not in verdict.text.en
