"""Packaging: one package, whole wherever it is installed, from a wheel, an sdist or a checkout; versions locked."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
import yaml

import hatch_build
from chainrule import Tape, export, parse
from chainrule.app.lecture.lessons import lessons
from chainrule.app.runs.run_folder import folder_beside
from chainrule.app.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


def build(folder: Path, source: Path, *targets: str) -> None:
    """Build archives of a checkout or an unpacked one, as pip builds them."""
    command = [sys.executable, "-W", "error", "-m", "hatchling", "build", "-d", str(folder)]
    for target in targets:
        command += ["-t", target]
    # `static/vendor` is there already, so a build needs no registry: this one finds none.
    nowhere = {**os.environ, "npm_config_registry": "http://127.0.0.1:9/", "npm_config_fetch_retries": "0"}
    done = subprocess.run(command, cwd=source, env=nowhere, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the project's wheel and sdist."""
    folder = tmp_path_factory.mktemp("built")
    build(folder, ROOT, "sdist", "wheel")
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("chainrule-*.whl")
    return path


@pytest.fixture(scope="module")
def sdist(built: Path) -> Path:
    (path,) = built.glob("chainrule-*.tar.gz")
    return path


def environment(folder: Path, *install: str) -> Path:
    """Make a fresh virtual environment, install into it without any index, and return its scripts' folder.

    The packages that Chainrule needs are read from this environment, Chainrule itself is not.
    """
    venv.create(folder, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "install", "--quiet"]
    pip += ["--disable-pip-version-check", "--no-index", "--no-deps", "--no-build-isolation"]
    (site,) = folder.glob("[Ll]ib/**/site-packages")
    (site / "needed.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    subprocess.run([*pip, *install], check=True, timeout=300)
    return scripts


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts' folder of an environment that has the wheel alone."""
    return environment(tmp_path_factory.mktemp("installed") / "env", str(wheel))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder of a person's own, with packages `app` and `core` and a module named as one of Python's."""
    folder = tmp_path / "elsewhere"
    for name in ("app", "core"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text("MINE = True\n")
    (folder / "random.py").write_text("MINE = True\n")
    return folder


def answer(python: Path, code: str, folder: Path) -> str:
    """Run a script in a folder by that environment alone, and return what it prints."""
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    (folder / "script.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [python, "script.py"], cwd=folder, env=surroundings, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def files(folder: str) -> list[str]:
    """Return every file below a folder of the checkout that is not a by-product."""
    found = [path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [path.as_posix() for path in found if "__pycache__" not in path.parts]


def contents(wheel: Path) -> dict[str, bytes]:
    """Return every file of a wheel, and what is in it."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_wheel_carries_each_file_once(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name, count in Counter(names).items() if count > 1] == []
    needed = {
        f"chainrule/app/_{folder}/{name}" for folder in ("static", "templates") for name in files(folder)
    }
    needed |= {f"chainrule/{folder}/{name}" for folder in ("app", "core") for name in files(folder)}
    assert needed - set(names) == set()
    for built in (
        "d3.js",
        "codemirror.js",
        "elk.bundled.js",
        "uplot.js",
        "uplot.css",
        "katex.js",
        "katex.css",
        "fonts/KaTeX_Main-Regular.woff2",
        "fonts/stix-two-math.woff2",
        "licences/elkjs.txt",
    ):
        assert f"chainrule/app/_static/vendor/{built}" in names
    pages = json.loads((ROOT / "static" / "dist" / "made.json").read_text())["files"]
    assert {f"chainrule/app/_static/{made}" for made in pages.values()} <= set(names)
    assert {"chainrule/core/_data/mnist.npz", "chainrule/core/_data/LICENCE.txt"} <= set(names)
    tops = {name.split("/")[0] for name in names}
    assert tops == {"chainrule", f"chainrule-{version('chainrule')}.dist-info"}


def test_sdist_carries_each_file_once_and_no_link(sdist):
    with tarfile.open(sdist) as archive:
        members = archive.getmembers()
    assert all(member.isfile() for member in members)
    names = [member.name.partition("/")[2] for member in members]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    needed = {f"chainrule/{folder}/{name}" for folder in ("app", "core") for name in files(folder)}
    needed |= {f"{folder}/{name}" for folder in ("static", "templates", "bundles") for name in files(folder)}
    needed |= {"README.md", "LICENSE", "pyproject.toml", "requirements.lock"}
    assert needed - set(names) == set()
    assert {name.split("/")[0] for name in names} & {"app", "core"} == set()


def test_wheel_built_from_the_sdist_is_the_same(wheel, sdist, tmp_path):
    with tarfile.open(sdist) as archive:
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(tmp_path / "unpacked", **safe)
    (source,) = (tmp_path / "unpacked").iterdir()
    build(tmp_path / "again", source, "wheel")
    (again,) = (tmp_path / "again").glob("*.whl")
    assert contents(again) == contents(wheel)


def test_installed_it_serves_from_a_folder_with_an_app_and_a_core(installed, elsewhere, tmp_path):
    """`chainrule serve` shows its page, lays a graph out, evaluates it, and trains."""
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    surroundings["CHAINRULE_DATABASE_URL"] = f"sqlite:///{tmp_path / 'shares.sqlite3'}"
    surroundings["CHAINRULE_RUN_FOLDER"] = str(tmp_path / "runs")
    with subprocess.Popen(
        [installed / "chainrule", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=elsewhere,
        env=surroundings,
    ) as server:
        try:
            address = re.search(r"http://[\d.]+:\d+", server.stdout.readline())[0]
            with httpx.Client(base_url=address, timeout=60) as client:
                for path in ("/", "/static/js/main.js", "/static/vendor/d3.js", "/health/ready"):
                    assert client.get(path).status_code == 200, path
                scripts = re.findall(r'src="(/static/dist/main-\w+\.js)"', client.get("/").text)
                assert [client.get(path).status_code for path in scripts] == [200]
                drawn = client.get("/api/v1/graphs/picture.svg", params={"program": "x = 3\ny = x * x"})
                assert drawn.headers["content-type"].startswith("image/svg+xml")
                assert ">9<" in drawn.text
                graph = client.post("/api/v1/graphs", json={"program": "x = 3\ny = x * x"}).json()
                assert graph["nodes"][0]["grad"] == 6
                run = client.post("/api/v1/runs", json={"hidden": [4]}).raise_for_status().json()
                stepped = client.post(
                    f"/api/v1/runs/{run['id']}/actions", json={"action": "step", "steps": 2}
                )
                assert stepped.raise_for_status().json()["step"] == 2, stepped.text
        finally:
            server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) == 0


def test_installed_it_is_one_package(installed, elsewhere):
    assert answer(
        installed / "python",
        """
import sys
import chainrule, chainrule.core, chainrule.app
from chainrule import Tape, parse
tape = Tape(parse("x = 3\\ny = x * x"))
tape.forward()
print(tape.backward().nodes[0])
assert chainrule.__file__.startswith(sys.prefix), chainrule.__file__
assert not {"app", "core"} & set(sys.modules)
import app, core
assert app.MINE and core.MINE
""",
        elsewhere,
    ).split() == ["6.0"]


def test_installed_without_a_folder_of_that_name_there_is_no_app_and_no_core(installed, tmp_path):
    found = "from importlib.util import find_spec\nprint(find_spec('app'), find_spec('core'))"
    assert answer(installed / "python", found, tmp_path) == "None None\n"


def test_the_lecture_s_scripts_run_from_any_folder(installed, tmp_path):
    shopping = lessons().lesson("layers-in-code", "en").figures["script"].script
    assert answer(installed / "python", shopping, tmp_path).split()[0].startswith("715.0")
    text = (ROOT / "app" / "lessons" / "20-two-layer-net.en.md").read_text()
    printed = answer(installed / "python", re.search(r"```python\n(.+?)```", text, re.S)[1], tmp_path)
    apart = dict(line.split() for line in printed.splitlines())
    assert apart.keys() == {"W1", "b1", "W2", "b2"}
    assert all(0 < float(number) < 1e-9 for number in apart.values())


@pytest.mark.parametrize(
    ("format", "program"),
    [
        ("python", "x = 3\ny = x * x"),
        ("python", "x = [1, 2]\ny = (x * x).sum()"),
        ("pytorch", "x = [1, 2]\ny = (x * x).sum()"),
    ],
)
def test_exported_scripts_run_from_any_folder(installed, tmp_path, format, program):
    tape = Tape(parse(program))
    script = export(tape.graph, tape.forward(), tape.backward(), format).text
    assert not re.search(r"^(import|from) (app|core)\b", script, re.M)
    assert answer(installed / "python", script, tmp_path).startswith("y = ")


def test_an_editable_install_reads_the_checkout(elsewhere, tmp_path):
    """Of a copy: what it leaves behind in its folder must not stay in the project."""
    checkout = tmp_path / "checkout"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "screenshots", "goldens", "tests")
    shutil.copytree(ROOT, checkout, symlinks=True, ignore=ignored)
    shutil.copy(ROOT / ".npmrc", checkout)
    scripts = environment(tmp_path / "env", "--editable", str(checkout))
    (checkout / "core" / "new.py").write_text("FRESH = True\n")
    code = """
import chainrule, chainrule.app.paths
from chainrule.core.new import FRESH
print(chainrule.__path__[0], chainrule.app.paths.STATIC.joinpath("js").is_dir())
import app, core
assert app.MINE and core.MINE
"""
    assert answer(scripts / "python", code, elsewhere) == f"{checkout / 'chainrule'} True\n"


