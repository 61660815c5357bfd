"""Captures of PyTorch models beside TorchLens and torchvista, in time and memory, as multiples of a plain run.

Run as `python -m benchmarks.capture`; the extra `benchmark` has the peers. Ends with 1 if a promise is broken.

Each tool runs each model in a process of its own, on one thread: TorchLens leaves PyTorch's functions wrapped. A time
is processor time, the median of the turns. Plain is one pass forward and backward. Ours is `record`, which has the
value and the gradient of every node and the contribution of every edge; its second row summarizes them all too.
TorchLens has values and node gradients, its backward capture on; torchvista has the forward pass. Memory is what the
process has at its peak beyond what it had when the model was there. One that takes longer than ``--timeout`` says so.

The second table is what a person waits for, in a process that has run the model once: from the call to the living
picture of a notebook, all imports and child processes included; a group opened that was not drawn beforehand, of which
nine of ten take no longer; the saved page.
"""

import argparse
import contextlib
import datetime
import gc
import io
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

MODELS = ("mlp", "tiny gpt2", "gpt2")
TOOLS = ("plain", "ours", "ours summarized", "torchlens", "torchvista")
TURNS = {"mlp": 41, "tiny gpt2": 11, "gpt2": 3}

TIMES_AT_MOST = {"mlp": 8.0, "tiny gpt2": 8.0, "gpt2": 3.0}
"""Ours by plain."""
OF_TORCHLENS_AT_MOST = 1 / 5
MEMORY_AT_MOST = 1.3
PICTURE_AT_MOST = {"mlp": 1.0, "tiny gpt2": 2.0, "gpt2": 5.0}
"""Seconds from the call to the picture in a notebook."""
OPENING_AT_MOST = 0.15
SAVED_AT_MOST = 2_000_000
MOST_OPENED = 40
TIMEOUT = 300.0
"""Seconds of one tool on one model."""


def model_and_call(name: str) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
    """Return a model whose result is its loss, its inputs, and inputs by name."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    if name == "mlp":

        class Net(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.layers = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))
                self.loss = nn.CrossEntropyLoss()

            def forward(self, x: Any, t: Any) -> Any:
                return self.loss(self.layers(x), t)

        return Net(), (torch.randn(5, 6), torch.randint(0, 3, (5,))), {}
    from transformers import GPT2Config, GPT2LMHeadModel

    class Gpt(nn.Module):
        def __init__(self, **sizes: Any) -> None:
            super().__init__()
            self.net = GPT2LMHeadModel(GPT2Config(**sizes))

        def forward(self, ids: Any) -> Any:
            return self.net(input_ids=ids, labels=ids).loss

    if name == "tiny gpt2":
        sizes = {"vocab_size": 100, "n_layer": 2, "n_embd": 32, "n_head": 2, "n_positions": 64}
        return Gpt(**sizes), (torch.randint(0, 100, (2, 16)),), {}
    return Gpt(), (torch.randint(0, 50257, (1, 128)),), {}


def runner(tool: str, model: Any, inputs: tuple[Any, ...]) -> Callable[[], Any]:
    """Return one turn of a tool."""
    if tool == "plain":

        def plain() -> None:
            model.zero_grad()
            model(*inputs).backward()

        return plain
    if tool.startswith("ours"):
        from chainrule.core.capture.pytorch import record

        return lambda: record(model, *inputs) if tool == "ours" else record(model, *inputs).capture
    if tool == "torchlens":
        import torchlens
        from torchlens.options import CaptureOptions

        options = CaptureOptions(save_grads="all", backward_ready=True)

        def lens() -> Any:
            model.zero_grad()
            trace = torchlens.trace(model, list(inputs), capture=options)
            trace.log_backward(trace[trace.output_layers[0]].out)
            return trace

        return lens
    import torchvista

    def vista() -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            torchvista.trace_model(model, inputs)

    return vista


def memory(key: str) -> int:
    """Return VmRSS, or VmHWM, the peak, in bytes."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(key))
    return int(line.split()[1]) * 1024


def one(tool: str, name: str) -> dict[str, float]:
    """Measure a tool on a model in this process."""
    import torch

    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    model, inputs, _ = model_and_call(name)
    runner("plain", *model_and_call("mlp")[:2])()
    run = runner(tool, model, inputs)
    if name != "gpt2":
        run()
    model.zero_grad()
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    run()
    peak = memory("VmHWM") - before
    times = []
    for _ in range(TURNS[name]):
        gc.collect()
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return {"seconds": statistics.median(times), "bytes": peak}


def spent() -> float:
    """Return the processor time of this process and of its children that have ended."""
    own, children = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def seen(name: str) -> dict[str, float]:
    """Measure what a person waits for, in this process."""
    import torch

    import chainrule

    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    model, inputs, _ = model_and_call(name)
    runner("plain", model, inputs)()
    model.zero_grad()
    start = spent()
    view = chainrule.capture(model, *inputs)
    view._repr_mimebundle_()
    # The engine of layouts is a child, if one was needed: it counts once it has ended.
    from chainrule.app.captures.page_data import parents_of
    from chainrule.app.saved.views import around
    from chainrule.app.view.place import layouts

    layouts().close()
    layouts.cache_clear()
    found = {"picture": spent() - start}
    parents = parents_of(view.capture)
    times = []
    for group in list(parents)[:MOST_OPENED]:
        start = time.process_time()
        view.svg(open=around(group, parents))
        times.append(time.process_time() - start)
    with tempfile.TemporaryDirectory() as folder:
        start = spent()
        found["bytes"] = view.save(Path(folder) / "net.html").stat().st_size
        layouts().close()
        found["save"] = spent() - start
    return found | {"opening": sorted(times)[int(0.9 * (len(times) - 1))]}


