"""Run every benchmark that the README has a table of, one after another, and say which promises hold.

Run as `python -m benchmarks`; the extra `benchmark` has the peers. `--page` adds what is measured in a
browser, `--before PATH` the comparison with another checkout. Each part stands under the command that runs it alone.
Ends with 1 if a promise is broken.
"""

import argparse
import subprocess
import sys
from pathlib import Path

PARTS = ("scalar", "encoding", "gradcheck", "training", "capture")
"""In the order of the README's tables."""


def run(part: str, *arguments: str) -> bool:
    """Run one benchmark in a process of its own; return whether its promises hold."""
    command = ["-m", f"benchmarks.{part}", *arguments]
    print(f"\n$ python {' '.join(command)}\n", flush=True)
    return subprocess.run([sys.executable, *command]).returncode == 0


def main() -> int:
    """Run them all, then name those whose promises are broken."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--page", action="store_true", help="pages loaded, and one left open for five minutes, in Chromium"
    )
    parser.add_argument(
        "--before", type=Path, metavar="PATH", help="another checkout with a .venv of its own"
    )
    options = parser.parse_args()
    hold = {part: run(part) for part in PARTS}
    if options.before:
        hold["before"] = run("before", str(options.before))
    if options.page:
        hold["page"] = run("page", *([str(options.before)] if options.before else []))
        hold["next_part"] = run("next_part", *([str(options.before)] if options.before else []))
        hold["left_open"] = run("left_open")
    print()
    for part, holds in hold.items():
        print(f"{part:10} {'holds' if holds else 'BROKEN'}")
    return 0 if all(hold.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
