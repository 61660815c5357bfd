"""Pictures of models of well-known libraries: nothing overlaps, in lines and running down. Only in the long run."""

import random
import warnings

import pytest
import torch

from chainrule.app.captures.page_data import parents_of
from chainrule.app.captures.picture import FORMS, draw, groups_open, scene_in
from chainrule.app.saved.views import around
from chainrule.app.view.place import layouts
from chainrule.core.capture.pytorch import record
from tests.app.picture.test_layout import overlaps
from tests.helpers.library_models import LIBRARY

pytestmark = pytest.mark.soak
MOST = 120
"""Nodes of a picture whose overlaps are sought."""


@pytest.mark.parametrize("name", LIBRARY)
def test_nothing_overlaps_whatever_is_open(name):
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        case = LIBRARY[name]()
        recording = record(case.model, *case.inputs, target=case.target, loss=case.loss, kwargs=case.kwargs)
    capture = recording.capture
    first, parents = groups_open(capture, None), parents_of(capture)
    some = random.Random(name).sample(list(parents), min(3, len(parents)))
    for open in (first, *(first | set(around(group, parents)) for group in some)):
        for form in FORMS:
            scene = scene_in(capture, open, "en", form)
            layout = layouts().place_now(scene)
            assert layout.engine == "layered"
            assert "</svg>" in draw(scene, layout)
            if len(scene.nodes) <= MOST:
                assert overlaps(scene, layout) == []