def in_a_process(command: list[str], seconds: float) -> dict[str, float] | str:
    """Run this module in a process of its own; return what it measured, else why it did not."""
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled
    try:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.capture", *command],
            capture_output=True,
            text=True,
            env=environment,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return f"over {seconds:g} s"
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        return "fails"
    measured: dict[str, float] = json.loads(lines[-1])
    return measured


def main() -> int:
    """Measure all, print the tables, and check what is promised."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.capture",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--one", nargs=2, metavar=("TOOL", "MODEL"), help="measure one in this process, as JSON"
    )
    parser.add_argument(
        "--seen", metavar="MODEL", help="measure what a person waits for in this process, as JSON"
    )
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=list(TOOLS))
    parser.add_argument(
        "--timeout", type=float, default=TIMEOUT, metavar="SECONDS", help="of one tool on one model"
    )
    options = parser.parse_args()
    if options.one or options.seen:
        print(json.dumps(one(*options.one) if options.one else seen(options.seen)))
        return 0
    measured = {
        (tool, name): in_a_process(["--one", tool, name], options.timeout)
        for name in options.models
        for tool in options.tools
    }
    waited = {name: in_a_process(["--seen", name], options.timeout) for name in options.models}
    return report(measured, options.models, options.tools) | report_of_seen(waited)


Measured = dict[str, float] | str
"""What was measured, or why it was not."""


def report(measured: dict[tuple[str, str], Measured], models: list[str], tools: list[str]) -> int:
    """Print times and memory, and what of the promises holds; return 1 if one is broken."""
    import torch

    print(
        f"{datetime.date.today()}, {platform.processor() or platform.machine()}, torch {torch.__version__}\n"
    )
    print("| | " + " | ".join(f"{name}, ms | × plain | MB" for name in models) + " |")
    print("| --- |" + " ---: |" * (3 * len(models)))
    for tool in tools:
        cells = []
        for name in models:
            found, plain = measured[tool, name], measured.get(("plain", name))
            if isinstance(found, str):
                cells += [found, "", ""]
            else:
                cells += [
                    f"{found['seconds'] * 1000:,.2f}",
                    f"{found['seconds'] / plain['seconds']:.1f}" if isinstance(plain, dict) else "",
                    f"{found['bytes'] / 1e6:,.1f}",
                ]
        print(f"| {tool} | " + " | ".join(cells) + " |")
    print()
    broken = 0
    for name in models:
        ours, summarized, plain, lens = (
            measured.get((tool, name)) for tool in ("ours", "ours summarized", "plain", "torchlens")
        )
        promises = {}
        if isinstance(plain, dict):
            for tool, found in (("ours", ours), ("ours summarized", summarized)):
                if found is not None:
                    promises[f"{tool}: × plain at most {TIMES_AT_MOST[name]}"] = (
                        isinstance(found, dict) and found["seconds"] <= TIMES_AT_MOST[name] * plain["seconds"]
                    )
        if isinstance(ours, dict) and isinstance(lens, dict) and name == "tiny gpt2":
            promises["at most 1/5 of TorchLens"] = ours["seconds"] <= OF_TORCHLENS_AT_MOST * lens["seconds"]
        if isinstance(ours, dict) and isinstance(plain, dict) and name == "gpt2":
            promises[f"memory at most {MEMORY_AT_MOST} × plain"] = (
                ours["bytes"] <= MEMORY_AT_MOST * plain["bytes"]
            )
        broken |= told(name, promises)
    return broken


def report_of_seen(waited: dict[str, Measured]) -> int:
    """Print what a person waits for, and what of the promises holds; return 1 if one is broken."""
    print("\n| | picture in a notebook, s | a group opened, ms | saved, s | kB |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, found in waited.items():
        if isinstance(found, str):
            print(f"| {name} | {found} | | | |")
            continue
        print(
            f"| {name} | {found['picture']:.2f} | {found['opening'] * 1000:.0f} | "
            f"{found['save']:.2f} | {found['bytes'] / 1000:,.0f} |"
        )
    print()
    broken = 0
    for name, found in waited.items():
        promises = {"it runs": False}
        if isinstance(found, dict):
            promises = {
                f"picture in {PICTURE_AT_MOST[name]} s": found["picture"] <= PICTURE_AT_MOST[name],
                f"a group opened in {OPENING_AT_MOST} s": found["opening"] <= OPENING_AT_MOST,
            }
            if name == "tiny gpt2":
                promises[f"saved in {SAVED_AT_MOST:,} bytes"] = found["bytes"] <= SAVED_AT_MOST
        broken |= told(name, promises)
    return broken


def told(name: str, promises: dict[str, bool]) -> int:
    """Print which promises hold; return 1 if one is broken."""
    for promise, holds in promises.items():
        print(f"{'holds ' if holds else 'BROKEN'} {name}: {promise}")
    return int(not all(promises.values()))


if __name__ == "__main__":
    sys.exit(main())
