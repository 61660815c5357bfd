"""Imports point one way: static → REST → app → core, and inside core from the op table outward."""

import ast
import re
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CHAINS = [
    ("ops", "graph", "program"),
    ("graph", "tape", "numerical", "element_checks", "gradcheck"),
    ("tape", "nets", "training"),
    ("rules", "plan", "training"),
]
READERS = ("explain", "export")  # they read a graph and its values, and nothing that makes either
# `import … from "x"`, `} from "x"`, `export … from "x"`, `import "x"`, `import("x")`.
IMPORTS = re.compile(
    r"""(?:^(?:import|export|\})[^"'`;=]*?\bfrom\s*|^import\s*|\bimport\(\s*)["']([^"']+)["']""", re.M
)


def modules(package: str) -> dict[str, Path]:
    """`core.ops` → its file, for every module of a package."""
    found = {}
    for path in (ROOT / package).rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def is_for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def imported(source: str) -> set[str]:
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
    return names


def dependencies(package: str) -> dict[str, set[str]]:
    """Which modules of the project each module of a package imports."""
    known = {**modules("core"), **modules("app")}
    found = {}
    for module, path in modules(package).items():
        wanted = imported(path.read_text())
        found[module] = {
            name
            for name in known
            for want in wanted
            # `from core import ops` names a module; `from core.ops import OPS` names a thing in one.
            if want == name or (want.rpartition(".")[0] == name and want not in known)
        }
    return found


def reach(start: str, edges: dict[str, set[str]]) -> set[str]:
    """Everything that `start` imports, straight or by way of others."""
    seen: set[str] = set()
    pending = [start]
    while pending:
        for name in edges.get(pending.pop(), ()):
            if name not in seen:
                seen.add(name)
                pending.append(name)
    return seen


def foreign(package: str) -> dict[str, set[str]]:
    """Top-level packages that each module of a package imports, the standard library's left out."""
    return {
        module: {name.partition(".")[0] for name in imported(path.read_text())} - sys.stdlib_module_names
        for module, path in modules(package).items()
    }


def test_core_knows_only_numpy_and_itself():
    strangers = {module: names - {"core", "numpy"} for module, names in foreign("core").items()}
    assert {module: names for module, names in strangers.items() if names} == {}


def test_app_imports_no_tests_docs_or_benchmarks():
    wrong = {module: names & {"tests", "docs", "benchmarks"} for module, names in foreign("app").items()}
    assert {module: names for module, names in wrong.items() if names} == {}


@pytest.mark.parametrize("package", ["core", "app"])
def test_no_module_imports_itself_round_a_circle(package):
    TopologicalSorter(dependencies(package)).prepare()


@pytest.mark.parametrize("chain", CHAINS, ids=" < ".join)
def test_inner_modules_do_not_reach_outer_ones(chain):
    edges = dependencies("core")
    names = [f"core.{name}" for name in chain]
    assert set(names) <= edges.keys()
    for place, name in enumerate(names):
        assert reach(name, edges).isdisjoint(names[place + 1 :]), name


@pytest.mark.parametrize("reader", READERS)
def test_explain_and_export_only_read(reader):
    edges = dependencies("core")
    parts = [name for name in edges if name == f"core.{reader}" or name.startswith(f"core.{reader}.")]
    assert parts
    others = {f"core.{name}" for name in READERS if name != reader}
    for part in parts:
        assert reach(part, edges).isdisjoint(
            {"core.program", "core.tape", "core.numerical", "core.gradcheck"} | others
        ), part


def test_a_route_computes_nothing():
    """A route hands on what `core` and `app` worked out: it has no use for arrays or an engine."""
    used = {module: names & {"numpy", "py_mini_racer"} for module, names in foreign("app").items()}
    routes = {module: names for module, names in used.items() if module.startswith("app.routes")}
    assert routes
    assert {module: names for module, names in routes.items() if names} == {}


def scripts() -> list[Path]:
    return sorted((ROOT / "static" / "js").rglob("*.js"))


def test_scripts_import_only_scripts():
    """A page's script imports its neighbours and the built bundles: nothing of the server or the network."""
    assert scripts()
    vendor = ROOT / "static" / "vendor"
    for path in scripts():
        # Comments may name types by import("…"); code alone counts.
        code = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        for wanted in IMPORTS.findall(code):
            assert wanted.startswith("."), f"{path.name} imports {wanted}"
            target = (path.parent / wanted).resolve()
            assert target.is_relative_to(ROOT / "static" / "js") or target.parent == vendor, path.name
            assert target.is_file(), f"{path.name} imports {wanted}"


def test_scripts_reach_the_server_in_two_places():
    callers = [
        path.name
        for path in scripts()
        if re.search(r"\bfetch\(|XMLHttpRequest|WebSocket\(", path.read_text())
    ]
    assert callers == ["api.js", "run-socket.js"]
    paths = set(re.findall(r"""["'`](/[a-z][^"'`$]*)""", (ROOT / "static" / "js" / "api.js").read_text()))
    assert paths
    # The table of calls names paths below the prefix; nothing else of the server is known here.
    for path in paths:
        assert path.startswith(
            ("/api/v1", "/graphs", "/ops", "/examples", "/shares", "/runs", "/questions")
        ), path


def test_pages_fetch_nothing_from_elsewhere():
    """Every script, style and template stays on this host; names of XML vocabularies are no addresses."""
    files = [*scripts(), *(ROOT / "static" / "css").rglob("*.css"), *(ROOT / "templates").rglob("*.*")]
    assert files
    for path in files:
        for address in re.findall(
            r"""(?:https?:)?//[a-z0-9][a-z0-9.-]+\.[a-z]{2,}[^\s"')<]*""", path.read_text()
        ):
            assert address.startswith("http://www.w3.org/"), f"{path.name}: {address}"
