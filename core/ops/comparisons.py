"""Comparisons: 1 where they hold, else 0. A step has no slope, so no gradient passes back."""

from chainrule.core.ops.kinks import step
from chainrule.core.ops.op import Mistake, Op, Partial
from chainrule.core.text import Text

_FLAT = Partial("0.0", "0", "0")

_SLOPE = Mistake(
    Text("계단에 기울기를 줌", "slope given to a step"),
    ("1.0", "-1.0"),
    Text(
        "비교의 결과는 0과 1 사이에서 뛰기만 하므로 미분은 0입니다.",
        "The result of a comparison only jumps between 0 and 1: its derivative is 0.",
    ),
)

_RULE = Text(
    "비교 노드의 값은 입력을 조금 바꾸어도 그대로이므로 기울기를 흘려보내지 않습니다.",
    "A comparison stays the same when its inputs change a little, so it passes back 0.",
)


def _comparison(name: str, infix: str, latex: str, title: Text, holds: Text) -> Op:
    return Op(
        name=name,
        symbol=latex if len(latex) == 1 else {"ge": "≥", "le": "≤", "ne": "≠"}[latex[1:]],
        infix=infix,
        value=f"1.0 * (a {infix} b)",
        partials=(_FLAT, _FLAT),
        latex=f"[$a {latex} $b]",
        operand_precedence=(1, 1),
        torch=f"(a {infix} b).double()",
        title=title,
        forward=holds,
        rule_text=_RULE,
        mistakes={"slope_given": _SLOPE},
        kinks=step(infix),
        own_example=f"a = 0.7\nb = 1.6\nc = a {infix} b\ny = (c + 2) * a * b",
    )


COMPARISONS = (
    _comparison(
        "greater",
        ">",
        ">",
        Text("보다 큼", "greater"),
        Text(
            "첫째 입력이 둘째 입력보다 크면 1, 아니면 0입니다.", "1 where the first input is larger, else 0."
        ),
    ),
    _comparison(
        "greater_equal",
        ">=",
        r"\ge",
        Text("크거나 같음", "greater or equal"),
        Text(
            "첫째 입력이 둘째 입력보다 크거나 같으면 1, 아니면 0입니다.",
            "1 where the first input is larger or equal, else 0.",
        ),
    ),
    _comparison(
        "less",
        "<",
        "<",
        Text("보다 작음", "less"),
        Text(
            "첫째 입력이 둘째 입력보다 작으면 1, 아니면 0입니다.",
            "1 where the first input is smaller, else 0.",
        ),
    ),
    _comparison(
        "less_equal",
        "<=",
        r"\le",
        Text("작거나 같음", "less or equal"),
        Text(
            "첫째 입력이 둘째 입력보다 작거나 같으면 1, 아니면 0입니다.",
            "1 where the first input is smaller or equal, else 0.",
        ),
    ),
    _comparison(
        "equal",
        "==",
        "=",
        Text("같음", "equal"),
        Text("두 입력이 같으면 1, 아니면 0입니다.", "1 where both inputs are equal, else 0."),
    ),
    _comparison(
        "not_equal",
        "!=",
        r"\ne",
        Text("같지 않음", "not equal"),
        Text("두 입력이 다르면 1, 같으면 0입니다.", "1 where both inputs differ, else 0."),
    ),
)
"""In the order of their codes."""
