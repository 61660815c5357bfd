"""The letters of formulas are in the small font that pages load, so that no page needs the whole one for them."""

import html
import re

from fontTools.ttLib import TTFont

import bundle_pages
from chainrule.app.encoding.mathml import mathml
from chainrule.app.lecture.examples import examples
from chainrule.app.paths import STATIC

LETTERS = {chr(code) for part in bundle_pages.COMMON.split() for code in bundle_pages.codes(part)}
FORMULA = re.compile(r"<math.+?</math>", re.S)


def letters(text: str) -> set[str]:
    """The letters that a text's formulas show."""
    shown = "".join(re.sub(r"<[^>]+>", "", formula) for formula in FORMULA.findall(text))
    return set(html.unescape(shown))


def test_all_formulas_of_the_walks_consist_of_them(client):
    seen = set()
    for example in [*examples().values()][::4]:
        body = {"program": example.program_in("en"), "inputs": example.inputs, "lang": "en", "count": 20}
        for step in client.post("/api/v1/graphs/steps", json=body).json()["steps"]:
            seen |= letters(step["formula"]["mathml"])
    assert len(seen) > 60
    assert seen - LETTERS == set()


def test_all_that_the_formulas_are_made_of_are_among_them():
    """Each command that the formulas of ops, conventions and kinks are written with, and names in Greek."""
    commands = r"\cdot \times \sum \odot \max \min \le \ge \ne \sqrt{x} \prod_{i} \infty \partial"
    greek = "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩ"
    assert (
        letters(mathml(commands) + mathml(r"\frac{a}{b} \exp x' |x| \to") + mathml(greek)) - LETTERS == set()
    )
    assert letters(mathml("\\mathsf{T} \\mathit{Total}_{0} = \\left[ 1 \\right]")) - LETTERS == set()


def test_the_small_font_has_them_and_can_stretch_brackets_and_roots():
    (path,) = (STATIC / "dist").glob("math-*.woff2")
    with TTFont(STATIC / bundle_pages.FONT) as whole, TTFont(path) as small:
        there = {chr(code) for code in whole.getBestCmap()}
        assert {chr(code) for code in small.getBestCmap()} >= LETTERS & there
        assert path.stat().st_size < 0.1 * (STATIC / bundle_pages.FONT).stat().st_size
        taller = small["MATH"].table.MathVariants.VertGlyphCoverage.glyphs
        for letter in "([{√∑∫|":
            assert (small.getBestCmap().get(ord(letter)) in taller) == (
                whole.getBestCmap()[ord(letter)] in whole["MATH"].table.MathVariants.VertGlyphCoverage.glyphs
            ), letter
