"""The commands that need no server: ``chainrule show``, ``eval``, ``export``, ``train``, ``doctor``."""

import argparse
import csv
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainrule.core.errors import ChainruleError
from chainrule.core.export.origin import number_or_list

if TYPE_CHECKING:
    from rich.console import Console

    from chainrule.app.view.program import ProgramView
    from chainrule.app.view.view import View

Command = Callable[[argparse.Namespace], int]


class Refusal(Exception):
    """What a command cannot do; its text says why."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands to the parser of the command line."""
    show = commands.add_parser("show", help="open a program on the page, in a browser")
    _file(show)
    show.add_argument("--port", type=int, default=0, help="port to listen on; without it any free one")
    show.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
    show.set_defaults(run=_show)

    evaluate = commands.add_parser("eval", help="print every value and gradient as a table")
    _file(evaluate)
    evaluate.add_argument("--json", action="store_true", help="print JSON instead")
    evaluate.set_defaults(run=_eval)

    export = commands.add_parser("export", help="write the graph as SVG, PNG, JSON, DOT, Mermaid or PyTorch")
    _file(export)
    export.add_argument("output_file", metavar="OUT", help="file to write; its ending names the format")
    export.set_defaults(run=_export)

    diff = commands.add_parser("diff", help="print what differs between two captures of one model")
    diff.add_argument("first", metavar="FIRST", help="a captured model as JSON")
    diff.add_argument("second", metavar="SECOND", help="another capture of it")
    diff.add_argument("--out", metavar="FILE", help="draw what differs: .html, .svg, .png, or .json")
    diff.add_argument("--most", type=int, default=20, help="rows of the table")
    diff.set_defaults(run=_diff)

    train = commands.add_parser("train", help="train a net on MNIST, or on IDX files")
    train.add_argument("--hidden", default="50", help="units of each hidden layer, as 100,50")
    train.add_argument("--activation", default="relu", choices=("relu", "sigmoid", "tanh"))
    train.add_argument("--optimizer", default="sgd", help="sgd, momentum, adagrad or adam")
    train.add_argument("--learning-rate", type=float, default=0.1)
    train.add_argument("--batch-size", type=int, default=100)
    train.add_argument("--init", default="he", help="he, xavier, or a standard deviation")
    train.add_argument("--seed", type=int, default=0)
    train.add_argument("--epochs", type=float, default=1.0, help="passes over the training images")
    train.add_argument("--data", metavar="FOLDER", help="folder with the four IDX files; without it MNIST")
    train.add_argument("--out", metavar="NPZ", help="file for the trained parameters")
    train.add_argument("--history", metavar="CSV", help="file for the loss of every step")
    train.set_defaults(run=_train)

    doctor = commands.add_parser("doctor", help="tell what works on this machine")
    doctor.set_defaults(run=_doctor)


def run(options: argparse.Namespace) -> int:
    """Run a command; return 0, or 1 after a message on standard error."""
    command: Command = options.run
    try:
        return command(options)
    except (Refusal, ValueError) as error:
        print(f"chainrule: {error}", file=sys.stderr)
    except ChainruleError as error:
        line = getattr(error, "line", None)
        place = f"line {line}: " if line else ""
        print(f"chainrule: {place}{error}", file=sys.stderr)
    except OSError as error:
        print(f"chainrule: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        help="a program, or a captured model as JSON; - reads a program from standard input",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another value for an input: x=3, or X=[[1,2],[3,4]]; may be repeated",
    )
    parser.add_argument("--output", help="value to differentiate, by default the last one")
    parser.add_argument("--upstream", default="1", help="gradient that arrives at the output")


def view_of(options: argparse.Namespace) -> "View":
    """Read the file that a command names. Raises Refusal, ChainruleError, OSError."""
    if options.file.endswith(".json"):
        from chainrule.app.view.captured import CaptureView

        return CaptureView.read(options.file)
    return _program(options)


