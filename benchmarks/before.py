"""This build beside another checkout of the project, both measured in turns in one run; ratios above 1 are slower.

Run as `python -m benchmarks.before PATH`, where PATH is a checkout with a `.venv` of its own, before the package was
named `chainrule` or since. Times are processor time, the least of many calls: of graphs, tapes, the parser, and the
answers that `benchmarks.encoding` measures. Ends with 1 if a ratio is over 1.1, or parsing takes over half as long.
"""

import argparse
import gc
import inspect
import itertools
import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

NODES, ROUNDS = 1_000, 5
MOST, MOST_TO_PARSE = 1.1, 0.5
MIXES = {
    "all ops": ("add", "sub", "mul", "div", "neg", "relu"),
    "+ × relu": ("add", "mul", "relu"),
}
SCALARS = "\n".join(
    [f"x{k} = {k + 1}" for k in range(10)]
    + [f"y{k} = x{k % 10} * {f'y{k - 1}' if k else 'x1'} + x{k * 3 % 10}" for k in range(NODES // 2 - 5)]
)
TENSORS = "\n".join(
    ["x = randn(20, 30, seed=1)", "w = randn(30, 10, seed=2)"]
    + [f"y{k} = relu((x @ w) * {k}.5 + 1)" for k in range(20)]
    + ["L = sum(y0)" + "".join(f" + mean(y{k})" for k in range(1, 20))]
)


def engine() -> tuple[Any, Any, Any, Any]:
    """Graph, Tape, the ops' codes and the parser of the checkout that stands first on the path."""
    try:
        from chainrule.core.engine.graph import Graph
        from chainrule.core.engine.tape import Tape
        from chainrule.core.language.program import parse
        from chainrule.core.ops import CODES
    except ModuleNotFoundError:  # before the package had its name
        from importlib import import_module

        modules = [import_module(f"core.{name}") for name in ("graph", "tape", "ops", "program")]
        return modules[0].Graph, modules[1].Tape, modules[2].CODES, modules[3].parse
    return Graph, Tape, CODES, parse


def answers() -> dict[str, Callable[[], Any]]:
    """Return the encoders of that checkout's `benchmarks.encoding`, each call for numbers not seen before."""
    from benchmarks import encoding

    compiled = encoding.Compiled(encoding.parse(encoding.program(NODES)))
    firsts = itertools.count(700)

    def of(encode: Callable[..., bytes]) -> Callable[[], Any]:
        with_graph = "compiled" in inspect.signature(encode).parameters

        def work() -> bytes:
            evaluation = compiled.evaluate({"a": next(firsts) / 1000})
            return encode(compiled, evaluation) if with_graph else encode(evaluation)

        return work

    return {"graph": of(encoding.graph_json), "numbers alone": of(encoding.values_json)}


def least(work: Callable[[], Any], calls: int = 50) -> float:
    """Microseconds of processor time of the quickest of some calls."""
    best = float("inf")
    for _ in range(calls):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return best * 1e6


def measured() -> dict[str, float]:
    """What this checkout takes for each work."""
    graph_class, tape_class, codes, parse = engine()
    gc.disable()

    def built(ops: list[tuple[str, int, int]]) -> Any:
        graph = graph_class()
        nodes = [graph.input(f"x{k}", 1.0 + k / 100) for k in range(20)]
        for op, a, b in ops:
            operands = (nodes[a],) if op in ("neg", "relu") else (nodes[a], nodes[b])
            nodes.append(graph.apply(codes[op], *operands))
        return graph

    def evaluated(tape: Any) -> Any:
        return tape.forward(), tape.backward()

    found = {}
    for name, mix in MIXES.items():
        drawn = random.Random(NODES)
        ops = [(drawn.choice(mix), node - 1, drawn.randrange(20)) for node in range(20, NODES)]
        tape = tape_class(built(ops))
        found[f"{NODES:,} nodes, {name}: built"] = least(lambda ops=ops: built(ops))
        found[f"{NODES:,} nodes, {name}: built and evaluated"] = least(
            lambda ops=ops: evaluated(tape_class(built(ops)))
        )
        found[f"{NODES:,} nodes, {name}: evaluated again"] = least(lambda tape=tape: evaluated(tape))
    tensors = tape_class(parse(TENSORS))
    found["40 tensor ops: evaluated again"] = least(lambda: evaluated(tensors))
    for name, answer in answers().items():
        found[f"{NODES:,} nodes, evaluated and encoded: {name}"] = least(answer, calls=20)
    found[f"a program of {NODES:,} nodes: parsed"] = least(lambda: parse(SCALARS), calls=10)
    return found


def main(other: Path) -> int:
    """Measure both in turns and print the ratios; 1 if one is too large."""
    from benchmarks.checkout import ROOT, in_checkout

    rounds = [(in_checkout(other, __file__), in_checkout(ROOT, __file__)) for _ in range(ROUNDS)]
    print(f"{'µs':50} {'before':>9} {'now':>9} {'ratio':>7}")
    broken = False
    for name in rounds[0][1]:
        before, now = (min(each[side][name] for each in rounds) for side in (0, 1))
        most = MOST_TO_PARSE if name.endswith("parsed") else MOST
        fails = now > most * before
        broken |= fails
        print(f"{name:50} {before:9,.0f} {now:9,.0f} {now / before:6.2f}×{'  FAILS' if fails else ''}")
    return 1 if broken else 0


if __name__ == "__main__":
    if "--measure" in sys.argv:
        print(json.dumps(measured()))
    else:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("path", type=Path, help="a checkout with a .venv of its own")
        sys.exit(main(parser.parse_args().path.resolve()))
