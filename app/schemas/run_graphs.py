"""Requests about one pass through a run's net, seen as any graph."""

from typing import Self

from pydantic import Field, model_validator

from chainrule.app.runs.protocol.pass_request import PassRequest
from chainrule.app.schemas.requests import Backward, Element, Explain, Picture, Steps, WholeGraph, WholeTensor
from chainrule.app.schemas.run_reading import Pixels
from chainrule.app.schemas.runs import example


class RunPass(Backward):
    """Which pass: of the batch seen last, of one image of it, of a test image, or of an image of one's own."""

    model_config = example(sample=0)

    sample: int | None = Field(
        None, ge=0, le=1_000_000, description="One image of the batch seen last, from 0; else all of it."
    )
    test: int | None = Field(None, ge=0, le=100_000_000, description="An image of the test set, from 0.")
    pixels: Pixels | None = Field(
        None,
        description="An image of one's own: pixels 0 (paper) to 1 (ink), row by row; 784 for MNIST.",
    )
    label: int | None = Field(
        None,
        ge=0,
        le=255,
        description="With `test` or `pixels` the class that the loss is taken at; without it the test image's own "
        "label, or the class predicted.",
    )

    @model_validator(mode="after")
    def _one_image(self) -> Self:
        given = [name for name in ("sample", "test", "pixels") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"Give at most one of `sample`, `test` and `pixels`, not {len(given)}.")
        if self.label is not None and self.test is None and self.pixels is None:
            raise ValueError("`label` goes with `test` or `pixels`: images of the batch have their own.")
        return self

    @property
    def pass_request(self) -> PassRequest:
        """The same for the worker."""
        pixels = None if self.pixels is None else tuple(self.pixels)
        return PassRequest(self.sample, self.test, pixels, self.label)


class RunGraph(WholeGraph, RunPass):
    """The whole graph of a run."""

    model_config = example(sample=0, layout=True)


class RunExplain(Explain, RunPass):
    """What to explain of a run's graph."""

    model_config = example(id="a1", sample=0, lang="en")


class RunSteps(Steps, RunPass):
    """The walk through a run's graph."""

    model_config = example(sample=0, lang="en", start=0, count=3)


class RunTensor(WholeTensor, RunPass):
    """Which tensor of a run's graph is wanted whole."""

    model_config = example(id="W1", of="grad")


class RunElement(Element, RunPass):
    """One element of a tensor of a run's graph."""

    model_config = example(sample=0, id="a2", of="value", index=[0, 3])


class RunPicture(Picture, RunPass):
    """The picture of a run's graph."""

    model_config = example(sample=0, labels="numbers", lang="en")
