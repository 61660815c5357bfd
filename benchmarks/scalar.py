"""Scalar graphs beside micrograd and PyTorch, in nanoseconds a node.

Run as `python -m benchmarks.scalar`; the extra `benchmark` has the peers. Ends with 1 if a promise of ours is broken.

All run the same random graphs in one process and in turns. A time is the median of the turns, in processor time, with
the garbage collector off; between turns it clears up, unmeasured. micrograd's nodes refer to themselves, so that only
the collector can free them, which takes the longer the more lives in the process: the last column has it running.
Neither of the two can evaluate a graph again: with changed inputs they build it anew.
"""

import argparse
import datetime
import gc
import platform
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from micrograd.engine import Value

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.loop import Loop
from chainrule.core.engine.tape import Tape
from chainrule.core.ops import CODES

MIX = ("add", "sub", "mul", "div", "neg", "relu")
"""What programs are made of. Of a − b, a ÷ b and −a micrograd makes two or three nodes each."""

PLAIN = ("add", "mul", "relu")
"""What micrograd has one node for."""

BUILDING_AT_LEAST = 1.2
AGAIN_AT_LEAST = 2.4
"""How many times as fast as micrograd, collector off, on every mix."""

WIDE_AT_MOST = 60
BYTES_AT_MOST = 150


class Plan(NamedTuple):
    """A random graph as data: the values of its inputs, then of each node its op and operands."""

    inputs: list[float]
    ops: list[tuple[str, int, int]]


def random_plan(nodes: int, mix: tuple[str, ...]) -> Plan:
    """Each node reads a recent one that nobody has read yet, and another recent one."""
    drawn = random.Random(nodes)
    inputs = [drawn.uniform(0.5, 1.5) for _ in range(20)]
    unread, ops = list(range(len(inputs))), []
    for node in range(len(inputs), nodes):
        op = drawn.choice(mix) if nodes - node > len(unread) else "add"
        a = unread.pop(drawn.randrange(len(unread)))
        b = drawn.randrange(20) if op in ("mul", "div") else drawn.randrange(max(0, node - 40), node)
        if nodes - node <= len(unread):
            b = unread.pop()
        ops.append((op, a, b))
        unread.append(node)
    return Plan(inputs, ops)


def wide_plan(nodes: int, width: int, mix: tuple[str, ...]) -> Plan:
    """Levels of ``width`` nodes, each level reading the one before; then a tree of additions."""
    drawn = random.Random(nodes)
    inputs = [drawn.uniform(0.5, 1.5) for _ in range(width)]
    before, ops = list(range(width)), []
    while len(ops) < nodes - 3 * width:
        drawn.shuffle(before)
        for a in list(before):
            op = drawn.choice(mix)
            ops.append((op, a, drawn.randrange(width) if op in ("mul", "div") else drawn.choice(before)))
        before = list(range(len(inputs) + len(ops) - width, len(inputs) + len(ops)))
    while len(before) > 1:
        pairs = list(zip(before[::2], before[1::2], strict=False))
        rest = before[2 * len(pairs) :]
        before = rest + list(range(len(inputs) + len(ops), len(inputs) + len(ops) + len(pairs)))
        ops += [("add", a, b) for a, b in pairs]
    return Plan(inputs, ops)


def deep_plan(nodes: int, mix: tuple[str, ...]) -> Plan:
    """A chain: each node reads the one before it and an input."""
    drawn = random.Random(nodes)
    inputs = [drawn.uniform(0.9, 1.1) for _ in range(20)]
    ops = [(drawn.choice(mix), node - 1, drawn.randrange(20)) for node in range(20, nodes)]
    return Plan(inputs, ops)


def built(plan: Plan) -> Graph:
    graph = Graph()
    nodes = [graph.input(f"x{k}", value) for k, value in enumerate(plan.inputs)]
    for op, a, b in plan.ops:
        if op in ("neg", "relu"):
            nodes.append(graph.apply(CODES[op], nodes[a]))
        else:
            nodes.append(graph.apply(CODES[op], nodes[a], nodes[b]))
    return graph


