"""Python's parser, for one thread at a time.

In CPython 3.11 all threads share one count of how deep the tree being built is: two of them at once may
end in ``SystemError: AST constructor recursion depth mismatch`` for a program that is right.
"""

import ast
import threading

_PARSER = threading.Lock()


def python_tree(source: str) -> ast.Module:
    """Parse Python. Raises SyntaxError, RecursionError, MemoryError and ValueError as ``ast.parse`` does."""
    with _PARSER:
        return ast.parse(source)
