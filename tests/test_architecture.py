"""Imports point one way, room by room: this file holds the order of the rooms, for Python and for the scripts."""

import ast
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

PYTHON_ROOMS = (
    "core",
    "core/ops",
    "core/engine",
    "core/language",
    "core/gradcheck",
    "core/view",
    "core/latex",
    "core/explain",
    "core/export",
    "core/foreign",
    "core/questions",
    "core/nets",
    "core/training",
    "core/capture",
    "core/capture/pytorch",
    "app",
    "app/web",
    "app/heavy",
    "app/encoding",
    "app/graphs",
    "app/picture/scene",
    "app/picture/layout",
    "app/picture",
    "app/saved",
    "app/captures",
    "app/lecture",
    "app/answers",
    "app/runs/protocol",
    "app/runs/worker",
    "app/runs",
    "app/cluster",
    "app/schemas",
    "app/routes",
    "app/relay",
    "app/main",
    "app/view",
    "app/cli",
)
"""From the bottom to the top: a room may import those before it."""

SCRIPT_ROOMS = (
    "kit",
    "figure/picture",
    "figure",
    "quiz",
    "panels/tensor",
    "panels/kinks",
    "panels/stepper",
    "panels/why",
    "panels",
    "questions",
    "detective",
    "runs/client",
    "runs/picture",
    "runs/curves",
    "runs/controls",
    "runs/digits",
    "runs",
    "workbench",
    "lecture/figures",
    "lecture",
    "saved",
    "pages",
)
"""The folders of static/js, likewise; the pages are the scripts beside them."""

UPSTAIRS = {
    "core/layers.py": "core/nets",
    "core/nets.py": "core/nets",
    "app/deps.py": "app/routes",
    "app/shares.py": "app/routes",
    "app/main.py": "app/main",
    "app/server.py": "app/main",
    "app/supervisor.py": "app/main",
    "app/cli.py": "app/cli",
    "app/commands.py": "app/cli",
    "app/doctor.py": "app/cli",
}
"""Files that stand at the top of a package for whoever imports them, and belong to a later room."""

READERS = ("core/view", "core/latex", "core/explain", "core/export")
MAKERS = {"core/language", "core/gradcheck", "core/training", "core/engine/tape.py", "core/engine/loop.py"}
"""What reads a graph and its numbers may use nothing that makes either."""

# `import … from "x"`, `} from "x"`, `export … from "x"`, `import "x"`, `import("x")`.
SCRIPT_IMPORTS = re.compile(
    r"""(?:^(?:import|export|\})[^"'`;=]*?\bfrom\s*|^import\s*|\bimport\(\s*)["']([^"']+)["']""", re.M
)


def python_files() -> list[str]:
    """Return every Python file of the package, as a path below the checkout."""
    return sorted(
        path.relative_to(ROOT).as_posix() for top in ("core", "app") for path in (ROOT / top).rglob("*.py")
    )


def python_room(file: str) -> str:
    """Return the room a Python file stands in."""
    return UPSTAIRS.get(file, Path(file).parent.as_posix())


def dotted(file: str) -> str:
    """`core/ops/op.py` → `chainrule.core.ops.op`; a door → its package."""
    return "chainrule." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def is_for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


