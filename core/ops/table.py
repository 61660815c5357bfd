"""The op table: every primitive's forward value and backward rule, each written once.

A rule is an expression over the operands ``a`` and ``b`` and the result ``y``. It is compiled twice: for Python
floats (graphs of numbers) and for NumPy arrays (tensors, and many evaluations at once). To add an op, add one
entry to ``_TABLE``; the parser, the engine, the explanations, the REST catalogue, the docs and the tests read it.

Source: Saito Goki, *Deep Learning from Scratch*, chapter 5, for the rules of + × / exp log relu.
"""

import math
from collections.abc import Mapping

import numpy as np

from chainrule.core.ops.op import Kernel, Mistake, Op, Partial
from chainrule.core.ops.tensor_ops import TENSOR_OPS
from chainrule.core.text import Text


def _maximum(a: float, b: float) -> float:
    return a if a > b or a != a else b


def _minimum(a: float, b: float) -> float:
    return a if a < b or a != a else b


def _where(condition: bool, yes: float, no: float) -> float:
    return yes if condition else no


SCALAR_FUNCTIONS: Mapping[str, Kernel] = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "power": math.pow,
    "maximum": _maximum,
    "minimum": _minimum,
    "where": _where,
}
"""What a rule may call, on Python floats. They raise where NumPy gives inf or nan; the tape then asks NumPy."""

ARRAY_FUNCTIONS: Mapping[str, Kernel] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "power": np.power,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "where": np.where,
}
"""The same names on NumPy arrays."""

_SIGN = Text("부호를 빠뜨림", "sign forgotten")
_SIGN_ADVICE = Text("이 노드에서는 기울기의 부호가 바뀝니다.", "At this node the gradient changes its sign.")

