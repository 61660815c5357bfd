"""The width of a text, estimated without a font, so that the server can reserve room."""

import unicodedata
from functools import lru_cache

# Multiples of the font size, slightly above those of common sans-serif fonts.
_NARROW, _DIGIT, _LOWER, _UPPER, _WIDE = 0.34, 0.63, 0.6, 0.75, 1.0
_BROAD, _EMOJI = 0.95, 1.38
_MODIFIERS = {"Mn", "Me", "Cf"}  # marks, joiners and variation selectors have no width


def text_width(text: str, size: float) -> float:
    """The width of one line of text, in pixels; ``size`` is the font size in pixels."""
    return size * sum(map(_share, text))


def fit(text: str, size: float, width: float) -> str:
    """Shorten a text to ``width`` with a final …, unless it fits."""
    if text_width(text, size) <= width:
        return text
    room = width / size - _WIDE
    for end, character in enumerate(text):
        room -= _share(character)
        if room < 0:
            return text[:end].rstrip() + "…"
    return text


@lru_cache(maxsize=4096)  # of a million characters that a program may have
def _share(character: str) -> float:
    if character in "ilj.,:;'|!()[] ·":
        return _NARROW
    if character.isascii():
        if character in "mwMW@%":
            return _BROAD
        return _DIGIT if character.isdigit() else _UPPER if character.isupper() else _LOWER
    if unicodedata.category(character) in _MODIFIERS:
        return 0.0
    if ord(character) >= 0x1F000 or (0x2600 <= ord(character) < 0x27C0):
        return _EMOJI
    return _WIDE if unicodedata.east_asian_width(character) in "WF" else 0.62
