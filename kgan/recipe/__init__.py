"""Recipes: from YAML files to frozen, validated values, without TensorFlow."""

from kgan.recipe.json_schema import json_schema
from kgan.recipe.load import load, shipped
from kgan.recipe.schema import Recipe

__all__ = ["Recipe", "json_schema", "load", "shipped"]
