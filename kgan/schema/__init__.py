"""Typed values that recipes and the settings of steps share."""
