import errno
from pathlib import Path

import pytest

from kgan.errors import RunError
from kgan.files.disk import Sink, cannot_write, explaining


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EACCES, "no permission to write there"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_each_refusal_says_what_to_do(number, says):
    error = cannot_write(Path("a/b.csv"), OSError(number, "Input/output error"))
    assert str(error).startswith("cannot write a/b.csv: ")
    assert says in str(error)


def test_explaining_lets_other_errors_pass(tmp_path):
    with pytest.raises(KeyError), explaining(tmp_path):
        raise KeyError
    with pytest.raises(RunError, match="cannot write"), explaining(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_sink_is_a_file(tmp_path):
    sink = Sink(tmp_path / "a")
    sink.write(b"0123456789")
    sink.seek(-4, 2)
    assert sink.read(2) == b"67"
    assert sink.tell() == 8
    sink.seek(3)
    sink.write(b"xy")
    sink.seek(1, 1)
    sink.truncate()
    sink.close()
    assert (tmp_path / "a").read_bytes() == b"012xy5"
    assert sink.error is None
    assert sink.readable() and sink.writable() and sink.seekable()


def test_sink_goes_on_when_the_disk_does_not(tmp_path, monkeypatch):
    sink = Sink(tmp_path / "a")
    sink.write(b"0123456789")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.pwrite", full)
    sink.seek(8)
    assert sink.write(b"abcd") == 4
    sink.seek(10)
    sink.write(b"Z")
    assert sink.error.errno == errno.ENOSPC
    sink.seek(6)
    assert sink.read(8) == b"67abZd\0\0"
    sink.close()
    assert (tmp_path / "a").read_bytes() == b"0123456789"
