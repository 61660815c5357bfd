"""A large graph placed and drawn for the first time, beside another checkout, both measured in turns in one run.

Run as ``python -m benchmarks.layout PATH [nodes …]``, 300 and 1,000 if nothing is said. Times are those of a waiting
person, the least of some calls, with nothing cached but the layout engine warm: its scene, its layout, its SVG.
"""

import argparse
import json
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SIZES, ROUNDS, CALLS = [300, 1000], 2, 3


def chain(nodes: int) -> str:
    """A program in which each value is made of the last."""
    return "x = 2\n" + "".join(f"x = {'sin(x)' if k % 2 else 'x * 3'}\n" for k in range(nodes * 2 // 3 - 2))


def recurrent(nodes: int) -> str:
    """A recurrent net of numbers: three weights that each step reads."""
    steps = "".join(f"x{k} = {k % 5}\nh = tanh(w * h + u * x{k} + b)\n" for k in range((nodes - 5) // 6))
    return "w = 0.5\nu = 0.3\nb = 0.1\nh = 0\n" + steps


def two_operands(nodes: int) -> str:
    """Twenty inputs, and values made of two of the newest twenty."""
    chance = random.Random(1)
    names = [f"x{k}" for k in range(20)]
    text = [f"{name} = 2" for name in names]
    for k in range(nodes - 41):
        one, other = chance.sample(names[-20:], 2)
        names.append(f"t{k}")
        text.append(f"t{k} = {one} {chance.choice('+-*')} {other}")
    return "\n".join([*text, " + ".join(names[-20:])])


def perceptron(nodes: int) -> str:
    """A net of eight neurons a layer, number by number."""
    text, layer, before = [f"a{j} = {j + 1}" for j in range(8)], 0, [f"a{j}" for j in range(8)]
    while 25 * 8 * layer + 16 < nodes:
        text += [f"w{layer}_{j} = 0.{j + 1}" for j in range(8)]
        after = [f"h{layer}_{j}" for j in range(8)]
        for j, name in enumerate(after):
            total = " + ".join(f"w{layer}_{(j + k) % 8} * {one}" for k, one in enumerate(before))
            text.append(f"{name} = relu({total})")
        before, layer = after, layer + 1
    return "\n".join([*text, " + ".join(before)])


def opened(nodes: int) -> str:
    """A deep net of matrices, whose layers are opened."""
    text = ["h = randn(4, 6, seed=0)"]
    for k in range((nodes - 3) // 9):
        text += [f"W{k} = randn(6, 6, seed={k})", f"b{k} = zeros(6)", f"h = sigmoid(affine(h, W{k}, b{k}))"]
    return "\n".join([*text, "L = sum(h)"])


KINDS = {
    "chain": chain,
    "recurrent net": recurrent,
    "two operands": two_operands,
    "neurons": perceptron,
    "layers opened": opened,
}


@dataclass(frozen=True)
class _Settings:
    """What any checkout's layouts read; nothing is cached."""

    layout_seconds: float = 60.0
    layout_memory_mb: int = 1024
    layout_max_nodes: int = 1000
    layout_elk_work: int = 250
    layout_cache_size: int = 0


def measured(sizes: list[int]) -> dict[str, list[Any]]:
    """What this checkout takes for each graph: milliseconds for the layout and for all, and which layout it was."""
    from chainrule.app.picture.layout import Layouts
    from chainrule.app.picture.scene import Scene
    from chainrule.app.picture.svg import draw
    from chainrule.core.engine.tape import Tape
    from chainrule.core.language.program import parse

    layouts, found = Layouts(_Settings()), {}
    layouts.place_now(Scene(parse("x = 1\ny = x * x")))
    for size in sizes:
        for kind, make in KINDS.items():
            graph = parse(make(size))
            open_groups = [group.id for group in graph.groups] if make is opened else []
            tape = Tape(graph)
            values, gradients = tape.forward(), tape.backward()
            best = [float("inf")] * 2
            for _ in range(CALLS):
                begin = time.perf_counter()
                scene = Scene(graph, open_groups)
                layout = layouts.place_now(scene)
                placed = time.perf_counter()
                draw(graph, values, gradients, open=open_groups, layout=layout, lang="en")
                best = [min(best[0], placed - begin), min(best[1], time.perf_counter() - begin)]
            found[f"{kind}, {size:,} nodes"] = [best[0] * 1e3, best[1] * 1e3, layout.engine]
    layouts.close()
    return found


def main(other: Path, sizes: list[int]) -> None:
    """Measure both in turns and print the ratios."""
    from benchmarks.checkout import ROOT, in_checkout

    rounds = [
        (in_checkout(other, __file__, *sizes), in_checkout(ROOT, __file__, *sizes)) for _ in range(ROUNDS)
    ]
    print("| ms | before | | now | | ratio | with its picture | ratio |")
    print("| --- | ---: | --- | ---: | --- | ---: | ---: | ---: |")
    for name in rounds[0][1]:
        before, now = ([min(each[side][name][what] for each in rounds) for what in (0, 1)] for side in (0, 1))
        engines = [rounds[0][side][name][2] for side in (0, 1)]
        print(
            f"| {name} | {before[0]:,.0f} | {engines[0]} | {now[0]:,.0f} | {engines[1]} | "
            f"{now[0] / before[0]:.2f} | {before[1]:,.0f} → {now[1]:,.0f} | {now[1] / before[1]:.2f} |"
        )


if __name__ == "__main__":
    if "--measure" in sys.argv:
        print(json.dumps(measured(list(map(int, sys.argv[2:])))))
    else:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("path", type=Path, help="another checkout, built")
        parser.add_argument("nodes", type=int, nargs="*", default=SIZES)
        given = parser.parse_args()
        main(given.path.resolve(), given.nodes)
