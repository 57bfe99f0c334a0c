"""What all backends share."""

import pytest
from fabricated.in_process import InProcess


def test_a_backend_is_closed_whatever_happens_in_its_block():
    closed = []
    backend = InProcess()
    backend.close = lambda: closed.append(True)
    with pytest.raises(ValueError, match="inside"), backend:
        raise ValueError("inside")
    assert closed == [True]
