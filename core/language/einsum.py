"""``np.einsum``: letters for axes, worked out two operands at a time with products, sums and transposes."""

import ast
import re
from collections.abc import Iterable

from chainrule.core.errors import ProgramError
from chainrule.core.language.arguments import Arguments
from chainrule.core.language.builder import Builder
from chainrule.core.language.python_functions import node_of
from chainrule.core.language.values import Builtin, Known, Value
from chainrule.core.text import Text

_FORM = re.compile(r"([A-Za-z]*(?:,[A-Za-z]*)*)(?:->([A-Za-z]*))?")


def einsum(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.einsum("ij,jk->ik", a, b)``; each letter stands for one axis of an operand, and none twice in one."""
    arguments.names.pop("optimize", None)
    given = arguments.places[1:]
    first = arguments.places[0].value if arguments.places else None
    held = first.value if isinstance(first, Known) else None
    found = _FORM.fullmatch(held.replace(" ", "")) if isinstance(held, str) else None
    if found is None or arguments.names:
        raise _refused(build, node)
    letters = found[1].split(",")
    nodes = [node_of(build, each) for each in given]
    sizes: dict[str, int] = {}
    fits = len(letters) == len(nodes)
    for own, index in zip(letters, nodes, strict=False):
        shape = build.shape(index)
        fits = fits and len(set(own)) == len(own) == len(shape)
        fits = fits and all(sizes.setdefault(letter, n) == n for letter, n in zip(own, shape, strict=False))
    every = "".join(letters)
    wanted = (
        found[2] if found[2] is not None else "".join(sorted(one for one in every if every.count(one) == 1))
    )
    if not fits or len(set(wanted)) != len(wanted) or not set(wanted) <= set(every):
        raise _refused(build, node)
    result, own = nodes[0], letters[0]
    for place, (other, theirs) in enumerate(zip(nodes[1:], letters[1:], strict=True), 2):
        kept = {*wanted, *"".join(letters[place:])}
        result, own = _summed(build, node, result, own, kept | {*theirs})
        other, theirs = _summed(build, node, other, theirs, kept | {*own})
        result, own = _product(build, node, (result, own), (other, theirs), kept)
    result, own = _summed(build, node, result, own, {*wanted})
    return _ordered(build, node, result, own, wanted)


def _refused(build: Builder, node: ast.AST) -> ProgramError:
    return build.error(
        node,
        "`einsum`의 글자가 텐서의 축과 맞지 않습니다.",
        "The letters of `einsum` do not fit the axes of the tensors.",
        name="einsum",
        hint=Text(
            "축마다 글자 하나를 적습니다. 한 텐서에 같은 글자를 두 번 적을 수 없고, `...`은 쓸 수 없습니다.",
            "write one letter an axis; no letter twice in one tensor, and no `...`",
        ),
        allowed=Text('`np.einsum("ij,jk->ik", a, b)`', '`np.einsum("ij,jk->ik", a, b)`'),
    )


def _summed(build: Builder, node: ast.AST, index: int, own: str, kept: Iterable[str]) -> tuple[int, str]:
    """A tensor summed along the axes whose letters nobody keeps."""
    axes = tuple(place for place, letter in enumerate(own) if letter not in kept)
    if axes:
        index = build.apply_tensor(node, "sum", [index], [], {"axis": axes})
    return index, "".join(letter for letter in own if letter in kept)


def _ordered(build: Builder, node: ast.AST, index: int, own: str, wanted: str) -> int:
    """A tensor with its axes in another order."""
    if own == wanted:
        return index
    return build.apply_tensor(node, "transpose", [index], [], {"axes": tuple(map(own.index, wanted))})


def _product(
    build: Builder, node: ast.AST, first: tuple[int, str], second: tuple[int, str], kept: set[str]
) -> tuple[int, str]:
    """The product of two tensors, summed along the axes that both have and nobody keeps: ``@`` where it is one."""
    (a, left), (b, right) = first, second
    summed = [letter for letter in left if letter in right and letter not in kept]
    each = "".join(letter for letter in left if letter in right and letter in kept)
    rows = "".join(letter for letter in left if letter not in right)
    columns = "".join(letter for letter in right if letter not in left)
    alike = len(rows) == len(columns) == 1 if each else max(len(rows), len(columns)) <= 1
    if len(summed) == 1 and alike:
        a = _ordered(build, node, a, left, each + rows + summed[0])
        b = _ordered(build, node, b, right, each + summed[0] + columns)
        return build.apply(node, "matmul", a, b), each + rows + columns
    every = left + columns
    a = _spread(build, node, a, left, every)
    b = _ordered(build, node, b, right, "".join(letter for letter in every if letter in right))
    b = _spread(build, node, b, right, every)
    return _summed(build, node, build.apply(node, "mul", a, b), every, kept)


def _spread(build: Builder, node: ast.AST, index: int, own: str, every: str) -> int:
    """A tensor with an axis of 1 for each letter that it lacks, its own in their order among all."""
    if len(own) == len(every) or not own:
        return index
    left = iter(build.shape(index))
    shape = tuple(next(left) if letter in own else 1 for letter in every)
    return build.apply_tensor(node, "reshape", [index], [shape])
