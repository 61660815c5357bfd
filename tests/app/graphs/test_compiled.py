"""Compiled programs are cached: they are not parsed again, and large ones take more of the room."""

import threading

import pytest

from chainrule.app.graphs.compiled import Compiled
from chainrule.app.graphs.kept import ELEMENTS_A_PLACE, NODES_A_PLACE, KeptPrograms
from chainrule.core.errors import ProgramError
from chainrule.core.language.program import Limits, parse


def programs(places: int = 3) -> KeptPrograms:
    return KeptPrograms(Limits(), places)


def test_a_program_is_read_once_whatever_its_inputs():
    kept = programs()
    assert kept.kept("x = 1", ()) is None
    first = kept.read("x = 1", {"x": 2})
    assert isinstance(first, Compiled)
    assert kept.kept("x = 1", {"x": 3}) is first
    assert kept.kept("x = 1", {}) is first


def test_a_program_with_a_free_name_is_kept_for_the_names_given():
    kept = programs()
    assert isinstance(kept.read("y = x", ()), ProgramError)
    given = kept.read("y = x", {"x": 1})
    assert isinstance(given, Compiled)
    assert kept.kept("y = x", {"x": 9}) is given
    assert isinstance(kept.kept("y = x", {}), ProgramError)
    assert kept.kept("y = x", {"z": 1}) is None


def test_a_program_with_a_free_tensor_is_kept_for_its_shape():
    kept = programs(9)
    matrix = kept.read("y = x * 2", {"x": [[1.0, 2.0]]})
    assert isinstance(matrix, Compiled)
    assert matrix.graph.nodes[-1].shape == (1, 2)
    assert kept.kept("y = x * 2", {"x": [[3.0, 4.0]]}) is matrix
    assert kept.kept("y = x * 2", {"x": [3.0, 4.0]}) is None
    assert kept.kept("y = x * 2", {"x": 1.0}) is None


def test_a_program_with_large_tensors_takes_the_room_of_many():
    kept = programs(4)
    kept.read("x = 1", ())
    kept.read(f"x = zeros({4 * ELEMENTS_A_PLACE})", ())
    assert kept.kept("x = 1", ()) is None


def test_two_programs_that_differ_in_shape_differ_in_structure():
    first, second, third = (
        Compiled(parse(f"x = {x}\ny = sum(x)")).structure for x in ("[1, 2]", "[3, 4]", "[1, 2, 3]")
    )
    assert first == second
    assert first != third


def test_what_tensors_cost_grows_with_their_elements_and_products():
    costs = [Compiled(parse(f"x = zeros({n}, {n})\ny = x @ x")).cost for n in (2, 100, 1000)]
    assert costs == sorted(costs)
    assert costs[-1] > 100_000
    numbers = Compiled(parse("x = 1\ny = x * 2"))
    assert numbers.cost == len(numbers.graph)


def test_the_error_of_a_program_given_names_is_that_of_the_names():
    error = programs().read("y = x + z", {"x": 1})
    assert isinstance(error, ProgramError)
    assert error.name == "z"


def test_an_error_is_kept_with_its_partial_graph_and_without_the_parser():
    kept = programs()
    error = kept.read("a = 1\nb = c", ())
    assert isinstance(error, ProgramError)
    assert kept.kept("a = 1\nb = c", ()) is error
    assert error.partial is not None
    assert error.__traceback__ is None


def test_the_least_recently_asked_for_is_dropped():
    kept = programs(2)
    for source in ("x = 1", "x = 2"):
        kept.read(source, ())
    kept.kept("x = 1", ())
    kept.read("x = 3", ())
    assert kept.kept("x = 2", ()) is None
    assert kept.kept("x = 1", ()) is not None


def test_a_large_program_takes_the_room_of_many():
    kept = programs(4)
    for count in range(3):
        kept.read(f"x = {count}", ())
    kept.read("x = 1\n" + f"for i in range({NODES_A_PLACE}):\n    x = x * x\n", ())
    assert kept.kept("x = 0", ()) is None
    assert kept.kept("x = 2", ()) is not None


def test_threads_evaluate_one_graph_side_by_side():
    compiled = Compiled(parse("x = 1\nfor i in range(200):\n    x = x + 1\n"))
    wrong: list[float] = []

    def evaluate(start: float) -> None:
        for _ in range(30):
            found = compiled.evaluate({"x": start})
            if found.values[compiled.graph.output] != start + 200 or found.gradients.nodes[0] != 1:
                wrong.append(start)

    threads = [threading.Thread(target=evaluate, args=(float(count),)) for count in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("part", ["x", "y", "f_1", "@output"])
def test_every_part_with_a_gradient_can_be_checked(part):
    compiled = Compiled(parse("x = 2\ndef f(a):\n    return a * a\ny = f(x) * 3"))
    evaluation = compiled.evaluate({})
    check = compiled.check_part(part, evaluation)
    assert check is not None
    assert check.ok
    assert compiled.check_part("const_1", evaluation) is None
    assert compiled.check_part("nothing", evaluation) is None
