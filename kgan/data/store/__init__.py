"""Labelled images in HDF5 files, and how models see them."""