_TABLE = (
    Op(
        name="add",
        symbol="+",
        infix="+",
        value="a + b",
        partials=(Partial("1.0", "1", "1"), Partial("1.0", "1", "1")),
        latex="$a + $b",
        precedence=1,
        operand_precedence=(1, 1),
        title=Text("덧셈", "addition"),
        forward=Text("두 입력을 더합니다.", "Adds its two inputs."),
        rule=Text(
            "덧셈 노드는 상류의 기울기를 그대로 흘려보냅니다.",
            "An addition node passes the upstream gradient on unchanged.",
        ),
        mistakes={
            "halved": Mistake(
                Text("상류를 반씩 나눔", "upstream split in halves"),
                ("0.5", "0.5"),
                Text(
                    "덧셈은 상류를 나누지 않습니다. 두 입력 모두 상류를 그대로 받습니다.",
                    "An addition divides nothing: each input gets the whole upstream gradient.",
                ),
            )
        },
    ),
    Op(
        name="sub",
        symbol="−",
        infix="-",
        value="a - b",
        partials=(Partial("1.0", "1", "1"), Partial("-1.0", "-1", "−1")),
        latex="$a - $b",
        precedence=1,
        operand_precedence=(1, 2),
        title=Text("뺄셈", "subtraction"),
        forward=Text("첫째 입력에서 둘째 입력을 뺍니다.", "Subtracts the second input from the first."),
        rule=Text(
            "뺄셈 노드는 상류의 기울기를 첫째 입력에는 그대로, 둘째 입력에는 부호를 바꿔 흘려보냅니다.",
            "A subtraction node passes the upstream gradient on to its first input and its negative to the second.",
        ),
        mistakes={"sign_forgotten": Mistake(_SIGN, ("1.0", "1.0"), _SIGN_ADVICE)},
    ),
    Op(
        name="mul",
        symbol="×",
        infix="*",
        value="a * b",
        partials=(Partial("b", "$b", "$b"), Partial("a", "$a", "$a")),
        latex=r"$a \times $b",
        precedence=2,
        operand_precedence=(2, 2),
        title=Text("곱셈", "multiplication"),
        forward=Text("두 입력을 곱합니다.", "Multiplies its two inputs."),
        rule=Text(
            "곱셈 노드는 상류의 기울기에 반대편 입력을 곱해 흘려보냅니다.",
            "A multiplication node passes back the upstream gradient times the other input.",
        ),
        mistakes={
            "not_swapped": Mistake(
                Text("두 입력을 맞바꾸지 않음", "inputs not swapped"),
                ("a", "b"),
                Text(
                    "상류의 기울기에 이 에지 자신의 값을 곱했습니다. 곱셈은 반대편 값을 곱합니다.",
                    "That is the upstream gradient times this edge's own value. A multiplication takes the other one.",
                ),
            )
        },
    ),
    Op(
        name="div",
        symbol="÷",
        infix="/",
        value="a / b",
        partials=(Partial("1 / b", r"\frac{1}{$b}", "1/$b"), Partial("-y / b", r"-\frac{$y}{$b}", "−$y/$b")),
        latex=r"\frac{$a}{$b}",
        title=Text("나눗셈", "division"),
        forward=Text("첫째 입력을 둘째 입력으로 나눕니다.", "Divides the first input by the second."),
        rule=Text(
            "나눗셈 노드는 상류의 기울기에 분자 쪽으로는 1/b를, 분모 쪽으로는 −y/b를 곱해 흘려보냅니다.",
            "A division node passes back the upstream gradient times 1/b to the numerator a and times −y/b to the "
            "denominator b.",
        ),
        defined="b != 0",
        undefined_note=Text("0으로 나눌 수 없습니다.", "Division by zero has no value."),
        mistakes={"sign_forgotten": Mistake(_SIGN, ("1 / b", "y / b"), _SIGN_ADVICE)},
    ),
    Op(
        name="neg",
        symbol="−",
        infix="-",
        value="-a",
        partials=(Partial("-1.0", "-1", "−1"),),
        latex="-$a",
        precedence=3,
        operand_precedence=(3,),
        title=Text("부호 바꿈", "negation"),
        forward=Text("입력의 부호를 바꿉니다.", "Changes the sign of its input."),
        rule=Text(
            "부호를 바꾸는 노드는 상류의 기울기도 부호를 바꿔 흘려보냅니다.",
            "A negation node passes back the negative of the upstream gradient.",
        ),
        mistakes={"sign_forgotten": Mistake(_SIGN, ("1.0",), _SIGN_ADVICE)},
    ),
    Op(
        name="pow",
        symbol="**",
        infix="**",
        value="power(a, b)",
        partials=(
            Partial("where(b == 0, 0.0, b * power(a, b - 1))", r"$b \cdot {$a}^{$b - 1}", "$b·$a^($b−1)"),
            Partial("where((a == 0) & (b >= 0), 0.0, y * log(a))", r"$y \cdot \ln $a", "$y·ln $a"),
        ),
        latex="{$a}^{$b}",
        precedence=4,
        operand_precedence=(9, 0),
        title=Text("거듭제곱", "power"),
        forward=Text(
            "첫째 입력을 둘째 입력만큼 거듭제곱합니다.", "Raises the first input to the power of the second."
        ),
        rule=Text(
            "거듭제곱 노드는 상류의 기울기에 밑 쪽으로는 b·a^(b−1)을, 지수 쪽으로는 y·ln a를 곱해 흘려보냅니다.",
            "A power node passes back the upstream gradient times b·a^(b−1) to the base a and times y·ln a to the "
            "exponent b.",
        ),
        defined="(a > 0) | ((a == 0) & (b >= 0)) | ((a < 0) & (b % 1 == 0))",
        undefined_note=Text(
            "0의 음수 거듭제곱이나 음수의 정수가 아닌 거듭제곱은 실수가 아닙니다.",
            "A negative power of 0, or a fractional power of a negative number, is not a real number.",
        ),
        mistakes={
            "exponent_kept": Mistake(
                Text("지수를 1 줄이지 않음", "exponent not lowered by one"),
                ("b * y", "y * log(a)"),
                Text(
                    "거듭제곱을 미분하면 지수가 1 줄어듭니다.",
                    "The derivative of a power has an exponent that is one lower.",
                ),
            )
        },
    ),
    Op(
        name="inv",
        symbol="/",
        value="1 / a",
        partials=(Partial("-y * y", "-{$y}^2", "−$y²"),),
        latex=r"\frac{1}{$a}",
        title=Text("역수", "inverse"),
        forward=Text("입력의 역수를 구합니다.", "Takes the inverse of its input."),
        rule=Text(
            "역수 노드는 상류의 기울기에 −y²(순전파 출력의 제곱에 음의 부호)을 곱해 흘려보냅니다.",
            "An inverse node passes back the upstream gradient times −y², the negative square of its output.",
        ),
        defined="a != 0",
        undefined_note=Text("0의 역수는 없습니다.", "Zero has no inverse."),
        mistakes={"sign_forgotten": Mistake(_SIGN, ("y * y",), _SIGN_ADVICE)},
    ),
    Op(
        name="exp",
        symbol="exp",
        value="exp(a)",
        partials=(Partial("y", "$y", "$y"),),
        latex="e^{$a}",
        title=Text("지수", "exponential"),
        forward=Text("e를 입력만큼 거듭제곱합니다.", "Raises e to the power of its input."),
        rule=Text(
            "exp 노드는 상류의 기울기에 순전파의 출력 y를 곱해 흘려보냅니다.",
            "An exp node passes back the upstream gradient times its own output y.",
        ),
        mistakes={
            "input_for_output": Mistake(
                Text("출력 대신 입력을 곱함", "input used for output"),
                ("a",),
                Text(
                    "exp의 미분은 exp의 출력 y 자신입니다. 입력이 아니라 출력을 곱합니다.",
                    "The derivative of exp is its own output y: multiply by the output, not by the input.",
                ),
            )
        },
    ),
    Op(
        name="log",
        symbol="log",
        value="log(a)",
        partials=(Partial("1 / a", r"\frac{1}{$a}", "1/$a"),),
        latex=r"\log $a",
        operand_precedence=(9,),
        title=Text("로그", "logarithm"),
        forward=Text("입력의 자연로그를 구합니다.", "Takes the natural logarithm of its input."),
        rule=Text(
            "log 노드는 상류의 기울기를 순전파의 입력으로 나누어 흘려보냅니다.",
            "A log node passes back the upstream gradient divided by its input.",
        ),
        defined="a > 0",
        undefined_note=Text(
            "로그는 양수에서만 정의됩니다.", "The logarithm is defined for positive numbers only."
        ),
        mistakes={
            "not_inverted": Mistake(
                Text("나누지 않고 곱함", "multiplied instead of divided"),
                ("a",),
                Text(
                    "log의 미분은 1/x입니다. 입력을 곱하지 말고 입력으로 나눕니다.",
                    "The derivative of log is 1/x: divide by the input, do not multiply by it.",
                ),
            )
        },
    ),
    Op(
        name="sqrt",
        symbol="√",
        value="sqrt(a)",
        partials=(Partial("0.5 / y", r"\frac{1}{2 $y}", "1/(2$y)"),),
        latex=r"\sqrt{$a}",
        title=Text("제곱근", "square root"),
        forward=Text("입력의 제곱근을 구합니다.", "Takes the square root of its input."),
        rule=Text(
            "제곱근 노드는 상류의 기울기를 출력의 두 배로 나누어 흘려보냅니다.",
            "A square root node passes back the upstream gradient divided by twice its output.",
        ),
        defined="a >= 0",
        undefined_note=Text(
            "음수의 제곱근은 실수가 아닙니다.", "The square root of a negative number is not real."
        ),
        mistakes={
            "half_forgotten": Mistake(
                Text("½을 빠뜨림", "½ forgotten"),
                ("1 / y",),
                Text(
                    "제곱근의 미분은 1/(2y)입니다. 2로 한 번 더 나눕니다.",
                    "The derivative of a square root is 1/(2y): divide by 2 as well.",
                ),
            )
        },
    ),
    Op(
        name="sin",
        symbol="sin",
        value="sin(a)",
        partials=(Partial("cos(a)", r"\cos $a", "cos $a"),),
        latex=r"\sin $a",
        operand_precedence=(9,),
        title=Text("사인", "sine"),
        forward=Text("입력(라디안)의 사인을 구합니다.", "Takes the sine of its input, in radians."),
        rule=Text(
            "sin 노드는 상류의 기울기에 입력의 코사인을 곱해 흘려보냅니다.",
            "A sin node passes back the upstream gradient times the cosine of its input.",
        ),
        mistakes={
            "sign_added": Mistake(
                Text("필요 없는 음의 부호", "sign added"),
                ("-cos(a)",),
                Text(
                    "sin의 미분은 cos이며 부호가 바뀌지 않습니다.",
                    "The derivative of sin is cos, with no change of sign.",
                ),
            )
        },
    ),
    Op(
        name="cos",
        symbol="cos",
        value="cos(a)",
        partials=(Partial("-sin(a)", r"-\sin $a", "−sin $a"),),
        latex=r"\cos $a",
        operand_precedence=(9,),
        title=Text("코사인", "cosine"),
        forward=Text("입력(라디안)의 코사인을 구합니다.", "Takes the cosine of its input, in radians."),
        rule=Text(
            "cos 노드는 상류의 기울기에 입력의 사인에 음의 부호를 붙인 값을 곱해 흘려보냅니다.",
            "A cos node passes back the upstream gradient times the negative sine of its input.",
        ),
        mistakes={"sign_forgotten": Mistake(_SIGN, ("sin(a)",), _SIGN_ADVICE)},
    ),
    Op(
        name="tanh",
        symbol="tanh",
        value="tanh(a)",
        partials=(Partial("1 - y * y", "1 - {$y}^2", "1−$y²"),),
        latex=r"\tanh $a",
        operand_precedence=(9,),
        title=Text("쌍곡탄젠트", "hyperbolic tangent"),
        forward=Text("입력의 쌍곡탄젠트를 구합니다.", "Takes the hyperbolic tangent of its input."),
        rule=Text(
            "tanh 노드는 상류의 기울기에 1−y²을 곱해 흘려보냅니다.",
            "A tanh node passes back the upstream gradient times 1−y².",
        ),
        mistakes={
            "not_squared": Mistake(
                Text("y를 제곱하지 않음", "y not squared"),
                ("1 - y",),
                Text(
                    "tanh의 미분은 1−y²입니다. 출력을 제곱해서 뺍니다.",
                    "The derivative of tanh is 1−y²: square the output before you subtract it.",
                ),
            )
        },
    ),
    Op(
        name="abs",
        symbol="|·|",
        value="abs(a)",
        # At 0 both one-sided slopes exist and differ; 0, their mean, is passed back.
        partials=(Partial("1.0 * (a > 0) - (a < 0)", r"\operatorname{sgn} $a", "sgn $a"),),
        latex=r"\left|$a\right|",
        title=Text("절댓값", "absolute value"),
        forward=Text("입력의 절댓값을 구합니다.", "Takes the absolute value of its input."),
        rule=Text(
            "절댓값 노드는 상류의 기울기에 입력의 부호를 곱해 흘려보냅니다. 0에서는 0을 보냅니다.",
            "An absolute value node passes back the upstream gradient times the sign of its input; at 0 it passes 0.",
        ),
        mistakes={"sign_forgotten": Mistake(_SIGN, ("1.0",), _SIGN_ADVICE)},
    ),
    Op(
        name="maximum",
        symbol="max",
        value="maximum(a, b)",
        # At a tie each operand gets half, as in PyTorch.
        partials=(
            Partial("1.0 * (a > b) + 0.5 * (a == b)", "[$a > $b]", "[$a>$b]"),
            Partial("1.0 * (b > a) + 0.5 * (a == b)", "[$b > $a]", "[$b>$a]"),
        ),
        latex=r"\max($a, $b)",
        title=Text("최댓값", "maximum"),
        forward=Text("두 입력 가운데 큰 값을 내보냅니다.", "Passes on the larger of its two inputs."),
        rule=Text(
            "최댓값 노드는 상류의 기울기를 더 큰 입력에만 흘려보냅니다. 둘이 같으면 반씩 나눕니다.",
            "A maximum node passes the upstream gradient back to the larger input only; at a tie each gets half.",
        ),
        mistakes={
            "both_passed": Mistake(
                Text("두 입력 모두에 보냄", "passed to both inputs"),
                ("1.0", "1.0"),
                Text(
                    "기울기는 순전파에서 뽑힌 입력으로만 흐릅니다. 다른 쪽은 0입니다.",
                    "The gradient flows to the input that was chosen forward; the other one gets 0.",
                ),
            )
        },
    ),
    Op(
        name="minimum",
        symbol="min",
        value="minimum(a, b)",
        partials=(
            Partial("1.0 * (a < b) + 0.5 * (a == b)", "[$a < $b]", "[$a<$b]"),
            Partial("1.0 * (b < a) + 0.5 * (a == b)", "[$b < $a]", "[$b<$a]"),
        ),
        latex=r"\min($a, $b)",
        title=Text("최솟값", "minimum"),
        forward=Text("두 입력 가운데 작은 값을 내보냅니다.", "Passes on the smaller of its two inputs."),
        rule=Text(
            "최솟값 노드는 상류의 기울기를 더 작은 입력에만 흘려보냅니다. 둘이 같으면 반씩 나눕니다.",
            "A minimum node passes the upstream gradient back to the smaller input only; at a tie each gets half.",
        ),
        mistakes={
            "both_passed": Mistake(
                Text("두 입력 모두에 보냄", "passed to both inputs"),
                ("1.0", "1.0"),
                Text(
                    "기울기는 순전파에서 뽑힌 입력으로만 흐릅니다. 다른 쪽은 0입니다.",
                    "The gradient flows to the input that was chosen forward; the other one gets 0.",
                ),
            )
        },
    ),
    Op(
        name="relu",
        symbol="relu",
        value="maximum(a, 0.0)",
        # Book, section 5.5.1: at x = 0 the gradient is blocked.
        partials=(Partial("1.0 * (a > 0)", "[$a > 0]", "[$a>0]"),),
        latex=r"\operatorname{relu}($a)",
        title=Text("ReLU", "ReLU"),
        forward=Text(
            "입력이 0보다 크면 그대로, 아니면 0을 내보냅니다.",
            "Passes its input on if it is above 0, else 0.",
        ),
        rule=Text(
            "ReLU 노드는 입력이 0보다 크면 상류의 기울기를 그대로 흘려보내고, 0 이하이면 막습니다.",
            "A ReLU node passes the upstream gradient on unchanged if its input is above 0, and blocks it otherwise.",
        ),
        mistakes={
            "mask_dropped": Mistake(
                Text("마스크를 빠뜨림", "mask dropped"),
                ("1.0",),
                Text(
                    "순전파의 입력이 0 이하이면 ReLU는 기울기를 막아 0으로 만듭니다.",
                    "Where its input was 0 or below, a ReLU blocks the gradient: it is 0.",
                ),
            )
        },
    ),
)

