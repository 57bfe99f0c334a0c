"""Statistics of predictions: NumPy and SciPy alone."""
