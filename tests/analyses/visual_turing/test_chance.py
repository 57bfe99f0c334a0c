import functools
import itertools
import math

import numpy as np
import pytest
from scipy import stats

from kgan.analyses.visual_turing.chance import BETTER, CLOSE, EQUIVALENT, OPEN, WORSE, against_chance


def weights(counts, odds):
    """Return the probability of each upper left cell of tables of the same margins, by its definition."""
    (a, b), (c, d) = counts
    rows, column = (a + b, c + d), a + c
    cells = range(max(0, column - rows[1]), min(rows[0], column) + 1)
    weight = {x: math.comb(rows[0], x) * math.comb(rows[1], column - x) * odds**x for x in cells}
    return {x: value / sum(weight.values()) for x, value in weight.items()}


@pytest.mark.parametrize(
    "counts", [[[8, 2], [3, 7]], [[70, 10], [12, 8]], [[3, 0], [1, 1]], [[0, 4], [5, 0]]]
)
def test_difference_is_fishers_test_by_its_definition(counts):
    chances, own = weights(counts, 1.0), counts[0][0]
    expected = sum(value for value in chances.values() if value <= chances[own] * (1 + 1e-7))
    assert against_chance(counts).p_different == pytest.approx(expected)


@pytest.mark.parametrize("counts", [[[25, 25], [25, 25]], [[27, 23], [23, 27]], [[40, 40], [9, 11]]])
def test_equivalence_is_two_one_sided_exact_tests_of_the_odds_ratio(counts):
    """A balanced accuracy of 0.6 without bias is 60 of 100 and 40 of 100: odds ratio (60 / 40)²."""
    own, odds = counts[0][0], (0.6 / 0.4) ** 2
    below = sum(value for x, value in weights(counts, odds).items() if x <= own)
    above = sum(value for x, value in weights(counts, 1 / odds).items() if x >= own)
    assert against_chance(counts, margin=0.1).p_equivalent == pytest.approx(max(below, above))


def test_balanced_accuracy_and_its_interval_by_hand():
    result = against_chance([[60, 20], [10, 10]])
    assert result.balanced == pytest.approx((0.75 + 0.5) / 2)

    def wilson(p, n, z=1.959963984540054):
        middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)

    (low, high), (lower, higher) = wilson(0.75, 80), wilson(0.5, 20)
    assert result.low == pytest.approx(0.625 - math.hypot(0.75 - low, 0.5 - lower) / 2)
    assert result.high == pytest.approx(0.625 + math.hypot(high - 0.75, higher - 0.5) / 2)


@pytest.mark.parametrize(
    ("counts", "conclusion"),
    [
        ([[50, 50], [50, 50]], EQUIVALENT),
        ([[90, 10], [90, 10]], OPEN),
        ([[27, 23], [23, 27]], OPEN),
        ([[62, 38], [38, 62]], BETTER),
        ([[38, 62], [62, 38]], WORSE),
        ([[530, 470], [470, 530]], CLOSE),
        ([[80, 0], [20, 0]], OPEN),
        ([[0, 0], [3, 17]], OPEN),
    ],
)
def test_conclusions(counts, conclusion):
    assert against_chance(counts).conclusion == conclusion


#: Several raters of the same images meet the same tables.
concluded = functools.cache(against_chance)


def share(n, chances, called, wrong):
    """Return how often a conclusion is wrong at most: over all (x, y) of n[0] and n[1] called real.

    A pair that hardly ever occurs counts as wrong unseen; all of these together occur in less than 0.1 %.
    """
    tables = [stats.binom.pmf(np.arange(images + 1), images, p) for images, p in zip(n, chances, strict=True)]
    result = 0.0
    for x, y in itertools.product(range(n[0] + 1), range(n[1] + 1)):
        chance = tables[0][x] * tables[1][y]
        if chance < 1e-6 or called(((x, n[0] - x), (y, n[1] - y))).conclusion in wrong:
            result += chance
    return result


@pytest.mark.parametrize("n", [(40, 10), (25, 25), (12, 30)], ids=str)
@pytest.mark.parametrize("says_real", [0.5, 0.8, 0.95])
def test_a_guess_is_called_better_or_worse_in_at_most_a_twentieth(n, says_real):
    assert share(n, (says_real, says_real), concluded, (BETTER, WORSE, CLOSE)) <= 0.05


@pytest.mark.parametrize("bias", [0.5, 0.6, 0.75])
def test_a_rater_at_the_edge_of_the_margin_is_called_no_better_in_at_most_a_twentieth(bias):
    """Whose balanced accuracy is 0.6 in truth; ``bias`` is how often they say "real"."""
    assert share((50, 50), (bias + 0.1, bias - 0.1), concluded, (EQUIVALENT, CLOSE)) <= 0.05


def test_three_classes():
    right = against_chance([[20, 2, 1], [3, 30, 1], [0, 2, 9]])
    assert right.guess == pytest.approx(1 / 3) and right.conclusion == BETTER and right.p_equivalent is None
    assert right.balanced == pytest.approx((20 / 23 + 30 / 34 + 9 / 11) / 3)
    always = against_chance([[10, 0, 0], [4, 0, 0], [7, 0, 0]])
    assert (always.p_different, always.conclusion) == (1.0, OPEN)
    assert always.balanced == pytest.approx(1 / 3)


def test_three_classes_by_all_permutations():
    """Two images of each class, one of them mistaken: the share of the 6! orders that are as right."""
    truth, answers = (0, 0, 1, 1, 2, 2), (0, 0, 1, 1, 2, 1)
    counts = np.zeros((3, 3), int)
    np.add.at(counts, (truth, answers), 1)

    def right(order):
        return sum(own == other for own, other in zip(truth, order, strict=True))

    orders = [right(order) for order in itertools.permutations(answers)]
    tails = [
        np.mean([order >= right(answers) for order in orders]),
        np.mean([order <= right(answers) for order in orders]),
    ]
    assert against_chance(counts).p_different == pytest.approx(2 * min(tails), abs=0.01)
