"""What a person does with the questions: answers, errs, asks for hints, shares the set, hands the results in."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from chainrule.core.ops import mistake_told
from chainrule.core.questions.blanks import Blank
from chainrule.core.questions.detective import case
from chainrule.core.questions.diagnosis import at_the_node
from chainrule.core.questions.generator import Question, question
from tests.browser.axe import violations, violations_in_every_theme
from tests.browser.waits import held


def open_set(page: Page, seed: int = 4821, level: int = 1, count: int = 3, lang: str = "en") -> Locator:
    page.goto(f"/learn/questions?seed={seed}&level={level}&count={count}&lang={lang}")
    root = page.locator(".questions")
    root.locator(".blank-input").first.wait_for(state="attached")
    return root


def box(root: Locator, blank: Blank, lang: str = "en") -> Locator:
    name = blank.name.ko if lang == "ko" else blank.name.en
    return root.get_by_label(name, exact=True).first


def go_to(root: Locator, asked: Question, lang: str = "en") -> None:
    title = asked.title.ko if lang == "ko" else asked.title.en
    root.locator(f"[data-question='{asked.index}']").click()
    expect(root.locator(".question-title")).to_have_text(f"{asked.index + 1}. {title}")
    expect(box(root, asked.blanks[0], lang)).to_be_visible()


def answer(root: Locator, blank: Blank, text: str, lang: str = "en") -> None:
    box(root, blank, lang).fill(text)
    box(root, blank, lang).press("Enter")


@pytest.mark.parametrize(
    ("lang", "level"), [("en", 1), ("ko", 2), ("en", 3), ("ko", 4)], ids=lambda value: str(value)
)
def test_answers_a_whole_set_and_hands_it_in(page: Page, lang: str, level: int, tmp_path: Path) -> None:
    count = 2
    root = open_set(page, level=level, count=count, lang=lang)
    asked = [question(4821, level, index) for index in range(count)]
    total = sum(len(one.blanks) for one in asked)
    found = "{total}개 중 {found}개" if lang == "ko" else "{found} of {total}"
    for one in asked:
        go_to(root, one, lang)
        for blank in one.blanks:
            answer(root, blank, blank.answer_text, lang)
            expect(box(root, blank, lang)).to_have_value(blank.answer_text)
            expect(box(root, blank, lang)).to_have_attribute("readonly", "")
        expect(root.locator(f"[data-question='{one.index}']")).to_have_class(re.compile("clean"))
    expect(root.locator(".score strong")).to_have_text(found.format(found=total, total=total))
    expect(root.locator(".question-summary")).to_contain_text(
        "모두 풀었습니다" if lang == "ko" else "The set is done"
    )
    root.locator("#question-name").fill("김하나")
    with page.expect_download() as download:
        root.locator(".question-hand-in button[type=submit]").click()
    assert download.value.suggested_filename == f"chainrule-4821-{level}-김하나.csv"
    file = tmp_path / "results.csv"
    download.value.save_as(file)
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert [row["id"] for row in rows] == [blank.id for one in asked for blank in one.blanks]
    for row in rows:
        assert (row["name"], row["seed"], row["level"]) == ("김하나", "4821", str(level))
        assert (row["result"], row["hints"], row["score"]) == ("first try", "0", str(total))
        assert row["answer"] == row["right"]
        assert int(row["seconds"]) >= 0


def first_with(mistake: str, level: int) -> tuple[Question, Blank, str]:
    """Return a blank where this mistake gives a number of its own."""
    for index in range(20):
        asked = question(4821, level, index)
        for blank in asked.blanks:
            for wrong in at_the_node(asked.solved, blank):
                if wrong.mistakes == (mistake,) and not wrong.harmless:
                    return asked, blank, repr(wrong.number)
    raise AssertionError(mistake)


MISTAKES = {
    "mul.upstream_forgotten": 2,
    "mul.not_swapped": 2,
    "fan_out.not_summed": 3,
    "matmul.wrong_transposed": 4,
}
"""Each with a level at which it can be made."""


@pytest.mark.parametrize(
    ("mistake", "level", "lang"),
    [
        # In turn in one language and in the other; the long run has each in both.
        pytest.param(*item, lang, marks=[] if lang == ("en", "ko")[at % 2] else [pytest.mark.soak])
        for at, item in enumerate(MISTAKES.items())
        for lang in ("en", "ko")
    ],
)
def test_a_known_mistake_is_named_beside_its_box(page: Page, mistake: str, level: int, lang: str) -> None:
    asked, blank, wrong = first_with(mistake, level)
    root = open_set(page, level=level, count=20, lang=lang)
    go_to(root, asked, lang)
    answer(root, blank, wrong, lang)
    title, advice = mistake_told(mistake)
    beside = root.locator(".mistake-note")
    expect(beside).to_have_text(title.ko if lang == "ko" else title.en)
    expect(root.locator(".verdict-line")).to_contain_text(advice.ko if lang == "ko" else advice.en)
    typed = box(root, blank, lang)
    expect(typed).to_have_attribute("aria-invalid", "true")
    expect(typed).to_have_attribute("aria-describedby", "mistake-note")
    answer(root, blank, blank.answer_text, lang)
    expect(typed).to_have_attribute("readonly", "")
    expect(beside).to_have_count(0)


def test_hints_come_in_three_stages_and_then_the_answer(page: Page) -> None:
    root = open_set(page, level=2)
    asked = question(4821, 2, 0)
    blank = asked.blanks[-1]
    box(root, blank).focus()
    for stage in (1, 2, 3):
        root.get_by_role("button", name=f"Hint {stage} of 3").click()
        expect(root.locator(".hints > li")).to_have_count(stage)
        expect(box(root, blank)).to_be_focused()
    expect(root.locator(".hints math")).to_have_count(1)
    expect(root.locator(".hints > li").last).to_have_text(
        "A multiplication node passes back the upstream gradient times the other input."
    )
    expect(root.locator("[data-question='0']")).to_have_class(re.compile("begun"))
    root.get_by_role("button", name="Show the answer").click()
    expect(box(root, blank)).to_have_value(blank.answer_text)
    expect(root.locator(".verdict-line")).to_have_text(re.compile(re.escape(blank.answer_text)))
    expect(root.locator(".score strong")).to_have_text(re.compile("^0 of"))


def test_near_misses_and_what_cannot_be_read(page: Page) -> None:
    root = open_set(page, level=2)
    blank = next(blank for blank in question(4821, 2, 0).blanks if abs(blank.answer) > 1)
    answer(root, blank, repr(blank.answer * 1.012))
    expect(root.locator(".verdict-line")).to_contain_text("Nearly.")
    answer(root, blank, "two")
    expect(root.locator(".verdict-line")).to_contain_text("cannot be read as a number")
    answer(root, blank, "2,2")
    expect(root.locator(".verdict-line")).to_contain_text("Write decimals with a point")
    answer(root, blank, repr(blank.answer * 1.004))
    expect(box(root, blank)).to_have_value(blank.answer_text)


def test_what_is_asked_stands_nowhere_on_the_page(page: Page) -> None:
    root = open_set(page, level=1, count=8)
    for index in range(8):
        asked = question(4821, 1, index)
        go_to(root, asked)
        given = set(re.findall(r"-?[\d.]+", asked.program)) | {f"{asked.upstream:g}"}
        markup = root.locator(".canvas").inner_html()
        said = re.findall(r">([^<>]+)<", markup) + re.findall(r'aria-label="([^"]*)"', markup)
        words = {word.replace("−", "-") for text in said for word in text.split()}
        for blank in asked.blanks:
            number = blank.answer_text.replace("−", "-")
            assert number not in words - given, (asked.program, blank.id)
        assert all(
            value == ""
            for value in root.locator(".blank-input").evaluate_all("all => all.map(one => one.value)")
        )


def test_one_number_is_one_set_for_a_class(page: Page) -> None:
    root = open_set(page, level=1)
    first = root.locator(".question-title").inner_text()
    root.get_by_role("button", name="New set").click()
    expect(page).not_to_have_url(re.compile("seed=4821"))
    root.get_by_label("Set number").fill("4821")
    root.get_by_label("Set number").press("Enter")
    expect(page).to_have_url(re.compile("seed=4821&level=1"))
    expect(root.locator(".question-title")).to_have_text(first)
    # A number that was typed counts, though the level is chosen next and nothing was pressed.
    root.get_by_label("Set number").fill("77")
    root.get_by_role("radio", name="Shopping").click()
    expect(page).to_have_url(re.compile("seed=77&level=2"))
    root.get_by_label("Set number").fill("4821")
    root.get_by_label("Set number").press("Enter")
    expect(page).to_have_url(re.compile("seed=4821&level=2"))
    expect(root.locator(".dot")).to_have_count(3)
    root.get_by_label("How many").select_option("10")
    expect(root.locator(".dot")).to_have_count(10)
    root.get_by_label("How many").select_option("3")
    expect(page).to_have_url(re.compile("count=3"))
    root.get_by_role("button", name="Copy link").click()
    expect(root.locator(".question-set [role=status]")).to_have_text("Link copied.")
    assert re.search(
        r"/learn/questions\?seed=4821&level=2&count=3$", page.evaluate("navigator.clipboard.readText()")
    )
    root.get_by_role("button", name="Show it large").click()
    poster = page.get_by_role("dialog", name="The set's number")
    expect(poster).to_contain_text("4821")
    page.keyboard.press("Escape")
    expect(poster).to_have_count(0)


def test_a_number_that_is_none_is_told_beside_it(page: Page) -> None:
    root = open_set(page)
    root.get_by_label("Set number").fill("abc")
    root.get_by_role("button", name="Open this set").click()
    expect(root.get_by_label("Set number")).to_have_attribute("aria-invalid", "true")
    expect(root.locator(".question-set [role=status]")).to_contain_text("at most nine digits")
    expect(page).to_have_url(re.compile("seed=4821"))


def test_answers_are_kept_in_the_browser_and_can_be_cleared(page: Page) -> None:
    root = open_set(page, level=2)
    asked = question(4821, 2, 0)
    answer(root, asked.blanks[0], asked.blanks[0].answer_text)
    box(root, asked.blanks[1]).focus()
    root.get_by_role("button", name="Hint 1 of 3").click()
    expect(root.locator(".hints > li")).to_have_count(1)
    page.reload()
    expect(box(root, asked.blanks[0])).to_have_value(asked.blanks[0].answer_text)
    expect(root.locator(".score strong")).to_have_text(re.compile("^1 of"))
    box(root, asked.blanks[1]).focus()
    expect(root.get_by_role("button", name="Hint 2 of 3")).to_be_visible()
    root.get_by_role("button", name="Clear my answers").click()
    expect(root.locator(".score strong")).to_have_text(re.compile("^0 of"))
    expect(box(root, asked.blanks[0])).to_have_value("")


def test_who_goes_on_before_the_judgement_stays_where_they_are(page: Page) -> None:
    root = open_set(page, level=2)
    first, second, third = question(4821, 2, 0).blanks[:3]
    with held(page, "**/questions/check"):
        answer(root, first, first.answer_text)
        box(root, third).focus()
        page.keyboard.type("12")
    expect(box(root, first)).to_have_attribute("readonly", "")
    expect(box(root, third)).to_be_focused()
    expect(box(root, third)).to_have_value("12")
    expect(box(root, second)).to_have_value("")
    expect(root.locator(".verdict-line")).to_contain_text(first.answer_text)
    root.get_by_role("button", name="Hint 1 of 3").click()
    expect(root.locator(".hints > li")).to_have_count(1)
    expect(box(root, third)).to_be_focused()


def test_an_answer_judged_late_is_in_the_results(page: Page, tmp_path: Path) -> None:
    root = open_set(page, level=1, count=1)
    blank = question(4821, 1, 0).blanks[0]
    box(root, blank).fill(blank.answer_text)
    with page.expect_download() as download, held(page, "**/questions/check"):
        root.get_by_role("button", name="Download the results").click()
    file = tmp_path / "results.csv"
    download.value.save_as(file)
    assert next(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))["result"] == "first try"


def test_the_keyboard_alone_leads_through_a_question(page: Page) -> None:
    root = open_set(page, level=1, count=2)
    for index in (0, 1):
        asked = question(4821, 1, index)
        box(root, asked.blanks[0]).focus()
        for blank in asked.blanks:
            expect(box(root, blank)).to_be_focused()
            page.keyboard.type(blank.answer_text)
            page.keyboard.press("Enter")
            expect(box(root, blank)).to_have_attribute("readonly", "")
        if index == 0:
            expect(root.get_by_role("button", name="Next question")).to_be_focused()
            page.keyboard.press("Enter")
            expect(root.locator(".question-title")).to_have_text(re.compile("^2\\."))
            expect(box(root, question(4821, 1, 1).blanks[0])).to_be_attached()
    expect(root.get_by_label("Name")).to_be_focused()


def test_a_phone_shows_it_all_without_scrolling_the_page_sideways(open_page: Callable[..., Page]) -> None:
    page = open_page(locale="ko-KR", viewport={"width": 390, "height": 844})
    root = open_set(page, level=4, lang="ko")
    root.locator(".blank-input").first.focus()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("level", [2, 4])
def test_axe_finds_nothing(page: Page, level: int) -> None:
    asked, blank, wrong = first_with("mul.not_swapped" if level == 2 else "matmul.wrong_transposed", level)
    root = open_set(page, level=level, count=20)
    go_to(root, asked)
    answer(root, blank, wrong)
    expect(root.locator(".mistake-note")).to_be_visible()
    root.get_by_role("button", name="Hint 1 of 3").click()
    expect(root.locator(".hints > li")).to_have_count(1)
    assert violations_in_every_theme(page, ".questions") == {}


def test_the_other_language_has_the_same_set(page: Page) -> None:
    root = open_set(page, level=2)
    asked = question(4821, 2, 0)
    answer(root, asked.blanks[0], asked.blanks[0].answer_text)
    expect(box(root, asked.blanks[0])).to_have_attribute("readonly", "")
    page.locator("#language-button").click()
    expect(root.locator(".question-title")).to_have_text(f"1. {asked.title.ko}")
    expect(page).to_have_url(re.compile("seed=4821"))
    expect(box(root, asked.blanks[0], "ko")).to_have_value(asked.blanks[0].answer_text)


@pytest.mark.parametrize("lang", ["ko"])
def test_a_detective_checks_accuses_by_keyboard_and_hands_in_a_signed_result(
    page: Page, lang: str, tmp_path: Path
) -> None:
    page.goto(f"/learn/gradient-detective?seed=7&level=3&count=3&lang={lang}")
    root = page.locator(".detective")
    found = case(7, 3, 0)
    node = sorted(found.differing)[0]
    agreeing = next(name for name in found.nodes if name not in found.differing)
    select = root.locator("[data-choice=node]")
    for count, name in enumerate((node, agreeing), start=1):
        select.select_option(name)
        select.focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(root.locator(".case-log tbody tr")).to_have_count(count)
    expect(root.locator(f"[data-key='{node}']")).to_have_attribute("data-agrees", "false")
    expect(root.locator(".canvas .node.wrong, .canvas .input.wrong")).not_to_have_count(0)
    assert violations(page, ".detective") == []
    # The culprit is chosen in the picture itself.
    root.locator(f".canvas .node[data-id='{found.truth.suspect}']").focus()
    page.keyboard.press("Enter")
    expect(select).to_have_value(found.truth.suspect)
    root.locator("[data-choice=kind]").select_option(found.truth.mistake)
    root.locator("[data-action=accuse]").click()
    expect(root.locator(".case-verdict")).to_have_attribute("data-verdict", "found")
    expect(root.locator(".canvas .culprit")).to_have_count(1)
    with page.expect_download() as download:
        root.locator(".question-hand-in button[type=submit]").click()
    file = tmp_path / "results.csv"
    download.value.save_as(file)
    forged = tmp_path / "forged.csv"
    forged.write_text(file.read_text("utf-8").replace(",found,2,", ",found,0,")[:-4] + "xx\r\n", "utf-8")
    root.locator(".case-verify summary").click()
    root.locator("#detective-files").set_input_files([file, forged])
    expect(root.locator(".case-verify tbody tr").first).to_contain_text("진짜")
    expect(root.locator(".case-verify tbody tr").last).to_contain_text("진짜가 아님")
