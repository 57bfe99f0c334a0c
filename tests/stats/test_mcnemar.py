import math

import pytest

from kgan.stats.mcnemar import mcnemar_test


def test_exact_test_on_the_textbook_counts():
    # 6 and 16 discordant: twice the binomial tail (1 + 22 + 231 + 1540 + 7315 + 26334 + 74613) / 2^22.
    kind, statistic, p = mcnemar_test(6, 16)
    assert (kind, statistic) == ("exact binomial", 6)
    assert p == pytest.approx(2 * 110056 / 2**22)
    assert round(p, 3) == 0.052


def test_chi_squared_test_on_the_textbook_counts():
    # 121 and 59 discordant: (|121 - 59| - 1)^2 / 180; a chi-squared tail of 1 degree is erfc(sqrt(x / 2)).
    kind, statistic, p = mcnemar_test(121, 59)
    assert kind == "chi-squared, continuity-corrected"
    assert statistic == pytest.approx(61**2 / 180)
    assert p == pytest.approx(math.erfc(math.sqrt(61**2 / 360)))


def test_the_test_changes_at_25_discordant_images():
    assert mcnemar_test(0, 24)[0] == "exact binomial"
    assert mcnemar_test(0, 25)[0] == "chi-squared, continuity-corrected"
    assert mcnemar_test(12, 12)[2] == 1.0
    assert mcnemar_test(0, 0) == ("no discordant image", None, 1.0)
