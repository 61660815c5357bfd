"""The arguments of a call: evaluated, matched to what the function takes, and read as what they must be."""

import ast
import re
from collections.abc import Generator, Sequence
from functools import cache
from typing import Any, NamedTuple

from chainrule.core.errors import ProgramError, Remedy, nearest
from chainrule.core.language.builder import MOST_AXES, Builder, Scope, word_at
from chainrule.core.language.folding import plain
from chainrule.core.language.iteration import all_steps
from chainrule.core.language.values import Items, Table, Value, Written
from chainrule.core.ops.op import Shape
from chainrule.core.text import Text

MOST_ARGUMENTS = 1_000
LARGEST_SIZE = 1_000_000_000
"""Of one axis; limits of elements are lower."""


class Given(NamedTuple):
    """One argument: what it is, and where it stands."""

    value: Value
    at: ast.AST


class Arguments(NamedTuple):
    """The arguments of one call, by place and by name."""

    places: list[Given]
    names: dict[str, Given]


def evaluated(
    build: Builder, call: ast.Call, scope: Scope, folding: bool = True
) -> Generator[tuple[ast.AST, Scope], Value, Arguments]:
    """The values of a call's arguments; with ``folding`` numbers stay numbers."""
    outside, build.folding = build.folding, folding
    places: list[Given] = []
    names: dict[str, Given] = {}
    for each in call.args:
        if isinstance(each, ast.Starred):
            value = yield each.value, scope
            if not isinstance(value, Items | Written) and type(value) is not int:
                raise _no_unpacking(build, each)
            places += [Given(element, each) for element in all_steps(build, value, each)]
        else:
            places.append(Given((yield each, scope), each))
        if len(places) > MOST_ARGUMENTS:
            raise build.error(
                call,
                f"인수는 {MOST_ARGUMENTS:,}개까지 적을 수 있습니다.",
                f"At most {MOST_ARGUMENTS:,} arguments are allowed.",
            )
    for keyword in call.keywords:
        value = yield keyword.value, scope
        if keyword.arg is not None:
            names[keyword.arg] = Given(value, keyword.value)
        elif isinstance(value, Table) and all(isinstance(key, str) for key in value.entries):
            names |= {key: Given(entry, keyword.value) for key, entry in value.entries.items()}
        else:
            raise _no_unpacking(build, keyword.value)
    build.folding = outside
    return Arguments(places, names)


def _no_unpacking(build: Builder, at: ast.AST) -> ProgramError:
    return build.error(
        at,
        "`*`로 펼칠 수 있는 것은 목록뿐입니다.",
        "Only a list can be spread out with `*`.",
        hint=Text("인수를 하나씩 적으세요.", "write the arguments one by one"),
    )


class _Form(NamedTuple):
    names: list[str]
    needed: list[str]
    by_place: int
    """How many may be given without their name."""


@cache
def _read(form: str) -> _Form:
    """The parameters of a form such as ``sum(x, axis=, *, keepdims=)``."""
    parts = [part for part in re.split(r",\s*", form[form.index("(") + 1 : form.rindex(")")]) if part]
    by_place = parts.index("*") if "*" in parts else len(parts)
    parts = [part for part in parts if part != "*"]
    return _Form([part.rstrip("=") for part in parts], [part for part in parts if "=" not in part], by_place)


def matched(build: Builder, node: ast.AST, form: str, arguments: Arguments) -> dict[str, Given]:
    """The arguments by the names in ``form``; one that is too much, unknown or missing is refused."""
    names, needed, by_place = _read(form)
    found = dict(zip(names[:by_place], arguments.places, strict=False))
    surplus = arguments.places[by_place:]
    wrong = [name for name in arguments.names if name not in names or name in found]
    missing = [name for name in needed if name not in found and name not in arguments.names]
    if surplus or wrong or missing:
        raise misfit(build, node, form, surplus[0].at if surplus else None, wrong, missing, names)
    return found | arguments.names


def misfit(
    build: Builder,
    node: ast.AST,
    form: str,
    surplus: ast.AST | None = None,
    wrong: Sequence[str] = (),
    missing: Sequence[str] = (),
    names: Sequence[str] = (),
) -> ProgramError:
    """The error of arguments that do not fit a form, which says how the function is called."""
    name = form[: form.index("(")]
    if surplus is not None:
        ko, en = f"`{name}`의 인수가 너무 많습니다.", f"`{name}` has an argument too many."
    elif wrong:
        ko = f"`{name}`에는 `{wrong[0][:40]}`(이)라는 인수가 없습니다."
        en = f"`{name}` has no argument `{wrong[0][:40]}`."
    elif missing:
        ko = f"`{name}`에 인수 `{missing[0]}`이(가) 없습니다."
        en = f"`{name}` is missing its argument `{missing[0]}`."
    else:
        ko, en = f"`{name}`을(를) 이렇게 부를 수 없습니다.", f"`{name}` cannot be called like this."
    meant = _meant(wrong[0], names) if wrong and surplus is None else None
    return build.error(
        surplus or (_keyword(node, wrong[0]) if wrong else node),
        ko,
        en,
        name=name,
        hint=_hint(meant) if meant else None,
        remedy=Remedy("replace", meant) if meant else None,
        allowed=Text(f"`{form}`", f"`{form}`"),
    )


