"""PGGAN: progressive growing of GANs."""
