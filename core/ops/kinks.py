"""Kinks: where an op has no single slope, what it passes back there, and what else it could pass.

A kink is a fact of the op's entry (``Op.kinks``). What is passed stands in the entry's own local derivative and is
never written twice: whoever wants the number asks the rule.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from chainrule.core.text import Text

Kind = Literal["corner", "step", "edge", "removable"]
"""Two slopes; a jump of the value; the edge of the domain; or a place where only the formula fails."""

INFINITE = "1e999"
"""An infinite slope as code."""


class Slopes(NamedTuple):
    """The slopes of one operand from the left and from the right, as code over a, b, y; "" where there is none."""

    left: str
    right: str


class Choice(NamedTuple):
    """Another convention: its name for people, and what each operand is passed at the kink.

    Of an elementwise op as code over a, b, y. Of a tensor op as whole vjps, with the source of its layer class in the
    book's style, and its value in PyTorch from the operand's name, the result's and the op's parameters.
    """

    title: Text
    passed: tuple[str, ...] = ()
    vjps: tuple[Callable[..., Any], ...] = ()
    layer: str = ""
    torch: Callable[[str, str, dict[str, Any]], str] | None = None


class AtKinkTemplate(NamedTuple):
    """A template over $a, $b, $y (and $g of a tensor op), and whether numbers may be put into it."""

    latex: str
    takes_numbers: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Kink:
    """One kink of one op."""

    kind: Kind
    latex: str
    """Where it is, with $a, $b, $y for the operands and the result."""
    text: str
    """The same as plain text."""
    title: Text
    """What such a place is called: "a tie"."""
    why: Text
    """What is passed back there, and the reason."""
    at: str = ""
    """Elementwise: where it is, as code over a, b, y."""
    slopes: tuple[Slopes | None, ...] = ()
    """Elementwise: the slopes of each operand; None for one that is smooth there."""
    places: Callable[..., tuple[Any, Any, Any]] | None = None
    """Of a tensor op, ``places(a, b, y, **parameters)``: where in the operand, and both slopes, in its shape."""
    written: Callable[..., AtKinkTemplate | None] | None = None
    """Of a tensor op, ``written(template, a, at, *chosen, **parameters)``: its vjp here; None if ``template`` is."""
    default: tuple[str, Text] | None = None
    """The name and title of what the entry passes of its own; None if there is nothing to choose."""
    choices: Mapping[str, Choice] = field(default_factory=dict)
    """The other conventions, by name."""
    bracket: str = ""
    """The place as a formula writes it, where that is shorter; empty: as ``latex``."""
    narrow: str = ""
    """The place told apart from others where ``bracket`` holds too; empty if there are none."""
    value: str = ""
    """Elementwise: what the op's value counts as here, in LaTeX, where its written formula has none."""
    measured_as: str | None = None
    """Another row of the table of engines than the kink's own name."""
    formula: tuple[str, ...] = ()
    """Elementwise: what the written local derivative of each operand gives here, as code; "" where it has no value.

    Empty where what is passed is what floating point makes of the formula.
    """


_TIE = Text("동점", "a tie")
_HALF = Text("반씩", "half each")
_FIRST, _SECOND = Text("첫째가 모두", "all to the first"), Text("둘째가 모두", "all to the second")
_EACH = Text("각각 모두", "all to each")


def tie(*, larger: bool) -> dict[str, Kink]:
    """The tie of two operands of which the larger, or the smaller, is passed on."""
    slopes = Slopes("0.0", "1.0") if larger else Slopes("1.0", "0.0")
    return {
        "tie": Kink(
            kind="corner",
            at="a == b",
            latex="$a = $b",
            text="$a = $b",
            title=_TIE,
            slopes=(slopes, slopes),
            why=Text(
                "두 입력이 같으면 어느 쪽이 뽑혔다고 할 수 없습니다. PyTorch처럼 반씩 나누면 두 몫의 합이 상류의 "
                "기울기와 같습니다.",
                "Neither input is the chosen one. Each gets half, as in PyTorch, so that together they get the whole "
                "upstream gradient.",
            ),
            default=("half", _HALF),
            formula=("0.0", "0.0"),
            choices={
                "first": Choice(_FIRST, ("1.0", "0.0")),
                "second": Choice(_SECOND, ("0.0", "1.0")),
                "each": Choice(_EACH, ("1.0", "1.0")),
            },
        )
    }


