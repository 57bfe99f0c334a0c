"""Steps in processes of their own: errors keep their class, bugs their traceback."""

import pytest

from kgan.errors import KganError
from kgan.pipeline.context import StepContext
from kgan.pipeline.worker import _explained, _judge, execute


def context(tmp_path, **settings):
    return StepContext("compare", settings, {"classify-a": tmp_path}, tmp_path)


def test_an_error_of_ours_crosses_the_process(tmp_path):
    cells = [{"step": "classify-a", "setup": "a", "variant": "scratch"}]
    with pytest.raises(KganError, match="predictions.csv"):
        execute("compare", context(tmp_path, cells=cells))


def test_a_bug_keeps_its_traceback(tmp_path):
    with pytest.raises(RuntimeError, match="KeyError"):
        execute("compare", context(tmp_path))


def test_a_killed_process_is_explained():
    with pytest.raises(KganError, match="-9"):
        _judge(None, -9, "train")


@pytest.mark.parametrize(
    ("number", "says"), [(28, "no space left"), (13, "no permission")], ids=["full", "locked"]
)
def test_disk_errors_are_one_line(tmp_path, number, says):
    kind, (name, line) = _explained(OSError(number, "x", str(tmp_path)), context(tmp_path))
    assert (kind, name) == ("error", "RunError")
    assert says in line and "\n" not in line
