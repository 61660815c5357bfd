"""The text of a lesson as HTML: what may not stand at the beginning of a line."""

import pytest

from chainrule.app.lecture.text import inline

JOINER = "\N{WORD JOINER}"


@pytest.mark.parametrize("text", ["값 $x$가 커지면", "$x$, $y$", "($x$)입니다"])
def test_what_follows_a_formula_without_a_space_stays_with_it(text):
    after = inline(text).split("</span>")
    assert after[-1].startswith(JOINER) or after[1].startswith(JOINER)


@pytest.mark.parametrize("text", ["$x$ and $y$", "a product $xy$", "**$x$**"])
def test_nothing_else_is_joined(text):
    assert JOINER not in inline(text)


@pytest.mark.parametrize("text", ["모양은 (3,)입니다", "약 97%를 맞힙니다", "(1)에서 [4]까지"])
def test_a_korean_particle_stays_with_the_bracket_or_the_percent_sign_before_it(text):
    assert inline(text).replace(JOINER, "") == text
    assert all(inline(text)[inline(text).index(sign) + 1] == JOINER for sign in ")%]" if sign in text)
