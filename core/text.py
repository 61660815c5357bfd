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
        """Return both texts, one after the other, with a full stop between them."""
        return Text(f"{_ended(self.ko)} {more.ko}", f"{_ended(self.en)} {more.en}")


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
