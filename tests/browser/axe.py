"""What axe finds wrong with a page: a list of sentences, empty when all is well."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

from tests.browser.waits import still

_SOURCE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
_RUN = """async ([within, options]) => {
  const { violations } = await axe.run(within, { resultTypes: ["violations"], ...options });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`));
}"""
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that look at colours."""
_RULES = {
    "light": None,
    "dark": COLOURS,
    "projector": [*COLOURS, "scrollable-region-focusable", "target-size"],
}
"""The rules to check in each theme, None for all: dark changes colours only, projector also the size of letters."""


def violations(page: Page, *within: str, rules: list[str] | None = None, colours: bool = True) -> list[str]:
    """List violations in these parts, or the whole page, of these rules, or axe's defaults.

    Without `colours`, contrast is not checked; it takes longer than all other rules together.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(_SOURCE)
    context = {"include": [[part] for part in within]} if within else "html"
    # Axe need not fetch style sheets: no rule in use reads them.
    options: dict[str, Any] = {"preload": False} | ({} if rules is None else {"runOnly": rules})
    if not colours:
        options["rules"] = {"color-contrast": {"enabled": False}}
    found: list[str] = page.evaluate(_RUN, [context, options])
    return found


def violations_in_every_theme(page: Page, *within: str) -> dict[str, list[str]]:
    """List the violations in the light, dark and projector themes of the page as it stands."""
    found = {}
    for theme, rules in _RULES.items():
        page.evaluate("theme => document.querySelector(`[data-theme-choice=${theme}]`).click()", theme)
        still(page)
        if broken := violations(page, *within, rules=rules):
            found[theme] = broken
    return found
