"""Time that a plan takes: rates that were measured, and what follows from them."""
