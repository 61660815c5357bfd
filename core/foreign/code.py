"""Scripts of PyTorch, micrograd, NumPy and the book: what each of their statements becomes in a program."""

import ast
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, ClassVar

from chainrule.core.foreign import definitions
from chainrule.core.foreign.rewriting import (
    ONE_PASS,
    Dropped,
    Verdict,
    Written,
    headed,
    holds_end,
    is_compound,
    names_in,
)
from chainrule.core.foreign.torch_functions import ATTRIBUTES, FUNCTIONS, METHODS, RANDOM
from chainrule.core.python_tree import python_tree
from chainrule.core.text import Text

_BACKWARD = Text("역전파는 이 페이지가 합니다.", "the page goes backward itself")
_GRADIENT = Text(
    "기울기는 이 페이지가 구해 보여 줍니다.",
    "the page works the gradients out and shows them",
)
_UPDATE = Text(
    "그래프는 갱신 없이 한 번의 순전파와 역전파를 그립니다.",
    "the graph shows one forward and one backward pass, without the update",
)
_IMPORT = Text("불러오지 않아도 됩니다.", "nothing has to be imported")
_SHOWN = Text("값은 모두 페이지에 보입니다.", "the page shows every value")
_SETTING = Text("그래프를 바꾸지 않는 설정입니다.", "a setting that changes no graph")
_LEANS = Text("빠진 줄의 값을 씁니다.", "it uses what a dropped line gave")
_RENAMED = Text("같은 계산을 여기의 이름으로 적었습니다.", "the same computation by its name here")
_NUMBER = Text("수를 그대로 적었습니다.", "the number itself")
_DRAWING = Text("그래프는 이 페이지가 그립니다.", "the page draws the graph")

_UPDATERS = frozenset("step zero_grad zero_ clip_grad_norm_ train eval cleargrads cleargrad".split())
_SETTINGS = frozenset(
    "set_default_dtype set_printoptions seterr errstate set_num_threads set_default_device device is_available".split()
)
_OPTIMIZERS = frozenset("optim lr_scheduler".split())
_NO_GRAD = frozenset("no_grad inference_mode".split())
_MEASURED = frozenset("numerical_gradient numerical_diff gradient gradcheck allclose".split())


class Script:
    """The rules of one kind of script: which lines stay, which go, which are written otherwise."""

    kind: ClassVar[str] = "numpy"
    name: ClassVar[Text] = Text("NumPy 스크립트", "a NumPy script")
    modules: ClassVar[frozenset[str]] = frozenset()
    """First parts of the modules whose imports this kind knows."""
    known: ClassVar[Mapping[str, str]] = {}
    """Definitions that a translation may bring along."""

    def __init__(self, body: Sequence[ast.stmt]) -> None:
        self.body = body
        self.goes_backward = any(
            isinstance(part, ast.Call) and _last(part.func) == "backward" for part in walk_all(body)
        )
        self.wanted: list[str] = []
        """Definitions that it needs, in the order of their use."""
        self.ends = [
            statement
            for loop in walk_all(body)
            if isinstance(loop, ast.For | ast.While)
            for statement in loop.body
            if isinstance(statement, ast.Expr) and _last(statement.value) == "backward"
        ]
        """Where loops that train end after one pass."""
        self.output: ast.expr | None = None
        """What the script goes backward from."""
        self.upstream: Any = 1.0
        self.random = False
        """Whether numbers are drawn that the other library would draw otherwise."""
        self._gone: set[str] = set()
        """Names that dropped lines would have given a value."""

    @classmethod
    def fits(cls, body: Sequence[ast.stmt]) -> bool:
        """Whether a script is of this kind: by its imports."""
        return bool(cls.modules & roots_of(body))

    def judge(self, statement: ast.stmt) -> Verdict:
        """What is to become of a statement."""
        why = self.dropped(statement)
        if why is not None:
            if why is not _SETTING:
                self._gone |= assigned(statement)
            return Dropped(why)
        self._gone -= assigned(statement)
        if isinstance(statement, ast.While) and holds_end(statement, self.ends):
            once = python_tree("for _ in range(1):\n    pass").body[0]
            return Written(ast.copy_location(once, statement), ONE_PASS)
        return self.written(statement)

    def dropped(self, statement: ast.stmt) -> Text | None:
        """Why a statement goes; None if it stays."""
        if isinstance(statement, ast.Import | ast.ImportFrom):
            return _IMPORT if self.imports(statement) else None
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            return None
        if isinstance(statement, ast.With):
            return _UPDATE if any(_last(item.context_expr) in _NO_GRAD for item in statement.items) else None
        if is_compound(statement):
            return self._dropped_loop(statement)
        call = _call_of(statement)
        last = _last(call.func) if call is not None else ""
        if last == "backward" and isinstance(statement, ast.Expr) and call is not None:
            self._backward(call)
            return _BACKWARD
        names = names_in([statement])
        if last in _SETTINGS or _assigns_attribute(statement, "requires_grad"):
            return _SETTING
        if "grad" in names or last == "backward" or (last == "grad" and call is not None):
            return _GRADIENT
        if last in _UPDATERS and isinstance(statement, ast.Expr):
            return _UPDATE
        if read(statement) & self._gone:
            return _LEANS
        if isinstance(statement, ast.Expr) and last == "print" and self.goes_backward:
            return _SHOWN
        return None

    def _dropped_loop(self, statement: ast.stmt) -> Text | None:
        """A loop that only updates parameters goes whole."""
        if isinstance(statement, ast.For) and "parameters" in names_in([statement.iter]):
            return _UPDATE
        return None

    def imports(self, statement: ast.Import | ast.ImportFrom) -> bool:
        """Read an import; whether its line goes."""
        return bool(self.modules & roots_of([statement]))

    def written(self, statement: ast.stmt) -> Verdict:
        """The statement in our words; None if it stays as it is."""
        return None

    def _backward(self, call: ast.Call) -> None:
        if isinstance(call.func, ast.Attribute):
            self.output = call.func.value

    def bring(self, name: str) -> None:
        """Ask for a definition."""
        if name in self.known and name not in self.wanted:
            self.wanted.append(name)