_ALL = (*_TABLE, *TENSOR_OPS)

OPS: Mapping[str, Op] = {op.name: op for op in _ALL}
"""Every primitive by name."""

INPUT, CONSTANT = 0, 1
"""The codes of the two kinds of leaf; ops follow."""

CODES: Mapping[str, int] = {op.name: code for code, op in enumerate(_ALL, start=2)}
BY_CODE: tuple[Op | None, ...] = (None, None, *_ALL)
TENSOR_CODES = frozenset(CODES[op.name] for op in TENSOR_OPS)

UPSTREAM_FORGOTTEN = "upstream_forgotten"
FORGOTTEN = Text("상류의 기울기를 곱하지 않음", "upstream gradient forgotten")
"""The mistake every op can make: it passes back its local derivative alone."""
_FORGOTTEN_ADVICE = Text(
    "국소적 미분만 썼습니다. 상류의 기울기를 곱하세요.",
    "That is the local derivative alone. Multiply it by the upstream gradient.",
)

FAN_OUT_NOT_SUMMED = "fan_out.not_summed"

NOT_SUMMED = Text("갈라진 가지의 기울기를 더하지 않음", "fan-out not summed")
"""The mistake at a branching: only the last branch's gradient is kept."""

COPIES_NOT_SUMMED = "fan_out.copies_not_summed"

