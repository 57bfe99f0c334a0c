"""Typed values shared by recipes and step settings."""
