"""How many real patients a pool is worth."""
