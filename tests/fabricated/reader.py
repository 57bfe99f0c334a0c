"""A configuration for readers that tests make by hand."""

from kgan.contracts.config import ReaderConfig


class ByHandConfig(ReaderConfig):
    """Of a reader that is never built from a recipe."""

    def build(self):
        raise NotImplementedError
