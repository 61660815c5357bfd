"""Draw the README's pictures of PyTorch models. Run as `python -m docs.captured`.

Needs PyTorch, transformers and Chromium.
"""

import shutil
import tempfile
from pathlib import Path

import torch
from playwright.sync_api import sync_playwright
from torch import nn

import chainrule
from chainrule.app.picture.png import png
from chainrule.app.view.captured import CaptureView

FOLDER = Path(__file__).parent / "screenshots"
ZOOM, LINE = 0.65, 1_500.0
"""Scale at which the pictures are seen, and the width of their lines: letters are read in a README's width."""


class Block(nn.Module):
    """Two convolutions and the way around them."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add what the convolutions make of x to x."""
        return self.relu(self.conv2(self.relu(self.conv1(x))) + x)


class ResNet(nn.Module):
    """A stem, two blocks and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 8, 3, padding=1)
        self.layer1 = Block(8)
        self.layer2 = Block(8)
        self.fc = nn.Linear(8, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the scores, (N, 10), of images (N, 1, 12, 12)."""
        return self.fc(self.layer2(self.layer1(self.stem(x))).mean((2, 3)))


def main() -> None:
    """Draw all four."""
    torch.manual_seed(0)
    loss, target = nn.CrossEntropyLoss(), torch.randint(0, 10, (16,))
    mlp = nn.Sequential()
    mlp.add_module("fc1", nn.Linear(64, 32))
    mlp.add_module("act", nn.ReLU())
    mlp.add_module("fc2", nn.Linear(32, 10))
    x = torch.randn(16, 64)
    before = view = chainrule.capture(mlp, x, target, loss=loss)
    (FOLDER / "captured-mlp.png").write_bytes(png(view.svg(zoom=ZOOM, wrap=LINE)))
    view = chainrule.capture(ResNet(), torch.randn(16, 1, 12, 12), target, loss=loss)
    (FOLDER / "captured-residual.png").write_bytes(png(view.svg(["/", "layer1"], zoom=ZOOM, wrap=LINE)))
    from transformers import GPT2Config, GPT2LMHeadModel

    sizes = {"vocab_size": 100, "n_positions": 32, "n_embd": 32, "n_layer": 6, "n_head": 4}
    gpt2 = GPT2LMHeadModel(GPT2Config(**sizes, bos_token_id=0, eos_token_id=0))
    ids = torch.randint(0, 100, (2, 16))
    shoot(chainrule.capture(gpt2, input_ids=ids, labels=ids), "transformer.wte.weight")
    loss(mlp(x), target).backward()
    torch.optim.SGD(mlp.parameters(), lr=0.1).step()
    change = chainrule.diff(before, chainrule.capture(mlp, x, target, loss=loss))
    (FOLDER / "captured-step.png").write_bytes(png(change.svg(zoom=ZOOM, wrap=LINE)))


def shoot(view: CaptureView, selected: str) -> None:
    """Save the screen of the view's page, with a node selected whose gradient has two sources."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = view.save(Path(folder) / "net.html")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium-headless-shell"))
        page = browser.new_page(viewport={"width": 1440, "height": 800}, reduced_motion="reduce")
        page.goto(file.as_uri())
        page.locator("body[data-ready]").wait_for(state="attached")
        page.locator("#search").fill(selected)
        page.locator("#search").press("Enter")
        page.locator("#inspector .boxed").click()
        page.mouse.move(5, 5)
        page.screenshot(path=FOLDER / "captured-gpt2.png")
        browser.close()


if __name__ == "__main__":
    main()
