"""Fails at import, though its source can be read."""

import a_module_that_nobody_has

from kgan.contracts.reader import Reader


class Fails(Reader):
    """Never seen.

    Reference:
        Nobody 2024.
    """

    def __init__(self, *, depth: int, name: str = a_module_that_nobody_has.NAME) -> None:
        self.depth = depth
        self.name = name
