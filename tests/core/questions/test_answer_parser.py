"""Answers as people type them."""

import math

import pytest

from chainrule.core.errors import AnswerError
from chainrule.core.questions.answer_parser import LONGEST, read_number, read_shape


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2.2", 2.2),
        (" 2.2 ", 2.2),
        ("２．２", 2.2),
        (".5", 0.5),
        ("5.", 5),
        ("+3", 3),
        ("-3", -3),
        ("−3", -3),
        ("–3", -3),
        ("- 3", -3),
        ("1e-3", 0.001),
        ("1E−3", 0.001),
        ("1.3×10^-7", 1.3e-7),
        ("1.3 x 10⁻⁷", 1.3e-7),
        ("2*10^3", 2000),
        ("1/3", 1 / 3),
        ("−1 / 4", -0.25),
        ("1/-4", -0.25),
        ("½", 0.5),
        ("4,620", 4620),
        ("1,234,567.5", 1_234_567.5),
        ("₩4,620", 4620),
        ("-₩5", -5),
        ("4620원", 4620),
        ("4,620 원", 4620),
        ("715 won", 715),
        ("50%", 0.5),
        ("∞", math.inf),
        ("−∞", -math.inf),
        ("inf", math.inf),
    ],
)
def test_a_number_is_read(text: str, number: float):
    assert read_number(text) == pytest.approx(number, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "1.2.3",
        "1/2/3",
        "--1",
        "1e",
        "/",
        "2 apples",
        "1,23,456",
        "4,62",
        "0x10",
        "1_000",
        "nan",
        "₩",
        "%",
        "10^3^2",
    ],
)
def test_what_is_no_number_says_how_to_write_one(text: str):
    with pytest.raises(AnswerError) as refused:
        read_number(text)
    assert "2.2" in refused.value.message.en
    assert "2.2" in refused.value.message.ko


def test_each_refusal_says_what_is_wrong():
    for text, words in (
        ("", "Nothing"),
        ("   ", "Nothing"),
        ("1/0", "denominator"),
        ("2,2", "with a point"),
        ("0,25", "with a point"),
        ("0,012", "with a point"),
        (",5", "with a point"),
        ("12,3456", "with a point"),
        ("1" * (LONGEST + 1), "at most"),
    ):
        with pytest.raises(AnswerError) as refused:
            read_number(text)
        assert words in refused.value.message.en, text


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("(3, 2)", (3, 2)),
        ("(3,2)", (3, 2)),
        ("3x2", (3, 2)),
        ("3 × 2", (3, 2)),
        ("3*2", (3, 2)),
        ("[3, 2]", (3, 2)),
        ("3, 2", (3, 2)),
        ("(3,)", (3,)),
        ("3", (3,)),
        ("(N, 2)", ("N", 2)),
        ("nx2", ("N", 2)),
        ("(10, 784)", (10, 784)),
        ("()", ()),
    ],
)
def test_a_shape_is_read(text: str, shape: tuple):
    assert read_shape(text) == shape


@pytest.mark.parametrize("text", ["(3, 2", "3-2", "(a, 2)", "3..2", "(3, -2)", "x", "(,)"])
def test_what_is_no_shape_says_how_to_write_one(text: str):
    with pytest.raises(AnswerError) as refused:
        read_shape(text)
    assert "(3, 2)" in refused.value.message.en
