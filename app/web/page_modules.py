"""The modules a page's script imports, directly or not, for the preload links in the page's head."""

import posixpath
import re
from functools import cache
from pathlib import Path

from chainrule.app.paths import STATIC

# `import … from "x"`, `} from "x"`, `export … from "x"`, `import "x"`; not `import("x")`, which loads later.
_IMPORT = re.compile(r"""^(?:import|export|\})[^"'`;=()]*["'](\.[^"'`]+)["']""", re.M)


@cache
def modules(script: str, static: Path = STATIC) -> tuple[str, ...]:
    """List a script and all that it imports, as paths below /static, bundles first."""
    reached: set[str] = set()
    pending = [script]
    while pending:
        name = pending.pop()
        if name in reached:
            continue
        reached.add(name)
        # A bundle is long and imports nothing.
        if not name.startswith("vendor/"):
            source = re.sub(r"/\*.*?\*/", "", (static / name).read_text(encoding="utf-8"), flags=re.S)
            pending += [
                posixpath.normpath(f"{posixpath.dirname(name)}/{path}") for path in _IMPORT.findall(source)
            ]
    return tuple(sorted(reached, key=lambda name: (not name.startswith("vendor/"), name)))
