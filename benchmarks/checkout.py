"""A benchmark's measuring carried out in a checkout of the project, this one or another."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def in_checkout(root: Path, benchmark: str, *arguments: object) -> Any:
    """Return what ``benchmark --measure`` prints last as JSON, in a process with ``root`` first on its path.

    Its Python is the checkout's own, if it has one. ``benchmark`` is a file, which that checkout need not have, so the
    file imports nothing of ``benchmarks`` to measure. Raises CalledProcessError.
    """
    python = root / ".venv" / "bin" / "python"
    script = (
        f"import sys; sys.path.insert(0, {str(root)!r}); "
        f"__file__ = {benchmark!r}; exec(compile(open(__file__).read(), __file__, 'exec'))"
    )
    done = subprocess.run(
        [python if python.exists() else sys.executable, "-c", script, "--measure", *map(str, arguments)],
        cwd=root,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])
