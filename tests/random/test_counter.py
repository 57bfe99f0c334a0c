import numpy as np
import pytest

from kgan.random.counter import philox4x32, uniforms

LARGEST = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("counter", "key", "block"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((LARGEST,) * 4, (LARGEST,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
    ids=["zeros", "ones", "digits-of-pi"],
)
def test_blocks_are_those_published_with_random123(counter, key, block):
    assert philox4x32(np.array([counter]), key).tolist() == [list(block)]


def test_numbers_belong_to_the_index():
    key = (3, 4)
    whole = uniforms(key, np.arange(1000), 8)
    some = np.array([999, 3, 3, 500])
    assert np.array_equal(uniforms(key, some, 8), whole[some])
    assert np.array_equal(uniforms(key, some, 5), whole[some, :5])


def test_numbers_are_uniform_and_uncorrelated():
    numbers = uniforms((1, 2), np.arange(20_000), 8)
    assert ((numbers > 0) & (numbers < 1)).all()
    # Standard errors: 0.289 / sqrt(20000) = 0.002 for a mean, 1 / sqrt(20000) = 0.007 for a correlation.
    assert np.abs(numbers.mean(axis=0) - 0.5).max() < 0.01
    assert np.abs(np.corrcoef(numbers.T) - np.eye(8)).max() < 0.035
    assert np.abs(np.corrcoef(numbers[:-1, 0], numbers[1:, 0])[0, 1]) < 0.035


def test_indices_beyond_32_bits_differ():
    numbers = uniforms((1, 2), np.array([5, 5 + 2**32]), 1)
    assert numbers[0] != numbers[1]
