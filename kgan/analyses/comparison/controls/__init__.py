"""Controls: setups of which the right answer is known, so that they show what the comparison finds."""
