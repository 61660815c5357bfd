"""Every text of the pages has its Korean, and every Korean text is still used."""

import json
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from chainrule.app.paths import STATIC, TEMPLATES, TRANSLATIONS
from chainrule.app.web.i18n import choose_language, load_messages, translator

KEYWORDS = dict.fromkeys(("_", "text", "label", "hint", "placeholder"))
IN_SCRIPTS = re.compile(r"""\b(?:t|msg)\(\s*("(?:[^"\\]|\\.)*")""")
"""Babel's own reader of scripts misses a call within a call, and what stands behind a template in a template."""


def texts_of_the_pages() -> set[str]:
    found: set[str] = set()
    for _, _, message, _, _ in extract_from_dir(
        TEMPLATES, method_map=[("**.html", "jinja2")], keywords=KEYWORDS
    ):
        assert isinstance(message, str)
        found.add(message)
    for path in (STATIC / "js").rglob("*.js"):
        found |= {json.loads(text) for text in IN_SCRIPTS.findall(path.read_text(encoding="utf-8"))}
    return found


def test_every_text_has_its_korean() -> None:
    texts = texts_of_the_pages()
    assert len(texts) > 50
    assert texts - load_messages(TRANSLATIONS)["ko"].keys() == set()


def test_every_korean_text_is_used() -> None:
    assert load_messages(TRANSLATIONS)["ko"].keys() - texts_of_the_pages() == set()


def test_a_translation_keeps_the_holes_of_its_text() -> None:
    for text, korean in load_messages(TRANSLATIONS)["ko"].items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", korean)), text


def test_an_unknown_text_stays_english() -> None:
    translate = translator({"ko": {"Undo": "되돌리기"}, "en": {}}, "ko")
    assert translate("Undo") == "되돌리기"
    assert translate("Something new") == "Something new"


def test_two_translations_of_one_text_are_an_error(tmp_path: Path) -> None:
    for language in ("ko", "en"):
        (tmp_path / language / "LC_MESSAGES").mkdir(parents=True)
    folder = tmp_path / "ko" / "LC_MESSAGES"
    (folder / "a.po").write_text('msgid "Sum"\nmsgstr "합"\n', encoding="utf-8")
    (folder / "b.po").write_text('msgid "Sum"\nmsgstr "합계"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="translated in two ways"):
        load_messages(tmp_path)


@pytest.mark.parametrize(
    ("wishes", "header", "language"),
    [
        (("en",), "ko", "en"),
        (("fr", "ko"), "en", "ko"),
        ((None,), "en-GB,en;q=0.8", "en"),
        ((None,), "fr;q=0.9,en;q=0.5,ko;q=0.7", "ko"),
        ((None,), "fr", "ko"),
        ((None,), ";q=,,=", "ko"),
        ((None,), None, "ko"),
    ],
)
def test_the_language_is_the_one_asked_for(
    wishes: tuple[str | None, ...], header: str | None, language: str
) -> None:
    assert choose_language(*wishes, accept_language=header) == language
