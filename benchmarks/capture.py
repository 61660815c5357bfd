"""Captures of PyTorch models beside TorchLens and torchvista, in time and memory, as multiples of a plain run.

Run as `python -m benchmarks.capture`; the extra `benchmark` has the peers. Ends with 1 if a promise is broken.

Each tool runs each model in a process of its own, on one thread: TorchLens leaves PyTorch's functions wrapped. A time
is processor time, the median of the turns. Plain is one pass forward and backward. Ours is `record`, which has the
value and the gradient of every node and the contribution of every edge; its second row summarizes them all too.
TorchLens has values and node gradients, its backward capture on; torchvista has the forward pass. Memory is what the
process has at its peak beyond what it had when the model was there.
"""

import argparse
import contextlib
import datetime
import gc
import io
import json
import os
import platform
import statistics
import subprocess
import sys
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
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(*options.one)))
        return 0
    measured: dict[tuple[str, str], dict[str, float] | None] = {}
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    for name in options.models:
        for tool in TOOLS:
            command = [sys.executable, "-m", "benchmarks.capture", "--one", tool, name]
            done = subprocess.run(command, capture_output=True, text=True, env=environment)
            lines = done.stdout.strip().splitlines()
            measured[tool, name] = json.loads(lines[-1]) if done.returncode == 0 and lines else None
    return report(measured, options.models)


def report(measured: dict[tuple[str, str], dict[str, float] | None], models: list[str]) -> int:
    """Print times and memory, and what of the promises holds; return 1 if one is broken."""
    import torch

    print(
        f"{datetime.date.today()}, {platform.processor() or platform.machine()}, torch {torch.__version__}\n"
    )
    print("| | " + " | ".join(f"{name}, ms | × plain | MB" for name in models) + " |")
    print("| --- |" + " ---: |" * (3 * len(models)))
    for tool in TOOLS:
        cells = []
        for name in models:
            found, plain = measured[tool, name], measured["plain", name]
            if found is None or plain is None:
                cells += ["fails", "", ""]
            else:
                cells += [
                    f"{found['seconds'] * 1000:,.2f}",
                    f"{found['seconds'] / plain['seconds']:.1f}",
                    f"{found['bytes'] / 1e6:,.1f}",
                ]
        print(f"| {tool} | " + " | ".join(cells) + " |")
    print()
    broken = 0
    for name in models:
        ours, plain, lens = (measured[tool, name] for tool in ("ours", "plain", "torchlens"))
        if ours is None or plain is None:
            print(f"BROKEN {name}: it fails")
            broken = 1
            continue
        promises = {
            f"× plain at most {TIMES_AT_MOST[name]}": ours["seconds"] / plain["seconds"]
            <= TIMES_AT_MOST[name]
        }
        if name == "tiny gpt2" and lens is not None:
            promises["at most 1/5 of TorchLens"] = ours["seconds"] <= OF_TORCHLENS_AT_MOST * lens["seconds"]
        if name == "gpt2":
            promises[f"memory at most {MEMORY_AT_MOST} × plain"] = (
                ours["bytes"] <= MEMORY_AT_MOST * plain["bytes"]
            )
        for promise, holds in promises.items():
            print(f"{'holds ' if holds else 'BROKEN'} {name}: {promise}")
            broken |= not holds
    return broken


if __name__ == "__main__":
    sys.exit(main())
