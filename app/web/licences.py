"""The libraries that the service ships and runs on, with their licences, as the installed files tell."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

_HEAD = re.compile(r"(?P<name>\S+) (?P<version>\S+) \((?P<licence>.+)\)")
"""The first line of a text that the build leaves for each library of the pages."""
_NEEDED = re.compile(r"[A-Za-z0-9._-]+")
_CLASSIFIER = "License :: "
_MIT = "Permission is hereby granted, free of charge, to any person obtaining a"
_LONGEST = 60
"""Characters of a licence's name; a longer field is its text."""


class Library(NamedTuple):
    """One library."""

    name: str
    version: str
    licence: str
    text: str | None = None
    """The file below `static` with its whole licence."""


@cache
def of_pages(static: Path) -> tuple[Library, ...]:
    """List the libraries in the pages' scripts and fonts, by the texts that the build left below `static`."""
    found = []
    for path in sorted((static / "vendor" / "licences").glob("*.txt")):
        with path.open() as lines:
            if head := _HEAD.match(lines.readline()):
                found.append(Library(**head.groupdict(), text=path.relative_to(static).as_posix()))
    return tuple(found)


@cache
def of_service(name: str = "chainrule") -> tuple[Library, ...]:
    """List the installed packages that a package needs, and those that they need."""
    found: dict[str, Library] = {}
    waiting = list(_needs(name))
    while waiting:
        each = waiting.pop()
        key = re.sub(r"[-_.]+", "-", each).lower()
        if key in found:
            continue
        try:
            package = distribution(each)
        except PackageNotFoundError:  # needed on other systems only
            continue
        found[key] = Library(package.metadata["Name"], package.version, _licence(package))
        waiting += _needs(each)
    return tuple(found[key] for key in sorted(found))


def _needs(name: str) -> Iterator[str]:
    for line in distribution(name).requires or ():
        needed = _NEEDED.match(line)
        if needed and "extra ==" not in line:
            yield needed[0]


def _licence(package: Distribution) -> str:
    """Return the name of a package's licence; an empty text if it tells none."""
    told = package.metadata
    written = next((told[name] for name in ("License-Expression", "License") if name in told), "")
    if written and len(written) <= _LONGEST and "\n" not in written:
        return str(written)
    kinds = [
        each.rpartition(" :: ")[2]
        for each in told.get_all("Classifier") or ()
        if each.startswith(_CLASSIFIER)
    ]
    return ", ".join(kinds) or _title(package) or str(written).strip().partition("\n")[0][:_LONGEST]


def _title(package: Distribution) -> str:
    """Return what the licence file that comes with a package begins with; an empty text without one."""
    for name in package.metadata.get_all("License-File") or ():
        if text := package.read_text(f"licenses/{name}"):
            if _MIT in text:
                return "MIT"
            return text.strip().partition("\n")[0][:_LONGEST]
    return ""
