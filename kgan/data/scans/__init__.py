"""Scan files to labelled slices of one patient."""
