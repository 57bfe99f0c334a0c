"""Measures of classifiers and of generated images, and tests of their differences."""
