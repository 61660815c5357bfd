"""A sentence in the two languages of the lecture."""

from typing import NamedTuple


class Text(NamedTuple):
    """A sentence in Korean and in English."""

    ko: str
    en: str
