"""Fixtures that tests of several rooms share."""

import pytest
from fabricated.small_run import small_run as write_small_run


@pytest.fixture(scope="session")
def small_run():
    """The function that writes a finished run of random images; see `fabricated.small_run.small_run`."""
    return write_small_run
