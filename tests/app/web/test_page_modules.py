"""A page's head names the modules that its script needs: all of them, and no others."""

import posixpath
import re

import pytest

from chainrule.app.paths import STATIC
from chainrule.app.web.page_modules import modules


@pytest.mark.parametrize("script", ["js/main.js", "js/learn.js", "js/mnist.js"])
def test_every_module_that_is_imported_is_named(script):
    named = modules(script)
    assert script in named
    assert len(named) == len(set(named))
    for name in named:
        assert (STATIC / name).is_file(), name
        if name.startswith("vendor/"):
            continue
        source = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(), flags=re.S)
        for wanted in re.findall(r'^(?:import|export|\}).*?from "(\.[^"]+)"', source, re.M):
            assert posixpath.normpath(f"{posixpath.dirname(name)}/{wanted}") in named, (
                f"{name} imports {wanted}"
            )


def test_what_is_loaded_later_is_not_named(tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text(
        'import { b } from "./b.js";\nimport "./c.js";\n/* import "./d.js"; */\nconst e = () => import("./e.js");\n'
        'import {\n  f,\n} from "../vendor/f.js";\n'
    )
    for name in "bcde":
        (tmp_path / "js" / f"{name}.js").write_text("export const x = 1;\n")
    assert modules("js/a.js", tmp_path) == ("vendor/f.js", "js/a.js", "js/b.js", "js/c.js")


def test_the_workbench_loads_nothing_of_the_other_pages():
    assert not {"js/learn.js", "js/mnist.js", "js/lecture/graph-figure.js", "vendor/katex.js"} & set(
        modules("js/main.js")
    )
