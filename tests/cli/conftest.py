import runpy
from pathlib import Path

import pytest

from kgan.cli import main

third_party = runpy.run_path(str(Path(__file__).parents[1] / "third_party" / "exposing.py"))["third_party"]


@pytest.fixture
def kgan(capsys):
    """Return ``kgan(*arguments)`` -> (exit status, stdout, stderr), run in this process."""

    def run(*arguments):
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return caught.value.code, said.out, said.err

    return run
