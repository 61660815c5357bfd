"""Every kind of model: captured, its numbers are those of a plain run, and it is left as it was."""

import warnings

import pytest
import torch

from tests.helpers.captured_models import equals_a_plain_run
from tests.helpers.torch_models import CASES


@pytest.fixture(autouse=True)
def one_thread():
    """Small models on many threads wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", CASES)
def test_a_capture_has_the_numbers_of_a_plain_run(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        equals_a_plain_run(CASES[name])
