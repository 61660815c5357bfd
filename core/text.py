"""A text in Korean and in English, the two languages of the lecture."""

from typing import NamedTuple


class Text(NamedTuple):
    """A text in Korean and in English."""

    ko: str
    en: str

    def in_language(self, lang: str) -> str:
        """Return the Korean text for ``"ko"``, else the English one."""
        return self.ko if lang == "ko" else self.en

    def then(self, more: "Text") -> "Text":
        """Return both texts, one after the other."""
        return Text(f"{self.ko} {more.ko}", f"{self.en} {more.en}")
