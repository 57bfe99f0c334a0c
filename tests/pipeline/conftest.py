"""What the tests of the engine and of the steps share."""

import runpy
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def small_run():
    """The function that writes a finished run of random images; see ``small_run.py``."""
    return runpy.run_path(str(Path(__file__).with_name("small_run.py")))["small_run"]
