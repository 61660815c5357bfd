"""The table of docs/teaching.md: every slide has its place in the lecture, and what it says stands there."""

import re
from pathlib import Path

import pytest

from chainrule.app.lecture.lessons import lessons
from chainrule.app.web.i18n import LANGUAGES

TEXT = (Path(__file__).parents[3] / "docs" / "teaching.md").read_text(encoding="utf-8")
PLACES = re.findall(r"`/learn/([a-z0-9-]+)#(figure|predict)-([a-z0-9-]+)`", TEXT)
ROWS = [
    (found[1], found[2])
    for line in TEXT.splitlines()
    if (found := re.match(r"\| .* \| \d+ \| `/learn/([a-z0-9-]+)#[a-z0-9-]+` \| `(.+)` \|$", line))
]


def test_every_part_of_the_lecture_is_in_the_table():
    assert {slug for slug, _ in ROWS} == {heading.slug for heading in lessons().contents("en")}


@pytest.mark.parametrize(("slug", "evidence"), ROWS)
def test_what_a_slide_says_stands_in_its_part(slug, evidence):
    for language in LANGUAGES:
        assert evidence in lessons().source(slug, language).path.read_text(encoding="utf-8"), language


def test_every_place_named_is_there():
    assert len(PLACES) == len(ROWS) + 10
    for slug, kind, id in PLACES:
        lesson = lessons().lesson(slug, "en")
        assert id in (lesson.figures if kind == "figure" else lesson.predictions), (slug, id)


def test_ways_through_the_lecture_take_the_time_that_they_say():
    for minutes in (50, 75):
        way = re.search(rf"\*\*{minutes} minutes.*?\.\n\n", TEXT, re.DOTALL)
        assert way is not None
        assert sum(int(each) for each in re.findall(r"\d+: (\d+)", way[0])) == minutes


def test_claims_of_the_page_for_teachers():
    """Five sigmoids leave under a thousandth, a dearer apple makes the tax's gradient 692."""
    assert 0.25**5 < 1e-3 < 0.25**4
    assert 121 * 2 + 150 * 3 == 692
