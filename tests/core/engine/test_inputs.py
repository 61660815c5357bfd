"""The numbers a graph starts from."""

from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse


def test_a_name_assigned_twice_is_two_inputs() -> None:
    tape = Tape(parse("x = 1\ny = x * 2\nx = 3\nz = x + y"))
    assert tape.forward()[tape.graph.output] == 5.0
    assert tape.forward({"x": 10, "x_2": 0.5})[tape.graph.output] == 20.5
