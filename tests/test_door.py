"""The public door, `import chainrule`: light to open, and what it names is there."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import chainrule
import chainrule.core

DOORS = (chainrule, chainrule.core)


def loaded(code: str) -> set[str]:
    """Return the packages, beside Python's own, that a script loads in a fresh interpreter."""
    script = f"""
import json, sys
before = set(sys.modules)
{code}
loaded = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(json.dumps(sorted(loaded - sys.stdlib_module_names)))
"""
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout))


def test_importing_chainrule_loads_nothing_else():
    """Neither the web server nor NumPy: that is why it is quick."""
    assert loaded("import chainrule") == {"chainrule"}


def test_the_engine_loads_numpy_and_no_server():
    assert loaded("from chainrule import *") == {"chainrule", "numpy"}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_door_names_what_it_has(door):
    """What type checkers read, what is imported when first read, and `__all__` are the same names."""
    source = ast.parse(Path(door.__file__).read_text())
    (branch,) = (node for node in source.body if isinstance(node, ast.If))
    for_types = {
        alias.name: statement.module
        for statement in branch.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert {*for_types, "__version__"} == {*door.__all__, "__version__"}
    for name, module in for_types.items():
        assert getattr(door, name) is getattr(sys.modules[module], name)
    assert door.__all__ == sorted(door.__all__)
    with pytest.raises(AttributeError, match="no attribute 'tapes'"):
        door.tapes  # noqa: B018


def test_the_example_in_the_door_is_right():
    example = chainrule.__doc__.split("\n\n")[1]
    names = {"Tape": chainrule.Tape, "parse": chainrule.parse}
    first, *rest = (line.strip() for line in example.splitlines())
    exec(first, names)
    for line in rest:
        code, said = line.split("  # ")
        assert eval(code, names) == ast.literal_eval(said)
