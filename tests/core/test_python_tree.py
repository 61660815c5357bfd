"""Python's parser is never asked by two threads at once."""

import ast
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from chainrule.core.foreign import translate
from chainrule.core.language.program import parse


def test_two_threads_parse_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    parsing, inside, most = ast.parse, 0, 0
    begun = threading.Event()

    def slow(*given: object, **more: object) -> ast.AST:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        begun.wait(0.05)  # another thread would come in meanwhile
        inside -= 1
        return parsing(*given, **more)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(ast, "parse", slow)
    with ThreadPoolExecutor(3) as pool:
        made = [pool.submit(parse, "x = 1\ny = x * 2") for _ in range(2)]
        told = pool.submit(translate, "import torch\nx = torch.tensor(2.0)\ny = torch.exp(x)")
        assert [len(each.result()) for each in made] == [3, 3]
        assert told.result() is not None
    assert most == 1