def with_operators(
    plan: Plan, nodes: list[Any], relu: Callable[[Any], Any], keep: Callable[[Any], Any]
) -> None:
    """Append a node for each op of the plan, made by Python's operators, which both peers overload."""
    for op, a, b in plan.ops:
        if op == "add":
            node = nodes[a] + nodes[b]
        elif op == "mul":
            node = nodes[a] * nodes[b]
        elif op == "sub":
            node = nodes[a] - nodes[b]
        elif op == "div":
            node = nodes[a] / nodes[b]
        elif op == "relu":
            node = relu(nodes[a])
        else:
            node = -nodes[a]
        keep(node)


def micrograd(plan: Plan) -> list[Value]:
    nodes = [Value(value) for value in plan.inputs]
    with_operators(plan, nodes, Value.relu, nodes.append)
    nodes[-1].backward()
    return nodes


def pytorch(plan: Plan) -> list[torch.Tensor]:
    nodes = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in plan.inputs]

    def keep(node: torch.Tensor) -> None:
        node.retain_grad()
        nodes.append(node)

    with_operators(plan, nodes, torch.relu, keep)
    nodes[-1].backward()
    return nodes


def building(plan: Plan) -> Any:
    tape = Tape(built(plan))
    return tape.forward(), tape.backward()


def again(plan: Plan, tape: Tape) -> Callable[[], Any]:
    inputs = {f"x{k}": value for k, value in enumerate(plan.inputs)}

    def evaluate() -> Any:
        inputs["x0"] += 1e-9
        return tape.forward(inputs), tape.backward()

    return evaluate


def plain_loop(plan: Plan) -> Callable[[], Any]:
    graph = built(plan)
    loop = Loop(graph, bytes(graph.requires_grad()))
    return lambda: loop.backward(loop.forward(plan.inputs), 1.0)


def seconds(work: Callable[[], Any], at_least: float) -> float:
    """Processor time of one call, over as many as take this long."""
    calls, begin = 0, time.process_time()
    while (taken := time.process_time() - begin) < at_least or not calls:
        work()
        calls += 1
    return taken / calls


def in_turns(
    works: dict[str, Callable[[], Any]], turns: int, at_least: float, collector: bool = False
) -> dict[str, float]:
    """The median time of each, over turns of at least so many seconds."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(turns):
        for name, work in works.items():
            gc.collect()
            if not collector:
                gc.disable()
            times[name].append(seconds(work, at_least))
            gc.enable()
    return {name: statistics.median(taken) for name, taken in times.items()}


def bytes_held(make: Callable[[], Any]) -> int:
    gc.collect()
    tracemalloc.start()
    held = make()
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del held
    return taken


def check(plan: Plan) -> None:
    """All three find the same derivatives by the inputs."""
    _, gradients = building(plan)
    for peer in (micrograd(plan), pytorch(plan)):
        for k in range(len(plan.inputs)):
            expected = float(peer[k].grad)
            if abs(gradients.nodes[k] - expected) > 1e-6 * max(abs(expected), 1e-3):
                raise SystemExit(f"x{k}: {gradients.nodes[k]} is not {expected}")


def row(name: str, nodes: int, ours: float, times: dict[str, float], running: float | None = None) -> float:
    """Print one line; returns how many times as long micrograd takes."""
    cells = [f"{name:<38}", f"{ours / nodes * 1e9:>9.0f}"]
    for taken in (times["micrograd"], times["PyTorch"], running):
        cells.append(f"{taken / nodes * 1e9:>7,.0f} ({taken / ours:>5.1f}×)" if taken else " " * 16)
    print("| " + " | ".join(cells) + " |", flush=True)
    return times["micrograd"] / ours


def small(name: str, plan: Plan, turns: int) -> tuple[float, float]:
    """Two lines on a graph of 1,000 nodes; returns how many times as fast we build and evaluate again."""
    check(plan)
    works = {
        "building": lambda: building(plan),
        "again": again(plan, Tape(built(plan))),
        "micrograd": lambda: micrograd(plan),
        "PyTorch": lambda: pytorch(plan),
    }
    times = in_turns(works, 3 * turns, at_least=0.05)
    running = in_turns({"micrograd": works["micrograd"]}, 3, at_least=1.0, collector=True)["micrograd"]
    nodes = len(plan.inputs) + len(plan.ops)
    return (
        row(f"{name}, built and evaluated", nodes, times["building"], times, running),
        row(f"{name}, evaluated again", nodes, times["again"], times, running),
    )


def large(name: str, plan: Plan, turns: int) -> tuple[float, float]:
    """Two lines on a graph of 100,000 nodes; returns what a node takes in ns, by our way and by the plain loop."""
    check(plan)
    works = {
        "again": again(plan, Tape(built(plan))),
        "loop": plain_loop(plan),
        "micrograd": lambda: micrograd(plan),
        "PyTorch": lambda: pytorch(plan),
    }
    times = in_turns(works, turns, at_least=0.3)
    nodes = len(plan.inputs) + len(plan.ops)
    row(f"{name}, evaluated again", nodes, times["again"], times)
    row(f"{name}, by the plain loop", nodes, times["loop"], times)
    return times["again"] / nodes * 1e9, times["loop"] / nodes * 1e9


def memory(name: str, plan: Plan) -> float:
    """One line on the bytes a node; returns those of graph and tape."""
    nodes = len(plan.inputs) + len(plan.ops)
    kept = bytes_held(lambda: Tape(built(plan))) / nodes
    tape = Tape(built(plan))
    records = bytes_held(lambda: (tape.forward(), tape.backward())) / nodes
    peer = bytes_held(lambda: micrograd(plan)) / nodes
    print(
        f"{name}: {kept:.0f} bytes a node for graph and tape, {records:.0f} for a record; micrograd {peer:.0f}"
    )
    return kept


def machine() -> str:
    """What this ran on, and when."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text().splitlines() if about.exists() else []
    names = {line.partition(": ")[2] for line in lines if line.startswith("model name")}
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}, PyTorch {torch.__version__}"
    return (
        f"{datetime.date.today()}, {' '.join(names) or platform.machine()}, {platform.system()}, {versions}"
    )


