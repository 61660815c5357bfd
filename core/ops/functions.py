"""Functions of a number: exp, log, roots, angles, absolute value, maximum and minimum, ReLU.

Source: Saito Goki, *Deep Learning from Scratch*, section 5.5 (exp, ReLU); at ties and kinks as PyTorch has them.
"""

from typing import Any

from chainrule.core.ops.arithmetic import SIGN, SIGN_ADVICE
from chainrule.core.ops.kinks import INFINITE, Choice, Kink, Slopes, bound, edge_of_logarithm, pole, tie
from chainrule.core.ops.op import Layer, Mistake, Op, Partial
from chainrule.core.text import Text

_RELU = Layer(
    "Relu",
    """\
class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        out = np.where(self.mask, 0.0, x)
        self.mask = self.mask | np.isnan(x)
        return out

    def backward(self, dout):
        dx = np.where(self.mask, 0.0, dout)
        return dx
""",
)


def _chosen(
    name: str,
    symbol: str,
    extreme: str,
    partials: tuple[Partial, Partial],
    texts: tuple[Text, Text, Text],
    advice: Text,
    kinks: dict[str, Kink],
    **further: Any,
) -> Op:
    """Write the entry of an op that passes on one of two operands: ``extreme`` is "max" or "min".

    ``texts`` are title, forward and rule text; ``further`` are fields that one of these ops alone has.
    """
    title, forward, rule_text = texts
    return Op(
        name=name,
        symbol=symbol,
        value=f"{extreme}imum(a, b)",
        partials=partials,
        latex=rf"\{extreme}($a, $b)",
        title=title,
        forward=forward,
        rule_text=rule_text,
        mistakes={
            "both_passed": Mistake(
                Text("두 입력 모두에 보냄", "passed to both inputs"), ("1.0", "1.0"), advice
            )
        },
        kinks=kinks,
        **further,
    )


def _one_of_two(name: str, beats: str, *texts: Text) -> Op:
    """Write the entry of a maximum or a minimum: ``a beats b`` where a is passed on."""
    return _chosen(
        name,
        name[:3],
        name[:3],
        # At a tie each operand gets half, as in PyTorch.
        (
            Partial(f"1.0 * (a {beats} b) + 0.5 * (a == b)", f"[$a {beats} $b]", f"[$a{beats}$b]"),
            Partial(f"1.0 * (b {beats} a) + 0.5 * (a == b)", f"[$b {beats} $a]", f"[$b{beats}$a]"),
        ),
        (texts[0], texts[1], texts[2]),
        Text(
            "기울기는 순전파에서 뽑힌 입력으로만 흐릅니다. 다른 쪽은 0입니다.",
            "The gradient flows to the input that was chosen forward; the other one gets 0.",
        ),
        tie(larger=beats == ">"),
        torch_not_finite=f"torch.where((a == a) & (b == b), torch.{name}(a, b), torch.nan)",
        why=Text("선택된 쪽만 기울기를 받습니다", "Only the side that is chosen gets the gradient"),
    )


def _bound(side: str, *texts: Text) -> Op:
    """Write the entry of a lower bound (``side`` "min") or of an upper one ("max")."""
    lower = side == "min"
    inside, latex, sign, outside = (">=", r"\ge", "≥", "<") if lower else ("<=", r"\le", "≤", ">")
    return _chosen(
        f"clamp_{side}",
        "clamp",
        "max" if lower else "min",
        # At the bound the input passes its gradient on, as in PyTorch's clamp.
        (
            Partial(f"1.0 * (a {inside} b)", f"[$a {latex} $b]", f"[$a{sign}$b]"),
            Partial(f"1.0 * (a {outside} b)", f"[$a {outside} $b]", f"[$a{outside}$b]"),
        ),
        (texts[0], texts[1], texts[2]),
        Text(
            "기울기는 순전파에서 뽑힌 쪽으로만 흐릅니다. 다른 쪽은 0입니다.",
            "The gradient flows to the one that was chosen forward; the other gets 0.",
        ),
        bound(lower=lower),
        torch=f"torch.clamp(a, {side}=b)",
    )