def _program(options: argparse.Namespace) -> "ProgramView":
    from chainrule.app.view.door import graph

    name = options.file
    if name.endswith((".pt2", ".onnx", ".pt", ".pth")):
        raise Refusal(
            f"{name}: files of models have no gradients, and are not read. Capture the model in Python:"
            " chainrule.capture(model, x).write('net.json')"
        )
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Refusal(f"{name} is no text") from None
    inputs: dict[str, Any] = {}
    for given in options.set:
        key, equals, value = given.partition("=")
        if not equals:
            raise Refusal(f"--set {given}: write NAME=VALUE")
        inputs[key.strip()] = _number(value, f"--set {given}")
    title = "" if name == "-" else Path(name).stem
    upstream = _number(options.upstream, "--upstream")
    return graph(text, inputs, output=options.output, upstream=upstream, title=title)


def _number(text: str, option: str) -> Any:
    try:
        return number_or_list(text.strip())
    except (ValueError, RecursionError):
        raise Refusal(f"{option}: not a number or a list of numbers") from None


def _show(options: argparse.Namespace) -> int:
    view_of(options).serve(options.port, browser=not options.no_browser, wait=True)
    return 0


def _eval(options: argparse.Namespace) -> int:
    view = view_of(options)
    if options.json:
        print(view.to_json(), end="")
        return 0
    from rich.table import Table
    from rich.text import Text

    table = Table(header_style="bold", title=Text(view.title))
    heads, rows = view.table()
    for head in heads:
        right = head in ("value", "gradient")
        table.add_column(head, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    _console().print(table)
    return 0


def _diff(options: argparse.Namespace) -> int:
    from rich.table import Table
    from rich.text import Text

    from chainrule.app.captures.changes import changes
    from chainrule.app.view.captured import CaptureView

    first, second = (CaptureView.read(name) for name in (options.first, options.second))
    if options.out:
        from chainrule.app.view.difference import DifferenceView

        print(DifferenceView(first, second).write(options.out))
        return 0
    table = Table(header_style="bold")
    for head in ("name", "value changed by", "gradient changed by"):
        table.add_column(head, justify="left" if head == "name" else "right", overflow="fold")
    for row in changes(first.capture, first.difference(second))[: options.most]:
        table.add_row(*map(Text, row))
    _console().print(table)
    return 0


def _export(options: argparse.Namespace) -> int:
    print(view_of(options).write(options.output_file))
    return 0


def _train(options: argparse.Namespace) -> int:
    import numpy as np
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from chainrule.core.training.datasets import from_folder, mnist
    from chainrule.core.training.options import Options
    from chainrule.core.training.trainer import Trainer

    hidden = tuple(int(units) for units in options.hidden.split(",") if units.strip())
    init = options.init if options.init in ("he", "xavier") else float(options.init)
    chosen = Options(
        hidden, options.activation, init, options.seed, options.optimizer, options.learning_rate, options.batch_size
    )  # fmt: skip
    trainer = Trainer(from_folder(Path(options.data)) if options.data else mnist(), chosen)
    total = max(1, round(options.epochs * len(trainer.dataset.train_labels) / options.batch_size))
    losses: list[float] = []
    columns = (
        TextColumn("step"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("loss {task.fields[loss]}"),
        TimeRemainingColumn(),
    )
    console = _console(error=True)
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("train", total=total, loss="–")
        for count in _portions(total, 50):
            losses += trainer.step(count).tolist()
            progress.update(task, advance=count, loss=f"{losses[-1]:.4f}")
    _console().print(f"test accuracy {100 * trainer.accuracy():.2f} %", highlight=False)
    if options.out:
        np.savez(Path(options.out), allow_pickle=False, **trainer.parameters)
    if options.history:
        with Path(options.history).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("step", "loss"))
            writer.writerows(enumerate(losses, start=1))
    return 0


def _portions(total: int, most: int) -> Iterator[int]:
    """Split a number of steps into portions of at most ``most``."""
    while total > 0:
        yield min(most, total)
        total -= most


def _doctor(options: argparse.Namespace) -> int:
    from chainrule.app.doctor import findings

    console, wrong = _console(), False
    for finding in findings():
        wrong |= finding.state == "wrong"
        sign = {"fine": "[green]✓[/]", "absent": "[yellow]–[/]", "wrong": "[red]✗[/]"}[finding.state]
        console.print(f"{sign} [bold]{finding.part}[/]  ", end="", highlight=False)
        console.print(finding.said, markup=False, highlight=False)
    return int(wrong)


def _console(*, error: bool = False) -> "Console":
    from rich.console import Console

    return Console(stderr=error)
