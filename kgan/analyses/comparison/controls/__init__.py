"""Controls: setups of which the right answer is known, so that they show whether the comparison can see."""