class NumpyScript(Script):
    """NumPy: read as it is, the lines that go backward too, but for settings and measurements."""

    modules = frozenset({"numpy", "math"})

    def __init__(self, body: Sequence[ast.stmt]) -> None:
        super().__init__(body)
        self.ends = []
        self.upstream = _upstream_of(body)
        calls = [part for part in walk_all(body) if isinstance(part, ast.Call)]
        self._passed_back = names_in(
            [each for call in calls if _last(call.func) == "backward" for each in call.args]
        )
        """Names that are upstream gradients."""

    def dropped(self, statement: ast.stmt) -> Text | None:
        """Settings, paths and gradients by differences."""
        if isinstance(statement, ast.Import | ast.ImportFrom):
            return _IMPORT if self.imports(statement) else None
        call = _call_of(statement) if not is_compound(statement) else None
        if call is None:
            return None
        if isinstance(statement, ast.Expr) and ast.unparse(call.func).startswith("sys.path"):
            return _SETTING
        if _last(call.func) in _MEASURED:
            return _GRADIENT
        return _SETTING if _last(call.func) in _SETTINGS else None

    @classmethod
    def fits(cls, body: Sequence[ast.stmt]) -> bool:
        """Whether it imports NumPy, or uses it by its usual name."""
        return super().fits(body) or "np" in names_in(body)

    def imports(self, statement: ast.Import | ast.ImportFrom) -> bool:
        """NumPy's own import stays: the language reads it."""
        return False


class MicrogradScript(Script):
    """micrograd: a ``Value`` is a number."""

    kind = "micrograd"
    name = Text("micrograd 스크립트", "a micrograd script")
    modules = frozenset({"micrograd", "graphviz"})
    known = definitions.MICROGRAD

    @classmethod
    def fits(cls, body: Sequence[ast.stmt]) -> bool:
        """Whether it imports micrograd, or makes a ``Value`` without defining it."""
        defined = {each.name for each in body if isinstance(each, ast.ClassDef)}
        return super().fits(body) or ("Value" in names_in(body) and "Value" not in defined)

    def dropped(self, statement: ast.stmt) -> Text | None:
        """Also what draws the graph."""
        call = _call_of(statement)
        if call is not None and _last(call.func) in ("draw_dot", "trace"):
            return _DRAWING
        return super().dropped(statement)

    def written(self, statement: ast.stmt) -> Verdict:
        """``Value(2.0)`` → ``2.0``, ``nn.MLP`` → ``MLP``."""
        return _rewritten(statement, _Micrograd(self), _NUMBER)


class _Micrograd(ast.NodeTransformer):
    def __init__(self, script: Script) -> None:
        self.script = script

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        return node.args[0] if _last(node.func) == "Value" and node.args else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "nn":
            self.script.bring(node.attr)
            self.script.random = True
            return ast.Name(node.attr)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in definitions.MICROGRAD:
            self.script.bring(node.id)
            self.script.random = True
        return node


