"""What a screen reader says of each part of a graph."""

import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.explain.aria import aria
from chainrule.core.language.program import parse

PROGRAM = """
apple = 100  # 🍎 사과 가격
tax = 1.5  # 🧾👩‍🍳
price = apple * 2 * tax  # 총 금액
L = sigmoid(price - 300)
"""


def heard(part: str, lang: str, program: str = PROGRAM) -> str:
    graph = parse(program)
    tape = Tape(graph)
    values = tape.forward()
    return aria(graph, values, tape.backward(), part, lang)


@pytest.mark.parametrize(
    ("part", "english", "korean"),
    [
        ("apple", "apple, input, value 100, gradient 0.75", "사과 가격, 입력, 값 100, 기울기 0.75"),
        ("tax", "tax, input, value 1.5, gradient 50", "tax, 입력, 값 1.5, 기울기 50"),
        ("const_1", "constant, value 2", "상수, 값 2"),
        (
            "op_1",
            "apple × 2, multiplication, value 200, gradient 0.375",
            "apple × 2, 곱셈, 값 200, 기울기 0.375",
        ),
        (
            "sigmoid_1",
            "sigmoid(price − 300), sigmoid layer, value 0.5, gradient 1",
            "sigmoid(price − 300), 시그모이드 계층, 값 0.5, 기울기 1",
        ),
        (
            "apple->op_1.0",
            "apple to apple × 2, value 100, gradient 0.75",
            "사과 가격에서 apple × 2 쪽으로, 값 100, 기울기 0.75",
        ),
        ("const_1->op_1.1", "constant to apple × 2, value 2", "상수에서 apple × 2 쪽으로, 값 2"),
        (
            "op_2->sigmoid_1",
            "price − 300 to sigmoid(price − 300), value 0, gradient 0.25",
            "price − 300에서 sigmoid(price − 300) 쪽으로, 값 0, 기울기 0.25",
        ),
        ("L->@output", "L, output, value 0.5, gradient 1", "L, 출력, 값 0.5, 기울기 1"),
    ],
)
def test_every_kind_of_part_in_both_languages(part: str, english: str, korean: str) -> None:
    for lang, said in (("en", english), ("ko", korean)):
        assert heard(part, lang) == said


def test_an_unknown_id_is_refused() -> None:
    for part in ("aple", "apple->op_9.0", "apple->op_1.1", "apple->sigmoid_2"):
        with pytest.raises(KeyError):
            heard(part, "en")
