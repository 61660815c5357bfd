"""The pages' texts in Korean and English, read from gettext catalogues for templates and scripts."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from babel.core import negotiate_locale
from babel.messages.pofile import read_po

Language = Literal["ko", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

Messages = Mapping[str, str]
"""English text → text in one language. English itself needs no entries."""


def load_messages(folder: Path) -> dict[Language, dict[str, str]]:
    """Read every `<language>/LC_MESSAGES/*.po` under `folder`.

    Raises ValueError for plural forms, and for a text with two translations.
    """
    return {language: _load_language(folder / language / "LC_MESSAGES") for language in LANGUAGES}


def _load_language(folder: Path) -> dict[str, str]:
    messages: dict[str, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, abort_invalid=True)
        for message in catalog:
            key, text = message.id, message.string
            if not isinstance(key, str) or not isinstance(text, str):
                raise ValueError(f"{path.name}: plural forms are not used here ({key!r})")
            if not key or not text or message.fuzzy:
                continue
            if messages.setdefault(key, text) != text:
                raise ValueError(f"{path.name}: {key!r} is translated in two ways")
    return messages


def translator(messages: Mapping[Language, Messages], language: Language) -> Callable[[str], str]:
    """Make the `_` of the templates, which leaves an unknown text in English."""
    known = messages[language]
    return lambda text: known.get(text, text)


def choose_language(*wishes: str | None, accept_language: str | None = None) -> Language:
    """Choose the first wish that is `ko` or `en`, else the browser's preference, else Korean."""
    for wish in wishes:
        for language in LANGUAGES:
            if wish == language:
                return language
    accepted = accept_language or ""
    return _preferred(accepted) if len(accepted) <= _USUAL else _preferred.__wrapped__(accepted)


_USUAL = 200
"""Characters of a header that is remembered."""


@lru_cache(maxsize=256)
def _preferred(accepted: str) -> Language:
    preferred = [part.split(";")[0].strip().replace("-", "_") for part in _by_quality(accepted) if part]
    chosen = negotiate_locale(preferred, LANGUAGES)
    return "en" if chosen == "en" else "ko"


def _by_quality(header: str) -> list[str]:
    """The parts of an Accept-Language header, best quality first."""

    def quality(part: str) -> float:
        _, _, q = part.partition(";q=")
        try:
            return float(q or 1)
        except ValueError:
            return 0.0

    return sorted(header.split(","), key=quality, reverse=True)
