"""Fixtures that tests of several rooms share."""

import pytest
from fabricated.small_run import small_run as write_small_run


@pytest.fixture(scope="session")
def small_run():
    """The function that writes a finished run of random images; see `fabricated.small_run.small_run`."""
    return write_small_run


@pytest.fixture(scope="module")
def no_bfloat16():
    """Where the tests of a module run, processors have no bfloat16: ``precision: auto`` is float32."""
    from kgan.steps.training import model_setup

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model_setup, "is_native_here", lambda has_gpus: False)
        yield