def bound(*, lower: bool) -> dict[str, Kink]:
    """The place where an input meets its lower, or its upper, bound."""
    through = Slopes("0.0", "1.0") if lower else Slopes("1.0", "0.0")
    return {
        "bound": Kink(
            kind="corner",
            at="a == b",
            latex="$a = $b",
            text="$a = $b",
            title=Text("한계", "the bound"),
            slopes=(through, through),
            why=Text(
                "한계에 걸린 입력은 잘리지 않은 것으로 칩니다. PyTorch의 clamp처럼 기울기가 그대로 지나갑니다.",
                "An input at its bound counts as not cut, so the gradient passes, as in PyTorch's clamp.",
            ),
            default=("through", Text("지나감", "passed on")),
            formula=("1.0", "0.0"),
            choices={
                "half": Choice(Text("반", "half"), ("0.5", "0.5")),
                "blocked": Choice(Text("막힘", "blocked"), ("0.0", "1.0")),
            },
            measured_as="clip.bound",
        )
    }


def pole(*, at: str, where: str, operands: int = 1, measured_as: str | None = None) -> Kink:
    """A place where the value itself is infinite or NaN, so that there is no slope on either side."""
    return Kink(
        kind="edge",
        at=at,
        latex=where,
        text=where,
        title=Text("극점", "a pole"),
        slopes=(Slopes("", ""),) * operands,
        why=Text(
            "이 자리에서는 값이 유한한 수가 아니므로 기울기도 없습니다. 부동소수점 규칙대로 나온 것을 보냅니다.",
            "The value is no finite number here, so there is no slope. What floating point makes of the formula is "
            "passed.",
        ),
        measured_as=measured_as,
    )


def edge_of_logarithm(at: str, where: str) -> dict[str, Kink]:
    """The place where a logarithm begins, of value −∞."""
    return {
        "zero": Kink(
            kind="edge",
            at=at,
            latex=where,
            text=where,
            title=Text("정의역의 끝", "the edge of the domain"),
            slopes=(Slopes("", INFINITE),),
            why=Text(
                "로그는 여기서 −∞로 떨어집니다. 왼쪽에는 값이 없고, 오른쪽에서 온 기울기 ∞를 그대로 보냅니다.",
                "The logarithm falls to −∞ here, with nothing on the left. The slope from the right, ∞, is passed.",
            ),
        )
    }


def step(infix: str) -> dict[str, Kink]:
    """The place where a comparison of two numbers jumps between 0 and 1."""
    up, down, flat = INFINITE, f"-{INFINITE}", "0.0"
    of_a, of_b = {
        ">": ((flat, up), (down, flat)),
        ">=": ((up, flat), (flat, down)),
        "<": ((down, flat), (flat, up)),
        "<=": ((flat, down), (up, flat)),
        "==": ((up, down), (up, down)),
        "!=": ((down, up), (down, up)),
    }[infix]
    return {
        "tie": Kink(
            kind="step",
            at="a == b",
            latex="$a = $b",
            text="$a = $b",
            title=_TIE,
            slopes=(Slopes(*of_a), Slopes(*of_b)),
            why=Text(
                "비교의 값은 여기서 0과 1 사이를 뛰므로 기울기가 없습니다. 다른 자리에서처럼 0을 보냅니다.",
                "The comparison jumps between 0 and 1 here and has no slope. It passes 0, as everywhere else.",
            ),
        )
    }


def choices_of(op: str, kinks: Mapping[str, Kink]) -> dict[str, str]:
    """The full name of every choice at an op's kinks, such as ``maximum.tie.first``, with that of its kink."""
    found: dict[str, str] = {}
    for name, kink in kinks.items():
        own = [kink.default[0]] if kink.default else []
        found |= {f"{op}.{name}.{choice}": f"{op}.{name}" for choice in (*own, *kink.choices)}
    return found


def cases(passed: str, place: str, template: str) -> str:
    """Write both: what is passed at a place, and the usual formula elsewhere."""
    held = relations(place)
    elsewhere = r" \lor ".join(f"{part} {_OPPOSITE[sign]} {end}" for part, sign, end in held)
    there = ", ".join(" ".join(each) for each in held)
    return rf"\begin{{cases}} {passed} & {there} \\ {template} & {elsewhere} \end{{cases}}"


_OPPOSITE = {"=": r"\ne", r"\ge": "<"}


def relations(place: str) -> list[tuple[str, str, str]]:
    """Take a place apart, ``a = b = 0`` or ``a = 0, b \\ge 0``, into what holds there together."""
    found: list[tuple[str, str, str]] = []
    for each in place.split(", "):
        *parts, end = each.split(" = ")
        found += [(part, "=", end) for part in parts]
        if not parts:
            part, sign, end = each.split(" ")
            found.append((part, sign, end))
    return found
