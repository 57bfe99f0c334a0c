"""Plugins of every kind in one small distribution."""
