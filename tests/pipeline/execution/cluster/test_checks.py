"""What a worker must have and see; each lack is named, with what to do."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from kgan.errors import RunError
from kgan.pipeline.execution.cluster.checks import Expectation, token, unfit, versions

#: A check in a process of its own, as locks are between processes.
CHECK = """
import pathlib, sys
from types import SimpleNamespace
from kgan.pipeline.execution.cluster.checks import Expectation, unfit, versions
worker = SimpleNamespace(state=SimpleNamespace(total_resources={}))
path, text = pathlib.Path(sys.argv[1]), sys.argv[2]
print(unfit(Expectation(versions(), path, text), worker))
"""


def dask_worker(**resources):
    return SimpleNamespace(state=SimpleNamespace(total_resources=resources))


@pytest.fixture
def expectation(tmp_path):
    """Return what a worker here must have and see, in a folder with its token."""
    with token(tmp_path / "run") as (path, text):
        yield Expectation(versions(), path, text, (tmp_path,))


def elsewhere(path, text):
    """Check in another process."""
    arguments = [sys.executable, "-c", CHECK, str(path), text]
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.strip()


def test_the_same_environment_and_folder_are_fit(expectation):
    assert unfit(expectation, dask_worker()) == ""
    assert elsewhere(expectation.token, expectation.text) == ""


def test_versions_cover_what_results_depend_on_and_plugins():
    assert {"kgan", "python", "tensorflow", "keras", "numpy", "plugins of kgan"} <= versions().keys()
    assert "source" in versions()["kgan"]


@pytest.mark.parametrize(
    ("name", "version"), [("tensorflow", "1.0"), ("kgan", "0.0 (source 0)"), ("plugins of other", "3.1")]
)
def test_another_version_is_named(expectation, name, version):
    other = Expectation({**versions(), name: version}, expectation.token, expectation.text)
    problem = unfit(other, dask_worker())
    assert f"{name} {versions().get(name, 'not installed')} (expected {version})" in problem
    assert "Install the same versions" in problem


def test_gpus_that_differ_from_those_declared_are_named(expectation):
    assert "declares 2 GPUs and has 0" in unfit(expectation, dask_worker(GPU=2.0))


def test_a_folder_that_is_not_the_commands_is_refused(expectation, tmp_path, monkeypatch):
    monkeypatch.setattr("kgan.pipeline.execution.cluster.checks._SECONDS", 0.3)
    unseen = Expectation(versions(), tmp_path / "elsewhere" / "cluster-1.token", expectation.text)
    assert "--out must be a folder that all machines see" in unfit(unseen, dask_worker())
    copied = Expectation(versions(), expectation.token, "other text")
    assert "--out must be one folder for all" in unfit(copied, dask_worker())


def test_a_folder_whose_locks_reach_no_other_machine_is_refused(tmp_path):
    (tmp_path / "cluster-1.token").write_text("text")
    expectation = Expectation(versions(), tmp_path / "cluster-1.token", "text")
    assert "does not see locks of other machines" in unfit(expectation, dask_worker())


def test_unseen_data_are_named(expectation, tmp_path):
    lacking = Expectation(versions(), expectation.token, expectation.text, (tmp_path / "scans",))
    assert f"does not see the data: {tmp_path / 'scans'}" in unfit(lacking, dask_worker())


def test_tokens_go_with_their_command(tmp_path):
    (tmp_path / "cluster-0.token").write_text("of a killed command")
    (tmp_path / "cluster-0.lock").write_text("")
    with token(tmp_path) as (first, _), token(tmp_path) as (second, text):
        assert first.exists() and second.read_text() == text
        assert not (tmp_path / "cluster-0.token").exists()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="Give another folder with --out"):
        token(tmp_path / "file" / "run").__enter__()
