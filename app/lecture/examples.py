"""The lecture's examples, programs with labels in Korean and English, read from examples.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from chainrule.app.web.i18n import Language

_FILE = Path(__file__).with_name("examples.toml")
_SEPARATOR = " | "

DEFAULT = "apples-and-oranges"
"""The example on the workbench at first."""


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
        return fields | {"program": self.program_in(language)}


@cache
def examples() -> Mapping[str, Example]:
    """All examples by slug, in the order of the lecture. Raises msgspec.ValidationError for a bad file."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    loaded = msgspec.convert(table["example"], list[Example])
    return {example.slug: example for example in loaded}


def line_in(line: str, language: Language) -> str:
    """A line of a program, with its comment in one language."""
    code, mark, comment = line.partition("# ")
    korean, separator, english = comment.partition(_SEPARATOR)
    return code + mark + (english if separator and language == "en" else korean)