class BookScript(NumpyScript):
    """The book: its layers come along in place of the import."""

    kind = "book"
    name = Text("『밑바닥부터 시작하는 딥러닝』의 스크립트", "a script of “Deep Learning from Scratch”")
    modules = frozenset("layer_naive common two_layer_net gradient_2d buy_apple sys os".split())
    known = definitions.BOOK

    @classmethod
    def fits(cls, body: Sequence[ast.stmt]) -> bool:
        """Whether it imports the book's modules."""
        return bool((cls.modules - {"sys", "os"}) & roots_of(body))

    def imports(self, statement: ast.Import | ast.ImportFrom) -> bool:
        """Bring along what is imported by name, or used after ``import *``."""
        if not Script.imports(self, statement):
            return False
        if isinstance(statement, ast.ImportFrom):
            imported = {alias.name for alias in statement.names}
            if "*" in imported:
                imported |= names_in(self.body)
            for name in self.known:
                if name in imported:
                    self.bring(name)
        return True

    def dropped(self, statement: ast.stmt) -> Text | None:
        """Also the way back: the layers that come along go forward only."""
        why = super().dropped(statement)
        if why is not None or not self.wanted or is_compound(statement):
            return why
        call = _call_of(statement)
        if call is not None and _last(call.func) == "backward":
            return _BACKWARD
        given = assigned(statement)
        if given and given <= self._passed_back:
            return _BACKWARD
        return _LEANS if read(statement) & self._gone else None


class TorchScript(Script):
    """PyTorch: tensors are numbers, functions have our names, layers come along as classes."""

    kind = "pytorch"
    name = Text("PyTorch 스크립트", "a PyTorch script")
    modules = frozenset({"torch", "torchvision", "base64"})
    known: ClassVar = {**definitions.TORCH, **definitions.FUNCTIONS}

    def __init__(self, body: Sequence[ast.stmt]) -> None:
        super().__init__(body)
        self.torch: set[str] = set()
        """Names under which modules of PyTorch were imported."""
        self.functions: dict[str, str] = {}
        """Functions and classes imported by name, with their names in PyTorch."""

    def imports(self, statement: ast.Import | ast.ImportFrom) -> bool:
        """Keep the names that PyTorch goes by."""
        if not super().imports(statement):
            return False
        for alias in statement.names:
            name = alias.asname or alias.name.partition(".")[0]
            if isinstance(statement, ast.Import) or alias.name in ("nn", "optim", "functional", "autograd"):
                self.torch.add(name)
            else:
                self.functions[name] = alias.name
        return True

    def dropped(self, statement: ast.stmt) -> Text | None:
        """Also optimizers, and a backward rule of one's own."""
        if isinstance(statement, ast.FunctionDef) and statement.name == "backward":
            return _BACKWARD
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            if _OPTIMIZERS & names_in([statement.value]):
                return _UPDATE
            called = _call_of(statement)
            if called is not None and self.functions.get(_last(called.func)) in _OPTIMIZER_NAMES:
                return _UPDATE
        return super().dropped(statement)

    def written(self, statement: ast.stmt) -> Verdict:
        """Tensors, functions and layers by our names."""
        return _rewritten(statement, _Torch(self), _RENAMED)

    def _backward(self, call: ast.Call) -> None:
        super()._backward(call)
        given = [*call.args, *(each.value for each in call.keywords if each.arg == "gradient")]
        if given and "ones_like" not in names_in(given):
            self.upstream = _literal(_Torch(self).visit(deepcopy(given[0])))


_OPTIMIZER_NAMES = frozenset("SGD Adam AdamW RMSprop Adagrad Adadelta LBFGS".split())


