"""Texts of equal letters, as long as a program may be: read or refused in time that grows with their length."""

import time
from contextlib import suppress

import pytest

from chainrule.core.errors import ProgramError
from chainrule.core.foreign.own import own_export
from chainrule.core.language import builder
from chainrule.core.language.program import parse

RUNS = (*"a1 )([]\n-+|√²{'\\", " \n", "| ", "a.", "d/", "...")
LENGTH = 9_000


@pytest.mark.parametrize("run", RUNS)
def test_a_long_run_of_equal_letters_takes_little_time(run):
    for before, after in (("y = ", " ?"), ("", " ="), (">>> ", " ?")):
        text = before + run * (LENGTH // len(run)) + after
        begin = time.process_time()
        with suppress(ProgramError):
            parse(text)
        assert time.process_time() - begin < 1


def test_what_looks_like_many_links_takes_little_time():
    begin = time.process_time()
    assert own_export("?" * 20_000 + "xprogram=1") is None
    assert time.process_time() - begin < 1


MANY_LISTS = [
    "a = {}\nfor i in range(99999):\n    a[i] = [1.5] * 9999\ny = 1.0 + a[0][0]",
    "a = [[0.5] * 9_999 for i in range(9_999)]\ny = a[0][0] + 1.0",
]


@pytest.mark.parametrize("program", MANY_LISTS)
def test_lists_together_are_bounded_before_they_fill_the_memory(program, monkeypatch):
    monkeypatch.setattr(builder, "MOST_LISTED_IN_ALL", 50_000)
    with pytest.raises(ProgramError) as refused:
        parse(program)
    assert "All lists together have at most 50,000 elements" in refused.value.message.en
    assert refused.value.line in (1, 3)
