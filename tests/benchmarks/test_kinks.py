"""The table of engines at kinks: the rows of PyTorch and autograd are what these give here and now."""

import importlib
import json

import pytest

from benchmarks.kinks.__main__ import ENGINES, TABLE, table
from benchmarks.kinks.measure import main as measure
from benchmarks.kinks.situations import SITUATIONS

HELD = json.loads(TABLE.read_text())


@pytest.mark.parametrize(("engine", "rows"), [("pytorch", 26), ("autograd", 18)])
def test_rows_are_the_real_output(engine, rows, capsys, monkeypatch):
    monkeypatch.setattr("sys.path", [str(TABLE.parents[2] / "benchmarks" / "kinks"), *importlib.sys.path])
    measure(engine)
    answer = json.loads(capsys.readouterr().out)
    version = next(each["version"] for each in HELD["engines"] if each["id"] == engine)
    assert answer["version"] == version
    assert len(answer["gradients"]) >= rows
    for kink, value in answer["gradients"].items():
        assert HELD["kinks"][kink]["gradients"][engine] == value, kink


def test_the_table_has_every_situation_and_every_engine():
    assert list(HELD["kinks"]) == [situation.kink for situation in SITUATIONS]
    assert [engine["id"] for engine in HELD["engines"]] == list(ENGINES)
    for row in HELD["kinks"].values():
        assert row["gradients"]


def test_a_measurement_is_written_in_the_form_that_is_read():
    answers = {engine: {"version": "1.0", "gradients": {"abs.zero": [0]}} for engine in ENGINES}
    made = table(answers, "2026-11-28")
    assert made["kinks"]["abs.zero"]["gradients"] == {engine: [0] for engine in ENGINES}
    assert made["kinks"]["relu.zero"]["gradients"] == {}
