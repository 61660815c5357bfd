"""Random programs that change arrays in place while names, lists, dictionaries, objects and parts hold them too."""

import random
from collections.abc import Iterator

_BEGINNING = """
class P:
    def __init__(self, w):
        self.w = w
    def up(self):
        self.w += 1
    def set(self, v):
        self.w[0] = v
def f(v):
    v = v.copy()
    v += 1
    return v
def same(v):
    return v
def change(v):
    v += 1
a = np.array([1.0, 2.0])
b = np.array([0.5, -1.0])
m = np.array([[1.0, 2.0], [3.0, 4.0]])
"""
_VECTOR, _MATRIX = "(2,)", "(2, 2)"


class InPlacePrograms:
    """One random program in NumPy's idiom, which reads a number ``x`` and gives a number ``L``."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._arrays = {"a": _VECTOR, "b": _VECTOR, "m": _MATRIX}
        self._lists: dict[str, list[str]] = {}
        self._tables: dict[str, dict[str, str]] = {}
        self._objects: dict[str, str] = {}
        self._made = 0

    def draw(self) -> str:
        """Return the program; ``x`` has to be given a value before it."""
        lines = [line for _ in range(self._draw.randint(4, 10)) for line in self._statement(0)]
        held = [
            *self._arrays,
            *(f"{name}[{place}]" for name, held in self._lists.items() for place in range(len(held))),
            *(f"{name}['{key}']" for name, held in self._tables.items() for key in held),
            *(f"{name}.w" for name in self._objects),
        ]
        shown = self._draw.sample(held, min(len(held), self._draw.randint(2, 6)))
        terms = [f"{weight} * {each}.sum()" for weight, each in enumerate(shown, 2)]
        return _BEGINNING.strip() + "\n" + "\n".join([*lines, f"L = {' + '.join(terms)}"])

    def _array(self) -> tuple[str, str]:
        """Something that holds an array, and its shape."""
        kind = self._draw.random()
        if self._lists and kind < 0.2:
            name = self._draw.choice([*self._lists])
            place = self._draw.randrange(2)
            return f"{name}[{place}]", self._lists[name][place]
        if self._tables and kind < 0.35:
            name = self._draw.choice([*self._tables])
            key = self._draw.choice("pq")
            return f"{name}['{key}']", self._tables[name][key]
        if self._objects and kind < 0.5:
            name = self._draw.choice([*self._objects])
            return f"{name}.w", self._objects[name]
        name = self._draw.choice([*self._arrays])
        return name, self._arrays[name]

    def _value(self) -> tuple[str, str]:
        """An expression that is an array: one that is held, a part or a copy of it, or a new one."""
        held, shape = self._array()
        forms = (
            "{0} {0} {0}.copy() {0}.copy() {0}*x {0}*2 {0}+{0} np.array({0}) np.asarray({0}) np.copy({0}) +{0} "
            "{0}[::-1] f({0}) same({0}) np.squeeze({0}) sum([{0}]) np.tanh({0}) {0}[:] np.flip({0}) "
            "copy.deepcopy({0}) {0}.astype(float)"
        ).split()
        parts = (
            "{0}[0] {0}[1] {0}[:,0] {0}.flatten()[:2] np.ravel({0})[1:3] np.split({0},2)[1][0] "
            "{0}.T[1] [{0}[0]]*2"
        ).split()
        if shape == _MATRIX and self._draw.random() < 0.3:
            form = self._draw.choice(parts[:-1])
            return form.format(held), _VECTOR
        if shape == _MATRIX and self._draw.random() < 0.1:
            return f"{held}.T", _MATRIX
        return self._draw.choice(forms).format(held), shape

    def _statement(self, depth: int) -> Iterator[str]:
        """The lines of one statement."""
        draw, kind = self._draw, self._draw.random()
        if kind < 0.2:
            yield from self._assignment(depth)
        elif kind < 0.45:
            held, _ = self._array()
            by = draw.choice(["1", "0.5", "x", held, f"np.tanh({held})"])
            yield f"{held} {draw.choice(['+=', '-=', '*='])} {by}"
        elif kind < 0.6:
            held, shape = self._array()
            keys = ["0", "1", ":", "...", *(["0, 1", ":, 0", "0][1"] if shape == _MATRIX else [])]
            yield f"{held}[{draw.choice(keys)}] {draw.choice(['=', '+=', '*='])} {draw.choice(['3.0', 'x', '0.25'])}"
        elif kind < 0.78 and not depth:
            yield self._container()
        elif kind < 0.81 and self._objects:
            yield draw.choice([*self._objects]) + draw.choice([".up()", ".set(x)"])
        elif kind < 0.85 and self._lists:
            yield f"for q in {draw.choice([*self._lists])}:"
            yield f"    q {draw.choice(['+=', '*='])} {draw.choice(['1', 'x'])}"
        elif kind < 0.88 and self._tables:
            yield f"for key, v in {draw.choice([*self._tables])}.items():"
            yield f"    v -= {draw.choice(['1', 'x'])}"
        elif kind < 0.9:
            yield f"change({self._array()[0]})"
        elif kind < 0.92:
            held, _ = self._array()
            yield f"np.{draw.choice(['add', 'multiply', 'maximum'])}({held}, x, out={held})"
        elif depth < 2:
            yield from self._block(depth)

    def _assignment(self, depth: int) -> Iterator[str]:
        value, shape = self._value()
        alike = [name for name, other in self._arrays.items() if other == shape]
        if self._lists and self._draw.random() < 0.2:
            name = self._draw.choice([*self._lists])
            place = self._draw.randrange(2)
            if self._lists[name][place] == shape:
                yield f"{name}[{place}] = {value}"
        elif alike and (depth or self._draw.random() < 0.6):
            yield f"{self._draw.choice(alike)} = {value}"
        elif not depth:
            name = self._new("n")
            self._arrays[name] = shape
            yield f"{name} = {value}"

    def _container(self) -> str:
        first, second = self._array(), self._array()
        kind = self._draw.randrange(3)
        name = self._new("ldo"[kind])
        if kind == 0:
            self._lists[name] = [first[1], second[1]]
            return f"{name} = [{first[0]}, {second[0]}]"
        if kind == 1:
            self._tables[name] = {"p": first[1], "q": second[1]}
            return f"{name} = {{'p': {first[0]}, 'q': {second[0]}}}"
        value, self._objects[name] = self._value()
        return f"{name} = P({value})"

    def _block(self, depth: int) -> Iterator[str]:
        """A loop, or a choice that the input decides."""
        looped = self._draw.random() < 0.5
        yield f"for i{depth} in range(2):" if looped else f"if x {self._draw.choice('<>')} 1:"
        yield from self._indented(depth)
        if not looped and self._draw.random() < 0.5:
            yield "else:"
            yield from self._indented(depth)

    def _indented(self, depth: int) -> Iterator[str]:
        lines = [line for _ in range(2) for line in self._statement(depth + 1)]
        yield from (f"    {line}" for line in lines or ["pass"])

    def _new(self, letter: str) -> str:
        self._made += 1
        return f"{letter}{self._made}"
