"""Waits for a state of a page, never for a time.

For what is not there yet, ``locator.wait_for()`` asks less of the machine than ``expect``: at every look, ``expect``
writes down the whole page for its report.
"""

from playwright.sync_api import Page

_FRAMES = """async () => {
  for (let k = 0; k < 3; k += 1) await new Promise(requestAnimationFrame);
}"""
# d3 marks an element of which it moves something.
_STILL = """() =>
  [...document.querySelectorAll(".canvas")].every((canvas) => !canvas.__transition)
  && document.getAnimations().every((animation) => animation.playState !== "running")"""


def drawn(page: Page) -> None:
    """Until the screen shows what has happened: one frame for a change of size, one for what it asks for, and it."""
    page.evaluate(_FRAMES)


def stop_the_clock(page: Page) -> None:
    """Of a page whose clock has been installed: from now on its time moves by ``page.clock.run_for`` alone."""
    page.clock.pause_at(3600)


def still(page: Page) -> None:
    """Until nothing moves: neither the picture that is zoomed or led to a place, nor anything of the page."""
    page.wait_for_function(_STILL)
    drawn(page)
