"""The server of which steps are forks."""


def test_its_imports_start_no_thread(forks):
    """A fork has the calling thread alone: one that waits for another would wait for ever."""
    assert (forks.threads, forks.modules) == (1, ["keras", "tensorflow"])