def _keyword(node: ast.AST, name: str) -> ast.AST:
    """Where the name of an argument stands in a call; the call itself if nowhere."""
    found = next((each for each in getattr(node, "keywords", ()) if each.arg == name), None)
    return node if found is None else word_at(found.lineno, found.col_offset, name)


_ELSEWHERE = {"dim": "axis", "dims": "axis", "keepdim": "keepdims", "repeats": "times", "reps": "times"}
"""PyTorch's names of arguments, and NumPy's where ours differ."""


def _meant(name: str, known: Sequence[str]) -> str | None:
    meant = _ELSEWHERE.get(name)
    return meant if meant in known else nearest(name, known)


def _hint(meant: str) -> Text:
    return Text(f"혹시 `{meant}`인가요?", f"did you mean `{meant}`?")


def no_names(build: Builder, node: ast.AST, arguments: Arguments, known: Sequence[str] = ()) -> ProgramError:
    """The error of an argument with a name where there are none."""
    name = next(iter(arguments.names))
    meant = _meant(name, known)
    return build.error(
        _keyword(node, name),
        "인수는 차례대로, 이름 없이 적어야 합니다.",
        "Arguments are given in order and without names.",
        name=name[:40],
        hint=_hint(meant) if meant else None,
        remedy=Remedy("replace", meant) if meant else None,
    )


# What an argument must be


def _wrong(build: Builder, given: Given, ko: str, en: str, example: str) -> ProgramError:
    return build.error(given.at, ko, en, allowed=Text(example, example))


def whole(build: Builder, given: Given, what: str, least: int = 0) -> int:
    """A whole number of at least ``least``."""
    value = plain(build, given.value, given.at)
    if type(value) is not int or not least <= value <= LARGEST_SIZE:
        raise _wrong(
            build,
            given,
            f"`{what}`은(는) {least} 이상의 정수여야 합니다.",
            f"`{what}` must be a whole number, {least} or more.",
            f"`{max(least, 2)}`",
        )
    return value


def truth(build: Builder, given: Given | None, what: str) -> bool:
    """True or False; False where it is not given."""
    if given is None:
        return False
    value = plain(build, given.value, given.at)
    if value is not True and value is not False:
        raise _wrong(
            build,
            given,
            f"`{what}`은(는) `True`나 `False`여야 합니다.",
            f"`{what}` must be `True` or `False`.",
            "`True`, `False`",
        )
    return value


def real(build: Builder, given: Given | None, what: str, default: float) -> float:
    """A number; ``default`` where it is not given."""
    if given is None:
        return default
    value = plain(build, given.value, given.at)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(
            build, given, f"`{what}`은(는) 수여야 합니다.", f"`{what}` must be a number.", "`2`, `0.5`"
        )
    return float(value)


def axis(build: Builder, given: Given | None, what: str = "axis") -> int | tuple[int, ...] | None:
    """An axis, several of them, or None for all."""
    if given is None:
        return None
    value: Any = plain(build, given.value, given.at)
    several = value if isinstance(value, tuple) else (value,)
    if value is not None and not all(type(each) is int and abs(each) <= LARGEST_SIZE for each in several):
        raise _wrong(
            build,
            given,
            f"`{what}`에는 축의 번호를 정수로 적어야 합니다.",
            f"`{what}` must be the number of an axis, or a tuple of them.",
            "`axis=0`, `axis=-1`, `axis=(0, 1)`",
        )
    if isinstance(value, tuple) and len(set(value)) < len(value):
        raise _wrong(
            build, given, "같은 축을 두 번 적었습니다.", "An axis stands there twice.", "`axis=(0, 1)`"
        )
    found: int | tuple[int, ...] | None = value
    return found


def one_axis(build: Builder, given: Given | None, rank: int, default: int = 0) -> int:
    """The number of one axis of a tensor, counted from the front."""
    place = default if given is None else axis(build, given)
    if given is not None and (not isinstance(place, int) or not -rank <= place < rank):
        raise _wrong(
            build,
            given,
            f"축의 번호는 {-rank}부터 {rank - 1}까지입니다.",
            f"The number of an axis goes from {-rank} to {rank - 1}.",
            "`axis=0`, `axis=-1`",
        )
    assert isinstance(place, int)
    return place % rank


def sizes(build: Builder, given: Sequence[Given], name: str, open_end: bool = False, least: int = 0) -> Shape:
    """A shape, as one tuple or as numbers in a row; with ``open_end`` a -1 stands for what is left over."""
    values = [plain(build, each.value, each.at) for each in given]
    if len(values) == 1 and isinstance(values[0], tuple):
        values = list(values[0])
    if len(values) > MOST_AXES:
        raise build.too_many_axes(given[-1].at, len(values))
    least = -1 if open_end else least
    for place, size in enumerate(values):
        if type(size) is not int or not least <= size <= LARGEST_SIZE:
            raise _wrong(
                build,
                given[min(place, len(given) - 1)],
                f"`{name}`의 모양은 0 이상의 정수로 적어야 합니다.",
                f"The shape of `{name}` must be whole numbers, 0 or more.",
                f"`{name}(x, (2, -1))`" if open_end else f"`{name}((2, 3))`",
            )
    return tuple(values)
