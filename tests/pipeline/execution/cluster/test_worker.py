"""GPUs of a worker are given to one step each."""

from kgan.pipeline.execution.cluster import worker as cluster_worker


def test_two_steps_of_a_worker_have_different_gpus(monkeypatch):
    monkeypatch.setattr(cluster_worker, "visible_gpus", lambda: ("3", "5", "GPU-7"))
    with cluster_worker.leased(2) as first, cluster_worker.leased(1) as second:
        assert (first, second) == (("3", "5"), ("GPU-7",))
    with cluster_worker.leased(0) as none, cluster_worker.leased(1) as single:
        assert (none, single) == ((), ("3",))
