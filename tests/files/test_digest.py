import hashlib

import pytest

from kgan.files.digest import file_digest, value_digest


@pytest.mark.parametrize("size", [0, 5, (1 << 20) + 1], ids=["empty", "small", "more than a block"])
def test_a_file_s_digest_is_sha256_of_its_bytes(size, tmp_path):
    data = bytes(range(256)) * (size // 256 + 1)
    (tmp_path / "file").write_bytes(data[:size])
    assert file_digest(tmp_path / "file") == hashlib.sha256(data[:size]).hexdigest()


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        file_digest(tmp_path / "file")


def test_a_value_s_digest_ignores_the_order_of_keys_alone():
    assert value_digest({"a": 1, "b": [1, 2]}) == value_digest({"b": [1, 2], "a": 1})
    assert value_digest({"a": 1, "b": [1, 2]}) != value_digest({"a": 1, "b": [2, 1]})
    assert value_digest(1) != value_digest("1")


def test_a_value_s_digest_stays_as_it_is():
    """Identities of finished steps rest on it."""
    assert (
        value_digest({"seed": 5, "rate": 0.5, "name": "pggan"})
        == hashlib.sha256(b'{"name": "pggan", "rate": 0.5, "seed": 5}').hexdigest()
    )
