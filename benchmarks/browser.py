"""A browser beside the sites that it is to measure: this checkout's, and that of another one."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.checkout import ROOT, serving


@contextmanager
def browsing(before: Path | None) -> Iterator[tuple[Browser, dict[str, str]]]:
    """Run this checkout's site, and that of one before, beside a browser; give it and their addresses by name."""
    chromium = (
        shutil.which("chromium-headless-shell") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    roots = {"before": before, "now": ROOT}
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser, {name: stack.enter_context(serving(root)) for name, root in roots.items() if root}
        browser.close()
