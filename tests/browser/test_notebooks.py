"""The living picture in notebooks: it appears, opens a group, and complains of nothing."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import FrameLocator, Page, expect

from chainrule.app.view.captured import CaptureView
from tests.helpers.captured_sample import sample
from tests.helpers.postgres import free_port

ROOT = Path(__file__).parents[2]
CELL = """import chainrule, torch
from torch import nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
chainrule.capture(net, torch.randn(5, 3), loss=torch.mean)
"""
NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "id": "one",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": CELL,
        }
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def opens(frame: FrameLocator, group: str) -> None:
    """Wait for the picture, and close a group of it."""
    expect(frame.locator("body[data-ready]")).to_be_attached()
    expect(frame.locator("#canvas svg.graph")).to_be_visible()
    frame.locator(f'#canvas .group[data-id="{group}"]').press("Enter")
    expect(frame.locator(f'#canvas .node.closed[data-id="{group}"]')).to_be_visible()


def environment(folder: Path) -> dict[str, str]:
    """Return an environment whose notebooks know this checkout and write nowhere else."""
    return os.environ | {
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def served(command: list[str], folder: Path, address: str) -> Iterator[None]:
    """Run a server of notebooks until the test is done with it."""
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=folder,
            env=environment(folder),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            while not answers(address):
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.2)
                assert process.poll() is None, (folder / "log.txt").read_text()
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


def answers(address: str) -> bool:
    """Whether a server is there already."""
    try:
        return httpx.get(address, timeout=60).is_success
    except httpx.TransportError:
        return False


def test_the_picture_stands_in_the_frame_that_notebooks_get(page: Page, tmp_path: Path) -> None:
    bundle = CaptureView(sample())._repr_mimebundle_()
    file = tmp_path / "output.html"
    file.write_text(
        f'<!doctype html><meta charset="utf-8"><div style="width:980px">{bundle["text/html"]}</div>'
    )
    page.goto(file.as_uri())
    opens(page.frame_locator("iframe"), "inner")


@pytest.mark.soak
def test_jupyterlab(page: Page, tmp_path: Path) -> None:
    (tmp_path / "net.ipynb").write_text(json.dumps(NOTEBOOK))
    port = free_port()
    options = [f"--ServerApp.{name}" for name in ("token=", "password=", f"root_dir={tmp_path}")]
    command = [
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--LabApp.news_url=None",
        *options,
    ]
    address = f"http://127.0.0.1:{port}"
    with served(command, tmp_path, f"{address}/api"):
        page.goto(f"{address}/lab/tree/net.ipynb?reset")
        expect(page.locator("#jp-main-statusbar").get_by_text("| Idle")).to_be_visible()
        page.locator(".jp-Notebook .jp-Cell .cm-content").first.click()
        page.keyboard.press("Shift+Enter")
        opens(page.frame_locator(".jp-OutputArea iframe"), "2")
        page.goto("about:blank")


@pytest.mark.soak
def test_marimo(page: Page, tmp_path: Path) -> None:
    body = "".join(f"    {line}\n" for line in CELL.splitlines())
    app = f"import marimo\n\napp = marimo.App()\n\n\n@app.cell\ndef _():\n{body}    return\n"
    (tmp_path / "net.py").write_text(app)
    port = free_port()
    command = ["marimo", "run", "net.py", "--headless", "--no-token", f"--port={port}"]
    with served(command, tmp_path, f"http://127.0.0.1:{port}/health"):
        page.goto(f"http://127.0.0.1:{port}/")
        opens(page.frame_locator("iframe"), "2")
        page.goto("about:blank")


@pytest.mark.soak
def test_a_notebook_written_as_html_keeps_its_picture(page: Page, tmp_path: Path) -> None:
    (tmp_path / "net.ipynb").write_text(json.dumps(NOTEBOOK))
    command = ["nbconvert", "--execute", "--to", "html", "net.ipynb"]
    subprocess.run(
        [sys.executable, "-m", *command],
        cwd=tmp_path,
        env=environment(tmp_path),
        check=True,
        capture_output=True,
    )
    # What the page around it loads from elsewhere is its own affair: here there is nothing else.
    page.route(
        lambda url: not url.startswith("file:"),
        lambda route: route.fulfill(body="", content_type="text/plain"),
    )
    page.goto((tmp_path / "net.html").as_uri())
    opens(page.frame_locator(".jp-OutputArea iframe"), "2")
