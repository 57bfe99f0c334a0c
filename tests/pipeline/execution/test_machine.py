"""Cores and memory as affinity and cgroups of both versions give them."""

import pytest

from kgan.pipeline.execution.machine import Machine, this_machine


@pytest.fixture
def cgroups(tmp_path):
    """Return ``make(own, files)``: a machine with the cgroups of ``own`` and the files of their limits."""

    def make(own, **files):
        (tmp_path / "own").write_text(own)
        for name, text in files.items():
            path = tmp_path / "mount" / name.replace("__", "/").replace("_DOT_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return this_machine(tmp_path / "mount", tmp_path / "own")

    return make


@pytest.fixture(autouse=True)
def affinity(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda process: set(range(16)))
    monkeypatch.setattr("os.sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 16_000_000}.get)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")


def test_without_limits_all_of_the_machine(cgroups):
    assert cgroups("0::/\n") == Machine(16, 65.536)


def test_limits_of_version_2_and_of_the_groups_around(cgroups):
    """A batch job's limit lies above the group of the process itself."""
    machine = cgroups(
        "0::/slurm/job_7/step_0\n",
        slurm__job_7__cpu_DOT_max="350000 100000",
        slurm__job_7__step_0__cpu_DOT_max="max 100000",
        slurm__memory_DOT_max="32000000000",
        slurm__job_7__memory_DOT_max="8000000000",
    )
    assert machine == Machine(3, 8.0)


def test_limits_of_version_1(cgroups):
    machine = cgroups(
        "4:memory:/docker/a\n1:cpu:/docker/a\n0::/\n",
        cpu__docker__a__cpu_DOT_cfs_quota_us="50000",
        cpu__docker__a__cpu_DOT_cfs_period_us="100000",
        memory__memory_DOT_limit_in_bytes="9223372036854771712",
        memory__docker__a__memory_DOT_limit_in_bytes="4000000000",
    )
    assert machine == Machine(1, 4.0)


def test_no_quota_of_version_1(cgroups):
    machine = cgroups("1:cpu:/\n", cpu__cpu_DOT_cfs_quota_us="-1", cpu__cpu_DOT_cfs_period_us="100000")
    assert machine.cores == 16
