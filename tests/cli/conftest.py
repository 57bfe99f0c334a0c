import pytest

from kgan.cli import main


@pytest.fixture
def kgan(capsys):
    """Return ``kgan(*arguments)`` -> (exit status, stdout, stderr), run in this process."""

    def run(*arguments):
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return caught.value.code, said.out, said.err

    return run
