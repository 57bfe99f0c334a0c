"""McNemar's test, as the papers take it: each slice an independent witness.

Which form the paper leaves open: exact (binomial) below 25 discordant images, else chi² with continuity
correction. The published Table 6 is consistent with the latter (see `docs/decisions/011`).

Reference: Q. McNemar, Psychometrika 12, 1947; C. Han et al., "Combining noise-to-image and image-to-image
GANs", IEEE Access 2019, section III-D and Table 6.
"""

from statsmodels.stats.contingency_tables import mcnemar

EXACT_BELOW = 25


def mcnemar_test(first_only: int, second_only: int) -> tuple[str, float | None, float]:
    """Return the kind of test, its statistic and the two-sided p-value for two discordant counts."""
    discordant = first_only + second_only
    if discordant == 0:
        return "no discordant image", None, 1.0
    exact = discordant < EXACT_BELOW
    result = mcnemar([[0, first_only], [second_only, 0]], exact=exact, correction=not exact)
    kind = "exact binomial" if exact else "chi-squared, continuity-corrected"
    return kind, float(result.statistic), min(1.0, float(result.pvalue))
