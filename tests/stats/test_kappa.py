import numpy as np
import pytest

from kgan.stats.kappa import cohen_kappa


def test_kappa_and_its_error_by_hand():
    """Cohen's 20, 5, 10, 15: kappa 0.4; Fleiss, Cohen and Everitt's standard error worked out by hand."""
    table = np.array([[20, 5], [10, 15]])
    shares = table / 50
    rows, columns, kappa = shares.sum(1), shares.sum(0), 0.4
    chance = rows @ columns
    first = sum(shares[i, i] * (1 - (rows[i] + columns[i]) * (1 - kappa)) ** 2 for i in range(2))
    second = (1 - kappa) ** 2 * sum(
        shares[i, j] * (columns[i] + rows[j]) ** 2 for i in range(2) for j in range(2) if i != j
    )
    error = np.sqrt((first + second - (kappa - chance * (1 - kappa)) ** 2) / (50 * (1 - chance) ** 2))
    result = cohen_kappa(table)
    assert result.value == pytest.approx(kappa)
    assert (result.low, result.high) == pytest.approx((kappa - 1.959964 * error, kappa + 1.959964 * error))


@pytest.mark.parametrize("table", [[[2, 0], [1, 0]], [[3, 4], [0, 0]], [[7, 0], [6, 0]]])
def test_one_who_always_says_the_same_gives_kappa_0_and_no_interval(table):
    result = cohen_kappa(np.array(table))
    assert result.value == pytest.approx(0, abs=1e-12)
    assert (result.low, result.high) == (None, None)


def test_people_who_agree_throughout_give_no_interval():
    result = cohen_kappa(np.array([[3, 0], [0, 2]]))
    assert (result.value, result.low, result.high) == (1, None, None)
