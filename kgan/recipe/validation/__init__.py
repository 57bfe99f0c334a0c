"""Checks of a recipe beyond the types of its fields."""
