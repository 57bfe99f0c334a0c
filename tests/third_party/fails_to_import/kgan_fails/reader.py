"""Names a module that is not there."""

import a_module_that_is_not_there  # noqa: F401

from kgan.contracts.config import ReaderConfig


class FailsConfig(ReaderConfig):
    """Never seen."""

    depth: int

    def build(self): ...
