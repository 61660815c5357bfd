"""Measure one engine: ``python measure.py ENGINE`` prints its version and gradients as JSON.

Runs by the engine's own Python, with that engine installed and nothing of this project's.
"""

import importlib
import json
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from plain import plain
from situations import SITUATIONS


def main(engine: str) -> None:
    """Print what the engine gives at every situation that it has the function for."""
    warnings.simplefilter("ignore")
    adapter = importlib.import_module(f"engines.{engine}")
    gradients = {}
    for situation in SITUATIONS:
        try:
            gradients[situation.kink] = plain(
                adapter.gradients(
                    lambda *operands, of=situation: of.function(adapter, *operands), situation.operands
                )
            )
        except AttributeError:
            continue  # the engine has no such function
        except (ArithmeticError, TypeError, ValueError, RuntimeError, NotImplementedError) as error:
            gradients[situation.kink] = {"error": type(error).__name__}
    print(json.dumps({"version": adapter.VERSION, "gradients": gradients}))


if __name__ == "__main__":
    main(sys.argv[1])
