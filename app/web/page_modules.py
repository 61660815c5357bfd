"""The modules that a page's script needs, so that its head can name them all at once."""

import posixpath
import re
from functools import cache
from pathlib import Path

from chainrule.app.paths import STATIC

# `import … from "x"`, `} from "x"`, `export … from "x"`, `import "x"`; not `import("x")`, which waits for its day.
_IMPORT = re.compile(r"""^(?:import|export|\})[^"'`;=()]*["'](\.[^"'`]+)["']""", re.M)


@cache
def modules(script: str, static: Path = STATIC) -> tuple[str, ...]:
    """`js/main.js` and all that it imports, itself or by others, as paths below /static. Bundles come first."""
    found: set[str] = set()
    pending = [script]
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        # A bundle imports nothing, and is long.
        if not name.startswith("vendor/"):
            source = re.sub(r"/\*.*?\*/", "", (static / name).read_text(encoding="utf-8"), flags=re.S)
            pending += [
                posixpath.normpath(f"{posixpath.dirname(name)}/{path}") for path in _IMPORT.findall(source)
            ]
    return tuple(sorted(found, key=lambda name: (not name.startswith("vendor/"), name)))