class _Torch(ast.NodeTransformer):
    """Expressions of PyTorch in our words; what has none stays, and the language refuses it with advice."""

    def __init__(self, script: TorchScript) -> None:
        self.script = script

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.bases = [self.visit(base) for base in node.bases]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = self._torch_name(node.func)
        self.generic_visit(node)
        if name is not None:
            self.script.random |= name in RANDOM
            return self._function(name, node) or node
        if isinstance(node.func, ast.Attribute) and not _is_super(node.func.value):
            for form in METHODS.get(node.func.attr, ()):
                found = form.written([node.func.value, *node.args], node.keywords)
                if found is not None:
                    self._bring(found)
                    return found
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if isinstance(node.slice, ast.Constant) and node.slice.value == 0:
            return self._extreme(node.value) or self.generic_visit(node)
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        name = self._torch_name(node)
        if name is not None and name in definitions.TORCH:
            self._layer(name)
            return ast.Name(name)
        if node.attr == "values" and (found := self._extreme(node.value)) is not None:
            return found
        self.generic_visit(node)
        form = ATTRIBUTES.get(node.attr)
        return (form.written([node.value], ()) if form else None) or node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        original = self.script.functions.get(node.id)
        if original is not None and original in definitions.TORCH:
            self._layer(original)
            return ast.Name(original)
        return node

    def _layer(self, name: str) -> None:
        self.script.bring(name)
        self.script.random |= "np.random" in definitions.TORCH[name]

    def _function(self, name: str, node: ast.Call) -> ast.expr | None:
        for form in FUNCTIONS.get(name, ()):
            found = form.written(node.args, node.keywords)
            if found is not None:
                self._bring(found)
                return found
        if name == "ModuleList" and node.args:
            return node.args[0]
        return None

    def _bring(self, found: ast.expr) -> None:
        for name in names_in([found]) & definitions.FUNCTIONS.keys():
            self.script.bring(name)

    def _extreme(self, node: ast.expr) -> ast.expr | None:
        """``x.max(dim=1).values``, ``torch.max(x, 1)[0]``: the largest along an axis."""
        if not isinstance(node, ast.Call) or _last(node.func) not in ("max", "min", "sort"):
            return None
        owner = [] if self._torch_name(node.func) else [node.func.value]  # type: ignore[attr-defined]
        found = FUNCTIONS[f"a{_last(node.func)}"] if _last(node.func) != "sort" else ()
        for form in found:
            written = form.written([self.visit(each) for each in (*owner, *node.args)], node.keywords)
            if written is not None:
                return written
        return None

    def _torch_name(self, node: ast.expr) -> str | None:
        """The last part of a name of PyTorch: ``exp`` of ``torch.exp``; None for any other."""
        if isinstance(node, ast.Name):
            return self.script.functions.get(node.id)
        root = node
        while isinstance(root, ast.Attribute):
            root = root.value
        of_torch = isinstance(root, ast.Name) and root.id in self.script.torch
        return node.attr if of_torch and isinstance(node, ast.Attribute) else None


def _rewritten(statement: ast.stmt, transformer: ast.NodeTransformer, why: Text) -> Verdict:
    """The statement with its expressions transformed, of a compound one its head; None if that changes nothing."""
    before = deepcopy(headed(statement) if is_compound(statement) else statement)
    stood = ast.unparse(before)
    after = transformer.visit(before)
    return Written(after, why) if ast.unparse(after) != stood else None


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _last(node.func) == "super"


def _last(node: ast.expr) -> str:
    """The last part of a name: ``exp`` of ``torch.exp``, of a call that of what is called."""
    if isinstance(node, ast.Call):
        return _last(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _call_of(statement: ast.stmt) -> ast.Call | None:
    """The call that a statement is, or assigns."""
    value = getattr(statement, "value", None)
    return value if isinstance(value, ast.Call) else None


def assigned(statement: ast.stmt) -> set[str]:
    """The names that a statement assigns."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return {
        part.id
        for target in targets
        if target is not None
        for part in ast.walk(target)
        if isinstance(part, ast.Name)
    }


def read(statement: ast.stmt) -> set[str]:
    """The names that a statement reads."""
    found = {
        part.id
        for part in ast.walk(statement)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    }
    return found | assigned(statement) if isinstance(statement, ast.AugAssign) else found


def _upstream_of(body: Sequence[ast.stmt]) -> Any:
    """The number with which a script begins to go backward: 1.3 of ``dout = 1.3; layer.backward(dout)``."""
    literals: dict[str, Any] = {}
    for statement in body:
        call = _call_of(statement)
        if call is not None and _last(call.func) == "backward" and len(call.args) == 1:
            given = call.args[0]
            return literals.get(given.id, 1.0) if isinstance(given, ast.Name) else _literal(given)
        if isinstance(statement, ast.Assign) and statement.value is not None:
            literals |= dict.fromkeys(assigned(statement), _literal(statement.value))
    return 1.0


def _literal(node: ast.expr) -> Any:
    """The number or the list that an expression writes out, within ``np.array``; 1 for any other."""
    if isinstance(node, ast.Call) and node.args and _last(node.func) in ("array", "float64", "float"):
        node = node.args[0]
    try:
        found = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return 1.0
    return found if isinstance(found, int | float | list) else 1.0


def _assigns_attribute(statement: ast.stmt, name: str) -> bool:
    return isinstance(statement, ast.Assign) and any(
        isinstance(target, ast.Attribute) and target.attr == name for target in statement.targets
    )


def walk_all(body: Sequence[ast.stmt]) -> list[ast.AST]:
    """Every part of some statements."""
    return [part for statement in body for part in ast.walk(statement)]


def roots_of(body: Sequence[ast.stmt]) -> set[str]:
    """The first parts of the modules that statements import, at any depth."""
    found: list[str] = []
    for part in walk_all(body):
        if isinstance(part, ast.Import):
            found += [alias.name for alias in part.names]
        elif isinstance(part, ast.ImportFrom):
            found.append(part.module or "")
    return {module.partition(".")[0] for module in found}


KINDS: Sequence[type[Script]] = (TorchScript, MicrogradScript, BookScript, NumpyScript)
"""In the order in which a script is tried."""
