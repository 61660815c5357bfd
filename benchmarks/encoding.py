"""How long the answer of a graph of 1,000 nodes takes: our bytes beside FastAPI's default encoder on the same dict.

Run as `python -m benchmarks.encoding`. Ends with 1 if the graph takes more than 1/25 of the default encoder's time.
"""

import json
import platform
import random
import sys
import time
from collections.abc import Callable
from typing import Any

from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.graphs.graph_json import graph_json, values_json
from chainrule.core.language.program import parse

NODES = 1_000
AT_MOST = 1 / 25
ROUNDS = 30


def program(nodes: int) -> str:
    """A program of so many nodes that no two have one value: sines, sums and products of what stands before."""
    draw = random.Random(1)
    names = ["a", "b", "c", "d"]
    lines = [f"{name} = {draw.uniform(0.5, 2):.3f}" for name in names]
    while len(names) < nodes:
        first, second = names[-1], draw.choice(names[-20:])
        expression = f"sin({first})" if len(names) % 3 == 0 else f"{first} {draw.choice('+-*')} {second}"
        names.append(f"n{len(names)}")
        lines.append(f"{names[-1]} = {expression}")
    return "\n".join(lines)


def milliseconds(work: Callable[[int], Any], rounds: int = ROUNDS) -> float:
    """The processor time of the quickest call: what else runs on the machine matters least to it."""
    times = []
    for count in range(rounds):
        begin = time.process_time()
        work(count)
        times.append(time.process_time() - begin)
    return min(times) * 1000


def main() -> int:
    """Measure, print, and say by the exit code whether the bound holds."""
    compiled = Compiled(parse(program(NODES)))
    evaluation = compiled.evaluate({})
    body = graph_json(evaluation)
    same = json.loads(body)

    def evaluations(first: float) -> list[Evaluation]:
        """One for each round, no number twice: texts once made are remembered."""
        found = [compiled.evaluate({"a": first + count / 1000}) for count in range(ROUNDS)]
        return [item for item in found if len(item.gradients.edges) == len(item.gradients.locals)]

    for_graph, for_values = evaluations(0.7), evaluations(0.8)

    default = milliseconds(lambda _: JSONResponse(jsonable_encoder(same)).body, 7)
    rows = [
        ("FastAPI's default encoder, the dict made already", default, len(JSONResponse(same).body)),
        (
            "POST /graphs: texts, sentences and bytes",
            milliseconds(lambda n: graph_json(for_graph[n])),
            len(body),
        ),
        (
            "POST /graphs/values: texts and bytes",
            milliseconds(lambda n: values_json(for_values[n])),
            len(values_json(evaluation)),
        ),
        (
            "(forward and backward)",
            milliseconds(lambda n: compiled.evaluate({"a": n / 7}).gradients.locals),
            0,
        ),
    ]
    print(
        f"{NODES:,} nodes, {len(compiled.graph.edges):,} edges;",
        f"Python {platform.python_version()}, {platform.machine()}",
    )
    for name, time_ms, size in rows:
        print(f"{name:50} {time_ms:9.2f} ms  1/{default / time_ms:<6.1f} {size / 1000:8.0f} kB")
    return 0 if rows[1][1] <= default * AT_MOST else 1


if __name__ == "__main__":
    sys.exit(main())
