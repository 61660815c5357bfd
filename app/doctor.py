"""What works on this machine: the parts that pictures, files and captures need, each tried."""

import platform
import socket
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Literal, NamedTuple

State = Literal["fine", "absent", "wrong"]
"""``absent``: an extra that is not installed, which is no fault."""


class Finding(NamedTuple):
    """One part that was tried."""

    part: str
    state: State
    said: str


def findings() -> Iterator[Finding]:
    """Try one part after the other."""
    yield Finding("Python", "fine", f"{platform.python_version()} at {sys.executable}")
    yield Finding("Chainrule", "fine", version("chainrule"))
    for part, check in (
        ("engine", _engine),
        ("picture", _picture),
        ("PNG", _png),
        ("page", _page),
        ("MNIST", _mnist),
        ("port 8000", _port),
    ):
        yield _tried(part, check)
    for package, what in (
        ("torch", "capture of PyTorch models: pip install 'chainrule[torch]'"),
        ("psycopg", "links in PostgreSQL: pip install 'chainrule[postgresql]'"),
    ):
        try:
            yield Finding(package, "fine", version(package))
        except PackageNotFoundError:
            yield Finding(package, "absent", f"not installed; for {what}")


def _tried(part: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(part, "fine", check())
    except Exception as error:  # whatever it is, the person is to read it
        return Finding(part, "wrong", f"{type(error).__name__}: {error}")


def _engine() -> str:
    from chainrule.app.view.door import graph

    gradient = graph("x = 3\ny = x * x").node("x").grad
    if gradient != 6.0:
        raise ValueError(f"the gradient of x * x at 3 is {gradient}, not 6")
    return "the gradient of x * x at 3 is 6"


def _picture() -> str:
    from chainrule.app.picture.svg import scene_of
    from chainrule.app.view.place import layouts
    from chainrule.core.language.program import parse

    scene = scene_of(parse("x = 3\ny = sigmoid(x)"), ("sigmoid_1",), "numbers", "en")
    made = layouts().place_now(scene)
    if made.reason is not None:
        raise RuntimeError(f"ELK gave no layout ({made.reason}): pictures are plain")
    return "ELK lays out graphs"


def _png() -> str:
    from chainrule.app.view.door import graph

    return f"resvg draws one of {len(graph('y = 3.0').png()):,} bytes"


def _page() -> str:
    from chainrule.app.web.page_files import PageFiles

    made = PageFiles().now().made
    return (
        "bundles are fresh" if made else "modules are loaded one by one: python bundle_pages.py makes bundles"
    )


def _mnist() -> str:
    from chainrule.core.training.datasets import mnist

    return f"{len(mnist().train_labels):,} training images"


def _port() -> str:
    try:
        socket.create_server(("127.0.0.1", 8000)).close()
    except OSError:
        return "in use: chainrule serve --port 8001"
    return "free"
