"""Sections of the report that are independent of the analyses."""
