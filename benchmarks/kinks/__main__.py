"""Install each pinned engine in a folder of its own, measure it, and write the table that the site shows.

Run as `python -m benchmarks.kinks` for all, or `python -m benchmarks.kinks jax mlx` for some; needs a network and a
few gigabytes for as long as it runs. `--show` prints what changed and writes nothing.
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from benchmarks.kinks.plain import plain
from benchmarks.kinks.situations import SITUATIONS

HERE = Path(__file__).parent
TABLE = HERE.parents[1] / "app" / "graphs" / "engines.json"

OLD_NUMPY = ("numpy==1.23.5", "setuptools==65.5.0", "wheel==0.45.1")
ENGINES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    # adapter: (name, precision, what to install)
    "pytorch": ("PyTorch", "float64", ("torch==2.13.0",)),
    "jax": ("JAX", "float64", ("jax==0.10.2",)),
    "autograd": ("autograd", "float64", ("autograd==1.9.1", "scipy==1.16.3")),
    "tinygrad": ("tinygrad", "float32", ("tinygrad==0.14.0",)),
    "tensorflow": ("TensorFlow", "float64", ("tensorflow==2.21.0",)),
    "pytensor": ("PyTensor", "float64", ("pytensor==3.0.7",)),
    "casadi": ("CasADi", "float64", ("casadi==3.8.2",)),
    "sympy": ("SymPy", "exact", ("sympy==1.14.0",)),
    "paddle": ("Paddle", "float64", ("paddlepaddle==3.3.1",)),
    "chainer": ("Chainer", "float64", (*OLD_NUMPY, "chainer==7.8.1")),
    "mxnet": ("MXNet", "float64", (*OLD_NUMPY, "mxnet==1.9.1")),
    "mlx": ("MLX", "float32", ("mlx[cpu]==0.32.4",)),
    "dezero": ("DeZero", "float64", (*OLD_NUMPY, "matplotlib==3.8.4", "dezero==0.0.13")),
    "micrograd": ("micrograd", "float64", ("micrograd==0.1.0",)),
}


def measured(engine: str) -> dict[str, Any]:
    """The version and gradients of one engine, installed in a temporary folder. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python"
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        # Chainer's build wants the old setuptools that stands there already.
        for requirement in ENGINES[engine][2]:
            own_build = ["--no-build-isolation"] if requirement.startswith("chainer") else []
            subprocess.run([*pip, *own_build, requirement], check=True)
        done = subprocess.run(
            [python, HERE / "measure.py", engine],
            # tinygrad's interpreter device needs no compiler; the others do not know the word.
            env={**os.environ, "DEV": "PYTHON", "TF_CPP_MIN_LOG_LEVEL": "3"},
            check=True,
            capture_output=True,
            text=True,
        )
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def table(answers: dict[str, dict[str, Any]], day: str) -> dict[str, Any]:
    """The file's content: the engines with their versions, then kink by kink what each gives."""
    return {
        "measured": day,
        "engines": [
            {"id": engine, "name": name, "version": answers[engine]["version"], "precision": precision}
            for engine, (name, precision, _) in ENGINES.items()
        ],
        "kinks": {
            situation.kink: {
                "expression": situation.expression,
                "operands": plain(situation.operands),
                "gradients": {
                    engine: answers[engine]["gradients"][situation.kink]
                    for engine in ENGINES
                    if situation.kink in answers[engine]["gradients"]
                },
            }
            for situation in SITUATIONS
        },
    }


def standing() -> dict[str, dict[str, Any]]:
    """The answers that the file holds now."""
    if not TABLE.is_file():
        return {}
    held = json.loads(TABLE.read_text())
    return {
        engine["id"]: {
            "version": engine["version"],
            "gradients": {
                kink: row["gradients"][engine["id"]]
                for kink, row in held["kinks"].items()
                if engine["id"] in row["gradients"]
            },
        }
        for engine in held["engines"]
    }


def main() -> int:
    """Measure, tell what changed, write; 1 if an engine could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kinks", description=__doc__)
    parser.add_argument("engines", nargs="*", choices=[[], *ENGINES], help="these alone")
    parser.add_argument("--show", action="store_true", help="write nothing")
    options = parser.parse_args()
    before = standing()
    answers = dict(before)
    failed = []
    for engine in options.engines or ENGINES:
        print(f"{engine} …", flush=True)
        try:
            answers[engine] = measured(engine)
        except subprocess.CalledProcessError as error:
            failed.append(engine)
            print(f"  not measured: {error}\n{error.stderr or ''}", file=sys.stderr)
            continue
        old = before.get(engine, {}).get("gradients", {})
        for kink, value in answers[engine]["gradients"].items():
            if old.get(kink) != value:
                print(f"  {kink}: {json.dumps(old.get(kink))} → {json.dumps(value)}")
    if missing := [engine for engine in ENGINES if engine not in answers]:
        print(f"never measured, nothing written: {', '.join(missing)}", file=sys.stderr)
        return 1
    if not options.show:
        content = table(answers, datetime.datetime.now(datetime.UTC).date().isoformat())
        text = json.dumps(content, indent=1, ensure_ascii=False)
        TABLE.write_text(text + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
