"""A text in Korean and in English, the two languages of the lecture."""

from typing import NamedTuple


class Text(NamedTuple):
    """A text in Korean and in English."""

    ko: str
    en: str

    def in_language(self, lang: str) -> str:
        """Return the Korean text for ``"ko"``, else the English one."""
        return self.ko if lang == "ko" else self.en