def main() -> int:
    """Print the table; 1 if a promise is broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--turns", type=int, default=7, help="turns on graphs of 1,000 nodes; half as many on 100,000"
    )
    turns = parser.parse_args().turns
    sys.setrecursionlimit(10**6)  # micrograd goes through a graph by recursion
    torch.set_num_threads(1)
    print(machine())
    print()
    print(f"| {'ns a node':<38} | chainrule | {'micrograd':^16} | {'PyTorch':^16} | {'… collector on':^16} |")
    print(f"| {'-' * 38} | --------: | {'-' * 15}: | {'-' * 15}: | {'-' * 15}: |")
    few = max(3, turns // 2)
    promises = []
    for name, plan in (
        ("1,000, all ops", random_plan(1_000, MIX)),
        ("1,000, + × relu", random_plan(1_000, PLAIN)),
    ):
        building_ratio, again_ratio = small(name, plan, turns)
        promises.append((f"{name}: building {BUILDING_AT_LEAST}×", building_ratio >= BUILDING_AT_LEAST))
        promises.append((f"{name}: again {AGAIN_AT_LEAST}×", again_ratio >= AGAIN_AT_LEAST))
    # Made only now: what lives in the process makes the collector slow.
    wide = wide_plan(100_000, 5_000, MIX)
    deep = deep_plan(100_000, tuple(op for op in MIX if op != "relu"))
    wide_ns, _ = large("100,000 wide", wide, few)
    promises.append((f"wide: {WIDE_AT_MOST} ns", wide_ns <= WIDE_AT_MOST))
    deep_ns, loop_ns = large("100,000 deep", deep, few)
    promises.append(("deep: no slower than the plain loop", deep_ns <= 1.2 * loop_ns))
    print()
    for name, plan in (("wide", wide), ("deep", deep)):
        promises.append((f"{name}: {BYTES_AT_MOST} bytes", memory(name, plan) <= BYTES_AT_MOST))
    broken = [promise for promise, kept in promises if not kept]
    print(f"\nBroken: {'; '.join(broken)}" if broken else "\nEvery promise is kept.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
