"""Models of well-known libraries, captured: only in the long run, which installs the libraries."""

import warnings

import pytest
import torch

from tests.helpers.captured_models import equals_a_plain_run
from tests.helpers.library_models import LIBRARY

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("name", LIBRARY)
def test_a_capture_has_the_numbers_of_a_plain_run(name):
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            recording = equals_a_plain_run(LIBRARY[name])
    finally:
        torch.set_num_threads(before)
    assert len(recording.capture.nodes) > 20
