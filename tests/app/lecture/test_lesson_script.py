"""The script of part 10: it runs as it stands, with the layers of core, and prints what its comments say."""

import re
from contextlib import redirect_stdout
from io import StringIO

import pytest

from chainrule.app.lecture.lessons import lessons
from chainrule.app.web.i18n import LANGUAGES
from chainrule.core.number_text import text


def script(language):
    return lessons().lesson("layers-in-code", language).figures["script"].script


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_runs_and_prints_what_its_comments_say(language):
    source = script(language)
    said = [line.split("# ")[1].split() for line in source.split("\n") if line.startswith("print")]
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(source, "script", "exec"), {})
    shown = [[text(float(number)) for number in line.split()] for line in printed.getvalue().splitlines()]
    assert shown == said == [["715"], ["110", "2.2", "3.3", "165", "650"]]


def test_both_languages_have_the_same_code():
    korean, english = (
        [re.sub(r"#.*", "#", line) for line in script(language).split("\n")] for language in LANGUAGES
    )
    assert korean == english
    assert "# forward" in script("en") and "# 순전파" in script("ko")
