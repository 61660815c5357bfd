"""Text can be read on every ground of every theme, and the two colours can be told apart without seeing hue."""

import re

import pytest

from chainrule.app.paths import STATIC

TOKENS = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
PAIRS = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", TOKENS)
PROJECTOR = TOKENS[TOKENS.index('[data-theme="projector"]') :]
THEMES: dict[str, dict[str, str]] = {
    "light": {name: light for name, light, _ in PAIRS},
    "dark": {name: dark for name, _, dark in PAIRS},
    "projector": dict(re.findall(r"--([\w-]+): (#\w{6});", PROJECTOR)),
}


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["paper", "shade", "selection"])
@pytest.mark.parametrize("text", ["ink", "muted", "forward", "backward"])
def test_text_can_be_read(theme: str, ground: str, text: str) -> None:
    assert contrast(THEMES[theme][text], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_edge_of_a_control_can_be_seen(theme: str) -> None:
    assert contrast(THEMES[theme]["edge"], THEMES[theme]["paper"]) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_has_every_colour(theme: str) -> None:
    assert THEMES[theme].keys() >= {name for name, _, _ in PAIRS}


# A colour as people see it who lack the red or the green cones (Viénot, Brettel and Mollon 1999; linear RGB).
SIGHT = {
    "protanopia": ((0.1124, 0.8876, 0.0), (0.1124, 0.8876, 0.0), (0.004, -0.004, 1.0)),
    "deuteranopia": ((0.2928, 0.7072, 0.0), (0.2928, 0.7072, 0.0), (-0.0223, 0.0223, 1.0)),
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHT)
def test_forward_and_backward_differ_for_the_colour_blind(theme: str, sight: str) -> None:
    def seen(colour: str) -> list[float]:
        rgb = [(int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5)]
        return [sum(a * b for a, b in zip(row, rgb, strict=True)) for row in SIGHT[sight]]

    forward, backward = seen(THEMES[theme]["forward"]), seen(THEMES[theme]["backward"])
    # What is left to see them by is blue against yellow.
    assert abs((forward[2] - forward[0]) - (backward[2] - backward[0])) > 0.25
