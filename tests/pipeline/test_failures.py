"""What a run says of steps that failed."""

import pytest

from kgan.errors import DataError, RunError
from kgan.pipeline.failures import first_line, what_is_kept, without_all


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (RunError("out of memory.\nmore"), "out of memory."),
        (RuntimeError("Traceback\n  x\nKeyError: 3\n"), "a fault of kgan or of a plugin (KeyError: 3)"),
        (ValueError(), "a fault of kgan or of a plugin (ValueError)"),
    ],
    ids=["ours", "traceback", "empty"],
)
def test_an_error_in_one_line(error, line):
    assert first_line(error) == line


def test_a_fault_of_kgan_comes_before_a_users_mistake():
    fault = RuntimeError("bug")
    assert without_all({"a": DataError("few"), "b": fault}, ["a", "b"]) is fault


def test_the_line_names_all_that_the_run_did_without():
    ending = without_all({"gate": DataError("few.")}, ["gate", "export"])
    assert isinstance(ending, RunError) and isinstance(ending.__cause__, DataError)
    assert str(ending) == (
        "gate failed, and all else is done without it (and without export), the report too: few. The same "
        "command tries it again"
    )


def test_what_is_kept_and_what_cannot_be_made():
    assert what_is_kept(2, 4, ["a"], ["b"]) == (
        "2 of 4 steps are finished and kept; failed: a; not made, as they need it: b"
    )
    assert what_is_kept(3, 4, ["a"], []) == "3 of 4 steps are finished and kept; failed: a"
