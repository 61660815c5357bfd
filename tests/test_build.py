"""What is installed is whole: the wheel runs away from its checkout, and every version is locked."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built as pip builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-W", "error", "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    # `static/vendor` is there already, so a build needs no registry: this one finds none.
    nowhere = {**os.environ, "npm_config_registry": "http://127.0.0.1:9/", "npm_config_fetch_retries": "0"}
    done = subprocess.run(build, cwd=ROOT, env=nowhere, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("chainrule-*.whl")
    return path


def files(folder: str) -> list[str]:
    """Every file below a folder of the checkout that is not a by-product."""
    found = [path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [path.as_posix() for path in found if "__pycache__" not in path.parts]


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
    assert {"chainrule/core/_data/mnist.npz", "chainrule/core/_data/LICENCE.txt"} <= set(names)
    tops = {name.split("/")[0] for name in names}
    assert tops == {"chainrule", f"chainrule-{version('chainrule')}.dist-info"}


def test_wheel_answers_from_any_folder(wheel, tmp_path):
    """Unpacked away from the checkout, it serves the page, its scripts and a computed graph."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    (tmp_path / "elsewhere").mkdir()
    script = f"""
import sys
sys.path.insert(0, {str(tmp_path / "installed")!r})
from fastapi.testclient import TestClient
from chainrule.app import paths
from chainrule.app.main import app
assert str(paths.STATIC).startswith({str(tmp_path)!r}), paths.STATIC
with TestClient(app) as client:
    for path in ("/", "/static/js/main.js", "/static/vendor/d3.js", "/health/ready"):
        assert client.get(path).status_code == 200, path
    graph = client.post("/api/v1/graphs", json={{"program": "x = 3\\ny = x * x", "layout": True}}).json()
    assert graph["nodes"][0]["grad"] == 6, graph
from chainrule.core.training import datasets
assert str(datasets.MNIST).startswith({str(tmp_path)!r}), datasets.MNIST
assert len(datasets.mnist().train_labels) == 60000
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path / "elsewhere",
        env={**os.environ, "CHAINRULE_DATABASE_URL": f"sqlite:///{tmp_path / 'shares.sqlite3'}"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


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


def test_the_container_gets_what_the_build_reads():
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    hook = (ROOT / "hatch_build.py").read_text()
    sources = re.findall(r'"([^"]+)"', re.search(r"SOURCES = \((.+?)\)", hook)[1])
    assert "package-lock.json" in sources
    needed = {*sources, "static", "templates", "bundles", "pyproject.toml", "requirements.lock"}
    needed |= {*project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}
    needed |= {project["project"]["readme"], *project["project"]["license-files"]}
    assert needed <= allowed
    assert all((ROOT / name).exists() for name in allowed)


def test_compose_keeps_saved_links_and_writes_nowhere_else():
    (service,) = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"].values()
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert service["read_only"] is True
    assert service["volumes"] == ["saved-links:/data"]
    assert "CHAINRULE_DATABASE_URL=sqlite:////data/" in dockerfile
    assert "CHAINRULE_RUN_FOLDER=/data/" in dockerfile
    assert re.search(r"^USER \d+:\d+$", dockerfile, re.M)
    assert "/health/live" in dockerfile
