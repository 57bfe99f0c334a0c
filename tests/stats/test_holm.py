import gc

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from kgan.stats.holm import holm


def test_worked_by_hand():
    # 0.01 * 4; 0.02 * 3; 0.03 * 2 is no less than those before it; 0.9 * 1.
    assert holm([0.9, 0.03, 0.01, 0.02]) == pytest.approx([0.9, 0.06, 0.04, 0.06])
    assert holm([0.4, 0.6]).tolist() == [0.8, 0.8]
    assert holm([0.7, 0.6]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


def test_statsmodels_gives_the_same_bits(monkeypatch):
    monkeypatch.setattr(gc, "collect", lambda *_: None)  # which statsmodels calls each time
    draws = np.random.default_rng(0)
    for tests in (1, 2, 3, 30, 124):
        p_values = np.round(draws.random(tests) ** 3, 2)  # equal ones among them
        np.testing.assert_array_equal(holm(p_values), multipletests(p_values, method="holm")[1])


def test_the_garbage_collector_does_not_run(monkeypatch):
    monkeypatch.setattr(gc, "collect", lambda *_: pytest.fail("it ran"))
    holm([0.1, 0.2])
