"""The style sheet of a standalone picture: the page's own, with a theme's colours for its variables."""

import re
from functools import cache
from typing import Literal

from markupsafe import Markup

from chainrule.app.paths import STATIC

Theme = Literal["light", "dark", "projector"]


@cache
def style(
    theme: Theme,
    tensors: bool = False,
    kinks: bool = False,
    line: float | None = None,
    pushes: bool = False,
    changes: bool = False,
) -> Markup:
    """The style sheet of a picture in the colours of a theme; its parts for what the picture has.

    ``line`` is the width of a line that is a pixel on the screen, of a picture seen at some scale.
    """
    colours = palette(theme) | {"--thin": f"{line or 1:.1f}px", "--thick": f"{3 * (line or 1):.1f}px"}
    sheet = (STATIC / "css" / "graph.css").read_text(encoding="utf-8").partition("/* page only */")[0]
    sheet, _, of_changes = sheet.partition("/* changes */")
    sheet, _, of_far = sheet.partition("/* far */")
    sheet, _, of_pushes = sheet.partition("/* pushes */")
    sheet, _, of_kinks = sheet.partition("/* kinks */")
    if not tensors:
        sheet = sheet.partition("/* tensors */")[0]
    sheet += of_kinks * kinks + of_pushes * pushes + of_far * (line is not None) + of_changes * changes
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    sheet = re.sub(r"var\((--[\w-]+)\)", lambda match: colours[match[1]], sheet)
    # Single quotation marks need no escape in XML.
    sheet = sheet.replace(".graph .", ".").replace('"', "'")
    return Markup("\n".join(line.strip() for line in sheet.splitlines() if line.strip()))


@cache
def palette(theme: Theme) -> dict[str, str]:
    """Every variable of ``static/css/tokens.css`` with its value in a theme."""
    tokens = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    tokens = re.sub(r"/\*.*?\*/", "", tokens, flags=re.DOTALL)
    variables: dict[str, str] = {}
    for selector in (":root", f':root[data-theme="{theme}"]'):
        block = re.search(rf"^{re.escape(selector)}\s*{{(.*?)}}", tokens, flags=re.DOTALL | re.MULTILINE)
        if block:
            variables |= dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block[1]))
    side = 2 if theme == "dark" else 1
    pair = re.compile(r"light-dark\(\s*([^,]+?)\s*,\s*([^,]+?)\s*\)")
    return {name: pair.sub(lambda match: match[side], value.strip()) for name, value in variables.items()}
