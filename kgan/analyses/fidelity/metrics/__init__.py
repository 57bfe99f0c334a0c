"""Fidelity metrics of two sets of features."""
