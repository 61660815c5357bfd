"""A checkout of the project, this one or another, to measure in or to serve: by its own Python, if it has one."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def in_checkout(root: Path, benchmark: str, *arguments: object) -> Any:
    """Return what ``benchmark --measure`` prints last as JSON, in a process with ``root`` first on its path.

    ``benchmark`` is a file, which that checkout need not have, so the file imports nothing of ``benchmarks`` to
    measure. Raises CalledProcessError.
    """
    script = f"__file__ = {benchmark!r}; exec(compile(open(__file__).read(), __file__, 'exec'))"
    done = subprocess.run(
        [*_python(root, script), "--measure", *map(str, arguments)],
        cwd=root,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def serving(root: Path, *arguments: str, **settings: str) -> Iterator[str]:
    """Run the site of a checkout with ``root`` first on its path; give its address.

    ``arguments`` go to `chainrule serve`, ``settings`` to its environment.
    """
    with tempfile.TemporaryDirectory() as folder:
        surroundings = {
            **os.environ,
            "CHAINRULE_DATABASE_URL": f"sqlite:///{folder}/links.sqlite3",
            "CHAINRULE_LOG_LEVEL": "warning",
            **{f"CHAINRULE_{name.upper()}": value for name, value in settings.items()},
        }
        with subprocess.Popen(
            [
                *_python(root, "from chainrule.app.cli import main; main()"),
                "serve",
                "--port",
                "0",
                *arguments,
            ],
            cwd=root,
            env=surroundings,
            stdout=subprocess.PIPE,
            text=True,
        ) as server:
            try:
                assert server.stdout is not None
                found = re.search(r"http://[\d.]+:\d+", server.stdout.readline())
                assert found, f"the site of {root} did not start"
                yield found[0]
            finally:
                server.terminate()


def _python(root: Path, script: str) -> list[str]:
    """Return the command that runs a script in a checkout."""
    own = root / ".venv" / "bin" / "python"
    path = f"import sys; sys.path.insert(0, {str(root)!r}); "
    return [str(own) if own.exists() else sys.executable, "-c", path + script]
