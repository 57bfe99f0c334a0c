"""Plugins that judge their figures themselves. None of them is ever imported: they are read."""