def plain_name(requirement: str) -> str:
    """`Prometheus_Client>=0.22` → `prometheus-client`, as package indexes compare names."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement).group()).lower()


def test_every_requirement_is_locked():
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    lock = {plain_name(line): line.split("==")[1] for line in lines if not line.startswith("#")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["build-system"]["requires"]
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    for requirement in wanted:
        name = plain_name(requirement)
        assert name in lock, f"{name} is not in requirements.lock"
        if "==" in requirement:
            assert requirement.split("==")[1] == lock[name], requirement


def test_npm_lock_pins_every_package_and_names_no_host():
    manifest = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())
    for name, wanted in {**manifest["dependencies"], **manifest["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", wanted), f"{name} is not pinned"
        assert lock["packages"][f"node_modules/{name}"]["version"] == wanted
    for path, package in lock["packages"].items():
        if path:
            assert package["integrity"].startswith("sha512-"), path
            assert "resolved" not in package, path


def test_types_of_a_bundle_are_those_of_its_modules():
    entries = {path.stem: path.read_text() for path in (ROOT / "bundles").iterdir()}
    types = {
        name: re.findall(r'^export type \* from "(.+)";$', hatch_build.declarations(entry), re.M)
        for name, entry in entries.items()
    }
    assert types["d3"] == ["d3-selection", "d3-zoom"]
    assert types["codemirror"][::7] == ["@codemirror/autocomplete", "@lezer/highlight"]
    assert types["uplot"] == [], "`export =` has no star; a default export has its types with it"


def test_the_container_gets_what_the_build_reads():
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    hook = (ROOT / "hatch_build.py").read_text()
    sources = re.findall(r'"([^"]+)"', re.search(r"SOURCES = \((.+?)\)", hook)[1])
    assert "package-lock.json" in sources
    needed = {
        *sources,
        "bundle_pages.py",
        "static",
        "templates",
        "bundles",
        "pyproject.toml",
        "requirements.lock",
    }
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    links = [path for package in packages for path in (ROOT / package).rglob("*") if path.is_symlink()]
    targets = {path.resolve().relative_to(ROOT).as_posix() for path in links}
    assert {"app", "core"} <= targets
    needed |= {*packages, *targets}
    needed |= {project["project"]["readme"], *project["project"]["license-files"]}
    assert needed <= allowed
    assert all((ROOT / name).exists() for name in allowed)


def test_compose_keeps_saved_links_and_writes_nowhere_else():
    (service,) = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"].values()
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert service["read_only"] is True
    assert service["volumes"] == ["saved-links:/data"]
    assert "CHAINRULE_DATABASE_URL=sqlite:////data/" in dockerfile
    (url,) = re.findall(r"CHAINRULE_DATABASE_URL=(\S+)", dockerfile)
    assert folder_beside(url) == Path("/data/chainrule-runs")
    assert re.search(r"^USER \d+:\d+$", dockerfile, re.M)
    assert "/health/live" in dockerfile


def test_the_cluster_needs_no_path_of_its_host_and_bounds_every_service():
    cluster = yaml.safe_load((ROOT / "compose.cluster.yaml").read_text())
    services = cluster["services"]
    assert set(services) == {"nginx", "web", "engine", "ray-head", "ray-worker", "postgres"}
    for name, service in services.items():
        assert service["mem_limit"] and service["cpus"] and service["restart"] == "unless-stopped", name
        assert "healthcheck" in service or service["image"] == "chainrule-cluster", name
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in cluster["volumes"], name
        for needed, condition in service.get("depends_on", {}).items():
            assert condition == {"condition": "service_healthy"} and needed in services
    assert [name for name in services if "ports" in services[name]] == ["nginx"]
    known = {f"CHAINRULE_{name.upper()}" for name in Settings.model_fields}
    given = {**services["web"]["environment"], **services["engine"]["environment"]}
    assert {name for name in given if name.startswith("CHAINRULE_")} <= known
    assert services["web"]["build"]["args"]["EXTRAS"] == "cluster"
