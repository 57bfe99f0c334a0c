"""How many real patients a pool is equivalent to."""