COPIES = Text("복사된 축(배치)의 기울기를 더하지 않음", "copies along the batch not summed")
"""The mistake where an operand was copied along an axis to fit: only the last copy's gradient is kept."""

FAN_OUT = Text(
    "값이 여러 곳에 쓰이면 각 갈래로 돌아온 기울기를 모두 더합니다.",
    "Where a value is read more than once, the gradients that come back are added up.",
)
"""The rule at a branching, which is no op."""

BRANCH_MISTAKES: Mapping[str, Text] = {FAN_OUT_NOT_SUMMED: NOT_SUMMED, COPIES_NOT_SUMMED: COPIES}
"""The mistakes that belong to no op, by name."""

_BRANCH_ADVICE = {
    FAN_OUT_NOT_SUMMED: Text(
        "한 갈래만 썼습니다. 노드에서 나간 모든 갈래의 기울기를 먼저 더하세요.",
        "That takes one way only. The gradients of all ways out of the node are added first.",
    ),
    COPIES_NOT_SUMMED: Text(
        "순전파에서 데이터마다 복사되었으므로, 역전파에서는 그 축을 따라 모두 더합니다.",
        "Forward it was copied for every sample, so backward the gradients are added along that axis.",
    ),
}


def mistakes_of(op: Op) -> dict[str, Text]:
    """Every mistake that an op can be asked to make, by the name it is asked by: ``mul.not_swapped``."""
    own = {f"{op.name}.{name}": mistake.title for name, mistake in op.mistakes.items()}
    return own | {f"{op.name}.{UPSTREAM_FORGOTTEN}": FORGOTTEN}


def mistake_told(name: str) -> tuple[Text, Text]:
    """What a mistake is called, and what to do in its place. Raises KeyError for a name that is none."""
    if name in BRANCH_MISTAKES:
        return BRANCH_MISTAKES[name], _BRANCH_ADVICE[name]
    op, _, own = name.partition(".")
    if own == UPSTREAM_FORGOTTEN and op in OPS:
        return FORGOTTEN, _FORGOTTEN_ADVICE
    mistake = OPS[op].mistakes[own]
    return mistake.title, mistake.advice


def compile_rule(expression: str, functions: Mapping[str, Kernel], arguments: str = "a, b, y") -> Kernel:
    """A rule of this table as a function of ``arguments``; only ever given text that stands in this file."""
    return eval(f"lambda {arguments}: {expression}", {"__builtins__": {"abs": abs}, **functions})  # type: ignore[no-any-return]
