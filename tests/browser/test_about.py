"""The page about the site: libraries with their licences, for eyes and ears."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_page_about_libraries_is_read_by_everybody(page: Page, lang: str) -> None:
    page.goto(f"/about?lang={lang}")
    expect(page.locator("h1")).to_contain_text("Chainrule")
    expect(page.locator('a[href*="licences/katex"]')).to_have_text("MIT")
    assert violations(page) == []
