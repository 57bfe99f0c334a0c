"""Checks of steps before they work: leakage, size of the cohort, weights; and declared deviations."""
