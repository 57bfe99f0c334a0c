"""The command line: one file for each command, imported when it is used."""

from kgan.cli.main import main

__all__ = ["main"]