def _mask(
    name: str, value: str, passes: Partial, title: Text, forward: Text, rule_text: Text, advice: Text
) -> Op:
    """Write the entry of a mask: condition a passes b on, by slope ``passes``, or 0."""
    words = name.replace("_", r"\,")
    return Op(
        name=name,
        symbol="mask",
        value=value,
        partials=(Partial("0.0", "0", "0"), passes),
        latex=rf"\operatorname{{{words}}}($a, $b)",
        title=title,
        forward=forward,
        rule_text=rule_text,
        mistakes={"mask_dropped": Mistake(Text("마스크를 빠뜨림", "mask dropped"), ("0.0", "1.0"), advice)},
    )


FUNCTIONS = (
    Op(
        name="exp",
        symbol="exp",
        value="exp(a)",
        partials=(Partial("y", "$y", "$y"),),
        latex="e^{$a}",
        why=Text(
            "지수함수의 기울기는 자기 출력입니다",
            "The slope of exp is its own output",
        ),
        title=Text("지수", "exponential"),
        forward=Text("e를 입력만큼 거듭제곱합니다.", "Raises e to the power of its input."),
        rule_text=Text(
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
        why=Text(
            "로그는 입력이 클수록 완만합니다",
            "A logarithm is flatter the larger its input is",
        ),
        title=Text("로그", "logarithm"),
        forward=Text("입력의 자연로그를 구합니다.", "Takes the natural logarithm of its input."),
        rule_text=Text(
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
        kinks=edge_of_logarithm("a == 0", "$a = 0"),
    ),
    Op(
        name="sqrt",
        symbol="√",
        value="sqrt(a)",
        partials=(Partial("0.5 / y", r"\frac{1}{2 $y}", "1/(2$y)"),),
        latex=r"\sqrt{$a}",
        title=Text("제곱근", "square root"),
        forward=Text("입력의 제곱근을 구합니다.", "Takes the square root of its input."),
        rule_text=Text(
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
        kinks={
            "zero": Kink(
                kind="edge",
                at="a == 0",
                latex="$a = 0",
                text="$a = 0",
                title=Text("정의역의 끝", "the edge of the domain"),
                slopes=(Slopes("", INFINITE),),
                why=Text(
                    "제곱근은 0에서 수직으로 출발합니다. 왼쪽에는 값이 없고, 오른쪽 기울기 ∞를 그대로 보냅니다.",
                    "A square root starts vertically at 0, with nothing on the left. The slope from the right, ∞, "
                    "is passed.",
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
        rule_text=Text(
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
        rule_text=Text(
            "cos 노드는 상류의 기울기에 입력의 사인에 음의 부호를 붙인 값을 곱해 흘려보냅니다.",
            "A cos node passes back the upstream gradient times the negative sine of its input.",
        ),
        mistakes={"sign_forgotten": Mistake(SIGN, ("sin(a)",), SIGN_ADVICE)},
    ),
    Op(
        name="tanh",
        symbol="tanh",
        value="tanh(a)",
        partials=(Partial("1 - y * y", "1 - {$y}^2", "1−$y²"),),
        latex=r"\tanh $a",
        operand_precedence=(9,),
        why=Text(
            "tanh는 출력이 ±1에 가까울수록 평평합니다",
            "tanh is flatter the nearer its output is to ±1",
        ),
        title=Text("쌍곡탄젠트", "hyperbolic tangent"),
        forward=Text("입력의 쌍곡탄젠트를 구합니다.", "Takes the hyperbolic tangent of its input."),
        rule_text=Text(
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
        why=Text(
            "절댓값의 기울기는 입력의 부호입니다",
            "The slope of an absolute value is the sign of its input",
        ),
        title=Text("절댓값", "absolute value"),
        forward=Text("입력의 절댓값을 구합니다.", "Takes the absolute value of its input."),
        rule_text=Text(
            "절댓값 노드는 상류의 기울기에 입력의 부호를 곱해 흘려보냅니다. 0에서는 0을 보냅니다.",
            "An absolute value node passes back the upstream gradient times the sign of its input; at 0 it passes 0.",
        ),
        mistakes={"sign_forgotten": Mistake(SIGN, ("1.0",), SIGN_ADVICE)},
        kinks={
            "zero": Kink(
                kind="corner",
                at="a == 0",
                latex="$a = 0",
                text="$a = 0",
                title=Text("꺾이는 점", "the corner"),
                formula=("0.0",),
                slopes=(Slopes("-1.0", "1.0"),),
                why=Text(
                    "왼쪽 기울기 −1과 오른쪽 기울기 1의 가운데인 0을 보냅니다. 0의 부호도 0입니다.",
                    "0 is passed, halfway between the slopes −1 and 1: the sign of 0 is 0.",
                ),
                default=("zero", Text("0", "0")),
                choices={
                    "plus": Choice(Text("1", "1"), ("1.0",)),
                    "minus": Choice(Text("−1", "−1"), ("-1.0",)),
                },
            )
        },
    ),
    _one_of_two(
        "maximum",
        ">",
        Text("최댓값", "maximum"),
        Text("두 입력 가운데 큰 값을 내보냅니다.", "Passes on the larger of its two inputs."),
        Text(
            "최댓값 노드는 상류의 기울기를 더 큰 입력에만 흘려보냅니다. 둘이 같으면 반씩 나눕니다.",
            "A maximum node passes the upstream gradient back to the larger input only; at a tie each gets half.",
        ),
    ),
    _one_of_two(
        "minimum",
        "<",
        Text("최솟값", "minimum"),
        Text("두 입력 가운데 작은 값을 내보냅니다.", "Passes on the smaller of its two inputs."),
        Text(
            "최솟값 노드는 상류의 기울기를 더 작은 입력에만 흘려보냅니다. 둘이 같으면 반씩 나눕니다.",
            "A minimum node passes the upstream gradient back to the smaller input only; at a tie each gets half.",
        ),
    ),
    Op(
        name="relu",
        symbol="relu",
        value="maximum(a, 0.0)",
        # Book, section 5.5.1: at x = 0 the gradient is blocked.
        partials=(Partial("1.0 * (a > 0)", "[$a > 0]", "[$a>0]"),),
        latex=r"\operatorname{relu}($a)",
        torch="torch.relu(a)",
        torch_not_finite="torch.where(a == a, torch.relu(a), torch.nan)",
        layer=_RELU,
        why=Text(
            "ReLU는 스위치입니다. 입력이 0보다 크면 열리고 아니면 닫힙니다",
            "ReLU is a switch: open for inputs above 0, else closed",
        ),
        title=Text("ReLU", "ReLU"),
        forward=Text(
            "입력이 0보다 크면 그대로, 아니면 0을 내보냅니다.",
            "Passes its input on if it is above 0, else 0.",
        ),
        rule_text=Text(
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
        kinks={
            "zero": Kink(
                kind="corner",
                at="a == 0",
                latex="$a = 0",
                text="$a = 0",
                title=Text("꺾이는 점", "the corner"),
                formula=("0.0",),
                slopes=(Slopes("0.0", "1.0"),),
                why=Text(
                    "왼쪽 기울기는 0, 오른쪽 기울기는 1입니다. 책도 PyTorch도 0에서는 막으므로 0을 보냅니다.",
                    "The slope is 0 on the left and 1 on the right. The book and PyTorch block the gradient at 0.",
                ),
                default=("zero", Text("0", "0")),
                choices={"half": Choice(Text("½", "½"), ("0.5",)), "one": Choice(Text("1", "1"), ("1.0",))},
            )
        },
    ),
    Op(
        name="arctan",
        symbol="arctan",
        value="arctan(a)",
        partials=(Partial("1 / (1 + a * a)", r"\frac{1}{1 + {$a}^2}", "1/(1+$a²)"),),
        latex=r"\arctan $a",
        operand_precedence=(9,),
        title=Text("아크탄젠트", "arctangent"),
        forward=Text(
            "입력의 아크탄젠트를 라디안으로 구합니다.", "Takes the arctangent of its input, in radians."
        ),
        rule_text=Text(
            "arctan 노드는 상류의 기울기를 1+x²으로 나누어 흘려보냅니다.",
            "An arctan node passes back the upstream gradient divided by 1+x², with x its input.",
        ),
        mistakes={
            "not_inverted": Mistake(
                Text("나누지 않고 곱함", "multiplied instead of divided"),
                ("1 + a * a",),
                Text(
                    "arctan의 미분은 1/(1+x²)입니다. 1+x²을 곱하지 말고 1+x²으로 나눕니다.",
                    "The derivative of arctan is 1/(1+x²): divide by 1+x², do not multiply by it.",
                ),
            )
        },
    ),
    Op(
        name="erf",
        symbol="erf",
        value="erf(a)",
        # 2/√π = 1.1283791670955126
        partials=(
            Partial("1.1283791670955126 * exp(-a * a)", r"\frac{2}{\sqrt{\pi}} e^{-{$a}^2}", "2/√π·e^(−$a²)"),
        ),
        latex=r"\operatorname{erf}($a)",
        title=Text("오차 함수", "error function"),
        forward=Text(
            "입력의 오차 함수, 곧 정규분포의 넓이를 구합니다.",
            "Takes the error function of its input: an area under the bell curve.",
        ),
        rule_text=Text(
            "erf 노드는 상류의 기울기에 (2/√π)·e^(−x²)을 곱해 흘려보냅니다.",
            "An erf node passes back the upstream gradient times (2/√π)·e^(−x²), with x its input.",
        ),
        mistakes={
            "factor_forgotten": Mistake(
                Text("2/√π를 빠뜨림", "2/√π forgotten"),
                ("exp(-a * a)",),
                Text(
                    "오차 함수는 적분 앞에 2/√π가 붙어 있습니다. 미분에도 그대로 남습니다.",
                    "The error function has 2/√π before its integral, and so has its derivative.",
                ),
            )
        },
    ),
    Op(
        name="erfc",
        symbol="erfc",
        value="erfc(a)",
        partials=(
            Partial(
                "-1.1283791670955126 * exp(-a * a)", r"-\frac{2}{\sqrt{\pi}} e^{-{$a}^2}", "−2/√π·e^(−$a²)"
            ),
        ),
        latex=r"\operatorname{erfc}($a)",
        title=Text("여오차 함수", "complementary error function"),
        forward=Text(
            "1 − erf를 한 번에 구합니다. 꼬리에서도 유효 숫자를 잃지 않습니다.",
            "Takes 1 − erf in one step, which keeps its digits in the tail.",
        ),
        rule_text=Text(
            "erfc 노드는 상류의 기울기에 −(2/√π)·e^(−x²)을 곱해 흘려보냅니다.",
            "An erfc node passes back the upstream gradient times −(2/√π)·e^(−x²), with x its input.",
        ),
        mistakes={"sign_forgotten": Mistake(SIGN, ("1.1283791670955126 * exp(-a * a)",), SIGN_ADVICE)},
    ),
    Op(
        name="leaky_relu",
        symbol="leaky",
        value="where(a > 0, a, b * a)",
        # At 0 the lower slope, as in PyTorch.
        partials=(
            Partial("where(a > 0, 1.0, b)", "[$a > 0] + $b [$a \\le 0]", "[$a>0]+$b·[$a≤0]"),
            Partial("where(a > 0, 0.0, a)", "$a [$a \\le 0]", "$a·[$a≤0]"),
        ),
        latex=r"\operatorname{leaky}($a, $b)",
        defaults=(0.01,),
        torch="torch.where(a > 0, a, b * a)",
        torch_not_finite="torch.where(a > 0, a, torch.where(a > 0, 0.0, b) * torch.where(a > 0, 0.0, a))",
        title=Text("Leaky ReLU", "leaky ReLU"),
        forward=Text(
            "입력이 0보다 크면 그대로, 아니면 작은 기울기를 곱해 내보냅니다.",
            "Passes its input on if it is above 0, else times a small slope.",
        ),
        rule_text=Text(
            "Leaky ReLU 노드는 입력이 0보다 크면 상류의 기울기를 그대로, 0 이하이면 작은 기울기를 곱해 흘려보냅니다.",
            "A leaky ReLU passes the upstream gradient on unchanged if its input is above 0, else times the small "
            "slope.",
        ),
        mistakes={
            "blocked": Mistake(
                Text("0 이하에서 막음", "blocked at 0 and below"),
                ("1.0 * (a > 0)", "where(a > 0, 0.0, a)"),
                Text(
                    "ReLU와 달리 0 이하에서도 작은 기울기를 곱한 값이 흐릅니다.",
                    "Unlike a ReLU, it lets the gradient through at 0 and below too, times the small slope.",
                ),
            )
        },
        kinks={
            "zero": Kink(
                kind="corner",
                at="a == 0",
                latex="$a = 0",
                text="$a = 0",
                title=Text("꺾이는 점", "the corner"),
                formula=("b", "0.0"),
                slopes=(Slopes("b", "1.0"), None),
                why=Text(
                    "0은 0 이하로 치므로, PyTorch처럼 왼쪽의 작은 기울기를 보냅니다.",
                    "0 counts as not above 0, so the small slope from the left is passed, as in PyTorch.",
                ),
                default=("lower", Text("작은 기울기", "the small slope")),
                choices={
                    "half": Choice(Text("가운데", "halfway"), ("0.5 * (1.0 + b)", "")),
                    "one": Choice(Text("1", "1"), ("1.0", "")),
                },
            )
        },
    ),
    _bound(
        "min",
        Text("아래 한계", "lower bound"),
        Text(
            "입력이 한계보다 작으면 한계를, 아니면 입력을 내보냅니다.",
            "Passes its input on, or the bound where the input is below it.",
        ),
        Text(
            "아래 한계 노드는 입력이 한계 이상이면 상류의 기울기를 그대로 흘려보내고, 아니면 막습니다.",
            "A lower bound passes the upstream gradient on unchanged at the bound and above, and blocks it below.",
        ),
    ),
    _bound(
        "max",
        Text("위 한계", "upper bound"),
        Text(
            "입력이 한계보다 크면 한계를, 아니면 입력을 내보냅니다.",
            "Passes its input on, or the bound where the input is above it.",
        ),
        Text(
            "위 한계 노드는 입력이 한계 이하이면 상류의 기울기를 그대로 흘려보내고, 아니면 막습니다.",
            "An upper bound passes the upstream gradient on unchanged at the bound and below, and blocks it above.",
        ),
    ),
    _mask(
        "masked",
        "where(a != 0, b, 0.0)",
        Partial("1.0 * (a != 0)", "[$a \\neq 0]", "[$a≠0]"),
        Text("가리기", "mask"),
        Text(
            "조건이 참인 자리에서는 값을, 아니면 0을 내보냅니다.",
            "Passes its value on where the condition holds, else 0.",
        ),
        Text(
            "가리기 노드는 조건이 참인 자리에만 상류의 기울기를 그대로 흘려보냅니다. 조건에는 기울기가 없습니다.",
            "A mask passes the upstream gradient on where the condition holds, else 0; the condition gets none.",
        ),
        Text(
            "조건이 거짓인 자리에서는 값이 쓰이지 않았으므로 기울기도 0입니다.",
            "Where the condition fails the value is not used, so its gradient is 0.",
        ),
    ),
    _mask(
        "masked_out",
        "where(a != 0, 0.0, b)",
        Partial("1.0 * (a == 0)", "[$a = 0]", "[$a=0]"),
        Text("뒤집어 가리기", "inverted mask"),
        Text(
            "조건이 거짓인 자리에서는 값을, 아니면 0을 내보냅니다.",
            "Passes its value on where the condition fails, else 0.",
        ),
        Text(
            "뒤집어 가리는 노드는 조건이 거짓인 자리에만 상류의 기울기를 흘려보냅니다. 조건에는 기울기가 없습니다.",
            "An inverted mask passes the upstream gradient on where the condition fails, else 0; the condition gets "
            "none.",
        ),
        Text(
            "조건이 참인 자리에서는 값이 쓰이지 않았으므로 기울기도 0입니다.",
            "Where the condition holds the value is not used, so its gradient is 0.",
        ),
    ),
    Op(
        name="log1p",
        symbol="log1p",
        value="log1p(a)",
        partials=(Partial("1 / (1 + a)", r"\frac{1}{1 + $a}", "1/(1+$a)"),),
        latex=r"\log(1 + $a)",
        torch="torch.log1p(a)",
        title=Text("1을 더한 로그", "logarithm of 1 + x"),
        forward=Text(
            "1을 더한 값의 로그를 한 번에 구합니다. 0에 가까운 입력에서도 유효 숫자를 잃지 않습니다.",
            "Takes log(1 + x) in one step, which keeps its digits where x is near 0.",
        ),
        rule_text=Text(
            "log1p 노드는 상류의 기울기를 1+x로 나누어 흘려보냅니다.",
            "A log1p node passes back the upstream gradient divided by 1+x, with x its input.",
        ),
        defined="a > -1",
        undefined_note=Text(
            "로그는 양수에서만 정의됩니다.", "The logarithm is defined for positive numbers only."
        ),
        mistakes={
            "not_inverted": Mistake(
                Text("나누지 않고 곱함", "multiplied instead of divided"),
                ("1 + a",),
                Text(
                    "log(1+x)의 미분은 1/(1+x)입니다. 곱하지 말고 나눕니다.",
                    "The derivative of log(1+x) is 1/(1+x): divide, do not multiply.",
                ),
            )
        },
        kinks=edge_of_logarithm("a == -1", "$a = -1"),
    ),
    Op(
        name="logaddexp",
        symbol="log Σ exp",
        value="logaddexp(a, b)",
        # 1/(1 + e^(b−a)), written so that no exponential overflows.
        partials=(
            Partial(
                "exp(minimum(a - b, 0.0) - log1p(exp(-abs(a - b))))",
                r"\frac{1}{1 + e^{$b - $a}}",
                "1/(1+e^($b−$a))",
            ),
            Partial(
                "exp(minimum(b - a, 0.0) - log1p(exp(-abs(a - b))))",
                r"\frac{1}{1 + e^{$a - $b}}",
                "1/(1+e^($a−$b))",
            ),
        ),
        latex=r"\log(e^{$a} + e^{$b})",
        torch="torch.logaddexp(a, b)",
        title=Text("지수 합의 로그", "log of the sum of two exponentials"),
        forward=Text(
            "두 입력의 지수를 더해 로그를 구합니다. 큰 쪽을 먼저 빼므로, 입력이 아무리 커도 값이 정확합니다.",
            "Takes log(e^a + e^b). It takes the larger out first, so inputs of any size have an exact value.",
        ),
        rule_text=Text(
            "이 노드는 상류의 기울기를 두 입력의 지수에 비례해 나누어 흘려보냅니다.",
            "This node shares the upstream gradient between its inputs, in proportion to their exponentials.",
        ),
        mistakes={
            "halved": Mistake(
                Text("상류를 반씩 나눔", "upstream split in halves"),
                ("0.5", "0.5"),
                Text(
                    "두 입력이 같을 때만 반씩입니다. 지수가 큰 쪽이 더 많이 받습니다.",
                    "The halves are right only where both inputs are equal: the larger one gets more.",
                ),
            )
        },
    ),
    Op(
        name="xlogy",
        symbol="a log b",
        # 0 · log 0 counts as 0: what has no weight adds nothing.
        value="where((a == 0) & (b == 0), 0.0, a * log(b))",
        partials=(
            Partial("where((a == 0) & (b == 0), 0.0, log(b))", r"\log $b", "log $b"),
            Partial("where((a == 0) & (b == 0), 0.0, a / b)", r"\frac{$a}{$b}", "$a/$b"),
        ),
        latex=r"$a \log $b",
        precedence=2,
        operand_precedence=(2, 9),
        torch="a * torch.log(torch.where((a == 0) & (b == 0), 1.0, b))",
        title=Text("가중 로그", "weighted logarithm"),
        forward=Text(
            "첫째 입력에 둘째 입력의 로그를 곱합니다. 0·log 0은 0으로 칩니다.",
            "Multiplies its first input by the logarithm of the second. 0·log 0 counts as 0.",
        ),
        rule_text=Text(
            "가중 로그 노드는 상류의 기울기에 첫째 입력 쪽으로는 log b를, 둘째 입력 쪽으로는 a/b를 곱해 흘려보냅니다. "
            "둘 다 0이면 0을 보냅니다.",
            "A weighted logarithm passes back the upstream gradient times log b to the weight a and times a/b to b; "
            "where both are 0 it passes 0.",
        ),
        defined="(b > 0) | ((a == 0) & (b == 0))",
        undefined_note=Text(
            "로그는 양수에서만 정의됩니다.", "The logarithm is defined for positive numbers only."
        ),
        mistakes={
            "not_inverted": Mistake(
                Text("나누지 않고 곱함", "multiplied instead of divided"),
                ("log(b)", "a * b"),
                Text(
                    "b 쪽의 미분은 a/b입니다. b를 곱하지 말고 b로 나눕니다.",
                    "The derivative by b is a/b: divide by b, do not multiply by it.",
                ),
            )
        },
        kinks={
            "zero": Kink(
                kind="edge",
                at="(a == 0) & (b == 0)",
                latex="$a = $b = 0",
                text="$a = $b = 0",
                title=Text("0·log 0", "0·log 0"),
                formula=("", ""),
                value="0",
                slopes=(Slopes("", ""), Slopes("", "0.0")),
                why=Text(
                    "무게가 0인 항은 없는 것으로 칩니다. 그래서 0·log 0은 0이고, 양쪽으로 0을 보냅니다.",
                    "A term of weight 0 counts as absent: so 0·log 0 is 0, and 0 is passed to both.",
                ),
            ),
            "pole": pole(at="(a != 0) & (b == 0)", where="$b = 0", operands=2),
        },
    ),
)
"""In the order of their codes."""
