"""The lecture's examples, programs with labels in Korean and English, read from examples.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from chainrule.app.web.i18n import Language

_FILE = Path(__file__).with_name("examples.toml")
_GUIDES = Path(__file__).with_name("guides.toml")
_SEPARATOR = " | "

DEFAULT = "apples-and-oranges"
"""The example on the workbench at first."""


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A change of the page's state; what is None stays."""

    inputs: Mapping[str, Any] | None = None
    labels: str | None = None
    open: tuple[str, ...] | None = None
    selected: str | None = None
    step: int | None = None
    mistakes: tuple[str, ...] | None = None


class Guide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to ask of an example, and what to try on it; ``does`` is the change that tries it."""

    question: Mapping[str, str]
    task: Mapping[str, str] = msgspec.field(name="try")
    does: Change = Change()


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One example; `program` has both languages, `program_in` gives one."""

    slug: str
    part: int
    title: Mapping[str, str]
    summary: Mapping[str, str]
    program: str
    inputs: Mapping[str, Any] = {}
    upstream: float = 1.0
    labels: str = "numbers"
    open: tuple[str, ...] = ()

    def program_in(self, language: Language) -> str:
        """The program, with comments in one language."""
        return "\n".join(line_in(line, language) for line in self.program.strip("\n").split("\n"))

    def as_json(self, language: Language) -> dict[str, Any]:
        """The example as `ExampleItem` describes it."""
        # In answers the upstream gradient has its older name.
        fields = {
            "seed" if name == "upstream" else name: getattr(self, name) for name in self.__struct_fields__
        }
        guide = guides()[self.slug]
        told = {"question": guide.question, "task": guide.task, "change": msgspec.to_builtins(guide.does)}
        return fields | {"program": self.program_in(language), "guide": told}


@cache
def examples() -> Mapping[str, Example]:
    """All examples by slug, in the order of the lecture. Raises msgspec.ValidationError for a bad file."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    loaded = msgspec.convert(table["example"], list[Example])
    return {example.slug: example for example in loaded}


@cache
def guides() -> Mapping[str, Guide]:
    """The guide of every example, by slug. Raises msgspec.ValidationError for a bad file."""
    return msgspec.convert(tomllib.loads(_GUIDES.read_text(encoding="utf-8")), dict[str, Guide])


def line_in(line: str, language: Language) -> str:
    """A line of a program, with its comment in one language."""
    code, mark, comment = line.partition("# ")
    korean, separator, english = comment.partition(_SEPARATOR)
    return code + mark + (english if separator and language == "en" else korean)
