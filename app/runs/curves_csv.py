"""A run's curves as CSV: one row for each step where something was measured or changed."""

import csv
import io
from collections.abc import Mapping
from typing import Any

MEDIA_TYPE = "text/csv"


def curves_csv(history: Mapping[str, Any]) -> str:
    """Write the fields of `HistoryAnswer` as a table; cells are empty where nothing was measured.

    Columns: step, loss, accuracy, gradient norm of each layer, share of dead units of each hidden layer, test
    accuracy, and changed options as `name=value`.
    """
    rows: dict[int, dict[str, Any]] = {}
    columns = ["step", "loss", "accuracy"]
    for several, one in (("gradient_norms", "gradient_norm"), ("dead_units", "dead_units")):
        columns += [f"{one}_{k + 1}" for k in range(max(map(len, history[several]), default=0))]
    for at, step in enumerate(history["steps"]):
        row = rows.setdefault(step, {})
        row |= {"loss": history["loss"][at], "accuracy": history["accuracy"][at]}
        row |= {f"gradient_norm_{k + 1}": norm for k, norm in enumerate(history["gradient_norms"][at])}
        row |= {f"dead_units_{k + 1}": share for k, share in enumerate(history["dead_units"][at])}
    for step, accuracy in zip(history["test_steps"], history["test_accuracy"], strict=True):
        rows.setdefault(step, {})["test_accuracy"] = accuracy
    for mark in history["marks"]:
        row = rows.setdefault(mark["step"], {})
        change = mark["name"] if mark["value"] is None else f"{mark['name']}={mark['value']}"
        row["changed"] = f"{row['changed']}; {change}" if "changed" in row else change
    file = io.StringIO()
    table = csv.DictWriter(file, [*columns, "test_accuracy", "changed"], lineterminator="\r\n")
    table.writeheader()
    for step in sorted(rows):
        table.writerow({"step": step, **rows[step]})
    return file.getvalue()
