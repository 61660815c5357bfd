"""A text of another tool as a program, told line by line."""

from typing import Any

from chainrule.app.encoding.encode import encode, nested_numbers
from chainrule.core.foreign import Translation, translate

_NOTHING: dict[str, Any] = {
    "kind": None,
    "name": "",
    "program": "",
    "inputs": {},
    "upstream": 1.0,
    "mistakes": [],
    "conventions": [],
    "lines": [],
    "note": None,
}


def translated(text: str, lang: str) -> bytes:
    """Translate a text, and encode the result as `TranslationAnswer` describes it."""
    return translation_json(translate(text), lang)


def translation_json(found: Translation | None, lang: str) -> bytes:
    """Encode a translation; None for a text of no known tool."""
    return encode(_NOTHING if found is None else _told(found, lang))


def _told(found: Translation, lang: str) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "name": found.name.in_language(lang),
        "program": found.program,
        "inputs": {name: nested_numbers(value) for name, value in found.inputs.items()},
        "upstream": nested_numbers(found.upstream),
        "mistakes": list(found.mistakes),
        "conventions": list(found.conventions),
        "lines": [
            {
                "line": line.number,
                "text": line.text,
                "becomes": line.becomes,
                "why": line.why and line.why.in_language(lang),
            }
            for line in found.lines
        ],
        "note": found.note and found.note.in_language(lang),
    }
