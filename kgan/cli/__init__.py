"""The command line: one file per command, imported on use."""

from kgan.cli.main import main

__all__ = ["main"]
