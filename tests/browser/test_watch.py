"""The watch over a page's console works: what should fail a test is heard."""

from playwright.sync_api import Page

from tests.browser.conftest import Complaints


def test_a_quiet_page_says_nothing(page: Page, complaints: Complaints) -> None:
    page.goto("/")
    page.locator("svg.graph .node").first.wait_for()
    assert complaints == []


def test_an_inline_script_is_stopped_and_heard(page: Page, complaints: Complaints) -> None:
    page.goto("/")
    with page.expect_console_message():
        page.evaluate(
            """() => {
              const script = document.createElement("script");
              script.textContent = "window.wentThrough = true";
              document.body.append(script);
            }"""
        )
    assert page.evaluate("window.wentThrough") is None
    assert len(complaints) == 1
    assert "Content Security Policy" in complaints[0]
    complaints.clear()


def test_an_uncaught_error_is_heard(page: Page, complaints: Complaints) -> None:
    page.goto("/")
    with page.expect_event("pageerror"):
        page.evaluate("() => { setTimeout(() => { throw new Error('planted'); }, 0); }")
    assert complaints == ["uncaught: planted"]
    complaints.clear()
