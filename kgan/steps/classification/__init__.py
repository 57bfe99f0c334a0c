"""The step that trains and tests a classifier."""