@cache
def imported(source: str) -> frozenset[str]:
    """Every name imported anywhere in a source, dotted and whole; imports for types alone do not count."""
    names: set[str] = set()
    pending: list[ast.AST] = [ast.parse(source)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports here are absolute"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        if not is_for_types_only(node):
            pending.extend(ast.iter_child_nodes(node))
    return frozenset(names)


@cache
def python_imports() -> dict[str, set[str]]:
    """The files of the package that each of them imports."""
    files = {dotted(file): file for file in python_files()}
    edges: dict[str, set[str]] = {}
    for file in files.values():
        edges[file] = set()
        for name in imported((ROOT / file).read_text()):
            # `from chainrule.core import ops` names a module; `from chainrule.core.ops import OPS` a thing in one.
            module = name if name in files else name.rpartition(".")[0]
            if module in files:
                edges[file].add(files[module])
    return edges


def scripts() -> list[str]:
    """Return every script, as a path below static/js."""
    folder = ROOT / "static" / "js"
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.js"))


def script_room(script: str) -> str:
    room = Path(script).parent.as_posix()
    return "pages" if room == "." else room


def script_code(script: str) -> str:
    """Return a script's source without its comments, which may name types by import("…")."""
    return re.sub(r"/\*.*?\*/", "", (ROOT / "static" / "js" / script).read_text(), flags=re.S)


@cache
def script_imports() -> dict[str, set[str]]:
    """The scripts that each script imports; the built bundles are none."""
    folder = ROOT / "static" / "js"
    edges = {}
    for script in scripts():
        here = (folder / script).parent
        targets = [(here / wanted).resolve() for wanted in SCRIPT_IMPORTS.findall(script_code(script))]
        edges[script] = {
            target.relative_to(folder).as_posix() for target in targets if target.is_relative_to(folder)
        }
    return edges


def against_the_order(edges: Mapping[str, Iterable[str]], rooms: tuple[str, ...], room_of) -> list[str]:
    """Return the imports that lead to a later room."""
    return [
        f"{file} imports {other}"
        for file, others in edges.items()
        for other in others
        if rooms.index(room_of(other)) > rooms.index(room_of(file))
    ]


def test_every_file_stands_in_a_room():
    assert {python_room(file) for file in python_files()} == set(PYTHON_ROOMS)
    assert {script_room(script) for script in scripts()} == set(SCRIPT_ROOMS)


def test_python_imports_keep_the_order_of_the_rooms():
    assert against_the_order(python_imports(), PYTHON_ROOMS, python_room) == []


def test_script_imports_keep_the_order_of_the_rooms():
    assert against_the_order(script_imports(), SCRIPT_ROOMS, script_room) == []


def test_nothing_imports_itself_round_a_circle():
    TopologicalSorter(python_imports()).prepare()
    TopologicalSorter(script_imports()).prepare()


def test_the_check_sees_what_it_must():
    """It fails on an import against the order, as a later change would bring one."""
    wrong = {"core/ops/op.py": {"core/engine/tape.py"}, "core/view/visible.py": {"core/engine/graph.py"}}
    assert against_the_order(wrong, PYTHON_ROOMS, python_room) == [
        "core/ops/op.py imports core/engine/tape.py"
    ]


def test_underscored_names_stay_in_their_room():
    for file in python_files():
        for name in imported((ROOT / file).read_text()):
            if name.startswith("chainrule.") and name.rpartition(".")[2].startswith("_"):
                home = "/".join(name.split(".")[1:-1])
                assert home.startswith(python_room(file)), f"{file} imports {name}"


@pytest.mark.parametrize("file", [file for file in python_files() if file.endswith("/__init__.py")])
def test_a_room_says_what_it_is_for(file):
    said = ast.get_docstring(ast.parse((ROOT / file).read_text()))
    assert said, file
    assert len(said.split("\n")[0]) > 20


def test_the_document_names_the_same_rooms():
    text = (ROOT / "docs" / "architecture.md").read_text()
    rooms = re.findall(r"^\| `([a-z/]+)` \|", text, re.M)
    assert tuple(rooms) == (*PYTHON_ROOMS, *(f"js/{room}" for room in SCRIPT_ROOMS))


def test_the_package_is_imported_by_its_one_name():
    """A checkout has the same files as `core` and as `chainrule.core`: only the long name may be used."""
    folders = ("core", "app", "chainrule", "tests", "docs", "benchmarks")
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        short = {name for name in imported(path.read_text()) if name.split(".")[0] in ("core", "app")}
        assert short == set(), path


def reach(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    """Everything that `start` imports, straight or by way of others."""
    seen: set[str] = set()
    pending = [start]
    while pending:
        for name in edges.get(pending.pop(), ()):
            if name not in seen:
                seen.add(name)
                pending.append(name)
    return seen


@pytest.mark.parametrize("reader", READERS)
def test_readers_make_no_numbers(reader):
    edges = python_imports()
    parts = [file for file in edges if python_room(file) == reader]
    assert parts
    for part in parts:
        used = {other for other in reach(part, edges) if other in MAKERS or python_room(other) in MAKERS}
        assert used == set(), part


def foreign(top: str) -> dict[str, set[str]]:
    """Top-level packages that each file below a folder imports, the standard library's left out."""
    return {
        file: {name.partition(".")[0] for name in imported((ROOT / file).read_text())}
        - sys.stdlib_module_names
        for file in python_files()
        if file.startswith(f"{top}/")
    }


def test_core_knows_only_numpy_and_itself():
    """But for the recorder of PyTorch models."""
    strangers = {file: names - {"chainrule", "numpy"} for file, names in foreign("core").items()}
    recorder = {file for file in strangers if python_room(file) == "core/capture/pytorch"}
    assert {name for file in recorder for name in strangers.pop(file)} == {"torch"}
    assert {file: names for file, names in strangers.items() if names} == {}


def test_app_imports_no_tests_docs_or_benchmarks():
    wrong = {file: names & {"tests", "docs", "benchmarks"} for file, names in foreign("app").items()}
    assert {file: names for file, names in wrong.items() if names} == {}


def test_a_route_computes_nothing():
    """A route hands on what `core` and `app` worked out: it has no use for arrays or an engine."""
    routes = {file: names & {"numpy", "py_mini_racer"} for file, names in foreign("app/routes").items()}
    assert routes
    assert {file: names for file, names in routes.items() if names} == {}


def test_scripts_import_only_scripts():
    """A page's script imports its neighbours and the built bundles: nothing of the server or the network."""
    assert scripts()
    folder, vendor = ROOT / "static" / "js", ROOT / "static" / "vendor"
    for script in scripts():
        for wanted in SCRIPT_IMPORTS.findall(script_code(script)):
            assert wanted.startswith("."), f"{script} imports {wanted}"
            target = (folder / script).parent.joinpath(wanted).resolve()
            assert target.is_relative_to(folder) or target.parent == vendor, script
            assert target.is_file(), f"{script} imports {wanted}"


def test_scripts_reach_the_server_in_two_places():
    folder = ROOT / "static" / "js"
    callers = [
        script
        for script in scripts()
        if re.search(r"\bfetch\(|XMLHttpRequest|WebSocket\(", (folder / script).read_text())
    ]
    assert callers == ["kit/http.js", "runs/client/socket.js"]
    tables = "".join((folder / table).read_text() for table in ("kit/http.js", "figure/api.js"))
    paths = set(re.findall(r"""["'`](/[a-z][^"'`$]*)""", tables))
    assert "/api/v1" in paths
    assert "/graphs" in paths
    # The table of calls names paths below the prefix; nothing else of the server is known here.
    for path in paths:
        assert path.startswith(
            ("/api/v1", "/graphs", "/ops", "/examples", "/shares", "/runs", "/questions", "/kinks")
        ), path


def test_pages_fetch_nothing_from_elsewhere():
    """Every script, style and template stays on this host; names of XML vocabularies are no addresses."""
    static = ROOT / "static"
    files = [*(static / "js").rglob("*.js"), *(static / "css").rglob("*.css")]
    files += (ROOT / "templates").rglob("*.*")
    assert files
    for path in files:
        for address in re.findall(
            r"""(?:https?:)?//[a-z0-9][a-z0-9.-]+\.[a-z]{2,}[^\s"')<]*""", path.read_text()
        ):
            assert address.startswith("http://www.w3.org/"), f"{path.name}: {address}"
