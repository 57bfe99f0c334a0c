import pytest
from fabricated.curated_run import curated_run


@pytest.fixture(scope="package")
def run(tmp_path_factory):
    """A finished run whose pool was curated."""
    return curated_run(tmp_path_factory.mktemp("run") / "two")
