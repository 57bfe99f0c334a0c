import pytest

from kgan.cli import main


@pytest.fixture
def kgan(capsys):
    """Return ``kgan(*arguments)`` -> (exit status, stdout, stderr), run in this process."""

    def run(*arguments):
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        output = capsys.readouterr()
        return caught.value.code, output.out, output.err

    return run
