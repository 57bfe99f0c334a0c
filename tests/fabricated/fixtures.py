"""Fixtures that tests of several rooms share."""

import pytest
from fabricated import small_run as module


@pytest.fixture(scope="session")
def small_run():
    """The function that writes a finished run of random images; see ``small_run.py``."""
    return module.small_run
